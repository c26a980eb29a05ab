#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "engine/base/mutex.h"
#include "lockstep/ids.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// What of a transfer was taken back so far.
class Reversed {
 public:
  /// Nothing yet. Throws std::bad_alloc.
  explicit Reversed(std::span<const Leg> legs)
      : legs_(legs.begin(), legs.end()), amounts_(legs.size()) {}

  [[nodiscard]] std::span<const Leg> legs() const noexcept { return legs_; }
  /// Takes back a part more, of each leg so much; before any table has it.
  /// False: that is more than there is left. Throws std::bad_alloc.
  [[nodiscard]] bool AddBefore(std::span<const Amount> amounts);

 private:
  friend class ReversalTable;

  // How much of each leg one reversal took back, with the leg's sign.
  struct Part {
    std::uint32_t epoch = 0;
    std::vector<Amount> amounts;
  };

  // The legs stand still; the rest is guarded by the table's lock.
  std::vector<Leg> legs_;
  std::vector<Amount> amounts_;  // all parts together
  std::list<Part> parts_;
  std::size_t users_ = 0;
};

/// The transfers of a ledger of which something was taken back. They are
/// remembered for as long as the ledger lives: a reversal is never done twice.
///
/// How much of a leg was taken back changes only under the lock of the leg's
/// account, so for its holder it stands still; the table's own lock, which
/// ranks above the accounts, is held for moments only.
class ReversalTable {
 public:
  ReversalTable() = default;
  ReversalTable(const ReversalTable&) = delete;
  ReversalTable& operator=(const ReversalTable&) = delete;

  /// A part on its way into the table.
  class Prepared {
   public:
    /// Throws std::bad_alloc.
    explicit Prepared(std::span<const Amount> amounts) {
      part_.push_back({0, {amounts.begin(), amounts.end()}});
    }
    [[nodiscard]] std::span<const Amount> amounts() const noexcept {
      return part_.front().amounts;
    }

   private:
    friend class ReversalTable;
    std::list<Reversed::Part> part_;
  };

  /// What is known of a transfer, to be left again; null: nothing yet.
  [[nodiscard]] Reversed* Enter(Sequence transfer) noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// The same, made if there is none yet: who comes first says what its legs
  /// are. Throws std::bad_alloc.
  [[nodiscard]] Reversed& EnterNew(Sequence transfer, std::span<const Leg> legs)
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Whoever has entered it leaves it; if nothing was taken back it goes.
  void Leave(Sequence transfer) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// What is left of each leg, with its sign. For those who have entered it.
  void CopyLeft(const Reversed& reversed, Amount* left) const noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Takes a part back, of which so much is left. For the holder of the locks
  /// of the accounts of its legs that are not zero. Cannot fail.
  void AddLocked(Reversed& reversed, Prepared& prepared,
                 std::uint32_t epoch) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// Copies of all, as they were at the cut of a snapshot that lives; as
  /// HoldTable::OpenAt. Throws std::bad_alloc.
  [[nodiscard]] std::vector<std::pair<Sequence, Reversed>> ReversedAt(
      std::uint32_t epoch) const ABSL_LOCKS_EXCLUDED(mutex_);
  /// Puts in one from another ledger, before any other thread has the table.
  /// Throws std::bad_alloc.
  void Restore(Sequence transfer, Reversed reversed);

 private:
  mutable Mutex mutex_{LockRank::kReversals};
  std::map<Sequence, Reversed> transfers_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lockstep::engine
