#pragma once

#include <algorithm>
#include <cstdint>

#include "lockstep/mode.h"
#include "time_source.h"

namespace lockstep::engine {

/// One operation's delays between its attempts, as a RetryPolicy says.
class Backoff {
 public:
  /// `jitter` is where the session's random numbers go on; both are kept as
  /// references.
  Backoff(const RetryPolicy& policy, std::uint64_t& jitter) noexcept
      : policy_(policy), jitter_(jitter) {}

  /// Waits for the next delay. Nothing may be locked.
  void Wait() noexcept {
    const std::int64_t delay_ns = NextDelayNs();
    if (delay_ns > 0) time::Delay(delay_ns);
  }

  /// A time between zero and the most that it may be by now, which then
  /// doubles.
  [[nodiscard]] std::int64_t NextDelayNs() noexcept {
    const auto base = static_cast<std::uint64_t>(policy_.base_delay.count());
    const auto most = static_cast<std::uint64_t>(policy_.max_delay.count());
    // Nothing stays nothing, however often it is doubled.
    if (base == 0 || most == 0) return 0;
    // Shifted only as far as it stays below the most there can be.
    const bool is_capped = doublings_ >= 63 || base > most >> doublings_;
    const std::uint64_t limit = is_capped ? most : base << doublings_;
    ++doublings_;
    // Below `limit` + 1, which is at most 2^63.
    return static_cast<std::int64_t>(NextRandom() % (limit + 1));
  }

 private:
  // SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom
  // Number Generators", 2014).
  std::uint64_t NextRandom() noexcept {
    std::uint64_t z = jitter_ += 0x9E37'79B9'7F4A'7C15;
    z = (z ^ z >> 30) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ z >> 27) * 0x94D0'49BB'1331'11EB;
    return z ^ z >> 31;
  }

  const RetryPolicy& policy_;
  std::uint64_t& jitter_;
  unsigned doublings_ = 0;
};

}  // namespace lockstep::engine
