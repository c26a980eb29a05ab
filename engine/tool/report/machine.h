#pragma once

#include <string>

namespace lockstep::tool {

/// What a figure of speed is worth nothing without. Each "unknown" where the
/// system does not tell.
struct Machine {
  std::string processor;  ///< its name and how many of them can be used
  std::string system;     ///< the kernel and its release
  std::string compiler;   ///< that built this program, and how
};

[[nodiscard]] Machine ThisMachine();

}  // namespace lockstep::tool
