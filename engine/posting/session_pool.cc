#include "engine/posting/session_pool.h"

#include <gsl/assert>
#include <new>
#include <utility>

namespace lockstep::engine {

SessionPool::SessionPool(std::shared_ptr<Journal> journal) noexcept
    : journal_(std::move(journal)) {}

void SessionPool::StartAbove(Sequence last) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&sessions_, "list of sessions");
  Expects(sessions_.empty());
  floor_ = last;
}

Result<SessionState*> SessionPool::Acquire() noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&sessions_, "list of sessions");
  if (free_.empty() && sessions_.size() == Sequence::kMaxSlots) {
    return Outcome::kTooManySessions;
  }
  try {
    return AcquireLocked();
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

SessionState* SessionPool::AcquireLocked() {
  if (!free_.empty()) {
    SessionState* const session = free_.back();
    free_.pop_back();
    return session;
  }
  free_.reserve(sessions_.size() + 1);
  const auto slot = static_cast<std::uint32_t>(sessions_.size());
  auto made = std::make_unique<SessionState>(slot);
  made->last_sequence = floor_;
  if (journal_ != nullptr) {
    made->stream = &journal_->OpenStream(slot);
    made->stream->PrepareNext();
  }
  sessions_.push_back(std::move(made));
  return sessions_.back().get();
}

void SessionPool::Release(SessionState* session) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&sessions_, "list of sessions");
  free_.push_back(session);
}

void SessionPool::Close() noexcept {
  closed_.store(true, std::memory_order_release);
  std::shared_ptr<Journal> journal;  // to be freed after the lock
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(&sessions_, "list of sessions");
  journal = std::move(journal_);
}

Stats SessionPool::GetStats() const noexcept {
  Stats stats;
  const ExclusiveLock lock(mutex_);
  sync::WillRead(&sessions_, "list of sessions");
  for (const auto& session : sessions_) session->counters.AddTo(stats);
  return stats;
}

}  // namespace lockstep::engine
