#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "engine/ledger/open.h"
#include "lockstep/lockstep.h"
#include "tests/support/faulty_disk.h"

namespace lockstep::engine {

// The first accounts of most ledgers here: the issuer of GOLD, and two others.
inline constexpr AccountId kMint{1};
inline constexpr AccountId kAnn{2};
inline constexpr AccountId kBob{3};

/// These options, and to wait until it is durable.
inline TransferOptions Sync(TransferOptions options = {}) {
  options.durability = Durability::kSync;
  return options;
}

/// How the ledgers of these tests are opened: small segments, so that logs turn
/// often.
inline LedgerOptions DiskOptions() {
  return {.journal_bytes = 0,
          .id_window = 64,
          .log_segment_bytes = kMinSegmentBytes,
          .log_backlog_bytes = std::uint64_t{256} << 10};
}

/// A ledger whose log is on that disk; everything it does there, it does when
/// it is asked to.
inline Result<Ledger> OpenOn(FaultyDisk& disk, LogReport& report,
                             const LedgerOptions& options = DiskOptions()) {
  Result<std::shared_ptr<LedgerCore>> core =
      OpenCoreIn(options, disk.OpenStorage(), {1, 2}, false, report);
  if (!core) return core.error();
  return LedgerCore::Around(*std::move(core));
}
inline Result<Ledger> OpenOn(FaultyDisk& disk) {
  LogReport report;
  return OpenOn(disk, report);
}

}  // namespace lockstep::engine
