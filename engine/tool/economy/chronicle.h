#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/tool/base/latency.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/tally.h"
#include "engine/tool/economy/wealth.h"
#include "gsl/pointers"
#include "lockstep/lockstep.h"

// What happened when in a run. The thread that waits for the workers looks at
// the ledger every now and then (an observation) and numbers the interval that
// begins there; each worker notes, by that number, what it did in each
// interval. No lock is taken and nothing is shared but the number. A long run
// is not remembered longer: what lies side by side is merged, at half the
// detail.

namespace lockstep::tool {

/// How many intervals are kept at most; then every two become one.
inline constexpr std::size_t kMostIntervals = 256;

/// What was done in one interval.
struct Interval {
  std::uint64_t number = 0;
  /// By the outcome's number.
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  /// By the good.
  std::array<Sales, kMaxGameAssets> sales{};
  std::vector<LatencyHistogram::BucketCount> latency;
};

/// Adds `other` to `interval`, whose number stays.
void Merge(Interval& interval, const Interval& other);

/// What one worker did in each interval. For one thread.
class IntervalLog {
 public:
  /// From now on what the worker does belongs to the interval `number`; what
  /// `tally` has more than at the last call belongs to the interval before it.
  /// Numbers only rise.
  void Begin(std::uint64_t number, const Tally& tally);
  /// The number of the interval that the worker is in.
  [[nodiscard]] std::uint64_t current() const noexcept { return current_; }

  /// After `Begin` was called for the last time; by number, rising. Two
  /// intervals of the same log never agree in `number >> shift()`.
  [[nodiscard]] std::span<const Interval> intervals() const noexcept {
    return intervals_;
  }
  [[nodiscard]] int shift() const noexcept { return shift_; }

 private:
  void HalveTheDetail();

  std::vector<Interval> intervals_;
  int shift_ = 0;
  std::uint64_t current_ = 0;
  // What the tally said when the present interval began.
  std::array<std::uint64_t, kOutcomeCount> outcomes_{};
  std::array<Sales, kMaxGameAssets> sales_{};
  LatencyHistogram latency_;
};

/// The ledger as it stood when an interval began, or at the end.
struct Observation {
  std::uint64_t number = 0;
  /// Since the start of the run.
  double seconds = 0;
  Tick tick;
  /// By the asset, all of one moment. Of one in which debts are kept: what is
  /// owed to the banks.
  std::array<Minor, kMaxGameAssets> supplies{};
  double gini = 0;
};

/// What happened when.
struct Chronicle {
  /// From the start to the end: one more than there are intervals, or none at
  /// all if nobody looked.
  std::vector<Observation> observations;
  /// The i-th lasts from observation i to observation i + 1.
  std::vector<Interval> intervals;
  /// How the players' wealth was spread at the start: a LorenzCurve.
  std::vector<double> lorenz_at_start;
  /// How many players the Gini coefficients are drawn from.
  std::uint32_t sampled_players = 0;
};

/// Looks at the ledger while others play. For the one thread that waits.
class Observer {
 public:
  using Clock = std::chrono::steady_clock;

  /// Looks for the first time; throws std::bad_alloc. `step` is the shortest
  /// time between two looks. The economy must outlive the observer.
  Observer(gsl::not_null<const Economy*> economy, Clock::duration step);

  /// Starts the clock.
  void Start(Clock::time_point start) noexcept { start_ = start; }
  /// When to look next.
  [[nodiscard]] Clock::time_point due() const noexcept;
  /// Reads the ledger as it is at one moment. (Where there is no memory for
  /// that, what was read last stays.) That takes long enough to be followed by
  /// another look at the clock:
  void Look();
  /// An interval begins now, with what was read last. Returns its number,
  /// for the workers to know at once.
  std::uint64_t Begin(Clock::time_point now);

  /// The run ended now: puts together what all have seen.
  [[nodiscard]] Chronicle Finish(Clock::time_point now,
                                 std::span<const IntervalLog* const> logs) &&;

 private:
  void HalveTheDetail(int shift);
  void See(const Snapshot& moment);

  gsl::not_null<const Economy*> economy_;
  WealthSample sample_;
  Clock::duration step_;
  Clock::time_point start_;
  int shift_ = 0;
  Observation seen_;
  Chronicle chronicle_;
};

}  // namespace lockstep::tool
