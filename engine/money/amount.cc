#include "lockstep/amount.h"

#include "engine/base/int128.h"

namespace lockstep::inline v0_1 {

using engine::Int128;
using engine::ToAmount;
using engine::ToInt128;

Result<Amount> Add(Amount a, Amount b) noexcept {
  Int128 sum = 0;
  if (__builtin_add_overflow(ToInt128(a), ToInt128(b), &sum)) {
    return Outcome::kAmountOverflow;
  }
  return ToAmount(sum);
}

Result<Amount> Subtract(Amount a, Amount b) noexcept {
  Int128 difference = 0;
  if (__builtin_sub_overflow(ToInt128(a), ToInt128(b), &difference)) {
    return Outcome::kAmountOverflow;
  }
  return ToAmount(difference);
}

Result<Amount> Negate(Amount a) noexcept { return Subtract(Amount(), a); }

}  // namespace lockstep::inline v0_1
