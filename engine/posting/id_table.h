#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/mutex.h"
#include "engine/locking/lock_wait.h"
#include "engine/posting/id_content.h"
#include "engine/snapshot/epoch_clock.h"
#include "lockstep/ids.h"
#include "lockstep/outcome.h"
#include "lockstep/transfer.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// What an id stands for: what was asked for, and what the receipts said.
class Remembered {
 public:
  struct OneReceipt {
    Sequence sequence;
    std::span<const AccountChange> changes;
    std::span<const Amount> flowed;
  };

  explicit Remembered(IdContent content) noexcept
      : content_(std::move(content)) {}

  /// Makes room for so many receipts, with so many changes and flows in all of
  /// them together. Throws std::bad_alloc.
  void Reserve(std::size_t receipts, std::size_t changes, std::size_t flows);
  /// The next receipt; there is room.
  void Add(Sequence sequence, std::span<const AccountChange> changes,
           std::span<const Amount> flowed) noexcept;

  [[nodiscard]] const IdContent& content() const noexcept { return content_; }
  [[nodiscard]] std::size_t receipts() const noexcept {
    return receipts_.size();
  }
  [[nodiscard]] OneReceipt receipt(std::size_t number) const noexcept;

 private:
  // Its changes and flows are in front of those of the next one.
  struct End {
    Sequence sequence;
    std::uint32_t changes = 0;
    std::uint32_t flowed = 0;
  };

  IdContent content_;
  std::vector<End> receipts_;
  std::vector<AccountChange> changes_;
  std::vector<Amount> flowed_;
};

/// The ids of operations that were posted, the last so many of them, and of
/// those that are under way.
///
/// Whoever posts with an id has it claimed from before its account locks until
/// after them; others with the same id wait. A claim is a lock that ranks below
/// the accounts. The table's own lock ranks above them, since what is posted is
/// remembered under the account locks: so a snapshot has either both or none.
class IdTable {
 public:
  /// Remembers so many. The clock knows of snapshots, which want those that
  /// were forgotten since.
  IdTable(std::uint32_t window, const EpochClock& clock) noexcept
      : window_(window), clock_(clock) {}
  ~IdTable();
  IdTable(const IdTable&) = delete;
  IdTable& operator=(const IdTable&) = delete;

  [[nodiscard]] bool is_on() const noexcept { return window_ > 0; }

  /// What is posted from now on is told to the log, and kept, though it may be
  /// forgotten meanwhile, until that lets go of it. Before any other thread has
  /// the table.
  void KeepForLog() noexcept { keeps_for_log_ = true; }
  /// What a record tells the log by `IdClaim::pinned`: stands still until it is
  /// let go of.
  [[nodiscard]] static const Remembered& OfPinned(const void* pinned) noexcept {
    return static_cast<const Entry*>(pinned)->remembered;
  }
  /// Which of all that were posted it is. For who writes the log, once its
  /// record is published.
  [[nodiscard]] static std::uint64_t NumberOfPinned(
      const void* pinned) noexcept {
    return static_cast<const Entry*>(pinned)->number;
  }
  /// The log has it.
  void LetGo(const void* pinned) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// Those that were remembered at the cut of a snapshot that lives, the oldest
  /// first. All accounts must have been looked at as of that cut before. Throws
  /// std::bad_alloc.
  [[nodiscard]] std::vector<std::pair<Bits128, Remembered>> RememberedAt(
      std::uint32_t epoch) const ABSL_LOCKS_EXCLUDED(mutex_);
  /// Remembers one from another ledger, after those from there that are older,
  /// before any other thread has the table. Throws std::bad_alloc. `number`:
  /// which of all that were posted it was; 0: the next one.
  void Restore(Bits128 id, Remembered remembered, std::uint64_t number = 0);

 private:
  friend class IdClaim;

  struct Entry {
    Entry(Bits128 its_id, Remembered its) noexcept
        : id(its_id), remembered(std::move(its)) {}

