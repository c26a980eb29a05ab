#include "engine/tool/economy/run.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/interrupt.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/report/summary.h"
#include "engine/tool/scenario/scenario_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;

class RunTest : public ::testing::Test {
 protected:
  RunResult Play(
      std::uint32_t threads, std::uint64_t transfers,
      std::span<const Activity> activities = DefaultScenario().activities) {
    SimulateOptions options;
    options.threads = threads;
    options.transfers = transfers;
    return RunEconomy(&economy_, options, activities, progress_).value();
  }

  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ = Economy::Build(&ledger_, PopulationFor(1000)).value();
  Progress progress_;
};

TEST_F(RunTest, PostsExactlyAsManyTransfersAsAsked) {
  const std::uint64_t before = ledger_.GetStats().posted();
  std::uint64_t in_all = 0;
  for (const std::uint32_t threads : {1u, 2u, 7u}) {
    for (const std::uint64_t transfers : {1u, 63u, 64u, 65u, 5000u}) {
      const RunResult result = Play(threads, transfers);
      EXPECT_EQ(result.tally.posted(), transfers);
      EXPECT_EQ(result.end, RunEnd::kDone);
      in_all += transfers;
    }
  }
  const std::uint64_t after = ledger_.GetStats().posted();
  EXPECT_GE(after - before, in_all);
  EXPECT_TRUE(ledger_.Audit()->ok);
}

