#include "engine/tool/base/inequality.h"

#include <cstdint>
#include <cstdlib>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

// The definition: half the mean difference of all pairs, over the mean.
double GiniByDefinition(const std::vector<std::int64_t>& wealths) {
  double differences = 0;
  double sum = 0;
  for (const std::int64_t a : wealths) {
    sum += static_cast<double>(a);
    for (const std::int64_t b : wealths) {
      differences += static_cast<double>(std::abs(a - b));
    }
  }
  return differences / (2 * static_cast<double>(wealths.size()) * sum);
}

TEST(Inequality, IsZeroWhereAllOwnTheSame) {
  const Inequality equal = MeasureInequality({7, 7, 7, 7});
  EXPECT_NEAR(equal.gini, 0, 1e-12);
  EXPECT_NEAR(equal.richest_share, 0.25, 1e-12);
}

TEST(Inequality, IsNearlyOneWhereOneOwnsAll) {
  std::vector<std::int64_t> wealths(1000);
  wealths[321] = 5;
  const Inequality unequal = MeasureInequality(wealths);
  EXPECT_NEAR(unequal.gini, 0.999, 1e-12);
  EXPECT_NEAR(unequal.richest_share, 1, 1e-12);
}

TEST(Inequality, OfNobodyAndNothingIsZero) {
  EXPECT_EQ(MeasureInequality({}).gini, 0);
  EXPECT_EQ(MeasureInequality({}).richest_share, 0);
  EXPECT_EQ(MeasureInequality({0, 0}).gini, 0);
}

TEST(Inequality, FollowsTheDefinitionWhateverTheOrder) {
  std::mt19937_64 random(42);
  std::vector<std::int64_t> wealths(257);
  for (std::int64_t& wealth : wealths) {
    wealth = static_cast<std::int64_t>(random() % 10'000);
  }
  EXPECT_NEAR(MeasureInequality(wealths).gini, GiniByDefinition(wealths), 1e-9);
}

TEST(Inequality, TheRichestHundredthIsTwoOfTwoHundred) {
  std::vector<std::int64_t> wealths(200, 1);
  wealths[10] = 101;
  wealths[150] = 201;
  EXPECT_NEAR(MeasureInequality(wealths).richest_share, 302.0 / 500, 1e-12);
}

TEST(GiniOf, CountsGroupsAsTheOwnersThatTheyStandFor) {
  std::mt19937_64 random(43);
  std::vector<std::int64_t> wealths;
  std::vector<OwnersAlike> groups;
  for (int i = 0; i < 60; ++i) {
    const auto wealth = static_cast<std::int64_t>(random() % 1000);
    const auto count = static_cast<std::size_t>(1 + random() % 5);
    wealths.insert(wealths.end(), count, wealth);
    groups.push_back({static_cast<double>(wealth), static_cast<double>(count)});
  }
  EXPECT_NEAR(GiniOf(groups), MeasureInequality(wealths).gini, 1e-9);
  std::vector<OwnersAlike> nobody;
  EXPECT_EQ(GiniOf(nobody), 0);
  std::vector<OwnersAlike> poor = {{0, 3}, {0, 1}};
  EXPECT_EQ(GiniOf(poor), 0);
}

TEST(LorenzCurve, IsTheDiagonalWhereAllOwnTheSame) {
  for (const std::vector<std::int64_t>& wealths :
       {std::vector<std::int64_t>(7, 5), {}, {0, 0}}) {
    const std::vector<double> curve = LorenzCurve(wealths);
    ASSERT_EQ(curve.size(), kLorenzSteps + 1);
    for (std::size_t i = 0; i <= kLorenzSteps; ++i) {
      EXPECT_NEAR(curve[i], static_cast<double>(i) / kLorenzSteps, 1e-12);
    }
  }
}

TEST(LorenzCurve, SumsFromThePoorestOn) {
  const std::vector<double> curve = LorenzCurve({60, 10, 0, 30});
  EXPECT_NEAR(curve[25], 0, 1e-12);
  EXPECT_NEAR(curve[50], 0.1, 1e-12);
  EXPECT_NEAR(curve[60], 0.1 + 0.4 * 0.3, 1e-12) << "straight between two";
  EXPECT_NEAR(curve[75], 0.4, 1e-12);
  EXPECT_NEAR(curve[100], 1, 1e-12);
}

TEST(LorenzCurve, EnclosesTheGiniCoefficient) {
  std::mt19937_64 random(44);
  std::vector<std::int64_t> wealths(1000);
  for (auto& wealth : wealths) {
    wealth = static_cast<std::int64_t>(random() % 10'000);
  }
  const std::vector<double> curve = LorenzCurve(wealths);
  double doubled_area = 0;
  for (std::size_t i = 1; i <= kLorenzSteps; ++i) {
    doubled_area += (curve[i - 1] + curve[i]) / kLorenzSteps;
  }
  EXPECT_NEAR(1 - doubled_area, MeasureInequality(wealths).gini, 1e-3);
}

}  // namespace
}  // namespace lockstep::tool
