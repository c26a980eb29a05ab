#pragma once

#include "engine/base/creation.h"
#include "lockstep/outcome.h"

namespace lockstep::engine {

/// Whoever keeps what is made where it outlasts the process.
class CreationLog {
 public:
  CreationLog() = default;
  CreationLog(const CreationLog&) = delete;
  CreationLog& operator=(const CreationLog&) = delete;

  /// Room for one more, before it is made, under the directory's lock: `kOk`,
  /// `kOutOfMemory`, `kLogFailed`.
  [[nodiscard]] virtual Outcome PrepareCreation() noexcept = 0;
  /// It was made; before anybody can see it. Its texts stand still for as long
  /// as the directory lives.
  virtual void AddCreation(const Creation& creation) noexcept = 0;

 protected:
  ~CreationLog() = default;
};

}  // namespace lockstep::engine
