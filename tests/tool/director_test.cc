// Events as they happen to a ledger.

#include "engine/tool/economy/director.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/scenario/scenario_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;

// A ledger with the default economy and some events.
class Evening {
 public:
  explicit Evening(std::string_view events)
      : scenario_(std::get<Scenario>(ReadScenario(absl::StrCat(
            R"({"name": "test", "events": [)", std::string(events), "]}")))),
        economy_(
            Economy::Build(&ledger_, PopulationFor(2000, scenario_), scenario_)
                .value()) {}

  RunResult Run(std::uint32_t threads, std::uint64_t transfers) {
    SimulateOptions options;
    options.threads = threads;
    options.transfers = transfers;
    return RunEconomy(&economy_, options, scenario_.activities, progress_,
                      scenario_.timeline)
        .value();
  }
  // Lets the events happen without anybody playing.
  std::vector<EventMark> Only(const RunTime& now) {
    Worker worker(&economy_, ledger_.OpenSession().value(),
                  scenario_.activities, 1, 0, 1.1);
    Director director(&economy_, scenario_.activities, scenario_.timeline);
    director.Perform(now, worker);
    return director.marks();
  }

  AccountStatus StatusOf(Agent agent, Asset asset) {
    return ledger_.GetAccount(economy_.AccountOf(agent, asset))->status;
  }
  Minor BalanceOf(Agent agent, Asset asset) {
    return ToMinor(ledger_.Balance(economy_.AccountOf(agent, asset)).value());
  }
  std::size_t PlaceOf(std::string_view name) {
    for (std::size_t i = 0; i < scenario_.activities.size(); ++i) {
      if (scenario_.activities[i].name == name) return i;
    }
    ADD_FAILURE() << "no activity " << name;
    return 0;
  }

  Scenario scenario_;
  Ledger ledger_ = Ledger::Open().value();
  Economy economy_;
  Progress progress_;
};

constexpr const char* kDupe =
    R"({"at": "20%", "until": "60%", "text": "the bug", "dupe": {
        "name": "bug", "asset": "SWORD", "amount": [1, 2], "weight": 300,
        "culprits": 3, "from_rank": 5, "code": 901, "found_code": 905}})";

void ExpectBooksHold(Evening& play, RunResult run) {
  SimulateOptions options;
  const Figures figures =
      CollectFigures(play.economy_, options, play.scenario_.activities,
                     std::move(run))
          .value();
  EXPECT_TRUE(figures.audit.ok);
  EXPECT_TRUE(figures.flows_match);
  EXPECT_TRUE(figures.holds_match);
}

TEST(Director, CulpritsAreFrozenAndLoseWhatTheyDuped) {
  for (const std::uint32_t threads : {1u, 4u}) {
    Evening play(kDupe);
    RunResult run = play.Run(threads, 40'000);
    ASSERT_EQ(run.events.size(), 2u);
    EXPECT_EQ(run.events[0].text, "the bug");
    EXPECT_THAT(run.events[1].text,
                HasSubstr("the bug: found, 3 players frozen, "));
    const ActivityTally& duped = run.tally.activities[play.PlaceOf("bug")];
    const ActivityTally& found =
        run.tally.activities[play.PlaceOf("bug found")];
    EXPECT_GT(duped.minted[Index(kSword)], 0);
    EXPECT_GT(found.burned[Index(kSword)], 0);
    // One for each of them, and one for each hold that is let go of.
    EXPECT_LE(found.posted, 3u + run.tally.holds.released);
    for (std::uint32_t rank = 5; rank < 8; ++rank) {
      const Agent culprit = play.economy_.Player(rank - 1);
      EXPECT_EQ(play.BalanceOf(culprit, kSword), 0);
      EXPECT_EQ(play.StatusOf(culprit, kSword), AccountStatus::kFrozen);
      EXPECT_EQ(play.StatusOf(culprit, kGold), AccountStatus::kFrozen);
    }
    EXPECT_NE(play.StatusOf(play.economy_.Player(7), kSword),
              AccountStatus::kFrozen);
    ExpectBooksHold(play, std::move(run));
  }
}

TEST(Director, EventsComeWhenTheyAreDueAndNotBefore) {
  Evening play(kDupe);
  constexpr std::uint64_t kTransfers = 100'000;
  const RunResult run = play.Run(1, kTransfers);
  const ActivityTally& duped = run.tally.activities[play.PlaceOf("bug")];
  // For 40 % of the run, 300 in 1,235 + 300 requests, some of them refused.
  const auto requests = static_cast<double>(duped.posted + duped.refused);
  const double expected = 0.4 * (300.0 / 1300.0) * kTransfers;
  EXPECT_GT(requests, 0.8 * expected);
  EXPECT_LT(requests, 1.5 * expected);
  ASSERT_EQ(run.events.size(), 2u);
  EXPECT_LT(run.events[0].tick, run.events[1].tick);
  EXPECT_GT(run.events[1].supplies[Index(kSword)],
            run.events[0].supplies[Index(kSword)]);
}

TEST(Director, WhatEventsPostComesOnTopOfWhatWasAsked) {
  Evening play(R"({"at": "50%", "text": "dole", "grant": {"name": "dole",
    "who": "players", "count": 10, "asset": "GOLD", "amount": 1.25,
    "code": 911}})");
  RunResult run = play.Run(2, 10'000);
  const ActivityTally& dole = run.tally.activities[play.PlaceOf("dole")];
  EXPECT_EQ(dole.posted, 10u);
  EXPECT_EQ(dole.minted[Index(kGold)], 1250);
  EXPECT_EQ(run.tally.posted(), 10'010u);
  EXPECT_EQ(run.end, RunEnd::kDone);
  ExpectBooksHold(play, std::move(run));
}

TEST(Director, TheLastEventsComeAtTheEnd) {
  Evening play(R"({"at": "100%", "text": "dole", "grant": {"name": "dole",
    "who": "guilds", "asset": "GEM", "amount": 1, "code": 911}})");
  for (const std::uint32_t threads : {1u, 3u}) {
    EXPECT_EQ(play.Run(threads, 100).events.size(), 1u);
    SimulateOptions options;
    options.threads = threads;
    options.seconds = 0.02;
    const RunResult run =
        RunEconomy(&play.economy_, options, play.scenario_.activities,
                   play.progress_, play.scenario_.timeline)
            .value();
    ASSERT_EQ(run.events.size(), 1u);
    EXPECT_GE(run.events[0].seconds, 0.02);
  }
}

