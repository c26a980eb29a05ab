#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/explore/history/history.h"

namespace lockstep::engine::explore {

/// Why one operation must have been before another.
enum class Dependency : std::uint8_t {
  kWriteWrite,  ///< the other wrote over what it wrote
  kWriteRead,   ///< the other found what it wrote
  kReadWrite,   ///< the other wrote over what it found (an anti-dependency)
  kRealTime,    ///< it had returned before the other was called
};

/// Who must have been before whom. Its nodes are the operations, and behind
/// them moments in time: an operation that returned is before the next moment,
/// each moment before the one after it and before the operations that are
/// called then. So the edges of real time grow with n and not with its square.
class DependencyGraph {
 public:
  struct Edge {
    std::uint32_t to;
    Dependency why;
  };

  void Start(std::uint32_t operations);

  /// Operations do not depend on themselves: that is left out.
  void Add(std::uint32_t from, std::uint32_t to, Dependency why) {
    if (from == to) return;
    edges_.push_back({from, to << kWhyBits | static_cast<std::uint32_t>(why)});
  }
  [[nodiscard]] std::size_t edge_count() const noexcept {
    return edges_.size();
  }
  /// Forgets the edges added since there were so many.
  void ForgetBeyond(std::size_t count) { edges_.resize(count); }

  /// Adds the moments and their edges. False: two clocks are equal, or an
  /// operation did not return after it was called; `at_fault` names it.
  [[nodiscard]] bool AddRealTime(std::span<const Operation> operations,
                                 std::uint32_t& at_fault);

  /// Call when all edges are there. The strongly connected components of more
  /// than one node (R. Tarjan, "Depth-First Search and Linear Graph
  /// Algorithms", 1972): there are none just if there is no circle.
  [[nodiscard]] std::vector<std::vector<std::uint32_t>> FindKnots();

  [[nodiscard]] bool is_moment(std::uint32_t node) const noexcept {
    return node >= operation_count_;
  }
  /// After FindKnots.
  [[nodiscard]] std::size_t degree(std::uint32_t node) const noexcept {
    return first_[node + 1] - first_[node];
  }
  [[nodiscard]] Edge edge(std::uint32_t node, std::size_t i) const noexcept {
    const std::uint32_t packed = targets_[first_[node] + i];
    return {packed >> kWhyBits,
            static_cast<Dependency>(packed & ((1U << kWhyBits) - 1))};
  }

 private:
  static constexpr int kWhyBits = 2;

  struct PackedEdge {
    std::uint32_t from;
    std::uint32_t to_and_why;
  };
  struct Event {
    std::uint64_t clock;
    std::uint32_t operation;
    bool is_return;
  };
  // What Tarjan's algorithm notes of a node. Numbers count from 1.
  struct Visit {
    std::uint32_t number = 0;
    std::uint32_t lowest = 0;
    std::uint32_t next_edge = 0;
  };
  static constexpr std::uint32_t kDone = UINT32_MAX;

  void SortEdges();
  void Enter(std::uint32_t node);

  std::uint32_t operation_count_ = 0;
  std::uint32_t node_count_ = 0;
  std::vector<PackedEdge> edges_;
  std::vector<std::uint32_t> first_;    // by node, and one more
  std::vector<std::uint32_t> targets_;  // as in PackedEdge
  std::vector<Event> events_;
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> path_;     // the nodes that are being visited
  std::vector<std::uint32_t> pending_;  // those in no component yet
  std::uint32_t last_number_ = 0;
};

}  // namespace lockstep::engine::explore
