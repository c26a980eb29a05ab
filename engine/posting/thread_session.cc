#include "engine/posting/thread_session.h"

#include <new>
#include <utility>
#include <vector>

namespace lockstep::engine {
namespace {

// The sessions that one thread holds, one a ledger.
class ThreadSessions {
 public:
  ThreadSessions() = default;
  ThreadSessions(const ThreadSessions&) = delete;
  ThreadSessions& operator=(const ThreadSessions&) = delete;

  ~ThreadSessions() {
    // Whoever posts from a later destructor of the thread gets nothing.
    sync::PerThread<LastThreadSession>() = {};
    sync::PerThread<Ended>().ended = true;
    for (const Held& held : held_) held.pool->Release(held.session);
  }

  static bool HaveEnded() noexcept { return sync::PerThread<Ended>().ended; }

  // Throws std::bad_alloc.
  Result<SessionState*> Find(const std::shared_ptr<SessionPool>& pool) {
    DropClosed();
    for (const Held& held : held_) {
      if (held.pool == pool) return held.session;
    }
    held_.reserve(held_.size() + 1);
    const Result<SessionState*> acquired = pool->Acquire();
    if (acquired) held_.push_back({pool, *acquired});
    return acquired;
  }

 private:
  struct Held {
    std::shared_ptr<SessionPool> pool;
    SessionState* session;
  };
  struct Ended {
    bool ended = false;
  };

  // Lets go of ledgers that are gone.
  void DropClosed() {
    std::erase_if(held_,
                  [](const Held& held) { return held.pool->is_closed(); });
    sync::PerThread<LastThreadSession>() = {};
  }

  std::vector<Held> held_;
};

}  // namespace

Result<SessionState*> FindThreadSession(
    const std::shared_ptr<SessionPool>& pool) noexcept {
  if (ThreadSessions::HaveEnded()) return Outcome::kTooManySessions;
  try {
    const Result<SessionState*> found =
        sync::PerThread<ThreadSessions>().Find(pool);
    if (found) {
      sync::PerThread<LastThreadSession>() = {pool.get(), *found};
    }
    return found;
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

}  // namespace lockstep::engine
