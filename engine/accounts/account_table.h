#pragma once

#include <cstdint>

#include "engine/accounts/account.h"
#include "engine/base/segmented_array.h"
#include "lockstep/ids.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// All the accounts of a ledger, hot and cold side by side, indexed by
/// AccountId without hashing. Accounts never move and never go away.
class AccountTable {
 public:
  /// How many accounts there are; their ids run from 1 to this.
  [[nodiscard]] std::uint64_t count() const noexcept {
    // Acquires: pairs with the release in Add, so that whoever sees an id in
    // range also sees the account.
    return count_.load(std::memory_order_acquire);
  }

  [[nodiscard]] bool Contains(AccountId id) const noexcept {
    return id.value() - 1 < count();  // none (zero) wraps round
  }

  /// The account, hot and cold; `id` must be contained.
  [[nodiscard]] Account& Hot(AccountId id) const noexcept {
    Account& hot = hot_[id.value() - 1];
    sync::WillRead(&hot, "account");  // that it was made, and published
    return hot;
  }
  [[nodiscard]] const ColdAccount& Cold(AccountId id) const noexcept {
    const ColdAccount& cold = cold_[id.value() - 1];
    sync::WillRead(&cold, "cold account");
    return cold;
  }

  /// Gets the memory for one more account; false if there is none. Add cannot
  /// fail after this. One thread at a time.
  [[nodiscard]] bool ReserveOne() noexcept;

  /// Adds an account and makes it known to all threads. One thread at a time,
  /// after ReserveOne.
  AccountId Add(AssetId asset, Int128 floor, AccountStatus status,
                const ColdAccount& cold) noexcept;

 private:
  SegmentedArray<Account> hot_;
  SegmentedArray<ColdAccount> cold_;
  sync::Atomic<std::uint64_t> count_ = 0;
};

/// A look at the fields under an account's word that belong to one moment.
struct AccountView {
  Int128 balance = 0;
  Int128 held = 0;
  Int128 floor = 0;
  AccountStatus status = AccountStatus::kOpen;
  Sequence version;
};

/// Looks without taking the lock, as often as it takes to find the word free
/// and unchanged (H. Boehm, "Can Seqlocks Get Along With Programming Language
/// Memory Models?", 2012). Yields the processor while the account is locked.
[[nodiscard]] AccountView ViewAccount(const Account& account) noexcept;

}  // namespace lockstep::engine
