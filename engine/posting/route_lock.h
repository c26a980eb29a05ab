#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/base/account_word.h"
#include "engine/base/lock_rank.h"
#include "engine/locking/lock_wait.h"
#include "engine/posting/posting_ground.h"
#include "engine/posting/session_state.h"
#include "engine/snapshot/keep_images.h"
#include "lock_watch.h"

// The lock on what routes are in force, in pieces: each session has one. It is
// a word like an account's, with the same orders, and the same is true of it:
// who takes it sees what the last holder of it left, and what is posted under
// it gets a sequence above its version and leaves that behind.
//
// A transfer takes the piece of its own session after its accounts, and keeps
// it until its record is published. A change of routes takes all pieces, by
// rising slot, and then the lock of the pool, so that no session is opened
// meanwhile; those opened later begin above it. So the serial order of
// transfers and changes is that of sequences, and a journal with a change has
// all that came before it.

namespace lockstep::engine {

/// The id of a session's piece among the locks of its rank.
[[nodiscard]] inline std::uint64_t RoutesIdOf(
    const SessionState& session) noexcept {
  return std::uint64_t{session.slot} + 1;
}

/// Takes a session's piece. What it may have to wait for takes moments.
template <Concurrency kConcurrency>
inline void LockRoutes(SessionState& session) noexcept {
  if (!session.routes.TryLock<kConcurrency>()) [[unlikely]] {
    watch::Waiting(LockRank::kRoutes, RoutesIdOf(session), &session.routes);
    LockWait wait(Wait::Forever());
    do {
      static_cast<void>(wait.Again());
    } while (!session.routes.TryLock<kConcurrency>());
  }
  watch::Acquired(LockRank::kRoutes, RoutesIdOf(session), &session.routes);
}

/// Takes it if no routes were changed since it was seen free.
template <Concurrency kConcurrency>
[[nodiscard]] inline bool LockRoutesFrom(SessionState& session,
                                         std::uint64_t seen) noexcept {
  if (!session.routes.TryLockFrom<kConcurrency>(seen)) return false;
  watch::Acquired(LockRank::kRoutes, RoutesIdOf(session), &session.routes);
  return true;
}

/// Releases it and leaves `version` behind; none: the version that it had.
inline void UnlockRoutes(SessionState& session, Sequence version) noexcept {
  watch::Released(LockRank::kRoutes, RoutesIdOf(session), &session.routes);
  if (version.is_none()) {
    session.routes.UnlockUnchanged();
  } else {
    session.routes.Unlock(version);
  }
}

/// One attempt's use of routes. In locked mode the piece is taken when the plan
/// asks for the routes, and kept. In optimistic mode it is looked at before
/// everything else, taken for as long as the plan thinks only if it is still as
/// it was then, and so once more to post: should routes have changed in
/// between, that is a conflict. So nothing of the host's ever runs under it.
template <Concurrency kConcurrency>
class RouteUse {
 public:
  RouteUse(const PostingGround& ground, SessionState& session) noexcept
      : table_(ground.routes), session_(session) {}
  ~RouteUse() { LetGo(); }
  RouteUse(const RouteUse&) = delete;
  RouteUse& operator=(const RouteUse&) = delete;

  /// Sees to it, before any lock, that EnterAgain cannot fail.
  template <class Plan>
  [[nodiscard]] static bool PrepareEnter(const PostingGround& ground,
                                         SessionState& session,
                                         const Plan& plan,
                                         std::size_t accounts) noexcept {
    return ground.routes == nullptr || !plan.may_judge_routes() ||
           session.images.size() >= accounts || session.images.Fill(accounts);
  }

  /// From now on goes by what is seen now. For optimistic mode, before any
  /// account is looked at.
  void Look() noexcept {
    if (table_ == nullptr) return;
    LockWait wait(Wait::Forever());
    while (AccountWord::IsLocked(seen_ = session_.routes.Load())) {
      static_cast<void>(wait.Again());
    }
    has_looked_ = true;
  }

  /// What is in force, from now until LetGo. Null: everything is allowed, or
  /// what was seen is no longer so (`is_torn`) and it does not matter.
  [[nodiscard]] const RouteSet* Hold() noexcept {
    if (table_ == nullptr) return nullptr;
    is_used_ = true;
    if (!is_held_) {
      if (is_torn_) return nullptr;
      if (has_looked_) {
        is_torn_ = !LockRoutesFrom<kConcurrency>(session_, seen_);
        if (is_torn_) return nullptr;
      } else {
        LockRoutes<kConcurrency>(session_);
      }
      is_held_ = true;
    }
    return &table_->InForceLocked();
  }
  [[nodiscard]] bool is_torn() const noexcept { return is_torn_; }

  /// Once more, to post, what was let go of. False: it is torn.
  [[nodiscard]] bool HoldAgain() noexcept {
    if (is_used_) static_cast<void>(Hold());
    return !is_torn_;
  }

  /// For the holder of the locks of `order`, who has entered an epoch before
  /// the routes were asked for: routes that were changed after that belong to a
  /// later one, and so does who goes by them.
  template <std::size_t kCapacity>
  void EnterAgain(const AccountsInOrder<kCapacity>& order,
                  const EpochClock& clock,
                  EpochEntry<kCapacity>& epoch) const noexcept {
    if (!is_held_ || table_->ChangedInLocked() <= epoch.epoch()) return;
    const bool entered = epoch.TryEnterLocked(order, clock, session_.images);
    Ensures(entered);  // PrepareEnter has seen to it
  }
  /// So that what is posted comes after what the piece was left at.
  void RaiseSequence() const noexcept {
    if (!is_held_) return;
    session_.last_sequence = std::max<Sequence>(
        session_.last_sequence, session_.routes.VersionLocked());
  }
  /// `posted`: what was posted under it; none: nothing.
  void LetGo(Sequence posted = {}) noexcept {
    if (!is_held_) return;
    is_held_ = false;
    UnlockRoutes(session_, posted);
  }

 private:
  const RouteTable* const table_;
  SessionState& session_;
  std::uint64_t seen_ = 0;
  bool has_looked_ = false;
  bool is_used_ = false;
  bool is_held_ = false;
  bool is_torn_ = false;
};

/// The same for plans that judge nothing by routes.
struct NoRouteUse {
  NoRouteUse(const PostingGround&, SessionState&) noexcept {}

  template <class Plan>
  [[nodiscard]] static constexpr bool PrepareEnter(const PostingGround&,
                                                   SessionState&, const Plan&,
                                                   std::size_t) noexcept {
    return true;
  }
  void Look() const noexcept {}
  [[nodiscard]] static constexpr bool is_torn() noexcept { return false; }
  [[nodiscard]] static constexpr bool HoldAgain() noexcept { return true; }
  template <std::size_t kCapacity>
  void EnterAgain(const AccountsInOrder<kCapacity>&, const EpochClock&,
                  EpochEntry<kCapacity>&) const noexcept {}
  void RaiseSequence() const noexcept {}
  void LetGo(Sequence = {}) const noexcept {}
};

}  // namespace lockstep::engine
