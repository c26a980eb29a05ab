#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "engine/base/mutex.h"
#include "engine/journal/journal.h"
#include "engine/posting/session_state.h"
#include "lockstep/result.h"
#include "lockstep/stats.h"

namespace lockstep::engine {

/// The sessions of one ledger. It may outlive the ledger: threads that had a
/// session keep the pool (closed then) until they end or need another ledger.
class SessionPool {
 public:
  /// `journal` may be null.
  explicit SessionPool(std::shared_ptr<Journal> journal) noexcept;

  /// A session that nobody uses. `kTooManySessions`, `kOutOfMemory`.
  [[nodiscard]] Result<SessionState*> Acquire() noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Gives it back.
  void Release(SessionState* session) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// Calls `function(sessions)` with all that there are or were, by slot. None
  /// is opened meanwhile.
  template <class Function>
  auto WithSessions(const Function& function) ABSL_LOCKS_EXCLUDED(mutex_) {
    const ExclusiveLock lock(mutex_);
    sync::WillRead(&sessions_, "list of sessions");
    return function(std::span<const std::unique_ptr<SessionState>>(sessions_));
  }

  [[nodiscard]] Stats GetStats() const noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// The ledger is gone: nobody will ask this pool for a session again, and it
  /// lets go of the journal, whoever still holds the pool.
  void Close() noexcept ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] bool is_closed() const noexcept {
    // Acquires; pairs with Close(). Nothing else depends on it.
    return closed_.load(std::memory_order_acquire);
  }

 private:
  // Throws std::bad_alloc.
  SessionState* AcquireLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  sync::Atomic<bool> closed_ = false;
  mutable Mutex mutex_{LockRank::kSessions};
  std::shared_ptr<Journal> journal_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<SessionState>> sessions_ ABSL_GUARDED_BY(mutex_);
  /// Has room for all of them, so that giving back cannot fail.
  std::vector<SessionState*> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lockstep::engine
