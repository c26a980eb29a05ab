#pragma once

#include "lockstep/account.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// The making of an asset with its issuer, or of an account.
struct Creation {
  /// Which account was made: for an asset its issuer.
  AccountId account = {};
  /// Which asset was made; none: an account was.
  AssetId made_asset = {};
  /// If it was an asset, this; if an account, that. Their texts belong to
  /// somebody else.
  AssetOptions asset = {};
  AccountOptions options = {};
};

}  // namespace lockstep::engine
