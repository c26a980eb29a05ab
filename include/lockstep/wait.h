#pragma once

#include <chrono>
#include <cstdint>

namespace lockstep {

/// How long an operation may wait for an account that another one has locked.
/// Waiting spins briefly, then yields the processor between looks.
class Wait {
 public:
  /// As long as it takes. Locks are held for well under a microsecond of work,
  /// so this ends unless a lock holder's thread is stopped for good.
  static constexpr Wait Forever() noexcept { return Wait(kForever); }
  /// Not at all: `kBusy` at once.
  static constexpr Wait Never() noexcept { return Wait(0); }
  /// At most so long, all locks together; then `kBusy`. Negative counts as
  /// zero.
  static constexpr Wait AtMost(std::chrono::nanoseconds limit) noexcept {
    return Wait(limit.count() < 0 ? 0 : limit.count());
  }

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

}  // namespace lockstep
