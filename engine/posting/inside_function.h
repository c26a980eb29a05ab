#pragma once

#include "sync_primitives.h"

namespace lockstep::engine {

/// What a thread is inside of. Trivial, so that looking at it costs no more
/// than a thread-local load.
struct ThreadFunctions {
  int running = 0;
};

/// Whether the calling thread is inside a transaction function, of whatever
/// ledger: it may hold locks, so it must not ask for others. (Two ledgers have
/// no order between them.)
[[nodiscard]] inline bool IsInsideFunction() noexcept {
  return sync::PerThread<ThreadFunctions>().running != 0;
}

/// Marks the thread for as long as it lives.
class InsideFunction {
 public:
  InsideFunction() noexcept { ++sync::PerThread<ThreadFunctions>().running; }
  ~InsideFunction() { --sync::PerThread<ThreadFunctions>().running; }
  InsideFunction(const InsideFunction&) = delete;
  InsideFunction& operator=(const InsideFunction&) = delete;
};

}  // namespace lockstep::engine
