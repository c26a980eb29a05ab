#pragma once

#include "engine/tool/economy/scenario.h"

namespace lockstep::tool {

// The assets of the scenario that is played by default.
inline constexpr Asset kGold{0};
inline constexpr Asset kGem{1};
inline constexpr Asset kOre{2};
inline constexpr Asset kSword{5};
inline constexpr std::size_t kDefaultAssets = 6;

}  // namespace lockstep::tool
