#pragma once

// Locks to compare, each written as short as it can be and still be right. In
// all of them taking the lock acquires and releasing it releases, and these two
// are partners: what one holder wrote, the next one sees. Other orders are
// relaxed because they guard nothing.

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <concepts>
#include <cstdint>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace lockstep::bench {

/// What a lock must have to take part (the standard's BasicLockable). One that
/// needs more room while it is held brings a Guard of its own.
template <class Lock>
concept TakesPart = std::default_initializable<Lock> &&(
    requires(Lock lock) {
      lock.lock();
      lock.unlock();
    } ||
    requires { typename Lock::Guard; });

template <class Lock>
struct GuardFor {
  using Type = std::lock_guard<Lock>;
};
template <class Lock>
requires requires { typename Lock::Guard; }
struct GuardFor<Lock> {
  using Type = typename Lock::Guard;
};

/// Holds a lock for as long as it lives.
template <TakesPart Lock>
using GuardOf = typename GuardFor<Lock>::Type;

// --- Ways to wait ------------------------------------------------------------

inline void Pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Looks a few times, then lets another thread have the processor between
/// looks. Without the latter, threads that outnumber the cores wait for one
/// that is not running.
class SpinThenYield {
 public:
  void Once() {
    if (++looks_ <= kLooksBeforeYield) {
      Pause();
    } else {
      sched_yield();
    }
  }

 private:
  static constexpr int kLooksBeforeYield = 64;
  int looks_ = 0;
};

/// Never lets go of the processor.
class SpinOnly {
 public:
  void Once() { Pause(); }
};

// --- Locks that spin ---------------------------------------------------------

/// No lock at all: what the work itself costs, on one thread.
class NoLock {
 public:
  class Guard {
   public:
    explicit Guard(NoLock&) {}
  };
};

/// Test and set: asks for the cache line for writing at every look.
class TasLock {
 public:
  void lock() {
    SpinThenYield wait;
    while (taken_.exchange(true, std::memory_order_acquire)) wait.Once();
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> taken_{false};
};

/// Test, then test and set: waits on its own copy of the line (L. Rudolph, Z.
/// Segall, "Dynamic Decentralized Cache Schemes for MIMD Parallel Processors",
/// 1984; T. Anderson, "The Performance of Spin Lock Alternatives for
/// Shared-Memory Multiprocessors", 1990).
template <class Wait>
class TtasLock {
 public:
  void lock() {
    Wait wait;
    while (taken_.load(std::memory_order_relaxed) ||
           taken_.exchange(true, std::memory_order_acquire)) {
      wait.Once();
    }
  }
  void unlock() { taken_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> taken_{false};
};

/// The least that a lock can cost: one read-modify-write and one store.
using MinimalLock = TtasLock<SpinThenYield>;

/// The lock is the lowest bit of a version that counts its holders, so that
/// optimistic readers can tell whether anything changed (C. Lameter, "Effective
/// Synchronization on Linux/NUMA Systems", 2005, on sequence locks; S. Tu et
/// al., "Speedy Transactions in Multicore In-Memory Databases", 2013).
class FusedVersionLock {
 public:
  void lock() {
    SpinThenYield wait;
    for (;;) {
      std::uint64_t seen = word_.load(std::memory_order_relaxed);
      if ((seen & 1) == 0 &&
          word_.compare_exchange_weak(seen, seen | 1, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
        return;
      }
      wait.Once();
    }
  }
  void unlock() {
    word_.store(word_.load(std::memory_order_relaxed) + 1,
                std::memory_order_release);
  }

 private:
  std::atomic<std::uint64_t> word_{0};
};

/// First come, first served (D. Reed, R. Kanodia, "Synchronization with
/// Eventcounts and Sequencers", 1979).
class TicketLock {
 public:
  void lock() {
    const std::uint32_t mine = next_.fetch_add(1, std::memory_order_relaxed);
    SpinThenYield wait;
    while (serving_.load(std::memory_order_acquire) != mine) wait.Once();
  }
  void unlock() {
    serving_.store(serving_.load(std::memory_order_relaxed) + 1,
                   std::memory_order_release);
  }

