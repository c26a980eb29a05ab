#pragma once

#include <span>

#include "engine/accounts/account_table.h"
#include "engine/posting/checks.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Why a transfer, for one of whose accounts CheckStateLocked said no, is
/// refused: the first of the rules of state that one of its legs breaks, each
/// rule over all legs before the next. All its accounts are locked. Works
/// everything out again from the legs, so that transfers that are not refused
/// need not keep it.
[[nodiscard]] Verdict FindRefusalLocked(const AccountTable& accounts,
                                        std::span<const Leg> legs) noexcept;

}  // namespace lockstep::engine
