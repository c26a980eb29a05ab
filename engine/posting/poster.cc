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

// The two legs of a transfer from one account to another, without the memory
// that a list of them takes.
struct TwoLegs {
  AccountId from;
  AccountId to;
  Int128 amount;

  [[nodiscard]] static constexpr std::size_t size() noexcept { return 2; }
  [[nodiscard]] Leg operator[](std::size_t leg) const noexcept {
    return leg == 0 ? Leg{from, ToAmount(-amount)} : Leg{to, ToAmount(amount)};
  }
};

// The sequence of an operation that has locked the accounts of `order`; none
// if the counter is used up.
template <std::size_t kCapacity>
[[gnu::always_inline]] inline Sequence NextSequenceLocked(
    const AccountsInOrder<kCapacity>& order,
    const SessionState& session) noexcept {
  // As numbers, of which the higher one is chosen in a register; std::max would
  // choose between two places in memory.
  const Sequence last_of_session = session.last_sequence;
  std::uint64_t last = last_of_session.value();
  if (session.stream != nullptr) {
    const std::uint64_t floor = session.stream->SequenceFloor().value();
    last = floor > last ? floor : last;
  }
  order.ForEachPlace([&](std::size_t place) {
    const std::uint64_t version =
        order.account(place).word.VersionLocked().value();
    last = version > last ? version : last;
  });
  const std::uint64_t counter = Sequence(last).counter();
  if (counter == Sequence::kMaxCounter) return Sequence();
  return Sequence(counter + 1, session.slot);
}

// Appends the transfer to the session's stream, into the room that was
// reserved. Apart: inlined, it would cost the transfers of ledgers without a
// journal more than it saves those with one.
template <std::size_t kCapacity, class Legs>
[[gnu::noinline]] void RecordLocked(Stream& stream, Sequence sequence,
                                    Tick tick, const Legs& legs,
                                    const TransferOptions& options,
                                    const AccountsInOrder<kCapacity>& order,
                                    const AccountChange* results) noexcept {
  const auto leg_at = [&](std::size_t leg) {
    return RecordLeg{legs[leg].account, legs[leg].amount,
                     results[order.PlaceOf(leg)].after};
  };
  stream.Publish(WriteRecord(stream.place(), sequence, tick, options,
                             legs.size(), leg_at));
}

// FindRefusalLocked for either form of legs.
Verdict WhyNotLocked(const AccountTable& accounts, std::span<const Leg> legs) {
  return FindRefusalLocked(accounts, legs);
}
[[gnu::noinline]] Verdict WhyNotLocked(const AccountTable& accounts,
                                       TwoLegs legs) {
  return FindRefusalLocked(accounts, std::array{legs[0], legs[1]});
}

// Posts legs whose shape is right: everything in a transfer's flow that its two
// forms share. Inlined into both, so that the two-leg form is compiled for two
// legs. `change_of` gives the Change of a party.
template <Concurrency kConcurrency, std::size_t kCapacity, class Legs,
          class ChangeOf>
