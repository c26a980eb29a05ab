// Lesson 06's races: that they do what they say, that a race would notice if
// money were lost, and that what they measured is shown.

#include "06-optimistic/race.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "06-optimistic/crossing.h"

namespace lockstep::lessons {
namespace {

using std::chrono::microseconds;
using testing::HasSubstr;

Race SmallRace(Mode mode) {
  return {.mode = mode,
          .thinking = microseconds(1),
          .accounts = 3,
          .thinkers = 2,
          .payers = 2,
          .length = std::chrono::milliseconds(5)};
}

TEST(RaceTest, EveryRaceKeepsItsMoney) {
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic}) {
    for (const bool apart : {false, true}) {
      Race race = SmallRace(mode);
      race.apart = apart;
      const Finish finish = RunRace(race);
      EXPECT_EQ(finish.fault, "");
      EXPECT_GT(finish.pace.payments_per_s, 0);
      EXPECT_GE(finish.pace.tries_per_thought, 1);
    }
  }
}

TEST(RaceTest, LockedThinkersThinkOnce) {
  const Pace pace = RunRace(SmallRace(Mode::kLocked)).pace;
  EXPECT_GT(pace.thoughts_per_s, 0);
  EXPECT_EQ(pace.tries_per_thought, 1);
}

TEST(RaceTest, NoticesLostMoney) {
  Ledger ledger = Ledger::Open().value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const std::vector<AccountId> accounts = {
      ledger.CreateAccount({.asset = gold}).value(),
      ledger.CreateAccount({.asset = gold}).value()};
  ledger.Transfer(ledger.GetAsset(gold)->issuer, accounts[0], Amount(10));
  EXPECT_EQ(FindFault(ledger, accounts, Amount(10)), "");
  EXPECT_EQ(FindFault(ledger, accounts, Amount(11)), "money was lost");
}

Pace PaceOf(double thoughts, double payments) {
  return {.thoughts_per_s = thoughts,
          .payments_per_s = payments,
          .tries_per_thought = 4.25,
          .cores = 2};
}

Trial TrialOf(int us, Pace locked, Pace optimistic) {
  return {.thinking = microseconds(us),
          .thinkers = 1,
          .payers = 3,
          .apart = PaceOf(1000, 1'000'000),
          .locked = locked,
          .optimistic = optimistic};
}

TEST(CrossingTest, EveryThreadCountsOnce) {
  const Trial trial = TrialOf(7, PaceOf(1200, 40'000), PaceOf(100, 900'000));
  const Kept locked = WhatIsKept(trial, trial.locked);
  EXPECT_DOUBLE_EQ(locked.thinkers, 1.2);
  EXPECT_DOUBLE_EQ(locked.payers, 0.04);
  EXPECT_DOUBLE_EQ(locked.all, (1.2 + 3 * 0.04) / 4);
}

TEST(CrossingTest, SaysFromWhereOnOptimismIsAhead) {
  const Trial behind =
      TrialOf(1, PaceOf(1000, 1'000'000), PaceOf(500, 900'000));
  const Trial ahead = TrialOf(7, PaceOf(1000, 40'000), PaceOf(100, 900'000));
  EXPECT_THAT(WhereItCrosses({behind, ahead, ahead}),
              HasSubstr("from 7 us of thinking on"));
  EXPECT_THAT(WhereItCrosses({ahead, behind}), HasSubstr("at none"));
  EXPECT_THAT(WhereItCrosses({ahead, ahead}), HasSubstr("at each"));
}

TEST(CrossingTest, TableAndPlotShowWhatWasMeasured) {
  const std::vector<Trial> trials = {
      TrialOf(3, PaceOf(990, 810'000), PaceOf(770, 980'000)),
      TrialOf(70, PaceOf(960, 40'000), PaceOf(110, 940'000))};
  const std::string table = Table(trials);
  for (const char* const figure :
       {" 3 ", " 990 ", " 770 ", " 810k ", " 980k ", " 99 ", " 77 ", " 81 ",
        " 98 ", " 70 ", " 40.0k ", " 11 ", " 94 ", " 4.25\n"}) {
    EXPECT_THAT(table, HasSubstr(figure));
  }
  const std::string plot = Plot(trials);
  EXPECT_THAT(plot, HasSubstr(">70</text>"));
  // 132 units are 100 %, from the top of the first panel, at 56.
  EXPECT_THAT(plot, HasSubstr("optimistic thinkers\" d=\"M50 86L382 173\""));
  EXPECT_THAT(plot, HasSubstr("line locked\" d=\"M50 81L382 183\""));
}

}  // namespace
}  // namespace lockstep::lessons
