#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>
#include <vector>

#include "lockstep/c.h"
#include "lockstep/outcome.h"

namespace lockstep::engine {

// Structures of the C interface begin with `struct_size`, the size that the
// caller was compiled with: at least what the structure had when it first
// appeared, and possibly more than this version knows.

/// The size that each structure had when it first appeared. Never changes.
template <class Struct>
inline constexpr std::uint32_t kFirstSize = 0;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_ledger_options> = 24;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_asset_options> = 32;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_asset_info> = 64;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_account_options> = 104;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_account_info> = 656;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_transfer_options> = 48;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_receipt> = 104;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_entry> = 360;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_audit_fault> = 64;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_audit_report> = 40;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_stats> = 40;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_asset_total> = 64;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_transfer_request> = 64;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_link_options> = 48;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_each_options> = 8;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_batch_result> = 24;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_hold_info> = 48;
template <>
inline constexpr std::uint32_t kFirstSize<lockstep_reversal> = 56;

/// No structure will ever be this long; what says so is not one.
inline constexpr std::uint32_t kMaxStructSize = 4096;

/// Whether it is a size that the structure had, has, or may have: a later
/// version's are longer, by whole words. `kInvalidStructSize`.
template <class Struct>
[[nodiscard]] Outcome CheckStructSize(std::uint32_t size) noexcept {
  static_assert(std::is_trivially_copyable_v<Struct>);
  static_assert(kFirstSize<Struct> > 0 && kFirstSize<Struct> <= sizeof(Struct));
  static_assert(sizeof(Struct) % alignof(std::uint64_t) == 0);
  const bool is_one = size >= kFirstSize<Struct> && size <= kMaxStructSize &&
                      size % alignof(std::uint64_t) == 0;
  return is_one ? Outcome::kOk : Outcome::kInvalidStructSize;
}

/// How much of a caller's structure this version knows.
template <class Struct>
[[nodiscard]] std::size_t KnownSize(std::uint32_t size) noexcept {
  return std::min<std::size_t>(size, sizeof(Struct));
}

/// Whether a structure that the caller filled in has a size that makes sense,
/// and nothing but zeros in what this version does not know.
/// `kInvalidStructSize`.
template <class Struct>
[[nodiscard]] Outcome CheckStruct(const Struct* theirs) noexcept {
  const std::uint32_t size = theirs->struct_size;
  const Outcome sized = CheckStructSize<Struct>(size);
  if (sized != Outcome::kOk) return sized;
  const auto* const bytes = reinterpret_cast<const std::byte*>(theirs);
  const bool rest_is_zero =
      std::all_of(bytes + KnownSize<Struct>(size), bytes + size,
                  [](std::byte byte) { return byte == std::byte{0}; });
  return rest_is_zero ? Outcome::kOk : Outcome::kInvalidStructSize;
}

/// Copies the caller's structure, checked as above: what it does not have stays
/// as `mine` was.
template <class Struct>
[[nodiscard]] Outcome ReadStruct(const Struct* theirs, Struct& mine) noexcept {
  const Outcome checked = CheckStruct(theirs);
  if (checked != Outcome::kOk) return checked;
  std::memcpy(&mine, theirs, KnownSize<Struct>(theirs->struct_size));
  return Outcome::kOk;
}

/// Writes all that the caller's structure has room for, whose size was checked;
/// beyond what this version knows, zeros.
template <class Struct>
void WriteStruct(const Struct& mine, void* theirs,
                 std::uint32_t size) noexcept {
  std::memset(theirs, 0, size);
  std::memcpy(theirs, &mine, KnownSize<Struct>(size));
  std::memcpy(theirs, &size, sizeof(size));  // as struct_size stays
}

/// Writes the first `count` rows into a caller's array, as `convert(row)` makes
/// them: its elements are as far apart as the first one says that they are
/// long.
template <class Row, class TheirRow, class Convert>
void WriteRows(const std::vector<Row>& rows, std::size_t count,
               TheirRow* theirs, const Convert& convert) noexcept {
  if (count == 0) return;
  const std::uint32_t stride = theirs->struct_size;
  auto* next = reinterpret_cast<std::byte*>(theirs);
  for (std::size_t i = 0; i < count; ++i, next += stride) {
    WriteStruct<TheirRow>(convert(rows[i]), next, stride);
  }
}

/// A caller's array of structures that the library reads, which are as far
/// apart as the first one says that they are long. There is a first one.
template <class Struct>
class ArrayFromC {
 public:
  explicit ArrayFromC(Struct* first) noexcept
      : first_(first), stride_(first->struct_size) {}

  /// An element, once the first one's size was checked.
  [[nodiscard]] Struct& operator[](std::uint64_t i) const noexcept {
    using Byte =
        std::conditional_t<std::is_const_v<Struct>, const std::byte, std::byte>;
    return *reinterpret_cast<Struct*>(reinterpret_cast<Byte*>(first_) +
                                      i * stride_);
  }
  /// As CheckStruct, of one element: it must be as long as the first one.
  [[nodiscard]] Outcome Check(std::uint64_t i) const noexcept {
    const Struct& element = i == 0 ? *first_ : (*this)[i];
    if (element.struct_size != stride_) return Outcome::kInvalidStructSize;
    return CheckStruct(&element);
  }

 private:
  Struct* first_;
  std::uint32_t stride_;
};

/// A text from C: null is an empty one.
[[nodiscard]] inline std::string_view FromText(const char* text) noexcept {
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// Writes a text and a zero byte into an array that has room for it. Returns
/// the text's size.
template <std::size_t kSize>
std::uint32_t CopyText(std::string_view text, char (&array)[kSize]) noexcept {
  const std::size_t size = std::min(text.size(), kSize - 1);
  std::memcpy(array, text.data(), size);
  std::memset(array + size, 0, kSize - size);
  return static_cast<std::uint32_t>(size);
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
