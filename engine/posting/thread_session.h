#pragma once

#include <memory>

#include "engine/posting/session_pool.h"
#include "engine/posting/session_state.h"
#include "lockstep/result.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// The session that a thread used last without asking for one. Trivial, so that
/// looking at it costs no more than a thread-local load.
struct LastThreadSession {
  const SessionPool* pool = nullptr;
  SessionState* session = nullptr;
};

/// The calling thread's session in another pool than it used last: found among
/// its own or acquired. Given back as the thread ends.
[[nodiscard]] Result<SessionState*> FindThreadSession(
    const std::shared_ptr<SessionPool>& pool) noexcept;

/// The calling thread's session in a pool. A thread that holds a pool keeps it
/// from being freed, so an equal address means the same pool.
[[nodiscard]] inline Result<SessionState*> ThreadSession(
    const std::shared_ptr<SessionPool>& pool) noexcept {
  const auto& last = sync::PerThread<LastThreadSession>();
  if (last.pool == pool.get()) [[likely]]
    return last.session;
  return FindThreadSession(pool);
}

}  // namespace lockstep::engine
