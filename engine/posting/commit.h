#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>

#include "engine/accounts/account_table.h"
#include "engine/locking/sorted_legs.h"
#include "engine/posting/posting_ground.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/session_state.h"
#include "engine/snapshot/keep_images.h"
#include "lock_watch.h"
#include "lockstep/transfer.h"

// What all that is posted has in common, in whatever mode it was thought out:
// from taking the locks on.

namespace lockstep::engine {

/// Takes all locks by `take()`, enters the present epoch, and sees to it that
/// what snapshots want can be kept. `kOk`: all locks are held. `refused`, if
/// `take` says no, or `kOutOfMemory`: none is.
template <std::size_t kCapacity, class Locks, class Take>
[[gnu::always_inline]] inline Outcome LockToPost(
    const PostingGround& ground, SessionState& session,
    const AccountsInOrder<kCapacity>& order, Locks& locks, const Take& take,
    Outcome refused, EpochEntry<kCapacity>& epoch) noexcept {
  for (;;) {
    if (!take()) [[unlikely]]
      return refused;
    if (epoch.TryEnterLocked(order, ground.snapshots.clock(), session.images))
        [[likely]] {
      return Outcome::kOk;
    }
    // Nothing may be allocated now. Ends: a full stock is enough for any
    // operation.
    locks.unlock();
    watch::StartedOver();
    if (!session.images.Fill(kCapacity)) return Outcome::kOutOfMemory;
  }
}

/// The sequence of an operation that has locked the accounts of `order`; none
/// if the counter is used up. If it posts several transfers, they have it and
/// those that follow it.
template <std::size_t kCapacity>
[[gnu::always_inline]] inline Sequence NextSequenceLocked(
    const AccountsInOrder<kCapacity>& order, const SessionState& session,
    std::uint64_t transfers = 1) noexcept {
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
  if (counter > Sequence::kMaxCounter - transfers) return Sequence();
  return Sequence(counter + 1, session.slot);
}

/// Appends the transfer to the session's stream, into the room that was
/// reserved. Apart: inlined, it would cost the transfers of ledgers without a
/// journal more than it saves those with one.
template <class Plan>
[[gnu::noinline]] void RecordLocked(Stream& stream, Sequence sequence,
                                    std::uint32_t epoch, Tick tick,
                                    const Plan& plan,
                                    const TransferOptions& options,
                                    const AccountChange* results) noexcept {
  const auto& legs = plan.legs();
  const auto leg_at = [&](std::size_t leg) {
    return RecordLeg{legs[leg].account, legs[leg].amount,
                     results[plan.PlaceOf(leg)].after};
  };
  RecordHead& head =
      WriteRecord(stream.place(), sequence, epoch, tick, options, legs.size(),
                  leg_at, Plan::kMayHaveId ? options.id : Bits128());
  if constexpr (Plan::kMayHaveId) {
    if (stream.is_logged()) plan.TellLog(head);
  }
  stream.Publish(head);
}

/// Does what a plan has decided, `results` by place, to the accounts of
/// `order`, whose locks are held: from here the transfer must succeed. Nothing
/// in here may fail, wait, allocate, do I/O or call back.
template <class Locks, class Plan, std::size_t kCapacity>
[[gnu::always_inline]] inline void CommitLocked(
    const PostingGround& ground, SessionState& session,
    const AccountsInOrder<kCapacity>& order, Locks& locks,
    const EpochEntry<kCapacity>& epoch, Sequence sequence, Plan& plan,
    const TransferOptions& options, const AccountChange* results) noexcept {
  const Sequence last = plan.LastOf(sequence);
  session.last_sequence = last;
  epoch.KeepImagesLocked(ground.accounts, order, session.images,
                         ground.snapshots);
  if constexpr (Plan::kCommitsItself) {
    plan.CommitLocked(session.stream, sequence, epoch.epoch(),
                      ground.clock.Now());
  } else {
    order.ForEachParty(
        [&](std::size_t, std::size_t place, AccountId, Account& account) {
          account.balance.StoreLocked(ToInt128(results[place].after));
        });
    // Before the record: it may tell the log of what is remembered.
    if constexpr (Plan::kMayHaveId) {
      plan.RememberLocked(sequence, epoch.epoch(), results);
    }
    if (session.stream != nullptr) {
      RecordLocked(*session.stream, sequence, epoch.epoch(), ground.clock.Now(),
                   plan.ForRecord(), options, results);
    }
  }
  locks.Stamp(last);
}

/// Once everything is unlocked: gets what the next operation may need, so that
/// it is not a refused one that has to.
template <std::size_t kCapacity>
[[gnu::always_inline]] inline void PrepareNext(
    SessionState& session, const EpochEntry<kCapacity>& epoch) noexcept {
  if (session.stream != nullptr) session.stream->PrepareNext();
  if (epoch.is_new()) [[unlikely]]
    session.images.Refill();
}

}  // namespace lockstep::engine
