#include "engine/tool/base/latency.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace lockstep::tool {

std::size_t LatencyHistogram::BucketOf(std::uint64_t nanoseconds) noexcept {
  if (nanoseconds < kSteps) return nanoseconds;
  // The leading one and the kStepBits bits after it choose the bucket.
  const int shift =
      static_cast<int>(std::bit_width(nanoseconds)) - 1 - kStepBits;
  const std::uint64_t step = (nanoseconds >> shift) - kSteps;
  return (static_cast<std::uint64_t>(shift) + 1) * kSteps + step;
}

std::uint64_t LatencyHistogram::UpperEnd(std::size_t bucket) noexcept {
  if (bucket < kSteps) return bucket;
  const std::uint64_t shift = bucket / kSteps - 1;
  const std::uint64_t step = bucket % kSteps;
  const std::uint64_t width = std::uint64_t{1} << shift;
  return ((kSteps + step) << shift) + (width - 1);
}

void LatencyHistogram::Merge(const LatencyHistogram& other) noexcept {
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ns_ = std::max(max_ns_, other.max_ns_);
}

std::vector<LatencyHistogram::BucketCount> LatencyHistogram::Since(
    const LatencyHistogram& earlier) const {
  std::vector<BucketCount> news;
  if (count_ == earlier.count_) return news;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const std::uint64_t count = counts_[i] - earlier.counts_[i];
    if (count > 0) news.push_back({.bucket = i, .count = count});
  }
  return news;
}

void LatencyHistogram::Add(const BucketCount& recorded) noexcept {
  counts_[recorded.bucket] += recorded.count;
  count_ += recorded.count;
  max_ns_ = std::max(max_ns_, UpperEnd(recorded.bucket));
}

std::uint64_t LatencyHistogram::Quantile(double quantile) const noexcept {
  const double exact_rank = std::ceil(quantile * static_cast<double>(count_));
  const auto rank = std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(std::max(0.0, exact_rank)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank) return std::min(UpperEnd(bucket), max_ns_);
  }
  return max_ns_;
}

}  // namespace lockstep::tool
