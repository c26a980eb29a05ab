#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "lockstep/rate.h"
#include "tests/money/oracle.h"
#include "tests/money/random_values.h"

namespace lockstep {
namespace {

using oracle::AmountOf;
using oracle::BigInt;
using oracle::Exact;
using testing::ElementsAre;
using testing::ElementsAreArray;

using Weights = std::vector<std::uint64_t>;
using Parts = std::vector<BigInt>;

static_assert(noexcept(Split(Amount(), Weights())));
static_assert(noexcept(Split(Amount(), Weights(), std::span<Amount>())));

Parts PartsOf(Amount total, const Weights& weights) {
  std::vector<Amount> parts(weights.size());
  EXPECT_EQ(Split(total, weights, parts), Outcome::kOk);
  const Result<std::vector<Amount>> as_vector = Split(total, weights);
  EXPECT_TRUE(as_vector && *as_vector == parts);
  Parts exact;
  for (const Amount part : parts) exact.push_back(Exact(part));
  return exact;
}

Parts PartsOf(std::int64_t total, const Weights& weights) {
  return PartsOf(Amount(total), weights);
}

BigInt SumOfParts(const Weights& weights) {
  BigInt sum = 0;
  for (const std::uint64_t weight : weights) sum += weight;
  return sum;
}

// The largest-remainder method step by step: one unit at a time to the part
// that has been cut off the most, the first of them.
Parts ReferenceSplit(const BigInt& total, const Weights& weights) {
  const BigInt weight_sum = SumOfParts(weights);
  const BigInt magnitude = abs(total);
  Parts parts;
  Parts remainders;
  BigInt left = magnitude;
  for (const std::uint64_t weight : weights) {
    parts.push_back(magnitude * weight / weight_sum);
    remainders.push_back(magnitude * weight % weight_sum);
    left -= parts.back();
  }
  for (; left > 0; --left) {
    const auto largest = std::max_element(remainders.begin(), remainders.end());
    ++parts[static_cast<std::size_t>(largest - remainders.begin())];
    *largest = -1;
  }
  if (total < 0) {
    for (BigInt& part : parts) part = -part;
  }
  return parts;
}

TEST(SplitTest, GivesLeftoversToTheLargestRemainders) {
  // Shares of 3.5, 2.1, 1.4.
  EXPECT_THAT(PartsOf(7, {5, 3, 2}), ElementsAre(4, 2, 1));
  // Shares of 0.9, 4.5, 3.6.
  EXPECT_THAT(PartsOf(9, {1, 5, 4}), ElementsAre(1, 4, 4));
  // Shares of 0.1, 0.2, 0.7.
  EXPECT_THAT(PartsOf(1, {1, 2, 7}), ElementsAre(0, 0, 1));
  EXPECT_THAT(PartsOf(100, {1, 2, 7}), ElementsAre(10, 20, 70));
}

TEST(SplitTest, BreaksTiesByTheLowestIndex) {
  EXPECT_THAT(PartsOf(100, {1, 1, 1}), ElementsAre(34, 33, 33));
  EXPECT_THAT(PartsOf(101, {1, 1, 1}), ElementsAre(34, 34, 33));
  EXPECT_THAT(PartsOf(1, {3, 3, 3, 3}), ElementsAre(1, 0, 0, 0));
  EXPECT_THAT(PartsOf(3, {3, 3, 3, 3}), ElementsAre(1, 1, 1, 0));
  // Shares of 0.5, 1.5, 0.5, 1.5: a tie of unequal weights too.
  EXPECT_THAT(PartsOf(4, {1, 3, 1, 3}), ElementsAre(1, 2, 0, 1));
}

TEST(SplitTest, SplitsANegativeTotalLikeItsPositiveTwin) {
  EXPECT_THAT(PartsOf(-7, {5, 3, 2}), ElementsAre(-4, -2, -1));
  EXPECT_THAT(PartsOf(-100, {1, 1, 1}), ElementsAre(-34, -33, -33));
}

TEST(SplitTest, GivesNothingToZeroWeights) {
  EXPECT_THAT(PartsOf(1, {0, 1, 0}), ElementsAre(0, 1, 0));
  EXPECT_THAT(PartsOf(10, {0, 1, 0, 2, 0}), ElementsAre(0, 3, 0, 7, 0));
}

TEST(SplitTest, SplitsNothingIntoNothings) {
  EXPECT_THAT(PartsOf(0, {1, 0, UINT64_MAX}), ElementsAre(0, 0, 0));
}

TEST(SplitTest, GivesASinglePartTheWhole) {
  for (const Amount total :
       {Amount::Min(), Amount(-1), Amount(0), Amount(1), Amount::Max()}) {
    EXPECT_THAT(PartsOf(total, {1}), ElementsAre(Exact(total)));
    EXPECT_THAT(PartsOf(total, {UINT64_MAX}), ElementsAre(Exact(total)));
    EXPECT_THAT(PartsOf(total, {0, UINT64_MAX, 0}),
                ElementsAre(0, Exact(total), 0));
  }
}

TEST(SplitTest, StandsTheLargestTotalsAndWeights) {
  const Weights weights = {UINT64_MAX, UINT64_MAX, UINT64_MAX - 1, 1, 0};
  for (const Amount total : {Amount::Min(), Amount::Max()}) {
    EXPECT_THAT(PartsOf(total, weights),
                ElementsAreArray(ReferenceSplit(Exact(total), weights)));
  }
  EXPECT_THAT(PartsOf(Amount::Min(), {1, 1}),
              ElementsAre(oracle::Smallest() / 2, oracle::Smallest() / 2));
}

TEST(SplitTest, RefusesWeightsThatGiveNoProportion) {
  const Amount untouched(-77);
  std::vector<Amount> parts(2, untouched);
  EXPECT_EQ(Split(Amount(5), Weights{}, std::span<Amount>()),
            Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(5), Weights{}, parts), Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(5), Weights{0, 0}, parts), Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(0), Weights{0, 0}, parts), Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(5), Weights{1}, parts), Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(5), Weights{1, 2, 3}, parts),
            Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(5), Weights{1, 2}, std::span<Amount>()),
            Outcome::kInvalidWeights);
  EXPECT_THAT(parts, ElementsAre(untouched, untouched));

  EXPECT_EQ(Split(Amount(5), Weights{}).error(), Outcome::kInvalidWeights);
  EXPECT_EQ(Split(Amount(5), Weights{0, 0}).error(), Outcome::kInvalidWeights);
}

