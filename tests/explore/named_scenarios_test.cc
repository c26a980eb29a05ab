// Every scenario that has a name: in every schedule that matters, or in every
// one within its bound, the engine holds what it promises.

#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <memory>
#include <ostream>
#include <string>

#include "engine/explore/explorer.h"
#include "engine/explore/scenarios.h"
#include "tests/support/settings.h"

namespace lockstep::engine::explore {
namespace {

class NamedScenarios : public testing::TestWithParam<NamedScenario> {};

bool IsBounded(const NamedScenario& scenario) {
  return scenario.bound != NamedScenario::kUnbounded;
}

std::unique_ptr<Search> SearchFor(const NamedScenario& scenario) {
  return IsBounded(scenario) ? PreemptionBounded(scenario.bound)
                             : DepthFirst(Reduction::kSourceSets);
}

TEST_P(NamedScenarios, HoldsInEverySchedule) {
  const NamedScenario& scenario = GetParam();
  const auto search = SearchFor(scenario);
  const Exploration found =
      Explore(scenario.make, *search,
              {.stop_at_failure = true, .collect_final_states = true});
  EXPECT_FALSE(found.first_failure.has_value())
      << found.first_failure->what << "\nafter " << found.first_failure_at
      << " schedules; to replay: lockstep explore " << scenario.name
      << " --replay " << found.first_failure->schedule.ToString();
  EXPECT_TRUE(found.exhausted || IsBounded(scenario));
  // One in which the order makes no difference would show nothing.
  EXPECT_GT(found.schedules, 1U);
  std::cout << scenario.name << ": "
            << (found.exhausted
                    ? "exhausted"
                    : "all with at most " + std::to_string(scenario.bound) +
                          " preemptions")
            << ", " << found.schedules << " schedules, "
            << found.final_states.size() << " final states, " << found.seconds
            << " s\n";
}

INSTANTIATE_TEST_SUITE_P(All, NamedScenarios,
                         testing::ValuesIn(AllScenarios().begin(),
                                           AllScenarios().end()),
                         [](const testing::TestParamInfo<NamedScenario>& one) {
                           std::string name(one.param.name);
                           for (char& c : name) {
                             if (c == '-') c = '_';
                           }
                           return name;
                         });

// On the engine itself, where the scenario is small: sleep sets alone leave out
// less, and must not see more.
TEST(Reductions, SeeTheSameFinalStatesOfTheEngine) {
  int compared = 0;
  for (const NamedScenario& scenario : AllScenarios()) {
    SCOPED_TRACE(scenario.name);
    ExploreLimits limits;
    limits.collect_final_states = true;
    limits.max_schedules = test::Scaled(200);
    const auto source_sets = DepthFirst(Reduction::kSourceSets);
    const Exploration reduced = Explore(scenario.make, *source_sets, limits);
    if (!reduced.exhausted) continue;
    limits.max_schedules = UINT64_MAX;
    const auto sleep_sets = DepthFirst(Reduction::kSleepSets);
    const Exploration less = Explore(scenario.make, *sleep_sets, limits);
    EXPECT_TRUE(less.exhausted);
    EXPECT_GE(less.schedules, reduced.schedules);
    EXPECT_EQ(less.final_states, reduced.final_states);
    ++compared;
  }
  std::cout << compared << " scenarios compared\n";
  EXPECT_GE(compared, 10);
}

}  // namespace

void PrintTo(const NamedScenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

}  // namespace lockstep::engine::explore
