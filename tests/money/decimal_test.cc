#include <gtest/gtest.h>

#include <algorithm>
#include <climits>
#include <cstddef>
#include <iomanip>
#include <regex>
#include <sstream>
#include <string>
#include <string_view>

#include "lockstep/amount.h"
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

static_assert(noexcept(ParseDecimal(std::string_view(), 0)));

BigInt PowerOfTen(int exponent) {
  return boost::multiprecision::pow(BigInt(10),
                                    static_cast<unsigned>(exponent));
}

// What FormatDecimal ought to give, by division instead of by cutting text.
std::string ReferenceText(const BigInt& value, int scale) {
  const BigInt magnitude = abs(value);
  std::ostringstream text;
  text << (value < 0 ? "-" : "") << magnitude / PowerOfTen(scale);
  if (scale > 0) {
    text << '.' << std::setw(scale) << std::setfill('0')
         << BigInt(magnitude % PowerOfTen(scale)).str();
  }
  return text.str();
}

// What ParseDecimal ought to give, by the grammar as a regular expression.
std::string ReferenceParse(const std::string& text, int scale) {
  if (scale < 0 || scale > kMaxScale) return Shown(Outcome::kInvalidScale);
  if (text.empty()) return Shown(Outcome::kEmptyText);
  static const std::regex grammar(R"(([+-]?)([0-9]*)\.?([0-9]*))");
  std::smatch match;
  if (!std::regex_match(text, match, grammar) ||
      match[2].length() + match[3].length() == 0) {
    return Shown(Outcome::kMalformedNumber);
  }
  const std::string decimals = match[3];
  if (decimals.size() > static_cast<std::size_t>(scale)) {
    return Shown(Outcome::kTooManyDecimals);
  }
  BigInt value = 0;
  for (const char digit : std::string(match[2]) + decimals) {
    value = value * 10 + (digit - '0');
  }
  value *= PowerOfTen(scale - static_cast<int>(decimals.size()));
  if (match[1] == "-") value = -value;
  return ShownIfItFits(value);
}

