#include "engine/tool/base/interrupt.h"

#include <csignal>

#include <atomic>

namespace lockstep::tool {
namespace {

// Signal handlers reach nothing but globals; this is the program's only one.
std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free,
              "a handler must not wait for a lock");

void RaiseFlag(int) {
  // Relaxed: nothing else is handed over with it.
  interrupted.store(true, std::memory_order_relaxed);
}

}  // namespace

void CatchInterrupts() noexcept {
  struct sigaction action = {};
  action.sa_handler = RaiseFlag;
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Interrupted() noexcept {
  return interrupted.load(std::memory_order_relaxed);
}

}  // namespace lockstep::tool
