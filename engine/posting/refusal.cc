#include "engine/posting/refusal.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <gsl/assert>

#include "absl/container/inlined_vector.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/posting/change.h"

namespace lockstep::engine {
namespace {

// A part, its account, and what the whole transfer would do to that account.
struct Case {
  Part part;
  AssetId asset;
  AccountView state;
  Change change;
  AccountChange result;
  // Not null for the part that needs a route which is not allowed.
  const RouteFault* route_fault = nullptr;
};

struct Rule {
  Outcome outcome;
  bool (*is_broken)(const Case&);
};

// In the order in which they are checked, each over all parts before the next.
constexpr std::array kRules = {
    Rule{
        Outcome::kAccountClosed,
        [](const Case& c) { return c.state.status == AccountStatus::kClosed; }},
    Rule{Outcome::kAccountFrozen,
         [](const Case& c) {
           return (static_cast<std::uint8_t>(c.state.status) & c.part.moves) !=
                  0;
         }},
    Rule{Outcome::kRouteNotAllowed,
         [](const Case& c) { return c.route_fault != nullptr; }},
    Rule{Outcome::kAmountOverflow,
         [](const Case& c) {
           ExactSum sum = c.change.net;
           sum.Add(ToInt128(c.result.before));
           return !sum.Fits();
         }},
    Rule{Outcome::kInsufficientFunds,
         [](const Case& c) {
           return c.change.net.IsNegative() &&
                  ToInt128(c.result.after) < c.state.floor + c.state.held;
         }},
    Rule{Outcome::kAboveCeiling,
         [](const Case& c) {
           return c.change.net.IsPositive() &&
                  ToInt128(c.result.after) > c.state.ceiling;
         }},
};

Refusal Describe(const Case& c, Outcome outcome) {
  Refusal refusal;
  refusal.account = c.part.account;
  refusal.asset = c.asset;
  refusal.available = ToAmount(c.state.balance - c.state.held);
  if (outcome == Outcome::kInsufficientFunds) {
    refusal.limit = ToAmount(c.state.floor);
  } else if (outcome == Outcome::kAboveCeiling) {
    refusal.limit = ToAmount(c.state.ceiling);
  } else if (outcome == Outcome::kRouteNotAllowed) {
    refusal.payee = c.route_fault->payee;
  }
  // The smallest number has no positive twin.
  const Int128 net = std::max(c.change.net.Saturated(), -kInt128Max);
  refusal.required = ToAmount(net < 0 ? -net : net);
  return refusal;
}

}  // namespace

Verdict FindRefusal(const AccountTable& accounts, std::span<const Leg> legs,
                    absl::FunctionRef<AccountView(std::size_t)> view_of,
                    const RouteFault& route_fault) noexcept {
  // Never more than fit in place, so it does not allocate.
  absl::InlinedVector<Part, kMaxLegs> parts;
  for (const Leg& leg : legs) {
    parts.push_back({leg.account, ToInt128(leg.amount),
                     leg.amount.is_negative() ? kDebits : kCredits});
  }
  return FindRefusal(accounts, std::span<const Part>(parts), view_of,
                     route_fault);
}

Verdict FindRefusal(const AccountTable& accounts, std::span<const Part> parts,
                    absl::FunctionRef<AccountView(std::size_t)> view_of,
                    const RouteFault& route_fault) noexcept {
  std::array<AccountId, kMaxLegs> ids;
  for (std::size_t i = 0; i < parts.size(); ++i) ids[i] = parts[i].account;
  const AccountsInOrder<kMaxLegs> order(
      accounts, std::span<const AccountId>(ids.data(), parts.size()));
  // Neither is ever longer than fits in place, so they do not allocate.
  absl::InlinedVector<Change, kMaxLegs> changes(order.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    changes[order.PlaceOf(i)].Add(parts[i].amount, parts[i].moves);
  }
  absl::InlinedVector<Case, kMaxLegs> cases(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t place = order.PlaceOf(i);
    Case& here = cases[i];
    here.part = parts[i];
    here.asset = order.account(place).asset();
    here.state = view_of(i);
    here.change = changes[place];
    static_cast<void>(CheckState(order.id(place), SeenState{here.state},
                                 here.change, here.result));
  }
  if (route_fault.is_any()) {
    cases[route_fault.part].route_fault = &route_fault;
  }
  for (const Rule& rule : kRules) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!rule.is_broken(cases[i])) continue;
      Verdict verdict{rule.outcome, Describe(cases[i], rule.outcome)};
      verdict.refusal.leg = static_cast<std::uint32_t>(i);
      return verdict;
    }
  }
  // CheckState said no to something that no rule here explains.
  Ensures(false);
  return {};
}

}  // namespace lockstep::engine
