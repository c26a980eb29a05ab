#pragma once

#include <cstdint>

#include "lockstep/amount.h"

namespace lockstep::engine {

/// The compiler's 128-bit integers: what an `Amount` is inside the engine.
__extension__ using Int128 = __int128;
__extension__ using UInt128 = unsigned __int128;

inline constexpr Int128 kInt128Max = static_cast<Int128>(~UInt128{0} >> 1);
inline constexpr Int128 kInt128Min = -kInt128Max - 1;

constexpr Int128 JoinHalves(std::uint64_t high, std::uint64_t low) noexcept {
  return static_cast<Int128>(static_cast<UInt128>(high) << 64 | low);
}
constexpr std::uint64_t HighHalf(Int128 value) noexcept {
  return static_cast<std::uint64_t>(static_cast<UInt128>(value) >> 64);
}
constexpr std::uint64_t LowHalf(Int128 value) noexcept {
  return static_cast<std::uint64_t>(value);
}

constexpr Int128 ToInt128(Amount amount) noexcept {
  return JoinHalves(static_cast<std::uint64_t>(amount.high()), amount.low());
}
constexpr Amount ToAmount(Int128 value) noexcept {
  return Amount::FromHalves(static_cast<std::int64_t>(HighHalf(value)),
                            LowHalf(value));
}

}  // namespace lockstep::engine
