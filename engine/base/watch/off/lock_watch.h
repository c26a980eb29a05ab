#pragma once

// The lock watch, off: what release builds have. Every call is nothing.

#include <cstdint>

#include "engine/base/lock_rank.h"

namespace lockstep::engine::watch {
inline namespace off {

inline void Waiting(LockRank, std::uint64_t, const void*) noexcept {}
inline void GaveUp(LockRank, std::uint64_t, const void*) noexcept {}
inline void Acquired(LockRank, std::uint64_t, const void*) noexcept {}
inline void Released(LockRank, std::uint64_t, const void*) noexcept {}

}  // namespace off
}  // namespace lockstep::engine::watch
