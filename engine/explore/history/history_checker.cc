#include "engine/explore/history/history_checker.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "engine/explore/history/account_chains.h"
#include "engine/explore/history/circle.h"
#include "engine/explore/history/dependency_graph.h"
#include "engine/explore/history/findings.h"
#include "engine/explore/history/operation_checks.h"

namespace lockstep::engine::explore {

// What is kept from one history to the next is memory alone.
class HistoryChecker::Work {
 public:
  Verdict Check(const History& history) {
    findings_.Start(history);
    places_.Start(history);
    graph_.Start(static_cast<std::uint32_t>(history.operations.size()));
    operation_checks_.Check(history, places_, findings_);
    chains_.Check(history, places_, graph_, findings_);
    const std::size_t dependencies = graph_.edge_count();
    CheckCircles(history);
    Verdict verdict = findings_.Take();
    verdict.dependency_count = dependencies;
    return verdict;
  }

 private:
  void CheckCircles(const History& history) {
    std::uint32_t at_fault = 0;
    if (!graph_.AddRealTime(history.operations, at_fault)) {
      findings_.Add(Anomaly::kMalformed, {at_fault},
                    "two clocks are equal, or this returned before it was "
                    "called");
      return;
    }
    std::vector<std::vector<std::uint32_t>> knots = graph_.FindKnots();
    std::size_t told = 0;
    for (const std::vector<std::uint32_t>& knot : knots) {
      if (++told > Verdict::kMaxFindings) break;
      const Circle circle = FindCircle(graph_, knot);
      std::vector<std::uint32_t> operations;
      for (const Step& step : circle) operations.push_back(step.operation);
      if (findings_.Cover(operations)) continue;
      AddCircle(history, circle, findings_);
    }
  }

  Findings findings_;
  AccountPlaces places_;
  OperationChecks operation_checks_;
  AccountChains chains_;
  DependencyGraph graph_;
};

HistoryChecker::HistoryChecker() : work_(std::make_unique<Work>()) {}
HistoryChecker::~HistoryChecker() = default;

Verdict HistoryChecker::Check(const History& history) {
  return work_->Check(history);
}

Verdict CheckHistory(const History& history) {
  return HistoryChecker().Check(history);
}

}  // namespace lockstep::engine::explore
