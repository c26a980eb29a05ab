#pragma once

#include <cstdint>

#include "lockstep/wait.h"
#include "sync_primitives.h"
#include "time_source.h"

namespace lockstep::engine {

/// One operation's patience with locks that others have: spins briefly, then
/// yields the processor between looks, until the caller's limit is up. (A pure
/// spinlock falls to a tenth of its speed when there are more threads than
/// cores; see docs/decisions/0001-account-lock.md.)
class LockWait {
 public:
  explicit LockWait(Wait limit) noexcept : limit_(limit) {}

  /// Call when a lock is found taken for the first time. False: the caller does
  /// not want to wait at all.
  [[nodiscard]] bool Begin() noexcept {
    if (!limit_.is_forever() && limit_.limit_ns() == 0) return false;
    ++waits_;
    return true;
  }

  /// Waits a moment. False: the limit is up.
  [[nodiscard]] bool Again() noexcept {
    if (++looks_ <= kLooksBeforeYield) {
      sync::Pause();
      return true;
    }
    sync::Yield();
    return limit_.is_forever() || !IsUp();
  }

  /// How many locks were waited for so far.
  [[nodiscard]] std::uint32_t waits() const noexcept { return waits_; }

 private:
  // Long enough for a holder on another core to finish a short transfer.
  static constexpr std::uint32_t kLooksBeforeYield = 64;

  // The clock is read only by those who have waited for a while already.
  bool IsUp() noexcept {
    const std::int64_t now_ns = time::SteadyNowNs();
    if (began_ns_ == 0) began_ns_ = now_ns;
    return now_ns - began_ns_ >= limit_.limit_ns();
  }

  const Wait limit_;
  std::uint32_t waits_ = 0;
  std::uint32_t looks_ = 0;
  std::int64_t began_ns_ = 0;
};

}  // namespace lockstep::engine
