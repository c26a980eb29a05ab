#pragma once

#include "engine/accounts/account_table.h"
#include "engine/accounts/directory.h"
#include "engine/base/tick_clock.h"
#include "engine/posting/hold_table.h"
#include "engine/posting/id_table.h"
#include "engine/posting/reversal_table.h"
#include "engine/posting/route_table.h"

namespace lockstep::engine {

/// What a log is replayed into: the parts of a ledger that nobody else has yet.
struct RecoveryGround {
  AccountTable& accounts;
  Directory& directory;
  HoldTable& holds;
  IdTable& ids;
  ReversalTable& reversals;
  TickClock& clock;
  /// Null unless nothing may move but along routes.
  RouteTable* routes = nullptr;
  /// How many ids are remembered.
  std::uint32_t id_window = 0;
};

}  // namespace lockstep::engine
