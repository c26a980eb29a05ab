#pragma once

#include <memory>

#include "engine/ledger/ledger_core.h"
#include "engine/snapshot/snapshot_cut.h"
#include "lockstep/result.h"

namespace lockstep::engine {

/// A new ledger in the state that `core` had at the cut of a snapshot that
/// lives, as Snapshot::Clone says. Throws std::bad_alloc.
[[nodiscard]] Result<std::shared_ptr<LedgerCore>> CloneAtCut(
    LedgerCore& core, const SnapshotCut& cut, const LedgerOptions& options);

}  // namespace lockstep::engine
