#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/snapshot/epoch_clock.h"
#include "lockstep/hold.h"
#include "lockstep/outcome.h"
#include "lockstep/result.h"

namespace lockstep::engine {

/// A hold, in the table. What it holds never changes; its status does once.
struct Hold {
  std::vector<Leg> legs = {};
  Tick deadline = {};
  std::uint32_t code = 0;
  Bits128 user_data = {};
  HoldStatus status = HoldStatus::kOpen;
  /// Of the operation that placed it and of the one that resolved it.
  std::uint32_t placed_in = 0;
  std::uint32_t resolved_in = 0;
};

/// All holds of a ledger that are open, and the last ones that were.
///
/// Whoever places or resolves a hold has all its accounts locked meanwhile, so
/// for the holder of their locks a hold's status stands still; the table's own
/// lock, which ranks above theirs, is held for moments only. Under the account
/// locks nothing here allocates: what is placed was made before (`Prepare`).
class HoldTable {
 public:
  HoldTable() = default;
  HoldTable(const HoldTable&) = delete;
  HoldTable& operator=(const HoldTable&) = delete;

  /// A hold on its way into the table; or, never placed, on its way out.
  class Prepared {
   public:
    /// Throws std::bad_alloc.
    explicit Prepared(Hold hold);

   private:
    friend class HoldTable;
    std::map<Sequence, Hold>::node_type hold_;
    std::set<std::pair<Tick, Sequence>>::node_type due_;
    std::list<Sequence> resolved_;
  };

  /// For the holder of the locks of all its accounts. Cannot fail.
  void PlaceLocked(Prepared& prepared, Sequence id,
                   std::uint32_t epoch) noexcept ABSL_LOCKS_EXCLUDED(mutex_);
  /// The same, of one that is open. The clock knows of snapshots, which want
  /// those that were resolved.
  void ResolveLocked(Sequence id, HoldStatus status, std::uint32_t epoch,
                     const EpochClock& clock) noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);

  /// Whether the hold is open: kOk, or what has become of it.
  [[nodiscard]] Outcome WhyNotOpen(Sequence id) const noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Copies the legs of one that is open to `legs`, which has room for
  /// kMaxLegs, and says how many there are and when it is due. As WhyNotOpen.
  [[nodiscard]] Outcome CopyLegs(Sequence id, Leg* legs, std::size_t& count,
                                 Tick& deadline) const noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// The same for hosts. Throws std::bad_alloc.
  [[nodiscard]] Result<HoldInfo> Get(Sequence id) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// The open hold that is due first, by (deadline, id), if it is due at `now`;
  /// otherwise none.
  [[nodiscard]] Sequence NextDue(Tick now) const noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);

  /// Copies of those that were open at the cut of a snapshot that lives. All
  /// accounts must have been looked at as of that cut before: then whatever
  /// belongs to it is in the table, and stays there. Throws std::bad_alloc, but
  /// allocates nothing under the lock, which it takes for a few at a time.
  [[nodiscard]] std::vector<std::pair<Sequence, Hold>> OpenAt(
      std::uint32_t epoch) const ABSL_LOCKS_EXCLUDED(mutex_);

  /// Puts in a hold that is open from another ledger, before any other thread
  /// has the table. Throws std::bad_alloc.
  void Restore(Sequence id, Hold hold);

 private:
  void ForgetOldestLocked() noexcept ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_{LockRank::kHolds};
  std::map<Sequence, Hold> holds_ ABSL_GUARDED_BY(mutex_);
  /// Of those that are open and have a deadline.
  std::set<std::pair<Tick, Sequence>> due_ ABSL_GUARDED_BY(mutex_);
  /// Those that are resolved, the oldest first, and what is used for the next:
  /// an element for each hold that is open.
  std::list<Sequence> resolved_ ABSL_GUARDED_BY(mutex_);
  std::list<Sequence> unresolved_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lockstep::engine
