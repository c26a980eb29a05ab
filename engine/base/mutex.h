#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "engine/base/lock_rank.h"
#include "lock_watch.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// A mutex with its place in the lock order. For whatever is not an account.
class ABSL_LOCKABLE Mutex {
 public:
  explicit Mutex(LockRank rank) noexcept : rank_(rank) {}

  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    if (!mutex_.try_lock()) {
      watch::Waiting(rank_, 0, this);
      mutex_.lock();
    }
    watch::Acquired(rank_, 0, this);
  }
  void unlock() ABSL_UNLOCK_FUNCTION() {
    watch::Released(rank_, 0, this);
    mutex_.unlock();
  }

 private:
  sync::PlainMutex mutex_;
  const LockRank rank_;
};

/// The same with shared holders: many who read, or one who writes.
class ABSL_LOCKABLE SharedMutex {
 public:
  explicit SharedMutex(LockRank rank) noexcept : rank_(rank) {}

  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() {
    if (!mutex_.try_lock()) {
      watch::Waiting(rank_, 0, this);
      mutex_.lock();
    }
    watch::Acquired(rank_, 0, this);
  }
  void unlock() ABSL_UNLOCK_FUNCTION() {
    watch::Released(rank_, 0, this);
    mutex_.unlock();
  }
  void lock_shared() ABSL_SHARED_LOCK_FUNCTION() {
    if (!mutex_.try_lock_shared()) {
      watch::Waiting(rank_, 0, this);
      mutex_.lock_shared();
    }
    watch::Acquired(rank_, 0, this);
  }
  void unlock_shared() ABSL_UNLOCK_FUNCTION() {
    watch::Released(rank_, 0, this);
    mutex_.unlock_shared();
  }

 private:
  sync::PlainSharedMutex mutex_;
  const LockRank rank_;
};

/// Has a Mutex or a SharedMutex locked for as long as it lives, in a way that
/// Clang's thread-safety analysis can follow (it cannot follow the standard
/// library's guards).
template <class AnyMutex>
class ABSL_SCOPED_LOCKABLE ExclusiveLock {
 public:
  explicit ExclusiveLock(AnyMutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_.lock();
  }
  ~ExclusiveLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }
  ExclusiveLock(const ExclusiveLock&) = delete;
  ExclusiveLock& operator=(const ExclusiveLock&) = delete;

 private:
  AnyMutex& mutex_;
};

/// Shares a SharedMutex for as long as it lives.
class ABSL_SCOPED_LOCKABLE SharedLock {
 public:
  explicit SharedLock(SharedMutex& mutex) ABSL_SHARED_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~SharedLock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock_shared(); }
  SharedLock(const SharedLock&) = delete;
  SharedLock& operator=(const SharedLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace lockstep::engine
