#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/accounts/account_table.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/snapshot/epoch_clock.h"
#include "engine/snapshot/image_stock.h"
#include "engine/snapshot/live_snapshots.h"

namespace lockstep::engine {

/// Whether the state that an account is in, whose lock is held, must be kept
/// before an operation of the epoch read changes it.
[[nodiscard]] inline bool WantsImageLocked(const Account& account,
                                           EpochClock::Reading now) noexcept {
  return account.epoch.Load() < now.wanted_below;
}

/// The images that one operation keeps, chained.
struct KeptImages {
  Image* first = nullptr;
  Image* last = nullptr;
};

/// Keeps what an account has, whose lock is held, if it is wanted, and moves
/// the account into the epoch read. Cannot fail.
void KeepImageLocked(const AccountTable& accounts, AccountId id,
                     Account& account, EpochClock::Reading now,
                     ImageStock& stock, KeptImages& kept) noexcept;

/// An operation's way into its epoch: read after its last lock, and entered
/// before it changes anything. (Nothing that the common case has in registers
/// is passed on by reference here: it would have to be in memory then.)
template <std::size_t kCapacity>
class EpochEntry {
 public:
  /// For the holder of all locks of `order`. False: images are wanted, and
  /// there are not enough in the stock. The locks must go, the stock be filled.
  [[gnu::always_inline]] bool TryEnterLocked(
      const AccountsInOrder<kCapacity>& order, const EpochClock& clock,
      const ImageStock& stock) noexcept {
    now_ = clock.Load();
    bool is_new = false;
    order.ForEachPlace([&](std::size_t place) {
      is_new |= order.account(place).epoch.Load() != now_.epoch;
    });
    is_new_ = is_new;
    if (!is_new) [[likely]]
      return true;
    std::size_t wanted = 0;
    order.ForEachPlace([&](std::size_t place) {
      wanted += WantsImageLocked(order.account(place), now_) ? 1U : 0U;
    });
    return wanted <= stock.size();
  }

  /// Keeps what is wanted of the accounts as they are, and moves them into the
  /// epoch. Cannot fail.
  [[gnu::always_inline]] void KeepImagesLocked(
      const AccountTable& accounts, const AccountsInOrder<kCapacity>& order,
      ImageStock& stock, LiveSnapshots& snapshots) const noexcept {
    if (!is_new_) [[likely]]
      return;
    KeptImages kept;
    order.ForEachPlace([&](std::size_t place) {
      KeepImageLocked(accounts, order.id(place), order.account(place), now_,
                      stock, kept);
    });
    if (kept.first != nullptr) snapshots.Add(kept.first, kept.last);
  }

  [[nodiscard]] std::uint32_t epoch() const noexcept { return now_.epoch; }
  /// Whether some account is the first time changed in this epoch.
  [[nodiscard]] bool is_new() const noexcept { return is_new_; }

 private:
  EpochClock::Reading now_;
  bool is_new_ = false;
};

}  // namespace lockstep::engine
