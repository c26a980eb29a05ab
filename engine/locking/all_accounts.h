#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "engine/accounts/account_table.h"
#include "engine/locking/account_lock.h"

namespace lockstep::engine {

/// Every account there is, lockable as one, by rising AccountId like SortedLegs
/// and through the same function. While it is locked nothing is posted to any
/// of them; and those made meanwhile stay empty, unless their asset was made
/// meanwhile, too: there is nobody to pay them. Always waits.
///
/// Not a template on the concurrency: those who look at everything can afford
/// the atomic instructions.
class ABSL_LOCKABLE AllAccounts {
 public:
  explicit AllAccounts(const AccountTable& accounts) noexcept
      : accounts_(accounts) {}

  /// How many are locked; their ids run from 1 to this.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  void lock() noexcept {
    LockWait wait(Wait::Forever());
    // Those made while it locks as well: accounts that were not locked yet may
    // have paid them. Ends: locking is faster than making, and there is a most
    // that a table holds.
    while (count_ < accounts_.count()) {
      const AccountId id(count_ + 1);
      while (!LockAccount<Concurrency::kMultiThread>(accounts_.Hot(id), id,
                                                     wait)) {
      }
      ++count_;
    }
  }
  void unlock() noexcept {
    for (; count_ > 0; --count_) {
      const AccountId id(count_);
      UnlockAccount(accounts_.Hot(id), id, Sequence());
    }
  }
  void AssertHeld() const noexcept ABSL_ASSERT_EXCLUSIVE_LOCK() {}

 private:
  const AccountTable& accounts_;
  std::uint64_t count_ = 0;
};

}  // namespace lockstep::engine
