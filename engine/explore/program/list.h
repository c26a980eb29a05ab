#pragma once

#include <string>
#include <vector>

#include "engine/explore/scenario.h"

namespace lockstep::engine::explore {

/// Who is in a scenario.
struct Cast {
  std::string setting;
  /// What each thread does.
  std::vector<std::string> threads;
};
[[nodiscard]] Cast CastOf(const MakeScenario& make);

/// All scenarios, for people and as JSON.
[[nodiscard]] std::string ListText();
[[nodiscard]] std::string ListJson();

/// Those of which there is an unsorted version: "a, b and c".
[[nodiscard]] std::string NamesOfUnsorted();

}  // namespace lockstep::engine::explore
