#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/log/batch.h"
#include "engine/log/log_bytes.h"
#include "engine/log/record_encoder.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// Writes one batch into room that somebody else has, and allocates nothing.
/// First its runs, by slot and epoch, each with its records by sequence; then
/// its head.
class BatchWriter {
 public:
  /// `room` is where the batch is to be; of more than kMaxBatchBytes it uses so
  /// many. At least kBatchHeadBytes.
  BatchWriter(std::span<std::byte> room, Tick tick) noexcept;
  BatchWriter(const BatchWriter&) = delete;
  BatchWriter& operator=(const BatchWriter&) = delete;

  /// Begins a run, which comes behind the one before by slot, then by epoch.
  /// `counter`: see RunHead. A run without records is left out.
  void BeginRun(std::uint32_t slot, std::uint64_t epoch,
                std::uint64_t counter) noexcept;
  /// Adds a record to it; false: there is no room, and nothing has happened. An
  /// operation of several records goes into one run, so whoever finds no room
  /// for its last one takes the others back (`Mark`, `TakeBack`).
  [[nodiscard]] bool Add(const LogRecord& record) noexcept;
  [[nodiscard]] bool Add(const Creation& creation) noexcept;

  /// What is there so far, to come back to while the run is the same.
  struct Mark {
    std::byte* place = nullptr;
    RecordBase base;
    std::uint32_t records = 0;
  };
  [[nodiscard]] Mark mark() const noexcept {
    return {writer_.place(), base_, run_.records};
  }
  void TakeBack(const Mark& mark) noexcept;

  /// How many records it has.
  [[nodiscard]] std::uint32_t records() const noexcept {
    return records_ + run_.records;
  }

  /// Ends it: gives the whole batch, but for its head, and what the head says
  /// of its content. Once, and then nothing more.
  [[nodiscard]] std::span<std::byte> Close(BatchHead& head) noexcept;
  /// The same, and writes the head, as WriteBatchHead.
  [[nodiscard]] std::span<const std::byte> Finish(BatchHead& head,
                                                  std::uint64_t seed) noexcept;

 private:
  template <class Record>
  bool AddAny(const Record& record) noexcept;
  void EndRun() noexcept;

  const std::span<std::byte> room_;
  const Tick tick_;
  ByteWriter writer_;
  std::uint32_t runs_ = 0;
  std::uint32_t records_ = 0;  // of runs that have ended
  // The run that is being written; its head goes in front once it ends.
  bool is_in_run_ = false;
  RunHead run_;
  RecordBase base_;
  std::byte* run_place_ = nullptr;
};

/// Writes the head of a batch that was closed. `head` says where the batch goes
/// and what is said of it: `previous`, `position`, `durable`, `kind` and
/// `goes_on`; the checksum is filled in.
void WriteBatchHead(std::span<std::byte> batch, BatchHead& head,
                    std::uint64_t seed) noexcept;

}  // namespace lockstep::engine
