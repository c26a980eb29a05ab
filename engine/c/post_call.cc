#include "engine/c/post_call.h"

#include <chrono>
#include <cstring>

namespace lockstep::engine {
namespace {

static_assert(LOCKSTEP_MAX_LEGS == kMaxLegs);
static_assert(LOCKSTEP_NO_LEG == Refusal::kNoLeg);
static_assert(LOCKSTEP_MAX_DESCRIPTION_BYTES == kMaxDescriptionBytes);
static_assert(LOCKSTEP_MAX_RETRY_ATTEMPTS == RetryPolicy::kMaxAttempts);
static_assert(LOCKSTEP_MAX_FLOWS == kMaxFlows);
static_assert(LOCKSTEP_MAX_LINKED_LEGS == kMaxLinkedLegs);
static_assert(LOCKSTEP_NONE_REFUSED == BatchResult::kNone);
static_assert(LOCKSTEP_MODE_LOCKED == static_cast<int>(Mode::kLocked));
static_assert(LOCKSTEP_MODE_OPTIMISTIC == static_cast<int>(Mode::kOptimistic));
static_assert(LOCKSTEP_MODE_AUTO == static_cast<int>(Mode::kAuto));
static_assert(LOCKSTEP_THEN_LOCK == static_cast<int>(AfterLastAttempt::kLock));
static_assert(LOCKSTEP_THEN_REFUSE ==
              static_cast<int>(AfterLastAttempt::kRefuse));
static_assert(LOCKSTEP_ID_FIELD_NONE == static_cast<int>(IdField::kNone));
static_assert(LOCKSTEP_ID_FIELD_OPERATION ==
              static_cast<int>(IdField::kOperation));
static_assert(LOCKSTEP_ID_FIELD_TRANSFERS ==
              static_cast<int>(IdField::kTransfers));
static_assert(LOCKSTEP_ID_FIELD_LEGS == static_cast<int>(IdField::kLegs));
static_assert(LOCKSTEP_ID_FIELD_FLOWS == static_cast<int>(IdField::kFlows));
static_assert(LOCKSTEP_ID_FIELD_CONDITIONS ==
              static_cast<int>(IdField::kConditions));
static_assert(LOCKSTEP_ID_FIELD_ACCOUNTS ==
              static_cast<int>(IdField::kAccounts));
static_assert(LOCKSTEP_ID_FIELD_DEADLINE ==
              static_cast<int>(IdField::kDeadline));
static_assert(LOCKSTEP_ID_FIELD_HOLD == static_cast<int>(IdField::kHold));
static_assert(LOCKSTEP_ID_FIELD_AMOUNTS == static_cast<int>(IdField::kAmounts));
static_assert(LOCKSTEP_ID_FIELD_CODE == static_cast<int>(IdField::kCode));
static_assert(LOCKSTEP_ID_FIELD_USER_DATA ==
              static_cast<int>(IdField::kUserData));
static_assert(LOCKSTEP_ID_FIELD_DESCRIPTION ==
              static_cast<int>(IdField::kDescription));
static_assert(LOCKSTEP_ID_FIELD_TRANSFER ==
              static_cast<int>(IdField::kTransfer));

constexpr lockstep_transfer_options kDefaults = LOCKSTEP_TRANSFER_OPTIONS_INIT;
static_assert(kDefaults.retry_attempts == RetryPolicy().attempts);
static_assert(kDefaults.retry_base_delay_ns ==
              RetryPolicy().base_delay.count());
static_assert(kDefaults.retry_max_delay_ns == RetryPolicy().max_delay.count());
static_assert(kDefaults.retry_then ==
              static_cast<std::uint32_t>(RetryPolicy().then));

constexpr lockstep_link_options kLinkDefaults = LOCKSTEP_LINK_OPTIONS_INIT;
static_assert(kLinkDefaults.retry_attempts == kDefaults.retry_attempts);
static_assert(kLinkDefaults.retry_base_delay_ns ==
              kDefaults.retry_base_delay_ns);
static_assert(kLinkDefaults.retry_max_delay_ns == kDefaults.retry_max_delay_ns);
static_assert(kLinkDefaults.retry_then == kDefaults.retry_then);

// Whether what both kinds of options have are numbers of their enumerations.
template <class Options>
bool HasGoodNumbers(const Options& options) noexcept {
  return options.mode <= LOCKSTEP_MODE_AUTO &&
         options.retry_then <= LOCKSTEP_THEN_REFUSE && options.dry_run <= 1;
}

// What makes no sense stays like that: the ledger refuses it where it matters.
template <class Options>
RetryPolicy RetryFromC(const Options& options) noexcept {
  return {.attempts = static_cast<std::uint16_t>(
              std::min<std::uint32_t>(options.retry_attempts, UINT16_MAX)),
          .then = static_cast<AfterLastAttempt>(options.retry_then),
          .base_delay = std::chrono::nanoseconds(options.retry_base_delay_ns),
          .max_delay = std::chrono::nanoseconds(options.retry_max_delay_ns)};
}

void CopyChanges(const Receipt& receipt, lockstep_receipt& to) noexcept {
  to.change_count = static_cast<std::uint32_t>(receipt.changes().size());
  if (to.changes == nullptr) return;
  lockstep_change* next = to.changes;
  const std::size_t room = to.change_capacity;
  for (const AccountChange& change :
       receipt.changes().first(std::min<std::size_t>(room, to.change_count))) {
    *next++ = {change.account.value(), ToC(change.before), ToC(change.after)};
  }
}

void CopyFlowed(const Receipt& receipt, lockstep_receipt& to) noexcept {
  to.flow_count = static_cast<std::uint32_t>(receipt.flowed().size());
  if (to.flowed == nullptr) return;
  lockstep_amount* next = to.flowed;
  const std::size_t room = to.flow_capacity;
  for (const Amount amount :
       receipt.flowed().first(std::min<std::size_t>(room, to.flow_count))) {
    *next++ = ToC(amount);
  }
}

// What a caller's receipt has of the caller's own; the rest as none has it.
lockstep_receipt OwnOf(const lockstep_receipt& theirs) noexcept {
  lockstep_receipt known = LOCKSTEP_RECEIPT_INIT;
  std::memcpy(&known, &theirs, KnownSize<lockstep_receipt>(theirs.struct_size));
  lockstep_receipt own = LOCKSTEP_RECEIPT_INIT;
  own.changes = known.changes;
  own.change_capacity = known.change_capacity;
  own.flowed = known.flowed;
  own.flow_capacity = known.flow_capacity;
  return own;
}

}  // namespace

Outcome ReadOptions(const lockstep_transfer_options* options,
                    TransferOptions& read) noexcept {
  if (options == nullptr) return Outcome::kOk;
  lockstep_transfer_options mine = kDefaults;
  const Outcome outcome = ReadStruct(options, mine);
  if (outcome != Outcome::kOk) return outcome;
  const Result<Wait> wait = WaitFromC(mine.wait, mine.wait_ns);
  if (!wait || !HasGoodNumbers(mine) || mine.reserved != 0) {
    return Outcome::kInvalidOption;
  }
  read = {.description = FromText(mine.description),
          .code = mine.code,
          .user_data = FromC(mine.user_data),
          .wait = *wait,
          .mode = static_cast<Mode>(mine.mode),
          .retry = RetryFromC(mine),
          .dry_run = mine.dry_run != 0,
          .id = FromC(mine.id)};
  return Outcome::kOk;
}

Outcome ReadOptions(const lockstep_link_options* options,
                    LinkOptions& read) noexcept {
  if (options == nullptr) return Outcome::kOk;
  lockstep_link_options mine = kLinkDefaults;
  const Outcome outcome = ReadStruct(options, mine);
  if (outcome != Outcome::kOk) return outcome;
  const Result<Wait> wait = WaitFromC(mine.wait, mine.wait_ns);
  if (!wait || !HasGoodNumbers(mine)) return Outcome::kInvalidOption;
  read = {.wait = *wait,
          .mode = static_cast<Mode>(mine.mode),
          .retry = RetryFromC(mine),
          .dry_run = mine.dry_run != 0,
          .id = FromC(mine.id)};
  return Outcome::kOk;
}

Outcome ReadOptions(const lockstep_each_options* options,
                    EachOptions& read) noexcept {
  if (options == nullptr) return Outcome::kOk;
  lockstep_each_options mine = LOCKSTEP_EACH_OPTIONS_INIT;
  const Outcome outcome = ReadStruct(options, mine);
  if (outcome != Outcome::kOk) return outcome;
  if (mine.stop_at_refusal > 1) return Outcome::kInvalidOption;
  read = {.stop_at_refusal = mine.stop_at_refusal != 0};
  return Outcome::kOk;
}

void WriteReceipt(const Receipt& receipt, lockstep_receipt* theirs) noexcept {
  lockstep_receipt mine = OwnOf(*theirs);
  mine.outcome = ToC(receipt.outcome());
  mine.attempts = receipt.attempts();
  mine.sequence = receipt.sequence().value();
  const Refusal refusal = receipt.refusal();
  mine.refused_leg = refusal.leg;
  mine.refused_account = refusal.account.value();
  mine.refused_asset = refusal.asset.value();
  mine.reason = refusal.reason;
  mine.available = ToC(refusal.available);
  mine.limit = ToC(refusal.limit);
  mine.required = ToC(refusal.required);
  mine.refused_flow = refusal.flow;
  mine.refused_condition = refusal.condition;
  mine.refused_transfer = refusal.transfer;
  mine.refused_payee = refusal.payee.value();
  mine.is_dry_run = receipt.is_dry_run() ? 1 : 0;
  mine.is_replay = receipt.is_replay() ? 1 : 0;
  mine.id_field = static_cast<std::uint32_t>(refusal.id_field);
  mine.posted_as = refusal.posted_as.value();
  CopyChanges(receipt, mine);
  CopyFlowed(receipt, mine);
  WriteStruct(mine, theirs, theirs->struct_size);
}

}  // namespace lockstep::engine
