#pragma once

// The lock watch, off: what release builds have. Every call of the
// engine's is nothing.

#include <cstdint>
#include <string>

#include "engine/base/int128.h"
#include "engine/base/lock_rank.h"

namespace lockstep::engine::watch {
inline namespace off {

inline void Waiting(LockRank, std::uint64_t, const void*) noexcept {}
inline void GaveUp(LockRank, std::uint64_t, const void*) noexcept {}
inline void Acquired(LockRank, std::uint64_t, const void*) noexcept {}
inline void Released(LockRank, std::uint64_t, const void*) noexcept {}
inline void Viewed(std::uint64_t, std::uint64_t, Int128) noexcept {}
inline void TookForImages() noexcept {}
inline void StartedOver() noexcept {}

inline std::string DescribeWaits() {
  return "(this build does not watch its locks)\n";
}

}  // namespace off
}  // namespace lockstep::engine::watch
