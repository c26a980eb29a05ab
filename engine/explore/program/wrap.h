#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::engine::explore {

/// How wide a terminal is taken to be.
inline constexpr std::size_t kColumns = 80;

/// The text in lines of at most `width`, as far as its words allow. What is in
/// brackets stays together, if it can.
[[nodiscard]] std::vector<std::string> Wrap(std::string_view text,
                                            std::size_t width);

/// The text after `head`, in lines of kColumns, those after the first one
/// beginning below the end of the head.
[[nodiscard]] std::string Hanging(std::string_view head, std::string_view text);

}  // namespace lockstep::engine::explore
