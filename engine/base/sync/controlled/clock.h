#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace lockstep::engine::sync {
inline namespace controlled {

/// The most threads that a scheduler runs at once.
inline constexpr int kMaxThreads = 8;

/// A set of threads, a bit for each.
using ThreadSet = std::uint32_t;

constexpr ThreadSet SetOf(int thread) noexcept {
  return ThreadSet{1} << static_cast<unsigned>(thread);
}
constexpr bool Has(ThreadSet set, int thread) noexcept {
  return (set & SetOf(thread)) != 0;
}

/// What people call a thread: A, B, ...
constexpr char LetterOf(int thread) noexcept {
  return static_cast<char>('A' + thread);
}

/// A vector clock: how many steps of each thread come before something
/// (F. Mattern, "Virtual Time and Global States of Distributed Systems", 1989).
class Clock {
 public:
  [[nodiscard]] std::uint16_t operator[](int thread) const noexcept {
    return steps_[static_cast<std::size_t>(thread)];
  }
  void Set(int thread, std::uint16_t step) noexcept {
    steps_[static_cast<std::size_t>(thread)] = step;
  }
  /// What comes before either.
  void Join(const Clock& other) noexcept {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      steps_[i] = steps_[i] > other.steps_[i] ? steps_[i] : other.steps_[i];
    }
  }

 private:
  std::array<std::uint16_t, kMaxThreads> steps_{};
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
