#include "lockstep/rate.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

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

static_assert(noexcept(Multiply(Amount(), Rate(), Rounding::kFloor)));

constexpr Rounding kRoundings[] = {
    Rounding::kTowardZero, Rounding::kAwayFromZero,     Rounding::kFloor,
    Rounding::kCeiling,    Rounding::kHalfAwayFromZero, Rounding::kHalfToEven,
};

// The exact fraction lies at `floor` or between it and the next number up. Each
// rule is put as in a textbook, on the number line.
BigInt ReferenceRound(BigInt dividend, BigInt divisor, Rounding rounding) {
  if (divisor < 0) {
    dividend = -dividend;
    divisor = -divisor;
  }
  BigInt floor = dividend / divisor;
  if (floor * divisor > dividend) --floor;
  const BigInt beyond = dividend - floor * divisor;  // 0 .. divisor - 1
  if (beyond == 0) return floor;
  const BigInt ceiling = floor + 1;
  const BigInt to_zero = dividend < 0 ? ceiling : floor;
  const BigInt from_zero = dividend < 0 ? floor : ceiling;
  const BigInt even = floor % 2 == 0 ? floor : ceiling;
  const BigInt nearest = beyond * 2 < divisor ? floor : ceiling;
  const bool tie = beyond * 2 == divisor;
  switch (rounding) {
    case Rounding::kTowardZero:
      return to_zero;
    case Rounding::kAwayFromZero:
      return from_zero;
    case Rounding::kFloor:
      return floor;
    case Rounding::kCeiling:
      return ceiling;
    case Rounding::kHalfAwayFromZero:
      return tie ? from_zero : nearest;
    case Rounding::kHalfToEven:
      return tie ? even : nearest;
  }
  return 0;
}

std::string Product(Amount amount, Amount numerator, Amount denominator,
                    Rounding rounding) {
  return Shown(Multiply(amount, Rate{numerator, denominator}, rounding));
}

TEST(RateTest, RoundsTenthsByEachRule) {
  struct Case {
    int tenths;
    int rounded[6];  // in the order of kRoundings
  };
  const Case cases[] = {
      {0, {0, 0, 0, 0, 0, 0}},         {1, {0, 1, 0, 1, 0, 0}},
      {4, {0, 1, 0, 1, 0, 0}},         {5, {0, 1, 0, 1, 1, 0}},
      {6, {0, 1, 0, 1, 1, 1}},         {9, {0, 1, 0, 1, 1, 1}},
      {10, {1, 1, 1, 1, 1, 1}},        {15, {1, 2, 1, 2, 2, 2}},
      {21, {2, 3, 2, 3, 2, 2}},        {25, {2, 3, 2, 3, 3, 2}},
      {29, {2, 3, 2, 3, 3, 3}},        {35, {3, 4, 3, 4, 4, 4}},
      {-1, {0, -1, -1, 0, 0, 0}},      {-5, {0, -1, -1, 0, -1, 0}},
      {-6, {0, -1, -1, 0, -1, -1}},    {-10, {-1, -1, -1, -1, -1, -1}},
      {-15, {-1, -2, -2, -1, -2, -2}}, {-21, {-2, -3, -3, -2, -2, -2}},
      {-25, {-2, -3, -3, -2, -3, -2}}, {-29, {-2, -3, -3, -2, -3, -3}},
      {-35, {-3, -4, -4, -3, -4, -4}},
  };
  for (const Case& c : cases) {
    for (int i = 0; i < 6; ++i) {
      SCOPED_TRACE(testing::Message() << c.tenths << "/10 by rule " << i);
      const std::string rounded = std::to_string(c.rounded[i]);
      const Amount tenths(c.tenths);
      const Amount minus_tenths(-c.tenths);
      // The sign may stand anywhere.
      EXPECT_EQ(Product(tenths, Amount(1), Amount(10), kRoundings[i]), rounded);
      EXPECT_EQ(Product(Amount(1), tenths, Amount(10), kRoundings[i]), rounded);
      EXPECT_EQ(Product(minus_tenths, Amount(1), Amount(-10), kRoundings[i]),
                rounded);
      EXPECT_EQ(Product(Amount(-1), minus_tenths, Amount(10), kRoundings[i]),
                rounded);
    }
  }
}

TEST(RateTest, TakesATaxOfFivePercent) {
  const Rate tax{Amount(5), Amount(100)};
  EXPECT_EQ(Shown(Multiply(Amount(15000), tax, Rounding::kFloor)), "750");
  EXPECT_EQ(Shown(Multiply(Amount(19), tax, Rounding::kFloor)), "0");
  EXPECT_EQ(Shown(Multiply(Amount(19), tax, Rounding::kHalfToEven)), "1");
}

TEST(RateTest, RefusesToDivideByZeroBeforeAnythingElse) {
  for (const Rounding rounding : kRoundings) {
    for (const Amount amount : {Amount(0), Amount(1), Amount::Min()}) {
      EXPECT_EQ(Product(amount, Amount::Max(), Amount(0), rounding),
                Shown(Outcome::kDivisionByZero));
      EXPECT_EQ(Product(amount, Amount(0), Amount(0), rounding),
                Shown(Outcome::kDivisionByZero));
    }
  }
}

