#include <array>

#include "lockstep/outcome.h"

namespace lockstep::inline v0_1 {
namespace {

struct OutcomeText {
  Outcome outcome;
  std::string_view name;
  std::string_view meaning;
  std::string_view advice;
};

// By value. docs/outcomes.md says the same and is checked against this.
constexpr std::array<OutcomeText, kOutcomeCount> kTexts = {{
    {Outcome::kOk, "ok", "it was done", "nothing to do"},
    {Outcome::kLedgerClosed, "ledger_closed",
     "the ledger object was moved from",
     "use the ledger that it was moved into"},
    {Outcome::kTooManySessions, "too_many_sessions",
     "all sessions of the ledger are taken",
     "close sessions that are not needed, or let fewer threads call the "
     "ledger"},
    {Outcome::kInsideTransaction, "inside_transaction",
     "the call came from inside an operation of the same session, or from "
     "inside a transaction function",
     "wait for that operation to return"},
    {Outcome::kNoLegs, "no_legs", "the transfer has no legs",
     "pass at least two legs"},
    {Outcome::kTooManyLegs, "too_many_legs",
     "the transfer has more legs than a transfer may have",
     "split it into several transfers"},
    {Outcome::kDescriptionTooLong, "description_too_long",
     "the description is too long",
     "shorten it, or keep it elsewhere and tie it to the transfer with user "
     "data"},
    {Outcome::kZeroAmount, "zero_amount", "an amount is zero",
     "leave the leg out, or do not make the transfer"},
    {Outcome::kNegativeAmount, "negative_amount",
     "the amount of a transfer with a direction is negative",
     "swap the accounts"},
    {Outcome::kSameAccount, "same_account",
     "the payer and the payee are the same account",
     "do not make the transfer"},
    {Outcome::kUnknownAccount, "unknown_account", "there is no such account",
     "look it up or create it first"},
    {Outcome::kAssetsDiffer, "assets_differ",
     "the accounts hold different assets",
     "exchange through an account of each asset, with Post"},
    {Outcome::kUnbalanced, "unbalanced", "an asset's legs do not sum to zero",
     "mend the legs: what leaves accounts must enter others"},
    {Outcome::kOutOfMemory, "out_of_memory", "there is no memory for it",
     "free some and try again"},
    {Outcome::kBusy, "busy",
     "what it needs stayed locked for longer than the caller waits",
     "try again later, or wait longer"},
    {Outcome::kConflict, "conflict",
     "other operations changed the accounts in every attempt",
     "try again, or use locked mode (which never gives this)"},
    {Outcome::kAccountClosed, "account_closed", "an account is closed",
     "reopen it, or use another one"},
    {Outcome::kAccountFrozen, "account_frozen",
     "an account is frozen in this direction",
     "unfreeze it, or use another one"},
    {Outcome::kAmountOverflow, "amount_overflow",
     "an amount would not fit into 128 bits", "use smaller amounts"},
    {Outcome::kInsufficientFunds, "insufficient_funds",
     "an account would fall below its floor",
     "move less, or fund the account first"},
    {Outcome::kAboveCeiling, "above_ceiling",
     "an account would rise above its ceiling",
     "move less, or empty the account first"},
    {Outcome::kSequenceExhausted, "sequence_exhausted",
     "the ledger has used up its sequence numbers",
     "open a new ledger with these balances"},
    {Outcome::kUnknownAsset, "unknown_asset", "there is no such asset",
     "look it up or create it first"},
    {Outcome::kInvalidAssetCode, "invalid_asset_code",
     "an asset's code is empty, too long, or has spaces or control characters",
     "choose another code"},
    {Outcome::kInvalidScale, "invalid_scale", "a scale is not between 0 and 18",
     "choose another scale"},
    {Outcome::kAssetExists, "asset_exists",
     "there is an asset with this code already",
     "use that asset, or choose another code"},
    {Outcome::kTooManyAssets, "too_many_assets",
     "the ledger has as many assets as it can", "use fewer assets"},
    {Outcome::kInvalidLimits, "invalid_limits",
     "limits that a new account does not keep, a floor above its ceiling, or a "
     "negative supply cap",
     "choose a floor not above the ceiling, and for a new account zero between "
     "them"},
    {Outcome::kInvalidStatus, "invalid_status",
     "there is no such account status",
     "use one of the values of AccountStatus"},
    {Outcome::kInvalidText, "invalid_text", "a key or a label is too long",
     "shorten it"},
    {Outcome::kKeyExists, "key_exists",
     "there is an account with this key, or of this owner, purpose and asset, "
     "already",
     "look that account up, or choose another key"},
    {Outcome::kTooManyAccounts, "too_many_accounts",
     "the ledger has as many accounts as it can", "open another ledger"},
    {Outcome::kBalanceNotZero, "balance_not_zero",
     "an account that is to be closed is not empty",
     "move its balance elsewhere first"},
    {Outcome::kTimeRunsBackwards, "time_runs_backwards",
     "the new time is before the present one", "pass a later time"},
    {Outcome::kInvalidOption, "invalid_option",
     "an option has a value that it cannot have here",
     "read what the option's documentation allows"},
    {Outcome::kJournalOff, "journal_off",
     "the ledger was opened without a journal",
     "open it with journal_bytes above zero"},
    {Outcome::kEmptyText, "empty_text", "the text is empty", "pass a number"},
    {Outcome::kMalformedNumber, "malformed_number",
     "the text is not a decimal number",
     "write digits with at most one point and a sign in front"},
    {Outcome::kTooManyDecimals, "too_many_decimals",
     "the number has more decimals than the asset", "round it first"},
    {Outcome::kInvalidWeights, "invalid_weights",
     "there are no weights, they are all zero, or there are not as many parts",
     "pass at least one weight above zero, and a part for each"},
    {Outcome::kDivisionByZero, "division_by_zero", "the denominator is zero",
     "pass another rate"},
    {Outcome::kInvalidHandle, "invalid_handle",
     "the handle is null, was closed, or is of another kind",
     "open it first, and use it for what it is"},
    {Outcome::kTooManyHandles, "too_many_handles",
     "the process has as many handles open as it can",
     "close handles that are not needed"},
    {Outcome::kNullPointer, "null_pointer",
     "a pointer that must not be null is", "pass the address of a variable"},
    {Outcome::kInvalidStructSize, "invalid_struct_size",
     "struct_size is not one that this version knows",
     "start from the structure's INIT macro, and load the version of the "
     "library that the host was compiled with"},
    {Outcome::kBufferTooSmall, "buffer_too_small",
     "there is not enough room for what is to be written",
     "pass a larger buffer"},
    {Outcome::kRefusedByFunction, "refused_by_function",
     "the transaction function decided against it",
     "see the reason that the function gave"},
    {Outcome::kUndeclaredAccount, "undeclared_account",
     "a leg's account was not declared for the transaction",
     "declare every account that the function may use"},
    {Outcome::kNoAccounts, "no_accounts",
     "the transaction declares no accounts",
     "declare the accounts that the function looks at or moves"},
    {Outcome::kTooManyAccountsDeclared, "too_many_accounts_declared",
     "the transaction declares more accounts than a transfer may have legs",
     "declare fewer, or decide upon a snapshot"},
    {Outcome::kTooManySnapshots, "too_many_snapshots",
     "the ledger has had as many snapshots as it can have",
     "clone it, and go on with the clone"},
    {Outcome::kInvalidFlow, "invalid_flow",
     "a flow shares a limit that there is not, or asks for less than nothing "
     "or more than its limit",
     "let another flow be before it, or choose at_least from zero to at_most"},
    {Outcome::kInvalidCondition, "invalid_condition",
     "there is no such condition", "make conditions with Require"},
    {Outcome::kConditionNotMet, "condition_not_met",
     "something that the transfer requires is not so",
     "look again, and decide anew"},
    {Outcome::kTooLittleAvailable, "too_little_available",
     "flows would move less than the least that was asked for",
     "ask for less, or name another payer"},
    {Outcome::kNothingToMove, "nothing_to_move",
     "there are no legs, and the flows, or what is to be captured, move "
     "nothing",
     "nothing need be done, or release the hold"},
    {Outcome::kLinkedRefused, "linked_refused",
     "another transfer that this one was linked with was refused",
     "see why that one was"},
    {Outcome::kNotAttempted, "not_attempted",
     "a transfer before this one was refused, and it was asked to stop there",
     "see why that one was, then post the rest"},
    {Outcome::kOutsideLimits, "outside_limits",
     "what the account has now is outside of the limits that it is to get",
     "move some of it first, or choose wider limits"},
    {Outcome::kInvalidDeadline, "invalid_deadline",
     "a hold's deadline is not after the ledger's present time",
     "choose a later one, or none"},
    {Outcome::kUnknownHold, "unknown_hold",
     "there is no such hold, or it was resolved so long ago that nobody "
     "remembers how",
     "use the sequence of the receipt that placed it"},
    {Outcome::kHoldCaptured, "hold_captured", "the hold was captured already",
     "nothing need be done: what it held was moved"},
    {Outcome::kHoldReleased, "hold_released", "the hold was released already",
     "place another one"},
    {Outcome::kHoldExpired, "hold_expired", "the hold's deadline has passed",
     "place another one, with a later deadline"},
    {Outcome::kInvalidCapture, "invalid_capture",
     "the amounts to capture are not one for each leg of the hold, between "
     "zero and what that leg holds",
     "pass an amount for each leg, with the leg's sign, or none at all"},
    {Outcome::kHeldNotZero, "held_not_zero",
     "an account that is to be closed has holds on it",
     "capture or release them first"},
    {Outcome::kIdTaken, "id_taken",
     "an operation with the same id and other content was posted before",
     "use a new id, or ask for exactly what was asked for the first time"},
    {Outcome::kIdsOff, "ids_off",
     "the operation has an id, and the ledger was opened to remember none",
     "open the ledger with an id_window above zero, or pass no id"},
    {Outcome::kTransferForgotten, "transfer_forgotten",
     "the journal does not remember a transfer with this sequence",
     "pass the transfer's legs, or keep a larger journal"},
    {Outcome::kNotReversible, "not_reversible",
     "what has this sequence moved nothing (a hold that was placed or let go "
     "of, a status, limits, a route)",
     "release the hold, or set the status, the limits or the routes"},
    {Outcome::kInvalidReversal, "invalid_reversal",
     "the amounts to take back are not one for each leg of the transfer, "
     "between zero and what that leg moved; or the legs that were passed are "
     "not its legs; or it is named twice",
     "pass an amount for each leg, with the leg's sign, or none at all"},
    {Outcome::kAlreadyReversed, "already_reversed",
     "all of the transfer was taken back before", "nothing is left to do"},
    {Outcome::kReversalTooLarge, "reversal_too_large",
     "less than that is left of a leg of the transfer, since a part of it was "
     "taken back before",
     "take back what is left: pass no amounts"},
    {Outcome::kRouteNotAllowed, "route_not_allowed",
     "no route is allowed from the payer's class to the payee's with this code",
     "pay by a route that is allowed, or allow this one"},
    {Outcome::kRoutesOff, "routes_off",
     "the ledger was not opened to move along routes only",
     "nothing need be allowed there: everything is; or open it with "
     "routes_only"},
    {Outcome::kUnknownRoute, "unknown_route",
     "there is no such route among those that are allowed",
     "name one exactly as it was allowed, wildcards and all (GetRoutes lists "
     "them)"},
    {Outcome::kLogOff, "log_off", "the ledger has no log",
     "open it with a directory, or do not ask for durability"},
    {Outcome::kLogFailed, "log_failed",
     "the log could not be written, or the disk could not be opened or read",
     "see to the disk, then open the ledger again: nothing that was durable is "
     "lost"},
    {Outcome::kLogInUse, "log_in_use", "somebody else has the log open",
     "close the other ledger, or name another directory"},
    {Outcome::kLogForeign, "log_foreign", "what is there is no log",
     "name another directory"},
    {Outcome::kLogNewer, "log_newer", "the log was written by a newer version",
     "open it with that version or a later one"},
    {Outcome::kLogDamaged, "log_damaged",
     "the log is damaged; nothing was changed",
     "put back what is missing or damaged from a copy: the report says what "
     "and where"},
}};

constexpr bool IsInOrder() {
  for (std::size_t i = 0; i < kTexts.size(); ++i) {
    if (static_cast<std::size_t>(kTexts[i].outcome) != i) return false;
  }
  return true;
}
static_assert(IsInOrder(), "each value has its own line");

const OutcomeText& TextOf(Outcome outcome) noexcept {
  static constexpr OutcomeText kUnknown = {
      Outcome::kOk, "unknown_outcome",
      "an outcome that this version does not know",
      "use the version of lockstep that gave it"};
  const auto index = static_cast<std::size_t>(outcome);
  return index < kTexts.size() ? kTexts[index] : kUnknown;
}

}  // namespace

std::string_view OutcomeName(Outcome outcome) noexcept {
  return TextOf(outcome).name;
}

std::string_view OutcomeMeaning(Outcome outcome) noexcept {
  return TextOf(outcome).meaning;
}

std::string_view OutcomeAdvice(Outcome outcome) noexcept {
  return TextOf(outcome).advice;
}

}  // namespace lockstep::inline v0_1
