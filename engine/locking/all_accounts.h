#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "engine/accounts/account_table.h"
#include "engine/locking/account_lock.h"

namespace lockstep::engine {

/// Every account there was when this was made, lockable as one, by rising
/// AccountId like SortedLegs and through the same function. While it is locked
/// nothing is posted to any of them. Always waits.
///
/// Not a template on the concurrency: those who look at everything can afford
/// the atomic instructions.
class ABSL_LOCKABLE AllAccounts {
 public:
  explicit AllAccounts(const AccountTable& accounts) noexcept
      : accounts_(accounts), count_(accounts.count()) {}

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  void lock() noexcept {
    LockWait wait(Wait::Forever());
    for (std::uint64_t id = 1; id <= count_; ++id) {
      while (!LockAccount<Concurrency::kMultiThread>(
          accounts_.Hot(AccountId(id)), AccountId(id), wait)) {
      }
    }
  }
  void unlock() noexcept {
    for (std::uint64_t id = count_; id > 0; --id) {
      UnlockAccount(accounts_.Hot(AccountId(id)), AccountId(id), Sequence());
    }
  }
  void AssertHeld() const noexcept ABSL_ASSERT_EXCLUSIVE_LOCK() {}

 private:
  const AccountTable& accounts_;
  const std::uint64_t count_;
};

}  // namespace lockstep::engine
