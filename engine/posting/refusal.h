#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "engine/accounts/account_table.h"
#include "engine/posting/checks.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Which part of a transfer needs a route that is not allowed, if any does, and
/// whom it would pay.
struct RouteFault {
  static constexpr std::size_t kNone = SIZE_MAX;

  std::size_t part = kNone;
  AccountId payee = {};

  [[nodiscard]] bool is_any() const noexcept { return part != kNone; }
};

/// Why a transfer, for one of whose accounts CheckState said no, or which has a
/// RouteFault, is refused: the first of the rules of state that one of its legs
/// breaks, each rule over all legs before the next. `view_of(leg)` gives the
/// state of the leg's account that CheckState looked at. Works everything else
/// out again from the legs, so that transfers that are not refused need not
/// keep it.
[[nodiscard]] Verdict FindRefusal(
    const AccountTable& accounts, std::span<const Leg> legs,
    absl::FunctionRef<AccountView(std::size_t)> view_of,
    const RouteFault& route_fault = {}) noexcept;

/// What a transfer does to an account by one of its legs, or by one side of a
/// flow, which may move nothing and is still allowed only if it could.
struct Part {
  AccountId account = {};
  Int128 amount = 0;
  std::uint8_t moves = 0;
};

/// The same for legs and flows alike. The refusal's `leg` is the part's number.
[[nodiscard]] Verdict FindRefusal(
    const AccountTable& accounts, std::span<const Part> parts,
    absl::FunctionRef<AccountView(std::size_t)> view_of,
    const RouteFault& route_fault = {}) noexcept;

}  // namespace lockstep::engine