[[gnu::always_inline]] inline void PostChecked(
    const AccountTable& accounts, const TickClock& clock, SessionState& session,
    const Legs& legs, const TransferOptions& options,
    const AccountsInOrder<kCapacity>& order, const ChangeOf& change_of,
    ReceiptWriter receipt) noexcept {
  LockWait wait(options.wait);
  if (session.stream != nullptr) {
    const Outcome room = session.stream->Reserve(
        RecordBytes(legs.size(), options.description.size()), wait);
    if (room != Outcome::kOk) [[unlikely]] {
      session.counters.CountWaits(wait.waits());
      return receipt.Refuse(room, 0);
    }
  }
  SortedLegs<kConcurrency, kCapacity> locks(order, wait);
  const bool got_locks = locks.try_lock();
  session.counters.CountWaits(wait.waits());
  if (!got_locks) [[unlikely]]
    return receipt.Refuse(Outcome::kBusy, 1);
  AccountChange* const results = receipt.changes();
  Sequence sequence;
  {
    const std::scoped_lock locked(std::adopt_lock, locks);
    locks.AssertHeld();

    bool is_allowed = true;
    order.ForEachParty([&](std::size_t party, std::size_t place, AccountId id,
                           const Account& account) {
      is_allowed &= CheckStateLocked(accounts, id, account, change_of(party),
                                     results[place]);
    });
    if (!is_allowed) [[unlikely]] {
      const Verdict why = WhyNotLocked(accounts, legs);
      return receipt.Refuse(why.outcome, 1, why.refusal);
    }
    sequence = NextSequenceLocked(order, session);
    if (sequence.is_none()) [[unlikely]] {
      return receipt.Refuse(Outcome::kSequenceExhausted, 1);
    }

    // From here the transfer must succeed: nothing below may fail, wait,
    // allocate, do I/O or call back.
    session.last_sequence = sequence;
    order.ForEachParty(
        [&](std::size_t, std::size_t place, AccountId, Account& account) {
          account.balance.StoreLocked(ToInt128(results[place].after));
        });
    if (session.stream != nullptr) {
      RecordLocked(*session.stream, sequence, clock.Now(), legs, options, order,
                   results);
    }
    locks.Stamp(sequence);
  }
  receipt.SetPosted(sequence, 1, order.size());
  if (session.stream != nullptr) session.stream->PrepareNext();
}

}  // namespace

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Transfer(SessionState& session, AccountId from,
                                    AccountId to, Amount amount,
                                    const TransferOptions& options,
                                    Receipt& receipt) const noexcept {
  TransferUncounted(session, from, to, amount, options, ReceiptWriter(receipt));
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
inline void Poster<kConcurrency>::TransferUncounted(
    SessionState& session, AccountId from, AccountId to, Amount amount,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  if (session.inside) [[unlikely]] {
    return receipt.Refuse(Outcome::kInsideTransaction, 0);
  }
  if (!HasTransferShape(accounts_, from, to, amount, options)) [[unlikely]] {
    // This looks again, and what was unknown a moment ago may be there by now.
    const Verdict shape =
        CheckTransferShape(accounts_, from, to, amount, options);
    if (shape.outcome != Outcome::kOk) {
      return receipt.Refuse(shape.outcome, 0, shape.refusal);
    }
  }
  const AccountsInOrder<2> order(accounts_, from, to);
  if (order.account(0).asset() != order.account(1).asset()) [[unlikely]] {
    const Verdict shape =
        CheckTransferShape(accounts_, from, to, amount, options);
    return receipt.Refuse(shape.outcome, 0, shape.refusal);
  }
  const InsideOperation inside(session);
  const TwoLegs legs{from, to, ToInt128(amount)};
  const auto change_of = [&](std::size_t leg) {
    return leg == 0 ? Change{ExactSum(-legs.amount), kDebits}
                    : Change{ExactSum(legs.amount), kCredits};
  };
  PostChecked<kConcurrency>(accounts_, clock_, session, legs, options, order,
                            change_of, receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Post(SessionState& session,
                                std::span<const Leg> legs,
                                const TransferOptions& options,
                                Receipt& receipt) const noexcept {
  PostUncounted(session, legs, options, ReceiptWriter(receipt));
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
inline void Poster<kConcurrency>::PostUncounted(
    SessionState& session, std::span<const Leg> legs,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  if (session.inside) [[unlikely]] {
    return receipt.Refuse(Outcome::kInsideTransaction, 0);
  }
  const Verdict shape = CheckPostShape(accounts_, legs, options);
  if (shape.outcome != Outcome::kOk) [[unlikely]] {
    return receipt.Refuse(shape.outcome, 0, shape.refusal);
  }
  const InsideOperation inside(session);
  const AccountsInOrder<kMaxLegs> order(accounts_, legs);
  // Never more than fit in place, so it does not allocate.
  absl::InlinedVector<Change, kMaxLegs> changes(order.size());
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    changes[order.PlaceOf(leg)].AddLeg(ToInt128(legs[leg].amount));
  }
  const auto change_of = [&](std::size_t party) -> const Change& {
    return changes[party];
  };
  PostChecked<kConcurrency>(accounts_, clock_, session, legs, options, order,
                            change_of, receipt);
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
  const AccountsInOrder<1> order(accounts_, account);
  SortedLegs<kConcurrency, 1> locks(order, wait);
  const bool got_locks = locks.try_lock();
  session.counters.CountWaits(wait.waits());
  if (!got_locks) return Outcome::kBusy;
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
