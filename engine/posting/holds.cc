// Poster::Hold, Capture, Release and ExpireNext.

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>

#include "engine/posting/checks.h"
#include "engine/posting/hold_plan.h"
#include "engine/posting/modes.h"
#include "engine/posting/poster.h"

namespace lockstep::engine {
namespace {

// Who pays and is paid by the same hold would have more held than it can lose.
Verdict CheckSides(std::span<const Leg> legs) {
  for (std::size_t i = 0; i < legs.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (legs[i].account == legs[j].account &&
          legs[i].amount.is_negative() != legs[j].amount.is_negative()) {
        return RefuseLeg(Outcome::kSameAccount, i, legs[i].account);
      }
    }
  }
  return {};
}

Verdict CheckHoldShape(const PostingGround& ground, std::span<const Leg> legs,
                       Tick deadline, const TransferOptions& options) {
  Verdict verdict = CheckPostShape(ground.accounts, legs, options);
  if (verdict.outcome == Outcome::kOk) verdict = CheckSides(legs);
  if (verdict.outcome != Outcome::kOk) return verdict;
  if (!deadline.is_none() && deadline <= ground.clock.Now()) {
    return {Outcome::kInvalidDeadline, {}};
  }
  return {};
}

// Whether `part` lies between zero and `whole`.
bool IsPartOf(Amount part, Amount whole) {
  return whole.is_negative() ? part <= Amount() && part >= whole
                             : part >= Amount() && part <= whole;
}

Verdict CheckCaptureShape(const PostingGround& ground,
                          std::span<const Leg> legs,
                          std::span<const Amount> amounts) {
  if (amounts.size() != legs.size()) return {Outcome::kInvalidCapture, {}};
  std::array<Leg, kMaxLegs> captured;
  bool is_any = false;
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    if (!IsPartOf(amounts[leg], legs[leg].amount)) {
      return RefuseLeg(Outcome::kInvalidCapture, leg, legs[leg].account);
    }
    captured[leg] = {legs[leg].account, amounts[leg]};
    is_any |= !amounts[leg].is_zero();
  }
  if (!is_any) return {Outcome::kNothingToMove, {}};
  return CheckBalance(ground.accounts,
                      std::span<const Leg>(captured.data(), legs.size()));
}

template <Concurrency kConcurrency>
void WorkOnHold(const PostingGround& ground, SessionState& session,
                const HoldWork& work, const TransferOptions& options,
                HoldTable::Prepared* prepared, Receipt& receipt) noexcept {
  const InsideOperation inside(session);
  const AccountsInOrder<kMaxLegs> order(ground.accounts, work.legs);
  HoldPlan plan(ground, order, work, options, prepared);
  LockWait wait(options.wait);
  const ReceiptWriter writer(receipt);
  if (!ReserveRoom(session, plan, options, wait, writer)) return;
  // Time passes without a version: a deadline is judged under the locks.
  const Mode mode = work.deadline.is_none() ? options.mode : Mode::kLocked;
  PostInMode<kConcurrency>(mode, ground, session, order, plan, options, wait,
                           writer);
}

template <Concurrency kConcurrency>
void ResolveUncounted(const PostingGround& ground, SessionState& session,
                      EntryKind kind, Sequence hold,
                      std::span<const Amount> amounts,
                      const TransferOptions& options,
                      Receipt& receipt) noexcept {
  ReceiptWriter writer(receipt);
  if (session.inside) return writer.Refuse(Outcome::kInsideTransaction, 0);
  if (!IsMode(options)) return writer.Refuse(Outcome::kInvalidOption, 0);
  if (options.description.size() > kMaxDescriptionBytes) {
    return writer.Refuse(Outcome::kDescriptionTooLong, 0);
  }
  std::array<Leg, kMaxLegs> copied;
  std::array<Amount, kMaxLegs> all;
  HoldWork work{.kind = kind, .hold = hold};
  std::size_t count = 0;
  // What is resolved stays so: no lock is needed to say that.
  const Outcome open =
      ground.holds.CopyLegs(hold, copied.data(), count, work.deadline);
  if (open != Outcome::kOk) return writer.Refuse(open, 0);
  work.legs = {copied.data(), count};
  if (kind == EntryKind::kCapture) {
    if (amounts.empty()) {
      for (std::size_t leg = 0; leg < count; ++leg) {
        all[leg] = copied[leg].amount;
      }
      amounts = {all.data(), count};
    }
    const Verdict shape = CheckCaptureShape(ground, work.legs, amounts);
    if (shape.outcome != Outcome::kOk) {
      return writer.Refuse(shape.outcome, 0, shape.refusal);
    }
    work.captured = amounts;
  }
  WorkOnHold<kConcurrency>(ground, session, work, options, nullptr, receipt);
}

