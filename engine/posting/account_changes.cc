// Poster::SetStatus and SetLimits: what changes an account and moves nothing.

#include <mutex>

#include "engine/journal/record.h"
#include "engine/locking/sorted_legs.h"
#include "engine/posting/commit.h"
#include "engine/posting/poster.h"

namespace lockstep::engine {
namespace {

void RecordChangeLocked(Stream& stream, EntryKind kind, Sequence sequence,
                        std::uint32_t epoch, Tick tick, AccountId account,
                        const AccountView& state) noexcept {
  stream.Publish(WriteChangeRecord(
      stream.place(), kind, sequence, epoch, tick,
      {account, Amount(), ToAmount(state.balance)},
      {ToAmount(state.floor), ToAmount(state.ceiling), state.status}));
}

}  // namespace

template <Concurrency kConcurrency>
template <class MakeChange>
Outcome Poster<kConcurrency>::ChangeAccount(
    SessionState& session, AccountId account, EntryKind kind, Wait patience,
    const MakeChange& change) const noexcept {
  LockWait wait(patience);
  if (session.stream != nullptr) {
    const Outcome room = session.stream->Reserve(kChangeRecordBytes, wait);
    if (room != Outcome::kOk) return room;
  }
  const AccountsInOrder<1> order(ground_.accounts, account);
  SortedLegs<kConcurrency, 1> locks(order, wait);
  EpochEntry<1> epoch;
  const Outcome locked_all = LockToPost(
      ground_, session, order, locks, [&] { return locks.try_lock(); },
      Outcome::kBusy, epoch);
  session.counters.CountWaits(wait.waits());
  if (locked_all != Outcome::kOk) return locked_all;
  {
    const std::scoped_lock locked(std::adopt_lock, locks);
    locks.AssertHeld();
    Account& hot = order.account(0);
    AccountView state = ViewLocked(ground_.accounts, account, hot);
    const Outcome changed = change(state);
    if (changed != Outcome::kOk) return changed;
    const Sequence sequence = NextSequenceLocked(order, session);
    if (sequence.is_none()) return Outcome::kSequenceExhausted;
    // From here it must succeed.
    session.last_sequence = sequence;
    epoch.KeepImagesLocked(ground_.accounts, order, session.images,
                           ground_.snapshots);
    hot.floor.StoreLocked(state.floor);
    ground_.accounts.SetCeilingLocked(account, state.ceiling);
    hot.SetStatusLocked(state.status);
    if (session.stream != nullptr) {
      RecordChangeLocked(*session.stream, kind, sequence, epoch.epoch(),
                         ground_.clock.Now(), account, state);
    }
    locks.Stamp(sequence);
  }
  PrepareNext(session, epoch);
  return Outcome::kOk;
}

template <Concurrency kConcurrency>
Outcome Poster<kConcurrency>::SetStatus(SessionState& session,
                                        AccountId account, AccountStatus status,
                                        Wait patience) const noexcept {
  if (session.inside) return Outcome::kInsideTransaction;
  const InsideOperation inside(session);
  if (status > AccountStatus::kClosed) return Outcome::kInvalidStatus;
  if (!ground_.accounts.Contains(account)) return Outcome::kUnknownAccount;
  return ChangeAccount(
      session, account, EntryKind::kStatus, patience, [&](AccountView& state) {
        if (status == AccountStatus::kClosed && state.balance != 0) {
          return Outcome::kBalanceNotZero;
        }
        if (status == AccountStatus::kClosed && state.held != 0) {
          return Outcome::kHeldNotZero;
        }
        state.status = status;
        return Outcome::kOk;
      });
}

template <Concurrency kConcurrency>
Outcome Poster<kConcurrency>::SetLimits(SessionState& session,
                                        AccountId account, Amount floor,
                                        Amount ceiling,
                                        Wait patience) const noexcept {
  if (session.inside) return Outcome::kInsideTransaction;
  const InsideOperation inside(session);
  if (floor > ceiling) return Outcome::kInvalidLimits;
  if (!ground_.accounts.Contains(account)) return Outcome::kUnknownAccount;
  return ChangeAccount(session, account, EntryKind::kLimits, patience,
                       [&](AccountView& state) {
                         state.floor = ToInt128(floor);
                         state.ceiling = ToInt128(ceiling);
                         return state.balance - state.held < state.floor ||
                                        state.balance > state.ceiling
                                    ? Outcome::kOutsideLimits
                                    : Outcome::kOk;
                       });
}

template Outcome Poster<Concurrency::kMultiThread>::SetStatus(
    SessionState&, AccountId, AccountStatus, Wait) const noexcept;
template Outcome Poster<Concurrency::kSingleThread>::SetStatus(
    SessionState&, AccountId, AccountStatus, Wait) const noexcept;
template Outcome Poster<Concurrency::kMultiThread>::SetLimits(
    SessionState&, AccountId, Amount, Amount, Wait) const noexcept;
template Outcome Poster<Concurrency::kSingleThread>::SetLimits(
    SessionState&, AccountId, Amount, Amount, Wait) const noexcept;

}  // namespace lockstep::engine
