// What a route allows, and which transfer needs which.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/route_world.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::EachWay;
using test::kAny;
using test::kAnyCode;
using test::LedgerState;
using test::StateOf;
using test::Text;
using test::Town;
using test::Way;

// --- What a route allows -----------------------------------------------------

TEST(Route, AllowsItsClassesAndItsCode) {
  struct Case {
    Route route;
    std::uint16_t payer;
    std::uint16_t payee;
    std::uint32_t code;
    bool is_allowed;
  };
  constexpr Case kCases[] = {
      {{1, 2, 7}, 1, 2, 7, true},
      {{1, 2, 7}, 1, 2, 8, false},
      {{1, 2, 7}, 2, 1, 7, false},  // there is no way back
      {{1, 2, 7}, 1, 3, 7, false},
      {{1, 2, 7}, 3, 2, 7, false},
      {{}, 0, 0, 0, true},
      {{}, 0, 0, 1, false},
      {{}, 0, 1, 0, false},
      {{kAny, 2, 7}, 5, 2, 7, true},
      {{kAny, 2, 7}, 5, 3, 7, false},
      {{kAny, 2, 7}, 5, 2, 6, false},
      {{1, kAny, 7}, 1, 5, 7, true},
      {{1, kAny, 7}, 2, 5, 7, false},
      {{1, kAny, 7}, 1, 5, 6, false},
      {{1, 2, kAnyCode}, 1, 2, 12345, true},
      {{1, 2, kAnyCode}, 2, 1, 12345, false},
      {{kAny, kAny, 7}, 8, 9, 7, true},
      {{kAny, kAny, 7}, 8, 9, 6, false},
      {{kAny, 2, kAnyCode}, 8, 2, 6, true},
      {{kAny, 2, kAnyCode}, 8, 3, 6, false},
      {{1, kAny, kAnyCode}, 1, 9, 6, true},
      {{1, kAny, kAnyCode}, 2, 9, 6, false},
      {{kAny, kAny, kAnyCode}, 8, 9, 6, true},
      // What has the number of a wildcard is on those routes alone.
      {{kAny, kAny, kAnyCode}, kAny, kAny, kAnyCode, true},
      {{1, 2, kAnyCode}, 1, 2, kAnyCode, true},
      {{1, 2, 7}, 1, 2, kAnyCode, false},
      {{1, 2, 7}, kAny, 2, 7, false},
      {{kAny, 2, 7}, kAny, 2, 7, true},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(Text(c.route) + " for " + Text({c.payer, c.payee, c.code}));
    Town town;
    const AccountId payer = town.Account(c.payer);
    const AccountId payee = town.Account(c.payee);
    ASSERT_EQ(town.ledger.AllowRoute(c.route), Outcome::kOk);
    const Receipt receipt =
        town.ledger.Transfer(payer, payee, Amount(1), {.code = c.code});
    EXPECT_EQ(receipt.outcome(),
              c.is_allowed ? Outcome::kOk : Outcome::kRouteNotAllowed);
  }
}

TEST(Route, OneOfManyIsEnough) {
  Town town;
  const AccountId payer = town.Account(1);
  const AccountId payee = town.Account(2);
  const std::vector<Route> others = {{2, 1, 7},    {1, 2, 6},
                                     {1, 2, 8},    {0, kAny, 7},
                                     {kAny, 3, 7}, {kAny, kAny, 6}};
  for (const Route& other : others) {
    ASSERT_EQ(town.ledger.AllowRoute(other), Outcome::kOk);
  }
  const auto pay = [&] {
    return town.ledger.Transfer(payer, payee, Amount(1), {.code = 7}).outcome();
  };
  EXPECT_EQ(pay(), Outcome::kRouteNotAllowed);
  for (const Route& one : {Route{1, 2, 7}, Route{kAny, 2, kAnyCode}}) {
    ASSERT_EQ(town.ledger.AllowRoute(one), Outcome::kOk);
    EXPECT_EQ(pay(), Outcome::kOk);
    ASSERT_EQ(town.ledger.ForbidRoute(one), Outcome::kOk);
    EXPECT_EQ(pay(), Outcome::kRouteNotAllowed);
  }
}

// --- Who pays whom -----------------------------------------------------------