TEST_F(RunTest, CountsWhatTheLedgerCounts) {
  const Stats before = ledger_.GetStats();
  const RunResult result = Play(2, 20'000);
  const Stats after = ledger_.GetStats();
  for (std::size_t i = 1; i < kOutcomeCount; ++i) {
    EXPECT_EQ(result.tally.outcomes[i], after.outcomes[i] - before.outcomes[i])
        << OutcomeName(static_cast<Outcome>(i));
    EXPECT_EQ(result.tally.outcomes[i] > 0, !result.tally.examples[i].empty());
  }
}

TEST_F(RunTest, StopsWhenTheTimeIsOver) {
  SimulateOptions options;
  options.threads = 2;
  options.seconds = 0.05;
  const RunResult result =
      RunEconomy(&economy_, options, DefaultScenario().activities, progress_)
          .value();
  EXPECT_GE(result.seconds, 0.05);
  EXPECT_GT(result.tally.posted(), 0u);
  EXPECT_EQ(result.end, RunEnd::kDone);
}

TEST_F(RunTest, GivesUpWhenEverythingIsRefused) {
  static const std::array kHopeless = std::to_array<Activity>(
      {{"nothing", 1, 1, [](Worker& worker) {
          return worker.Transfer(worker.economy().IssuerOf(kGold),
                                 worker.DrawPurse(kGold), 0);
        }}});
  const RunResult result = Play(2, 10, kHopeless);
  EXPECT_EQ(result.end, RunEnd::kStalled);
  EXPECT_EQ(result.tally.posted(), 0u);
  EXPECT_EQ(
      result.tally.outcomes[static_cast<std::size_t>(Outcome::kZeroAmount)],
      result.tally.refused());
}

TEST_F(RunTest, AnInterruptEndsItEarly) {
  // In a process of its own, whose flag then stays raised.
  EXPECT_EXIT(
      {
        CatchInterrupts();
        std::raise(SIGINT);
        const RunResult result = Play(1, UINT64_MAX);
        std::_Exit(result.end == RunEnd::kInterrupted ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

// Gifts alone, and what happens meanwhile.
Scenario WithEvents(const std::string& events) {
  return std::get<Scenario>(ReadScenario(absl::StrCat(
      R"({"name": "test", "agents": {"players": 100}, "zipf": 0,
          "activities": [{"name": "gift", "kind": "gift", "code": 2,
                          "weight": 1, "amount": 0.01}],
          "events": [)",
      events, "]}")));
}

RunResult PlayScenario(const Scenario& scenario,
                       const SimulateOptions& options) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(1000, scenario), scenario).value();
  Progress progress;
  return RunEconomy(&economy, options, scenario.activities, progress,
                    scenario.timeline)
      .value();
}

// Were everybody frozen before the last transfer, it could never be posted.
TEST(Run, WhatComesAtTheEndComesLast) {
  const Scenario scenario = WithEvents(
      R"({"at": "100%", "text": "closed", "freeze": {"who": "players"}})");
  for (const std::uint32_t threads : {1u, 2u, 3u}) {
    for (const std::uint64_t transfers : {1020u, 7777u, 30'000u}) {
      SimulateOptions options;
      options.threads = threads;
      options.transfers = transfers;
      const RunResult run = PlayScenario(scenario, options);
      EXPECT_EQ(run.end, RunEnd::kDone) << threads << ' ' << transfers;
      EXPECT_EQ(run.tally.posted(), transfers);
      EXPECT_EQ(run.events.size(), 1u);
    }
  }
}

TEST(Run, ATimedOneIsNotGivenUp) {
  const Scenario scenario = WithEvents(
      R"({"at": "0%", "text": "down", "freeze": {"who": "players"}})");
  SimulateOptions options;
  options.seconds = 0.6;  // for some two million refusals
  const RunResult run = PlayScenario(scenario, options);
  EXPECT_EQ(run.end, RunEnd::kDone);
  EXPECT_GE(run.seconds, 0.6);
  options.transfers = 10;
  EXPECT_EQ(PlayScenario(scenario, options).end, RunEnd::kStalled);
}

TEST_F(RunTest, PassesOnWhatAWorkerThrows) {
  std::vector<Activity> activities = DefaultScenario().activities;
  for (Activity& activity : activities) {
    activity.perform = [](Worker&) -> Outcome { throw std::bad_alloc(); };
  }
  for (const std::uint32_t threads : {1u, 3u}) {
    EXPECT_THROW(Play(threads, 100, activities), std::bad_alloc);
  }
}

// Money and so many goods besides, all of them traded.
Scenario WithGoods(std::size_t goods) {
  std::string assets = R"({"code": "CREDIT", "start": {"players": 500}})";
  std::string codes;
  for (std::size_t i = 1; i <= goods; ++i) {
    const std::string code = absl::StrCat("\"G", i, "\"");
    absl::StrAppend(&assets, R"(, {"price": 3, "start": {"players": 20}, )",
                    "\"code\": ", code, "}");
    absl::StrAppend(&codes, i > 1 ? ", " : "", code);
  }
  std::string activities = R"(
    {"name": "wage", "kind": "mint", "code": 10, "weight": 5,
     "assets": "CREDIT", "amount": [1, 9]},
    {"name": "gift", "kind": "gift", "code": 11, "weight": 5, "amount": 2})";
  if (goods > 0) {
    absl::StrAppend(&activities, R"(,
      {"name": "market", "kind": "auction", "code": 12, "weight": 5,
       "quantity": [1, 3], "bid": "100%", "tax": "10%", "goods": [)",
                    codes, "]}");
  }
  return std::get<Scenario>(
      ReadScenario(absl::StrCat(R"({"name": "test", "assets": [)", assets,
                                "], \"activities\": [", activities, "]}")));
}

TEST(Run, PlaysWithOneAssetAndWithAsManyAsThereCanBe) {
  for (const std::size_t goods :
       {std::size_t{0}, std::size_t{1}, std::size_t{7}, kMaxGameAssets - 1}) {
    const Scenario scenario = WithGoods(goods);
    Ledger ledger = Ledger::Open().value();
    const Population population = PopulationFor(1600, scenario);
    const Economy economy =
        Economy::Build(&ledger, population, scenario).value();
    EXPECT_EQ(ledger.asset_count(), goods + 1);
    EXPECT_EQ(ledger.account_count(), population.accounts());
    EXPECT_LE(population.accounts(), 1600u);
    SimulateOptions options;
    options.transfers = 10'000;
    Progress progress;
    RunResult run =
        RunEconomy(&economy, options, scenario.activities, progress).value();
    for (const ActivityTally& activity : run.tally.activities) {
      EXPECT_GT(activity.posted, 1000u);
    }
    const Figures figures =
        CollectFigures(economy, options, scenario.activities, std::move(run))
            .value();
    EXPECT_TRUE(figures.books_hold());
    EXPECT_EQ(figures.assets.size(), goods + 1);
    EXPECT_THAT(Summary(figures, false),
                HasSubstr(goods == 0 ? "CREDIT" : "G1"));
  }
}

Tally PlayTrade(std::string_view terms) {
  const Scenario scenario = std::get<Scenario>(ReadScenario(absl::StrCat(
      R"({"name": "test", "agents": {"players": 40}, "assets": [
          {"code": "CASH", "start": {"players": 10000000000,
           "shops": 10000000000, "banks": 10000000000}},
          {"code": "TEA", "price": 1, "start": {"players": 10000000,
           "shops": 10000000, "banks": 10000000}},
          {"code": "HOUSE", "price": 100000000, "start":
           {"players": 10000000}}],
        "activities": [{"name": "trade", "code": 10, "weight": 1, )",
      std::string(terms), "}]}")));
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(100, scenario), scenario).value();
  SimulateOptions options;
  options.transfers = 1000;
  Progress progress;
  return RunEconomy(&economy, options, scenario.activities, progress)
      .value()
      .tally;
}

TEST(Run, WhatIsWorthLessThanAPennyCostsOne) {
  for (const char* terms :
       {R"("kind": "exchange", "good": "TEA", "quantity": 1, "spread": "100%")",
        R"("kind": "auction", "goods": "TEA", "quantity": 1, "bid": "1%",
           "tax": "5%")",
        R"("kind": "shop_sale", "goods": "TEA", "price": "1%", "tax": "0%")",
        R"("kind": "shop_purchase", "goods": "TEA", "price": "1%")"}) {
    const Tally tally = PlayTrade(terms);
    EXPECT_EQ(tally.posted(), 1000u) << terms;
    for (const Outcome outcome : {Outcome::kZeroAmount, Outcome::kUnbalanced}) {
      EXPECT_EQ(tally.outcomes[static_cast<std::size_t>(outcome)], 0u) << terms;
    }
  }
}

TEST(Run, NoPriceIsAboveTheLargestRequest) {
  const Tally tally = PlayTrade(
      R"("kind": "auction", "goods": "HOUSE", "quantity": 5, "bid": "1000%",
         "tax": "5%")");
  const Sales& sales = tally.sales[2];
  EXPECT_EQ(sales.quantity, 5000);
  EXPECT_EQ(sales.paid, 1000 * kMaxRequestAmount);
}

}  // namespace
}  // namespace lockstep::tool
