#pragma once

#include "engine/locking/lock_wait.h"
#include "lockstep/outcome.h"

namespace lockstep::engine {

/// Whoever writes the streams to where they outlast the process.
class StreamLog {
 public:
  StreamLog() = default;
  StreamLog(const StreamLog&) = delete;
  StreamLog& operator=(const StreamLog&) = delete;

  /// Called by who is about to post, with no lock, when the journal says that
  /// the log lags behind, or that it failed: waits until it has caught up, or
  /// does that itself. `kOk`, `kBusy`, `kLogFailed`.
  [[nodiscard]] virtual Outcome MakeRoom(LockWait& wait) noexcept = 0;

 protected:
  ~StreamLog() = default;
};

}  // namespace lockstep::engine
