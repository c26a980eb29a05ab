#pragma once

#include "engine/accounts/account.h"
#include "engine/base/lock_rank.h"
#include "engine/locking/lock_wait.h"
#include "lock_watch.h"

namespace lockstep::engine {

/// Waits for an account that another operation has locked. Apart, so that the
/// common case stays short.
template <Concurrency kConcurrency>
[[gnu::noinline]] bool WaitForAccount(Account& account, AccountId id,
                                      LockWait& wait) noexcept {
  if (!wait.Begin()) return false;
  watch::Waiting(LockRank::kAccount, id.value(), &account);
  do {
    if (!wait.Again()) {
      watch::GaveUp(LockRank::kAccount, id.value(), &account);
      return false;
    }
  } while (!account.word.TryLock<kConcurrency>());
  return true;
}

/// Takes one account's lock; false if the caller's patience ran out. Every
/// account lock in lockstep is taken here or right below, and those who take
/// several do it by rising AccountId.
template <Concurrency kConcurrency>
[[nodiscard]] inline bool LockAccount(Account& account, AccountId id,
                                      LockWait& wait) noexcept {
  if (!account.word.TryLock<kConcurrency>()) [[unlikely]] {
    if (!WaitForAccount<kConcurrency>(account, id, wait)) return false;
  }
  watch::Acquired(LockRank::kAccount, id.value(), &account);
  return true;
}

/// Takes one account's lock if its word is still the one that was seen free;
/// never waits.
template <Concurrency kConcurrency>
[[nodiscard]] inline bool LockAccountFrom(Account& account, AccountId id,
                                          std::uint64_t seen) noexcept {
  if (!account.word.TryLockFrom<kConcurrency>(seen)) return false;
  watch::Acquired(LockRank::kAccount, id.value(), &account);
  return true;
}

/// Releases an account's lock and leaves `version` behind; none: the version
/// that it had.
inline void UnlockAccount(Account& account, AccountId id,
                          Sequence version) noexcept {
  watch::Released(LockRank::kAccount, id.value(), &account);
  if (version.is_none()) {
    account.word.UnlockUnchanged();
  } else {
    account.word.Unlock(version);
  }
}

}  // namespace lockstep::engine
