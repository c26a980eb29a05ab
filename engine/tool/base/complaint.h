#pragma once

#include <string>
#include <string_view>

namespace lockstep::tool {

/// What is wrong with what was typed, as a line for people that says where to
/// look it up: `command` is what --help is asked of. Whatever was typed, it
/// stays one line.
[[nodiscard]] std::string ComplaintLine(std::string complaint,
                                        std::string_view command);

}  // namespace lockstep::tool
