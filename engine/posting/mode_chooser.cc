#include "engine/posting/mode_chooser.h"

#include <algorithm>

#include "time_source.h"

namespace lockstep::engine {
namespace {

constexpr std::int64_t kUnit = 16;  // of a cost, in a nanosecond

// What two looks at the clock take, where looking is cheap; a part of the time
// that may go to them, small enough where they take four times as long; and how
// rarely one is timed at the most.
constexpr std::int64_t kTiming_ns = 64;
constexpr std::int64_t kShareOfTimings = 400;
constexpr std::int64_t kMostATiming = 512;

// A new cost has this weight beside what is known.
constexpr std::int64_t kWeight = 8;
// What is longer than so many times the usual counts as this.
constexpr std::int64_t kMostTimesUsual = 8;

// Two costs that differ by less than this part of them are as good.
constexpr std::int64_t kNoise = 32;

// Trials are so many timings in a row, of the mode that seems slower.
constexpr std::uint32_t kTrialsInARow = 8;
constexpr std::uint32_t kFirstTrialEvery = ModeChooser::kFirstTrialEvery;
constexpr std::uint32_t kLastTrialEvery = 32 * kFirstTrialEvery;

constexpr Mode Other(Mode mode) noexcept {
  return mode == Mode::kLocked ? Mode::kOptimistic : Mode::kLocked;
}

}  // namespace

Mode ModeChooser::Experience::Next(bool& is_timed) noexcept {
  is_timed = until_timing_ == 0;
  if (!is_timed) {
    --until_timing_;
    return better_;
  }
  until_timing_ = TransactionsATiming() - 1;
  if (trials_left_ == 0 && until_trial_ == 0) {
    trials_left_ = kTrialsInARow;
    // What was known of it is old, and may be of the time when all was new.
    costs_[PlaceOf(Other(better_))] = 0;
  }
  if (trials_left_ > 0) return Other(better_);
  --until_trial_;
  return better_;
}

std::uint32_t ModeChooser::Experience::TransactionsATiming() const noexcept {
  const Cost usual = costs_[PlaceOf(better_)];
  if (usual == 0) return 1;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      kTiming_ns * kUnit * kShareOfTimings / usual, 1, kMostATiming));
}

void ModeChooser::Experience::Learn(Mode mode, std::int64_t took_ns) noexcept {
  Cost& cost = costs_[PlaceOf(mode)];
  const Cost took = std::max<std::int64_t>(took_ns, 1) * kUnit;
  if (cost == 0) {
    cost = took;
  } else {
    cost += (std::min(took, cost * kMostTimesUsual) - cost) / kWeight;
  }
  if (mode != better_ && trials_left_ > 0 && --trials_left_ == 0) Compare();
}

void ModeChooser::Experience::Compare() noexcept {
  const Mode other = Other(better_);
  // By more than the noise of a few timings.
  const Cost known = costs_[PlaceOf(better_)];
  if (costs_[PlaceOf(other)] < known - known / kNoise) {
    better_ = other;
    trial_every_ = kFirstTrialEvery;
  } else {
    trial_every_ = std::min(trial_every_ * 2, kLastTrialEvery);
  }
  until_trial_ = trial_every_;
}

ModeChooser::Choice ModeChooser::Choose(std::uintptr_t kind) noexcept {
  // Functions lie 16 bytes apart or more.
  Experience& experience = experiences_[kind / 16 % kKinds];
  if (experience.kind() != kind) experience = Experience(kind);
  Choice choice;
  bool is_timed = false;
  choice.mode = experience.Next(is_timed);
  if (!is_timed) return choice;
  choice.experience = &experience;
  choice.began_ns = time::SteadyNowNs();
  return choice;
}

void ModeChooser::Learn(const Choice& choice) noexcept {
  if (choice.experience == nullptr) return;
  choice.experience->Learn(choice.mode, time::SteadyNowNs() - choice.began_ns);
}

}  // namespace lockstep::engine
