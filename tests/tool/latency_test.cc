#include "engine/tool/base/latency.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

// Values where buckets begin and end: around every power of two.
std::vector<std::uint64_t> EdgeValues() {
  std::vector<std::uint64_t> values = {0, UINT64_MAX};
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    values.insert(values.end(), {power - 1, power, power + 1});
  }
  return values;
}

TEST(LatencyHistogram, ABucketHoldsItsValuesToAThirtySecond) {
  for (const std::uint64_t value : EdgeValues()) {
    const std::uint64_t end =
        LatencyHistogram::UpperEnd(LatencyHistogram::BucketOf(value));
    EXPECT_GE(end, value);
    EXPECT_LE(end - value, value / LatencyHistogram::kSteps) << value;
  }
}

TEST(LatencyHistogram, BucketsRiseWithoutGaps) {
  const std::size_t last = LatencyHistogram::BucketOf(UINT64_MAX);
  EXPECT_EQ(LatencyHistogram::UpperEnd(last), UINT64_MAX);
  for (std::size_t bucket = 0; bucket < last; ++bucket) {
    const std::uint64_t end = LatencyHistogram::UpperEnd(bucket);
    ASSERT_EQ(LatencyHistogram::BucketOf(end), bucket);
    ASSERT_EQ(LatencyHistogram::BucketOf(end + 1), bucket + 1);
  }
}

TEST(LatencyHistogram, QuantilesOfNothingAreZero) {
  const LatencyHistogram empty;
  EXPECT_EQ(empty.Quantile(0.5), 0u);
  EXPECT_EQ(empty.max_ns(), 0u);
}

TEST(LatencyHistogram, QuantilesAreThoseOfTheSortedValues) {
  LatencyHistogram histogram;
  std::vector<std::uint64_t> values;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    values.push_back(i * i * 2654435761u % 1'000'003);
    histogram.Record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double quantile : {0.0001, 0.1, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<std::size_t>(quantile * 10'000 + 0.5);
    const std::uint64_t exact = values[rank - 1];
    EXPECT_GE(histogram.Quantile(quantile), exact);
    EXPECT_LE(histogram.Quantile(quantile), exact + exact / 32) << quantile;
  }
  EXPECT_EQ(histogram.Quantile(1), values.back());
}

TEST(LatencyHistogram, MergingIsAsIfOneHadRecordedAll) {
  LatencyHistogram one;
  LatencyHistogram other;
  LatencyHistogram all;
  for (std::uint64_t i = 1; i < 5000; ++i) {
    (i % 3 == 0 ? one : other).Record(i * 7);
    all.Record(i * 7);
  }
  one.Merge(other);
  EXPECT_EQ(one.count(), all.count());
  EXPECT_EQ(one.max_ns(), all.max_ns());
  for (const double quantile : {0.01, 0.5, 0.99}) {
    EXPECT_EQ(one.Quantile(quantile), all.Quantile(quantile));
  }
}

TEST(LatencyHistogram, KnowsWhatWasRecordedSince) {
  LatencyHistogram all;
  for (const std::uint64_t ns : {5u, 100u, 100u, 70'000u}) all.Record(ns);
  const LatencyHistogram earlier = all;
  EXPECT_TRUE(all.Since(earlier).empty());
  LatencyHistogram late;
  for (const std::uint64_t ns : {100u, 3u, 1'000'000u, 3u}) {
    all.Record(ns);
    late.Record(ns);
  }
  LatencyHistogram added;
  for (const auto& recorded : all.Since(earlier)) added.Add(recorded);
  EXPECT_EQ(added.count(), 4u);
  for (const double quantile : {0.1, 0.5, 0.75}) {
    EXPECT_EQ(added.Quantile(quantile), late.Quantile(quantile));
  }
  const std::size_t last = LatencyHistogram::BucketOf(1'000'000);
  EXPECT_EQ(added.max_ns(), LatencyHistogram::UpperEnd(last));
}

}  // namespace
}  // namespace lockstep::tool
