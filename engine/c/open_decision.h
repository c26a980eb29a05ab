#pragma once

#include <cstdint>

#include "lockstep/c.h"
#include "lockstep/transact.h"

namespace lockstep::engine {

/// A decision while a transaction function of C's is making it, and the number
/// that stands for it there.
///
/// Like a handle the number is never followed: a thread is inside of one
/// transaction function at most, so it only has to be compared with that of the
/// calling thread's own. Threads number their decisions, each behind a number
/// of its own, so one that was kept, or taken to another thread, is known for
/// what it is.
class OpenDecision {
 public:
  explicit OpenDecision(Decision& decision) noexcept;
  ~OpenDecision();
  OpenDecision(const OpenDecision&) = delete;
  OpenDecision& operator=(const OpenDecision&) = delete;

  [[nodiscard]] lockstep_decision* handle() const noexcept;

  /// What the number stands for on the calling thread; null if nothing.
  [[nodiscard]] static Decision* Find(const lockstep_decision* handle) noexcept;
};

}  // namespace lockstep::engine
