#include <utility>

#include "engine/explore/scenarios.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {

std::vector<NamedScenario> EngineScenarios() {
  std::vector<NamedScenario> all;
  for (const auto& of_topic :
       {&OptimisticScenarios, &FunctionScenarios, &RequestScenarios,
        &HoldScenarios, &OnceScenarios, &RouteScenarios, &ReadingScenarios,
        &SnapshotScenarios, &DependencyScenarios, &StatusScenarios,
        &CreationScenarios, &BooksScenarios, &JournalScenarios,
        &SessionScenarios}) {
    for (NamedScenario& one : of_topic()) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace lockstep::engine::explore
