#include "engine/explore/program/wrap.h"

namespace lockstep::engine::explore {

std::vector<std::string> Wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (text.size() > width) {
    std::size_t end = text.find(" (");
    if (end == std::string_view::npos || end > width) {
      end = text.rfind(' ', width);
    }
    if (end == std::string_view::npos) end = text.find(' ');
    if (end == std::string_view::npos) break;
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  lines.emplace_back(text);
  return lines;
}

std::string Hanging(std::string_view head, std::string_view text) {
  std::string all;
  std::string before(head);
  for (const std::string& line : Wrap(text, kColumns - head.size())) {
    all.append(before).append(line).push_back('\n');
    before.assign(head.size(), ' ');
  }
  return all;
}

}  // namespace lockstep::engine::explore
