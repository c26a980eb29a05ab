#include "engine/accounts/account_table.h"

#include <gsl/assert>

namespace lockstep::engine {

bool AccountTable::ReserveOne() noexcept {
  return hot_.ReserveNext() && cold_.ReserveNext();
}

AccountId AccountTable::Add(AssetId asset, Int128 floor, AccountStatus status,
                            const ColdAccount& cold) noexcept {
  const bool has_ceiling = cold.ceiling.LoadLocked() != kInt128Max;
  const Account* const hot = hot_.Append(asset, floor, has_ceiling, status);
  const ColdAccount* const beside = cold_.Append(cold);
  Ensures(hot != nullptr && beside != nullptr);
  sync::WillWrite(hot, "account");
  sync::WillWrite(beside, "cold account");
  const std::uint64_t added = count_.load(std::memory_order_relaxed) + 1;
  count_.store(added, std::memory_order_release);  // pairs with count()
  return AccountId(added);
}

void AccountTable::SetCeilingLocked(AccountId id,
                                    Int128 ceiling) const noexcept {
  StoreCeilingLocked(Hot(id), cold_[id.value() - 1], ceiling);
}

void AccountTable::Restore(AccountId id,
                           const AccountView& view) const noexcept {
  Account& account = Hot(id);
  account.balance.StoreLocked(view.balance);
  account.held.StoreLocked(view.held);
  account.floor.StoreLocked(view.floor);
  SetCeilingLocked(id, view.ceiling);
  account.SetStatusLocked(view.status);
  account.word.Unlock(view.version);
}

AccountView ViewAccount(const AccountTable& accounts, AccountId id) noexcept {
  const Account& account = accounts.Hot(id);
  return LookUntilOneView(account, [&](std::uint64_t word) {
    return ViewShared(accounts, id, account, word);
  });
}

}  // namespace lockstep::engine

namespace lockstep::inline v0_1 {

std::string_view AccountStatusName(AccountStatus status) noexcept {
  switch (status) {
    case AccountStatus::kOpen:
      return "open";
    case AccountStatus::kDebitsFrozen:
      return "debits_frozen";
    case AccountStatus::kCreditsFrozen:
      return "credits_frozen";
    case AccountStatus::kFrozen:
      return "frozen";
    case AccountStatus::kClosed:
      return "closed";
  }
  return "unknown_status";
}

}  // namespace lockstep::inline v0_1
