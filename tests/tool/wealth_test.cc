#include "engine/tool/economy/wealth.h"

#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/run.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

// The Gini coefficients of a sample and of all players after a run.
void Compare(std::uint64_t accounts, double zipf, double tolerance) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(accounts)).value();
  WealthSample sample(&economy);
  EXPECT_NEAR(sample.Gini(), 0, 1e-12) << "all start with the same";
  SimulateOptions options;
  options.zipf = zipf;
  options.transfers = accounts * 5;
  Progress progress;
  ASSERT_TRUE(
      RunEconomy(&economy, options, DefaultScenario().activities, progress)
          .has_value());
  const double all = MeasureInequality(PlayersWealths(economy)).gini;
  EXPECT_GT(all, 0.05);
  EXPECT_NEAR(sample.Gini(), all, tolerance) << zipf;
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
  const std::vector<std::int64_t> before = PlayersWealths(economy);
  for (const Asset asset : {kGold, kSword}) {
    ASSERT_TRUE(ledger
                    .Transfer(economy.IssuerOf(asset),
                              economy.AccountOf(player, asset), Amount(2))
                    .ok());
  }
  std::vector<std::int64_t> expected = before;
  expected[3] += 2 + 2 * economy.TraitsOf(kSword).list_price;
  EXPECT_EQ(PlayersWealths(economy), expected);
}

}  // namespace
}  // namespace lockstep::tool
