#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "lockstep/mode.h"

namespace lockstep::engine {

/// How a session's transactions in `Mode::kAuto` choose between the two modes:
/// by how long its own ones took, waiting and repeated attempts included. There
/// is no theory in it of when which mode is better; docs/performance.md has the
/// measurements.
///
/// Experience is kept for each kind of transaction function by itself. Of a
/// kind's transactions some are timed: so few that looking at the clock takes
/// less than a hundredth of the time. Of those timed a few are made in the mode
/// that seems slower, to see whether it still is: at first one in eight, and
/// each time that it is, half as many, down to one in 256. A time counts for
/// eight times what is usual at the most, because a thread that loses its
/// processor in the middle says nothing about the mode.
///
/// For the session's thread.
class ModeChooser {
 public:
  /// How many timings come before the first trial.
  static constexpr std::uint32_t kFirstTrialEvery = 64;

  class Experience {
   public:
    Experience() noexcept = default;
    explicit Experience(std::uintptr_t kind) noexcept : kind_(kind) {}

    [[nodiscard]] std::uintptr_t kind() const noexcept { return kind_; }
    /// The mode of the next transaction; whether it is to be timed.
    [[nodiscard]] Mode Next(bool& is_timed) noexcept;
    /// What a timed one took.
    void Learn(Mode mode, std::int64_t took_ns) noexcept;

   private:
    /// Sixteenths of a nanosecond.
    using Cost = std::int64_t;

    [[nodiscard]] std::uint32_t TransactionsATiming() const noexcept;
    void Compare() noexcept;
    [[nodiscard]] static std::size_t PlaceOf(Mode mode) noexcept {
      return mode == Mode::kOptimistic ? 1 : 0;
    }

    std::uintptr_t kind_ = 0;
    std::array<Cost, 2> costs_{};  // 0: not known
    Mode better_ = Mode::kLocked;
    /// How many transactions until the next one is timed, how many timings
    /// until the next one is a trial, and of how many one is.
    std::uint32_t until_timing_ = 0;
    std::uint32_t until_trial_ = kFirstTrialEvery;
    std::uint32_t trial_every_ = kFirstTrialEvery;
    std::uint32_t trials_left_ = 0;
  };

  /// What was chosen for one transaction, and what must be known to learn from
  /// it.
  struct Choice {
    Mode mode = Mode::kLocked;
    Experience* experience = nullptr;  // null: it is not timed
    std::int64_t began_ns = 0;
  };

  /// For the transaction that begins now, with a function of this kind.
  [[nodiscard]] Choice Choose(std::uintptr_t kind) noexcept;
  /// When it is over.
  static void Learn(const Choice& choice) noexcept;

 private:
  static constexpr std::size_t kKinds = 8;

  /// By kind; two that want the same place take it from one another.
  std::array<Experience, kKinds> experiences_;
};

}  // namespace lockstep::engine
