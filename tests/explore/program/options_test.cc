#include "engine/explore/program/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace lockstep::engine::explore {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using Words = std::vector<const char*>;

std::variant<ExploreOptions, Reply> Parse(Words words) {
  words.insert(words.begin(), "lockstep-explore");
  return ParseCommandLine(static_cast<int>(words.size()), words.data());
}

ExploreOptions OptionsOf(const Words& words) {
  const auto parsed = Parse(words);
  if (const auto* reply = std::get_if<Reply>(&parsed)) {
    ADD_FAILURE() << reply->text;
    return {};
  }
  return std::get<ExploreOptions>(parsed);
}

Reply ReplyTo(const Words& words) {
  const auto parsed = Parse(words);
  if (const auto* reply = std::get_if<Reply>(&parsed)) return *reply;
  ADD_FAILURE() << "it took " << words.back();
  return {};
}

TEST(ExploreOptions, SearchesExhaustivelyUnlessTold) {
  const ExploreOptions options = OptionsOf({"two-transfers"});
  EXPECT_EQ(options.scenario->name, "two-transfers");
  EXPECT_FALSE(options.unsorted);
  EXPECT_EQ(options.way, Way::kDepthFirst);
  EXPECT_EQ(options.reduction, Reduction::kSourceSets);
  EXPECT_EQ(options.max, UINT64_MAX);
  EXPECT_FALSE(options.first);
  EXPECT_TRUE(options.replay_text.empty());
}

TEST(ExploreOptions, TakesTheWaysOfSearching) {
  EXPECT_EQ(OptionsOf({"two-transfers", "--reduction", "none"}).reduction,
            Reduction::kNone);
  EXPECT_EQ(OptionsOf({"two-transfers", "--reduction", "sleep-sets"}).reduction,
            Reduction::kSleepSets);
  const ExploreOptions bounded =
      OptionsOf({"two-transfers", "--preemptions", "0"});
  EXPECT_EQ(bounded.way, Way::kPreemptionBounded);
  EXPECT_EQ(bounded.preemptions, 0);
  const ExploreOptions random =
      OptionsOf({"--random", "2k", "--depth", "4", "two-transfers", "--seed",
                 "9", "--max", "7", "--first"});
  EXPECT_EQ(random.way, Way::kRandom);
  EXPECT_EQ(random.runs, 2000u);
  EXPECT_EQ(random.depth, 4);
  EXPECT_EQ(random.seed, 9u);
  EXPECT_EQ(random.max, 7u);
  EXPECT_TRUE(random.first);
}

TEST(ExploreOptions, AReplayIsASchedule) {
  const ExploreOptions options =
      OptionsOf({"two-transfers", "--unsorted", "--replay", "A2B"});
  EXPECT_TRUE(options.unsorted);
  EXPECT_EQ(options.replay.turns(), (std::vector<int>{0, 0, 1}));
}

TEST(ExploreOptions, RefusesInOneLineThatSaysWhatToDo) {
  const struct {
    Words words;
    const char* complaint;
  } kCases[] = {
      {{}, "which scenario? 'lockstep explore --list' shows those there are"},
      {{"nope"}, "there is no scenario 'nope': 'lockstep explore --list'"},
      {{"line\nfeed"}, "there is no scenario 'line?feed'"},
      {{"two-transfers", "x"}, "'lockstep explore' takes no 'x'"},
      {{"two-transfers", "--nope"}, "'lockstep explore' takes no '--nope'"},
      {{"two-transfers", "--replay", "a1"}, "such as A12BA3"},
      {{"two-transfers", "--replay", "A0"}, "not 'A0'"},
      {{"two-transfers", "--replay", "A99999999"}, "not 'A99999999'"},
      {{"two-transfers", "--replay", ""}, "a value is missing"},
      {{"two-transfers", "--replay"}, "--replay: a value is missing"},
      {{"two-transfers", "--reduction", "some"},
       "none, sleep-sets or source-sets, not 'some'"},
      {{"two-transfers", "--preemptions", "-1"},
       "--preemptions takes a whole number from 0 to 1000, not '-1'"},
      {{"two-transfers", "--random", "0"},
       "--random takes a whole number from 1 to"},
      {{"two-transfers", "--max", "1.5"}, "not '1.5'"},
      {{"two-transfers", "--depth", "2"}, "--depth says something only with"},
      {{"two-transfers", "--seed", "2"}, "--seed says something only with"},
      {{"two-transfers", "--random", "5", "--preemptions", "1"},
       "--preemptions and --random exclude each other"},
      {{"two-transfers", "--reduction", "none", "--random", "1"},
       "--reduction and --random exclude each other"},
      {{"two-transfers", "--replay", "A", "--first"},
       "--replay and --first exclude each other"},
      {{"--list", "two-transfers"}, "--list takes no scenario"},
  };
  for (const auto& one : kCases) {
    const Reply reply = ReplyTo(one.words);
    EXPECT_EQ(reply.exit_code, ExitCode::kBadOption) << one.complaint;
    EXPECT_THAT(reply.text, StartsWith("lockstep: "));
    EXPECT_THAT(reply.text, HasSubstr(one.complaint));
    EXPECT_EQ(reply.text.find('\n'), reply.text.size() - 1) << reply.text;
  }
}

TEST(ExploreOptions, HelpFitsATerminalAndNamesEveryOption) {
  const Reply help = ReplyTo({"--help"});
  EXPECT_EQ(help.exit_code, ExitCode::kGood);
  std::istringstream lines(help.text);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80u) << line;
  }
  for (const char* const option :
       {"--list", "--unsorted", "--replay", "--steps", "--first", "--max",
        "--reduction", "--preemptions", "--random", "--depth", "--seed",
        "--json", "Exit codes"}) {
    EXPECT_THAT(help.text, HasSubstr(option));
  }
}

TEST(ExploreOptions, TheListHasEveryScenario) {
  const Reply list = ReplyTo({"--list"});
  std::istringstream lines(list.text);
  std::string words;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80u) << line;
    words += line.substr(std::min(line.find_first_not_of(' '), line.size()));
    words += ' ';
  }
  for (const NamedScenario& one : AllScenarios()) {
    EXPECT_THAT(words, HasSubstr(std::string(one.name)));
    EXPECT_THAT(words, HasSubstr(std::string(one.summary)));
  }
}

// A scenario that is too large to be explored whole is searched as far as its
// bound, unless somebody wants it otherwise.
TEST(ExploreOptions, AScenariosBoundIsTheDefault) {
  for (const NamedScenario& one : AllScenarios()) {
    const std::string name(one.name);
    const ExploreOptions options = OptionsOf({name.c_str()});
    if (one.bound == NamedScenario::kUnbounded) {
      EXPECT_EQ(options.way, Way::kDepthFirst) << name;
    } else {
      EXPECT_EQ(options.way, Way::kPreemptionBounded) << name;
      EXPECT_EQ(options.preemptions, one.bound) << name;
    }
    EXPECT_EQ(OptionsOf({name.c_str(), "--reduction", "source-sets"}).way,
              Way::kDepthFirst);
  }
}

}  // namespace
}  // namespace lockstep::engine::explore
