#pragma once

#include <cstdint>

#include "absl/random/zipf_distribution.h"

namespace lockstep::tool {

/// A stream of random numbers that is the same everywhere for the same seed:
/// a counter that is scrambled (G. Steele, D. Lea, C. Flood, "Fast Splittable
/// Pseudorandom Number Generators", 2014). Fit for games, not for secrets.
class Random {
 public:
  using result_type = std::uint64_t;

  /// `stream` tells apart those who share a seed.
  Random(std::uint64_t seed, std::uint64_t stream) noexcept
      : state_(Scramble(seed) + Scramble(~stream)) {}

  static constexpr result_type min() noexcept { return 0; }
  static constexpr result_type max() noexcept { return UINT64_MAX; }
  result_type operator()() noexcept {
    state_ += 0x9E3779B97F4A7C15u;  // 2^64 / golden ratio
    return Scramble(state_);
  }

  /// From 0 to count - 1. (A high half instead of a remainder: it is faster,
  /// and off by less than one in 2^32 / count.)
  std::uint32_t Below(std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(((*this)() >> 32) * count >> 32);
  }
  /// From `low` to `high`, both included.
  std::int64_t Between(std::int32_t low, std::int32_t high) noexcept {
    return low +
           std::int64_t{Below(static_cast<std::uint32_t>(high - low) + 1)};
  }
  /// True once in `times`.
  bool OneIn(std::uint32_t times) noexcept { return Below(times) == 0; }

 private:
  static constexpr std::uint64_t Scramble(std::uint64_t bits) noexcept {
    bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
    bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
    return bits ^ bits >> 31;
  }

  std::uint64_t state_;
};

/// Draws one out of many, the first ones most often: the n-th with a
/// probability that falls with n to the power of -exponent (Zipf's law).
class Popularity {
 public:
  /// `count` at least 1. `exponent` is above 1, or 0: then all are alike.
  Popularity(std::uint32_t count, double exponent)
      : count_(count),
        is_uniform_(exponent == 0 || count == 1),
        // The law does not know of a single one.
        law_(count == 1 ? 1 : count - 1, is_uniform_ ? 2 : exponent) {}

  /// From 0 to count - 1.
  std::uint32_t Draw(Random& random) {
    return is_uniform_ ? random.Below(count_) : law_(random);
  }

 private:
  std::uint32_t count_;
  bool is_uniform_;
  absl::zipf_distribution<std::uint32_t> law_;
};

}  // namespace lockstep::tool