TEST(Director, EventsAtATickComeWithIt) {
  Evening play(R"({"at": 3, "text": "one", "close": "quest"},
               {"at": 1000000, "text": "never", "close": "gift"})");
  const RunResult run = play.Run(1, 20'000);
  ASSERT_EQ(run.events.size(), 1u);
  EXPECT_EQ(run.events[0].text, "one");
  EXPECT_EQ(run.events[0].tick, Tick(3));
}

TEST(Director, AClosedFaucetMintsNoMore) {
  Evening play(R"({"at": "0%", "text": "drought", "close": "treasure"})");
  for (const std::uint32_t threads : {1u, 2u}) {
    const RunResult run = play.Run(threads, 10'000);
    const ActivityTally& treasure =
        run.tally.activities[play.PlaceOf("treasure")];
    // Who looks while another one is at it plays one portion by the old rules.
    EXPECT_LE(treasure.posted + treasure.refused, threads == 1 ? 0u : 64u);
  }
}

TEST(Director, FreezesEndWhenTheLastOneDoes) {
  Evening play(R"({"at": "10%", "until": "50%", "text": "a",
                "freeze": {"who": "banks"}},
               {"at": "30%", "until": "70%", "text": "b",
                "freeze": {"who": "banks", "count": 1}})");
  const Agent bank = play.economy_.Bank(0);
  const auto status_at = [](double fraction) {
    Evening fresh(R"({"at": "10%", "until": "50%", "text": "a",
                   "freeze": {"who": "banks"}},
                  {"at": "30%", "until": "70%", "text": "b",
                   "freeze": {"who": "banks", "count": 1}})");
    fresh.Only({.fraction = fraction, .tick = Tick(0), .seconds = 0});
    return fresh.StatusOf(fresh.economy_.Bank(0), kGem);
  };
  EXPECT_EQ(play.StatusOf(bank, kGem), AccountStatus::kOpen);
  EXPECT_EQ(status_at(0.05), AccountStatus::kOpen);
  EXPECT_EQ(status_at(0.2), AccountStatus::kFrozen);
  EXPECT_EQ(status_at(0.6), AccountStatus::kFrozen);
  EXPECT_EQ(status_at(0.7), AccountStatus::kOpen);
}

TEST(Director, GameMastersDoNotFreeWhomAnEventFroze) {
  // All are fined, again and again; the frozen ones stay so.
  Evening play(R"({"at": "10%", "text": "arrest",
                "freeze": {"who": "players", "count": 40}},
               {"at": "0%", "text": "raids", "change":
                {"fine": {"weight": 5000, "amount": 0.01}}})");
  play.Run(2, 20'000);
  for (std::uint32_t i = 0; i < 40; ++i) {
    ASSERT_EQ(play.StatusOf(play.economy_.Player(i), kGold),
              AccountStatus::kFrozen)
        << i;
  }
}

