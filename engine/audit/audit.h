#pragma once

#include "engine/accounts/account_table.h"
#include "engine/journal/journal.h"
#include "engine/posting/hold_table.h"
#include "engine/snapshot/snapshot_cut.h"
#include "lockstep/audit.h"

namespace lockstep::engine {

/// Checks the books as they were at the cut of a snapshot that lives, as
/// Ledger::Audit says. `journal` may be null. Throws std::bad_alloc.
[[nodiscard]] AuditReport RunAudit(const AccountTable& accounts,
                                   const HoldTable& holds,
                                   const SnapshotCut& cut, Journal* journal);

}  // namespace lockstep::engine
