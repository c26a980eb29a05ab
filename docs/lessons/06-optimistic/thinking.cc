#include "06-optimistic/thinking.h"

#include <algorithm>
#include <limits>

namespace lockstep::lessons {

Thinking::Thinking(std::chrono::microseconds time) {
  using Clock = std::chrono::steady_clock;
  // The shortest of several times is the one that was not interrupted.
  static const double steps_per_us = [] {
    constexpr std::int64_t kSteps = 50'000;
    double shortest_us = std::numeric_limits<double>::max();
    std::uint64_t value = 1;
    for (int i = 0; i < 20; ++i) {
      const Clock::time_point start = Clock::now();
      value = Steps(value, kSteps);
      const std::chrono::duration<double, std::micro> took =
          Clock::now() - start;
      shortest_us = std::min(shortest_us, took.count());
    }
    // The value is never 0, but it takes all the steps to know it.
    return value == 0 ? 0 : static_cast<double>(kSteps) / shortest_us;
  }();
  steps_ = static_cast<std::int64_t>(static_cast<double>(time.count()) *
                                     steps_per_us);
}

std::uint64_t Thinking::Steps(std::uint64_t value, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    value = value * 6364136223846793005U + 1442695040888963407U;
  }
  return value | 1;
}

}  // namespace lockstep::lessons
