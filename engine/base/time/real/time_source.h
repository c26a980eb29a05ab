#pragma once

// The time seam, real: the system's clocks.

#include <cstdint>
#include <ctime>

#include "sync_primitives.h"

namespace lockstep::engine::time {
inline namespace real {

/// Nanoseconds that never run backwards, for deadlines. About 20 ns.
inline std::int64_t SteadyNowNs() noexcept {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

/// Nanoseconds since 1970, refreshed by the kernel every few milliseconds.
/// About 5 ns.
inline std::uint64_t CoarseNowNs() noexcept {
  timespec now;
#if defined(CLOCK_REALTIME_COARSE)
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
#else
  clock_gettime(CLOCK_REALTIME, &now);
#endif
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

/// Waits that long, nothing locked: in place if it is short, since to sleep
/// takes some 50 microseconds.
inline void Delay(std::int64_t delay_ns) noexcept {
  constexpr std::int64_t kLongEnoughToSleep = 100'000;
  if (delay_ns >= kLongEnoughToSleep) {
    const timespec delay = {delay_ns / 1'000'000'000, delay_ns % 1'000'000'000};
    nanosleep(&delay, nullptr);  // cut short by a signal is as good
    return;
  }
  const std::int64_t end_ns = SteadyNowNs() + delay_ns;
  while (SteadyNowNs() < end_ns) sync::Yield();
}

}  // namespace real
}  // namespace lockstep::engine::time
