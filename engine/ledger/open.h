#pragma once

#include <memory>

#include "engine/ledger/ledger_core.h"
#include "engine/log/storage.h"
#include "lockstep/ledger.h"
#include "lockstep/log.h"

namespace lockstep::engine {

/// Opens a ledger with valid options, its log in the directory that they name,
/// if they name one. Throws std::bad_alloc.
[[nodiscard]] Result<std::shared_ptr<LedgerCore>> OpenCore(
    const LedgerOptions& options, LogReport& report);

/// The same, its log in `storage`; everything that the log does is done by
/// those who ask for it, so that it is the same each time, if `has_keeper` is
/// false.
[[nodiscard]] Result<std::shared_ptr<LedgerCore>> OpenCoreIn(
    const LedgerOptions& options, std::unique_ptr<Storage> storage,
    Bits128 new_log_id, bool has_keeper, LogReport& report);

}  // namespace lockstep::engine
