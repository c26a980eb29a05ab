#pragma once

#include <span>

#include "engine/accounts/account_table.h"
#include "lockstep/account_state.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// How often the accounts may have changed during a look before they are
/// locked.
inline constexpr int kLooksWithoutLocks = 8;

/// Reads several accounts, which must be known, kMaxLegs of them at the most,
/// as they all are at one moment: without locks a few times, then with them.
/// `states` has room for as many.
void ReadTogether(const AccountTable& accounts, std::span<const AccountId> ids,
                  std::span<AccountState> states,
                  int looks_without_locks = kLooksWithoutLocks) noexcept;

}  // namespace lockstep::engine
