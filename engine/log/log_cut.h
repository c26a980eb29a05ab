#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/log/batch.h"
#include "engine/log/batch_writer.h"
#include "engine/log/log_record.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// What goes to the disk together: the batches of one cut, before it is known
/// where they go. Keeps its memory for the next one.
class LogCut {
 public:
  /// A batch without its place.
  struct Batch {
    std::span<std::byte> bytes;
    BatchHead head;
  };

  /// Begins a new one. Throws std::bad_alloc.
  void Begin(Tick tick);
  /// As BatchWriter::BeginRun.
  void BeginRun(std::uint32_t slot, std::uint64_t epoch,
                std::uint64_t counter) noexcept;
  /// The next record of the run. False: the batch was full, and another one is
  /// begun, in which the operation has to begin anew, with its first record.
  /// Throws std::bad_alloc.
  [[nodiscard]] bool Add(const LogRecord& record);
  /// Throws std::bad_alloc.
  void Add(const Creation& creation);

  /// Ends it. Once.
  [[nodiscard]] std::span<Batch> Close();

 private:
  // Whatever is one operation fits into an empty one: linked reversals of
  // transfers with many legs, with their id's content.
  static constexpr std::size_t kBlockBytes = std::size_t{2} << 20;

  void BeginBatch();
  void EndBatch();
  // Another batch, in which the same run goes on behind `counter`.
  void GoOnInNext(std::uint64_t counter);

  std::vector<std::unique_ptr<std::byte[]>> blocks_;
  std::vector<Batch> batches_;
  std::optional<BatchWriter> writer_;
  Tick tick_;

  // The run, and the operation in it, that are being written.
  std::uint32_t slot_ = 0;
  std::uint64_t epoch_ = 0;
  std::uint64_t counter_ = 0;  // of the last record of an operation before
  BatchWriter::Mark operation_;
  bool goes_on_ = false;
};

}  // namespace lockstep::engine