    const Bits128 id;
    Remembered remembered;  // stands still once it is posted
    // Guarded by the table's lock, but that those who wait look at it without.
    // Relaxed: they look again under the lock.
    sync::Atomic<bool> is_claimed = true;
    // The rest is guarded by the table's lock.
    bool is_posted = false;
    std::uint32_t posted_in = 0;  // the epoch
    std::uint64_t number = 0;     // among all that were posted
    std::size_t users =
        0;  // who has claimed it, waits for it, reads it; the log
    Entry* next = nullptr;  // posted after it
  };
  struct Hash {
    std::size_t operator()(const Bits128& id) const noexcept;
  };
  using Ids = std::unordered_map<Bits128, Entry*, Hash>;

  // What is let go of under the lock and freed without it.
  class Garbage {
   public:
    Garbage() noexcept = default;
    ~Garbage();
    Garbage(const Garbage&) = delete;
    Garbage& operator=(const Garbage&) = delete;
    void Add(Entry* entry) noexcept;

   private:
    Entry* first_ = nullptr;
  };

  void RememberLocked(Entry& entry, std::uint32_t epoch) noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);

  void AppendLocked(Entry& entry, std::uint32_t epoch) noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] bool IsForgottenLocked(const Entry& entry) const noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ForgetOldLocked(Garbage& garbage) noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LeaveLocked(Entry& entry, Garbage& garbage) noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::uint32_t window_;
  const EpochClock& clock_;
  bool keeps_for_log_ = false;
  mutable Mutex mutex_{LockRank::kIds};
  // Those that are under way and those that are remembered.
  Ids ids_ ABSL_GUARDED_BY(mutex_);
  // Those that were posted, in that order. First come some that are forgotten:
  // they are no longer in ids_, but a snapshot wants them or somebody reads
  // them.
  Entry* oldest_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Entry* oldest_remembered_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Entry* newest_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::uint64_t posted_ ABSL_GUARDED_BY(mutex_) = 0;
};

/// One operation's hold on its id, from its beginning to its end. If nothing
/// was remembered by then, the id is as unused as before.
class IdClaim {
 public:
  /// `remembered` has room for the receipts. Throws std::bad_alloc.
  IdClaim(IdTable& table, Bits128 id, Remembered remembered);
  ~IdClaim();
  IdClaim(const IdClaim&) = delete;
  IdClaim& operator=(const IdClaim&) = delete;

  /// Takes the id, or finds that it was used (`known`). kBusy: the patience ran
  /// out while somebody else had it. Once. Throws std::bad_alloc.
  [[nodiscard]] Outcome Take(LockWait& wait);
  /// What the id was used for; null: for nothing. Stands still while the claim
  /// lives.
  [[nodiscard]] const Remembered* known() const noexcept { return known_; }

  /// What is asked for by the operation itself.
  [[nodiscard]] const IdContent& content() const noexcept {
    return entry_->remembered.content();
  }
  [[nodiscard]] Bits128 id() const noexcept { return entry_->id; }
  /// Where its receipts go, until it is remembered.
  [[nodiscard]] Remembered& remembered() noexcept { return entry_->remembered; }
  /// What its record tells the log; null if there is none. Once it is
  /// remembered.
  [[nodiscard]] const void* pinned() const noexcept {
    return table_.keeps_for_log_ ? entry_ : nullptr;
  }
  /// It was posted: for the holder of all its account locks.
  void RememberLocked(std::uint32_t epoch) noexcept {
    table_.RememberLocked(*entry_, epoch);
  }

 private:
  using Entry = IdTable::Entry;

  // Takes the id or finds it used; otherwise gives who has it, which does not
  // vanish until it is passed in again.
  [[nodiscard]] Entry* TryTake(Entry* waited_for);
  void StopWaiting(Entry& entry) noexcept;

  IdTable& table_;
  IdTable::Ids::node_type node_;  // to go into the table
  std::unique_ptr<Entry> own_;    // as long as it is not in the table
  Entry* entry_;                  // the same, wherever it is
  Entry* read_ = nullptr;         // that of `known_`
  const Remembered* known_ = nullptr;
};

}  // namespace lockstep::engine
