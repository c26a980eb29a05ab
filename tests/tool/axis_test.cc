#include "engine/tool/report/axis.h"

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Texts(const Axis& axis) {
  std::vector<std::string> texts;
  for (const AxisTick& tick : axis.ticks) texts.push_back(tick.text);
  return texts;
}

TEST(RoundStep, IsTheSmallestThatIsRoundEnough) {
  EXPECT_DOUBLE_EQ(RoundStep(10, 5), 2);
  EXPECT_DOUBLE_EQ(RoundStep(10.1, 5), 5);
  EXPECT_DOUBLE_EQ(RoundStep(5, 5), 1);
  EXPECT_DOUBLE_EQ(RoundStep(26, 5), 10);
  EXPECT_DOUBLE_EQ(RoundStep(0.003, 5), 0.001);
  EXPECT_DOUBLE_EQ(RoundStep(7e12, 5), 2e12);
  EXPECT_DOUBLE_EQ(RoundStep(0.5, 5, 1), 1) << "what is counted has no halves";
}

TEST(RoundStep, CutsAnySpanIntoAFewRoundParts) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-9, 15);
  for (int i = 0; i < 2000; ++i) {
    const double span = std::pow(10, exponent(random));
    const double step = RoundStep(span, 5);
    EXPECT_LE(span / step, 5 * (1 + 1e-6)) << span;
    EXPECT_GT(span / step, 5 / 2.6) << span;
    const double mantissa =
        step / std::pow(10, std::floor(std::log10(step) + 1e-9));
    EXPECT_TRUE(std::abs(mantissa - 1) < 1e-6 ||
                std::abs(mantissa - 2) < 1e-6 || std::abs(mantissa - 5) < 1e-6)
        << step;
  }
}

