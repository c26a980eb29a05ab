#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/log/batch.h"
#include "engine/log/log_fault.h"
#include "engine/log/recovery_decision.h"
#include "engine/log/segment_header.h"

namespace lockstep::engine {

/// A file of the log, whole.
struct LogFile {
  /// By its name.
  std::uint64_t number = 0;
  std::span<const std::byte> bytes;
};

/// What is known of the newest checkpoint.
struct CheckpointSeen {
  CheckpointFound found = CheckpointFound::kNone;
  // If it is good:
  Bits128 log_id = {};
  /// The log from here on is needed; all before it was durable.
  std::uint64_t position = 0;
};

/// Where a log ends, or is wrong.
struct LogScan {
  LogFound found;
  /// The header of the last segment.
  SegmentHeader last_segment;
  /// How many whole batches can be used, and where they end: what is to be
  /// appended goes there, behind the batch with this checksum.
  std::uint64_t batches = 0;
  std::uint64_t end = 0;
  std::uint64_t previous = 0;
  /// Behind the end: how many bytes there are up to the last that is not zero.
  std::uint64_t tail_bytes = 0;
  /// Where the first fault is, as the number of a file and a place in it, and
  /// which one it is.
  std::uint64_t fault_segment = 0;
  std::uint64_t fault_offset = 0;
  LogFault fault = LogFault::kNone;
};

/// Looks through a log: `files` by rising number. Reads every byte, writes and
/// allocates nothing.
[[nodiscard]] LogScan ScanLog(std::span<const LogFile> files,
                              const CheckpointSeen& checkpoint) noexcept;

}  // namespace lockstep::engine
