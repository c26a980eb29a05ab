#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
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

  /// From here on, and before there is any session: all their sequences are
  /// above this.
  void StartAbove(Sequence last) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// A session that nobody uses. `kTooManySessions`, `kOutOfMemory`.
  [[nodiscard]] Result<SessionState*> Acquire() noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Gives it back.
  void Release(SessionState* session) noexcept ABSL_LOCKS_EXCLUDED(mutex_);

  /// Calls `take(session)` for all that there are or were, by slot; and once
  /// there is none left, `function(sessions)` with all of them, under the lock,
  /// so that none is opened meanwhile. What is opened later has sequences above
  /// the one that `function` gives.
  template <class Take, class Function>
  Sequence WithAllTaken(const Take& take, const Function& function)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    std::array<SessionState*, 16> next;
    // Ends: there are only so many. As a rule in the second round.
    for (std::size_t taken = 0, count = 0;; taken += count) {
      {
        const ExclusiveLock lock(mutex_);
        sync::WillWrite(&sessions_, "list of sessions");
        count = std::min(next.size(), sessions_.size() - taken);
        if (count == 0) {
          const Sequence given = function(
              std::span<const std::unique_ptr<SessionState>>(sessions_));
          floor_ = std::max(floor_, given);
          return given;
        }
        for (std::size_t i = 0; i < count; ++i) {
          next[i] = sessions_[taken + i].get();
        }
      }
      for (std::size_t i = 0; i < count; ++i) take(*next[i]);
    }
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
  Sequence floor_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Journal> journal_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<SessionState>> sessions_ ABSL_GUARDED_BY(mutex_);
  /// Has room for all of them, so that giving back cannot fail.
  std::vector<SessionState*> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lockstep::engine
