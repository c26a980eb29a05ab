#include "engine/tool/economy/wealth.h"

#include <atomic>
#include <cstdint>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/run.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/threads.h"
#include "tests/tool/default_game.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

Snapshot Now(const Ledger& ledger) {
  return std::move(ledger.TakeSnapshot()).value();
}

// The Gini coefficients of a sample and of all players after a run.
void Compare(std::uint64_t accounts, double zipf, double tolerance) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(accounts)).value();
  WealthSample sample(&economy);
  EXPECT_NEAR(sample.Gini(Now(ledger)), 0, 1e-12) << "all start with the same";
  SimulateOptions options;
  options.zipf = zipf;
  options.transfers = accounts * 5;
  Progress progress;
  ASSERT_TRUE(
      RunEconomy(&economy, options, DefaultScenario().activities, progress)
          .has_value());
  const double all =
      MeasureInequality(PlayersWealths(economy, Now(ledger))).gini;
  EXPECT_GT(all, 0.05);
  EXPECT_NEAR(sample.Gini(Now(ledger)), all, tolerance) << zipf;
}

TEST(WealthSample, OfFewPlayersIsAllOfThem) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy = Economy::Build(&ledger, PopulationFor(500)).value();
  EXPECT_EQ(WealthSample(&economy).size(), economy.population().players);
  Compare(500, 1.1, 1e-9);
}

TEST(WealthSample, OfManyIsNearTheTruthHoweverUnequallyTheyPlay) {
  for (const double zipf : {0.0, 1.1, 2.0}) Compare(60'000, zipf, 0.03);
}

TEST(WealthSample, LooksAtFewOfMany) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(60'000)).value();
  const WealthSample sample(&economy);
  EXPECT_LE(sample.size(), kSampledActive + kSampledOthers);
  EXPECT_GT(sample.size(), kSampledActive + kSampledOthers / 2);
}

TEST(PlayersWealths, CountAllThatAPlayerOwnsAtListPrices) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy = Economy::Build(&ledger, PopulationFor(500)).value();
  const Agent player = economy.Player(3);
  const Snapshot earlier = Now(ledger);
  const std::vector<std::int64_t> before = PlayersWealths(economy, Now(ledger));
  for (const Asset asset : {kGold, kSword}) {
    ASSERT_TRUE(ledger
                    .Transfer(economy.IssuerOf(asset),
                              economy.AccountOf(player, asset), Amount(2))
                    .ok());
  }
  std::vector<std::int64_t> expected = before;
  expected[3] += 2 + 2 * economy.TraitsOf(kSword).list_price;
  EXPECT_EQ(PlayersWealths(economy, Now(ledger)), expected);
  EXPECT_EQ(before, PlayersWealths(economy, earlier)) << "as it was then";
}

TEST(PlayersWealths, ADebtIsTakenOffAndLeavesNobodyWithLessThanNothing) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy = Economy::Build(&ledger, PopulationFor(500)).value();
  const auto owe = [&](Agent player, Minor amount) {
    return ledger.Transfer(economy.AccountOf(player, kNote),
                           economy.AccountOf(economy.Bank(0), kNote),
                           Amount(amount));
  };
  std::vector<std::int64_t> expected = PlayersWealths(economy, Now(ledger));
  ASSERT_TRUE(owe(economy.Player(0), 70).ok());
  expected[0] -= 70;
  EXPECT_EQ(PlayersWealths(economy, Now(ledger)), expected);
  // All that the second one has goes, but for the debt.
  for (std::size_t i = 0; i + 1 < economy.asset_count(); ++i) {
    const auto asset = static_cast<Asset>(i);
    ASSERT_TRUE(ledger
                    .Transfer(economy.AccountOf(economy.Player(1), asset),
                              economy.IssuerOf(asset),
                              Amount(economy.TraitsOf(asset).start[0]))
                    .ok());
  }
  ASSERT_TRUE(owe(economy.Player(1), 70).ok());
  expected[1] = 0;
  EXPECT_EQ(PlayersWealths(economy, Now(ledger)), expected);
}

// While others give and mint, what all have together is what there is: were
// the balances read one after the other, it hardly ever would be.
TEST(ConcurrentWealth, IsOfOneMoment) {
  const Scenario scenario = Read(R"({
    "name": "one moment", "agents": {"players": 200}, "zipf": 0,
    "assets": [{"code": "CASH", "start": {"players": 1000}}],
    "activities": [
      {"name": "gift", "kind": "gift", "code": 2, "weight": 2,
       "amount": [1, 90]},
      {"name": "wage", "kind": "mint", "code": 3, "weight": 1,
       "assets": "CASH", "amount": [1, 90]},
      {"name": "meal", "kind": "burn", "code": 4, "weight": 1,
       "assets": "CASH", "amount": [1, 90]}]})");
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(1000, scenario), scenario).value();
  std::atomic<bool> is_over = false;
  test::RunThreads(3, [&](int number) {
    if (number > 0) {
      Worker worker(&economy, ledger.OpenSession().value(), scenario.activities,
                    1, static_cast<std::uint32_t>(number), 0,
                    number == 1 ? Mode::kLocked : Mode::kOptimistic);
      while (!is_over) worker.PlayOne();
      return;
    }
    std::set<Minor> supplies;
    // At least so often, and until somebody has played; but not for ever.
    const std::uint64_t looks = test::Scaled(200);
    constexpr std::uint64_t kMostLooks = 1'000'000;
    for (std::uint64_t i = 0;
         i < looks || (supplies.size() < 2 && i < kMostLooks); ++i) {
      const Snapshot moment = Now(ledger);
      const std::vector<std::int64_t> wealths = PlayersWealths(economy, moment);
      const Minor supply = economy.SupplyOf(kGold, moment);
      EXPECT_EQ(std::accumulate(wealths.begin(), wealths.end(), Minor{0}),
                supply);
      supplies.insert(supply);
    }
    is_over = true;
    EXPECT_GT(supplies.size(), 1u) << "nobody played";
  });
}

}  // namespace
}  // namespace lockstep::tool