// A due hold, for who has found one; apart, since a receipt is large.
template <Concurrency kConcurrency>
[[gnu::noinline]] void ExpireOne(const Poster<kConcurrency>& poster,
                                 SessionState& session) noexcept {
  Receipt receipt = ReceiptWriter::Unfilled();
  static_cast<void>(poster.ExpireNext(session, receipt));
}

}  // namespace

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Hold(SessionState& session,
                                std::span<const Leg> legs, Tick deadline,
                                const TransferOptions& options,
                                Receipt& receipt) const noexcept {
  ReceiptWriter writer(receipt);
  if (session.inside) {
    writer.Refuse(Outcome::kInsideTransaction, 0);
  } else if (!IsMode(options)) {
    writer.Refuse(Outcome::kInvalidOption, 0);
  } else if (const Verdict shape =
                 CheckHoldShape(ground_, legs, deadline, options);
             shape.outcome != Outcome::kOk) {
    writer.Refuse(shape.outcome, 0, shape.refusal);
  } else {
    try {
      HoldTable::Prepared prepared({.legs = {legs.begin(), legs.end()},
                                    .deadline = deadline,
                                    .code = options.code,
                                    .user_data = options.user_data});
      // Sequences of a ledger that this one was cloned from are taken.
      session.last_sequence = std::max<Sequence>(
          session.last_sequence, ground_.holds.restored_up_to());
      WorkOnHold<kConcurrency>(ground_, session,
                               {.legs = legs, .deadline = deadline}, options,
                               &prepared, receipt);
      // The time may have come meanwhile, and whoever set it found nothing due.
      const bool is_due =
          !deadline.is_none() && deadline <= ground_.clock.Now();
      if (receipt.ok() && !options.dry_run && is_due) ExpireOne(*this, session);
    } catch (const std::bad_alloc&) {
      writer.Refuse(Outcome::kOutOfMemory, 0);
    }
  }
  if (!options.dry_run) session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Resolve(SessionState& session, EntryKind kind,
                                   Sequence hold,
                                   std::span<const Amount> amounts,
                                   const TransferOptions& options,
                                   Receipt& receipt) const noexcept {
  ResolveUncounted<kConcurrency>(ground_, session, kind, hold, amounts, options,
                                 receipt);
  if (!options.dry_run) session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
bool Poster<kConcurrency>::ExpireNext(SessionState& session,
                                      Receipt& receipt) const noexcept {
  const Sequence due = ground_.holds.NextDue(ground_.clock.Now());
  if (due.is_none()) return false;
  Resolve(session, EntryKind::kExpiry, due, {}, kDefaultTransferOptions,
          receipt);
  return true;
}

template void Poster<Concurrency::kMultiThread>::Hold(SessionState&,
                                                      std::span<const Leg>,
                                                      Tick,
                                                      const TransferOptions&,
                                                      Receipt&) const noexcept;
template void Poster<Concurrency::kSingleThread>::Hold(SessionState&,
                                                       std::span<const Leg>,
                                                       Tick,
                                                       const TransferOptions&,
                                                       Receipt&) const noexcept;
template void Poster<Concurrency::kMultiThread>::Resolve(
    SessionState&, EntryKind, Sequence, std::span<const Amount>,
    const TransferOptions&, Receipt&) const noexcept;
template void Poster<Concurrency::kSingleThread>::Resolve(
    SessionState&, EntryKind, Sequence, std::span<const Amount>,
    const TransferOptions&, Receipt&) const noexcept;
template bool Poster<Concurrency::kMultiThread>::ExpireNext(
    SessionState&, Receipt&) const noexcept;
template bool Poster<Concurrency::kSingleThread>::ExpireNext(
    SessionState&, Receipt&) const noexcept;

}  // namespace lockstep::engine
