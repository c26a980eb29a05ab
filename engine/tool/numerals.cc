#include "engine/tool/numerals.h"

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

}  // namespace lockstep::tool
