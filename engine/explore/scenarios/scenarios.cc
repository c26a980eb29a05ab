#include "engine/explore/scenarios.h"

#include <algorithm>

namespace lockstep::engine::explore {
namespace {

std::vector<NamedScenario> MakeAll() {
  std::vector<NamedScenario> all = TransferScenarios();
  for (NamedScenario& one : EngineScenarios()) all.push_back(std::move(one));
  return all;
}

}  // namespace

std::span<const NamedScenario> AllScenarios() {
  // Made once, and on the heap: it outlives every run.
  static const std::vector<NamedScenario>& all =
      *new std::vector<NamedScenario>(MakeAll());
  return all;
}

const NamedScenario* FindScenario(std::string_view name) {
  const auto all = AllScenarios();
  const auto found = std::find_if(
      all.begin(), all.end(),
      [name](const NamedScenario& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace lockstep::engine::explore
