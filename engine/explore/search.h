#pragma once

#include <cstdint>
#include <memory>

#include "engine/explore/schedule.h"
#include "sync_primitives.h"

namespace lockstep::engine::explore {

/// A way of going through the schedules of a scenario: the director of one run
/// after the other.
class Search : public sync::Director {
 public:
  /// Called once, before anything else.
  void Attach(sync::Scheduler& scheduler) noexcept { scheduler_ = &scheduler; }

  /// Before each run but the first. False: there is no further one.
  virtual bool Next() = 0;
  /// Whether, after Next said that there is no further one, every schedule that
  /// matters was run.
  [[nodiscard]] virtual bool IsExhaustive() const { return false; }
  /// Whether a run did not go as an earlier one with the same choices.
  [[nodiscard]] bool has_strayed() const noexcept { return has_strayed_; }

 protected:
  [[nodiscard]] sync::Scheduler& scheduler() const noexcept {
    return *scheduler_;
  }

  /// Who goes next when it does not matter: the one that went last, so that
  /// there are few changes, else the first.
  static int Default(sync::ThreadSet candidates, int last) noexcept;

  /// The run is not what it was: the scenario depends on something else.
  int Stray() noexcept {
    has_strayed_ = true;
    return kGiveUp;
  }

 private:
  sync::Scheduler* scheduler_ = nullptr;
  bool has_strayed_ = false;
};

/// Which schedules a depth-first search leaves out, as equal to others.
enum class Reduction : std::uint8_t {
  /// None.
  kNone,
  /// Those that begin with a step that could as well come later, after which
  /// everything was searched already: sleep sets (P. Godefroid, "Partial-Order
  /// Methods for the Verification of Concurrent Systems", 1996).
  kSleepSets,
  /// Besides, those that no race leads to: source sets (P. Abdulla, S. Aronis,
  /// B. Jonsson, K. Sagonas, "Optimal Dynamic Partial Order Reduction", 2014,
  /// algorithm 1).
  kSourceSets,
};

/// Every schedule, or one of each set of those that differ only in the order of
/// steps which do not touch each other.
std::unique_ptr<Search> DepthFirst(Reduction reduction);

/// Every schedule in which a thread that could go on is interrupted so many
/// times at most (M. Musuvathi, S. Qadeer, "Iterative Context Bounding for
/// Systematic Testing of Multithreaded Programs", 2007). Not reduced.
std::unique_ptr<Search> PreemptionBounded(int preemptions);

/// So many random schedules, each of which finds a bug of the given depth (the
/// number of ordered steps that it takes) with a probability of at least
/// 1 / (threads * steps^(depth - 1)): probabilistic concurrency testing
/// (S. Burckhardt, P. Kothari, M. Musuvathi, S. Nagarakatte, "A Randomized
/// Scheduler with Probabilistic Guarantees of Finding Bugs", 2010).
std::unique_ptr<Search> Probabilistic(std::uint64_t seed, int depth,
                                      std::uint64_t runs);

/// One schedule. Where it ends, the run goes on by the default; `is_broken` is
/// set if the scenario does not allow it.
std::unique_ptr<Search> Replay(const Schedule& schedule, bool& is_broken);

}  // namespace lockstep::engine::explore
