#include "engine/money/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "tests/money/oracle.h"
#include "tests/money/random_values.h"

namespace lockstep::engine {
namespace {

using oracle::BigInt;
using oracle::Exact;

constexpr ExactSum SumOf(std::initializer_list<Int128> terms) {
  ExactSum sum;
  for (const Int128 term : terms) sum.Add(term);
  return sum;
}

static_assert(noexcept(ExactSum().Add(0)));
static_assert(ExactSum().IsZero());
static_assert(ExactSum(7).value() == 7);
static_assert(SumOf({kInt128Max, kInt128Min}).value() == -1);
static_assert(!SumOf({kInt128Max, 1}).Fits());
static_assert(!SumOf({kInt128Min, -1}).Fits());

void ExpectIs(const ExactSum& sum, const BigInt& exact) {
  SCOPED_TRACE(oracle::Shown(exact));
  EXPECT_EQ(sum.Fits(), oracle::Fits(exact));
  EXPECT_EQ(sum.IsZero(), exact == 0);
  EXPECT_EQ(sum.IsNegative(), exact < 0);
  EXPECT_EQ(sum.IsPositive(), exact > 0);
  EXPECT_EQ(Exact(sum.Saturated()), oracle::Nearest(exact));
  if (sum.Fits()) {
    EXPECT_EQ(Exact(sum.value()), exact);
  }
}

TEST(ExactSumTest, StartsAtZeroOrWhereItIsTold) {
  ExpectIs(ExactSum(), 0);
  for (const BigInt& value : oracle::EdgeValues()) {
    ExpectIs(ExactSum(oracle::Int128Of(value)), value);
  }
}

TEST(ExactSumTest, KnowsItsSignWhenTheWrappedValueHasTheOther) {
  const BigInt two_to_127 = BigInt(1) << 127;
  ExpectIs(SumOf({kInt128Max, 1}), two_to_127);
  ExpectIs(SumOf({kInt128Min, -1}), -two_to_127 - 1);
  ExpectIs(SumOf({kInt128Max, kInt128Max}), two_to_127 * 2 - 2);
  ExpectIs(SumOf({kInt128Min, kInt128Min, kInt128Min}), -two_to_127 * 3);
}

TEST(ExactSumTest, IsNotZeroWhenOnlyTheWrappedValueIs) {
  const BigInt two_to_128 = BigInt(1) << 128;
  ExpectIs(SumOf({kInt128Min, kInt128Min}), -two_to_128);
  ExpectIs(SumOf({kInt128Max, kInt128Max, 2}), two_to_128);
}

TEST(ExactSumTest, ComesBackFromBeyondTheLimits) {
  ExpectIs(SumOf({kInt128Max, 1, -1}), Exact(kInt128Max));
  ExpectIs(SumOf({kInt128Min, -1, 1}), Exact(kInt128Min));
  ExpectIs(SumOf({kInt128Max, 1, kInt128Min}), 0);
  ExpectIs(SumOf({kInt128Max, kInt128Max, kInt128Min, kInt128Min}), -2);
  ExpectIs(SumOf({kInt128Min, kInt128Min, kInt128Max, kInt128Max}), -2);
}

TEST(ExactSumTest, AddsItself) {
  ExactSum sum(kInt128Min);
  sum.Add(sum.value());
  ExpectIs(sum, Exact(kInt128Min) * 2);
}

TEST(ExactSumTest, CountsTheCarryUpAndDownAgain) {
  ExactSum sum;
  BigInt exact = 0;
  for (int i = 0; i < 1000; ++i) {
    sum.Add(kInt128Max);
    exact += Exact(kInt128Max);
    ExpectIs(sum, exact);
  }
  for (int i = 0; i < 2000; ++i) {
    sum.Add(kInt128Min);
    exact += Exact(kInt128Min);
    ExpectIs(sum, exact);
  }
}

TEST(ExactSumTest, AgreesWithBigIntegersAtEveryPairOfEdges) {
  for (const BigInt& a : oracle::EdgeValues()) {
    for (const BigInt& b : oracle::EdgeValues()) {
      ExactSum sum(oracle::Int128Of(a));
      sum.Add(oracle::Int128Of(b));
      ExpectIs(sum, a + b);
      sum.Add(oracle::Int128Of(b));
      ExpectIs(sum, a + b + b);
    }
  }
}

TEST(ExactSumTest, AgreesWithBigIntegersInAnyOrderOfRandomTerms) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(2'000); ++i) {
    std::vector<Int128> terms(1 + random.Below(32));
    for (Int128& term : terms) term = random.Signed();
    BigInt total = 0;
    for (int order = 0; order < 3; ++order) {
      ExactSum sum;
      BigInt exact = 0;
      for (const Int128 term : terms) {
        sum.Add(term);
        exact += Exact(term);
        ExpectIs(sum, exact);
      }
      if (order > 0) {
        EXPECT_EQ(exact, total);
      }
      total = exact;
      std::shuffle(terms.begin(), terms.end(), random.engine());
    }
    if (HasFailure()) return;
  }
}

TEST(ExactSumDeathTest, HasNoValueThatDoesNotFit) {
  const ExactSum sum = SumOf({kInt128Max, 1});
  EXPECT_DEATH((void)sum.value(), "");
}

}  // namespace
}  // namespace lockstep::engine
