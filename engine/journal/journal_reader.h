#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/journal/journal.h"
#include "engine/journal/record.h"
#include "lockstep/journal.h"

namespace lockstep::engine {

/// How far someone has read each stream, by slot.
struct ReadPositions {
  std::vector<std::uint64_t> bytes;
  std::vector<std::uint64_t> records;
};

/// Walks a view's records by rising sequence.
///
/// Successive cuts read this way give an order that agrees with every account's
/// own: what a record depends on has a lower sequence and is in the cut, so it
/// was given before.
class ForwardReader {
 public:
  /// From `positions` on. Throws std::bad_alloc.
  ForwardReader(const JournalView& view, ReadPositions positions);

  /// False at the end of the view.
  [[nodiscard]] bool Peek(RecordView& record) const;
  /// Moves past the record that Peek gives.
  void Pop();

  /// How many records were dropped before they were read.
  [[nodiscard]] std::uint64_t missed() const noexcept { return missed_; }
  /// How far it came. The reader is of no use after this.
  [[nodiscard]] ReadPositions TakePositions() noexcept {
    return std::move(positions_);
  }

 private:
  struct Head {
    Sequence sequence;
    std::uint32_t slot;
  };
  // Puts the slot's next record, if there is one, into the heap.
  void Push(std::uint32_t slot);
  [[nodiscard]] RecordView RecordAt(std::uint32_t slot) const;

  const JournalView& view_;
  ReadPositions positions_;
  std::vector<std::size_t> piece_;  // by slot
  std::vector<Head> heap_;
  std::uint64_t missed_ = 0;
};

/// Walks a view's records by falling sequence, down to its horizon.
class BackwardReader {
 public:
  /// Throws std::bad_alloc.
  explicit BackwardReader(const JournalView& view);

  /// False at the horizon. Throws std::bad_alloc.
  [[nodiscard]] bool Next(RecordView& record);

 private:
  struct Walk {
    std::size_t pieces_left = 0;
    std::vector<const std::byte*> records;  // of one piece, oldest first
  };
  struct Head {
    Sequence sequence;
    std::uint32_t slot;
  };
  void Push(std::uint32_t slot);

  const JournalView& view_;
  std::vector<Walk> walks_;  // by slot
  std::vector<Head> heap_;
};

/// The record with this sequence; null if the view, made for it by
/// `Journal::ViewOf`, does not have it.
[[nodiscard]] const std::byte* FindRecord(const JournalView& view,
                                          Sequence sequence) noexcept;

/// A record's leg, or what it tells without one, as the row that users see.
/// Throws std::bad_alloc.
Entry MakeEntry(const RecordView& record, std::size_t leg,
                const AccountTable& accounts);

}  // namespace lockstep::engine
