#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/accounts/directory.h"
#include "engine/snapshot/snapshot_cut.h"
#include "lockstep/snapshot.h"

namespace lockstep::engine {

// What Snapshot's functions of the same names say, of the cut of a snapshot
// that lives. All of them throw std::bad_alloc.

[[nodiscard]] std::vector<AssetTotal> TotalsAtCut(const AccountTable& accounts,
                                                  const SnapshotCut& cut,
                                                  const Directory& directory);

/// `issuer` is the asset's, which is left out.
[[nodiscard]] std::vector<AccountState> TopAtCut(const AccountTable& accounts,
                                                 const SnapshotCut& cut,
                                                 AssetId asset,
                                                 AccountId issuer,
                                                 std::size_t count);

/// `bounds` must rise.
[[nodiscard]] std::vector<BalanceBucket> HistogramAtCut(
    const AccountTable& accounts, const SnapshotCut& cut, AssetId asset,
    AccountId issuer, std::span<const Amount> bounds);

}  // namespace lockstep::engine
