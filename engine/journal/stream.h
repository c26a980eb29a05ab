#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "engine/base/cache_line.h"
#include "engine/journal/chunk.h"
#include "engine/journal/record.h"
#include "engine/locking/lock_wait.h"
#include "lockstep/outcome.h"
#include "sync_primitives.h"

namespace lockstep::engine {

class Journal;

/// One slot's posted records, in the order of their sequences. Written by the
/// slot's session alone, read by anyone up to the published tail.
///
/// Writing takes two steps. `Reserve`, before any account is locked, makes sure
/// of room for the worst case and may take the journal's lock and allocate.
/// `Append`, under the account locks, only writes into that room: it cannot
/// fail, wait or allocate. A record is published before its accounts are
/// unlocked; so whoever finds an account as a record left it can also find the
/// record.
class alignas(kNoSharingBytes) Stream {
 public:
  /// `gate` is not zero while writers should wait, for a cut that is being
  /// taken or for the log; `sealed_through` is the highest sequence in any
  /// sealed chunk.
  Stream(Journal& journal, const sync::Atomic<std::uint32_t>& gate,
         const sync::Atomic<std::uint64_t>& sealed_through, std::uint32_t slot,
         bool is_logged) noexcept
      : journal_(journal),
        gate_(gate),
        sealed_through_(sealed_through),
        slot_(slot),
        is_logged_(is_logged) {}
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Makes sure that the next record finds room. `kOk`, `kOutOfMemory`, or
  /// `kBusy` if a cut is being taken for longer than the caller waits; what
  /// StreamLog::MakeRoom says if there is a log.
  [[nodiscard]] Outcome Reserve(std::uint32_t bytes, LockWait& wait) noexcept {
    if (HasRoom(bytes) && !GateIsClosed()) return Outcome::kOk;
    return ReserveSlow(bytes, wait);
  }

  /// A sequence that the next record should be above, so that it does not fall
  /// below the horizon before its time: sequences are not positions, and a
  /// quiet session's could lag behind what the journal has long dropped.
  [[nodiscard]] Sequence SequenceFloor() const noexcept {
    // Relaxed: a hint. Missed, the record is dropped from sight a little early.
    return Sequence(sealed_through_.load(std::memory_order_relaxed));
  }

  /// Makes sure of room for any next record, once the accounts are unlocked; so
  /// it is not a refused operation that has to get memory.
  void PrepareNext() noexcept {
    if (!HasRoom(kMaxRecordBytes + (is_logged_ ? kMaxForLogBytes : 0))) {
      RollAhead();
    }
  }

  /// Where the reserved record goes. Write all of it there, then `Publish`.
  /// Under the account locks.
  [[nodiscard]] std::byte* place() noexcept { return chunk_->data + used_; }
  /// Lets readers see the record.
  void Publish(const RecordHead& record) noexcept {
    Publish(record.bytes, 1, record.sequence);
  }
  /// The same for several, one right behind the other, which readers see all at
  /// once: so many bytes and records, up to the sequence `last`.
  void Publish(std::uint32_t bytes, std::uint64_t records,
               Sequence last) noexcept {
    used_ += bytes;
    records_ += records;
    last_sequence_ = last;
    // Releases: pairs with tail().
    tail_.store(base_ + used_, std::memory_order_release);
  }

  /// How far the stream is published, as a position. Acquires: pairs with
  /// Publish.
  [[nodiscard]] std::uint64_t tail() const noexcept {
    return tail_.load(std::memory_order_acquire);
  }
  [[nodiscard]] std::uint32_t slot() const noexcept { return slot_; }
  /// Whether records are to tell the log what it needs besides.
  [[nodiscard]] bool is_logged() const noexcept { return is_logged_; }

 private:
  friend class Journal;

  [[nodiscard]] bool HasRoom(std::uint32_t bytes) const noexcept {
    return chunk_ != nullptr && used_ + bytes <= kChunkBytes;
  }
  [[nodiscard]] bool GateIsClosed() const noexcept {
    return gate_.load(std::memory_order_relaxed) != 0;
  }
  [[nodiscard]] Outcome ReserveSlow(std::uint32_t bytes,
                                    LockWait& wait) noexcept;
  void RollAhead() noexcept;

  Journal& journal_;
  const sync::Atomic<std::uint32_t>& gate_;
  const sync::Atomic<std::uint64_t>& sealed_through_;
  const std::uint32_t slot_;
  const bool is_logged_;

  // The writer's own; the journal's Roll, which the writer calls, changes them.
  sync::Plain<Chunk*> chunk_ = nullptr;
  sync::Plain<std::uint64_t> base_ = 0;
  sync::Plain<std::uint64_t> records_ = 0;
  sync::Plain<std::uint32_t> used_ = 0;
  sync::Plain<Sequence> last_sequence_;

  sync::Atomic<std::uint64_t> tail_ = 0;
};

}  // namespace lockstep::engine
