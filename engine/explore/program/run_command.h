#pragma once

#include "engine/explore/program/options.h"

namespace lockstep::engine::explore {

/// Searches or replays, as the options say. What to print comes back, with how
/// the program is to end: of kBadSchedule, too, the text goes to the standard
/// output.
[[nodiscard]] Reply RunCommand(const ExploreOptions& options);

}  // namespace lockstep::engine::explore
