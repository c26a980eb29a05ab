// Poster::Hold, Capture, Release and ExpireNext.

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>

#include "engine/posting/checks.h"
#include "engine/posting/hold_plan.h"
#include "engine/posting/modes.h"
#include "engine/posting/post_once.h"
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

Verdict CheckHoldShape(const AccountTable& accounts, std::span<const Leg> legs,
                       const TransferOptions& options) {
  const Verdict verdict = CheckPostShape(accounts, legs, options);
  return verdict.outcome == Outcome::kOk ? CheckSides(legs) : verdict;
}

template <Concurrency kConcurrency>
void WorkOnHold(const PostingGround& ground, SessionState& session,
                const HoldWork& work, const TransferOptions& options,
                LockWait& wait, HoldTable::Prepared* prepared, IdClaim* claim,
                ReceiptWriter receipt) noexcept {
  const InsideOperation inside(session);
  const AccountsInOrder<kMaxLegs> order(ground.accounts, work.legs);
  HoldPlan plan(ground, order, work, options, prepared, claim);
  if (!ReserveRoom(session, plan, options, wait, receipt)) return;
  // Time passes without a version: a deadline is judged under the locks.
  const Mode mode = work.deadline.is_none() ? options.mode : Mode::kLocked;
  PostInMode<kConcurrency>(mode, ground, session, order, plan, options, wait,
                           receipt);
}

// A hold whose legs have the right shape.
template <Concurrency kConcurrency>
void Place(const PostingGround& ground, SessionState& session,
           std::span<const Leg> legs, Tick deadline,
           const TransferOptions& options, LockWait& wait, IdClaim* claim,
           ReceiptWriter receipt) noexcept {
  if (!deadline.is_none() && deadline <= ground.clock.Now()) {
    return receipt.Refuse(Outcome::kInvalidDeadline, 0);
  }
  try {
    HoldTable::Prepared prepared({.legs = {legs.begin(), legs.end()},
                                  .deadline = deadline,
                                  .code = options.code,
                                  .user_data = options.user_data});
    WorkOnHold<kConcurrency>(ground, session,
                             {.legs = legs, .deadline = deadline}, options,
                             wait, &prepared, claim, receipt);
  } catch (const std::bad_alloc&) {
    receipt.Refuse(Outcome::kOutOfMemory, 0);
  }
}

// What is left to do of that once its id, if it has one, is found to be new:
// what has become of the hold is not looked at before.
template <Concurrency kConcurrency>
void ResolveOnce(const PostingGround& ground, SessionState& session,
                 EntryKind kind, Sequence hold, std::span<const Amount> amounts,
                 const TransferOptions& options, LockWait& wait, IdClaim* claim,
                 ReceiptWriter receipt) noexcept {
  std::array<Leg, kMaxLegs> copied;
  std::array<Amount, kMaxLegs> all;
  HoldWork work{.kind = kind, .hold = hold};
  std::size_t count = 0;
  // What is resolved stays so: no lock is needed to say that.
  const Outcome open =
      ground.holds.CopyLegs(hold, copied.data(), count, work.deadline);
  if (open != Outcome::kOk) return receipt.Refuse(open, 0);
  work.legs = {copied.data(), count};
  if (kind == EntryKind::kCapture) {
    if (amounts.empty()) {
      for (std::size_t leg = 0; leg < count; ++leg) {
        all[leg] = copied[leg].amount;
      }
      amounts = {all.data(), count};
    }
    const Verdict shape = CheckPartsOf(ground.accounts, work.legs, amounts,
                                       Outcome::kInvalidCapture);
    if (shape.outcome != Outcome::kOk) {
      return receipt.Refuse(shape.outcome, 0, shape.refusal);
    }
    work.captured = amounts;
  }
  WorkOnHold<kConcurrency>(ground, session, work, options, wait, nullptr, claim,
                           receipt);
}

template <Concurrency kConcurrency>
void ResolveUncounted(const PostingGround& ground, SessionState& session,
                      EntryKind kind, Sequence hold,
                      std::span<const Amount> amounts,
                      const TransferOptions& options,
                      ReceiptWriter receipt) noexcept {
  if (session.inside) return receipt.Refuse(Outcome::kInsideTransaction, 0);
  if (!IsMode(options)) return receipt.Refuse(Outcome::kInvalidOption, 0);
  if (options.description.size() > kMaxDescriptionBytes) {
    return receipt.Refuse(Outcome::kDescriptionTooLong, 0);
  }
  if (amounts.size() > kMaxLegs) {  // more than any hold has
    return receipt.Refuse(Outcome::kInvalidCapture, 0);
  }
  LockWait wait(options.wait);
  const auto remembered = [&] {
    Remembered made(IdContent::OfResolving(kind, hold, amounts, options));
    made.Reserve(1, kMaxLegs, 0);
    return made;
  };
  PostOnce(ground, session, options, wait, remembered, receipt,
           [&](IdClaim* claim) {
             ResolveOnce<kConcurrency>(ground, session, kind, hold, amounts,
                                       options, wait, claim, receipt);
           });
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
                 CheckHoldShape(ground_.accounts, legs, options);
             shape.outcome != Outcome::kOk) {
    writer.Refuse(shape.outcome, 0, shape.refusal);
  } else {
    LockWait wait(options.wait);
    const auto remembered = [&] {
      Remembered made(IdContent::OfHold(legs, deadline, options));
      made.Reserve(1, legs.size(), 0);
      return made;
    };
    PostOnce(ground_, session, options, wait, remembered, writer,
             [&](IdClaim* claim) {
               Place<kConcurrency>(ground_, session, legs, deadline, options,
                                   wait, claim, writer);
             });
    // The time may have come meanwhile, and whoever set it found nothing due.
    const bool is_due = !deadline.is_none() && deadline <= ground_.clock.Now();
    if (receipt.ok() && !options.dry_run && is_due) ExpireOne(*this, session);
  }
  if (!options.dry_run) session.counters.CountReceipt(receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Resolve(SessionState& session, EntryKind kind,
                                   Sequence hold,
                                   std::span<const Amount> amounts,
                                   const TransferOptions& options,
                                   Receipt& receipt) const noexcept {
  ResolveUncounted<kConcurrency>(ground_, session, kind, hold, amounts, options,
                                 ReceiptWriter(receipt));
  if (!options.dry_run) session.counters.CountReceipt(receipt);
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
