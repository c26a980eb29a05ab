#pragma once

// The synchronization seam, real: the operating system's threads and the
// processor's atomics. Another implementation of this header, found first on
// the include path, runs the same engine under a scheduler of its own.

#include <sched.h>

#include <atomic>
#include <mutex>
#include <shared_mutex>

namespace lockstep::engine::sync {
inline namespace real {

template <class T>
using Atomic = std::atomic<T>;

/// A field that threads share without it being atomic: something else, a lock
/// or who handed it on, keeps them apart. (The controlled seam checks that.)
template <class T>
using Plain = T;

/// The same for what is no field of its own: `thing` is about to be read, or
/// written, as a whole.
inline void WillRead(const void* /*thing*/, const char* /*name*/) noexcept {}
inline void WillWrite(const void* /*thing*/, const char* /*name*/) noexcept {}

using PlainMutex = std::mutex;
using PlainSharedMutex = std::shared_mutex;

/// One look's worth of waiting, when what is waited for is a moment away.
inline void Pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Lets another thread have the processor.
inline void Yield() noexcept { sched_yield(); }

/// The calling thread's own T: made at its first use, destroyed as the thread
/// ends.
template <class T>
T& PerThread() {
  thread_local T mine;
  return mine;
}

}  // namespace real
}  // namespace lockstep::engine::sync
