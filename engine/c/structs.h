#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "lockstep/outcome.h"

namespace lockstep::engine {

// Structures of the C interface begin with `struct_size`, the size that the
// caller knows. This version's structures are the first version's: a later one
// that grows must name here how short they once were.

/// No structure will ever be this long; what says so is not one.
inline constexpr std::uint32_t kMaxStructSize = 4096;

/// Copies the caller's structure: what it does not have stays as `mine` was,
/// and what this version does not know must be zero. `kInvalidStructSize`.
template <class Struct>
[[nodiscard]] Outcome ReadStruct(const Struct* theirs, Struct& mine) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct>);
  const std::uint32_t size = theirs->struct_size;
  if (size < sizeof(Struct) || size > kMaxStructSize) {
    return Outcome::kInvalidStructSize;
  }
  const auto* const bytes = reinterpret_cast<const std::byte*>(theirs);
  if (!std::all_of(bytes + sizeof(Struct), bytes + size,
                   [](std::byte byte) { return byte == std::byte{0}; })) {
    return Outcome::kInvalidStructSize;
  }
  std::memcpy(&mine, theirs, sizeof(Struct));
  return Outcome::kOk;
}

/// Whether a structure that is to be written has a size that makes sense.
[[nodiscard]] inline Outcome CheckStructSize(std::uint32_t size,
                                             std::size_t least) noexcept {
  return size < least || size > kMaxStructSize ? Outcome::kInvalidStructSize
                                               : Outcome::kOk;
}

/// Writes all that the caller's structure has room for, whose size was checked;
/// beyond what this version knows, zeros.
template <class Struct>
void WriteStruct(const Struct& mine, void* theirs,
                 std::uint32_t size) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct>);
  std::memset(theirs, 0, size);
  std::memcpy(theirs, &mine, sizeof(Struct));
  std::memcpy(theirs, &size, sizeof(size));  // as struct_size stays
}

/// A text from C: null is an empty one.
[[nodiscard]] inline std::string_view FromText(const char* text) noexcept {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// Writes a text and a zero byte into an array that has room for it.
template <std::size_t kSize>
void CopyText(std::string_view text, char (&array)[kSize]) noexcept {
  const std::size_t size = std::min(text.size(), kSize - 1);
  std::memcpy(array, text.data(), size);
  std::memset(array + size, 0, kSize - size);
}

/// Writes a text into a caller's buffer, as much as there is room for, with a
/// zero byte. `kBufferTooSmall`.
[[nodiscard]] inline Outcome WriteText(std::string_view text, char* buffer,
                                       std::uint64_t buffer_size,
                                       std::uint64_t* text_size) noexcept {
  if (text_size != nullptr) *text_size = text.size();
  if (buffer_size == 0) return Outcome::kBufferTooSmall;
  const std::size_t size =
      std::min<std::uint64_t>(text.size(), buffer_size - 1);
  std::memcpy(buffer, text.data(), size);
  buffer[size] = '\0';
  return size == text.size() ? Outcome::kOk : Outcome::kBufferTooSmall;
}

}  // namespace lockstep::engine
