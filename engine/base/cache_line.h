#pragma once

#include <cstddef>

namespace lockstep::engine {

/// What one core takes from another in one piece, on x86-64 and most ARMs.
inline constexpr std::size_t kCacheLineBytes = 64;

/// Neighbouring lines are fetched in pairs, so what two threads write must be
/// this far apart.
inline constexpr std::size_t kNoSharingBytes = 2 * kCacheLineBytes;

}  // namespace lockstep::engine