// Fines would show it: who is looked at can pay nobody.
TEST(Director, AnEventThatNeverComesChangesNothing) {
  const std::string raids = R"({"at": 0, "text": "raids", "change":
    {"fine": {"weight": 500, "amount": 0.01}}})";
  const auto digest_with = [&](const std::string& more) {
    Evening play(raids + more);
    EXPECT_EQ(play.Run(1, 20'000).events.size(), 1u);
    return play.ledger_.Digest().value();
  };
  const Bits128 alone = digest_with("");
  EXPECT_EQ(digest_with(R"(, {"at": 1000000, "text": "arrest",
    "freeze": {"who": "players"}})"),
            alone);
  EXPECT_EQ(digest_with(R"(, {"at": 1000000, "until": 1000001, "text": "bug",
    "dupe": {"name": "bug", "asset": "GOLD", "amount": 1, "weight": 9,
             "culprits": 100, "code": 901}})"),
            alone);
}

TEST(Director, AGameMastersLookHindersNoConfiscationAndOutlivesNone) {
  Evening play(R"({"at": "0%", "until": "10%", "text": "the bug", "dupe": {
    "name": "bug", "asset": "GOLD", "amount": 1, "weight": 1, "culprits": 2,
    "code": 901}})");
  Worker worker(&play.economy_, play.ledger_.OpenSession().value(),
                play.scenario_.activities, 1, 0, 1.1);
  const Agent culprit = play.economy_.Player(0);
  worker.Freeze(play.economy_.AccountOf(culprit, kGold));
  ASSERT_EQ(play.StatusOf(culprit, kGold), AccountStatus::kDebitsFrozen);
  ASSERT_GT(play.BalanceOf(culprit, kGold), 0);
  const auto marks = play.Only({.fraction = 1, .tick = Tick(0), .seconds = 0});
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_THAT(marks[1].text, HasSubstr("2 players frozen, "));
  EXPECT_EQ(play.BalanceOf(culprit, kGold), 0);
  worker.Unfreeze();
  EXPECT_EQ(play.StatusOf(culprit, kGold), AccountStatus::kFrozen);
}

TEST(Director, WhatACulpritHasBidIsLetGoOfAndBurnedAsWell) {
  Evening play(R"({"at": "0%", "until": "10%", "text": "the bug", "dupe": {
    "name": "bug", "asset": "GOLD", "amount": 1, "weight": 1, "culprits": 1,
    "code": 901}})");
  const AccountId purse =
      play.economy_.AccountOf(play.economy_.Player(0), kGold);
  std::vector<Activity> bids = play.scenario_.activities;
  for (Activity& activity : bids) {
    activity.weight = activity.name == "bidding" ? 1 : 0;
  }
  Worker worker(&play.economy_, play.ledger_.OpenSession().value(), bids, 1, 0,
                1.1);
  for (int i = 0;
       i < 10'000 && play.ledger_.GetAccount(purse)->held == Amount(0); ++i) {
    worker.PlayOne();
  }
  ASSERT_GT(play.ledger_.GetAccount(purse)->held, Amount(0));
  ASSERT_GT(play.ledger_.GetAccount(purse)->balance, Amount(0));
  play.Only({.fraction = 1, .tick = Tick(0), .seconds = 0});
  EXPECT_EQ(play.ledger_.GetAccount(purse)->held, Amount(0));
  EXPECT_EQ(play.ledger_.GetAccount(purse)->balance, Amount(0));
}

TEST(Director, AGrantSaysHowManyGotIt) {
  Evening play(R"({"at": "0%", "text": "a gift", "grant": {"name": "gift 1",
      "who": "players", "count": 3, "asset": "SWORD", "amount": 15,
      "code": 911}},
    {"at": "0%", "text": "another", "grant": {"name": "gift 2",
      "who": "players", "count": 4, "asset": "SWORD", "amount": 15,
      "code": 912}})");
  const auto marks = play.Only({.fraction = 1, .tick = Tick(0), .seconds = 0});
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].text, "a gift, 3 of 3 got it");
  EXPECT_EQ(marks[1].text, "another, 1 of 4 got it") << "bags hold 20";
}

TEST(Director, PricesFollowADupedGood) {
  const Scenario scenario = std::get<Scenario>(ReadScenario(absl::StrCat(
      R"({"name": "test", "elasticity": 1, "events": [)", kDupe, "]}")));
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(2000, scenario), scenario).value();
  SimulateOptions options;
  options.transfers = 100'000;
  Progress progress;
  const RunResult run = RunEconomy(&economy, options, scenario.activities,
                                   progress, scenario.timeline)
                            .value();
  ASSERT_EQ(run.events.size(), 2u);
  const auto gold_each = [&](const EventMark& mark) {
    return static_cast<double>(mark.supplies[Index(kGold)]) /
           static_cast<double>(mark.supplies[Index(kSword)]);
  };
  const auto price = [&](const EventMark& mark) {
    return static_cast<double>(mark.prices[Index(kSword)]);
  };
  // As the gold for each sword, but for what happened within the last tick.
  EXPECT_NEAR(price(run.events[1]) / price(run.events[0]),
              gold_each(run.events[1]) / gold_each(run.events[0]), 0.1);
}

}  // namespace
}  // namespace lockstep::tool
