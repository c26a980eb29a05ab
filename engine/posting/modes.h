#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <type_traits>

#include "engine/locking/observed_accounts.h"
#include "engine/locking/sorted_legs.h"
#include "engine/posting/backoff.h"
#include "engine/posting/checks.h"
#include "engine/posting/commit.h"
#include "engine/posting/route_lock.h"
#include "lockstep/concurrency.h"

// The two modes, each over any plan: what legs_plan.h says about plans.

namespace lockstep::engine {

/// Makes sure that the plan's record finds room, before any lock. False: there
/// is none, and the receipt says why.
template <class Plan, class Receipts>
[[nodiscard, gnu::always_inline]] inline bool ReserveRoom(
    SessionState& session, const Plan& plan, const TransferOptions& options,
    LockWait& wait, Receipts receipt) noexcept {
  if (session.stream == nullptr) return true;
  const std::uint32_t for_log =
      session.stream->is_logged() ? plan.ForLogBytes() : 0;
  const Outcome room =
      session.stream->Reserve(plan.RoomBytes(options) + for_log, wait);
  if (room == Outcome::kOk) [[likely]]
    return true;
  session.counters.CountWaits(wait.waits());
  receipt.Refuse(room, 0);
  return false;
}

/// What a plan has to do with routes.
template <Concurrency kConcurrency, class Plan>
using RoutesOf =
    std::conditional_t<Plan::kJudgesRoutes, RouteUse<kConcurrency>, NoRouteUse>;

/// Locks, thinks, commits. `attempts` were made before.
template <Concurrency kConcurrency, std::size_t kCapacity, class Plan,
          class Receipts>
[[gnu::always_inline]] inline void PostLocked(
    const PostingGround& ground, SessionState& session,
    const AccountsInOrder<kCapacity>& order, Plan& plan,
    const TransferOptions& options, LockWait& wait, std::uint16_t attempts,
    Receipts receipt) {
  using Routes = RoutesOf<kConcurrency, Plan>;
  ++attempts;
  if (!Routes::PrepareEnter(ground, session, plan, order.size())) [[unlikely]]
    return receipt.Refuse(Outcome::kOutOfMemory, attempts);
  SortedLegs<kConcurrency, kCapacity> locks(order, wait);
  EpochEntry<kCapacity> epoch;
  const Outcome locked_all = LockToPost(
      ground, session, order, locks, [&] { return locks.try_lock(); },
      Outcome::kBusy, epoch);
  session.counters.CountWaits(wait.waits());
  if (locked_all != Outcome::kOk) [[unlikely]]
    return receipt.Refuse(locked_all, attempts);
  AccountChange* const results = receipt.changes();
  Sequence sequence;
  {
    const std::scoped_lock locked(std::adopt_lock, locks);
    locks.AssertHeld();
    const auto state_of = [&](std::size_t place) {
      return LockedState{ground.accounts, order.id(place),
                         order.account(place)};
    };
    Routes routes(ground, session);
    if (!plan.Think(state_of, results, routes)) [[unlikely]] {
      const Verdict why = plan.WhyNot(state_of);
      return receipt.Refuse(why.outcome, attempts, why.refusal);
    }
    if constexpr (Plan::kMayBeDry) {
      if (plan.is_dry_run()) {
        return receipt.SetDryRun(attempts, plan.PickResults(results));
      }
    }
    routes.EnterAgain(order, ground.snapshots.clock(), epoch);
    routes.RaiseSequence();
    sequence = NextSequenceLocked(order, session, plan.transfers());
    if (sequence.is_none()) [[unlikely]] {
      return receipt.Refuse(Outcome::kSequenceExhausted, attempts);
    }
    CommitLocked(ground, session, order, locks, epoch, sequence, plan, options,
                 results);
    routes.LetGo(session.last_sequence);
  }
  receipt.SetPosted(sequence, attempts, plan.PickResults(results));
  PrepareNext(session, epoch);
}

/// How one attempt without locks ended.
enum class Attempt : std::uint8_t {
  kDone,      ///< posted or refused: the receipt says which
  kConflict,  ///< something was not, or no longer, as it was seen
};

/// Looks, thinks, locks from what was seen, commits.
template <Concurrency kConcurrency, std::size_t kCapacity, class Plan,
          class Receipts>
[[nodiscard]] inline Attempt TryOptimistic(
    const PostingGround& ground, SessionState& session,
    const AccountsInOrder<kCapacity>& order, Plan& plan,
    const TransferOptions& options, LockWait& wait, std::uint16_t attempts,
    Receipts receipt) {
  RoutesOf<kConcurrency, Plan> routes(ground, session);
  routes.Look();
  ObservedAccounts<kCapacity> observed(ground.accounts, order);
  if (!observed.Look(wait)) {
    receipt.Refuse(Outcome::kBusy, attempts);
    return Attempt::kDone;
  }
  if (Plan::kNeedsOneView && !observed.IsOneView()) return Attempt::kConflict;
  const auto state_of = [&](std::size_t place) {
    return SeenState{observed.view(place)};
  };
  AccountChange* const results = receipt.changes();
  const bool is_allowed = plan.Think(state_of, results, routes);
  routes.LetGo();
  if (routes.is_torn()) return Attempt::kConflict;
  if (!is_allowed) {
    // No lock is needed to say no, if what that goes by was true at one moment.
    if (!Plan::kNeedsOneView && !observed.IsOneView()) {
      return Attempt::kConflict;
    }
    observed.TellWatch();
    const Verdict why = plan.WhyNot(state_of);
    receipt.Refuse(why.outcome, attempts, why.refusal);
    return Attempt::kDone;
  }
  if constexpr (Plan::kMayBeDry) {
    if (plan.is_dry_run()) {
      static_assert(Plan::kNeedsOneView);
      observed.TellWatch();
      receipt.SetDryRun(attempts, plan.PickResults(results));
      return Attempt::kDone;
    }
  }
  SortedLegs<kConcurrency, kCapacity> locks(order, wait);
  EpochEntry<kCapacity> epoch;
  const Outcome locked_all = LockToPost(
      ground, session, order, locks,
      [&] { return locks.TryLockFrom(observed); }, Outcome::kConflict, epoch);
  if (locked_all == Outcome::kConflict) return Attempt::kConflict;
  if (locked_all != Outcome::kOk) {
    receipt.Refuse(locked_all, attempts);
    return Attempt::kDone;
  }
  Sequence sequence;
  {
    const std::scoped_lock locked(std::adopt_lock, locks);
    locks.AssertHeld();
    if (!routes.HoldAgain()) return Attempt::kConflict;
    routes.RaiseSequence();
    sequence = NextSequenceLocked(order, session, plan.transfers());
    if (sequence.is_none()) {
      receipt.Refuse(Outcome::kSequenceExhausted, attempts);
      return Attempt::kDone;
    }
    CommitLocked(ground, session, order, locks, epoch, sequence, plan, options,
                 results);
    routes.LetGo(session.last_sequence);
  }
  receipt.SetPosted(sequence, attempts, plan.PickResults(results));
  PrepareNext(session, epoch);
  return Attempt::kDone;
}

/// Attempts it without locks, as often as the retry policy says, and then does
/// what it says.
template <Concurrency kConcurrency, std::size_t kCapacity, class Plan,
          class Receipts>
[[gnu::noinline]] void PostOptimistic(const PostingGround& ground,
                                      SessionState& session,
                                      const AccountsInOrder<kCapacity>& order,
                                      Plan& plan,
                                      const TransferOptions& options,
                                      LockWait& wait, Receipts receipt) {
  const RetryPolicy& retry = options.retry;
  Backoff backoff(retry, session.jitter);
  for (std::uint16_t attempt = 1;; ++attempt) {
    if (TryOptimistic<kConcurrency>(ground, session, order, plan, options, wait,
                                    attempt, receipt) == Attempt::kDone) {
      session.counters.CountWaits(wait.waits());
      return;
    }
    watch::StartedOver();
    if (attempt == retry.attempts) break;
    session.counters.CountRetry();
    backoff.Wait();
  }
  if (retry.then == AfterLastAttempt::kRefuse) {
    session.counters.CountWaits(wait.waits());
    return receipt.Refuse(Outcome::kConflict, retry.attempts);
  }
  session.counters.CountRetry();
  PostLocked<kConcurrency>(ground, session, order, plan, options, wait,
                           retry.attempts, receipt);
}

/// Posts what a plan thinks out, for which there is room, in this mode. (kAuto:
/// locked.)
template <Concurrency kConcurrency, std::size_t kCapacity, class Plan,
          class Receipts>
[[gnu::always_inline]] inline void PostInMode(
    Mode mode, const PostingGround& ground, SessionState& session,
    const AccountsInOrder<kCapacity>& order, Plan& plan,
    const TransferOptions& options, LockWait& wait, Receipts receipt) {
  if (mode == Mode::kOptimistic) {
    PostOptimistic<kConcurrency>(ground, session, order, plan, options, wait,
                                 receipt);
  } else {
    PostLocked<kConcurrency>(ground, session, order, plan, options, wait, 0,
                             receipt);
  }
}

}  // namespace lockstep::engine
