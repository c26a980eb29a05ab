#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep::tool {

/// Puts a comma between every three digits in front of the point:
/// "-1234567.8912" becomes "-1,234,567.8912".
[[nodiscard]] std::string GroupDigits(std::string_view decimal);

/// The same from a number.
[[nodiscard]] std::string Grouped(std::uint64_t number);

}  // namespace lockstep::tool
