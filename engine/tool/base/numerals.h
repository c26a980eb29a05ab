#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lockstep::tool {

/// Puts a comma between every three digits in front of the point:
/// "-1234567.8912" becomes "-1,234,567.8912".
[[nodiscard]] std::string GroupDigits(std::string_view decimal);

/// The same from a number.
[[nodiscard]] std::string Grouped(std::uint64_t number);

/// Reads "4096", "250k", "2M" or "1G". None if it is no such thing, or too
/// large.
[[nodiscard]] std::optional<std::uint64_t> ReadNumeral(std::string_view text);

/// So many things: "1 shop", "1,200 shops".
[[nodiscard]] std::string Plural(std::uint64_t count, std::string_view thing);

}  // namespace lockstep::tool
