#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "engine/tool/economy/agent.h"
#include "engine/tool/economy/leg_list.h"
#include "engine/tool/economy/scenario.h"

namespace lockstep::tool {

/// A kind of things that agents can do. To add one: write its function and give
/// it a row.
struct ActivityKind {
  std::string_view name;
  Outcome (*perform)(Worker& worker) = nullptr;
  /// The terms that it must be given, and those that it may be: the keys that
  /// they have in a scenario's file.
  std::vector<std::string_view> needed;
  std::vector<std::string_view> optional;
  /// It is done in rounds, and it is meant to create something: as the fields
  /// of Activity.
  bool is_in_rounds = false;
  bool creates = false;
};

[[nodiscard]] std::span<const ActivityKind> ActivityKinds();

/// What a player pays some shop for one of some good, and the town in tax, and
/// gets for it.
[[nodiscard]] LegList DrawSale(Worker& worker, Agent player);

/// What those do who know of a bug that mints. No kind of its own: only an
/// event lets it happen.
Outcome PerformDupe(Worker& worker);

}  // namespace lockstep::tool
