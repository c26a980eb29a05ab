#pragma once

#include <cstdint>

namespace lockstep::inline v0_1 {

/// Where the ledger's time comes from.
enum class TickSource : std::uint8_t {
  /// From the host, through `Ledger::Advance`. It stands still otherwise.
  kHost = 0,
  /// Nanoseconds since 1970 from the system's coarse clock, which the kernel
  /// refreshes every few milliseconds; `Advance` is refused.
  kSystemClock = 1,
};

}  // namespace lockstep::inline v0_1
