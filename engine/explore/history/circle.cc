#include "engine/explore/history/circle.h"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <string>
#include <unordered_map>

namespace lockstep::engine::explore {
namespace {

// How many edges a search for one kind of circle looks at before it makes do
// with what it found: a component may be as large as the history, and looking
// from everywhere would be quadratic.
constexpr std::size_t kMaxEdgesLookedAt = 2'000'000;

// A set of dependencies, as bits.
using Whys = unsigned;
constexpr Whys Bit(Dependency why) { return 1U << static_cast<unsigned>(why); }
constexpr Whys kWrites = Bit(Dependency::kWriteWrite);
constexpr Whys kWritesAndReads = kWrites | Bit(Dependency::kWriteRead);
constexpr Whys kAnti = Bit(Dependency::kReadWrite);
constexpr Whys kRealTime = Bit(Dependency::kRealTime);

// Looks for circles inside one component. Moments are on the way of real time
// and count nothing.
class Search {
 public:
  Search(const DependencyGraph& graph, std::span<const std::uint32_t> knot)
      : graph_(graph), nodes_(knot.begin(), knot.end()), reached_(knot.size()) {
    // So that the circle found does not depend on the algorithm's order.
    std::sort(nodes_.begin(), nodes_.end());
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) local_[nodes_[i]] = i;
  }

  Circle Find() {
    for (const Whys whys : {kWrites, kWritesAndReads}) Over(whys);
    WithOneAnti(kWritesAndReads);
    Over(kWritesAndReads | kAnti);
    WithOneAnti(kWritesAndReads | kRealTime);
    Over(kWritesAndReads | kAnti | kRealTime);
    return best_;
  }

 private:
  struct Reached {
    std::uint32_t search = 0;  // the one that this is of; others do not count
    std::uint32_t steps = 0;
    std::uint32_t from = 0;  // local
    Dependency why = Dependency::kRealTime;
  };

  // The shortest circle over these dependencies, if none was found before.
  void Over(Whys whys) {
    if (!best_.empty()) return;
    looked_at_ = 0;
    for (const std::uint32_t node : nodes_) {
      if (graph_.is_moment(node)) continue;
      Consider(Path(node, node, whys));
      if (IsDone()) return;
    }
  }
  // The shortest one with one anti-dependency in it.
  void WithOneAnti(Whys whys) {
    if (!best_.empty()) return;
    looked_at_ = 0;
    for (const std::uint32_t node : nodes_) {
      for (std::size_t i = 0; i < graph_.degree(node); ++i) {
        const DependencyGraph::Edge edge = graph_.edge(node, i);
        if (edge.why != Dependency::kReadWrite || !local_.count(edge.to)) {
          continue;
        }
        Circle circle = Path(edge.to, node, whys);
        if (!circle.empty()) {
          circle.insert(circle.begin(), {node, Dependency::kReadWrite});
        }
        Consider(std::move(circle));
        if (IsDone()) return;
      }
    }
  }

  void Consider(Circle circle) {
    if (circle.empty()) return;
    if (best_.empty() || circle.size() < best_.size()) {
      best_ = std::move(circle);
    }
  }
  // Two is as short as a circle gets.
  [[nodiscard]] bool IsDone() const {
    return best_.size() == 2 || looked_at_ > kMaxEdgesLookedAt;
  }

  // The shortest way from one operation to another, or around to itself: its
  // operations without the last one. Empty: there is none.
  Circle Path(std::uint32_t from, std::uint32_t to, Whys whys) {
    ++search_;
    const std::uint32_t start = local_.at(from);
    const std::uint32_t goal = local_.at(to);
    std::deque<std::uint32_t> next;
    // The start is not yet reached: a circle comes back to it.
    Expand(start, 0, whys, next);
    while (!next.empty()) {
      const std::uint32_t here = next.front();
      next.pop_front();
      if (here == goal) return Retrace(start, goal);
      Expand(here, reached_[here].steps, whys, next);
    }
    return {};
  }

  void Expand(std::uint32_t here, std::uint32_t steps, Whys whys,
              std::deque<std::uint32_t>& next) {
    const std::uint32_t node = nodes_[here];
    for (std::size_t i = 0; i < graph_.degree(node); ++i) {
      const DependencyGraph::Edge edge = graph_.edge(node, i);
      ++looked_at_;
      if ((Bit(edge.why) & whys) == 0) continue;
      const auto found = local_.find(edge.to);
      if (found == local_.end()) continue;
      Reached& reached = reached_[found->second];
      const bool is_moment = graph_.is_moment(edge.to);
      const std::uint32_t its_steps = is_moment ? steps : steps + 1;
      if (reached.search == search_ && its_steps >= reached.steps) continue;
      reached = {search_, its_steps, here, edge.why};
      if (is_moment) {
        next.push_front(found->second);
      } else {
        next.push_back(found->second);
      }
    }
  }

