#pragma once

#include <cstdint>

namespace lockstep::tool {

/// Someone who has an account of each asset.
struct Agent {
  std::uint32_t number = 0;

  friend constexpr bool operator==(Agent, Agent) noexcept = default;
};

}  // namespace lockstep::tool
