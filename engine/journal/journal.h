#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "engine/base/mutex.h"
#include "engine/journal/chunk.h"
#include "engine/journal/stream.h"
#include "engine/journal/stream_log.h"
#include "lockstep/ids.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// How far each stream is published at one moment: the positions by slot, for
/// as many slots as had a stream then.
///
/// A cut is closed: with a record it has every record that the operation
/// depended on, because there was a moment at which exactly these records were
/// published, and a record is published before its accounts are unlocked.
using Cut = std::vector<std::uint64_t>;

/// The retained chunks of one stream, oldest first.
using ChunkList = std::deque<Chunk*>;

/// A chunk as a view found it.
struct Piece {
  Chunk* chunk = nullptr;
  /// Its records lie in [base, end) of the stream.
  std::uint64_t base = 0;
  std::uint64_t end = 0;
  std::uint64_t records_before = 0;
};

/// By slot, oldest first.
using Pieces = std::vector<std::vector<Piece>>;

class Journal;

/// Chunks held in place for reading, up to a cut. They are let go at the end of
/// its life, which may come after the journal's own (it keeps that alive).
class JournalView {
 public:
  JournalView() noexcept = default;
  JournalView(JournalView&& other) noexcept = default;
  JournalView& operator=(JournalView&& other) noexcept;
  ~JournalView();

  [[nodiscard]] const Pieces& pieces() const noexcept { return pieces_; }
  /// Every record with a sequence above this, up to the cut, is here.
  [[nodiscard]] Sequence horizon() const noexcept { return horizon_; }

 private:
  friend class Journal;

  std::shared_ptr<Journal> journal_;
  Pieces pieces_;
  Sequence horizon_;
};

/// The in-memory journal: every slot's stream of posted records, as much of
/// them as the bound allows. When it is full the oldest chunk goes, whosever it
/// is.
///
/// Lock rank: its mutex comes after the accounts', but those who post take it
/// before them only, once in a chunk.
class Journal : public std::enable_shared_from_this<Journal> {
 public:
  /// Retains about `max_bytes`, and a chunk for each stream besides. With a
  /// log, which outlives it, also whatever is not yet in that: when this is
  /// more than `max_unlogged_bytes`, those who post wait for it. Throws
  /// std::bad_alloc.
  explicit Journal(std::uint64_t max_bytes, StreamLog* log = nullptr,
                   std::uint64_t max_unlogged_bytes = 0);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// The stream of a slot, made if there is none yet. Throws std::bad_alloc.
  Stream& OpenStream(std::uint32_t slot) ABSL_LOCKS_EXCLUDED(mutex_);

  /// How far every stream is published at one moment. Looks at all tails twice
  /// and takes what has not changed in between. If writers are too busy for
  /// that it closes a gate, at which they wait before their next operation.
  /// Throws std::bad_alloc.
  [[nodiscard]] Cut TakeCut();

  /// The chunks up to `cut`, from the positions in `from` on (by slot; a slot
  /// beyond its end counts from 0). Throws std::bad_alloc.
  [[nodiscard]] JournalView View(const Cut& cut,
                                 const std::vector<std::uint64_t>& from)
      ABSL_LOCKS_EXCLUDED(mutex_);

  /// The one chunk in which the record with this sequence lies, if it was
  /// published and is retained; otherwise one where it does not, or none.
  /// Throws std::bad_alloc.
  [[nodiscard]] JournalView ViewOf(Sequence sequence)
      ABSL_LOCKS_EXCLUDED(mutex_);

  /// The log has everything up to the cut.
  void LoggedUpTo(const Cut& cut) noexcept ABSL_LOCKS_EXCLUDED(mutex_);
  /// The log has failed for good: whoever wants to post asks it, and is
  /// refused.
  void StopForLog() noexcept;
  /// Whether so much is not in the log that those who post should wait.
  [[nodiscard]] bool IsFullForLog() const noexcept {
    // Relaxed: it says when to look, and guards nothing.
    return is_full_.load(std::memory_order_relaxed);
  }

 private:
  friend class JournalView;
  friend class Stream;

  // Gives the stream an empty chunk and seals the one that it had.
  [[nodiscard]] Outcome Roll(Stream& stream) noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  // An empty chunk: the oldest one, new memory, or null.
  [[nodiscard]] Chunk* TakeEmptyChunkLocked() noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes the oldest sealed chunk out of the journal.
  Chunk* DropOldestLocked() noexcept ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // For a stream at a closed gate, if it is closed for the log.
  [[nodiscard]] Outcome MakeRoomInLog(LockWait& wait) noexcept;
  // Whether all of a sealed chunk is in the log, if there is one.
  [[nodiscard]] bool IsLoggedLocked(const Chunk& chunk) const noexcept
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Closes the gate for the log, or opens it.
  void SetFull(bool is_full) noexcept ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Unpin(const Pieces& pieces) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  [[nodiscard]] bool TryTakeCut(Cut& cut) const;

  const std::uint64_t max_sealed_;
  StreamLog* const log_;
  const std::uint64_t max_unlogged_;  // chunks

  /// How many want writers to wait: who takes a cut, and the log, if it lags
  /// behind or has failed. Relaxed throughout: it only helps a cut to come
  /// about; that it is one, the tails show. And what the log has to say, those
  /// who wait ask it.
  sync::Atomic<std::uint32_t> gate_ = 0;
  /// The highest sequence in any sealed chunk. Written under the mutex, read by
  /// all writers. Relaxed: see Stream::SequenceFloor.
  sync::Atomic<std::uint64_t> sealed_through_ = 0;

  /// How many slots have had a stream; and those, for looking without the lock.
  /// A stream is stored released and loaded acquired; the count, relaxed, only
  /// says how far to look.
  sync::Atomic<std::uint32_t> slot_count_ = 0;
  std::array<sync::Atomic<Stream*>, Sequence::kMaxSlots> streams_{};

  mutable Mutex mutex_{LockRank::kJournal};
  std::vector<std::unique_ptr<Stream>> owned_streams_ ABSL_GUARDED_BY(mutex_);
  /// By slot; the last one of each is the one being written to.
  std::vector<ChunkList> chunks_ ABSL_GUARDED_BY(mutex_);
  /// The sealed ones of all slots, in the order of sealing.
  std::deque<Chunk*> sealed_ ABSL_GUARDED_BY(mutex_);
  /// With a log: how far it has each stream, by slot, and how many of the
  /// sealed chunks, the last ones, it may not have.
  std::vector<std::uint64_t> logged_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t unlogged_ ABSL_GUARDED_BY(mutex_) = 0;
  /// Written under the mutex.
  sync::Atomic<bool> is_full_ = false;
  sync::Atomic<bool> is_stopped_ = false;
  sync::Plain<Sequence> horizon_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lockstep::engine
