// Poster::SetRoute: what changes the routes.

#include <algorithm>
#include <memory>
#include <new>
#include <span>

#include "engine/journal/record.h"
#include "engine/posting/poster.h"
#include "engine/posting/route_lock.h"

namespace lockstep::engine {
namespace {

using Sessions = std::span<const std::unique_ptr<SessionState>>;

/// Every piece of the lock on routes, all of them taken before, until it ends.
class AllPieces {
 public:
  explicit AllPieces(Sessions sessions) noexcept : sessions_(sessions) {}
  ~AllPieces() {
    for (std::size_t i = sessions_.size(); i-- > 0;) {
      UnlockRoutes(*sessions_[i], stamp_);
    }
  }
  AllPieces(const AllPieces&) = delete;
  AllPieces& operator=(const AllPieces&) = delete;

  /// The sequence of a change by this session, above all that was posted under
  /// any piece; none if the counter is used up.
  [[nodiscard]] Sequence NextSequence(
      const SessionState& session) const noexcept {
    Sequence last = session.last_sequence;
    if (session.stream != nullptr) {
      last = std::max(last, session.stream->SequenceFloor());
    }
    for (const auto& each : sessions_) {
      last = std::max(last, each->routes.VersionLocked());
    }
    if (last.counter() == Sequence::kMaxCounter) return Sequence();
    return Sequence(last.counter() + 1, session.slot);
  }
  /// What unlocking will leave behind.
  void Stamp(Sequence version) noexcept { stamp_ = version; }

 private:
  const Sessions sessions_;
  Sequence stamp_;
};

// Makes the change, under the table's lock, the pieces, and the pool's lock;
// gives its sequence, or none.
Sequence ChangeLocked(const PostingGround& ground, SessionState& session,
                      AllPieces& pieces, std::shared_ptr<const RouteSet>& next,
                      const RecordRoute& change) noexcept {
  RouteTable& table = *ground.routes;
  table.AssertHeld();
  const Sequence sequence = pieces.NextSequence(session);
  if (sequence.is_none()) return sequence;
  // From here it must succeed.
  session.last_sequence = sequence;
  const EpochClock::Reading now = ground.snapshots.clock().Load();
  table.Replace(next, now);
  if (session.stream != nullptr) {
    session.stream->Publish(WriteRouteRecord(session.stream->place(), sequence,
                                             now.epoch, ground.clock.Now(),
                                             change));
  }
  pieces.Stamp(sequence);
  return sequence;
}

// Throws std::bad_alloc.
template <Concurrency kConcurrency>
Outcome ChangeRoutes(const PostingGround& ground, SessionState& session,
                     SessionPool& sessions, const Route& route,
                     bool is_allowed) {
  RouteTable& table = *ground.routes;
  const std::uint32_t oldest_cut = ground.snapshots.OldestCut();
  std::shared_ptr<const RouteSet> next;  // outlives the lock
  const ExclusiveLock lock(table.mutex());
  const bool was_allowed = table.current().Contains(route);
  if (was_allowed == is_allowed) {
    return is_allowed ? Outcome::kOk : Outcome::kUnknownRoute;
  }
  next = std::make_shared<const RouteSet>(is_allowed
                                              ? table.current().With(route)
                                              : table.current().Without(route));
  table.PrepareReplace(oldest_cut);

  const Sequence changed = sessions.WithAllTaken(
      [](SessionState& each) { LockRoutes<kConcurrency>(each); },
      [&](Sessions all) {
        AllPieces pieces(all);
        return ChangeLocked(ground, session, pieces, next, {route, is_allowed});
      });
  return changed.is_none() ? Outcome::kSequenceExhausted : Outcome::kOk;
}

}  // namespace

template <Concurrency kConcurrency>
Outcome Poster<kConcurrency>::SetRoute(SessionState& session,
                                       SessionPool& sessions,
                                       const Route& route,
                                       bool is_allowed) const noexcept {
  if (session.inside) return Outcome::kInsideTransaction;
  const InsideOperation inside(session);
  if (session.stream != nullptr) {
    LockWait wait(Wait::Forever());
    const Outcome room = session.stream->Reserve(kRouteRecordBytes, wait);
    if (room != Outcome::kOk) return room;
  }
  try {
    const Outcome changed = ChangeRoutes<kConcurrency>(
        ground_, session, sessions, route, is_allowed);
    if (session.stream != nullptr) session.stream->PrepareNext();
    return changed;
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

template Outcome Poster<Concurrency::kMultiThread>::SetRoute(
    SessionState&, SessionPool&, const Route&, bool) const noexcept;
template Outcome Poster<Concurrency::kSingleThread>::SetRoute(
    SessionState&, SessionPool&, const Route&, bool) const noexcept;

}  // namespace lockstep::engine
