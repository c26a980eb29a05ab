#pragma once

namespace lockstep::tool {

/// From now on the first Ctrl-C (or SIGTERM) only raises a flag; a second one
/// ends the program as usual.
void CatchInterrupts() noexcept;

/// True once there was one.
[[nodiscard]] bool Interrupted() noexcept;

}  // namespace lockstep::tool
