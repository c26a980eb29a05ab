#include "engine/tool/inequality.h"

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

}  // namespace
}  // namespace lockstep::tool
