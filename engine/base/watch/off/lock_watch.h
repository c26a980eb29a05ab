#pragma once

// The lock watch, off: what release builds have. Every call of the
// engine's is nothing.

#include <cstdint>
#include <string>

#include "engine/base/lock_rank.h"

namespace lockstep::engine::watch {
inline namespace off {

inline void Waiting(LockRank, std::uint64_t, const void*) noexcept {}
inline void GaveUp(LockRank, std::uint64_t, const void*) noexcept {}
inline void Acquired(LockRank, std::uint64_t, const void*) noexcept {}
inline void Released(LockRank, std::uint64_t, const void*) noexcept {}

inline std::string DescribeWaits() {
  return "(this build does not watch its locks)\n";
}

}  // namespace off
}  // namespace lockstep::engine::watch