class RouteOfWays : public testing::TestWithParam<Way> {};

INSTANTIATE_TEST_SUITE_P(All, RouteOfWays, EachWay(),
                         testing::PrintToStringParamName());

// A refusal names the payer, whom it would pay, and the payer's first leg, and
// changes nothing.
TEST_P(RouteOfWays, RefusesAndChangesNothing) {
  Town town(GetParam().concurrency);
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  const LedgerState before = StateOf(town.ledger);
  const Receipt receipt =
      GetParam().Transfer(town.ledger, player, shop, Amount(10), {.code = 7});
  ASSERT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(receipt.refusal().leg, 0U);
  EXPECT_EQ(receipt.refusal().flow, Refusal::kNoLeg);
  EXPECT_EQ(receipt.refusal().account, player);
  EXPECT_EQ(receipt.refusal().payee, shop);
  EXPECT_EQ(receipt.refusal().asset, town.gold);
  EXPECT_EQ(receipt.attempts(), 1U);
  EXPECT_EQ(StateOf(town.ledger), before);
  EXPECT_EQ(town.ledger.Explain(receipt),
            "route not allowed: account " + std::to_string(player.value()) +
                " of class 1 may not pay account " +
                std::to_string(shop.value()) +
                " of class 2 with this code (leg 0)");

  EXPECT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  EXPECT_TRUE(GetParam()
                  .Transfer(town.ledger, player, shop, Amount(10), {.code = 7})
                  .ok());
  EXPECT_EQ(GetParam()
                .Transfer(town.ledger, player, shop, Amount(10), {.code = 8})
                .outcome(),
            Outcome::kRouteNotAllowed);
}

// Each account that pays over all needs a route to each of the same asset that
// is paid; who comes out even, or only changes what he has of another asset,
// needs none.
TEST_P(RouteOfWays, JudgesNetChangesByAsset) {
  struct Case {
    const char* what;
    std::vector<Route> allowed;
    // Gold of a player (1), another (1), a shop (2), a bank (3); gems of the
    // player's (4) and of the shop's (5).
    std::vector<std::pair<int, int>> legs;
    std::optional<std::uint32_t> refused_leg;
    int payee = -1;
  };
  enum { kPlayer, kOther, kShop, kBank, kPlayersGems, kShopsGems };
  const Case cases[] = {
      {"one to one", {{1, 2, 7}}, {{kPlayer, -5}, {kShop, 5}}, {}},
      {"the payee's leg first", {{1, 2, 7}}, {{kShop, 5}, {kPlayer, -5}}, {}},
      {"the wrong way",
       {{1, 2, 7}},
       {{kPlayer, 5}, {kShop, -5}},
       {1U},
       kPlayer},
      {"two payers",
       {{1, 2, 7}},
       {{kPlayer, -5}, {kOther, -1}, {kShop, 6}},
       {}},
      {"one of two payers",
       {{1, 2, 7}},
       {{kPlayer, -5}, {kBank, -1}, {kShop, 6}},
       {1U},
       kShop},
      {"two payees of which one is not allowed",
       {{1, 2, 7}},
       {{kShop, 4}, {kBank, 1}, {kPlayer, -5}},
       {2U},
       kBank},
      {"two payees",
       {{1, 2, 7}, {1, 3, 7}},
       {{kShop, 4}, {kBank, 1}, {kPlayer, -5}},
       {}},
      {"all pairs",
       {{1, 2, 7}, {1, 1, 7}, {3, 1, 7}},
       {{kPlayer, -4}, {kBank, -4}, {kShop, 4}, {kOther, 4}},
       {1U},
       kShop},
      {"who comes out even is not paid and pays nobody",
       {{1, 2, 7}},
       {{kPlayer, -5}, {kBank, 5}, {kBank, -5}, {kShop, 5}},
       {}},
      {"what counts is what is left of an account's legs",
       {{1, 2, 7}},
       {{kPlayer, 5}, {kPlayer, -6}, {kShop, 1}},
       {}},
      {"an exchange needs routes of each asset",
       {{1, 2, 7}, {5, 4, 7}},
       {{kPlayer, -5}, {kShop, 5}, {kShopsGems, -1}, {kPlayersGems, 1}},
       {}},
      {"an exchange of which one half is not allowed",
       {{1, 2, 7}, {4, 5, 7}, {1, 4, 7}, {5, 2, 7}},
       {{kPlayer, -5}, {kShop, 5}, {kShopsGems, -1}, {kPlayersGems, 1}},
       {2U},
       kPlayersGems},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    Town town(GetParam().concurrency);
    const AccountId accounts[] = {town.Account(1),
                                  town.Account(1),
                                  town.Account(2),
                                  town.Account(3),
                                  town.Account(4, 100, {.asset = town.gems}),
                                  town.Account(5, 100, {.asset = town.gems})};
    for (const Route& route : c.allowed) {
      ASSERT_EQ(town.ledger.AllowRoute(route), Outcome::kOk);
    }
    std::vector<Leg> legs;
    for (const auto& [account, amount] : c.legs) {
      legs.push_back({accounts[account], Amount(amount)});
    }
    const LedgerState before = StateOf(town.ledger);
    const Receipt receipt = GetParam().Post(town.ledger, legs, {.code = 7});
    if (!c.refused_leg) {
      EXPECT_EQ(receipt.outcome(), Outcome::kOk);
      continue;
    }
    ASSERT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
    EXPECT_EQ(receipt.refusal().leg, *c.refused_leg);
    EXPECT_EQ(receipt.refusal().account, legs[*c.refused_leg].account);
    EXPECT_EQ(receipt.refusal().payee, accounts[c.payee]);
    EXPECT_EQ(StateOf(town.ledger), before);
  }
}

