#include "engine/log/recovery_decision.h"

namespace lockstep::engine {
namespace {

RecoveryDecision RefuseSegments(SegmentsFound segments) noexcept {
  switch (segments) {
    case SegmentsFound::kForeign:
      return RecoveryDecision::kRefuseForeign;
    case SegmentsFound::kNewer:
      return RecoveryDecision::kRefuseNewer;
    case SegmentsFound::kHeaderDamaged:
      return RecoveryDecision::kRefuseHeader;
    case SegmentsFound::kOther:
      return RecoveryDecision::kRefuseOther;
    case SegmentsFound::kMisnamed:
      return RecoveryDecision::kRefuseMisnamed;
    case SegmentsFound::kWrongSize:
      return RecoveryDecision::kRefuseSize;
    case SegmentsFound::kUnjoined:
      return RecoveryDecision::kRefuseUnjoined;
    default:
      return RecoveryDecision::kRefuseMissing;
  }
}

// No segment was begun.
RecoveryDecision DecideOnNone(const LogFound& found) noexcept {
  // Whoever makes a checkpoint keeps the segment in which the log goes on.
  if (found.checkpoint == CheckpointFound::kGood) {
    return RecoveryDecision::kRefuseMissing;
  }
  // The first segment gets its name once it has its header.
  return found.spare == SpareFound::kNone ? RecoveryDecision::kCreate
                                          : RecoveryDecision::kRefuseMissing;
}

RecoveryDecision DecideOnEnd(const LogFound& found) noexcept {
  switch (found.end) {
    case EndFound::kDamaged:
      return RecoveryDecision::kRefuseDamaged;
    case EndFound::kMoved:
      return RecoveryDecision::kRefuseMoved;
    case EndFound::kUnchained:
      return RecoveryDecision::kRefuseUnchained;
    case EndFound::kHostile:
      return RecoveryDecision::kRefuseHostile;
    case EndFound::kZeros:
    case EndFound::kTorn:
      break;
  }
  if (found.last == LastBatch::kTurn) {
    // Nothing is ever written behind it, and the next file is there before it.
    if (found.end == EndFound::kTorn) return RecoveryDecision::kRefuseDamaged;
    return found.spare == SpareFound::kNone ? RecoveryDecision::kRefuseMissing
                                            : RecoveryDecision::kFinishTurn;
  }
  // A header is begun only once the turn is durable.
  if (found.spare == SpareFound::kTorn) return RecoveryDecision::kRefuseHeader;
  if (found.end == EndFound::kTorn || found.last == LastBatch::kPart) {
    return RecoveryDecision::kCutTail;
  }
  return found.last == LastBatch::kSeal ? RecoveryDecision::kOpenSealed
                                        : RecoveryDecision::kOpen;
}

}  // namespace

RecoveryDecision DecideRecovery(const LogFound& found) noexcept {
  if (found.segments < SegmentsFound::kHeaderDamaged) {
    return RefuseSegments(found.segments);
  }
  if (found.checkpoint == CheckpointFound::kNewer) {
    return RecoveryDecision::kRefuseNewer;
  }
  if (found.segments < SegmentsFound::kJoined) {
    return RefuseSegments(found.segments);
  }
  if (found.checkpoint == CheckpointFound::kOther) {
    return RecoveryDecision::kRefuseOther;
  }
  if (found.checkpoint == CheckpointFound::kDamaged) {
    return RecoveryDecision::kRefuseCheckpoint;
  }
  return found.segments == SegmentsFound::kNone ? DecideOnNone(found)
                                                : DecideOnEnd(found);
}

}  // namespace lockstep::engine
