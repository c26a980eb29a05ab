#include "engine/money/wide.h"

#include <gtest/gtest.h>

#include <optional>

#include "tests/money/oracle.h"
#include "tests/money/random_values.h"

namespace lockstep::engine {
namespace {

using oracle::BigInt;
using oracle::Exact;

void ExpectNarrows(const BigInt& exact) {
  const Int256 wide(exact);
  SCOPED_TRACE(oracle::Shown(exact));
  const std::optional<Int128> narrow = Narrow(wide);
  EXPECT_EQ(narrow.has_value(), oracle::Fits(exact));
  if (narrow) {
    EXPECT_EQ(Exact(*narrow), exact);
    EXPECT_EQ(Widen(*narrow), wide);
  }
  EXPECT_EQ(Exact(Saturate(wide)), oracle::Nearest(exact));
}

TEST(WideTest, GoesThereAndBackAtTheEdges) {
  for (const BigInt& value : oracle::EdgeValues()) {
    EXPECT_EQ(BigInt(Widen(oracle::Int128Of(value))), value);
    ExpectNarrows(value);
  }
}

TEST(WideTest, StopsAtTheLimits) {
  const BigInt most = (BigInt(1) << 256) - 1;
  for (const BigInt& value :
       {BigInt(oracle::Largest() + 1), BigInt(oracle::Smallest() - 1),
        BigInt(BigInt(1) << 128), BigInt(-(BigInt(1) << 128)),
        BigInt(BigInt(1) << 192), most, BigInt(-most)}) {
    ExpectNarrows(value);
  }
}

TEST(WideTest, HoldsTheLargestProducts) {
  EXPECT_EQ(BigInt(Widen(kInt128Min) * Widen(kInt128Min)), BigInt(1) << 254);
  EXPECT_EQ(BigInt(Widen(kInt128Min) * Widen(kInt128Max)),
            oracle::Smallest() * oracle::Largest());
}

TEST(WideTest, AgreesWithBigIntegersOnRandomSumsAndProducts) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(20'000); ++i) {
    const Int128 a = random.Signed();
    const Int128 b = random.Signed();
    ASSERT_EQ(BigInt(Widen(a) + Widen(b)), Exact(a) + Exact(b));
    ASSERT_EQ(BigInt(Widen(a) * Widen(b)), Exact(a) * Exact(b));
    ExpectNarrows(Exact(a) + Exact(b));
    ExpectNarrows(Exact(a) * Exact(b));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace lockstep::engine
