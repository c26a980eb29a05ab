#pragma once

#include <span>

#include "engine/accounts/account_table.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/posting/change.h"
#include "engine/posting/checks.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Why a transfer, for one of whose accounts CheckState said no, is refused:
/// the first of the rules of state that one of its legs breaks. The locks are
/// held.
[[nodiscard]] Verdict FindRefusal(const AccountTable& accounts,
                                  const AccountsInOrder& order,
                                  std::span<const Leg> legs,
                                  std::span<const Change> changes) noexcept;

}  // namespace lockstep::engine
