#pragma once

#include <cstdint>

#include "engine/base/int128.h"
#include "engine/money/exact_sum.h"
#include "lockstep/account.h"

namespace lockstep::engine {

/// Which ways a transfer moves an account: the bits of AccountStatus that would
/// forbid it.
inline constexpr std::uint8_t kDebits =
    static_cast<std::uint8_t>(AccountStatus::kDebitsFrozen);
inline constexpr std::uint8_t kCredits =
    static_cast<std::uint8_t>(AccountStatus::kCreditsFrozen);
static_assert(static_cast<std::uint8_t>(AccountStatus::kFrozen) ==
              (kDebits | kCredits));
static_assert((static_cast<std::uint8_t>(AccountStatus::kClosed) &
               (kDebits | kCredits)) == 0);

/// What a transfer is to do to one account; known before any lock is taken.
struct Change {
  /// All its legs together.
  ExactSum net;
  /// kDebits, kCredits or both, by the single legs.
  std::uint8_t moves = 0;

  void AddLeg(Int128 amount) noexcept {
    Add(amount, amount < 0 ? kDebits : kCredits);
  }
  /// The same for what moves the account that way whatever the amount is.
  void Add(Int128 amount, std::uint8_t way) noexcept {
    net.Add(amount);
    moves |= way;
  }
};

}  // namespace lockstep::engine
