#include "engine/posting/poster.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>

#include "absl/container/inlined_vector.h"
#include "engine/locking/sorted_legs.h"
#include "engine/posting/change.h"
#include "engine/posting/checks.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/refusal.h"

namespace lockstep::engine {
namespace {

// The sequence of an operation that has locked the accounts of `order`; none
// if the counter is used up.
Sequence NextSequenceLocked(const AccountsInOrder& order,
                            const SessionState& session) noexcept {
  Sequence last = session.last_sequence;
  for (std::size_t place = 0; place < order.size(); ++place) {
    last = std::max(last, order.account(place).word.VersionLocked());
  }
  if (last.counter() == Sequence::kMaxCounter) return Sequence();
  return Sequence(last.counter() + 1, session.slot);
}

// Appends the transfer to the session's stream, into the room that was
// reserved.
void RecordLocked(Stream& stream, Sequence sequence, Tick tick,
                  std::span<const Leg> legs, const TransferOptions& options,
                  const AccountsInOrder& order,
                  std::span<const Change> changes) noexcept {
  RecordHead head;
  head.sequence = sequence;
  head.tick = tick;
  head.user_data = options.user_data;
  head.code = options.code;
  head.legs = static_cast<std::uint16_t>(legs.size());
  head.description_bytes =
      static_cast<std::uint16_t>(options.description.size());
  head.bytes = RecordBytes(legs.size(), options.description.size());
  const std::span<RecordLeg> rows =
      stream.Begin(head, options.description.data());
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    rows[leg] = {legs[leg].account, legs[leg].amount,
                 ToAmount(changes[order.PlaceOf(leg)].after)};
  }
  stream.Publish();
}

// Posts legs whose shape is right. Everything in a transfer's flow that its two
// forms share; inlined into both, so that the two-leg form is compiled for two
// legs.
template <Concurrency kConcurrency>
[[gnu::always_inline]] inline void PostChecked(
    const AccountTable& accounts, const TickClock& clock, SessionState& session,
    std::span<const Leg> legs, const TransferOptions& options,
    const AccountsInOrder& order, std::span<Change> changes,
    ReceiptWriter receipt) noexcept {
  LockWait wait(options.wait);
  if (session.stream != nullptr) {
    const Outcome room = session.stream->Reserve(
        RecordBytes(legs.size(), options.description.size()), wait);
    if (room != Outcome::kOk) return receipt.Refuse(room);
  }
  const Tick tick = clock.Now();
  SortedLegs<kConcurrency> locks(order, wait);
  receipt.SetAttempts(1);
  const bool got_locks = locks.try_lock();
  session.counters.CountWaits(wait.waits());
  if (!got_locks) return receipt.Refuse(Outcome::kBusy);
  Sequence sequence;
  {
    const std::scoped_lock locked(std::adopt_lock, locks);
    locks.AssertHeld();

    bool is_allowed = true;
    for (std::size_t place = 0; place < order.size(); ++place) {
      is_allowed &= CheckState(order.account(place),
                               accounts.Cold(order.id(place)), changes[place]);
    }
    if (!is_allowed) [[unlikely]] {
      const Verdict why = FindRefusal(accounts, order, legs, changes);
      return receipt.Refuse(why.outcome, why.refusal);
    }
    sequence = NextSequenceLocked(order, session);
    if (sequence.is_none()) [[unlikely]] {
      return receipt.Refuse(Outcome::kSequenceExhausted);
    }

    // From here the transfer must succeed: nothing below may fail, wait,
    // allocate, do I/O or call back.
    session.last_sequence = sequence;
    for (std::size_t place = 0; place < order.size(); ++place) {
      order.account(place).balance.StoreLocked(changes[place].after);
    }
    if (session.stream != nullptr) {
      RecordLocked(*session.stream, sequence, tick, legs, options, order,
                   changes);
    }
    locks.Stamp(sequence);
  }
  receipt.SetPosted(sequence);
  for (std::size_t place = 0; place < order.size(); ++place) {
    receipt.AddChange({order.id(place), ToAmount(changes[place].before),
                       ToAmount(changes[place].after)});
  }
}

}  // namespace

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Transfer(SessionState& session, AccountId from,
                                    AccountId to, Amount amount,
                                    const TransferOptions& options,
                                    Receipt& receipt) const noexcept {
  ReceiptWriter writer(receipt);
  if (session.inside) {
    writer.Refuse(Outcome::kInsideTransaction);
  } else {
    const InsideOperation inside(session);
    const Int128 moved = ToInt128(amount);
    const Verdict shape =
        CheckTransferShape(accounts_, from, to, amount, options);
    if (shape.outcome != Outcome::kOk) [[unlikely]] {
      writer.Refuse(shape.outcome, shape.refusal);
    } else {
      const std::array<Leg, 2> legs = {Leg{from, ToAmount(-moved)},
                                       Leg{to, amount}};
      const AccountsInOrder order(accounts_, from, to);
      std::array<Change, 2> changes;
      changes[order.PlaceOf(0)].AddLeg(-moved);
      changes[order.PlaceOf(1)].AddLeg(moved);
      PostChecked<kConcurrency>(accounts_, clock_, session, legs, options,
                                order, changes, writer);
    }
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Post(SessionState& session,
                                std::span<const Leg> legs,
                                const TransferOptions& options,
                                Receipt& receipt) const noexcept {
  ReceiptWriter writer(receipt);
  if (session.inside) {
    writer.Refuse(Outcome::kInsideTransaction);
  } else {
    const InsideOperation inside(session);
    const Verdict shape = CheckPostShape(accounts_, legs, options);
    if (shape.outcome != Outcome::kOk) [[unlikely]] {
      writer.Refuse(shape.outcome, shape.refusal);
    } else {
      const AccountsInOrder order(accounts_, legs);
      // Never more than fit in place, so it does not allocate.
      absl::InlinedVector<Change, kMaxLegs> changes(order.size());
      for (std::size_t leg = 0; leg < legs.size(); ++leg) {
        changes[order.PlaceOf(leg)].AddLeg(ToInt128(legs[leg].amount));
      }
      PostChecked<kConcurrency>(accounts_, clock_, session, legs, options,
                                order, changes, writer);
    }
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
Outcome Poster<kConcurrency>::SetStatus(SessionState& session,
                                        AccountId account, AccountStatus status,
                                        Wait patience) const noexcept {
  if (session.inside) return Outcome::kInsideTransaction;
  const InsideOperation inside(session);
  if (status > AccountStatus::kClosed) return Outcome::kInvalidStatus;
  if (!accounts_.Contains(account)) return Outcome::kUnknownAccount;

  LockWait wait(patience);
  const AccountsInOrder order(accounts_, account);
  SortedLegs<kConcurrency> locks(order, wait);
  if (!locks.try_lock()) return Outcome::kBusy;
  const std::scoped_lock locked(std::adopt_lock, locks);
  locks.AssertHeld();
  Account& changed = order.account(0);
  if (status == AccountStatus::kClosed && changed.balance.LoadLocked() != 0) {
    return Outcome::kBalanceNotZero;
  }
  const Sequence sequence = NextSequenceLocked(order, session);
  if (sequence.is_none()) return Outcome::kSequenceExhausted;
  session.last_sequence = sequence;
  changed.SetStatusLocked(status);
  locks.Stamp(sequence);
  return Outcome::kOk;
}

template class Poster<Concurrency::kMultiThread>;
template class Poster<Concurrency::kSingleThread>;

}  // namespace lockstep::engine