TEST(LinearAxis, HoldsItsValuesBetweenRoundEnds) {
  const Axis axis = LinearAxis(213'480, 348'510);
  EXPECT_EQ(axis.low, 200'000);
  EXPECT_EQ(axis.high, 350'000);
  EXPECT_THAT(Texts(axis), ElementsAre("200k", "250k", "300k", "350k"));
  EXPECT_NEAR(axis.Fraction(200'000), 0, 1e-12);
  EXPECT_NEAR(axis.Fraction(275'000), 0.5, 1e-12);
  EXPECT_NEAR(axis.Fraction(350'000), 1, 1e-12);
  EXPECT_EQ(axis.Fraction(1e9), 1) << "nothing is drawn outside";
  EXPECT_EQ(axis.Fraction(-1), 0);
}

TEST(LinearAxis, StartsAtZeroWhereThatCostsLittle) {
  EXPECT_EQ(LinearAxis(40, 100).low, 0);
  EXPECT_EQ(LinearAxis(60, 100).low, 60);
  EXPECT_THAT(Texts(LinearAxis(0, 4.7e6)),
              ElementsAre("0", "1M", "2M", "3M", "4M", "5M"));
  EXPECT_THAT(Texts(LinearAxis(-3, 2)),
              ElementsAre("-3", "-2", "-1", "0", "1", "2"));
}

TEST(LinearAxis, OfOneValueHasRoomAroundIt) {
  for (const double value : {0.0, 5.0, -5.0, 213'480.0, 0.001}) {
    const Axis axis = LinearAxis(value, value);
    EXPECT_LT(axis.low, axis.high) << value;
    EXPECT_LE(axis.low, value);
    EXPECT_GT(axis.high, value);
    EXPECT_GE(axis.ticks.size(), 2u) << value;
  }
}

TEST(LinearAxis, CountsInWholeNumbers) {
  EXPECT_THAT(Texts(LinearAxis(21'346, 21'348, 1)),
              ElementsAre("21,346", "21,347", "21,348"))
      << "not 21.346k, and no half sword";
}

TEST(LinearAxis, NamesNoTwoTicksAlike) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> exponent(-3, 14);
  for (int i = 0; i < 2000; ++i) {
    const double low = std::pow(10, exponent(random));
    const double high = low + std::pow(10, exponent(random));
    const Axis axis = LinearAxis(low, high);
    EXPECT_LE(axis.low, low * (1 + 1e-9));
    EXPECT_GE(axis.high, high * (1 - 1e-9));
    // Beyond twelve digits apart no plot can show anything.
    if (high - low < low * 1e-9) continue;
    ASSERT_LE(axis.ticks.size(), 8u);
    for (std::size_t t = 1; t < axis.ticks.size(); ++t) {
      EXPECT_NE(axis.ticks[t - 1].text, axis.ticks[t].text)
          << low << " " << high;
    }
  }
}

TEST(DurationAxis, GoesFromDecadeToDecade) {
  const Axis axis = DurationAxis(121, 30'000);
  EXPECT_THAT(Texts(axis), ElementsAre("100 ns", "1 µs", "10 µs", "100 µs"));
  EXPECT_NEAR(axis.Fraction(1000), 1.0 / 3, 1e-9);
  EXPECT_NEAR(axis.Fraction(std::sqrt(1e9)), 2.5 / 3, 1e-9);
  EXPECT_EQ(axis.Fraction(0), 0) << "though zero has no logarithm";
  EXPECT_THAT(Texts(DurationAxis(2e5, 2e9)),
              ElementsAre("100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"));
}

TEST(DurationAxis, OfOneDurationHasTwoEnds) {
  EXPECT_THAT(Texts(DurationAxis(100, 100)), ElementsAre("100 ns", "1 µs"));
  EXPECT_THAT(Texts(DurationAxis(0, 0)), ElementsAre("1 ns", "10 ns"));
}

TEST(TimeAxis, EndsWhereTheRunEnds) {
  const Axis axis = TimeAxis(5.0004, "s");
  EXPECT_EQ(axis.high, 5.0004);
  EXPECT_THAT(Texts(axis),
              ElementsAre("0 s", "1 s", "2 s", "3 s", "4 s", "5 s"));
  EXPECT_THAT(Texts(TimeAxis(200, "ms")),
              ElementsAre("0 ms", "50 ms", "100 ms", "150 ms", "200 ms"));
  EXPECT_EQ(TimeAxis(0, "s").high, 1) << "a run of no time has an axis, too";
}

TEST(TimeUnit, SuitsTheLengthOfTheRun) {
  EXPECT_EQ(TimeUnitFor(0.0003).name, "µs");
  EXPECT_EQ(TimeUnitFor(0.2).name, "ms");
  EXPECT_EQ(TimeUnitFor(5).name, "s");
  EXPECT_EQ(TimeUnitFor(600).name, "min");
  EXPECT_EQ(TimeUnitFor(8 * 3600).name, "h");
  EXPECT_EQ(TimeUnitFor(30 * 86400).name, "d");
  for (const double seconds : {0.0003, 0.2, 5.0, 600.0, 30'000.0, 2.6e6}) {
    const double length = seconds * TimeUnitFor(seconds).per_second;
    EXPECT_GE(length, 2) << seconds;
    EXPECT_LT(length, 2000) << seconds;
  }
}

TEST(TickText, UsesTheSuffixesOfTheCommandLine) {
  EXPECT_EQ(TickText(0, 1, 5), "0");
  EXPECT_EQ(TickText(1200, 200, 2000), "1,200");
  EXPECT_EQ(TickText(20'000, 10'000, 50'000), "20k");
  EXPECT_EQ(TickText(2'500'000, 500'000, 4'000'000), "2.5M");
  EXPECT_EQ(TickText(3e9, 1e9, 5e9), "3G");
  EXPECT_EQ(TickText(2e12, 1e12, 4e12), "2T");
  EXPECT_EQ(TickText(0.05, 0.01, 0.1), "0.05");
  EXPECT_EQ(TickText(500'000, 500'000, 4'000'000), "0.5M") << "one for all";
}

}  // namespace
}  // namespace lockstep::tool
