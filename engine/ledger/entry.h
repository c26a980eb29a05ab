#pragma once

#include <chrono>
#include <memory>
#include <new>

#include "engine/posting/inside_function.h"
#include "lockstep/ledger.h"

// What the public functions begin and end with.

namespace lockstep::engine {

/// Why nothing may be asked of a ledger: it was moved from, or the thread is
/// inside a transaction function. `kOk`: it may.
[[nodiscard]] inline Outcome WhyBarred(
    const std::shared_ptr<LedgerCore>& core) noexcept {
  if (core == nullptr) return Outcome::kLedgerClosed;
  return IsInsideFunction() ? Outcome::kInsideTransaction : Outcome::kOk;
}
[[nodiscard]] inline bool IsOpen(
    const std::shared_ptr<LedgerCore>& core) noexcept {
  return WhyBarred(core) == Outcome::kOk;
}

inline constexpr std::uint64_t kLeastSegmentBytes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kMostSegmentBytes = std::uint64_t{1} << 30;

/// Whether a ledger can be opened like this.
[[nodiscard]] inline bool AreValid(const LedgerOptions& options) noexcept {
  return options.concurrency <= Concurrency::kSingleThread &&
         options.tick_source <= TickSource::kSystemClock &&
         options.log_segment_bytes >= kLeastSegmentBytes &&
         options.log_segment_bytes <= kMostSegmentBytes &&
         options.flush_every >= std::chrono::nanoseconds::zero() &&
         (!options.directory.empty() ||
          options.flush_every == std::chrono::nanoseconds::zero()) &&
         options.expire_every >= std::chrono::nanoseconds::zero() &&
         (options.expire_every == std::chrono::nanoseconds::zero() ||
          options.concurrency == Concurrency::kMultiThread);
}

/// Calls `function()`; what the standard library throws ends here.
template <class Function>
auto OrOutOfMemory(Function&& function) noexcept -> decltype(function()) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

}  // namespace lockstep::engine
