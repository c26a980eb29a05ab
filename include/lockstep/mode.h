#pragma once

#include <chrono>
#include <cstdint>

namespace lockstep::inline v0_1 {

/// How an operation keeps others away from its accounts. What it does, and when
/// it is refused, is the same in each mode; all of them may be used at once, on
/// the same accounts. `docs/performance.md` says where each of them is faster.
enum class Mode : std::uint8_t {
  /// Takes its accounts' locks in order, looks, thinks, changes, lets go.
  kLocked = 0,
  /// Looks at its accounts without locking them and thinks; then takes their
  /// locks in order, each only if the account is still at the version that it
  /// saw, and changes them. If one is not, that is a conflict: it lets go and
  /// tries again, as its RetryPolicy says. (H. Kung, J. Robinson, "On
  /// Optimistic Methods for Concurrency Control", 1981.)
  kOptimistic = 1,
  /// One of the two, as what this session's operations have met so far makes
  /// it likely to be faster.
  kAuto = 2,
};

/// What an optimistic operation does after its last attempt met a conflict.
enum class AfterLastAttempt : std::uint8_t {
  kLock = 0,    ///< it does the same in locked mode, where nothing conflicts
  kRefuse = 1,  ///< it is refused with `kConflict`
};

/// How an optimistic operation goes on after a conflict. The default ends in
/// locked mode, so that an operation that can be posted is.
struct RetryPolicy {
  /// No policy has more attempts than this.
  static constexpr std::uint16_t kMaxAttempts = 10'000;

  /// How many attempts are made without locks, the first one counted: from 1 to
  /// kMaxAttempts.
  std::uint16_t attempts = 8;
  /// What follows the last of them.
  AfterLastAttempt then = AfterLastAttempt::kLock;
  /// Before attempt n + 1 it waits a random time between zero and `base_delay`
  /// times 2^(n - 1), `max_delay` at most (exponential backoff with full
  /// jitter; M. Brooker, "Exponential Backoff and Jitter", 2015). Neither is
  /// negative. Nothing is locked meanwhile.
  std::chrono::nanoseconds base_delay{100};
  /// The most that is waited between two attempts.
  std::chrono::nanoseconds max_delay{50'000};
};

}  // namespace lockstep::inline v0_1
