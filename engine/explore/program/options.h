#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/explore/scenarios.h"
#include "engine/explore/schedule.h"
#include "engine/explore/search.h"

namespace lockstep::engine::explore {

/// How the program ends.
enum class ExitCode : int {
  kGood = 0,
  kBadSchedule = 1,
  kBadOption = 2,
  kCouldNot = 3,
};

/// Which schedules are searched for a bad one.
enum class Way : std::uint8_t { kDepthFirst, kPreemptionBounded, kRandom };

struct ExploreOptions {
  const NamedScenario* scenario = nullptr;
  bool unsorted = false;
  bool json = false;
  /// In a diagram, every step.
  bool steps = false;

  /// Play this one, and search nothing.
  std::string replay_text;
  Schedule replay;

  Way way = Way::kDepthFirst;
  Reduction reduction = Reduction::kSourceSets;
  int preemptions = 0;
  std::uint64_t runs = 0;
  int depth = 3;
  std::uint64_t seed = 1;
  std::uint64_t max = UINT64_MAX;
  bool first = false;

  [[nodiscard]] const MakeScenario& make() const {
    return unsorted ? scenario->make_unsorted : scenario->make;
  }
};

/// What to print, and where, instead of exploring anything: to the standard
/// output if the exit code is kGood, else to the standard error.
struct Reply {
  ExitCode exit_code = ExitCode::kGood;
  std::string text;
};

/// The complaint about a command line, in a line.
[[nodiscard]] Reply Complain(std::string complaint);

/// Understands a command line.
[[nodiscard]] std::variant<ExploreOptions, Reply> ParseCommandLine(
    int argc, const char* const* argv);

}  // namespace lockstep::engine::explore
