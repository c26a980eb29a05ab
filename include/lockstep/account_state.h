#pragma once

#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/ids.h"

namespace lockstep::inline v0_1 {

/// What an account has at one moment: everything of it that may change, and
/// what it takes to decide upon it.
struct AccountState {
  /// Which account.
  AccountId id;
  /// What it holds.
  AssetId asset;
  /// What may be moved out of it and into it.
  AccountStatus status = AccountStatus::kOpen;
  /// How much of it, what is held included.
  Amount balance;
  /// Reserved by holds; part of the balance but not available.
  Amount held;
  /// The lowest balance allowed.
  Amount floor;
  /// The highest balance allowed.
  Amount ceiling;
  /// The last operation that posted to it; none before the first.
  Sequence version;

  /// The balance less what is held. (Never overflows: no more is held than
  /// there is above the floor.)
  [[nodiscard]] Amount available() const noexcept {
    return Subtract(balance, held).value();
  }
};

}  // namespace lockstep::inline v0_1
