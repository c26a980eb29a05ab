#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gsl/assert>
#include <span>
#include <string_view>

#include "engine/base/int128.h"
#include "engine/log/log_fault.h"
#include "lockstep/amount.h"
#include "lockstep/ids.h"

// The log's numbers as bytes. Those of a fixed width are little endian. The
// others, varints, have seven bits in each byte, the lowest ones first, and the
// eighth bit says that there is another byte. With a sign they are folded
// first: 0, -1, 1, -2 are 0, 1, 2, 3. There is only one way to write a number:
// the shortest.

namespace lockstep::engine {

static_assert(std::endian::native == std::endian::little,
              "numbers are copied as they lie in memory");

inline constexpr std::size_t kMaxVarintBytes = 10;     // 64 bits
inline constexpr std::size_t kMaxVarint128Bytes = 19;  // 128 bits

constexpr std::uint64_t Fold(std::int64_t value) noexcept {
  return static_cast<std::uint64_t>(value) << 1 ^
         static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t Unfold(std::uint64_t folded) noexcept {
  return static_cast<std::int64_t>(folded >> 1 ^ (~(folded & 1) + 1));
}
constexpr UInt128 Fold(Int128 value) noexcept {
  return static_cast<UInt128>(value) << 1 ^ static_cast<UInt128>(value >> 127);
}
constexpr Int128 Unfold(UInt128 folded) noexcept {
  return static_cast<Int128>(folded >> 1 ^ (~(folded & 1) + 1));
}

/// Writes to where there is room: whoever has it counts beforehand.
class ByteWriter {
 public:
  explicit ByteWriter(std::byte* place) noexcept : place_(place) {}

  /// Where the next byte goes.
  [[nodiscard]] std::byte* place() const noexcept { return place_; }

  template <std::unsigned_integral Number>
  void Fixed(Number number) noexcept {
    std::memcpy(place_, &number, sizeof(number));
    place_ += sizeof(number);
  }
  void Fixed(Bits128 bits) noexcept {
    Fixed(bits.high);
    Fixed(bits.low);
  }
  void Varint(std::uint64_t number) noexcept { AnyVarint(number); }
  void SignedVarint(std::int64_t number) noexcept { AnyVarint(Fold(number)); }
  void Money(Amount amount) noexcept {
    const UInt128 folded = Fold(ToInt128(amount));
    if (HighHalf(static_cast<Int128>(folded)) == 0) {
      AnyVarint(static_cast<std::uint64_t>(folded));  // nearly always
    } else {
      AnyVarint(folded);
    }
  }
  void Bytes(std::span<const std::byte> bytes) noexcept {
    if (!bytes.empty()) std::memcpy(place_, bytes.data(), bytes.size());
    place_ += bytes.size();
  }
  /// With its length, which fits, in one byte in front.
  void Text(std::string_view text) noexcept {
    Fixed(static_cast<std::uint8_t>(text.size()));
    Bytes(std::as_bytes(std::span(text)));
  }
  void Zeros(std::size_t count) noexcept {
    std::memset(place_, 0, count);
    place_ += count;
  }

 private:
  template <class Number>
  void AnyVarint(Number number) noexcept {
    while (number >= 0x80) {
      *place_++ = static_cast<std::byte>(number | 0x80);
      number >>= 7;
    }
    *place_++ = static_cast<std::byte>(number);
  }

  std::byte* place_;
};

/// Reads bytes that anybody may have written. After the first fault it reads
/// zeros and nothing, so that one look at `fault` at the end is enough; but
/// what bounds a loop or a place in memory has to be looked at before.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) noexcept
      : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] LogFault fault() const noexcept { return fault_; }
  [[nodiscard]] bool ok() const noexcept { return fault_ == LogFault::kNone; }
  [[nodiscard]] std::size_t left() const noexcept {
    return static_cast<std::size_t>(end_ - next_);
  }
  /// Where the next byte is.
  [[nodiscard]] const std::byte* place() const noexcept { return next_; }

  /// Says what is wrong. The first to be said stays.
  void Fail(LogFault fault) noexcept {
    if (ok()) fault_ = fault;
    next_ = end_;
  }

  template <std::unsigned_integral Number>
  Number Fixed() noexcept {
    Number number = 0;
    if (left() < sizeof(number)) {
      Fail(LogFault::kCutShort);
      return 0;
    }
    std::memcpy(&number, next_, sizeof(number));
    next_ += sizeof(number);
    return number;
  }
  Bits128 FixedBits128() noexcept {
    const auto high = Fixed<std::uint64_t>();
    const auto low = Fixed<std::uint64_t>();
    return ok() ? Bits128{high, low} : Bits128{};
  }
  std::uint64_t Varint() noexcept { return AnyVarint<std::uint64_t>(); }
  /// One that is not above `most`; otherwise it has that fault, and is zero.
  std::uint64_t VarintUpTo(std::uint64_t most, LogFault fault) noexcept {
    const std::uint64_t number = Varint();
    if (number <= most) return number;
    Fail(fault);
    return 0;
  }
  std::int64_t SignedVarint() noexcept { return Unfold(Varint()); }
  Amount Money() noexcept { return ToAmount(Unfold(AnyVarint<UInt128>())); }
  std::span<const std::byte> Bytes(std::size_t count) noexcept {
    if (left() < count) {
      Fail(LogFault::kCutShort);
      return {};
    }
    const std::span<const std::byte> bytes(next_, count);
    next_ += count;
    return bytes;
  }
  /// Points into the bytes.
  std::string_view Text() noexcept {
    const auto bytes = Bytes(Fixed<std::uint8_t>());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

 private:
  template <class Number>
  Number AnyVarint() noexcept {
    constexpr unsigned kBits = sizeof(Number) * 8;
    Number number = 0;
    for (unsigned shift = 0; shift < kBits; shift += 7) {
      if (next_ == end_) {
        Fail(LogFault::kCutShort);
        return 0;
      }
      const auto byte = std::to_integer<std::uint8_t>(*next_++);
      const Number bits = byte & 0x7F;
      number |= bits << shift;
      if ((byte & 0x80) != 0) continue;
      const bool is_shortest = byte != 0 || shift == 0;
      const bool fits = (number >> shift) == bits;
      if (is_shortest && fits) return number;
      break;
    }
    Fail(LogFault::kNotShort);
    return 0;
  }

  const std::byte* next_;
  const std::byte* end_;
  LogFault fault_ = LogFault::kNone;
};

}  // namespace lockstep::engine
