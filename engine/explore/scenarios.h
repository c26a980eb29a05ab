#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/explore/scenario.h"

namespace lockstep::engine::explore {

/// A scenario by name, as people ask for it.
struct NamedScenario {
  std::string_view name;
  /// What it is about, in a line.
  std::string_view summary;
  /// Makes it, on the engine as it is.
  MakeScenario make;
  /// The same, but each transfer takes its locks in the order of its legs. Null
  /// where there is no such thing.
  MakeScenario make_unsorted;
  /// How many preemptions to search with where all schedules are too many;
  /// none: all of them.
  int bound = kUnbounded;

  static constexpr int kUnbounded = -1;
};

/// Threads that do nothing but post transfers to a ledger as it is set up: the
/// ones that there are in an unsorted version too.
[[nodiscard]] std::vector<NamedScenario> TransferScenarios();
/// Everything else that an engine does while others post.
[[nodiscard]] std::vector<NamedScenario> EngineScenarios();

/// All of them, in the order in which a reader would want them.
[[nodiscard]] std::span<const NamedScenario> AllScenarios();

/// Null if there is none of that name.
[[nodiscard]] const NamedScenario* FindScenario(std::string_view name);

}  // namespace lockstep::engine::explore
