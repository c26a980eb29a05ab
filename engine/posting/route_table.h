#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "engine/base/mutex.h"
#include "engine/posting/route_set.h"
#include "engine/snapshot/epoch_clock.h"
#include "lockstep/route.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// The routes of a ledger that moves along routes only, and those of earlier
/// epochs that snapshots want.
///
/// What is in force is guarded by a lock in pieces, one in each session
/// (route_lock.h): who judges a transfer holds the piece of its own session,
/// which nobody else is after as a rule; who changes routes holds them all. So
/// routes are as good as an account that every transfer looks at, and
/// transfers do not meet on it.
class RouteTable {
 public:
  /// Nothing is allowed. Throws std::bad_alloc.
  RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  /// What is in force, for the holder of a piece, as long as it is held.
  [[nodiscard]] const RouteSet& InForceLocked() const noexcept {
    sync::WillRead(&in_force_, "routes in force");
    return *in_force_;
  }
  /// The epoch of the operation that put it in force; for the same.
  [[nodiscard]] std::uint32_t ChangedInLocked() const noexcept {
    return changed_in_;
  }

  /// What is in force now, and what was at the cut of a snapshot that lives.
  [[nodiscard]] std::shared_ptr<const RouteSet> Now() const
      ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] std::shared_ptr<const RouteSet> At(std::uint32_t epoch) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  /// Whoever changes routes has this lock all along, and the pieces for the
  /// moment in which the change is made.
  [[nodiscard]] Mutex& mutex() const noexcept ABSL_LOCK_RETURNED(mutex_) {
    return mutex_;
  }
  /// What is in force, for the holder of that lock.
  [[nodiscard]] const RouteSet& current() const noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return *current_;
  }
  /// Tells the analysis what it cannot see: that the lock is held.
  void AssertHeld() const noexcept ABSL_ASSERT_EXCLUSIVE_LOCK(mutex_) {}
  /// Forgets what no snapshot wants, of which the oldest that lives cuts behind
  /// `oldest_cut`, and gets the room that Replace needs. Throws std::bad_alloc.
  void PrepareReplace(std::uint32_t oldest_cut)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  /// Puts another set in force, in the epoch read under the locks; for the
  /// holder of all pieces as well. Keeps the one before if a snapshot wants it,
  /// and leaves it in `next` to be let go of. Cannot fail.
  void Replace(std::shared_ptr<const RouteSet>& next,
               EpochClock::Reading now) noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  /// Puts a set of another ledger in force, before any other thread has this
  /// one.
  void Restore(std::shared_ptr<const RouteSet> routes) noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Past {
    std::shared_ptr<const RouteSet> routes;
    /// The epoch that put it in force.
    std::uint32_t epoch = 0;
  };

  mutable Mutex mutex_{LockRank::kRoutes};
  std::shared_ptr<const RouteSet> current_ ABSL_GUARDED_BY(mutex_);
  /// By rising epoch, one of each at the most.
  std::vector<Past> past_ ABSL_GUARDED_BY(mutex_);
  // Read by the holder of a piece, written by the holder of all.
  sync::Plain<const RouteSet*> in_force_ = nullptr;
  sync::Plain<std::uint32_t> changed_in_ = 0;
};

}  // namespace lockstep::engine
