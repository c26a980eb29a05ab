#include "engine/posting/refusal.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <gsl/assert>

namespace lockstep::engine {
namespace {

// A leg, its account, and what the whole transfer does to that account.
struct Case {
  const Leg& leg;
  const Account& account;
  const ColdAccount& cold;
  const Change& change;
};

struct Rule {
  Outcome outcome;
  bool (*is_broken)(const Case&);
};

// In the order in which they are checked, each over all legs before the next.
constexpr std::array kRules = {
    Rule{Outcome::kAccountClosed,
         [](const Case& c) {
           return c.account.status() == AccountStatus::kClosed;
         }},
    Rule{Outcome::kAccountFrozen,
         [](const Case& c) {
           const std::uint8_t move =
               c.leg.amount.is_negative() ? kDebits : kCredits;
           return (static_cast<std::uint8_t>(c.account.status()) & move) != 0;
         }},
    Rule{Outcome::kAmountOverflow,
         [](const Case& c) {
           ExactSum sum = c.change.net;
           sum.Add(c.change.before);
           return !sum.Fits();
         }},
    Rule{Outcome::kInsufficientFunds,
         [](const Case& c) {
           return c.change.net.IsNegative() &&
                  c.change.after < c.account.floor.LoadLocked() +
                                       c.account.held.LoadLocked();
         }},
    Rule{Outcome::kAboveCeiling,
         [](const Case& c) {
           return c.change.net.IsPositive() && c.change.after > c.cold.ceiling;
         }},
};

Refusal Describe(const Case& c, AccountId id, Outcome outcome) {
  Refusal refusal;
  refusal.account = id;
  refusal.asset = c.account.asset();
  refusal.available = ToAmount(c.change.before - c.account.held.LoadLocked());
  if (outcome == Outcome::kInsufficientFunds) {
    refusal.limit = ToAmount(c.account.floor.LoadLocked());
  } else if (outcome == Outcome::kAboveCeiling) {
    refusal.limit = ToAmount(c.cold.ceiling);
  }
  // The smallest number has no positive twin.
  const Int128 net = std::max(c.change.net.Saturated(), -kInt128Max);
  refusal.required = ToAmount(net < 0 ? -net : net);
  return refusal;
}

}  // namespace

Verdict FindRefusal(const AccountTable& accounts, const AccountsInOrder& order,
                    std::span<const Leg> legs,
                    std::span<const Change> changes) noexcept {
  for (const Rule& rule : kRules) {
    for (std::size_t leg = 0; leg < legs.size(); ++leg) {
      const std::size_t place = order.PlaceOf(leg);
      const Case here{legs[leg], order.account(place),
                      accounts.Cold(order.id(place)), changes[place]};
      if (!rule.is_broken(here)) continue;
      Verdict verdict{rule.outcome,
                      Describe(here, order.id(place), rule.outcome)};
      verdict.refusal.leg = static_cast<std::uint32_t>(leg);
      return verdict;
    }
  }
  // CheckState said no to something that no rule here explains.
  gsl::details::terminate();
}

}  // namespace lockstep::engine
