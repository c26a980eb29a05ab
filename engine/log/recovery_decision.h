#pragma once

#include <cstdint>

namespace lockstep::engine {

// What was found where a log should be, as far as it decides what is done.

/// The newest checkpoint.
enum class CheckpointFound : std::uint8_t {
  kNone,
  kGood,     ///< whole, and of this log as far as there is one
  kDamaged,  ///< its checksums are wrong
  kOther,    ///< whole, but of another log
  kNewer,    ///< of a version that is not known here
};

/// The segments that have a header, all together: the first of these that is
/// so.
enum class SegmentsFound : std::uint8_t {
  kForeign,        ///< one is no log
  kNewer,          ///< one is of a version that is not known here
  kHeaderDamaged,  ///< one has a header that is wrong, or none and yet batches
  kOther,          ///< not all are of one log
  kMisnamed,       ///< one has another number than its name
  kWrongSize,      ///< one has another size than it says
  kMissing,        ///< the first, or one in between, is not there
  kUnjoined,       ///< one does not begin where the one before ends
  kJoined,         ///< one goes on where the one before ends
  kNone,           ///< there is none
};

/// A file behind the last segment that waits to become the next one.
enum class SpareFound : std::uint8_t {
  kNone,
  kZeros,  ///< there is one
  kTorn,   ///< the same, but where the header goes is something, which is none
};

/// The last good batch: as it was written, in its place.
enum class LastBatch : std::uint8_t {
  kNone,   ///< there is none
  kWhole,  ///< it ends a cut
  kPart,   ///< its cut was to go on
  kTurn,   ///< the log goes on in the next segment
  kSeal,   ///< the log was closed
};

/// What is behind the last good batch, in the last segment.
enum class EndFound : std::uint8_t {
  kZeros,      ///< nothing
  kTorn,       ///< something that never was said to be durable
  kDamaged,    ///< something, or nothing, that was said to be durable
  kMoved,      ///< a batch that belongs to another position
  kUnchained,  ///< a batch that belongs behind another one
  kHostile,    ///< a batch as it was written, with impossible content
};

struct LogFound {
  CheckpointFound checkpoint = CheckpointFound::kNone;
  SegmentsFound segments = SegmentsFound::kNone;
  SpareFound spare = SpareFound::kNone;
  LastBatch last = LastBatch::kNone;
  EndFound end = EndFound::kZeros;
};

/// What is done. Whatever is refused is left as it is, to the byte.
enum class RecoveryDecision : std::uint8_t {
  kCreate,      ///< there is nothing: a new log is made
  kOpenSealed,  ///< all is there, and it is known to be all
  kOpen,        ///< all is there that can be seen
  kFinishTurn,  ///< the same, and the next segment gets its header
  kCutTail,     ///< what is behind the last whole cut is wiped out first
  kRefuseForeign,
  kRefuseNewer,
  kRefuseHeader,
  kRefuseOther,
  kRefuseMisnamed,
  kRefuseSize,
  kRefuseMissing,
  kRefuseUnjoined,
  kRefuseCheckpoint,
  kRefuseDamaged,
  kRefuseMoved,
  kRefuseUnchained,
  kRefuseHostile,
};

/// The table in docs/log-format.md: its first row that fits.
[[nodiscard]] RecoveryDecision DecideRecovery(const LogFound& found) noexcept;

[[nodiscard]] constexpr bool IsRefused(RecoveryDecision decision) noexcept {
  return decision >= RecoveryDecision::kRefuseForeign;
}

}  // namespace lockstep::engine
