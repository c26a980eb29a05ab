#include "engine/tool/report/markup.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gsl/assert"

namespace lockstep::tool {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned ByteAt(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
}

/// How many bytes the UTF-8 character takes that the text begins with; 0 if
/// it begins with none. (RFC 3629, section 4.)
std::size_t CharacterSize(std::string_view text) {
  const unsigned first = ByteAt(text, 0);
  const unsigned second = ByteAt(text, 1);
  if (first < 0x80) return 1;
  std::size_t size = 0;
  unsigned low = 0x80;
  unsigned high = 0xBF;
  if (first >= 0xC2 && first <= 0xDF) {
    size = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    size = 3;
    if (first == 0xE0) low = 0xA0;
    if (first == 0xED) high = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    size = 4;
    if (first == 0xF0) low = 0x90;
    if (first == 0xF4) high = 0x8F;
  }
  if (size == 0 || second < low || second > high) return 0;
  for (std::size_t i = 2; i < size; ++i) {
    if ((ByteAt(text, i) & 0xC0) != 0x80) return 0;
  }
  return size;
}

std::string_view EscapedCharacter(std::string_view character) {
  switch (character.front()) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    case '\t':
    case '\n':
    case '\r':
      return " ";
    default:
      break;
  }
  const auto code = static_cast<unsigned char>(character.front());
  const bool is_control = code < ' ' || code == 0x7F;
  // U+FFFE and U+FFFF are valid UTF-8, but XML has no room for them.
  const bool is_no_character =
      character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
  return is_control || is_no_character ? kReplacement : character;
}

}  // namespace

std::string Escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const std::size_t size = CharacterSize(text);
    escaped +=
        size == 0 ? kReplacement : EscapedCharacter(text.substr(0, size));
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return escaped;
}

std::string Coordinate(double value) {
  Expects(std::isfinite(value) && std::abs(value) < 1e9);
  const auto tenths = static_cast<std::int64_t>(std::llround(value * 10));
  std::string text = tenths < 0 ? "-" : "";
  text += std::to_string(std::abs(tenths) / 10);
  if (tenths % 10 != 0) {
    text += '.';
    text += static_cast<char>('0' + std::abs(tenths) % 10);
  }
  return text;
}

}  // namespace lockstep::tool
