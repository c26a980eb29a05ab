#include "engine/tool/economy/custody.h"

#include "gsl/assert"

namespace lockstep::tool {

AccountStatus Custody::StatusWith(const Holds& holds) noexcept {
  if (holds.seizures > 0) return AccountStatus::kCreditsFrozen;
  if (holds.locks > 0) return AccountStatus::kFrozen;
  if (holds.watchers > 0) return AccountStatus::kDebitsFrozen;
  return AccountStatus::kOpen;
}

void Custody::Change(AccountId account, const Holds& change) {
  const std::lock_guard lock(mutex_);
  Holds& holds = holds_[account.value()];
  const AccountStatus before = StatusWith(holds);
  holds.watchers += change.watchers;
  holds.locks += change.locks;
  holds.seizures += change.seizures;
  Ensures(holds.watchers >= 0 && holds.locks >= 0 && holds.seizures >= 0);
  const AccountStatus now = StatusWith(holds);
  if (now == before) return;
  if (now == AccountStatus::kOpen) holds_.erase(account.value());
  const Outcome outcome = ledger_->SetStatus(account, now);
  Ensures(outcome == Outcome::kOk);
}

}  // namespace lockstep::tool
