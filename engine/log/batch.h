#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/log/log_fault.h"
#include "engine/log/log_record.h"
#include "engine/log/record_decoder.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// What a batch is there for.
enum class BatchKind : std::uint8_t {
  kRecords = 1,  ///< runs of records, or none if only time has passed
  kTurn = 2,     ///< nothing: the log goes on in the next segment
  kSeal = 3,     ///< nothing: the log was closed, all of it durable
};

/// The head of a batch.
struct BatchHead {
  /// Of all behind it; started from the seed of the log.
  std::uint64_t checksum = 0;
  /// That of the batch before.
  std::uint64_t previous = 0;
  /// How many bytes of batches there are in front of it, in all segments.
  std::uint64_t position = 0;
  /// How far the log was durable when this was written, as a position: the end
  /// of a batch that ends a cut.
  std::uint64_t durable = 0;
  /// The ledger's time when the cut was taken.
  Tick tick = {};
  /// Head, runs and padding.
  std::uint32_t bytes = 0;
  std::uint32_t records = 0;
  std::uint32_t runs = 0;
  BatchKind kind = BatchKind::kRecords;
  /// The cut that it belongs to goes on in the next batch: without that one it
  /// is worth nothing.
  bool goes_on = false;

  [[nodiscard]] std::uint64_t end() const noexcept { return position + bytes; }

  friend bool operator==(const BatchHead&, const BatchHead&) noexcept = default;
};

inline constexpr std::size_t kBatchHeadBytes = 56;
inline constexpr std::size_t kBatchAlignment = 8;
inline constexpr std::size_t kMaxBatchBytes = std::size_t{16} << 20;

/// Records of one slot and one epoch, in the order of their sequences.
struct RunHead {
  std::uint64_t epoch = 0;
  /// What the first record is told against: a counter that is below its own;
  /// of creations the number of accounts before it.
  std::uint64_t counter = 0;
  std::uint32_t slot = 0;
  std::uint32_t records = 0;
  std::uint32_t bytes = 0;

  friend bool operator==(const RunHead&, const RunHead&) noexcept = default;
};

inline constexpr std::size_t kRunHeadBytes = 28;

/// Reads the batch that begins with `rest`, which goes on to the end of the
/// segment. If there is no fault, the batch is what was written once, at
/// whatever position, and its head is possible; about its runs nothing is said.
[[nodiscard]] LogFault ReadBatchHead(std::span<const std::byte> rest,
                                     std::uint64_t seed,
                                     BatchHead& head) noexcept;

/// Whether it was written for this place, behind this batch.
[[nodiscard]] LogFault CheckPlace(const BatchHead& head, std::uint64_t position,
                                  std::uint64_t previous) noexcept;

/// Reads the runs of a batch, whatever their bytes are.
class RunsReader {
 public:
  /// `batch` is the whole batch, as its head says.
  RunsReader(std::span<const std::byte> batch, const BatchHead& head) noexcept;

  /// The next run and the bytes of its records; false: there is none, or a
  /// fault.
  [[nodiscard]] bool Next(RunHead& run,
                          std::span<const std::byte>& records) noexcept;
  [[nodiscard]] LogFault fault() const noexcept { return reader_.fault(); }

 private:
  void CheckEnd() noexcept;

  const BatchHead head_;
  ByteReader reader_;
  std::uint32_t runs_ = 0;
  std::uint64_t records_ = 0;
  RunHead last_;
};

/// Reads the records of a run, whatever their bytes are.
class RecordsReader {
 public:
  /// `tick` is the batch's.
  RecordsReader(const RunHead& run, std::span<const std::byte> records,
                Tick tick) noexcept;

  /// The next record, of a session's slot or of creations, as the run is;
  /// false: there is none, or a fault.
  [[nodiscard]] bool Next(LogRecord& record) noexcept;
  [[nodiscard]] bool Next(Creation& creation) noexcept;
  [[nodiscard]] LogFault fault() const noexcept { return reader_.fault(); }

 private:
  [[nodiscard]] bool IsAtEnd() noexcept;

  const RunHead run_;
  ByteReader reader_;
  RecordBase base_;
  std::uint32_t records_ = 0;
  bool goes_on_ = false;
  RecordDecoder decoder_;
};

/// Reads all of a batch whose head was read, and says what is wrong with it.
[[nodiscard]] LogFault CheckContent(std::span<const std::byte> batch,
                                    const BatchHead& head) noexcept;

}  // namespace lockstep::engine
