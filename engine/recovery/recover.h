#pragma once

#include <cstdint>
#include <memory>

#include "engine/log/log_appender.h"
#include "engine/log/storage.h"
#include "engine/recovery/recovery_ground.h"
#include "lockstep/ids.h"
#include "lockstep/log.h"
#include "lockstep/outcome.h"

namespace lockstep::engine {

/// How a log is to be opened.
struct LogOpening {
  /// Of a log that is made.
  Bits128 new_log_id = {};
  /// LedgerMarks.
  std::uint32_t marks = 0;
  /// Of segments that are made.
  std::uint64_t segment_bytes = 0;
};

/// What is known once it was.
struct RecoveredLog {
  std::unique_ptr<LogAppender> appender;
  Sequence last;
  std::uint64_t last_epoch = 0;
  std::uint64_t accounts = 0;
};

/// Opens the log in `storage`, or makes one, and does to an empty ledger what
/// it tells. `kOk`; `kLogForeign`, `kLogNewer`, `kLogDamaged`, `kInvalidOption`
/// (it was made with other marks): nothing was written, and the report says
/// where and why; `kLogFailed`. Throws std::bad_alloc.
[[nodiscard]] Outcome RecoverLog(Storage& storage, const LogOpening& opening,
                                 const RecoveryGround& ground,
                                 RecoveredLog& recovered, LogReport& report);

/// What an open log's disk said, as an outcome of `Ledger::Open`, and in the
/// report.
[[nodiscard]] Outcome ReportFailure(const IoResult& failed, LogReport& report);

}  // namespace lockstep::engine
