#pragma once

// What a Scheduler knows of a run's threads, of what they share, and of their
// plain fields. For the scheduler's own sources.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "scheduler.h"

namespace lockstep::engine::sync {
inline namespace controlled {

/// No place in the trace.
inline constexpr std::uint32_t kNoStep = UINT32_MAX;

// What is known of one thing that threads share.
struct Scheduler::Object {
  const void* address = nullptr;
  const MutexState* mutex = nullptr;
  // What comes before its last write; and before the looks at it since.
  Clock written;
  Clock looked;
  // What who acquires from it comes after, as C++ sees it.
  Clock released;
  // The same, from those who only shared it: lock_shared does not.
  Clock unshared;
  std::uint32_t last_write = kNoStep;
  std::uint32_t last_lock = kNoStep;
  std::array<std::uint32_t, kMaxThreads> last_look;
  // Of those who shared it, the step from which they last did; and how many
  // times over they do.
  std::array<std::uint32_t, kMaxThreads> last_share;
  std::array<std::uint8_t, kMaxThreads> shares{};

  Object() {
    last_look.fill(kNoStep);
    last_share.fill(kNoStep);
  }
};

// What is known of one plain field.
struct Scheduler::Plain {
  int writer = 0;
  std::uint16_t written = 0;  // the writer's step before which it wrote
  Clock reads;
};

// A look at an object, by a thread that may come to wait for it to change.
struct Scheduler::Look {
  std::uint16_t object = 0;
  std::uint32_t at = 0;
};

struct Scheduler::Thread {
  static constexpr std::size_t kStackBytes = std::size_t{128} << 10;

  Thread(Scheduler& its_scheduler, int its_number)
      : scheduler(its_scheduler), number(its_number), fiber(kStackBytes) {
    looks.reserve(64);
  }

  Scheduler& scheduler;
  const int number;
  Fiber fiber;
  PendingStep pending;
  std::uint16_t steps = 0;
  // What comes before its next step: as the search sees it, and as C++ does.
  Clock known;
  Clock synchronized;
  // Since its last write or wait. A loop that waits writes nothing, so these
  // are what it may be waiting for.
  std::vector<Look> looks;
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