TEST(FormatDecimalTest, WritesEveryDigitBehindThePoint) {
  struct Case {
    Amount amount;
    int scale;
    std::string_view text;
  };
  const Case cases[] = {
      {Amount(15000), 2, "150.00"},
      {Amount(15000), 0, "15000"},
      {Amount(0), 0, "0"},
      {Amount(0), 2, "0.00"},
      {Amount(5), 2, "0.05"},
      {Amount(-5), 2, "-0.05"},
      {Amount(-50), 2, "-0.50"},
      {Amount(99), 2, "0.99"},
      {Amount(100), 2, "1.00"},
      {Amount(-100), 2, "-1.00"},
      {Amount(1), 18, "0.000000000000000001"},
      {Amount(1'000'000'000'000'000'000), 18, "1.000000000000000000"},
      {Amount(UINT64_MAX), 1, "1844674407370955161.5"},
      {Amount::Max(), 0, "170141183460469231731687303715884105727"},
      {Amount::Min(), 0, "-170141183460469231731687303715884105728"},
      {Amount::Max(), 18, "170141183460469231731.687303715884105727"},
      {Amount::Min(), 18, "-170141183460469231731.687303715884105728"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(FormatDecimal(c.amount, c.scale), c.text);
  }
}

TEST(FormatDecimalTest, ClampsTheScale) {
  EXPECT_EQ(FormatDecimal(Amount(-7), -1), "-7");
  EXPECT_EQ(FormatDecimal(Amount(-7), INT_MIN), "-7");
  EXPECT_EQ(FormatDecimal(Amount(7), kMaxScale + 1), "0.000000000000000007");
  EXPECT_EQ(FormatDecimal(Amount(7), INT_MAX), "0.000000000000000007");
}

TEST(ParseDecimalTest, ReadsWhatPeopleWrite) {
  struct Case {
    std::string_view text;
    int scale;
    std::string_view minor_units;
  };
  const Case cases[] = {
      {"150", 2, "15000"},
      {"150.", 2, "15000"},
      {"150.0", 2, "15000"},
      {"150.00", 2, "15000"},
      {"+150.00", 2, "15000"},
      {"-150.00", 2, "-15000"},
      {"-0.5", 2, "-50"},
      {".5", 2, "50"},
      {"-.5", 2, "-50"},
      {"+.05", 2, "5"},
      {"0", 0, "0"},
      {"-0", 0, "0"},
      {"-0.00", 2, "0"},
      {"7.", 0, "7"},
      {"0000123", 0, "123"},
      {"00.10", 2, "10"},
      {"0.000000000000000001", 18, "1"},
      {"1", 18, "1000000000000000000"},
      {"18446744073709551615", 0, "18446744073709551615"},
      {"18446744073709551616", 0, "18446744073709551616"},
      {"170141183460469231731687303715884105727", 0,
       "170141183460469231731687303715884105727"},
      {"-170141183460469231731687303715884105728", 0,
       "-170141183460469231731687303715884105728"},
      {"170141183460469231731.687303715884105727", 18,
       "170141183460469231731687303715884105727"},
      {"-170141183460469231731.687303715884105728", 18,
       "-170141183460469231731687303715884105728"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Shown(ParseDecimal(c.text, c.scale)), c.minor_units) << c.text;
  }
}

TEST(ParseDecimalTest, RefusesEverythingElse) {
  using namespace std::string_view_literals;
  for (const std::string_view text :
       {"-"sv,    "+"sv,     "."sv,        "-."sv,       "+."sv,    "--1"sv,
        "+-1"sv,  "1-"sv,    "1.2.3"sv,    "1..2"sv,     ".1."sv,   " 1"sv,
        "1 "sv,   "1 000"sv, "1,000"sv,    "1,5"sv,      "1'000"sv, "1_000"sv,
        "1e3"sv,  "0x10"sv,  "inf"sv,      "nan"sv,      "1\n"sv,   "\t1"sv,
        "1\0"sv,  "\0"sv,    "1a"sv,       "1.a"sv,      "."sv,     "-.-"sv,
        "1/2"sv,  "1:"sv,    "\xc2\xbd"sv, "\xd9\xa1"sv, "\xff"sv,  "GOLD"sv,
        "1.0-"sv, "1.+0"sv}) {
    EXPECT_EQ(Shown(ParseDecimal(text, 2)), Shown(Outcome::kMalformedNumber))
        << testing::PrintToString(text);
  }
}

TEST(ParseDecimalTest, ChecksInTheDocumentedOrder) {
  const std::string huge(60, '9');
  struct Case {
    std::string text;
    int scale;
    Outcome outcome;
  };
  const Case cases[] = {
      // The scale before the text,
      {"", -1, Outcome::kInvalidScale},
      {"x", kMaxScale + 1, Outcome::kInvalidScale},
      {"1", INT_MIN, Outcome::kInvalidScale},
      {"1", INT_MAX, Outcome::kInvalidScale},
      {huge, -1, Outcome::kInvalidScale},
      // an empty text before a malformed one,
      {"", 0, Outcome::kEmptyText},
      {"", kMaxScale, Outcome::kEmptyText},
      // the whole text before its decimals and its size,
      {"1.234x", 2, Outcome::kMalformedNumber},
      {"1.2.3", 0, Outcome::kMalformedNumber},
      {huge + "x", 2, Outcome::kMalformedNumber},
      {huge + ".123x", 2, Outcome::kMalformedNumber},
      // the decimals before the size.
      {huge + ".123", 2, Outcome::kTooManyDecimals},
      {"1.000", 2, Outcome::kTooManyDecimals},
      {"1.0", 0, Outcome::kTooManyDecimals},
      {".0000000000000000000", kMaxScale, Outcome::kTooManyDecimals},
      {huge + ".12", 2, Outcome::kAmountOverflow},
      {huge, 0, Outcome::kAmountOverflow},
      {"-" + huge, kMaxScale, Outcome::kAmountOverflow},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(Shown(ParseDecimal(c.text, c.scale)), Shown(c.outcome))
        << '"' << c.text << "\" with scale " << c.scale;
  }
}

TEST(ParseDecimalTest, StopsOneUnitBeyondTheLimits) {
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    SCOPED_TRACE(scale);
    const auto outcome_of = [scale](const BigInt& minor_units) {
      return Shown(ParseDecimal(ReferenceText(minor_units, scale), scale));
    };
    const BigInt max = oracle::Largest();
    const BigInt min = oracle::Smallest();
    EXPECT_EQ(outcome_of(max), Shown(max));
    EXPECT_EQ(outcome_of(min), Shown(min));
    EXPECT_EQ(outcome_of(max + 1), Shown(Outcome::kAmountOverflow));
    EXPECT_EQ(outcome_of(min - 1), Shown(Outcome::kAmountOverflow));
    EXPECT_EQ(outcome_of(max * 10), Shown(Outcome::kAmountOverflow));
  }
  // 2^128 + 1 and 2^256 + 1, which would wrap to 1.
  EXPECT_EQ(Shown(ParseDecimal("340282366920938463463374607431768211457", 0)),
            Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(
      Shown(ParseDecimal("1157920892373161954235709850086879078532699846656405"
                         "64039457584007913129639937",
                         0)),
      Shown(Outcome::kAmountOverflow));
}

TEST(ParseDecimalTest, TakesMegabytesInItsStride) {
  constexpr std::size_t kMany = 8 << 20;
  const std::string zeros(kMany, '0');
  const std::string nines(kMany, '9');
  EXPECT_EQ(Shown(ParseDecimal(zeros, 2)), "0");
  EXPECT_EQ(Shown(ParseDecimal("-" + zeros + "15.5", 2)), "-1550");
  EXPECT_EQ(Shown(ParseDecimal(nines, 2)), Shown(Outcome::kAmountOverflow));
  EXPECT_EQ(Shown(ParseDecimal(nines + "x", 2)),
            Shown(Outcome::kMalformedNumber));
  EXPECT_EQ(Shown(ParseDecimal("0." + zeros, 2)),
            Shown(Outcome::kTooManyDecimals));
  EXPECT_EQ(Shown(ParseDecimal("0." + zeros + ".", 2)),
            Shown(Outcome::kMalformedNumber));
}

TEST(DecimalTest, GoesOutAndInAgainAtEveryScale) {
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    for (const BigInt& value : EdgeValues()) {
      const std::string text = FormatDecimal(AmountOf(value), scale);
      EXPECT_EQ(text, ReferenceText(value, scale));
      EXPECT_EQ(Shown(ParseDecimal(text, scale)), Shown(value)) << text;
    }
    for (BigInt power = 1; oracle::Fits(power); power *= 10) {
      for (const int nudge : {-1, 0, 1}) {
        const BigInt value = power + nudge;
        const std::string text = FormatDecimal(AmountOf(value), scale);
        EXPECT_EQ(text, ReferenceText(value, scale));
        EXPECT_EQ(Shown(ParseDecimal(text, scale)), Shown(value)) << text;
      }
    }
  }
}