// After what is wrong with accounts as such, before what is wrong with amounts.
TEST_P(RouteOfWays, ComesBetweenStatusAndFunds) {
  struct Case {
    AccountStatus payer = AccountStatus::kOpen;
    AccountStatus payee = AccountStatus::kOpen;
    std::int64_t amount = 1;
    Amount payees_ceiling = Amount::Max();
    Outcome outcome;
  };
  const Case cases[] = {
      {.payer = AccountStatus::kDebitsFrozen,
       .outcome = Outcome::kAccountFrozen},
      {.payee = AccountStatus::kCreditsFrozen,
       .outcome = Outcome::kAccountFrozen},
      {.payee = AccountStatus::kClosed, .outcome = Outcome::kAccountClosed},
      {.amount = 101, .outcome = Outcome::kRouteNotAllowed},
      {.payees_ceiling = Amount(0), .outcome = Outcome::kRouteNotAllowed},
      {.outcome = Outcome::kRouteNotAllowed},
  };
  for (const Case& c : cases) {
    Town town(GetParam().concurrency);
    const AccountId payer = town.Account(1);
    const AccountId payee = town.Account(2, 0, {.ceiling = c.payees_ceiling});
    ASSERT_EQ(town.ledger.SetStatus(payer, c.payer), Outcome::kOk);
    ASSERT_EQ(town.ledger.SetStatus(payee, c.payee), Outcome::kOk);
    EXPECT_EQ(GetParam()
                  .Transfer(town.ledger, payer, payee, Amount(c.amount))
                  .outcome(),
              c.outcome);
  }
}

// An amount that does not fit comes after the route, too.
TEST_P(RouteOfWays, ComesBeforeOverflow) {
  Town town(GetParam().concurrency);
  const AccountId payer = town.Account(1, 0, {.floor = Amount::Min()});
  const AccountId payee = town.Account(2);
  EXPECT_EQ(
      GetParam().Transfer(town.ledger, payer, payee, Amount::Max()).outcome(),
      Outcome::kRouteNotAllowed);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 0}), Outcome::kOk);
  EXPECT_EQ(
      GetParam().Transfer(town.ledger, payer, payee, Amount::Max()).outcome(),
      Outcome::kAmountOverflow);
}

// A function's own refusals come first.
TEST(Route, IsNoMatterWhereAFunctionRefuses) {
  Town town;
  const AccountId accounts[] = {town.Account(1), town.Account(2)};
  const Receipt receipt =
      town.ledger.Transact(std::span<const AccountId>(accounts),
                           [](AccountStates) { return Decision::Refuse(3); });
  EXPECT_EQ(receipt.outcome(), Outcome::kRefusedByFunction);
}

}  // namespace
}  // namespace lockstep
