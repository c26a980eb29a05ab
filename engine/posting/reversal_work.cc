#include "engine/posting/reversal_work.h"

#include <algorithm>

#include "engine/base/int128.h"

namespace lockstep::engine {

ReversalWork::~ReversalWork() {
  if (reversed_ != nullptr) table_.Leave(asked_.transfer);
}

bool ReversalWork::Enter() noexcept {
  reversed_ = table_.Enter(asked_.transfer);
  return reversed_ != nullptr;
}

Verdict ReversalWork::EnterNew(const TransferFound& found) {
  std::span<const Leg> legs = found.legs;
  const bool is_forgotten =
      found.outcome == Outcome::kTransferForgotten && !found.is_unheard_of;
  if (is_forgotten && !asked_.legs.empty()) {
    const Verdict shape =
        CheckPostShape(accounts_, asked_.legs, asked_.options);
    if (shape.outcome != Outcome::kOk) return shape;
    legs = asked_.legs;
  } else if (found.outcome != Outcome::kOk) {
    return {found.outcome, {}};
  }
  reversed_ = &table_.EnterNew(asked_.transfer, legs);
  return {};
}

Verdict ReversalWork::CheckShape() const {
  const std::span<const Leg> legs = reversed_->legs();
  if (!asked_.legs.empty()) {
    if (asked_.legs.size() != legs.size()) {
      return {Outcome::kInvalidReversal, {}};
    }
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
      const Leg& passed = asked_.legs[leg];
      if (passed.account != legs[leg].account ||
          passed.amount != legs[leg].amount) {
        return RefuseLeg(Outcome::kInvalidReversal, leg, passed.account);
      }
    }
  }
  if (asked_.amounts.empty()) return {};
  return CheckPartsOf(accounts_, legs, asked_.amounts,
                      Outcome::kInvalidReversal);
}

Verdict ReversalWork::CheckLeft(std::span<const Amount> amounts,
                                const Amounts& left) const noexcept {
  const std::span<const Leg> legs = reversed_->legs();
  const bool is_any = std::any_of(
      left.begin(), left.begin() + static_cast<std::ptrdiff_t>(legs.size()),
      [](Amount amount) { return !amount.is_zero(); });
  if (!is_any) return {Outcome::kAlreadyReversed, {}};
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    if (IsPartOf(amounts[leg], left[leg])) continue;
    Verdict verdict =
        RefuseLeg(Outcome::kReversalTooLarge, leg, legs[leg].account);
    verdict.refusal.asset = accounts_.Hot(legs[leg].account).asset();
    verdict.refusal.available = left[leg];
    verdict.refusal.required = amounts[leg];
    return verdict;
  }
  return {};
}

Verdict ReversalWork::Decide() {
  Amounts left;
  table_.CopyLeft(*reversed_, left.data());
  const std::span<const Leg> legs = reversed_->legs();
  const std::span<const Amount> amounts =
      asked_.amounts.empty() ? std::span<const Amount>(left.data(), legs.size())
                             : asked_.amounts;
  const Verdict verdict = CheckLeft(amounts, left);
  if (verdict.outcome != Outcome::kOk) return verdict;
  is_stale_ = false;
  legs_.clear();
  numbers_.clear();
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    if (amounts[leg].is_zero()) continue;
    const Int128 amount = ToInt128(amounts[leg]);
    if (amount == kInt128Min) {  // which has no opposite
      return RefuseLeg(Outcome::kAmountOverflow, leg, legs[leg].account);
    }
    legs_.push_back({legs[leg].account, ToAmount(-amount)});
    numbers_.push_back(static_cast<std::uint32_t>(leg));
  }
  prepared_.emplace(amounts);
  return {};
}

Verdict ReversalWork::Check() noexcept {
  Amounts left;
  table_.CopyLeft(*reversed_, left.data());
  const std::span<const Amount> amounts = prepared_->amounts();
  const Verdict verdict = CheckLeft(amounts, left);
  // What was all is so no longer: then the rest is.
  is_stale_ = asked_.amounts.empty() &&
              (verdict.outcome == Outcome::kReversalTooLarge ||
               !std::equal(amounts.begin(), amounts.end(), left.begin()));
  if (is_stale_) return {Outcome::kConflict, {}};
  return verdict;
}

}  // namespace lockstep::engine
