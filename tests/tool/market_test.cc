#include "engine/tool/economy/market.h"

#include <array>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

constexpr Asset kOne{1};
constexpr Asset kTwo{2};

// Money, a good whose price follows fully, and one whose price stays.
class MarketTest : public ::testing::Test {
 protected:
  static std::vector<AssetTraits> Assets(double elasticity) {
    std::vector<AssetTraits> assets(3);
    assets[1].list_price = 1000;
    assets[1].elasticity = elasticity;
    assets[2].list_price = 500;
    return assets;
  }
  static std::array<Minor, kMaxGameAssets> Supplies(Minor money, Minor good) {
    return {money, good, 70};
  }
};

TEST_F(MarketTest, StartsAtTheListPrices) {
  const Market market(Assets(1), Supplies(8000, 50));
  EXPECT_EQ(market.PriceOf(kOne), 1000);
  EXPECT_EQ(market.PriceOf(kTwo), 500);
}

TEST_F(MarketTest, APriceFollowsTheMoneyForEachUnit) {
  Market market(Assets(1), Supplies(8000, 50));
  market.Update(Supplies(16'000, 50));
  EXPECT_EQ(market.PriceOf(kOne), 2000) << "twice the money";
  market.Update(Supplies(8000, 200));
  EXPECT_EQ(market.PriceOf(kOne), 250) << "four times the goods";
  market.Update(Supplies(8000, 50));
  EXPECT_EQ(market.PriceOf(kOne), 1000) << "as at the start";
  EXPECT_EQ(market.PriceOf(kTwo), 500) << "it follows nothing";
}

TEST_F(MarketTest, TheElasticityIsAPower) {
  Market market(Assets(0.5), Supplies(8000, 50));
  market.Update(Supplies(8000, 200));
  EXPECT_EQ(market.PriceOf(kOne), 500);
}

TEST_F(MarketTest, PricesStayWithinTheirBounds) {
  Market market(Assets(kMaxElasticity), Supplies(8000, 50));
  market.Update(Supplies(1, kMaxStartAmount));
  EXPECT_EQ(market.PriceOf(kOne), 1);
  market.Update(Supplies(kMaxStartAmount, 0));
  EXPECT_EQ(market.PriceOf(kOne), kMaxPrice);
  market.Update(Supplies(0, 0));
  EXPECT_EQ(market.PriceOf(kOne), 1);
}

TEST_F(MarketTest, KnowsWhetherAnythingMoves) {
  EXPECT_TRUE(Market(Assets(1), Supplies(1, 1)).moves());
  EXPECT_FALSE(Market(Assets(0), Supplies(1, 1)).moves());
}

}  // namespace
}  // namespace lockstep::tool