 private:
  std::atomic<std::uint32_t> next_{0};
  std::atomic<std::uint32_t> serving_{0};
};

/// A queue in which each waits on a line of its own (J. Mellor-Crummey, M.
/// Scott, "Algorithms for Scalable Synchronization on Shared-Memory
/// Multiprocessors", 1991).
class McsLock {
 public:
  class Guard {
   public:
    explicit Guard(McsLock& lock) : lock_(lock) {
      // Releases as well: the one before must find this guard as it was made.
      Guard* before = lock_.tail_.exchange(this, std::memory_order_acq_rel);
      if (before == nullptr) return;
      before->next_.store(this, std::memory_order_release);
      SpinThenYield wait;
      while (!granted_.load(std::memory_order_acquire)) wait.Once();
    }
    ~Guard() {
      Guard* next = next_.load(std::memory_order_acquire);
      Guard* expected = this;
      if (next == nullptr && lock_.tail_.compare_exchange_strong(
                                 expected, nullptr, std::memory_order_release,
                                 std::memory_order_relaxed)) {
        return;
      }
      // Somebody is in line and about to say so.
      for (SpinThenYield wait; next == nullptr; wait.Once()) {
        next = next_.load(std::memory_order_acquire);
      }
      next->granted_.store(true, std::memory_order_release);
    }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    McsLock& lock_;
    std::atomic<Guard*> next_{nullptr};
    std::atomic<bool> granted_{false};
  };

 private:
  std::atomic<Guard*> tail_{nullptr};
};

/// The C library's spinlock; it never yields.
class PthreadSpinLock {
 public:
  PthreadSpinLock() { pthread_spin_init(&lock_, PTHREAD_PROCESS_PRIVATE); }
  void lock() { pthread_spin_lock(&lock_); }
  void unlock() { pthread_spin_unlock(&lock_); }

 private:
  pthread_spinlock_t lock_;
};

// --- Locks that sleep --------------------------------------------------------

/// Four bytes on a Linux futex: the second mutex of U. Drepper, "Futexes Are
/// Tricky", 2011.
class FutexLock {
 public:
  void lock() {
    std::uint32_t seen = kFree;
    if (state_.compare_exchange_strong(seen, kTaken, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      return;
    }
    while (state_.exchange(kWaitedFor, std::memory_order_acquire) != kFree) {
      Futex(FUTEX_WAIT_PRIVATE, kWaitedFor);
    }
  }
  void unlock() {
    if (state_.exchange(kFree, std::memory_order_release) == kWaitedFor) {
      Futex(FUTEX_WAKE_PRIVATE, 1);
    }
  }

 private:
  enum : std::uint32_t { kFree, kTaken, kWaitedFor };

  void Futex(int operation, std::uint32_t value) {
    static_assert(sizeof(state_) == sizeof(std::uint32_t));
    syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&state_), operation,
            value, nullptr, nullptr, 0);
  }

  std::atomic<std::uint32_t> state_{kFree};
};

/// The same with C++20's waiting on atomics, which spins before it sleeps.
class AtomicWaitLock {
 public:
  void lock() {
    std::uint32_t seen = kFree;
    if (state_.compare_exchange_strong(seen, kTaken, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      return;
    }
    while (state_.exchange(kWaitedFor, std::memory_order_acquire) != kFree) {
      state_.wait(kWaitedFor, std::memory_order_relaxed);
    }
  }
  void unlock() {
    if (state_.exchange(kFree, std::memory_order_release) == kWaitedFor) {
      state_.notify_one();
    }
  }

 private:
  enum : std::uint32_t { kFree, kTaken, kWaitedFor };
  std::atomic<std::uint32_t> state_{kFree};
};

/// absl::Mutex as it is installed; Debian's looks for deadlocks all the time.
class ABSL_LOCKABLE AbslMutex {
 public:
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.Lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }

 private:
  absl::Mutex mutex_;
};

}  // namespace lockstep::bench
