#pragma once

#include <cstdint>

#include "lockstep/mode.h"

namespace lockstep::engine {

class ModeChooser {
 public:
  [[nodiscard]] Mode Choose(std::uintptr_t /*kind*/) noexcept {
    return Mode::kLocked;
  }
};

}  // namespace lockstep::engine
