#pragma once

#include <cstddef>
#include <cstdint>
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

/// What a transfer does to an account by one of its legs, or by one side of a
/// flow, which may move nothing and is still allowed only if it could.
struct Part {
  AccountId account;
  Int128 amount = 0;
  std::uint8_t moves = 0;
};

/// The same for legs and flows alike. The refusal's `leg` is the part's number.
[[nodiscard]] Verdict FindRefusal(
    const AccountTable& accounts, std::span<const Part> parts,
    absl::FunctionRef<AccountView(std::size_t)> view_of) noexcept;

}  // namespace lockstep::engine
