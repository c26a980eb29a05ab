#pragma once

#include <string>
#include <string_view>

namespace lockstep::tool {

/// The text as it may stand between tags and in quoted attributes, of HTML and
/// of XML alike. What neither can hold (control characters, bytes that are not
/// UTF-8) becomes U+FFFD, the replacement character.
[[nodiscard]] std::string Escaped(std::string_view text);

/// A coordinate, to a tenth of a pixel and no longer than it must be: "12.5",
/// "7", "-3.1". The value is finite.
[[nodiscard]] std::string Coordinate(double value);

}  // namespace lockstep::tool
