#pragma once

#include <cstdint>

#include "engine/accounts/directory.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// Where a snapshot cuts through a ledger, and what there was.
struct SnapshotCut {
  /// What belongs to this epoch or an earlier one is in it.
  std::uint32_t epoch = 0;
  /// Accounts and assets are made in order, and none while a cut is made, so
  /// how many there were says which.
  Directory::Population population;
  Tick tick;
  /// The next one of those whose end was put off.
  SnapshotCut* next_put_off = nullptr;
};

}  // namespace lockstep::engine
