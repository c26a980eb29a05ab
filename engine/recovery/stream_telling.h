#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/journal/record.h"
#include "engine/log/log_cut.h"
#include "engine/log/log_record.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// Tells the log what the sessions' streams have between two cuts. Keeps its
/// memory for the next time.
class StreamTelling {
 public:
  /// Epochs of this process are told above `epoch_base`.
  void SetEpochBase(std::uint64_t epoch_base) noexcept {
    epoch_base_ = epoch_base;
  }

  /// Tells all that `view` has behind `from`. Throws std::bad_alloc; what it
  /// has told until then is worth nothing.
  void Tell(const JournalView& view, const Cut& from, LogCut& cut);

  /// What was told last: the highest counter of each slot, 0 if there was
  /// nothing, and which ids are in the log now (see IdTable::LetGo).
  [[nodiscard]] const std::vector<std::uint64_t>& last_counters()
      const noexcept {
    return last_counters_;
  }
  [[nodiscard]] const std::vector<const void*>& pinned_ids() const noexcept {
    return pinned_ids_;
  }

 private:
  void TellPiece(const Piece& piece, std::uint64_t from, std::uint32_t slot,
                 LogCut& cut);
  // One operation, whose first record is at `place`; gives where the next one
  // is.
  const std::byte* TellOperation(const std::byte* place, LogCut& cut);
  const LogRecord& Make(const RecordView& record, const void* id,
                        std::size_t number);
  void FillLegs(const RecordView& record, const ForLog& for_log);
  void FillId(Bits128 id, const void* pinned, std::size_t number);

  std::uint64_t epoch_base_ = 0;
  std::vector<std::uint64_t> last_counters_;
  std::vector<const void*> pinned_ids_;

  // The run that is being told.
  bool is_in_run_ = false;
  std::uint32_t epoch_ = 0;
  // The record that is being told, and what it points to.
  LogRecord record_;
  std::array<Leg, kMaxLegs> legs_;
  std::array<Amount, kMaxLegs> parts_;
  std::array<LoggedBalance, kMaxLegs> balances_;
  std::vector<std::byte> content_;
};

}  // namespace lockstep::engine
