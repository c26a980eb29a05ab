// Routes in the reference model.

#include <cstddef>

#include "tests/support/reference_model.h"

namespace lockstep::test {

Outcome ReferenceModel::AllowRoute(const Route& route) {
  if (!routes_only_) return Outcome::kRoutesOff;
  if (routes_.insert(route).second) WriteRoute(route, true);
  return Outcome::kOk;
}

Outcome ReferenceModel::ForbidRoute(const Route& route) {
  if (!routes_only_) return Outcome::kRoutesOff;
  if (routes_.erase(route) == 0) return Outcome::kUnknownRoute;
  WriteRoute(route, false);
  return Outcome::kOk;
}

void ReferenceModel::WriteRoute(const Route& route, bool is_allowed) {
  Row& row = rows_.emplace_back();
  row.counter = ++counter_;
  row.kind = EntryKind::kRoute;
  row.route = route;
  row.is_allowed = is_allowed;
}

bool ReferenceModel::IsAllowed(AccountId payer, AccountId payee,
                               std::uint32_t code) const {
  const std::uint16_t from = accounts_.at(payer).account_class;
  const std::uint16_t to = accounts_.at(payee).account_class;
  for (const Route& route : routes_) {
    const bool payer_fits =
        route.payer_class == from || route.payer_class == 0xFFFF;
    const bool payee_fits =
        route.payee_class == to || route.payee_class == 0xFFFF;
    const bool code_fits = route.code == code || route.code == 0xFFFFFFFF;
    if (payer_fits && payee_fits && code_fits) return true;
  }
  return false;
}

ReferenceModel::Answer ReferenceModel::CheckRoutes(
    std::span<const Side> sides, const std::map<AccountId, Number>& after,
    std::size_t legs, std::uint32_t code) const {
  if (!routes_only_) return {};
  const auto refuse = [&](std::size_t side, AccountId payee) {
    return Answer{.outcome = Outcome::kRouteNotAllowed,
                  .leg = static_cast<std::uint32_t>(side),
                  .payee = payee};
  };
  const auto change_of = [&](const Side& side) -> Number {
    return after.at(side.account) - accounts_.at(side.account).balance;
  };
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (change_of(sides[i]) >= 0) continue;
    for (const Side& other : sides) {
      const bool is_paid =
          change_of(other) > 0 && accounts_.at(other.account).asset ==
                                      accounts_.at(sides[i].account).asset;
      if (is_paid && !IsAllowed(sides[i].account, other.account, code)) {
        return refuse(i, other.account);
      }
    }
  }
  for (std::size_t i = legs; i < sides.size(); i += 2) {
    if (!IsAllowed(sides[i].account, sides[i + 1].account, code)) {
      return refuse(i, sides[i + 1].account);
    }
  }
  return {};
}

}  // namespace lockstep::test
