#pragma once

#include <cstdint>

#include "lockstep/ids.h"
#include "lockstep/outcome.h"
#include "lockstep/tick_source.h"
#include "sync_primitives.h"
#include "time_source.h"

namespace lockstep::engine {

/// The ledger's time: what the host set last, or the system's coarse clock.
class TickClock {
 public:
  explicit TickClock(TickSource source) noexcept : source_(source) {}

  [[nodiscard]] Tick Now() const noexcept {
    if (source_ == TickSource::kSystemClock) return Tick(time::CoarseNowNs());
    // Relaxed: a time guards nothing.
    return Tick(now_.load(std::memory_order_relaxed));
  }

  [[nodiscard]] Outcome Advance(Tick now) noexcept {
    if (source_ == TickSource::kSystemClock) return Outcome::kInvalidOption;
    std::uint64_t present = now_.load(std::memory_order_relaxed);
    do {
      if (now.value() < present) return Outcome::kTimeRunsBackwards;
    } while (!now_.compare_exchange_weak(present, now.value(),
                                         std::memory_order_relaxed));
    return Outcome::kOk;
  }

 private:
  const TickSource source_;
  sync::Atomic<std::uint64_t> now_ = 0;
};

}  // namespace lockstep::engine
