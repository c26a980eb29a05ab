#pragma once

#include <cstdint>

namespace lockstep::bench {

/// Work that takes so long on a processor of one's own, and longer if one has
/// to share it: what a transaction function does between looking and deciding.
class Thinking {
 public:
  /// Measures how fast this machine thinks, once in a process.
  explicit Thinking(std::uint64_t nanoseconds);

  /// Thinks. The result depends on all of it, so that none is left out.
  [[nodiscard]] std::uint64_t Do(std::uint64_t seed) const {
    return Steps(seed, steps_);
  }

 private:
  // A chain of multiplications, each of which waits for the one before. Not
  // inlined, or the compiler would move it to where nobody looks at the clock.
  [[gnu::noinline]] static std::uint64_t Steps(std::uint64_t value,
                                               std::uint64_t count);

  std::uint64_t steps_;
};

}  // namespace lockstep::bench
