#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/explore/history/dependency_graph.h"
#include "engine/explore/history/findings.h"

namespace lockstep::engine::explore {

/// A step of a circle: an operation, and why it must have been before that of
/// the next step (the last one's next is the first).
struct Step {
  std::uint32_t operation;
  Dependency why;
};
using Circle = std::vector<Step>;

/// A circle in a component of the graph, as short as the search's bound allows.
/// Of several kinds the most telling one is chosen: over writes alone, over
/// writes and reads, with one anti-dependency, with more of them, and only then
/// with real time. Each component of more than one node has a circle.
[[nodiscard]] Circle FindCircle(const DependencyGraph& graph,
                                std::span<const std::uint32_t> knot);

/// Names it and tells it.
void AddCircle(const History& history, const Circle& circle,
               Findings& findings);

}  // namespace lockstep::engine::explore
