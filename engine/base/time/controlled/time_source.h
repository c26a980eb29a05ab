#pragma once

// The time seam, controlled: a clock that does not depend on who runs when.

#include <cstdint>

#include "sync_primitives.h"

namespace lockstep::engine::time {
inline namespace controlled {

/// A microsecond later at each look of the same thread: so that a wait ends
/// after so many looks, whatever the others do meanwhile.
inline std::int64_t SteadyNowNs() {
  struct Looks {
    std::int64_t count = 0;
  };
  return ++sync::PerThread<Looks>().count * 1000;
}

/// Always the same.
inline std::uint64_t CoarseNowNs() noexcept {
  return 1'000'000'000'000'000'000;
}

/// Takes no time: whoever goes on meanwhile is the scheduler's choice anyway.
inline void Delay(std::int64_t /*delay_ns*/) noexcept {}

}  // namespace controlled
}  // namespace lockstep::engine::time
