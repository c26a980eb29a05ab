#pragma once

#include "lockstep/account.h"
#include "lockstep/ids.h"
#include "lockstep/outcome.h"

namespace lockstep::engine {

/// The making of an asset with its issuer, or of an account.
struct Creation {
  /// Which account was made: for an asset its issuer.
  AccountId account = {};
  /// Which asset was made; none: an account was.
  AssetId made_asset = {};
  /// If it was an asset, this; if an account, that. Their texts stand still for
  /// as long as the directory lives.
  AssetOptions asset = {};
  AccountOptions options = {};
};

/// Whoever keeps what is made where it outlasts the process.
class CreationLog {
 public:
  CreationLog() = default;
  CreationLog(const CreationLog&) = delete;
  CreationLog& operator=(const CreationLog&) = delete;

  /// Room for one more, before it is made, under the directory's lock: `kOk`,
  /// `kOutOfMemory`, `kLogFailed`.
  [[nodiscard]] virtual Outcome PrepareCreation() noexcept = 0;
  /// It was made; before anybody can see it.
  virtual void AddCreation(const Creation& creation) noexcept = 0;

 protected:
  ~CreationLog() = default;
};

}  // namespace lockstep::engine
