#pragma once

#include "engine/tool/options.h"

namespace lockstep::tool {

/// `lockstep explore`: the engine that it runs is another one, on threads that
/// are not the system's, so it is a program of its own, which lies beside this
/// one. Becomes that program; returns only if it cannot.
[[nodiscard]] ExitCode StartExplore(char** argv);

}  // namespace lockstep::tool
