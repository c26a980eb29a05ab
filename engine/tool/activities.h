#pragma once

#include <span>

#include "engine/tool/worker.h"

namespace lockstep::tool {

/// All that agents do in the game, with the codes that their transfers carry
/// and how often they do it. To add one: write its function and give it a row,
/// taking its weight from the others'.
[[nodiscard]] std::span<const Activity> Activities() noexcept;

}  // namespace lockstep::tool
