#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "lockstep/export.h"
#include "lockstep/result.h"

namespace lockstep::inline v0_1 {

/// An exact number of an asset's minor units (cents, satoshis): a signed
/// 128-bit integer, from -2^127 to 2^127 - 1. The asset's scale says how many
/// of its digits people write behind the point.
///
/// There is no way in from floating point, and no arithmetic operator: sums go
/// through `Add` and its kin below, which say so when the result does not fit.
class Amount {
 public:
  constexpr Amount() noexcept = default;

  /// `Amount(150)` is 150 minor units.
  template <std::integral Integer>
  constexpr explicit Amount(Integer minor_units) noexcept
      : low_(static_cast<std::uint64_t>(minor_units)),
        high_(minor_units < Integer{} ? -1 : 0) {
    static_assert(sizeof(Integer) <= sizeof(std::uint64_t),
                  "wider integers go through FromHalves");
  }
  template <std::floating_point Float>
  Amount(Float) = delete;  // money is not a floating-point number

  /// The amount high × 2^64 + low.
  static constexpr Amount FromHalves(std::int64_t high,
                                     std::uint64_t low) noexcept {
    Amount amount;
    amount.high_ = high;
    amount.low_ = low;
    return amount;
  }
  /// The largest amount, 2^127 - 1.
  static constexpr Amount Max() noexcept {
    return FromHalves(INT64_MAX, UINT64_MAX);
  }
  /// The smallest amount, -2^127.
  static constexpr Amount Min() noexcept { return FromHalves(INT64_MIN, 0); }

  /// The upper 64 bits, with the sign.
  [[nodiscard]] constexpr std::int64_t high() const noexcept { return high_; }
  /// The lower 64 bits.
  [[nodiscard]] constexpr std::uint64_t low() const noexcept { return low_; }
  /// Is it nothing?
  [[nodiscard]] constexpr bool is_zero() const noexcept {
    return (static_cast<std::uint64_t>(high_) | low_) == 0;
  }
  /// Is it below zero?
  [[nodiscard]] constexpr bool is_negative() const noexcept {
    return high_ < 0;
  }

  friend constexpr bool operator==(Amount, Amount) noexcept = default;
  friend constexpr std::strong_ordering operator<=>(Amount a,
                                                    Amount b) noexcept {
    if (a.high_ != b.high_) return a.high_ <=> b.high_;
    return a.low_ <=> b.low_;
  }

 private:
  std::uint64_t low_ = 0;
  std::int64_t high_ = 0;
};

/// The exact sum. `kAmountOverflow` when it does not fit. Pure, any thread, a
/// few nanoseconds; so are the two below.
[[nodiscard]] LOCKSTEP_EXPORT Result<Amount> Add(Amount a, Amount b) noexcept;
/// The exact difference, a - b. `kAmountOverflow`.
[[nodiscard]] LOCKSTEP_EXPORT Result<Amount> Subtract(Amount a,
                                                      Amount b) noexcept;
/// The amount with the other sign. `kAmountOverflow` for `Amount::Min()`.
[[nodiscard]] LOCKSTEP_EXPORT Result<Amount> Negate(Amount a) noexcept;

/// The largest scale an asset may have.
inline constexpr int kMaxScale = 18;

/// The amount as people write it: `FormatDecimal(Amount(15000), 2)` is
/// "150.00". Always `scale` digits behind the point, a minus sign in front of
/// negative amounts, no grouping. `scale` is clamped to 0..kMaxScale. Empty if
/// there is no memory for it.
[[nodiscard]] LOCKSTEP_EXPORT std::string FormatDecimal(Amount amount,
                                                        int scale) noexcept;

/// Reads what people write: an optional sign, digits, and optionally a point
/// and at most `scale` digits ("150", "150.", "150.00", "-0.5", ".5").
/// Outcomes, in order of checking: `kInvalidScale` (not 0..kMaxScale),
/// `kEmptyText`, `kMalformedNumber` (anything else than the above: spaces,
/// grouping, exponents, no digit at all), `kTooManyDecimals` (more digits
/// behind the point than the scale, even if they are zeros),
/// `kAmountOverflow`.
[[nodiscard]] LOCKSTEP_EXPORT Result<Amount> ParseDecimal(std::string_view text,
                                                          int scale) noexcept;

}  // namespace lockstep::inline v0_1
