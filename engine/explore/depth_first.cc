#include <bit>
#include <vector>

#include "engine/explore/search.h"

namespace lockstep::engine::explore {
namespace {

using sync::Clock;
using sync::Event;
using sync::Has;
using sync::SetOf;
using sync::ThreadSet;

// Where the current run had a choice: before each of its steps.
struct Node {
  ThreadSet enabled = 0;
  // Whom to try here, and who was tried, the present one among them.
  ThreadSet to_try = 0;
  ThreadSet tried = 0;
  // Whose next step was searched already where the run came from, and has not
  // met one that it depends on since.
  ThreadSet asleep = 0;
  int chosen = 0;
  // The step that was taken, once it was: it is the same in every run.
  bool is_taken = false;
  sync::StepKind kind = sync::StepKind::kLoad;
  std::uint16_t object = 0;
};

class DepthFirstSearch final : public Search {
 public:
  explicit DepthFirstSearch(Reduction reduction) : reduction_(reduction) {
    nodes_.reserve(1024);
  }

  bool Next() override {
    while (!nodes_.empty()) {
      Node& node = nodes_.back();
      ThreadSet rest = node.to_try & ~node.tried;
      if (reduction_ != Reduction::kNone) rest &= ~node.asleep;
      if (rest != 0) {
        node.chosen = std::countr_zero(rest);
        node.tried |= SetOf(node.chosen);
        node.is_taken = false;
        depth_ = 0;
        asleep_ = 0;
        return true;
      }
      nodes_.pop_back();
    }
    return false;
  }
  bool IsExhaustive() const override { return nodes_.empty(); }

  int Choose(ThreadSet enabled, int last) override {
    // As far as the step that differs from the last run's, races are known.
    scheduler().LookForRaces(reduction_ == Reduction::kSourceSets &&
                             depth_ + 1 >= nodes_.size());
    if (has_strayed()) return kGiveUp;
    if (depth_ < nodes_.size()) {
      const Node& node = nodes_[depth_];
      return node.enabled == enabled ? node.chosen : Stray();
    }
    ThreadSet candidates = enabled;
    if (reduction_ != Reduction::kNone) candidates &= ~asleep_;
    if (candidates == 0) return kGiveUp;  // all that follows was searched
    const int chosen = Default(candidates, last);
    Node& node = nodes_.emplace_back();
    node.enabled = enabled;
    node.to_try =
        reduction_ == Reduction::kSourceSets ? SetOf(chosen) : enabled;
    node.tried = SetOf(chosen);
    node.asleep = asleep_;
    node.chosen = chosen;
    return chosen;
  }

  void Happened() override {
    Node& node = nodes_[depth_];
    ++depth_;
    const Event& event = scheduler().trace().back();
    if (node.is_taken &&
        (node.kind != event.kind || node.object != event.object)) {
      Stray();
    }
    node.is_taken = true;
    node.kind = event.kind;
    node.object = event.object;
    if (reduction_ == Reduction::kNone) return;
    // Who was tried here before has been searched to the end.
    ThreadSet rest = (node.asleep | node.tried) & ~SetOf(node.chosen);
    for (asleep_ = 0; rest != 0; rest &= rest - 1) {
      const int thread = std::countr_zero(rest);
      if (scheduler().IsIndependent(thread, event)) asleep_ |= SetOf(thread);
    }
    TryRaces();
  }
  void WouldHappen() override { TryRaces(); }
  // Races with the steps that did not come about are not known.
  void IsCut() override {
    for (Node& node : nodes_) node.to_try = node.enabled;
  }

 private:
  // For each step that the last one races with, sees to it that a schedule is
  // tried in which the last one comes first.
  void TryRaces() {
    for (const std::uint32_t place : scheduler().races()) {
      Node& node = nodes_[place];
      const ThreadSet initials = Initials(place);
      if ((initials & node.to_try) != 0) continue;
      const int mine = scheduler().trace().back().thread;
      const ThreadSet able = initials & node.enabled;
      if (Has(able, mine)) {
        node.to_try |= SetOf(mine);
      } else if (able != 0) {
        node.to_try |= able & (~able + 1);  // the lowest one
      } else {
        node.to_try = node.enabled;
      }
    }
  }

  // Of the steps after the one at `place` that do not come of it, and the last
  // step: the threads of those that come of none of the others. Each of them
  // can begin a schedule in which the last step comes before the one at
  // `place`.
  [[nodiscard]] ThreadSet Initials(std::uint32_t place) const {
    const std::vector<Event>& trace = scheduler().trace();
    const Event& raced = trace[place];
    ThreadSet initials = 0;
    ThreadSet seen = 0;
    Clock first_of;
    for (std::size_t i = place + 1; i < trace.size(); ++i) {
      const Event& event = trace[i];
      const bool is_last = i + 1 == trace.size();
      if (!is_last && event.before[raced.thread] >= raced.number) continue;
      if (Has(seen, event.thread)) continue;
      bool is_first = true;
      for (ThreadSet rest = seen; rest != 0; rest &= rest - 1) {
        const int thread = std::countr_zero(rest);
        is_first &= event.before[thread] < first_of[thread];
      }
      seen |= SetOf(event.thread);
      first_of.Set(event.thread, event.number);
      if (is_first) initials |= SetOf(event.thread);
    }
    return initials;
  }

  const Reduction reduction_;
  std::vector<Node> nodes_;
  std::size_t depth_ = 0;
  ThreadSet asleep_ = 0;
};

}  // namespace

std::unique_ptr<Search> DepthFirst(Reduction reduction) {
  return std::make_unique<DepthFirstSearch>(reduction);
}

}  // namespace lockstep::engine::explore