// The weights' sum, taken modulo 2^64, would be 0.
TEST(SplitTest, DoesNotWrapTheSumOfTheWeights) {
  const Weights weights = {UINT64_MAX, 1};
  EXPECT_THAT(PartsOf(Amount::FromHalves(1, 0), weights),
              ElementsAre(UINT64_MAX, 1));
}

TEST(SplitTest, AcceptsMillionsOfParts) {
  const std::size_t count = 1'000'000;
  const Weights weights(count, UINT64_MAX);
  std::vector<Amount> parts(count);
  ASSERT_EQ(Split(Amount(2'500'000), weights, parts), Outcome::kOk);
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_EQ(parts[i], Amount(i < 500'000 ? 3 : 2)) << i;
  }
}

// Small weights and totals tie often; large ones reach the limits.
Weights RandomWeights(RandomValues& random) {
  const int bits = random.Maybe() ? 3 : 64;
  Weights weights(1 + random.Below(random.Below(16) == 0 ? 200 : 8));
  for (std::uint64_t& weight : weights) weight = random.Unsigned(bits);
  if (SumOfParts(weights) == 0) weights.back() = 1;
  return weights;
}

// What is true of any fair split, whatever the method.
void ExpectFair(const BigInt& total, const Weights& weights,
                const Parts& parts) {
  const BigInt weight_sum = SumOfParts(weights);
  BigInt sum = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    sum += parts[i];
    // Less than one unit away from the exact share, and on no wrong side of 0.
    const BigInt off = parts[i] * weight_sum - total * weights[i];
    EXPECT_LT(abs(off), weight_sum) << "part " << i;
    EXPECT_GE(parts[i] * total.sign(), 0) << "part " << i;
    if (weights[i] == 0) {
      EXPECT_EQ(parts[i], 0) << "part " << i;
    }
  }
  EXPECT_EQ(sum, total);

  // Who weighs more, or as much but comes first, does not get less.
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return weights[a] != weights[b] ? weights[a] > weights[b] : a < b;
  });
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end(), [&](auto a, auto b) {
    return abs(parts[a]) > abs(parts[b]);
  }));
}

TEST(SplitTest, IsFairAndAgreesWithTheMethodOnRandomWeights) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(10'000); ++i) {
    const Weights weights = RandomWeights(random);
    const Amount total = random.AnyAmount(random.Maybe() ? 8 : 127);
    SCOPED_TRACE(testing::Message()
                 << Exact(total) << " by " << testing::PrintToString(weights));
    const Parts parts = PartsOf(total, weights);
    ExpectFair(Exact(total), weights, parts);
    EXPECT_THAT(parts, ElementsAreArray(ReferenceSplit(Exact(total), weights)));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace lockstep
