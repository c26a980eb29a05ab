#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "engine/log/batch.h"
#include "engine/log/log_fault.h"
#include "engine/log/recovery_decision.h"
#include "engine/log/segment_header.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// A file of the log.
struct LogFile {
  /// By its name.
  std::uint64_t number = 0;
  std::uint64_t size = 0;
  /// Its first kSegmentHeaderBytes, or all of it if it is shorter.
  std::span<const std::byte> head = {};
};

/// Gives all the bytes of a file, which need not stay longer than until it is
/// asked for the next.
using LoadLogFile =
    absl::FunctionRef<std::span<const std::byte>(const LogFile&)>;

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
  /// All before this position was durable when something was written behind it.
  /// What lies between here and the end may be there only as long as the
  /// machine runs.
  std::uint64_t durable = 0;
  /// The time of the last of these batches.
  Tick tick = {};
  /// Behind the end: how many bytes there are up to the last that is not zero.
  std::uint64_t tail_bytes = 0;
  /// Where the first fault is, as the number of a file and a place in it, and
  /// which one it is.
  std::uint64_t fault_segment = 0;
  std::uint64_t fault_offset = 0;
  LogFault fault = LogFault::kNone;
};

/// Looks through a log: `files` by rising number. Reads every byte, each file
/// once, but for a spare; writes and allocates nothing. What `load` throws
/// passes through.
[[nodiscard]] LogScan ScanLog(std::span<const LogFile> files, LoadLogFile load,
                              const CheckpointSeen& checkpoint);

}  // namespace lockstep::engine
