#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/fraud_desk.h"
#include "engine/tool/economy/scenario.h"
#include "engine/tool/economy/worker.h"
#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// A moment of the scenario that came, for whoever draws or lists the run.
struct EventMark {
  Tick tick;
  /// Since the start of the run.
  double seconds = 0;
  std::string text;
  /// What there was of each asset just before, and what one cost (MarketPriceOf
  /// the economy), by asset.
  std::vector<Minor> supplies = {};
  std::vector<Minor> prices = {};
};

/// How far a run is.
struct RunTime {
  /// From 0 to 1, of the run's time or transfers.
  double fraction = 0;
  Tick tick;
  double seconds = 0;
};

/// Lets the events of a scenario happen when their time has come, through the
/// ledger like everything else. Any worker may be the one that does it; the
/// others play on until the next one is due, and then ask for the rules.
class Director {
 public:
  /// `activities` are those at the start. All three must outlive it.
  Director(gsl::not_null<const Economy*> economy,
           std::span<const Activity> activities,
           std::span<const Moment> timeline) noexcept;

  /// Whether there is anything left to happen.
  [[nodiscard]] bool is_waiting() const noexcept {
    return came_.load(std::memory_order_relaxed) < timeline_.size();
  }

  /// Lets happen all whose time has come; `worker` posts what is to be posted.
  /// If somebody else is at it, that is waited for: nobody plays on by the
  /// rules of another time.
  void Perform(const RunTime& now, Worker& worker);

  /// How many moments came: the number of the present rules.
  [[nodiscard]] std::size_t came() const noexcept {
    // Relaxed, as in Perform: the rules were there before the threads were.
    return came_.load(std::memory_order_relaxed);
  }
  /// The activities after so many moments.
  [[nodiscard]] std::span<const Activity> RulesAfter(
      std::size_t moments) const noexcept {
    if (moments == 0) return activities_;
    return timeline_[moments - 1].activities;
  }

  /// What came, in order. For when all have stopped.
  [[nodiscard]] const std::vector<EventMark>& marks() const noexcept {
    return marks_;
  }
  /// What fraud desks found, in order. The same.
  [[nodiscard]] const std::vector<Fraud>& frauds() const noexcept {
    return frauds_;
  }

 private:
  [[nodiscard]] static bool IsDue(const EventTime& at, const RunTime& now);
  [[nodiscard]] bool IsNextDue(const RunTime& now) const {
    const std::size_t next = came();
    return next < timeline_.size() && IsDue(timeline_[next].at, now);
  }
  void LetHappen(const RunTime& now, Worker& worker);
  /// Lets the desk read on, if nobody else does.
  void Follow(Tick now);
  /// For the holder of the desk's mutex.
  FraudDesk& TheDesk();
  /// What is done, as the end of a sentence.
  std::string Do(std::monostate, Worker& worker);
  std::string Do(const Freeze& freeze, Worker& worker);
  std::string Do(const Confiscate& found, Worker& worker);
  std::string Do(const Grant& grant, Worker& worker);
  std::string Do(const Desk& desk, Worker& worker);

  /// All accounts of an agent.
  void Lock(Agent agent);
  void Unlock(Agent agent);
  Minor BurnAll(Agent agent, Asset asset, Worker& worker);
  std::vector<Fraud> Recover(FraudDesk& desk, Worker& worker);

  gsl::not_null<const Economy*> economy_;
  std::span<const Activity> activities_;
  std::span<const Moment> timeline_;
  bool has_desk_ = false;
  std::atomic<std::size_t> came_ = 0;

  /// Held by whoever lets something happen; it guards what follows.
  std::mutex mutex_;
  std::vector<EventMark> marks_;
  std::vector<Fraud> frauds_;
  /// Whom a desk keeps frozen until it is over, by its activity.
  std::map<std::size_t, std::vector<Agent>> kept_;

  /// Locked after the other one, or alone. It guards what follows.
  std::mutex desk_mutex_;
  /// Made when it is first looked whether something is due.
  std::optional<FraudDesk> desk_;
  Tick followed_;
};

}  // namespace lockstep::tool
