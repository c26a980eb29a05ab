#pragma once

#include <chrono>
#include <cstdint>

namespace lockstep::inline v0_1 {

/// How long an operation may wait for accounts that others have locked, or for
/// the journal while a reader takes its cut. Waiting spins briefly, then yields
/// the processor between looks. (A session that needs a new chunk for the
/// journal, once in some 500 transfers, waits for a mutex besides, whatever is
/// said here; it is held for moments.)
class Wait {
 public:
  /// As long as it takes. Locks are held for well under a microsecond of work,
  /// so this ends unless a lock holder's thread gets no processor for good (as
  /// when a real-time thread waits for an ordinary one on the same core).
  static constexpr Wait Forever() noexcept { return Wait(kForever); }
  /// Not at all: `kBusy` at once.
  static constexpr Wait Never() noexcept { return Wait(0); }
  /// At most so long, all locks together, counted from when it first yields the
  /// processor; then `kBusy`. Negative counts as zero.
  static constexpr Wait AtMost(std::chrono::nanoseconds limit) noexcept {
    return Wait(limit.count() < 0 ? 0 : limit.count());
  }

  /// As long as it takes?
  [[nodiscard]] constexpr bool is_forever() const noexcept {
    return limit_ns_ == kForever;
  }
  /// Zero: never. Meaningless when `is_forever()`.
  [[nodiscard]] constexpr std::int64_t limit_ns() const noexcept {
    return limit_ns_;
  }

 private:
  static constexpr std::int64_t kForever = -1;
  constexpr explicit Wait(std::int64_t limit_ns) noexcept
      : limit_ns_(limit_ns) {}

  std::int64_t limit_ns_;
};

}  // namespace lockstep::inline v0_1
