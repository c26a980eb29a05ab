#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::tool {

/// Counts durations in buckets that grow with them, so that every quantile is
/// known to a thirty-second (3 %) from nanoseconds to centuries, in constant
/// room. For one thread; merge the histograms of several at the end.
class LatencyHistogram {
 public:
  /// Buckets for each doubling.
  static constexpr std::uint64_t kSteps = 32;

  void Record(std::uint64_t nanoseconds) noexcept {
    ++counts_[BucketOf(nanoseconds)];
    ++count_;
    if (nanoseconds > max_ns_) max_ns_ = nanoseconds;
  }
  void Merge(const LatencyHistogram& other) noexcept;

  /// So many durations of one bucket.
  struct BucketCount {
    std::size_t bucket = 0;
    std::uint64_t count = 0;
  };
  /// What was recorded since `earlier`, which is this histogram as it was
  /// then, by bucket; and adds that to a histogram (whose largest duration is
  /// then that of a bucket).
  [[nodiscard]] std::vector<BucketCount> Since(
      const LatencyHistogram& earlier) const;
  void Add(const BucketCount& recorded) noexcept;

  /// A duration that the fraction `quantile` (0..1) of the recorded ones does
  /// not exceed: the upper end of the bucket of that rank, at most the largest
  /// one recorded. 0 if nothing was recorded.
  [[nodiscard]] std::uint64_t Quantile(double quantile) const noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] std::uint64_t max_ns() const noexcept { return max_ns_; }

  /// Which bucket a duration falls into, and the longest one that does.
  [[nodiscard]] static std::size_t BucketOf(std::uint64_t nanoseconds) noexcept;
  [[nodiscard]] static std::uint64_t UpperEnd(std::size_t bucket) noexcept;

 private:
  static constexpr int kStepBits = 5;
  static_assert(kSteps == 1 << kStepBits);
  // Durations below kSteps have a bucket each; then every further bit takes
  // kSteps buckets.
  static constexpr std::size_t kBuckets = (64 - kStepBits + 1) * kSteps;

  std::array<std::uint64_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ns_ = 0;
};

}  // namespace lockstep::tool
