#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "engine/accounts/account_table.h"
#include "engine/base/cache_line.h"
#include "engine/base/mutex.h"
#include "engine/snapshot/epoch_clock.h"
#include "engine/snapshot/snapshot_cut.h"
#include "lockstep/result.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// Which snapshots there are, and the images that are kept for them.
///
/// An image is of epoch i and was replaced in epoch c: it is needed by the
/// snapshots whose cut lies from i on and below c. It is in the list of images
/// that are new, or in that of the latest snapshot that needs it; as that one
/// ends it goes to the next older one that does, or goes. (An image that an
/// operation adds while the last snapshot ends stays among the new ones until
/// the next one ends.)
///
/// Images are looked at, linked and unlinked only under their account's lock.
class LiveSnapshots {
 public:
  explicit LiveSnapshots(const AccountTable& accounts,
                         std::uint32_t first_epoch = EpochClock::kFirst)
      : accounts_(accounts), clock_(first_epoch) {}
  ~LiveSnapshots();
  LiveSnapshots(const LiveSnapshots&) = delete;
  LiveSnapshots& operator=(const LiveSnapshots&) = delete;

  /// Begins a new epoch, and gives the one that it ended: a snapshot that cuts
  /// behind it lives from now on. `kTooManySnapshots`. Throws std::bad_alloc.
  [[nodiscard]] Result<std::uint32_t> Take() ABSL_LOCKS_EXCLUDED(mutex_);
  /// The snapshot that cuts behind this epoch needs nothing any more.
  void End(std::uint32_t epoch) noexcept ABSL_LOCKS_EXCLUDED(mutex_);
  /// The same for a thread that may hold the locks of accounts, and so must not
  /// wait for any: the next one that ends takes this one along.
  void PutOffEnd(std::unique_ptr<SnapshotCut> cut) noexcept;

  /// No snapshot that lives, now or whenever the answer is used, cuts behind an
  /// epoch before this one, unless it is ending: those that are still to come
  /// cut behind the present epoch or a later one.
  [[nodiscard]] std::uint32_t OldestCut() const noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);

  [[nodiscard]] const EpochClock& clock() const noexcept { return clock_; }

  /// Adds images, chained by `next` from `first` to `last`. Any thread, under
  /// the locks of their accounts.
  void Add(Image* first, Image* last) noexcept {
    Image* before = new_.load(std::memory_order_relaxed);
    do {
      last->next = before;
      // Releases: pairs with TakeNew.
    } while (!new_.compare_exchange_weak(
        before, first, std::memory_order_release, std::memory_order_relaxed));
  }

 private:
  struct Live {
    std::uint32_t epoch = 0;
    Image* images = nullptr;
  };

  // Ends the one snapshot.
  void EndOne(std::uint32_t epoch) noexcept ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] SnapshotCut* TakePutOff() noexcept {
    // Acquires: pairs with PutOffEnd.
    return put_off_.exchange(nullptr, std::memory_order_acquire);
  }
  [[nodiscard]] Image* TakeNew() noexcept {
    // Acquires: pairs with Add.
    return new_.exchange(nullptr, std::memory_order_acquire);
  }
  // Gives each image of a list to the snapshot that is to keep it. Returns a
  // list of the others.
  [[nodiscard]] Image* ShareOutLocked(Image* images) noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Frees images that no snapshot needs, nor ever will.
  void Drop(Image* images) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  const AccountTable& accounts_;
  /// Read by every operation: alone on its cache line.
  alignas(kNoSharingBytes) EpochClock clock_;
  alignas(kNoSharingBytes) sync::Atomic<Image*> new_ = nullptr;
  /// A list of snapshots that are as good as ended. Owns them.
  sync::Atomic<SnapshotCut*> put_off_ = nullptr;
  mutable Mutex mutex_{LockRank::kSnapshots};
  /// By rising epoch.
  std::vector<Live> live_ ABSL_GUARDED_BY(mutex_);
};

/// An account as it was at the end of an epoch, behind which a snapshot cuts
/// that lives, and in which the account was there. Looks without the lock;
/// where the account has changed since, with it.
[[nodiscard]] AccountView ViewAtCut(const AccountTable& accounts, AccountId id,
                                    std::uint32_t epoch) noexcept;

}  // namespace lockstep::engine
