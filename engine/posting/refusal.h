#pragma once

#include <cstddef>
#include <span>

#include "absl/functional/function_ref.h"
#include "engine/accounts/account_table.h"
#include "engine/posting/checks.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Why a transfer, for one of whose accounts CheckState said no, is refused:
/// the first of the rules of state that one of its legs breaks, each rule over
/// all legs before the next. `view_of(leg)` gives the state of the leg's
/// account that CheckState looked at. Works everything out again from the legs,
/// so that transfers that are not refused need not keep it.
[[nodiscard]] Verdict FindRefusal(
    const AccountTable& accounts, std::span<const Leg> legs,
    absl::FunctionRef<AccountView(std::size_t)> view_of) noexcept;

}  // namespace lockstep::engine
