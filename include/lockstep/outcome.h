#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lockstep/export.h"

namespace lockstep::inline v0_1 {

/// How an operation ended. The values are fixed for ever: new ones are only
/// added at the end, none is reused. `docs/outcomes.md` lists when each is
/// given, in which order they are checked, and what a caller can do.
enum class Outcome : std::uint16_t {
  kOk = 0,

  // Posting, in the order in which it is checked. Before any lock is taken:
  kLedgerClosed = 1,
  kTooManySessions = 2,
  kInsideTransaction = 3,
  kNoLegs = 4,
  kTooManyLegs = 5,
  kDescriptionTooLong = 6,
  kZeroAmount = 7,
  kNegativeAmount = 8,
  kSameAccount = 9,
  kUnknownAccount = 10,
  kAssetsDiffer = 11,
  kUnbalanced = 12,
  kOutOfMemory = 13,
  // While taking the locks:
  kBusy = 14,
  kConflict = 15,
  // Under the locks:
  kAccountClosed = 16,
  kAccountFrozen = 17,
  kAmountOverflow = 18,
  kInsufficientFunds = 19,
  kAboveCeiling = 20,
  kSequenceExhausted = 21,

  // Assets, accounts, statuses, time.
  kUnknownAsset = 22,
  kInvalidAssetCode = 23,
  kInvalidScale = 24,
  kAssetExists = 25,
  kTooManyAssets = 26,
  kInvalidLimits = 27,
  kInvalidStatus = 28,
  kInvalidText = 29,
  kKeyExists = 30,
  kTooManyAccounts = 31,
  kBalanceNotZero = 32,
  kTimeRunsBackwards = 33,
  kInvalidOption = 34,
  kJournalOff = 35,

  // Amounts and their text.
  kEmptyText = 36,
  kMalformedNumber = 37,
  kTooManyDecimals = 38,
  kInvalidWeights = 39,
  kDivisionByZero = 40,

  // The C interface.
  kInvalidHandle = 41,
  kTooManyHandles = 42,
  kNullPointer = 43,
  kInvalidStructSize = 44,
  kBufferTooSmall = 45,

  // Transaction functions and snapshots.
  kRefusedByFunction = 46,
  kUndeclaredAccount = 47,
  kNoAccounts = 48,
  kTooManyAccountsDeclared = 49,
  kTooManySnapshots = 50,

  // Flows, conditions, several transfers at once.
  kInvalidFlow = 51,
  kInvalidCondition = 52,
  kConditionNotMet = 53,
  kTooLittleAvailable = 54,
  kNothingToMove = 55,
  kLinkedRefused = 56,
  kNotAttempted = 57,

  // Limits that change.
  kOutsideLimits = 58,

  // Holds.
  kInvalidDeadline = 59,
  kUnknownHold = 60,
  kHoldCaptured = 61,
  kHoldReleased = 62,
  kHoldExpired = 63,
  kInvalidCapture = 64,
  kHeldNotZero = 65,

  // Ids.
  kIdTaken = 66,
  kIdsOff = 67,

  // Reversals.
  kTransferForgotten = 68,
  kNotReversible = 69,
  kInvalidReversal = 70,
  kAlreadyReversed = 71,
  kReversalTooLarge = 72,

  // Routes.
  kRouteNotAllowed = 73,
  kRoutesOff = 74,
  kUnknownRoute = 75,

  // The log.
  kLogOff = 76,
  kLogFailed = 77,
  kLogInUse = 78,
  kLogForeign = 79,
  kLogNewer = 80,
  kLogDamaged = 81,
};

/// How many values `Outcome` has; they are dense from 0.
inline constexpr std::size_t kOutcomeCount = 82;

/// The value's name as one word ("insufficient_funds"), for logs and JSON.
/// "unknown_outcome" for a number that is no outcome.
[[nodiscard]] LOCKSTEP_EXPORT std::string_view OutcomeName(
    Outcome outcome) noexcept;

/// What it means, as a sentence without a full stop ("the account would fall
/// below its floor").
[[nodiscard]] LOCKSTEP_EXPORT std::string_view OutcomeMeaning(
    Outcome outcome) noexcept;

/// What the caller can do about it, as a sentence without a full stop.
[[nodiscard]] LOCKSTEP_EXPORT std::string_view OutcomeAdvice(
    Outcome outcome) noexcept;

}  // namespace lockstep::inline v0_1
