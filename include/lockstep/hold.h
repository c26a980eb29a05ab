#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/ids.h"
#include "lockstep/transfer.h"

namespace lockstep::inline v0_1 {

/// A hold, known by the sequence of the operation that placed it (which the
/// receipt of `Ledger::Hold` gives). None: no hold.
using HoldId = Sequence;

/// What has become of a hold.
enum class HoldStatus : std::uint8_t {
  kOpen = 0,      ///< it holds what it holds
  kCaptured = 1,  ///< it was posted, in full or in part
  kReleased = 2,  ///< it was let go of
  kExpired = 3,   ///< its deadline passed
};

/// Everything about a hold.
struct HoldInfo {
  /// Which hold.
  HoldId id;
  /// What has become of it.
  HoldStatus status = HoldStatus::kOpen;
  /// From when on it cannot be captured; none: never.
  Tick deadline;
  /// What it would post.
  std::vector<Leg> legs;
  /// The code that it was placed with.
  std::uint32_t code = 0;
  /// The user data that it was placed with.
  Bits128 user_data;
};

/// How many holds that are resolved a ledger remembers at least, to be able to
/// say what became of them: the last ones. (While there are snapshots, all.)
inline constexpr std::size_t kResolvedHoldsKept = 4096;

}  // namespace lockstep::inline v0_1
