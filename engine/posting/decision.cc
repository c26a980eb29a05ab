#include "lockstep/transact.h"

namespace lockstep::inline v0_1 {

Decision& Decision::Move(AccountId from, AccountId to, Amount amount) noexcept {
  if (amount.is_zero()) return Blame(Outcome::kZeroAmount);
  if (amount.is_negative()) return Blame(Outcome::kNegativeAmount);
  if (from == to) return Blame(Outcome::kSameAccount);
  if (count_ + 2 > kMaxLegs) return Blame(Outcome::kTooManyLegs);
  // What is positive has a negative twin.
  return Add(from, Negate(amount).value()).Add(to, amount);
}

}  // namespace lockstep::inline v0_1
