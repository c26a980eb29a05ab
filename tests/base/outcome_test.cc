#include "lockstep/outcome.h"

#include <gtest/gtest.h>

#include <cctype>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>

namespace lockstep {
namespace {

struct FixedOutcome {
  Outcome outcome;
  int value;
  std::string_view name;
};

// Hosts store these numbers and names. A line may be added at the end; none may
// ever change.
constexpr FixedOutcome kFixed[] = {
    {Outcome::kOk, 0, "ok"},
    {Outcome::kLedgerClosed, 1, "ledger_closed"},
    {Outcome::kTooManySessions, 2, "too_many_sessions"},
    {Outcome::kInsideTransaction, 3, "inside_transaction"},
    {Outcome::kNoLegs, 4, "no_legs"},
    {Outcome::kTooManyLegs, 5, "too_many_legs"},
    {Outcome::kDescriptionTooLong, 6, "description_too_long"},
    {Outcome::kZeroAmount, 7, "zero_amount"},
    {Outcome::kNegativeAmount, 8, "negative_amount"},
    {Outcome::kSameAccount, 9, "same_account"},
    {Outcome::kUnknownAccount, 10, "unknown_account"},
    {Outcome::kAssetsDiffer, 11, "assets_differ"},
    {Outcome::kUnbalanced, 12, "unbalanced"},
    {Outcome::kOutOfMemory, 13, "out_of_memory"},
    {Outcome::kBusy, 14, "busy"},
    {Outcome::kConflict, 15, "conflict"},
    {Outcome::kAccountClosed, 16, "account_closed"},
    {Outcome::kAccountFrozen, 17, "account_frozen"},
    {Outcome::kAmountOverflow, 18, "amount_overflow"},
    {Outcome::kInsufficientFunds, 19, "insufficient_funds"},
    {Outcome::kAboveCeiling, 20, "above_ceiling"},
    {Outcome::kSequenceExhausted, 21, "sequence_exhausted"},
    {Outcome::kUnknownAsset, 22, "unknown_asset"},
    {Outcome::kInvalidAssetCode, 23, "invalid_asset_code"},
    {Outcome::kInvalidScale, 24, "invalid_scale"},
    {Outcome::kAssetExists, 25, "asset_exists"},
    {Outcome::kTooManyAssets, 26, "too_many_assets"},
    {Outcome::kInvalidLimits, 27, "invalid_limits"},
    {Outcome::kInvalidStatus, 28, "invalid_status"},
    {Outcome::kInvalidText, 29, "invalid_text"},
    {Outcome::kKeyExists, 30, "key_exists"},
    {Outcome::kTooManyAccounts, 31, "too_many_accounts"},
    {Outcome::kBalanceNotZero, 32, "balance_not_zero"},
    {Outcome::kTimeRunsBackwards, 33, "time_runs_backwards"},
    {Outcome::kInvalidOption, 34, "invalid_option"},
    {Outcome::kJournalOff, 35, "journal_off"},
    {Outcome::kEmptyText, 36, "empty_text"},
    {Outcome::kMalformedNumber, 37, "malformed_number"},
    {Outcome::kTooManyDecimals, 38, "too_many_decimals"},
    {Outcome::kInvalidWeights, 39, "invalid_weights"},
    {Outcome::kDivisionByZero, 40, "division_by_zero"},
    {Outcome::kInvalidHandle, 41, "invalid_handle"},
    {Outcome::kTooManyHandles, 42, "too_many_handles"},
    {Outcome::kNullPointer, 43, "null_pointer"},
    {Outcome::kInvalidStructSize, 44, "invalid_struct_size"},
    {Outcome::kBufferTooSmall, 45, "buffer_too_small"},
    {Outcome::kRefusedByFunction, 46, "refused_by_function"},
    {Outcome::kUndeclaredAccount, 47, "undeclared_account"},
    {Outcome::kNoAccounts, 48, "no_accounts"},
    {Outcome::kTooManyAccountsDeclared, 49, "too_many_accounts_declared"},
    {Outcome::kTooManySnapshots, 50, "too_many_snapshots"},
    {Outcome::kInvalidFlow, 51, "invalid_flow"},
    {Outcome::kInvalidCondition, 52, "invalid_condition"},
    {Outcome::kConditionNotMet, 53, "condition_not_met"},
    {Outcome::kTooLittleAvailable, 54, "too_little_available"},
    {Outcome::kNothingToMove, 55, "nothing_to_move"},
    {Outcome::kLinkedRefused, 56, "linked_refused"},
    {Outcome::kNotAttempted, 57, "not_attempted"},
    {Outcome::kOutsideLimits, 58, "outside_limits"},
    {Outcome::kInvalidDeadline, 59, "invalid_deadline"},
    {Outcome::kUnknownHold, 60, "unknown_hold"},
    {Outcome::kHoldCaptured, 61, "hold_captured"},
    {Outcome::kHoldReleased, 62, "hold_released"},
    {Outcome::kHoldExpired, 63, "hold_expired"},
    {Outcome::kInvalidCapture, 64, "invalid_capture"},
    {Outcome::kHeldNotZero, 65, "held_not_zero"},
    {Outcome::kIdTaken, 66, "id_taken"},
    {Outcome::kIdsOff, 67, "ids_off"},
    {Outcome::kTransferForgotten, 68, "transfer_forgotten"},
    {Outcome::kNotReversible, 69, "not_reversible"},
    {Outcome::kInvalidReversal, 70, "invalid_reversal"},
    {Outcome::kAlreadyReversed, 71, "already_reversed"},
    {Outcome::kReversalTooLarge, 72, "reversal_too_large"},
    {Outcome::kRouteNotAllowed, 73, "route_not_allowed"},
    {Outcome::kRoutesOff, 74, "routes_off"},
    {Outcome::kUnknownRoute, 75, "unknown_route"},
    {Outcome::kLogOff, 76, "log_off"},
    {Outcome::kLogFailed, 77, "log_failed"},
    {Outcome::kLogInUse, 78, "log_in_use"},
    {Outcome::kLogForeign, 79, "log_foreign"},
    {Outcome::kLogNewer, 80, "log_newer"},
    {Outcome::kLogDamaged, 81, "log_damaged"},
};

static_assert(std::is_same_v<std::underlying_type_t<Outcome>, std::uint16_t>);
static_assert(noexcept(OutcomeName(Outcome::kOk)));
static_assert(noexcept(OutcomeMeaning(Outcome::kOk)));
static_assert(noexcept(OutcomeAdvice(Outcome::kOk)));

TEST(OutcomeTest, HasFixedValuesAndNames) {
  for (const FixedOutcome& fixed : kFixed) {
    SCOPED_TRACE(fixed.name);
    EXPECT_EQ(static_cast<int>(fixed.outcome), fixed.value);
    EXPECT_EQ(OutcomeName(fixed.outcome), fixed.name);
  }
}

TEST(OutcomeTest, IsDenseAndCounted) {
  ASSERT_EQ(std::size(kFixed), kOutcomeCount);
  for (std::size_t i = 0; i < std::size(kFixed); ++i) {
    EXPECT_EQ(static_cast<std::size_t>(kFixed[i].value), i);
  }
}

TEST(OutcomeTest, HasAMeaningOfItsOwn) {
  std::set<std::string_view> meanings;
  for (const FixedOutcome& fixed : kFixed) {
    EXPECT_TRUE(meanings.insert(OutcomeMeaning(fixed.outcome)).second)
        << fixed.name;
  }
}

// What follows a colon: a sentence that neither starts nor ends like one.
void ExpectReadsLikeASentence(std::string_view text) {
  SCOPED_TRACE(std::string(text));
  ASSERT_FALSE(text.empty());
  EXPECT_TRUE(std::islower(static_cast<unsigned char>(text.front())));
  EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(text.back())) ||
              text.back() == ')');
  EXPECT_EQ(text.find("  "), std::string_view::npos);
}

TEST(OutcomeTest, HasTextsThatReadAsSentencesWithoutAFullStop) {
  for (const FixedOutcome& fixed : kFixed) {
    SCOPED_TRACE(fixed.name);
    ExpectReadsLikeASentence(OutcomeMeaning(fixed.outcome));
    ExpectReadsLikeASentence(OutcomeAdvice(fixed.outcome));
    EXPECT_NE(OutcomeMeaning(fixed.outcome), OutcomeAdvice(fixed.outcome));
  }
}

TEST(OutcomeTest, HasTextsForNumbersThatAreNone) {
  for (const std::size_t number : {kOutcomeCount, std::size_t{UINT16_MAX}}) {
    const auto unknown = static_cast<Outcome>(number);
    EXPECT_EQ(OutcomeName(unknown), "unknown_outcome");
    ExpectReadsLikeASentence(OutcomeMeaning(unknown));
    ExpectReadsLikeASentence(OutcomeAdvice(unknown));
  }
}

}  // namespace
}  // namespace lockstep
