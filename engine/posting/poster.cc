#include "engine/posting/poster.h"

#include <array>
#include <cstddef>

#include "absl/container/inlined_vector.h"
#include "engine/posting/change.h"
#include "engine/posting/checks.h"
#include "engine/posting/legs_plan.h"
#include "engine/posting/modes.h"
#include "engine/posting/receipt_writer.h"

namespace lockstep::engine {
namespace {

// Posts legs whose shape is right: what the two forms of a transfer share.
// Inlined into both, so that the two-leg form is compiled for two legs. What
// kAuto could gain here, where there is nothing to think about, is less than it
// costs to find out.
template <Concurrency kConcurrency, Mode kMode, std::size_t kCapacity,
          class Legs, class ChangeOf>
[[gnu::always_inline]] inline void PostChecked(
    const PostingGround& ground, SessionState& session, const Legs& legs,
    const TransferOptions& options, const AccountsInOrder<kCapacity>& order,
    const ChangeOf& change_of, ReceiptWriter receipt) noexcept {
  LegsPlan plan(ground.accounts, order, legs, change_of);
  LockWait wait(options.wait);
  if (!ReserveRoom(session, plan, options, wait, receipt)) return;
  PostInMode<kConcurrency>(kMode, ground, session, order, plan, options, wait,
                           receipt);
}

// Whether it takes the way of requests for what its options say.
[[gnu::always_inline]] inline bool IsMoreThanLegs(
    const TransferOptions& options) noexcept {
  return (static_cast<std::uint64_t>(options.dry_run) | options.id.high |
          options.id.low) != 0;
}

}  // namespace

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Transfer(SessionState& session, AccountId from,
                                    AccountId to, Amount amount,
                                    const TransferOptions& options,
                                    Receipt& receipt) const noexcept {
  // The modes are parted here, and not further down: what the optimistic one
  // takes the address of, locked mode keeps in registers.
  if (IsMoreThanLegs(options)) [[unlikely]]
    return TransferAsRequest(session, from, to, amount, options, receipt);
  if (options.mode == Mode::kOptimistic) [[unlikely]] {
    TransferOptimisticUncounted(session, from, to, amount, options,
                                ReceiptWriter(receipt));
  } else {
    TransferUncounted<Mode::kLocked>(session, from, to, amount, options,
                                     ReceiptWriter(receipt));
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::TransferAsRequest(SessionState& session,
                                             AccountId from, AccountId to,
                                             Amount amount,
                                             const TransferOptions& options,
                                             Receipt& receipt) const noexcept {
  ReceiptWriter writer(receipt);
  if (session.inside) return writer.Refuse(Outcome::kInsideTransaction, 0);
  if (!IsMode(options)) return writer.Refuse(Outcome::kInvalidOption, 0);
  const Verdict shape =
      CheckTransferShape(ground_.accounts, from, to, amount, options);
  if (shape.outcome != Outcome::kOk) {
    return writer.Refuse(shape.outcome, 0, shape.refusal);
  }
  const TwoLegs legs{from, to, ToInt128(amount)};
  const std::array both{legs[0], legs[1]};
  PostRequest(session, TransferRequest{.legs = both, .options = options},
              receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::TransferOptimisticUncounted(
    SessionState& session, AccountId from, AccountId to, Amount amount,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  TransferUncounted<Mode::kOptimistic>(session, from, to, amount, options,
                                       receipt);
}

template <Concurrency kConcurrency>
template <Mode kMode>
inline void Poster<kConcurrency>::TransferUncounted(
    SessionState& session, AccountId from, AccountId to, Amount amount,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  if (session.inside) [[unlikely]] {
    return receipt.Refuse(Outcome::kInsideTransaction, 0);
  }
  if (options.mode != Mode::kLocked && !IsMode(options)) [[unlikely]] {
    return receipt.Refuse(Outcome::kInvalidOption, 0);
  }
  const AccountTable& accounts = ground_.accounts;
  if (!HasTransferShape(accounts, from, to, amount, options)) [[unlikely]] {
    // This looks again, and what was unknown a moment ago may be there by now.
    const Verdict shape =
        CheckTransferShape(accounts, from, to, amount, options);
    if (shape.outcome != Outcome::kOk) {
      return receipt.Refuse(shape.outcome, 0, shape.refusal);
    }
  }
  const AccountsInOrder<2> order(accounts, from, to);
  if (order.account(0).asset() != order.account(1).asset()) [[unlikely]] {
    const Verdict shape =
        CheckTransferShape(accounts, from, to, amount, options);
    return receipt.Refuse(shape.outcome, 0, shape.refusal);
  }
  const InsideOperation inside(session);
  const TwoLegs legs{from, to, ToInt128(amount)};
  const auto change_of = [&](std::size_t leg) {
    return leg == 0 ? Change{ExactSum(-legs.amount), kDebits}
                    : Change{ExactSum(legs.amount), kCredits};
  };
  PostChecked<kConcurrency, kMode>(ground_, session, legs, options, order,
                                   change_of, receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Post(SessionState& session,
                                std::span<const Leg> legs,
                                const TransferOptions& options,
                                Receipt& receipt) const noexcept {
  if (IsMoreThanLegs(options)) [[unlikely]]
    return PostRequest(
        session, TransferRequest{.legs = legs, .options = options}, receipt);
  if (options.mode == Mode::kOptimistic) [[unlikely]] {
    PostOptimisticUncounted(session, legs, options, ReceiptWriter(receipt));
  } else {
    PostUncounted<Mode::kLocked>(session, legs, options,
                                 ReceiptWriter(receipt));
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::PostOptimisticUncounted(
    SessionState& session, std::span<const Leg> legs,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  PostUncounted<Mode::kOptimistic>(session, legs, options, receipt);
}

template <Concurrency kConcurrency>
template <Mode kMode>
inline void Poster<kConcurrency>::PostUncounted(
    SessionState& session, std::span<const Leg> legs,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  if (session.inside) [[unlikely]] {
    return receipt.Refuse(Outcome::kInsideTransaction, 0);
  }
  if (options.mode != Mode::kLocked && !IsMode(options)) [[unlikely]] {
    return receipt.Refuse(Outcome::kInvalidOption, 0);
  }
  const Verdict shape = CheckPostShape(ground_.accounts, legs, options);
  if (shape.outcome != Outcome::kOk) [[unlikely]] {
    return receipt.Refuse(shape.outcome, 0, shape.refusal);
  }
  const InsideOperation inside(session);
  const AccountsInOrder<kMaxLegs> order(ground_.accounts, legs);
  // Never more than fit in place, so it does not allocate.
  absl::InlinedVector<Change, kMaxLegs> changes(order.size());
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    changes[order.PlaceOf(leg)].AddLeg(ToInt128(legs[leg].amount));
  }
  const auto change_of = [&](std::size_t party) -> const Change& {
    return changes[party];
  };
  PostChecked<kConcurrency, kMode>(ground_, session, legs, options, order,
                                   change_of, receipt);
}

template class Poster<Concurrency::kMultiThread>;
template class Poster<Concurrency::kSingleThread>;

}  // namespace lockstep::engine
