#include "engine/posting/route_check.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"

namespace lockstep::engine {
namespace {

// Accounts of one asset and one class, of which one stands for all: a route is
// allowed to each of them or to none.
struct Party {
  AssetId asset;
  std::uint16_t account_class = 0;
  AccountId account;

  [[nodiscard]] bool IsLike(const Party& other) const {
    return asset == other.asset && account_class == other.account_class;
  }
};

Party PartyOf(const AccountTable& accounts, AccountId account) {
  return {accounts.Hot(account).asset(), accounts.Cold(account).account_class,
          account};
}

// Never more than fit in place, so it does not allocate.
using Parties = absl::InlinedVector<Party, kMaxLegs>;

// Adds a party unless there is one like it.
bool AddOnce(Parties& parties, const Party& party) {
  const bool is_new =
      std::none_of(parties.begin(), parties.end(),
                   [&](const Party& other) { return party.IsLike(other); });
  if (is_new) parties.push_back(party);
  return is_new;
}

}  // namespace

RouteFault FindRouteFault(
    const AccountTable& accounts, const RouteSet& routes, std::uint32_t code,
    std::span<const Part> parts, std::size_t legs,
    absl::FunctionRef<ExactSum(std::size_t)> net_of) noexcept {
  Parties payees;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (!net_of(part).IsPositive()) continue;
    AddOnce(payees, PartyOf(accounts, parts[part].account));
  }
  Parties payers;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (!net_of(part).IsNegative()) continue;
    const Party payer = PartyOf(accounts, parts[part].account);
    if (!AddOnce(payers, payer)) continue;
    for (const Party& payee : payees) {
      if (payee.asset != payer.asset ||
          routes.Allows(payer.account_class, payee.account_class, code)) {
        continue;
      }
      return {part, payee.account};
    }
  }
  for (std::size_t part = legs; part < parts.size(); part += 2) {
    const Party payer = PartyOf(accounts, parts[part].account);
    const Party payee = PartyOf(accounts, parts[part + 1].account);
    if (!routes.Allows(payer.account_class, payee.account_class, code)) {
      return {part, payee.account};
    }
  }
  return {};
}

RouteFault FindRouteFault(
    const AccountTable& accounts, const RouteSet& routes, std::uint32_t code,
    std::span<const Leg> legs,
    absl::FunctionRef<ExactSum(std::size_t)> net_of) noexcept {
  absl::InlinedVector<Part, kMaxLegs> parts;
  for (const Leg& leg : legs) parts.push_back({leg.account});
  return FindRouteFault(accounts, routes, code, std::span<const Part>(parts),
                        parts.size(), net_of);
}

}  // namespace lockstep::engine
