#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>

#include "engine/accounts/account_table.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/locking/lock_wait.h"
#include "lock_watch.h"

namespace lockstep::engine {

/// What an operation saw of its accounts without locking them, by place.
///
/// What was seen may be torn and mixed: fields of one account from before and
/// after a change, or one account from before a transfer and another one from
/// after it. It is neither
///
/// - if `IsOneView` says so, which looks at every word again. Should B be seen
///   as an operation left it, then that operation had already locked its other
///   account A, and who looks at A's word after that finds it changed or
///   locked. (The same argument as for cuts: docs/decisions/0002.) Or
/// - if every account was locked with `SortedLegs::TryLockFrom`.
///
/// On the stack, without allocation.
template <std::size_t kCapacity>
class ObservedAccounts {
 public:
  ObservedAccounts(const AccountTable& accounts,
                   const AccountsInOrder<kCapacity>& order) noexcept
      : accounts_(accounts), order_(order) {}
  ObservedAccounts(const ObservedAccounts&) = delete;
  ObservedAccounts& operator=(const ObservedAccounts&) = delete;

  /// Looks at each account, in order, once it is not locked. False: the
  /// caller's patience with locks ran out.
  [[nodiscard]] bool Look(LockWait& wait) noexcept {
    bool saw_all = true;
    order_.ForEachPlace(
        [&](std::size_t place) { saw_all = saw_all && LookAt(place, wait); });
    return saw_all;
  }

  /// Looks at each word again. True: what was seen is of one moment.
  [[nodiscard]] bool IsOneView() const noexcept {
    bool is_same = true;
    order_.ForEachPlace([&](std::size_t place) {
      // Kept behind the first looks by their acquiring loads.
      is_same &= order_.account(place).word.LoadAgain() == words_[place];
    });
    return is_same;
  }
  /// Tells those who watch that this view is what the operation goes by.
  void TellWatch() const {
    order_.ForEachPlace([&](std::size_t place) {
      watch::Viewed(order_.id(place).value(), views_[place].version.value(),
                    views_[place].balance);
    });
  }

  [[nodiscard]] std::uint64_t word(std::size_t place) const noexcept {
    return words_[place];
  }
  [[nodiscard]] const AccountView& view(std::size_t place) const noexcept {
    return views_[place];
  }

 private:
  [[nodiscard]] bool LookAt(std::size_t place, LockWait& wait) noexcept {
    const Account& account = order_.account(place);
    std::uint64_t word = account.word.Load();
    if (AccountWord::IsLocked(word)) [[unlikely]] {
      if (!wait.Begin()) return false;
      do {
        if (!wait.Again()) return false;
        word = account.word.Load();
      } while (AccountWord::IsLocked(word));
    }
    words_[place] = word;
    new (&views_[place])
        AccountView(ViewShared(accounts_, order_.id(place), account, word));
    return true;
  }

  const AccountTable& accounts_;
  const AccountsInOrder<kCapacity>& order_;
  // Both unset until looked at.
  std::array<std::uint64_t, kCapacity> words_;
  union {
    AccountView views_[kCapacity];
  };
};

}  // namespace lockstep::engine
