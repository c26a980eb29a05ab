#pragma once

#include "engine/accounts/account_table.h"
#include "engine/accounts/directory.h"
#include "engine/posting/route_table.h"
#include "engine/snapshot/snapshot_cut.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// The fingerprint that Ledger::Digest describes: the sum, modulo 2^128, of a
/// 128-bit XXH3 hash of each account and each route, so that it does not depend
/// on the order in which they were made. `routes`: null if there are none. Of
/// the cut of a snapshot that lives. Throws std::bad_alloc.
[[nodiscard]] Bits128 ComputeDigest(const AccountTable& accounts,
                                    const SnapshotCut& cut,
                                    const Directory& directory,
                                    const RouteTable* routes);

}  // namespace lockstep::engine
