#include "engine/c/post_call.h"

#include <chrono>

namespace lockstep::engine {
namespace {

static_assert(LOCKSTEP_MAX_LEGS == kMaxLegs);
static_assert(LOCKSTEP_NO_LEG == Refusal::kNoLeg);
static_assert(LOCKSTEP_MAX_DESCRIPTION_BYTES == kMaxDescriptionBytes);
static_assert(LOCKSTEP_MAX_RETRY_ATTEMPTS == RetryPolicy::kMaxAttempts);
static_assert(LOCKSTEP_MODE_LOCKED == static_cast<int>(Mode::kLocked));
static_assert(LOCKSTEP_MODE_OPTIMISTIC == static_cast<int>(Mode::kOptimistic));
static_assert(LOCKSTEP_MODE_AUTO == static_cast<int>(Mode::kAuto));
static_assert(LOCKSTEP_THEN_LOCK == static_cast<int>(AfterLastAttempt::kLock));
static_assert(LOCKSTEP_THEN_REFUSE ==
              static_cast<int>(AfterLastAttempt::kRefuse));

constexpr lockstep_transfer_options kDefaults = LOCKSTEP_TRANSFER_OPTIONS_INIT;
static_assert(kDefaults.retry_attempts == RetryPolicy().attempts);
static_assert(kDefaults.retry_base_delay_ns ==
              RetryPolicy().base_delay.count());
static_assert(kDefaults.retry_max_delay_ns == RetryPolicy().max_delay.count());
static_assert(kDefaults.retry_then ==
              static_cast<std::uint32_t>(RetryPolicy().then));

// What makes no sense stays like that: the ledger refuses it where it matters.
RetryPolicy RetryFromC(const lockstep_transfer_options& options) noexcept {
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

}  // namespace

Outcome ReadOptions(const lockstep_transfer_options* options,
                    TransferOptions& read) noexcept {
  if (options == nullptr) return Outcome::kOk;
  lockstep_transfer_options mine = kDefaults;
  const Outcome outcome = ReadStruct(options, mine);
  if (outcome != Outcome::kOk) return outcome;
  const Result<Wait> wait = WaitFromC(mine.wait, mine.wait_ns);
  if (!wait || mine.mode > LOCKSTEP_MODE_AUTO ||
      mine.retry_then > LOCKSTEP_THEN_REFUSE) {
    return Outcome::kInvalidOption;
  }
  read = {.description = FromText(mine.description),
          .code = mine.code,
          .user_data = FromC(mine.user_data),
          .wait = *wait,
          .mode = static_cast<Mode>(mine.mode),
          .retry = RetryFromC(mine)};
  return Outcome::kOk;
}

void WriteReceipt(const Receipt& receipt, lockstep_receipt* theirs) noexcept {
  lockstep_receipt mine = LOCKSTEP_RECEIPT_INIT;
  mine.change_capacity = theirs->change_capacity;
  mine.changes = theirs->changes;
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
  CopyChanges(receipt, mine);
  WriteStruct(mine, theirs, theirs->struct_size);
}

}  // namespace lockstep::engine
