#pragma once

#include <string>

#include "engine/tool/economy/figures.h"

namespace lockstep::tool {

/// The figures as JSON (RFC 8259), for programs. Amounts are decimal strings,
/// so that no digit is lost. Ends with a line feed.
[[nodiscard]] std::string JsonReport(const Figures& figures);

}  // namespace lockstep::tool
