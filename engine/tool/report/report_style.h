#pragma once

#include <string_view>

namespace lockstep::tool {

// What the page of plots brings along. Nothing is ever fetched.

/// Without the colours and the plots, which are in plot.h.
[[nodiscard]] std::string_view PageStyle() noexcept;

/// Shows the numbers below the pointer, out of each plot's own table. The page
/// is complete without it.
[[nodiscard]] std::string_view PageScript() noexcept;

}  // namespace lockstep::tool
