#pragma once

#include "engine/audit/audit.h"
#include "engine/audit/digest.h"
#include "engine/ledger/ledger_core.h"

namespace lockstep::test {

/// Calls `function(cut)` with a snapshot's cut through a ledger's inside, and
/// ends the snapshot.
template <class Function>
auto AtACut(engine::LedgerCore& core, const Function& function) {
  const engine::SnapshotCut cut = core.TakeCut().value();
  auto result = function(cut);
  core.snapshots().End(cut.epoch);
  return result;
}

/// What Ledger::Audit does, with another journal, or none.
inline AuditReport Audit(engine::LedgerCore& core, engine::Journal* journal) {
  return AtACut(core, [&](const engine::SnapshotCut& cut) {
    return RunAudit(core.accounts(), core.holds(), cut, journal);
  });
}

/// What Ledger::Digest does.
inline Bits128 Digest(engine::LedgerCore& core) {
  return AtACut(core, [&](const engine::SnapshotCut& cut) {
    return ComputeDigest(core.accounts(), cut, core.directory(), core.routes());
  });
}

}  // namespace lockstep::test
