#pragma once

#include "engine/accounts/account_table.h"
#include "engine/base/tick_clock.h"
#include "engine/posting/hold_table.h"
#include "engine/posting/id_table.h"
#include "engine/posting/reversal_table.h"
#include "engine/posting/route_table.h"
#include "engine/snapshot/live_snapshots.h"

namespace lockstep::engine {

/// What operations work on.
struct PostingGround {
  AccountTable& accounts;
  LiveSnapshots& snapshots;
  const TickClock& clock;
  HoldTable& holds;
  IdTable& ids;
  ReversalTable& reversals;
  /// Null unless nothing may move but along routes.
  RouteTable* routes = nullptr;
};

}  // namespace lockstep::engine
