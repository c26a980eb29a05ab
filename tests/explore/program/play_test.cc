#include "engine/explore/program/play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <regex>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "engine/explore/program/list.h"
#include "engine/explore/scenarios.h"
#include "engine/explore/scenarios/ledger_scenario.h"
#include "engine/explore/scenarios/unsorted.h"

namespace lockstep::engine::explore {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const NamedScenario& TwoTransfers() { return *FindScenario("two-transfers"); }

Played PlayText(const MakeScenario& make, std::string_view schedule) {
  return Play(make, Schedule::Parse(schedule).value(), false);
}

std::string Turns(char thread, std::size_t steps) {
  return absl::StrCat(std::string(1, thread), steps);
}

TEST(Play, WhatAScenarioIsAboutIsSaidByItsCast) {
  const Cast cast = CastOf(TwoTransfers().make);
  EXPECT_EQ(cast.setting, "account 2 has 10, account 3 has 10");
  EXPECT_THAT(cast.threads, ElementsAre("2 -> 3: 3", "3 -> 2: 2"));
}

TEST(Play, AGoodScheduleIsDrawnToItsEnd) {
  const Played played = PlayText(TwoTransfers().make, "B");
  EXPECT_THAT(played.misfit, IsEmpty());
  EXPECT_FALSE(played.failure.has_value());
  EXPECT_THAT(played.diagram,
              AllOf(HasSubstr("begins 2 -> 3: 3"), HasSubstr("locks account 2"),
                    HasSubstr("unlocks account 3"), HasSubstr("ends: posted")));
  // B was told to begin, and by default who began goes on.
  EXPECT_LT(played.diagram.find("begins 3 -> 2: 2"),
            played.diagram.find("begins 2 -> 3: 3"));
}

// Whatever a scenario's threads do, it can be drawn.
TEST(Play, EveryScenarioCanBePlayed) {
  for (const NamedScenario& one : AllScenarios()) {
    SCOPED_TRACE(one.name);
    const Played played = PlayText(one.make, "A");
    EXPECT_EQ(played.misfit, "");
    EXPECT_FALSE(played.failure.has_value());
    EXPECT_GT(played.steps, 1u);
  }
}

TEST(Play, TheSameScheduleGivesTheSameDiagram) {
  const Played one = PlayText(TwoTransfers().make, "A9B7");
  const Played other = PlayText(TwoTransfers().make, "A9B7");
  EXPECT_EQ(one.diagram, other.diagram);
  EXPECT_NE(one.diagram, PlayText(TwoTransfers().make, "B7A9").diagram);
}

TEST(Play, ADeadlockIsToldAsACircle) {
  const auto search = DepthFirst(Reduction::kSourceSets);
  const Exploration found =
      Explore(TwoTransfers().make_unsorted, *search, {.stop_at_failure = true});
  ASSERT_TRUE(found.first_failure.has_value());
  const Played played =
      Play(TwoTransfers().make_unsorted, found.first_failure->schedule, false);
  ASSERT_TRUE(played.failure.has_value());
  EXPECT_EQ(played.failure->kind, FailureKind::kDeadlock);
  EXPECT_EQ(played.failure->schedule.ToString(),
            found.first_failure->schedule.ToString());
  EXPECT_EQ(played.failure->what,
            "deadlock\n"
            "A waits for account 3, which B has\n"
            "B waits for account 2, which A has\n");
  EXPECT_EQ(played.steps, found.first_failure->schedule.turns().size());
}

TEST(Play, WhatDoesNotFitSaysWhere) {
  EXPECT_EQ(PlayText(TwoTransfers().make, "A4C").misfit,
            "its step 5 is C's, and there is no thread C");
  const std::size_t steps = PlayText(TwoTransfers().make, "A").steps;
  EXPECT_EQ(PlayText(TwoTransfers().make, Turns('A', steps)).misfit,
            absl::StrCat("its step ", steps / 2 + 1,
                         " is A's, who has ended or waits then"));
  const std::string all = Turns('A', steps / 2) + Turns('B', steps / 2);
  EXPECT_EQ(PlayText(TwoTransfers().make, all).misfit, "");
  EXPECT_EQ(PlayText(TwoTransfers().make, all + "A2").misfit,
            absl::StrCat("it has ", steps + 2,
                         " steps, and the run ends after ", steps));
}

// What lesson 05 says in the solution of its exercise: from A5B5 on, whoever
// goes next, it is too late; before that it is not.
TEST(Play, FromSomeStepOnADeadlockIsCertain) {
  const MakeScenario& make = TwoTransfers().make_unsorted;
  for (const char* const well : {"A5B4A", "A4B5B", "A4B6"}) {
    const Played played = PlayText(make, well);
    EXPECT_EQ(played.misfit, "");
    EXPECT_FALSE(played.failure.has_value()) << well;
  }
  for (const char* const too_late : {"A5B5AB", "A5B5BA"}) {
    const Played played = PlayText(make, too_late);
    EXPECT_EQ(played.misfit, "");
    ASSERT_TRUE(played.failure.has_value()) << too_late;
    EXPECT_EQ(played.failure->kind, FailureKind::kDeadlock);
  }
}

// How runs that came to an end ended, whichever sessions were used: the
// unsorted version has some of its own.
std::set<std::string> EndsOf(const Exploration& found) {
  static const std::regex slot(R"((@[0-9]+)\.[0-9]+)");
  std::set<std::string> ends;
  for (const std::string& state : found.final_states) {
    if (state.starts_with("deadlock")) continue;
    ends.insert(std::regex_replace(state, slot, "$1"));
  }
  return ends;
}

// The unsorted transfers do what the engine's do, but for the order.
class UnsortedVersion : public testing::TestWithParam<std::string_view> {};

TEST_P(UnsortedVersion, DeadlocksAndDoesNothingElseWrong) {
  const NamedScenario& scenario = *FindScenario(GetParam());
  const auto sorted_search = DepthFirst(Reduction::kSourceSets);
  const auto unsorted_search = DepthFirst(Reduction::kSourceSets);
  const ExploreLimits limits = {.collect_final_states = true};
  const Exploration sorted = Explore(scenario.make, *sorted_search, limits);
  const Exploration unsorted =
      Explore(scenario.make_unsorted, *unsorted_search, limits);
  EXPECT_TRUE(sorted.exhausted);
  EXPECT_EQ(sorted.failures, 0u);
  EXPECT_TRUE(unsorted.exhausted);
  EXPECT_GT(unsorted.deadlocks, 0u);
  EXPECT_EQ(unsorted.failures, unsorted.deadlocks);
  EXPECT_LT(unsorted.deadlocks, unsorted.schedules);
  EXPECT_EQ(EndsOf(unsorted), EndsOf(sorted));
  EXPECT_FALSE(EndsOf(sorted).empty());
}

// Where it depends on who is first whether there is enough.
TEST(Unsorted, RefusesWhatTheEngineRefuses) {
  const LedgerScenario::Setup setup = {
      {3, 0}, {{{{1, -3}, {2, 3}}}, {{{2, -2}, {1, 2}}}}};
  const auto ends = [](const MakeScenario& make) {
    const auto search = DepthFirst(Reduction::kSourceSets);
    return EndsOf(Explore(make, *search, {.collect_final_states = true}));
  };
  const std::set<std::string> sorted =
      ends([&setup] { return std::make_unique<LedgerScenario>(setup); });
  EXPECT_EQ(sorted.size(), 2u);
  EXPECT_EQ(
      ends([&setup] { return std::make_unique<UnsortedScenario>(setup); }),
      sorted);
}

INSTANTIATE_TEST_SUITE_P(
    All, UnsortedVersion,
    testing::Values("two-transfers", "ring-of-three", "three-legs"),
    [](const testing::TestParamInfo<std::string_view>& it) {
      std::string name(it.param);
      for (char& c : name) {
        if (c == '-') c = '_';
      }
      return name;
    });

}  // namespace
}  // namespace lockstep::engine::explore
