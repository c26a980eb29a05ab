#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/explore/scenario.h"
#include "engine/explore/schedule.h"
#include "engine/explore/search.h"

namespace lockstep::engine::explore {

/// In which way a run went wrong.
enum class FailureKind : std::uint8_t {
  kDeadlock,  ///< threads wait that nobody can let go on
  kLivelock,  ///< it does not end
  kBroken,    ///< a data race, a broken lock order, a broken contract
  kUnsound,   ///< it ended, and Scenario::Check says what is wrong
  kLeak,      ///< it ended well and left memory behind
};

struct Failure {
  FailureKind kind = FailureKind::kUnsound;
  /// What went wrong, for people; several lines of it.
  std::string what;
  /// Plays it again.
  Schedule schedule;
};

struct ExploreLimits {
  /// Stop after so many schedules.
  std::uint64_t max_schedules = UINT64_MAX;
  /// Stop at the first one that goes wrong.
  bool stop_at_failure = false;
  /// Note every final state that comes about; of a run that did not end, what
  /// went wrong.
  bool collect_final_states = false;
  /// Called now and then (thousands of schedules apart) with how many there
  /// were.
  std::function<void(std::uint64_t)> progress = {};
  /// Called with the steps of each schedule that was run to an end.
  std::function<void(const std::vector<sync::Event>&)> on_trace = {};
};

/// What became of a search.
struct Exploration {
  /// Every schedule that matters was run.
  bool exhausted = false;
  /// Schedules run to an end, good or bad.
  std::uint64_t schedules = 0;
  /// Runs given up since all they could lead to had been seen.
  std::uint64_t redundant = 0;
  /// Steps of all these.
  std::uint64_t steps = 0;
  /// Of the longest one.
  std::uint64_t most_steps = 0;
  std::uint64_t deadlocks = 0;
  /// Of every kind, deadlocks among them.
  std::uint64_t failures = 0;
  /// The first one, and after how many schedules, itself counted.
  std::optional<Failure> first_failure;
  std::uint64_t first_failure_at = 0;
  std::set<std::string> final_states;
  double seconds = 0;
};

/// Runs a scenario in every schedule that `search` comes up with.
[[nodiscard]] Exploration Explore(const MakeScenario& make, Search& search,
                                  const ExploreLimits& limits = {});

/// Plays one schedule with somebody listening. None if the scenario does not
/// allow the schedule; otherwise what went wrong, if anything did.
struct Replayed {
  bool fits = false;
  /// It does not fit, since the run was over before the schedule.
  bool is_left_over = false;
  std::optional<Failure> failure;
};
[[nodiscard]] Replayed ReplayOnce(const MakeScenario& make,
                                  const Schedule& schedule,
                                  sync::Listener* listener = nullptr);

}  // namespace lockstep::engine::explore
