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

/// An operation's way into its epoch: read after its last lock, and left before
/// it changes anything.
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
    return !is_new || HasImages(order, stock);
  }

  /// Keeps what is wanted of the accounts as they are, and moves them into the
  /// epoch. Cannot fail.
  [[gnu::always_inline]] void KeepImagesLocked(
      const AccountTable& accounts, const AccountsInOrder<kCapacity>& order,
      ImageStock& stock, LiveSnapshots& snapshots) const noexcept {
    if (is_new_) KeepAll(accounts, order, stock, snapshots);
  }

  [[nodiscard]] std::uint32_t epoch() const noexcept { return now_.epoch; }
  /// Whether some account is the first time changed in this epoch.
  [[nodiscard]] bool is_new() const noexcept { return is_new_; }

 private:
  [[gnu::noinline]] bool HasImages(const AccountsInOrder<kCapacity>& order,
                                   const ImageStock& stock) const noexcept {
    std::size_t wanted = 0;
    order.ForEachPlace([&](std::size_t place) {
      wanted += WantsImageLocked(order.account(place), now_) ? 1U : 0U;
    });
    return wanted <= stock.size();
  }

  [[gnu::noinline]] void KeepAll(const AccountTable& accounts,
                                 const AccountsInOrder<kCapacity>& order,
                                 ImageStock& stock,
                                 LiveSnapshots& snapshots) const noexcept {
    Image* first = nullptr;
    Image* last = nullptr;
    order.ForEachPlace([&](std::size_t place) {
      Account& account = order.account(place);
      if (WantsImageLocked(account, now_)) {
        Image* const image = stock.Take();
        Image*& images = accounts.ImagesLocked(order.id(place));
        sync::WillWrite(image, "image");
        image->state = ViewLocked(account);
        image->account = order.id(place);
        image->epoch = account.epoch.Load();
        image->replaced_in = now_.epoch;
        image->older = images;
        images = image;
        image->next = first;
        if (first == nullptr) last = image;
        first = image;
      }
      account.epoch.StoreLocked(now_.epoch);
    });
    if (first != nullptr) snapshots.Add(first, last);
  }

  EpochClock::Reading now_;
  bool is_new_ = false;
};

}  // namespace lockstep::engine
