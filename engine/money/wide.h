#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <optional>

#include "engine/base/int128.h"

namespace lockstep::engine {

/// An integer from -(2^256 - 1) to 2^256 - 1: room for any product of two
/// Int128, and for any sum of fewer than 2^128 of them. It neither allocates
/// nor throws, except when divided by zero.
using Int256 = boost::multiprecision::int256_t;

/// The value without its sign; that of the lowest value has no place in an
/// Int128.
constexpr UInt128 Magnitude(Int128 value) noexcept {
  const UInt128 bits = static_cast<UInt128>(value);
  return value < 0 ? -bits : bits;
}

// Both conversions go by 64-bit halves: Boost's own ask std::numeric_limits
// about __int128, which knows nothing of it outside of the GNU dialects.

inline Int256 Widen(Int128 value) noexcept {
  const UInt128 magnitude = Magnitude(value);
  Int256 wide = static_cast<std::uint64_t>(magnitude >> 64);
  wide <<= 64;
  wide |= static_cast<std::uint64_t>(magnitude);
  return value < 0 ? Int256(-wide) : wide;
}

/// The same value in 128 bits; nothing if it does not fit.
inline std::optional<Int128> Narrow(const Int256& wide) noexcept {
  if (wide < Widen(kInt128Min) || wide > Widen(kInt128Max)) return {};
  const Int256 magnitude = abs(wide);
  const Int256 low = magnitude & UINT64_MAX;
  const Int256 high = magnitude >> 64;
  const UInt128 bits = static_cast<UInt128>(static_cast<std::uint64_t>(high))
                           << 64 |
                       static_cast<std::uint64_t>(low);
  return static_cast<Int128>(wide < 0 ? -bits : bits);
}

/// The Int128 nearest to `wide`.
inline Int128 Saturate(const Int256& wide) noexcept {
  return Narrow(wide).value_or(wide < 0 ? kInt128Min : kInt128Max);
}

}  // namespace lockstep::engine
