#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "lockstep/amount.h"
#include "lockstep/result.h"

namespace lockstep::oracle {

/// An integer of any size, against which the money room is checked.
using BigInt = boost::multiprecision::cpp_int;

// It is made by plain arithmetic, not by the engine's own conversions.
inline BigInt Exact(Amount amount) {
  const BigInt high = amount.high();
  return (high << 64) + BigInt(amount.low());
}
inline BigInt Exact(engine::Int128 value) {
  return Exact(engine::ToAmount(value));
}

inline BigInt Largest() { return (BigInt(1) << 127) - 1; }
inline BigInt Smallest() { return -(BigInt(1) << 127); }
inline bool Fits(const BigInt& value) {
  return Smallest() <= value && value <= Largest();
}
inline BigInt Nearest(const BigInt& value) {
  return value < Smallest()  ? Smallest()
         : value > Largest() ? Largest()
                             : value;
}

/// The amount of that many minor units; they must fit.
inline Amount AmountOf(const BigInt& value) {
  const BigInt high = value < 0 ? BigInt((value + 1) / (BigInt(1) << 64) - 1)
                                : BigInt(value >> 64);
  const BigInt low = value - high * (BigInt(1) << 64);
  return Amount::FromHalves(static_cast<std::int64_t>(high),
                            static_cast<std::uint64_t>(low));
}
inline engine::Int128 Int128Of(const BigInt& value) {
  return engine::ToInt128(AmountOf(value));
}

/// What a function gave, as text that a failing test can show.
inline std::string Shown(Outcome outcome) {
  return "outcome " + std::to_string(static_cast<int>(outcome));
}
inline std::string Shown(const BigInt& value) { return value.str(); }
inline std::string Shown(const Result<Amount>& result) {
  return result ? Shown(Exact(*result)) : Shown(result.error());
}

/// What a function ought to give whose exact result is `value`.
inline std::string ShownIfItFits(const BigInt& value) {
  return Fits(value) ? Shown(value) : Shown(Outcome::kAmountOverflow);
}

/// Amounts where carries, signs and limits go wrong if anything does.
inline std::vector<BigInt> EdgeValues() {
  std::vector<BigInt> values;
  for (const int bits : {0, 1, 31, 32, 63, 64, 65, 126, 127}) {
    for (int nudge = -2; nudge <= 2; ++nudge) {
      for (const int sign : {-1, 1}) {
        const BigInt value = sign * (BigInt(1) << bits) + nudge;
        if (Fits(value)) values.push_back(value);
      }
    }
  }
  return values;
}

}  // namespace lockstep::oracle