TEST(DecimalTest, GoesOutAndInAgainForRandomAmounts) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(20'000); ++i) {
    const int scale = static_cast<int>(random.Below(kMaxScale + 1));
    const Amount amount = random.AnyAmount();
    const std::string text = FormatDecimal(amount, scale);
    ASSERT_EQ(text, ReferenceText(Exact(amount), scale));
    ASSERT_EQ(Shown(ParseDecimal(text, scale)), Shown(Exact(amount))) << text;
  }
}

// Numbers with a few characters changed, added or taken out: near enough to
// right ones to reach every outcome.
std::string RandomText(RandomValues& random) {
  constexpr std::string_view kCharacters = "0000123456789999....+-x, ";
  const int scale = static_cast<int>(random.Below(kMaxScale + 1));
  std::string text = ReferenceText(Exact(random.AnyAmount()), scale);
  for (std::uint64_t changes = random.Below(4); changes > 0; --changes) {
    const std::size_t at = random.Below(text.size() + 1);
    if (random.Below(4) == 0) {
      text.resize(at);
    } else {
      const std::size_t replaced = random.Below(2);
      text.replace(at, replaced, 1,
                   kCharacters[random.Below(kCharacters.size())]);
    }
  }
  return text;
}

TEST(ParseDecimalTest, AgreesWithTheGrammarOnRandomText) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(20'000); ++i) {
    const std::string text = RandomText(random);
    const int scale = static_cast<int>(random.Below(kMaxScale + 3)) - 1;
    ASSERT_EQ(Shown(ParseDecimal(text, scale)), ReferenceParse(text, scale))
        << '"' << text << "\" with scale " << scale;
  }
}

}  // namespace
}  // namespace lockstep
