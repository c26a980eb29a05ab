// `lockstep explore` as people meet it: started through the program lockstep,
// and judged by what it prints and how it ends.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/explore/scenarios.h"
#include "tests/tool/run_program.h"

namespace lockstep::tool {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Ended ExploreWith(std::vector<std::string> words) {
  words.insert(words.begin(), "explore");
  return RunProgram(words);
}

nlohmann::json Json(std::vector<std::string> words, int exit_code) {
  words.push_back("--json");
  const Ended ended = ExploreWith(std::move(words));
  EXPECT_EQ(ended.exit_code, exit_code) << ended.err;
  EXPECT_THAT(ended.err, IsEmpty());
  return nlohmann::json::parse(ended.out);
}

TEST(ExploreProgram, FindsNothingInTheEngineAndSaysThatThatIsAll) {
  const Ended ended = ExploreWith({"two-transfers"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("exhausted: there are no more"),
                               HasSubstr("deadlocks  0\n"),
                               Not(HasSubstr("first bad one"))));
  EXPECT_THAT(ended.err, IsEmpty());
}

TEST(ExploreProgram, FindsADeadlockWithoutTheOrderAndPlaysItAgain) {
  const Ended found = ExploreWith({"two-transfers", "--unsorted"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, AllOf(HasSubstr("exhausted"),
                               HasSubstr("waits for account 2 (A has it)"),
                               HasSubstr("A waits for account 3, which B has\n"
                                         "B waits for account 2, which A "
                                         "has\n")));
  // The last line is the command that shows it again.
  const std::string command =
      "  lockstep explore two-transfers --unsorted "
      "--replay ";
  const std::size_t at = found.out.rfind(command);
  ASSERT_NE(at, std::string::npos) << found.out;
  std::string schedule = found.out.substr(at + command.size());
  schedule.pop_back();
  const Ended again =
      ExploreWith({"two-transfers", "--unsorted", "--replay", schedule});
  EXPECT_EQ(again.exit_code, 1);
  const std::size_t diagram = found.out.find("     A    ");
  ASSERT_NE(diagram, std::string::npos);
  EXPECT_THAT(again.out, HasSubstr(found.out.substr(diagram)));
}

TEST(ExploreProgram, ItsJsonIsCompleteAndAgreesWithItsText) {
  const nlohmann::json good = Json({"two-transfers"}, 0);
  EXPECT_EQ(good["scenario"], "two-transfers");
  EXPECT_EQ(good["threads"][1]["does"], "3 -> 2: 2");
  EXPECT_EQ(good["search"]["reduction"], "source-sets");
  EXPECT_TRUE(good["exhausted"].get<bool>());
  EXPECT_EQ(good["failures"], 0);
  EXPECT_TRUE(good["first_failure"].is_null());

  const nlohmann::json bad = Json({"two-transfers", "--unsorted"}, 1);
  EXPECT_EQ(bad["failures"], bad["deadlocks"]);
  EXPECT_GT(bad["deadlocks"].get<int>(), 0);
  EXPECT_LT(bad["deadlocks"], bad["schedules"]);
  EXPECT_EQ(bad["first_failure"]["kind"], "deadlock");
  const std::string schedule = bad["first_failure"]["schedule"];
  const nlohmann::json again =
      Json({"two-transfers", "--unsorted", "--replay", schedule}, 1);
  EXPECT_EQ(again["replay"], schedule);
  EXPECT_EQ(again["failure"]["kind"], "deadlock");
  EXPECT_EQ(again["diagram"], bad["first_failure"]["diagram"]);
  const Ended text = ExploreWith({"two-transfers", "--unsorted"});
  EXPECT_THAT(text.out, HasSubstr(again["diagram"].get<std::string>()));
}

TEST(ExploreProgram, EveryReductionFindsAndABoundIsCalledOne) {
  for (const char* const reduction : {"sleep-sets", "source-sets"}) {
    const nlohmann::json found =
        Json({"two-transfers", "--unsorted", "--reduction", reduction}, 1);
    EXPECT_TRUE(found["exhausted"].get<bool>()) << reduction;
  }
  const std::vector<std::vector<std::string>> kBounded = {
      {"--reduction", "none", "--max", "5"},
      {"--preemptions", "1"},
      {"--random", "50", "--depth", "2"},
      {"--max", "3"}};
  for (const std::vector<std::string>& more : kBounded) {
    std::vector<std::string> words = {"two-transfers"};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_FALSE(Json(words, 0)["exhausted"].get<bool>()) << more[0];
    EXPECT_THAT(ExploreWith(words).out, HasSubstr("bounded: ")) << more[0];
  }
  EXPECT_EQ(Json({"two-transfers", "--max", "3"}, 0)["schedules"], 3);
  // Whoever is not interrupted cannot meet anybody.
  EXPECT_EQ(Json({"two-transfers", "--unsorted", "--preemptions", "0"},
                 0)["failures"],
            0);
  EXPECT_GT(Json({"two-transfers", "--unsorted", "--preemptions", "1"},
                 1)["deadlocks"]
                .get<int>(),
            0);
}

TEST(ExploreProgram, StopsAtTheFirstBadOneIfAsked) {
  const nlohmann::json first =
      Json({"two-transfers", "--unsorted", "--first"}, 1);
  EXPECT_EQ(first["failures"], 1);
  EXPECT_EQ(first["schedules"], first["first_failure"]["after_schedules"]);
  EXPECT_FALSE(first["exhausted"].get<bool>());
}

TEST(ExploreProgram, RandomRunsRepeatWithTheirSeed) {
  const std::vector<std::string> words = {
      "ring-of-three", "--unsorted", "--random", "300",
      "--depth",       "3",          "--seed",   "5"};
  nlohmann::json one = Json(words, 1);
  nlohmann::json other = Json(words, 1);
  one.erase("seconds");
  other.erase("seconds");
  EXPECT_EQ(one, other);
  EXPECT_EQ(one["schedules"], 300);
}

TEST(ExploreProgram, ListsTheScenarios) {
  const nlohmann::json list = Json({"--list"}, 0);
  ASSERT_EQ(list.size(), engine::explore::AllScenarios().size());
  EXPECT_EQ(list[0]["name"], "two-transfers");
  EXPECT_TRUE(list[0]["unsorted"].get<bool>());
  EXPECT_EQ(list[0]["threads"].size(), 2u);
}

TEST(ExploreProgram, RefusesAScheduleThatIsNone) {
  const Ended none = ExploreWith({"two-transfers", "--replay", "A3C"});
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_THAT(none.out, IsEmpty());
  EXPECT_THAT(none.err, HasSubstr("the schedule is none of 'two-transfers': "
                                  "its step 4 is C's, and there is no thread "
                                  "C"));
  const nlohmann::json good = Json({"two-transfers", "--replay", "A"}, 0);
  const int half = good["steps"].get<int>() / 2;
  const Ended other = ExploreWith(
      {"two-transfers", "--unsorted", "--replay", absl::StrCat("A", half)});
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_THAT(other.err, HasSubstr("; it is one without --unsorted"));
}

TEST(ExploreProgram, SaysSoWhenTheProgramBesideItIsMissing) {
  const ScratchFolder folder;
  const std::string alone = folder.File("lockstep");
  std::filesystem::copy_file(LOCKSTEP_PROGRAM, alone);
  const Ended missing = RunProgramAt(alone, {"explore", "two-transfers"});
  EXPECT_EQ(missing.exit_code, 3);
  EXPECT_THAT(missing.out, IsEmpty());
  EXPECT_THAT(missing.err,
              AllOf(HasSubstr(folder.File("lockstep-explore")),
                    HasSubstr("No such file"), HasSubstr("install both")));
  // And finds it where it is, wherever it was called from.
  std::filesystem::copy_file(LOCKSTEP_EXPLORE_PROGRAM,
                             folder.File("lockstep-explore"));
  const ScratchFolder elsewhere;
  std::filesystem::create_symlink(alone, elsewhere.File("other-name"));
  const Ended linked =
      RunProgramAt(elsewhere.File("other-name"), {"explore", "--list"});
  EXPECT_EQ(linked.exit_code, 0) << linked.err;
  EXPECT_THAT(linked.out, HasSubstr("two-transfers"));
}

TEST(ExploreProgram, SaysSoWhenItsOutputGoesNowhere) {
  const Ended full = RunProgram({"explore", "two-transfers"}, "/dev/full");
  EXPECT_EQ(full.exit_code, 3);
  EXPECT_THAT(full.err, HasSubstr("could not write"));
}

}  // namespace
}  // namespace lockstep::tool
