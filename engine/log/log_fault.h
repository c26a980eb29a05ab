#pragma once

#include <cstdint>
#include <string_view>

namespace lockstep::engine {

/// What is wrong with bytes that should be a log's. Whoever reads them is told
/// the first thing that is.
enum class LogFault : std::uint8_t {
  kNone = 0,
  // Of any bytes.
  kCutShort,  ///< they end in the middle of something
  kNotShort,  ///< a number takes more bytes than it needs, or has too many bits
  kLeftOver,  ///< they go on where everything has been said
  kReserved,  ///< something is set that has no meaning yet
  // Of a segment's header.
  kNoHeader,        ///< zeros: none was written yet
  kForeign,         ///< it is no log
  kNewerVersion,    ///< it is of a version that is not known here
  kHeaderChecksum,  ///< its checksum is wrong
  kHeaderContent,   ///< its checksum is right, and what it says is impossible
  // Of a batch.
  kNoBatch,        ///< zeros: none was written yet
  kBatchLength,    ///< its length is impossible, or more than there is
  kBatchChecksum,  ///< its checksum is wrong
  kBatchContent,   ///< what its head says is impossible
  kPosition,       ///< it is not at the position that it was written for
  kChain,          ///< it does not follow the batch before it
  // Of a run.
  kRunSlot,   ///< there is no such slot
  kRunOrder,  ///< it does not come after the run before it
  kRunCount,  ///< it has another number of records than it says
  // Of a record.
  kKind,      ///< there is no such kind, or not in such a run
  kFlags,     ///< flags that this kind does not have
  kNotPlain,  ///< it says at length what is to be said by leaving it out
  kSequence,  ///< it has no possible sequence
  kAccount,   ///< there can be no such account
  kAsset,     ///< there can be no such asset
  kLegs,      ///< it has no legs, or too many, or one that moves nothing
  kParts,     ///< a part is more than its leg, or all parts are nothing
  kStatus,    ///< there is no such status
  kLimits,    ///< its limits are impossible
  kText,      ///< a text that is too long, or empty where it may not be
  kId,        ///< what it says of its id is impossible
  kLinked,    ///< it belongs to an operation that does not go on
  // Of what all records come to.
  kUnknownAccount,  ///< an account that was never made
  kUnbalanced,      ///< legs of an asset that do not sum to zero
  kRepeated,        ///< a sequence that is not above the one before in its slot
  kHold,            ///< a hold that is not open, or was of other legs
  kReversal,        ///< more is taken back of a transfer than it moved
  kCreation,        ///< an asset or account that cannot be made
  kBalance,         ///< a balance that cannot be
  kRoute,           ///< routes in a ledger without any
};

/// What is wrong, in a few words ("a wrong checksum in a batch").
[[nodiscard]] std::string_view LogFaultText(LogFault fault) noexcept;

}  // namespace lockstep::engine
