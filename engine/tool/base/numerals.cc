#include "engine/tool/base/numerals.h"

#include <algorithm>
#include <cstddef>

namespace lockstep::tool {

std::string GroupDigits(std::string_view decimal) {
  const std::size_t first = decimal.starts_with('-') ? 1 : 0;
  const std::size_t point = std::min(decimal.find('.'), decimal.size());
  std::string grouped;
  for (std::size_t i = 0; i < decimal.size(); ++i) {
    if (i > first && i < point && (point - i) % 3 == 0) grouped += ',';
    grouped += decimal[i];
  }
  return grouped;
}

std::string Grouped(std::uint64_t number) {
  return GroupDigits(std::to_string(number));
}

std::string Plural(std::uint64_t count, std::string_view thing) {
  std::string text = Grouped(count);
  text += ' ';
  text += thing;
  if (count != 1) text += 's';
  return text;
}

}  // namespace lockstep::tool
