#include <algorithm>
#include <bit>
#include <random>
#include <vector>

#include "engine/explore/search.h"

namespace lockstep::engine::explore {
namespace {

using sync::Has;
using sync::SetOf;
using sync::ThreadSet;

class PreemptionBoundedSearch final : public Search {
 public:
  explicit PreemptionBoundedSearch(int preemptions) : bound_(preemptions) {}

  bool Next() override {
    while (!nodes_.empty()) {
      Node& node = nodes_.back();
      if (node.rest != 0) {
        node.chosen = std::countr_zero(node.rest);
        node.rest &= node.rest - 1;
        depth_ = 0;
        preemptions_ = 0;
        return true;
      }
      nodes_.pop_back();
    }
    return false;
  }
  // Of those within the bound, which are not all.

  int Choose(ThreadSet enabled, int last) override {
    const bool can_go_on = Has(enabled, last) && depth_ > 0;
    if (depth_ == nodes_.size()) {
      const int chosen = Default(enabled, last);
      const bool is_free = !can_go_on || preemptions_ < bound_;
      nodes_.push_back(
          {enabled, is_free ? enabled & ~SetOf(chosen) : 0, chosen});
    }
    if (nodes_[depth_].enabled != enabled) return Stray();
    const int chosen = nodes_[depth_++].chosen;
    if (can_go_on && chosen != last) ++preemptions_;
    return chosen;
  }

 private:
  struct Node {
    ThreadSet enabled = 0;
    ThreadSet rest = 0;
    int chosen = 0;
  };

  const int bound_;
  std::vector<Node> nodes_;
  std::size_t depth_ = 0;
  int preemptions_ = 0;
};

class ProbabilisticSearch final : public Search {
 public:
  ProbabilisticSearch(std::uint64_t seed, int depth, std::uint64_t runs)
      : random_(seed), depth_(depth), runs_left_(runs) {
    Prepare();
  }

  bool Next() override {
    longest_ = std::max(longest_, step_);
    if (runs_left_ <= 1) return false;
    --runs_left_;
    Prepare();
    return true;
  }

  int Choose(ThreadSet enabled, int /*last*/) override {
    int first = -1;
    for (ThreadSet rest = enabled; rest != 0; rest &= rest - 1) {
      const int thread = std::countr_zero(rest);
      if (first < 0 || PriorityOf(thread) > PriorityOf(first)) first = thread;
    }
    // Where it changes, the one that would go next falls behind all others.
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      if (changes_[i] != step_) continue;
      changes_[i] = kDone;
      PriorityOf(first) = -static_cast<int>(i) - 1;
      return Choose(enabled, first);
    }
    ++step_;
    return first;
  }

 private:
  static constexpr std::uint64_t kDone = UINT64_MAX;
  // How many steps the first run has, perhaps.
  static constexpr std::uint64_t kGuess = 100;

  int& PriorityOf(int thread) {
    return priorities_[static_cast<std::size_t>(thread)];
  }

  void Prepare() {
    step_ = 0;
    for (std::size_t i = 0; i < priorities_.size(); ++i) {
      priorities_[i] = static_cast<int>(i);
    }
    std::shuffle(priorities_.begin(), priorities_.end(), random_);
    changes_.clear();
    std::uniform_int_distribution<std::uint64_t> at(
        0, (longest_ == 0 ? kGuess : longest_) - 1);
    for (int i = 1; i < depth_; ++i) changes_.push_back(at(random_));
  }

  std::mt19937_64 random_;
  const int depth_;
  std::uint64_t runs_left_;
  std::uint64_t longest_ = 0;  // steps of the longest run so far
  std::uint64_t step_ = 0;
  std::array<int, sync::kMaxThreads> priorities_{};
  std::vector<std::uint64_t> changes_;
};

class ReplaySearch final : public Search {
 public:
  ReplaySearch(const Schedule& schedule, bool& is_broken)
      : turns_(schedule.turns()), is_broken_(is_broken) {
    is_broken_ = false;
  }

  bool Next() override { return false; }

  int Choose(ThreadSet enabled, int last) override {
    if (step_ >= turns_.size()) return Default(enabled, last);
    const int next = turns_[step_++];
    if (Has(enabled, next)) return next;
    is_broken_ = true;
    return kGiveUp;
  }

 private:
  const std::vector<int> turns_;
  bool& is_broken_;
  std::size_t step_ = 0;
};

}  // namespace

int Search::Default(ThreadSet candidates, int last) noexcept {
  return Has(candidates, last) ? last : std::countr_zero(candidates);
}

std::unique_ptr<Search> PreemptionBounded(int preemptions) {
  return std::make_unique<PreemptionBoundedSearch>(preemptions);
}

std::unique_ptr<Search> Probabilistic(std::uint64_t seed, int depth,
                                      std::uint64_t runs) {
  return std::make_unique<ProbabilisticSearch>(seed, depth, runs);
}

std::unique_ptr<Search> Replay(const Schedule& schedule, bool& is_broken) {
  return std::make_unique<ReplaySearch>(schedule, is_broken);
}

}  // namespace lockstep::engine::explore
