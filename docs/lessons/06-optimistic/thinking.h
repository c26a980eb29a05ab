#pragma once

#include <chrono>
#include <cstdint>

namespace lockstep::lessons {

/// Work that takes so long on a core of one's own, and longer if one has to
/// share it: what a function does between looking and deciding.
class Thinking {
 public:
  /// Measures how fast this machine thinks, once in a process.
  explicit Thinking(std::chrono::microseconds time);

  /// Thinks. The result depends on all of it, so that none is left out.
  [[nodiscard]] std::uint64_t Do(std::uint64_t seed) const {
    return Steps(seed, steps_);
  }

 private:
  // A chain of multiplications, each of which waits for the one before. Not
  // inlined, or the compiler might do it where nobody waits for it.
  [[gnu::noinline]] static std::uint64_t Steps(std::uint64_t value,
                                               std::int64_t count);

  std::int64_t steps_;
};

}  // namespace lockstep::lessons
