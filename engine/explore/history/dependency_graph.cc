#include "engine/explore/history/dependency_graph.h"

#include <algorithm>

namespace lockstep::engine::explore {

void DependencyGraph::Start(std::uint32_t operations) {
  operation_count_ = operations;
  node_count_ = operations;
  edges_.clear();
}

bool DependencyGraph::AddRealTime(std::span<const Operation> operations,
                                  std::uint32_t& at_fault) {
  events_.clear();
  for (std::uint32_t i = 0; i < operations.size(); ++i) {
    events_.push_back({operations[i].invoked, i, false});
    events_.push_back({operations[i].returned, i, true});
    at_fault = i;
    if (operations[i].returned <= operations[i].invoked) return false;
  }
  std::sort(events_.begin(), events_.end(),
            [](const Event& a, const Event& b) { return a.clock < b.clock; });
  // Returns up to the next call share a moment.
  bool is_open = false;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    const Event& event = events_[i];
    at_fault = event.operation;
    if (i > 0 && event.clock == events_[i - 1].clock) return false;
    if (event.is_return) {
      if (!is_open) {
        if (node_count_ > operation_count_) {
          Add(node_count_ - 1, node_count_, Dependency::kRealTime);
        }
        ++node_count_;
        is_open = true;
      }
      Add(event.operation, node_count_ - 1, Dependency::kRealTime);
    } else {
      is_open = false;
      if (node_count_ > operation_count_) {
        Add(node_count_ - 1, event.operation, Dependency::kRealTime);
      }
    }
  }
  return true;
}

// Each node's edges together, by counting.
void DependencyGraph::SortEdges() {
  first_.assign(node_count_ + 1, 0);
  for (const PackedEdge& edge : edges_) ++first_[edge.from];
  std::uint32_t sum = 0;
  for (std::uint32_t& first : first_) {
    sum += first;
    first = sum;  // the end, for now
  }
  targets_.resize(edges_.size());
  for (const PackedEdge& edge : edges_) {
    targets_[--first_[edge.from]] = edge.to_and_why;
  }
}

void DependencyGraph::Enter(std::uint32_t node) {
  ++last_number_;
  visits_[node] = {last_number_, last_number_, first_[node]};
  path_.push_back(node);
  pending_.push_back(node);
}

std::vector<std::vector<std::uint32_t>> DependencyGraph::FindKnots() {
  SortEdges();
  std::vector<std::vector<std::uint32_t>> knots;
  visits_.assign(node_count_, Visit());
  last_number_ = 0;
  for (std::uint32_t root = 0; root < node_count_; ++root) {
    if (visits_[root].number != 0) continue;
    Enter(root);
    while (!path_.empty()) {
      const std::uint32_t node = path_.back();
      Visit& visit = visits_[node];
      if (visit.next_edge < first_[node + 1]) {
        const std::uint32_t to = targets_[visit.next_edge++] >> kWhyBits;
        const std::uint32_t number = visits_[to].number;
        if (number == 0) {
          Enter(to);
        } else if (number != kDone) {
          visit.lowest = std::min(visit.lowest, number);
        }
        continue;
      }
      path_.pop_back();
      if (!path_.empty()) {
        Visit& before = visits_[path_.back()];
        before.lowest = std::min(before.lowest, visit.lowest);
      }
      if (visit.lowest != visit.number) continue;
      const bool is_knot = pending_.back() != node;
      if (is_knot) knots.emplace_back();
      for (std::uint32_t member = kDone; member != node;) {
        member = pending_.back();
        pending_.pop_back();
        visits_[member].number = kDone;
        if (is_knot) knots.back().push_back(member);
      }
    }
  }
  return knots;
}

}  // namespace lockstep::engine::explore