TEST(RateTest, PassesThroughProductsThatDoNotFit) {
  const Amount max = Amount::Max();
  const Amount min = Amount::Min();
  for (const Rounding rounding : kRoundings) {
    EXPECT_EQ(Product(max, max, max, rounding), Shown(Exact(max)));
    EXPECT_EQ(Product(min, min, min, rounding), Shown(Exact(min)));
    EXPECT_EQ(Product(max, min, max, rounding), Shown(Exact(min)));
    EXPECT_EQ(Product(min, max, min, rounding), Shown(Exact(max)));
    EXPECT_EQ(Product(min, Amount(1), Amount(1), rounding), Shown(Exact(min)));
  }
}

TEST(RateTest, RefusesResultsThatDoNotFit) {
  const Amount max = Amount::Max();
  const Amount min = Amount::Min();
  const std::string overflow = Shown(Outcome::kAmountOverflow);
  for (const Rounding rounding : kRoundings) {
    EXPECT_EQ(Product(min, Amount(-1), Amount(1), rounding), overflow);
    EXPECT_EQ(Product(min, Amount(1), Amount(-1), rounding), overflow);
    EXPECT_EQ(Product(max, Amount(2), Amount(1), rounding), overflow);
    EXPECT_EQ(Product(max, max, Amount(1), rounding), overflow);
    EXPECT_EQ(Product(min, min, Amount(1), rounding), overflow);
    EXPECT_EQ(Product(min, min, Amount(-1), rounding), overflow);
    EXPECT_EQ(Product(min, min, max, rounding), overflow);
  }
}

// (2^127 - 1) + 1/2 = (2^128 - 1)/2, made as 3 × (2^128 - 1)/3 / 2.
TEST(RateTest, LetsTheRoundingDecideAtTheLimit) {
  const Amount third =
      Amount::FromHalves(0x5555555555555555, 0x5555555555555555);
  const Amount numerator(3);
  const Amount half(2);
  const std::string max = Shown(oracle::Largest());
  const std::string overflow = Shown(Outcome::kAmountOverflow);
  EXPECT_EQ(Product(third, numerator, half, Rounding::kTowardZero), max);
  EXPECT_EQ(Product(third, numerator, half, Rounding::kFloor), max);
  EXPECT_EQ(Product(third, numerator, half, Rounding::kAwayFromZero), overflow);
  EXPECT_EQ(Product(third, numerator, half, Rounding::kCeiling), overflow);
  EXPECT_EQ(Product(third, numerator, half, Rounding::kHalfAwayFromZero),
            overflow);
  EXPECT_EQ(Product(third, numerator, half, Rounding::kHalfToEven), overflow);

  const Amount minus_two(-2);
  const std::string min = Shown(oracle::Smallest());
  const std::string above_min = Shown(oracle::Smallest() + 1);
  EXPECT_EQ(Product(third, numerator, minus_two, Rounding::kTowardZero),
            above_min);
  EXPECT_EQ(Product(third, numerator, minus_two, Rounding::kCeiling),
            above_min);
  EXPECT_EQ(Product(third, numerator, minus_two, Rounding::kFloor), min);
  EXPECT_EQ(Product(third, numerator, minus_two, Rounding::kAwayFromZero), min);
  EXPECT_EQ(Product(third, numerator, minus_two, Rounding::kHalfToEven), min);
}

// Gives the result that the reference gives, or stops the test.
std::string ExpectMultipliedAsExact(Amount amount, Rate rate) {
  std::string product;
  for (const Rounding rounding : kRoundings) {
    product = Shown(Multiply(amount, rate, rounding));
    EXPECT_EQ(product, ShownIfItFits(
                           ReferenceRound(Exact(amount) * Exact(rate.numerator),
                                          Exact(rate.denominator), rounding)))
        << Exact(amount) << " * " << Exact(rate.numerator) << " / "
        << Exact(rate.denominator) << " by rule " << static_cast<int>(rounding);
  }
  return product;
}

TEST(RateTest, AgreesWithBigIntegersAtTheEdges) {
  const Amount others[] = {Amount(1),          Amount(-1),
                           Amount(2),          Amount(-3),
                           Amount(INT64_MIN),  Amount(INT64_MAX),
                           Amount(UINT64_MAX), Amount::FromHalves(1, 0),
                           Amount::Max(),      Amount::Min()};
  for (const BigInt& amount : EdgeValues()) {
    for (const Amount numerator : others) {
      for (const Amount denominator : others) {
        ExpectMultipliedAsExact(AmountOf(amount), Rate{numerator, denominator});
        if (HasFailure()) return;
      }
    }
  }
}

TEST(RateTest, AgreesWithBigIntegersOnRandomRates) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  const int rounds = RandomValues::Rounds(10'000);
  int fitting = 0;
  for (int i = 0; i < rounds; ++i) {
    const Amount amount = random.AnyAmount();
    const Rate rate{random.AnyAmount(), random.AnyAmount()};
    if (rate.denominator.is_zero()) continue;
    const std::string product = ExpectMultipliedAsExact(amount, rate);
    if (product != Shown(Outcome::kAmountOverflow)) ++fitting;
    if (HasFailure()) return;
  }
  EXPECT_GT(fitting, rounds / 4);
  EXPECT_LT(fitting, rounds);
}

// Small even denominators, so that ties come up often.
TEST(RateTest, AgreesWithBigIntegersOnTies) {
  for (int amount = -50; amount <= 50; ++amount) {
    for (const int denominator : {-20, -6, -4, -2, 2, 4, 6, 20}) {
      ExpectMultipliedAsExact(Amount(amount),
                              Rate{Amount(1), Amount(denominator)});
      ExpectMultipliedAsExact(Amount(amount),
                              Rate{Amount(-7), Amount(denominator)});
    }
  }
}

}  // namespace
}  // namespace lockstep
