#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "engine/explore/explorer.h"

namespace lockstep::engine::explore {

/// One schedule, played with somebody to draw it.
struct Played {
  /// Why the scenario does not allow it, as the end of a sentence; empty if it
  /// does.
  std::string misfit;
  std::optional<Failure> failure;
  std::string diagram;
  std::size_t steps = 0;
};

[[nodiscard]] Played Play(const MakeScenario& make, const Schedule& schedule,
                          bool shows_steps);

/// What went wrong, in a word and in full. The latter is several lines.
[[nodiscard]] std::string NameOf(FailureKind kind);

}  // namespace lockstep::engine::explore
