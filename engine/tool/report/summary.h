#pragma once

#include <string>

#include "engine/tool/economy/figures.h"

namespace lockstep::tool {

/// The figures as a page for people, at most 80 columns wide where names and
/// numbers allow it. `in_colour` adds a terminal's escape codes.
[[nodiscard]] std::string Summary(const Figures& figures, bool in_colour);

}  // namespace lockstep::tool