  [[nodiscard]] Circle Retrace(std::uint32_t start, std::uint32_t goal) const {
    Circle backwards;
    std::uint32_t at = goal;
    do {
      const Reached& reached = reached_[at];
      at = reached.from;
      if (!graph_.is_moment(nodes_[at])) {
        backwards.push_back({nodes_[at], reached.why});
      }
    } while (at != start);
    return {backwards.rbegin(), backwards.rend()};
  }

  const DependencyGraph& graph_;
  std::vector<std::uint32_t> nodes_;
  std::unordered_map<std::uint32_t, std::uint32_t> local_;
  std::vector<Reached> reached_;
  std::uint32_t search_ = 0;
  std::size_t looked_at_ = 0;
  Circle best_;
};

std::size_t CountOf(const Circle& circle, Dependency why) {
  return static_cast<std::size_t>(
      std::count_if(circle.begin(), circle.end(),
                    [why](const Step& step) { return step.why == why; }));
}

// Both wrote an account that both found at one version.
bool WroteTheSame(const History& history, const Circle& circle) {
  if (circle.size() != 2) return false;
  for (const Access& one :
       history.AccessesOf(history.operations[circle[0].operation])) {
    for (const Access& other :
         history.AccessesOf(history.operations[circle[1].operation])) {
      if (one.account == other.account && one.wrote && other.wrote &&
          one.found_version == other.found_version) {
        return true;
      }
    }
  }
  return false;
}

Anomaly Classify(const History& history, const Circle& circle) {
  const std::size_t anti = CountOf(circle, Dependency::kReadWrite);
  const std::size_t writes = CountOf(circle, Dependency::kWriteWrite);
  if (CountOf(circle, Dependency::kRealTime) > 0) {
    return anti == 1 ? Anomaly::kStaleRead : Anomaly::kOtherCycle;
  }
  if (writes == circle.size()) return Anomaly::kWriteCycle;
  if (anti == 0) return Anomaly::kCircularInformation;
  if (WroteTheSame(history, circle)) return Anomaly::kLostUpdate;
  if (anti == 1) return Anomaly::kReadSkew;
  return anti == circle.size() ? Anomaly::kWriteSkew : Anomaly::kOtherCycle;
}

// The access that makes the one depend on the other, and that of the other; or
// nulls (never, if the graph is right).
struct Pair {
  const Access* one = nullptr;
  const Access* other = nullptr;
};
Pair FindPair(const History& history, std::uint32_t from, std::uint32_t to,
              Dependency why) {
  Pair later;
  for (const Access& one : history.AccessesOf(history.operations[from])) {
    for (const Access& other : history.AccessesOf(history.operations[to])) {
      if (one.account != other.account) continue;
      const bool reads = why == Dependency::kReadWrite;
      if (!reads && !one.wrote) continue;
      if (why != Dependency::kWriteRead && !other.wrote) continue;
      const Sequence its = reads ? one.found_version : one.left_version;
      if (its == other.found_version) return {&one, &other};
      if (its < other.left_version) later = {&one, &other};
    }
  }
  return later;
}

std::string StepText(const History& history, std::uint32_t from,
                     std::uint32_t to, Dependency why) {
  const std::string one = NumberText(from);
  const std::string other = NumberText(to);
  if (why == Dependency::kRealTime) {
    return one + " had returned before " + other + " was called";
  }
  const Pair pair = FindPair(history, from, to, why);
  if (pair.one == nullptr) return one + " was before " + other;
  const std::string account = Text(pair.one->account);
  switch (why) {
    case Dependency::kWriteWrite:
      return other + " wrote " + account + " over what " + one + " left, " +
             Text(pair.one->left_version);
    case Dependency::kWriteRead:
      return other + " found " + account + " as " + one + " left it, " +
             Text(pair.one->left_version);
    case Dependency::kReadWrite:
    case Dependency::kRealTime:
      break;
  }
  return one + " found " + account + " at " + Text(pair.one->found_version) +
         ", before " + other + " left " + Text(pair.other->left_version);
}

}  // namespace

Circle FindCircle(const DependencyGraph& graph,
                  std::span<const std::uint32_t> knot) {
  return Search(graph, knot).Find();
}

void AddCircle(const History& history, const Circle& circle,
               Findings& findings) {
  std::vector<std::uint32_t> operations;
  std::string text;
  for (std::size_t i = 0; i < circle.size(); ++i) {
    const Step& step = circle[i];
    const Step& next = circle[(i + 1) % circle.size()];
    operations.push_back(step.operation);
    if (i > 0) text += "; ";
    text += StepText(history, step.operation, next.operation, step.why);
  }
  findings.Add(Classify(history, circle), std::move(operations), text);
}

}  // namespace lockstep::engine::explore
