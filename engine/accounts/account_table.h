#pragma once

#include <cstdint>

#include "engine/accounts/account.h"
#include "engine/base/segmented_array.h"
#include "lockstep/ids.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// A look at the fields under an account's word that belong to one moment.
struct AccountView {
  Int128 balance = 0;
  Int128 held = 0;
  Int128 floor = 0;
  Int128 ceiling = kInt128Max;
  AccountStatus status = AccountStatus::kOpen;
  Sequence version;
};

/// Sets a ceiling, for the holder of the lock; the largest number: none.
inline void StoreCeilingLocked(Account& account, ColdAccount& cold,
                               Int128 ceiling) noexcept {
  // The number first: who sees the flag sees it as well, or a locked word.
  cold.ceiling.StoreLocked(ceiling);
  account.SetHasCeilingLocked(ceiling != kInt128Max);
}

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
  /// Lets the processor fetch the account, if there is one, to be written soon.
  void Prefetch(AccountId id) const noexcept {
    if (Contains(id)) __builtin_prefetch(&hot_[id.value() - 1], 1);
  }
  [[nodiscard]] const ColdAccount& Cold(AccountId id) const noexcept {
    const ColdAccount& cold = cold_[id.value() - 1];
    sync::WillRead(&cold, "cold account");
    return cold;
  }

  /// The beginning of an account's images, for the holder of its lock.
  [[nodiscard]] Image*& ImagesLocked(AccountId id) const noexcept {
    Image*& images = cold_[id.value() - 1].images;
    sync::WillWrite(&images, "images of an account");
    return images;
  }

  /// For the holder of the account's lock; the largest number: none.
  void SetCeilingLocked(AccountId id, Int128 ceiling) const noexcept;

  /// Makes an account what the view says. Before any other thread has it.
  void Restore(AccountId id, const AccountView& view) const noexcept;

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

/// What an account had in an epoch that is over, kept for snapshots: as the
/// last operation of that epoch left it.
struct Image {
  AccountView state;
  AccountId account;
  /// The epoch that it is of, and the one in which it was replaced: who looks
  /// at a cut from the one on, but before the other, is to see this.
  std::uint32_t epoch = 0;
  std::uint32_t replaced_in = 0;
  /// The account's next older one. Guarded by the account's lock.
  Image* older = nullptr;
  /// Its place in whatever list it is in: a session's stock, the images that
  /// are new, those of one snapshot.
  Image* next = nullptr;
};

/// The ceiling of an account, for the holder of its lock; the largest number
/// where there is none.
[[nodiscard]] inline Int128 CeilingLocked(const AccountTable& accounts,
                                          AccountId id,
                                          const Account& account) noexcept {
  return account.HasCeilingLocked() ? accounts.Cold(id).ceiling.LoadLocked()
                                    : kInt128Max;
}

/// All of an account's fields, for the holder of its lock.
[[nodiscard]] inline AccountView ViewLocked(const AccountTable& accounts,
                                            AccountId id,
                                            const Account& account) noexcept {
  return {account.balance.LoadLocked(),
          account.held.LoadLocked(),
          account.floor.LoadLocked(),
          CeilingLocked(accounts, id, account),
          account.status(),
          account.word.VersionLocked()};
}

/// All of an account's fields as they are found without its lock. They belong
/// to one moment if the word, which was `word` before, is that still. The cold
/// record is looked at only if there is a ceiling: `cold()` gives it.
template <class Cold>
[[nodiscard]] inline AccountView ViewSharedWith(const Account& account,
                                                std::uint64_t word,
                                                const Cold& cold) noexcept {
  return {account.balance.LoadShared(),
          account.held.LoadShared(),
          account.floor.LoadShared(),
          account.HasCeilingShared() ? cold().ceiling.LoadShared() : kInt128Max,
          account.status(),
          AccountWord::VersionOf(word)};
}
[[nodiscard]] inline AccountView ViewShared(const AccountTable& accounts,
                                            AccountId id,
                                            const Account& account,
                                            std::uint64_t word) noexcept {
  return ViewSharedWith(
      account, word, [&]() -> const ColdAccount& { return accounts.Cold(id); });
}

/// Calls `view_of(word)` as often as it takes to find the word free and
/// unchanged afterwards.
template <class ViewOf>
[[nodiscard]] AccountView LookUntilOneView(const Account& account,
                                           const ViewOf& view_of) noexcept {
  constexpr int kLooksBeforeYield = 64;
  for (int looks = 1;; ++looks) {
    const std::uint64_t word = account.word.Load();
    if (!AccountWord::IsLocked(word)) {
      const AccountView view = view_of(word);
      if (account.word.LoadAgain() == word) return view;
    }
    if (looks % kLooksBeforeYield == 0) {
      sync::Yield();
    } else {
      sync::Pause();
    }
  }
}

/// Looks without taking the lock, as often as it takes to find the word free
/// and unchanged (H. Boehm, "Can Seqlocks Get Along With Programming Language
/// Memory Models?", 2012). Yields the processor while the account is locked.
[[nodiscard]] AccountView ViewAccount(const AccountTable& accounts,
                                      AccountId id) noexcept;

}  // namespace lockstep::engine
