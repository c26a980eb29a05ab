#pragma once

#include <cstddef>

#include <gsl/assert>

#include "absl/base/thread_annotations.h"
#include "engine/locking/account_lock.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/locking/observed_accounts.h"

namespace lockstep::engine {

/// An operation's accounts, lockable as one. Locking takes them by place, that
/// is, by rising AccountId, so no two operations can wait for each other in a
/// circle (E. Coffman, M. Elphick, A. Shoshani, "System Deadlocks", 1971: a
/// total order on the locks). Unlocking goes in reverse.
///
/// `std::scoped_lock` over two plain mutexes would not do: it locks one, tries
/// the other and backs off.
///
/// For one thread.
template <Concurrency kConcurrency, std::size_t kCapacity>
class ABSL_LOCKABLE SortedLegs {
 public:
  /// Waits for locks as long as `wait` allows. Keeps both references.
  SortedLegs(const AccountsInOrder<kCapacity>& accounts,
             LockWait& wait) noexcept
      : accounts_(accounts), wait_(wait) {}
  SortedLegs(const SortedLegs&) = delete;
  SortedLegs& operator=(const SortedLegs&) = delete;

  /// Takes all the locks in order, waiting as the operation chose. False: not
  /// all could be had in that time, and none is held.
  [[nodiscard]] bool try_lock() noexcept {
    return LockEach([&](std::size_t place) {
      return LockAccount<kConcurrency>(accounts_.account(place),
                                       accounts_.id(place), wait_);
    });
  }
  /// Takes all the locks in order, each only if the account is still as
  /// `observed` has it, so that to lock is to validate. Never waits. False: one
  /// is not, and no lock is held.
  [[nodiscard]] bool TryLockFrom(
      const ObservedAccounts<kCapacity>& observed) noexcept {
    return LockEach([&](std::size_t place) {
      return LockAccountFrom<kConcurrency>(
          accounts_.account(place), accounts_.id(place), observed.word(place));
    });
  }
  /// The same, for those who wait for ever.
  void lock() noexcept {
    const bool got_all = try_lock();
    Ensures(got_all);
  }
  /// Releases all of them, with the version that Stamp set, if any.
  void unlock() noexcept { UnlockFirst(accounts_.size(), stamp_); }

  /// Tells Clang's analysis, which cannot follow `std::scoped_lock` (hence the
  /// functions above are not annotated), that the locks are held.
  void AssertHeld() const noexcept ABSL_ASSERT_EXCLUSIVE_LOCK() {}

  /// The version that unlocking will leave behind.
  void Stamp(Sequence version) noexcept { stamp_ = version; }

 private:
  template <class LockOne>
  [[gnu::always_inline]] bool LockEach(const LockOne& lock_one) noexcept {
    std::size_t taken = 0;
    bool got_all = true;
    accounts_.ForEachPlace([&](std::size_t place) {
      if (!got_all) return;
      got_all = lock_one(place);
      taken = place;
    });
    if (!got_all) [[unlikely]]
      UnlockFirst(taken, Sequence());
    return got_all;
  }
  void UnlockFirst(std::size_t count, Sequence version) noexcept {
    for (std::size_t place = count; place-- > 0;) {
      UnlockAccount(accounts_.account(place), accounts_.id(place), version);
    }
  }

  const AccountsInOrder<kCapacity>& accounts_;
  LockWait& wait_;
  Sequence stamp_;
};

}  // namespace lockstep::engine
