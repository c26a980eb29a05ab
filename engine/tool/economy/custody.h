#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// Who keeps an account from moving: game masters, who look at a purse for a
/// while, and events. Several may at once, and the account is free again when
/// the last of them lets go; so neither side needs to know of the other. For
/// any number of threads.
class Custody {
 public:
  explicit Custody(gsl::not_null<Ledger*> ledger) noexcept : ledger_(ledger) {}

  /// Nothing leaves the account while a game master looks at it.
  void Watch(AccountId account) { Change(account, {.watchers = 1}); }
  void Unwatch(AccountId account) { Change(account, {.watchers = -1}); }

  /// Nothing enters or leaves it while an event keeps it.
  void Lock(AccountId account) { Change(account, {.locks = 1}); }
  void Unlock(AccountId account) { Change(account, {.locks = -1}); }

  /// What is in it can be taken out, whoever else keeps it, and nothing enters
  /// it.
  void BeginSeizure(AccountId account) { Change(account, {.seizures = 1}); }
  void EndSeizure(AccountId account) { Change(account, {.seizures = -1}); }

 private:
  struct Keepers {
    int watchers = 0;
    int locks = 0;
    int seizures = 0;
  };
  [[nodiscard]] static AccountStatus StatusWith(
      const Keepers& keepers) noexcept;
  void Change(AccountId account, const Keepers& change);

  gsl::not_null<Ledger*> ledger_;
  /// Also held while a status is set, or an older one could be set last.
  std::mutex mutex_;
  /// Those that are not free, by account.
  std::unordered_map<std::uint64_t, Keepers> kept_;
};

}  // namespace lockstep::tool
