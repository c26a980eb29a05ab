#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep::engine {

/// The name of segment `number`: "segment-0000000001".
[[nodiscard]] std::string SegmentName(std::uint64_t number);
/// Its number; 0: that is no segment's name.
[[nodiscard]] std::uint64_t SegmentNumber(std::string_view name) noexcept;

/// What a file is called until it has its size.
inline constexpr std::string_view kUnfinishedName = "unfinished";

}  // namespace lockstep::engine
