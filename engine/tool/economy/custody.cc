#include "engine/tool/economy/custody.h"

#include "gsl/assert"

namespace lockstep::tool {

AccountStatus Custody::StatusWith(const Keepers& keepers) noexcept {
  if (keepers.seizures > 0) return AccountStatus::kCreditsFrozen;
  if (keepers.locks > 0) return AccountStatus::kFrozen;
  if (keepers.watchers > 0) return AccountStatus::kDebitsFrozen;
  return AccountStatus::kOpen;
}

void Custody::Change(AccountId account, const Keepers& change) {
  const std::lock_guard lock(mutex_);
  Keepers& keepers = kept_[account.value()];
  const AccountStatus before = StatusWith(keepers);
  keepers.watchers += change.watchers;
  keepers.locks += change.locks;
  keepers.seizures += change.seizures;
  Ensures(keepers.watchers >= 0 && keepers.locks >= 0 && keepers.seizures >= 0);
  const AccountStatus now = StatusWith(keepers);
  if (now == before) return;
  if (now == AccountStatus::kOpen) kept_.erase(account.value());
  const Outcome outcome = ledger_->SetStatus(account, now);
  Ensures(outcome == Outcome::kOk);
}

}  // namespace lockstep::tool
