#include "engine/explore/scenarios.h"

namespace lockstep::engine::explore {

std::vector<NamedScenario> EngineScenarios() { return {}; }

}  // namespace lockstep::engine::explore
