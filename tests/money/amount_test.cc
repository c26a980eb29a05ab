#include "lockstep/amount.h"

#include <gtest/gtest.h>

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "tests/money/oracle.h"
#include "tests/money/random_values.h"

namespace lockstep {
namespace {

using oracle::AmountOf;
using oracle::BigInt;
using oracle::EdgeValues;
using oracle::Exact;
using oracle::Shown;
using oracle::ShownIfItFits;

// Money does not come from floating point, nor from a bare number by accident.
static_assert(!std::is_constructible_v<Amount, float>);
static_assert(!std::is_constructible_v<Amount, double>);
static_assert(!std::is_constructible_v<Amount, long double>);
static_assert(!std::is_assignable_v<Amount&, double>);
static_assert(!std::is_convertible_v<int, Amount>);
static_assert(std::is_constructible_v<Amount, int>);

// Sums go through Add, which can say that there is none.
template <class T>
concept HasOperators = requires(T a, T b) {
  a + b;
}
|| requires(T a, T b) { a - b; }
|| requires(T a, T b) { a* b; }
|| requires(T a, T b) { a += b; }
|| requires(T a) { -a; };
static_assert(HasOperators<int>);
static_assert(!HasOperators<Amount>);

static_assert(sizeof(Amount) == 16);
static_assert(std::is_trivially_copyable_v<Amount>);
static_assert(noexcept(Add(Amount(), Amount())));
static_assert(noexcept(Subtract(Amount(), Amount())));
static_assert(noexcept(Negate(Amount())));

static_assert(Amount().is_zero());
static_assert(!Amount(1).is_zero() && !Amount::FromHalves(1, 0).is_zero());
static_assert(Amount(-1).is_negative() && !Amount(0).is_negative());
static_assert(Amount(-1) == Amount::FromHalves(-1, UINT64_MAX));

TEST(AmountTest, TakesEveryIntegerAtItsValue) {
  EXPECT_EQ(Exact(Amount(0)), 0);
  EXPECT_EQ(Exact(Amount(true)), 1);
  EXPECT_EQ(Exact(Amount(std::int8_t{-128})), -128);
  EXPECT_EQ(Exact(Amount(std::uint8_t{255})), 255);
  EXPECT_EQ(Exact(Amount(INT32_MIN)), INT32_MIN);
  EXPECT_EQ(Exact(Amount(UINT32_MAX)), UINT32_MAX);
  EXPECT_EQ(Exact(Amount(INT64_MIN)), INT64_MIN);
  EXPECT_EQ(Exact(Amount(INT64_MAX)), INT64_MAX);
  EXPECT_EQ(Exact(Amount(UINT64_MAX)), UINT64_MAX);
}

TEST(AmountTest, ReachesFromMinusTwoTo127UpToTwoTo127MinusOne) {
  EXPECT_EQ(Shown(Exact(Amount::Max())),
            "170141183460469231731687303715884105727");
  EXPECT_EQ(Shown(Exact(Amount::Min())),
            "-170141183460469231731687303715884105728");
}

TEST(AmountTest, AddsUpToTheLimitsAndNotBeyond) {
  const Amount max = Amount::Max();
  const Amount min = Amount::Min();
  EXPECT_EQ(Shown(Add(max, Amount(0))), Shown(Exact(max)));
  EXPECT_EQ(Shown(Add(min, Amount(0))), Shown(Exact(min)));
  EXPECT_EQ(Shown(Add(max, min)), "-1");
  EXPECT_EQ(Shown(Add(max, Amount(1))), Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(Shown(Add(min, Amount(-1))), Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(Shown(Add(max, max)), Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(Shown(Add(min, min)), Shown(Outcome::kAmountOverflow));
}

TEST(AmountTest, SubtractsUpToTheLimitsAndNotBeyond) {
  const Amount max = Amount::Max();
  const Amount min = Amount::Min();
  EXPECT_EQ(Shown(Subtract(min, min)), "0");
  EXPECT_EQ(Shown(Subtract(Amount(-1), min)), Shown(Exact(max)));
  EXPECT_EQ(Shown(Subtract(Amount(0), min)), Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(Shown(Subtract(min, Amount(1))), Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(Shown(Subtract(max, Amount(-1))), Shown(Outcome::kAmountOverflow));
}

TEST(AmountTest, NegatesAllButTheLowest) {
  EXPECT_EQ(Shown(Negate(Amount(0))), "0");
  EXPECT_EQ(Shown(Negate(Amount(5))), "-5");
  EXPECT_EQ(Shown(Negate(Amount::FromHalves(-1, 0))), "18446744073709551616");
  EXPECT_EQ(Shown(Negate(Amount::Max())),
            "-170141183460469231731687303715884105727");
  EXPECT_EQ(Shown(Negate(Amount::Min())), Shown(Outcome::kAmountOverflow));
}

void ExpectAsExact(Amount a, Amount b) {
  const BigInt x = Exact(a);
  const BigInt y = Exact(b);
  SCOPED_TRACE(Shown(x) + " and " + Shown(y));
  EXPECT_EQ(Shown(Add(a, b)), ShownIfItFits(x + y));
  EXPECT_EQ(Shown(Subtract(a, b)), ShownIfItFits(x - y));
  EXPECT_EQ(Shown(Negate(a)), ShownIfItFits(-x));
  EXPECT_EQ(a == b, x == y);
  EXPECT_EQ(a < b, x < y);
  EXPECT_EQ(a <= b, x <= y);
  EXPECT_EQ(a.is_negative(), x < 0);
  EXPECT_EQ(a.is_zero(), x == 0);
}

TEST(AmountTest, AgreesWithBigIntegersAtEveryPairOfEdges) {
  for (const BigInt& a : EdgeValues()) {
    ASSERT_EQ(Exact(AmountOf(a)), a);
    for (const BigInt& b : EdgeValues()) {
      ExpectAsExact(AmountOf(a), AmountOf(b));
      if (HasFailure()) return;
    }
  }
}

TEST(AmountTest, AgreesWithBigIntegersOnRandomPairs) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(20'000); ++i) {
    ExpectAsExact(random.AnyAmount(), random.AnyAmount());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace lockstep
