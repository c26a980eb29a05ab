#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lockstep::tool {

/// Where a text cannot be understood, and why. Also what is thrown by those
/// who read a part of a text, and caught by those who read all of it.
struct TextFault {
  std::size_t line = 0;
  /// In bytes, from 1; 0: the line as a whole.
  std::size_t column = 0;
  std::string reason = {};
};

/// A value of a JSON text that knows its line.
struct JsonNode {
  enum class Kind : std::uint8_t {
    kNull,
    kTruth,
    kNumber,
    kText,
    kList,
    kObject,
  };

  Kind kind = Kind::kNull;
  /// From 1. A member's is that of its key.
  std::size_t line = 0;
  /// A text, or a number or truth value as it is written: decimals stay exact.
  std::string text = {};
  /// An object's keys, in the order of their values in `items`.
  std::vector<std::string> keys = {};
  std::vector<JsonNode> items = {};
};

/// How deep lists and objects may lie in each other.
inline constexpr std::size_t kMaxJsonDepth = 16;
/// How many keys an object may have: each is compared with those before it.
inline constexpr std::size_t kMaxJsonKeys = 1000;

/// Reads a JSON text (RFC 8259) whole. No key may come twice in an object.
[[nodiscard]] std::variant<JsonNode, TextFault> ParseJson(
    std::string_view text);

}  // namespace lockstep::tool
