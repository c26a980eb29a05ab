#include "lockstep/rate.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/int128.h"
#include "engine/money/wide.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::Int128;
using engine::Int256;
using engine::Narrow;
using engine::ToAmount;
using engine::ToInt128;
using engine::UInt128;
using engine::Widen;

// The quotient is cut off toward zero; the remainder has the dividend's sign.
struct Division {
  Int256 quotient;
  Int256 remainder;
};

Division Divide(const Int256& dividend, const Int256& divisor) noexcept {
  Division division;
  divide_qr(dividend, divisor, division.quotient, division.remainder);
  return division;
}

// Whether a result that is not whole goes to the whole number farther from zero
// rather than to the nearer one, `quotient`.
bool RoundsAway(Rounding rounding, bool negative, const Division& division,
                const Int256& divisor) noexcept {
  const Int256 twice = abs(division.remainder) * 2;
  const Int256 whole = abs(divisor);
  switch (rounding) {
    case Rounding::kTowardZero:
      return false;
    case Rounding::kAwayFromZero:
      return true;
    case Rounding::kFloor:
      return negative;
    case Rounding::kCeiling:
      return !negative;
    case Rounding::kHalfAwayFromZero:
      return twice >= whole;
    case Rounding::kHalfToEven:
      return twice > whole || (twice == whole && division.quotient % 2 != 0);
  }
  return false;
}

// No overflow: fewer than 2^64 weights of less than 2^64 each.
UInt128 SumOf(std::span<const std::uint64_t> weights) noexcept {
  UInt128 sum = 0;
  for (const std::uint64_t weight : weights) sum += weight;
  return sum;
}

// What a part's share had beyond its whole minor units, times the sum of the
// weights and without its sign.
struct Remainder {
  Int128 size;
  std::size_t part;
};

// A strict order of all remainders: the first in it get a minor unit more.
bool ComesFirst(const Remainder& a, const Remainder& b) noexcept {
  return a.size != b.size ? a.size > b.size : a.part < b.part;
}

// `weight_sum` is the sum of the weights and not zero.
Outcome Distribute(Int128 total, std::span<const std::uint64_t> weights,
                   UInt128 weight_sum, std::span<Amount> parts) noexcept {
  const std::unique_ptr<Remainder[]> remainders(new (std::nothrow)
                                                    Remainder[weights.size()]);
  if (!remainders) return Outcome::kOutOfMemory;

  // A span of weights has less than 2^61 of them, so the sum is below 2^125;
  // a share is never larger than the total: both conversions succeed.
  const Int256 wide_total = Widen(total);
  const Int256 wide_sum = Widen(static_cast<Int128>(weight_sum));
  Int128 left = total;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Division share = Divide(wide_total * weights[i], wide_sum);
    const Int128 part = *Narrow(share.quotient);
    parts[i] = ToAmount(part);
    left -= part;
    remainders[i] = {*Narrow(abs(share.remainder)), i};
  }

  // The remainders add up to `left` times the sum of the weights, and each is
  // less than that sum: there are more of them above zero than units left.
  const Int128 unit = total < 0 ? -1 : 1;
  const auto units_left = static_cast<std::size_t>(left * unit);
  Remainder* const first = remainders.get();
  std::nth_element(first, first + units_left, first + weights.size(),
                   ComesFirst);
  for (std::size_t i = 0; i < units_left; ++i) {
    Amount& part = parts[remainders[i].part];
    part = ToAmount(ToInt128(part) + unit);
  }
  return Outcome::kOk;
}

}  // namespace

Result<Amount> Multiply(Amount amount, Rate rate, Rounding rounding) noexcept {
  if (rate.denominator.is_zero()) return Outcome::kDivisionByZero;
  const Int256 product =
      Widen(ToInt128(amount)) * Widen(ToInt128(rate.numerator));
  const Int256 divisor = Widen(ToInt128(rate.denominator));
  Division division = Divide(product, divisor);
  const bool negative = (product < 0) != (divisor < 0);
  if (division.remainder != 0 &&
      RoundsAway(rounding, negative, division, divisor)) {
    division.quotient += negative ? -1 : 1;
  }
  const std::optional<Int128> rounded = Narrow(division.quotient);
  if (!rounded) return Outcome::kAmountOverflow;
  return ToAmount(*rounded);
}

Outcome Split(Amount total, std::span<const std::uint64_t> weights,
              std::span<Amount> parts) noexcept {
  const UInt128 weight_sum = SumOf(weights);
  if (weight_sum == 0 || parts.size() != weights.size()) {
    return Outcome::kInvalidWeights;
  }
  return Distribute(ToInt128(total), weights, weight_sum, parts);
}

Result<std::vector<Amount>> Split(
    Amount total, std::span<const std::uint64_t> weights) noexcept {
  const UInt128 weight_sum = SumOf(weights);
  if (weight_sum == 0) return Outcome::kInvalidWeights;
  try {
    std::vector<Amount> parts(weights.size());
    const Outcome outcome =
        Distribute(ToInt128(total), weights, weight_sum, parts);
    if (outcome != Outcome::kOk) return outcome;
    return parts;
  } catch (const std::exception&) {  // bad_alloc, or longer than a vector is
    return Outcome::kOutOfMemory;
  }
}

}  // namespace lockstep::inline v0_1
