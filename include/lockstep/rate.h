#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lockstep/amount.h"
#include "lockstep/export.h"
#include "lockstep/result.h"

namespace lockstep::inline v0_1 {

/// What to do with the part of a product that is less than one minor unit.
enum class Rounding : std::uint8_t {
  kTowardZero,        ///< 2.9 -> 2, -2.9 -> -2
  kAwayFromZero,      ///< 2.1 -> 3, -2.1 -> -3
  kFloor,             ///< 2.9 -> 2, -2.1 -> -3
  kCeiling,           ///< 2.1 -> 3, -2.9 -> -2
  kHalfAwayFromZero,  ///< 2.5 -> 3, -2.5 -> -3 (what schools teach)
  kHalfToEven,        ///< 2.5 -> 2, 3.5 -> 4 (bankers' rounding)
};

/// An exact fraction: a tax of 5 % is `Rate{Amount(5), Amount(100)}`.
struct Rate {
  /// What is above the line.
  Amount numerator;
  /// What is below it; not zero.
  Amount denominator;
};

/// amount × rate, exact to the rounding (the product has 256 bits).
/// Outcomes, in order of checking: `kDivisionByZero`, `kAmountOverflow` (the
/// rounded result does not fit). Pure, any thread.
[[nodiscard]] LOCKSTEP_EXPORT Result<Amount> Multiply(
    Amount amount, Rate rate, Rounding rounding) noexcept;

/// Splits `total` in proportion to `weights` so that the parts sum to it
/// exactly: each part is rounded toward zero, and the minor units left over go
/// one each to the parts with the largest remainders, ties to the lowest index
/// (the largest-remainder method, A. Hamilton 1792). A negative total is split
/// like its positive twin.
///
/// Writes one part for each weight. Outcomes, in order of checking:
/// `kInvalidWeights` (none, or all zero, or `parts` has another length; then
/// nothing is written), `kOutOfMemory`. Cost: O(n log n), one allocation.
[[nodiscard]] LOCKSTEP_EXPORT Outcome
Split(Amount total, std::span<const std::uint64_t> weights,
      std::span<Amount> parts) noexcept;

/// The same, with the parts in a vector of its own.
[[nodiscard]] LOCKSTEP_EXPORT Result<std::vector<Amount>> Split(
    Amount total, std::span<const std::uint64_t> weights) noexcept;

}  // namespace lockstep::inline v0_1
