#pragma once

#include <cstdint>
#include <gsl/assert>

#include "engine/base/int128.h"

namespace lockstep::engine {

/// An exact sum of Int128 values, whatever their order and however far the sum
/// strays on the way: a transfer's legs overflow an account only if their net
/// change does. Good for 2^31 additions, after which the carry could be full.
///
/// The exact sum is value_ + carry_ × 2^128. The terms fix value_ modulo
/// 2^128, and it lies within -2^127 .. 2^127 - 1, so every sum has exactly one
/// such form: it fits into an Int128 just if carry_ is 0, and where carry_ is
/// not 0 it alone gives the sign, because |value_| < 2^128.
class ExactSum {
 public:
  constexpr ExactSum() noexcept = default;
  constexpr explicit ExactSum(Int128 value) noexcept : value_(value) {}

  constexpr void Add(Int128 term) noexcept {
    // Only two terms of one sign overflow, and then the wrapped value is 2^128
    // away from the sum, on the other side of 0.
    if (__builtin_add_overflow(value_, term, &value_)) [[unlikely]] {
      carry_ += term < 0 ? -1 : 1;
    }
  }

  /// Minus x is the complement of x, and one; the complement always fits, which
  /// minus the smallest number does not. Counts as two additions.
  constexpr void Subtract(Int128 term) noexcept {
    Add(~term);
    Add(1);
  }

  /// The sum fits into an Int128.
  [[nodiscard]] constexpr bool Fits() const noexcept { return carry_ == 0; }

  /// The sum. Requires Fits().
  [[nodiscard]] constexpr Int128 value() const noexcept {
    Expects(Fits());
    return value_;
  }

  /// The Int128 nearest to the sum.
  [[nodiscard]] constexpr Int128 Saturated() const noexcept {
    if (carry_ == 0) return value_;
    return carry_ < 0 ? kInt128Min : kInt128Max;
  }

  [[nodiscard]] constexpr bool IsZero() const noexcept {
    return carry_ == 0 && value_ == 0;
  }
  [[nodiscard]] constexpr bool IsNegative() const noexcept {
    return carry_ < 0 || (carry_ == 0 && value_ < 0);
  }
  [[nodiscard]] constexpr bool IsPositive() const noexcept {
    return carry_ > 0 || (carry_ == 0 && value_ > 0);
  }

 private:
  Int128 value_ = 0;
  std::int32_t carry_ = 0;
};

}  // namespace lockstep::engine
