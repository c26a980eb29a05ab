#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "engine/explore/explorer.h"
#include "engine/explore/scenarios.h"

namespace lockstep::engine::explore {
namespace {

class NamedScenarios : public testing::TestWithParam<NamedScenario> {};

// The engine holds what it promises in every schedule there is.
TEST_P(NamedScenarios, IsExploredToExhaustion) {
  const NamedScenario& scenario = GetParam();
  const auto search = DepthFirst(Reduction::kSourceSets);
  const Exploration found =
      Explore(scenario.make, *search, {.stop_at_failure = true});
  EXPECT_FALSE(found.first_failure.has_value())
      << found.first_failure->what << "\nafter " << found.first_failure_at
      << " schedules; to replay: lockstep explore " << scenario.name
      << " --replay " << found.first_failure->schedule.ToString();
  EXPECT_TRUE(found.exhausted);
  std::cout << scenario.name << ": exhausted, " << found.schedules
            << " schedules, " << found.seconds << " s\n";
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

}  // namespace

void PrintTo(const NamedScenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

}  // namespace lockstep::engine::explore
