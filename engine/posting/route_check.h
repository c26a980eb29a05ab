#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/functional/function_ref.h"
#include "engine/accounts/account_table.h"
#include "engine/money/exact_sum.h"
#include "engine/posting/refusal.h"
#include "engine/posting/route_set.h"

namespace lockstep::engine {

/// Looks for a route that a transfer needs and that is not allowed: as
/// lockstep/route.h says, from each account that pays, over all, to each that
/// is paid, and along each flow. `parts` are those of the transfer: its legs,
/// so many of them, then two for each flow. `net_of(part)` is what all parts
/// together do to the part's account.
[[nodiscard]] RouteFault FindRouteFault(
    const AccountTable& accounts, const RouteSet& routes, std::uint32_t code,
    std::span<const Part> parts, std::size_t legs,
    absl::FunctionRef<ExactSum(std::size_t)> net_of) noexcept;

/// The same of two legs.
[[nodiscard]] inline RouteFault FindRouteFault(const AccountTable& accounts,
                                               const RouteSet& routes,
                                               std::uint32_t code,
                                               AccountId payer,
                                               AccountId payee) noexcept {
  const bool is_allowed =
      routes.Allows(accounts.Cold(payer).account_class,
                    accounts.Cold(payee).account_class, code);
  return is_allowed ? RouteFault() : RouteFault{0, payee};
}

/// The same of legs alone.
[[nodiscard]] RouteFault FindRouteFault(
    const AccountTable& accounts, const RouteSet& routes, std::uint32_t code,
    std::span<const Leg> legs,
    absl::FunctionRef<ExactSum(std::size_t)> net_of) noexcept;

}  // namespace lockstep::engine
