#pragma once

#include "engine/accounts/account_table.h"
#include "engine/journal/journal.h"
#include "lockstep/audit.h"

namespace lockstep::engine {

/// Checks the books, as Ledger::Audit says. `journal` may be null.
/// Throws std::bad_alloc, with no lock left behind.
[[nodiscard]] AuditReport RunAudit(const AccountTable& accounts,
                                   Journal* journal);

}  // namespace lockstep::engine
