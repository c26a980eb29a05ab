#include "engine/tool/economy/economy.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "engine/tool/economy/worker.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

TEST(Population, TakesNoMoreAccountsThanAsked) {
  for (std::uint64_t accounts = kMinEconomyAccounts; accounts < 5000;
       ++accounts) {
    const Population population = PopulationFor(accounts);
    ASSERT_LE(population.accounts(), accounts);
    ASSERT_GT(population.accounts() + kDefaultAssets, accounts);
    ASSERT_GT(population.players, 1u);
    ASSERT_GT(population.shops, 0u);
    ASSERT_GT(population.guilds, 0u);
    ASSERT_GT(population.banks, 0u);
  }
  EXPECT_LE(PopulationFor(kMaxEconomyAccounts).accounts(), kMaxEconomyAccounts);
}

class EconomyTest : public ::testing::Test {
 protected:
  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ = Economy::Build(&ledger_, PopulationFor(2000)).value();
};

TEST_F(EconomyTest, HasAnAccountForEachAgentAndAsset) {
  EXPECT_EQ(ledger_.account_count(), economy_.population().accounts());
  EXPECT_EQ(ledger_.asset_count(), kDefaultAssets);
  std::set<std::uint64_t> seen;
  for (std::uint32_t i = 0; i < economy_.population().agents(); ++i) {
    for (std::size_t asset = 0; asset < kDefaultAssets; ++asset) {
      const AccountId id = economy_.AccountOf({i}, static_cast<Asset>(asset));
      EXPECT_TRUE(seen.insert(id.value()).second);
      EXPECT_FALSE(economy_.IssuedBy(id).has_value());
      EXPECT_EQ(ledger_.GetAccount(id).value().asset,
                economy_.IdOf(static_cast<Asset>(asset)));
    }
  }
}

TEST_F(EconomyTest, ItsAgentsAreFoundByOwnerAndByKey) {
  const PurposeId purse(1);
  EXPECT_EQ(ledger_.FindAccount(OwnerId(5), purse, economy_.IdOf(kGem)).value(),
            economy_.AccountOf(economy_.Player(4), kGem));
  EXPECT_EQ(ledger_.FindAccount("bank 1/GOLD").value(),
            economy_.AccountOf(economy_.Bank(0), kGold));
  EXPECT_EQ(ledger_.FindAccount("shop 2/ORE").value(),
            economy_.AccountOf(economy_.Shop(1), kOre));
  EXPECT_EQ(ledger_.FindAccount("guild 1/GOLD").value(),
            economy_.AccountOf(economy_.Guild(0), kGold));
  EXPECT_EQ(ledger_.FindAccount("auction house/GOLD").value(),
            economy_.AccountOf(economy_.AuctionHouse(), kGold));
  EXPECT_EQ(ledger_.FindAccount("town/SWORD").value(),
            economy_.AccountOf(economy_.Town(), kSword));
}

TEST_F(EconomyTest, KnowsItsIssuers) {
  for (std::size_t i = 0; i < kDefaultAssets; ++i) {
    const auto asset = static_cast<Asset>(i);
    const AccountId issuer = ledger_.GetAsset(economy_.IdOf(asset))->issuer;
    EXPECT_EQ(economy_.IssuerOf(asset), issuer);
    EXPECT_EQ(economy_.IssuedBy(issuer), asset);
  }
}

TEST_F(EconomyTest, StartsWithAllPlayersAlikeAndTheBooksInOrder) {
  for (std::size_t i = 0; i < kDefaultAssets; ++i) {
    const auto asset = static_cast<Asset>(i);
    for (std::uint32_t p = 0; p < economy_.population().players; ++p) {
      const AccountId id = economy_.AccountOf(economy_.Player(p), asset);
      EXPECT_EQ(ledger_.Balance(id).value(),
                Amount(economy_.TraitsOf(asset).start[0]));
    }
    EXPECT_EQ(ledger_.Supply(economy_.IdOf(asset)).value(),
              economy_.Endowment(asset));
  }
  EXPECT_TRUE(ledger_.Audit()->ok);
}

TEST_F(EconomyTest, PricesSwingByATenthAndComeBackAfterADay) {
  const Minor list_price = economy_.TraitsOf(kSword).list_price;
  const Minor at_first = economy_.PriceOf(kSword);
  Minor lowest = at_first;
  Minor highest = at_first;
  for (std::uint64_t tick = 1; tick <= 1440; ++tick) {
    ASSERT_EQ(ledger_.Advance(Tick(tick)), Outcome::kOk);
    lowest = std::min(lowest, economy_.PriceOf(kSword));
    highest = std::max(highest, economy_.PriceOf(kSword));
  }
  EXPECT_EQ(economy_.PriceOf(kSword), at_first);
  EXPECT_EQ(lowest, list_price * 9 / 10);
  EXPECT_EQ(highest, list_price * 11 / 10);
}

TEST(Activities, HaveNamesAndCodesOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<std::uint32_t> codes;
  for (const Activity& activity : DefaultScenario().activities) {
    EXPECT_TRUE(names.insert(activity.name).second) << activity.name;
    EXPECT_TRUE(codes.insert(activity.code).second) << activity.name;
    EXPECT_GT(activity.weight, 0u) << activity.name;
  }
}

// Plays one activity alone until it was posted so many times, and at most a
// thousand times.
void PlayAlone(Ledger& ledger, const Economy& economy, Activity activity,
               std::uint64_t times) {
  // Something must be drawn, though it is not played.
  Activity other = activity;
  activity.weight = 1;
  other.is_in_rounds = false;
  other.weight = activity.is_in_rounds ? 1 : 0;
  const std::array<Activity, 2> both = {activity, other};
  Worker worker(&economy, ledger.OpenSession().value(), both, 7, 0, 1.1);
  for (int tries = 0; tries < 1000 && worker.tally().posted() < times;
       ++tries) {
    if (activity.is_in_rounds) {
      worker.PlayRound(times);
    } else {
      worker.PlayOne();
    }
  }
  EXPECT_EQ(worker.tally().posted(), times) << activity.name;
}

// The journal's rows that carry a code.
std::vector<Entry> RowsWith(std::uint32_t code, const Ledger& ledger) {
  JournalCursor cursor = ledger.OpenJournal().value();
  std::vector<Entry> rows;
  while (true) {
    const JournalBatch batch = cursor.Read().value();
    if (batch.entries.empty()) return rows;
    for (const Entry& entry : batch.entries) {
      if (entry.code == code) rows.push_back(entry);
    }
  }
}

const Activity& Named(std::string_view name) {
  for (const Activity& activity : DefaultScenario().activities) {
    if (activity.name == name) return activity;
  }
  ADD_FAILURE() << "no activity " << name;
  return DefaultScenario().activities.front();
}

TEST(Activities, AreEachPostedUnderTheirCode) {
  for (const Activity& activity : DefaultScenario().activities) {
    Ledger ledger = Ledger::Open().value();
    const Economy economy = Economy::Build(&ledger, PopulationFor(600)).value();
    // Who has nothing yet pays nothing: guilds live on dues, the town on rent.
    PlayAlone(ledger, economy, Named("guild dues"), 50);
    PlayAlone(ledger, economy, Named("rent"), 50);
    const std::size_t before = RowsWith(activity.code, ledger).size();
    PlayAlone(ledger, economy, activity, 1);
    EXPECT_GE(RowsWith(activity.code, ledger).size(), before + 2)
        << activity.name;
    EXPECT_TRUE(ledger.Audit()->ok) << activity.name;
  }
}

TEST(Activities, AnAuctionHasThreeLegsOfMoneyAndTwoOfGoods) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy = Economy::Build(&ledger, PopulationFor(600)).value();
  PlayAlone(ledger, economy, Named("auction"), 1);
  const std::vector<Entry> rows = RowsWith(Named("auction").code, ledger);
  ASSERT_EQ(rows.size(), 5u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(rows[static_cast<std::size_t>(i)].asset, economy.IdOf(kGold));
  }
  const Minor price = -ToMinor(rows[0].amount);
  const Minor tax = ToMinor(rows[2].amount);
  EXPECT_EQ(ToMinor(rows[1].amount), price - tax);
  EXPECT_NEAR(static_cast<double>(tax), static_cast<double>(price) * 0.05, 1);
  EXPECT_EQ(rows[2].account, economy.AccountOf(economy.AuctionHouse(), kGold));
  EXPECT_EQ(rows[3].asset, rows[4].asset);
  EXPECT_NE(rows[3].asset, economy.IdOf(kGold));
}

TEST(Activities, AnExchangeMovesTwoCurrenciesInFourLegs) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy = Economy::Build(&ledger, PopulationFor(600)).value();
  PlayAlone(ledger, economy, Named("exchange"), 1);
  const std::vector<Entry> rows = RowsWith(Named("exchange").code, ledger);
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].asset, economy.IdOf(kGold));
  EXPECT_EQ(rows[2].asset, economy.IdOf(kGem));
}

TEST(Activities, APayrollCanTakeAsManyLegsAsATransferMayHave) {
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(20'000)).value();
  const Agent guild = economy.Guild(0);
  for (std::uint32_t i = 0; i < economy.population().guilds; ++i) {
    ASSERT_TRUE(ledger
                    .Transfer(economy.IssuerOf(kGold),
                              economy.AccountOf({guild.number + i}, kGold),
                              Amount(1'000'000'000))
                    .ok());
  }
  std::size_t most = 0;
  Activity payroll = Named("guild payroll");
  payroll.weight = 1;
  Worker worker(&economy, ledger.OpenSession().value(), {&payroll, 1}, 7, 0,
                1.1);
  for (int i = 0; i < 300; ++i) {
    const std::uint64_t before = worker.tally().legs;
    worker.PlayOne();  // refused once the purse is empty
    most = std::max<std::size_t>(most, worker.tally().legs - before);
  }
  EXPECT_EQ(most, kMaxLegs);
}

}  // namespace
}  // namespace lockstep::tool
