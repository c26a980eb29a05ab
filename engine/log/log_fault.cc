#include "engine/log/log_fault.h"

namespace lockstep::engine {

std::string_view LogFaultText(LogFault fault) noexcept {
  switch (fault) {
    case LogFault::kNone:
      return "nothing";
    case LogFault::kCutShort:
      return "it ends too early";
    case LogFault::kNotShort:
      return "a number that is not in its shortest form, or too large";
    case LogFault::kLeftOver:
      return "bytes that belong to nothing";
    case LogFault::kReserved:
      return "something is set that has no meaning yet";
    case LogFault::kNoHeader:
      return "no header was written yet";
    case LogFault::kForeign:
      return "not a log of lockstep's";
    case LogFault::kNewerVersion:
      return "a version of the format that is not known here";
    case LogFault::kHeaderChecksum:
      return "a wrong checksum in the header of a segment";
    case LogFault::kHeaderContent:
      return "an impossible header of a segment";
    case LogFault::kNoBatch:
      return "no batch was written yet";
    case LogFault::kBatchLength:
      return "an impossible length of a batch";
    case LogFault::kBatchChecksum:
      return "a wrong checksum in a batch";
    case LogFault::kBatchContent:
      return "an impossible head of a batch";
    case LogFault::kPosition:
      return "a batch at another position than its own";
    case LogFault::kChain:
      return "a batch that does not follow the one before it";
    case LogFault::kRunSlot:
      return "a run of a slot that cannot be";
    case LogFault::kRunOrder:
      return "runs that are not in order";
    case LogFault::kRunCount:
      return "another number of records than was said";
    case LogFault::kKind:
      return "a record of a kind that cannot be there";
    case LogFault::kFlags:
      return "a record with flags that its kind does not have";
    case LogFault::kNotPlain:
      return "a record that says what is to be left out";
    case LogFault::kSequence:
      return "a record with an impossible sequence";
    case LogFault::kAccount:
      return "a record of an account that cannot be";
    case LogFault::kAsset:
      return "a record of an asset that cannot be";
    case LogFault::kLegs:
      return "a record with impossible legs";
    case LogFault::kParts:
      return "a record with impossible parts of legs";
    case LogFault::kStatus:
      return "a record with a status that cannot be";
    case LogFault::kLimits:
      return "a record with impossible limits";
    case LogFault::kText:
      return "a record with an impossible text";
    case LogFault::kId:
      return "a record with an impossible id";
    case LogFault::kLinked:
      return "a record of an operation that does not go on";
    case LogFault::kUnknownAccount:
      return "an account that was never made";
    case LogFault::kUnbalanced:
      return "legs that do not sum to zero";
    case LogFault::kRepeated:
      return "a sequence that does not rise";
    case LogFault::kHold:
      return "a hold that is not open, or was another one";
    case LogFault::kReversal:
      return "more taken back of a transfer than it moved";
    case LogFault::kCreation:
      return "an asset or account that cannot be made";
    case LogFault::kBalance:
      return "a balance that cannot be";
    case LogFault::kRoute:
      return "routes in a ledger without any";
  }
  return "an unknown fault";
}

}  // namespace lockstep::engine
