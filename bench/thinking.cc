#include "bench/thinking.h"

#include <algorithm>
#include <chrono>

namespace lockstep::bench {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Thinking::Thinking(std::uint64_t nanoseconds) {
  // The fastest of several tries: nobody came between.
  static const double steps_per_ns = [] {
    constexpr std::uint64_t kSteps = 1 << 16;
    double best = 0;
    std::uint64_t value = 1;
    for (int i = 0; i < 50; ++i) {
      const Clock::time_point begin = Clock::now();
      value = Steps(value, kSteps);
      const std::chrono::duration<double, std::nano> took =
          Clock::now() - begin;
      best = std::max(best, static_cast<double>(kSteps) / took.count());
    }
    return value == 0 ? 0 : best;  // the value is never 0, but is needed
  }();
  steps_ = static_cast<std::uint64_t>(static_cast<double>(nanoseconds) *
                                      steps_per_ns);
}

std::uint64_t Thinking::Steps(std::uint64_t value, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    value = value * 6364136223846793005 + 1442695040888963407;
  }
  return value | 1;
}

}  // namespace lockstep::bench
