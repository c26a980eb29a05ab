#include "engine/tool/base/numerals.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>

namespace lockstep::tool {
namespace {

std::uint64_t SuffixFactor(char suffix) {
  if (suffix == 'k') return 1'000;
  if (suffix == 'M') return 1'000'000;
  if (suffix == 'G') return 1'000'000'000;
  return 1;
}

}  // namespace

std::optional<std::uint64_t> ReadNumeral(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::uint64_t factor = SuffixFactor(text.back());
  const char* const digits_end = text.data() + text.size() - (factor > 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), digits_end, number);
  if (error != std::errc{} || end != digits_end ||
      number > UINT64_MAX / factor) {
    return std::nullopt;
  }
  return number * factor;
}

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
