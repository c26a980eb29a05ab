// Ledgers in which nothing moves but along routes: which transfer needs which
// route, what changes them, and what is left of them in journals, snapshots and
// clones.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::EachMode;
using test::EachWay;
using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Way;

constexpr std::uint16_t kAny = Route::kAnyClass;
constexpr std::uint32_t kAnyCode = Route::kAnyCode;
// Those of the accounts below. What the issuer pays is always allowed.
constexpr std::uint16_t kMint = 1000;
constexpr Route kFromMint{kMint, kAny, kAnyCode};

std::string Text(const Route& route) {
  return std::to_string(route.payer_class) + ">" +
         std::to_string(route.payee_class) + ":" + std::to_string(route.code);
}

// Players of class 1, shops of class 2, banks of class 3.
struct Town {
  explicit Town(Concurrency concurrency = Concurrency::kMultiThread)
      : ledger(Ledger::Open({.concurrency = concurrency, .routes_only = true})
                   .value()),
        gold(ledger.CreateAsset({.code = "GOLD", .issuer_class = kMint})
                 .value()),
        gems(ledger.CreateAsset({.code = "GEMS", .issuer_class = kMint})
                 .value()) {
    EXPECT_EQ(ledger.AllowRoute(kFromMint), Outcome::kOk);
  }

  AccountId Account(std::uint16_t account_class, std::int64_t balance = 100,
                    AccountOptions options = {}) {
    if (options.asset.is_none()) options.asset = gold;
    options.account_class = account_class;
    const AccountId made = ledger.CreateAccount(options).value();
    if (balance > 0) {
      const AccountId mint = ledger.GetAsset(options.asset)->issuer;
      EXPECT_TRUE(ledger.Transfer(mint, made, Amount(balance)).ok());
    }
    return made;
  }

  Ledger ledger;
  AssetId gold;
  AssetId gems;
};

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

// --- Requests, dry runs, holds -----------------------------------------------

class RouteInModes : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  Town town{std::get<Concurrency>(GetParam())};
  const Mode mode = std::get<Mode>(GetParam());
};

INSTANTIATE_TEST_SUITE_P(All, RouteInModes, EachMode(), test::NameOfMode);

TEST_P(RouteInModes, FlowsNeedTheirOwnRoutes) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2, 0);
  const AccountId bank = town.Account(3, 0);
  const AccountId poor = town.Account(4, 0);
  struct Case {
    const char* what;
    std::vector<Route> allowed;
    std::vector<Leg> legs;
    std::vector<Flow> flows;
    std::uint32_t refused_flow = Refusal::kNoLeg;
    std::uint32_t refused_leg = Refusal::kNoLeg;
    AccountId payee = {};
  };
  const Case cases[] = {
      {"what flows", {{1, 2, 7}}, {}, {{player, shop, Amount(5)}}},
      {"a flow that is not allowed",
       {{2, 1, 7}},
       {},
       {{player, shop, Amount(5)}},
       0,
       Refusal::kNoLeg,
       shop},
      {"through another, who comes out even: both ways, and the whole",
       {{1, 2, 7}, {2, 3, 7}, {1, 3, 7}},
       {},
       {{player, shop, Amount(5)}, {shop, bank, Amount(5)}}},
      {"but for the whole",
       {{1, 2, 7}, {2, 3, 7}},
       {},
       {{player, shop, Amount(5)}, {shop, bank, Amount(5)}},
       0,
       Refusal::kNoLeg,
       bank},
      {"but for the second way",
       {{1, 2, 7}, {1, 3, 7}},
       {},
       {{player, shop, Amount(5)}, {shop, bank, Amount(5)}},
       1,
       Refusal::kNoLeg,
       bank},
      {"even if nothing flows",
       {{1, 2, 7}},
       {},
       {{player, shop, Amount(5)}, {poor, shop, Amount(5)}},
       1,
       Refusal::kNoLeg,
       shop},
      {"legs and flows together",
       {{1, 2, 7}, {1, 3, 7}},
       {{player, Amount(-5)}, {shop, Amount(5)}},
       {{player, bank, Amount(5)}}},
      {"legs beside a flow",
       {{1, 3, 7}},
       {{player, Amount(-5)}, {shop, Amount(5)}},
       {{player, bank, Amount(5)}},
       Refusal::kNoLeg,
       0,
       shop},
      {"a condition needs none",
       {{1, 2, 7}},
       {{player, Amount(-5)}, {shop, Amount(5)}},
       {}},
  };
  const Condition conditions[] = {Require::BalanceAtLeast(bank, Amount(0))};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    for (const Route& route : c.allowed) {
      ASSERT_EQ(town.ledger.AllowRoute(route), Outcome::kOk);
    }
    const LedgerState before = StateOf(town.ledger);
    const Receipt receipt =
        town.ledger.Post({.legs = c.legs,
                          .flows = c.flows,
                          .conditions = conditions,
                          .options = {.code = 7, .mode = mode}});
    if (c.payee.is_none()) {
      EXPECT_EQ(receipt.outcome(), Outcome::kOk);
    } else {
      EXPECT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
      EXPECT_EQ(receipt.refusal().flow, c.refused_flow);
      EXPECT_EQ(receipt.refusal().leg, c.refused_leg);
      EXPECT_EQ(receipt.refusal().payee, c.payee);
      EXPECT_EQ(StateOf(town.ledger), before);
    }
    for (const Route& route : c.allowed) {
      ASSERT_EQ(town.ledger.ForbidRoute(route), Outcome::kOk);
    }
  }
}

// A route is asked for after conditions, and before what flows is too little.
TEST_P(RouteInModes, ComesBetweenConditionsAndWhatFlows) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2, 0);
  const auto post = [&](std::int64_t balance) {
    const Flow flows[] = {{.from = player,
                           .to = shop,
                           .at_most = Amount(200),
                           .at_least = Amount(150)}};
    const Condition conditions[] = {
        Require::BalanceEquals(player, Amount(balance))};
    return town.ledger
        .Post({.flows = flows,
               .conditions = conditions,
               .options = {.mode = mode}})
        .outcome();
  };
  EXPECT_EQ(post(99), Outcome::kConditionNotMet);
  EXPECT_EQ(post(100), Outcome::kRouteNotAllowed);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 0}), Outcome::kOk);
  EXPECT_EQ(post(100), Outcome::kTooLittleAvailable);
}

// Each of several linked transfers by its own code; the first that is refused,
// for whatever reason, names the reason.
TEST_P(RouteInModes, JudgesEachOfLinkedTransfers) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({2, 1, 8}), Outcome::kOk);
  const Leg pay[] = {{player, Amount(-150)}, {shop, Amount(150)}};
  const Leg refund[] = {{shop, Amount(-60)}, {player, Amount(60)}};
  const auto post = [&](std::uint32_t refund_code) {
    const TransferRequest requests[] = {
        {.legs = refund, .options = {.code = refund_code}},
        {.legs = pay, .options = {.code = 7}},
    };
    Receipt receipts[2];
    const LedgerState before = StateOf(town.ledger);
    const BatchResult result =
        town.ledger.PostAll(requests, receipts, {.mode = mode});
    if (!result.ok()) {
      EXPECT_EQ(StateOf(town.ledger), before);
      EXPECT_EQ(receipts[0].refusal().transfer, 0U);
      EXPECT_EQ(receipts[1].outcome(), Outcome::kLinkedRefused);
    }
    return result.outcome;
  };
  EXPECT_EQ(post(7), Outcome::kRouteNotAllowed);
  EXPECT_EQ(post(8), Outcome::kOk);

  const Leg too_much[] = {{player, Amount(-150)}, {shop, Amount(150)}};
  const TransferRequest each[] = {
      {.legs = too_much, .options = {.code = 8, .mode = mode}},
      {.legs = too_much, .options = {.code = 7, .mode = mode}},
      {.legs = refund, .options = {.code = 8, .mode = mode}},
  };
  Outcome outcomes[3];
  EXPECT_EQ(town.ledger.PostEach(each, outcomes).posted, 1U);
  EXPECT_EQ(outcomes[0], Outcome::kRouteNotAllowed);
  EXPECT_EQ(outcomes[1], Outcome::kInsufficientFunds);
  EXPECT_EQ(outcomes[2], Outcome::kOk);
}

TEST_P(RouteInModes, DryRunsAreJudgedTheSame) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  const TransferOptions options{.code = 7, .mode = mode, .dry_run = true};
  const auto outcomes = [&] {
    const AccountId accounts[] = {player, shop};
    return std::vector<Outcome>{
        town.ledger.Transfer(player, shop, Amount(1), options).outcome(),
        town.ledger.Post({{player, Amount(-1)}, {shop, Amount(1)}}, options)
            .outcome(),
        town.ledger.Hold({{player, Amount(-1)}, {shop, Amount(1)}}, {}, options)
            .outcome(),
        town.ledger
            .Transact(
                std::span<const AccountId>(accounts),
                [&](AccountStates) {
                  return Decision().Move(player, shop, Amount(1));
                },
                options)
            .outcome()};
  };
  const LedgerState before = StateOf(town.ledger);
  EXPECT_EQ(outcomes(), std::vector(4, Outcome::kRouteNotAllowed));
  EXPECT_EQ(StateOf(town.ledger), before);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const LedgerState allowed = StateOf(town.ledger);
  EXPECT_EQ(outcomes(), std::vector(4, Outcome::kOk));
  EXPECT_EQ(StateOf(town.ledger), allowed);
}

// By their codes as they are placed and as they are captured, each its own;
// what is let go of is not judged.
TEST_P(RouteInModes, HoldsAreJudgedTwice) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  const AccountId bank = town.Account(3);
  const Leg legs[] = {
      {player, Amount(-9)}, {bank, Amount(4)}, {shop, Amount(5)}};
  const auto hold = [&] {
    return town.ledger.Hold(legs, {}, {.code = 7, .mode = mode});
  };
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const LedgerState before = StateOf(town.ledger);
  const Receipt refused = hold();
  ASSERT_EQ(refused.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(refused.refusal().leg, 0U);
  EXPECT_EQ(refused.refusal().payee, bank);
  EXPECT_EQ(StateOf(town.ledger), before);
  ASSERT_EQ(town.ledger.AllowRoute({1, 3, 7}), Outcome::kOk);
  const Receipt first = hold();
  const Receipt second = hold();
  ASSERT_TRUE(first.ok() && second.ok());

  const auto capture = [&](const Receipt& placed, std::uint32_t code,
                           std::vector<Amount> amounts = {}) {
    return town.ledger
        .Capture(placed.sequence(), amounts, {.code = code, .mode = mode})
        .outcome();
  };
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
  const LedgerState held = StateOf(town.ledger);
  EXPECT_EQ(capture(first, 7), Outcome::kRouteNotAllowed);
  EXPECT_EQ(StateOf(town.ledger), held);
  EXPECT_EQ(town.ledger.GetHold(first.sequence())->status, HoldStatus::kOpen);
  // What moves decides: the shop is left out.
  EXPECT_EQ(capture(first, 8, {Amount(-4), Amount(4), Amount(0)}),
            Outcome::kRouteNotAllowed);
  EXPECT_EQ(capture(first, 7, {Amount(-4), Amount(4), Amount(0)}),
            Outcome::kOk);
  ASSERT_EQ(town.ledger.ForbidRoute({1, 3, 7}), Outcome::kOk);
  EXPECT_TRUE(town.ledger.Release(second.sequence(), {.mode = mode}).ok());
  EXPECT_TRUE(town.ledger.Audit()->ok);
}

// The leg that is named is one that moves something.
TEST_P(RouteInModes, ACapturesRefusalNamesWhatMoves) {
  const AccountId bank = town.Account(3);
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  ASSERT_EQ(town.ledger.AllowRoute({kAny, 2, 7}), Outcome::kOk);
  const Leg legs[] = {{bank, Amount(-1)},
                      {player, Amount(-2)},
                      {player, Amount(-3)},
                      {shop, Amount(6)}};
  const Receipt placed = town.ledger.Hold(legs, {}, {.code = 7});
  ASSERT_TRUE(placed.ok());
  const Amount amounts[] = {Amount(0), Amount(0), Amount(-3), Amount(3)};
  const Receipt refused =
      town.ledger.Capture(placed.sequence(), amounts, {.mode = mode});
  ASSERT_EQ(refused.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(refused.refusal().leg, 2U);
  EXPECT_EQ(refused.refusal().account, player);
}

TEST(Route, WhatExpiresIsNotJudged) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 0}), Outcome::kOk);
  const Receipt placed =
      town.ledger.Hold({{player, Amount(-9)}, {shop, Amount(9)}}, Tick(5));
  ASSERT_TRUE(placed.ok());
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 0}), Outcome::kOk);
  ASSERT_EQ(town.ledger.Advance(Tick(5)), Outcome::kOk);
  EXPECT_EQ(town.ledger.GetHold(placed.sequence())->status,
            HoldStatus::kExpired);
}

// Statuses and limits move nothing.
TEST(Route, OtherChangesNeedNone) {
  Town town;
  const AccountId player = town.Account(1);
  EXPECT_EQ(town.ledger.SetStatus(player, AccountStatus::kFrozen),
            Outcome::kOk);
  EXPECT_EQ(town.ledger.SetLimits(player, Amount(0), Amount(500)),
            Outcome::kOk);
}

// --- Changing routes ---------------------------------------------------------

TEST(Route, IsOffUnlessTheLedgerWasOpenedSo) {
  SmallLedger world;
  const LedgerState before = StateOf(world.ledger);
  EXPECT_EQ(world.ledger.AllowRoute({}), Outcome::kRoutesOff);
  EXPECT_EQ(world.ledger.ForbidRoute({}), Outcome::kRoutesOff);
  EXPECT_EQ(world.ledger.GetRoutes().error(), Outcome::kRoutesOff);
  EXPECT_EQ(StateOf(world.ledger), before);
  // Classes are kept all the same, and nothing is refused for them.
  const AccountId one = world.Account(10, {.account_class = 5});
  EXPECT_EQ(world.ledger.GetAccount(one)->account_class, 5);
  EXPECT_TRUE(world.ledger.Transfer(one, world.issuer, Amount(1)).ok());
}

TEST(Route, NothingIsAllowedAtFirstNorAfterTheLast) {
  Ledger ledger = Ledger::Open({.routes_only = true}).value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const AccountId issuer = ledger.GetAsset(gold)->issuer;
  const AccountId account = ledger.CreateAccount({.asset = gold}).value();
  const auto pay = [&] {
    return ledger.Transfer(issuer, account, Amount(1)).outcome();
  };
  EXPECT_EQ(pay(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  EXPECT_EQ(pay(), Outcome::kOk);
  EXPECT_EQ(ledger.ForbidRoute({}), Outcome::kOk);
  EXPECT_EQ(pay(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  EXPECT_EQ(pay(), Outcome::kOk);
}

TEST(Route, OnlyWhatWasAllowedIsForbidden) {
  Town town;
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const LedgerState before = StateOf(town.ledger);
  for (const Route& route :
       {Route{}, Route{2, 1, 7}, Route{1, 2, 8}, Route{kAny, 2, 7},
        Route{1, 2, kAnyCode}, Route{kAny, kAny, kAnyCode}}) {
    EXPECT_EQ(town.ledger.ForbidRoute(route), Outcome::kUnknownRoute)
        << Text(route);
  }
  // What is so already stays so.
  EXPECT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  EXPECT_EQ(StateOf(town.ledger), before);
  EXPECT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
  EXPECT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kUnknownRoute);
}

TEST(Route, AreListedInOrder) {
  Town town;
  const std::vector<Route> ordered = {
      {0, 0, 0},       {0, 0, kAnyCode}, {0, kAny, 0},          {1, 0, 0},
      {1, 2, 6},       {1, 2, 7},        {1, 2, kAnyCode},      {1, kAny, 7},
      {2, 1, 7},       kFromMint,        {kAny, 1, 7},          {kAny, kAny, 0},
      {kAny, kAny, 1}, {kAny, kAny, 2},  {kAny, kAny, kAnyCode}};
  for (std::size_t i = ordered.size(); i-- > 0;) {
    ASSERT_EQ(town.ledger.AllowRoute(ordered[i * 7 % ordered.size()]),
              Outcome::kOk);
  }
  EXPECT_EQ(town.ledger.GetRoutes().value(), ordered);
}

TEST(Route, NeedsALedgerThatIsOpen) {
  Town town;
  Ledger moved = std::move(town.ledger);
  EXPECT_EQ(town.ledger.AllowRoute({}), Outcome::kLedgerClosed);
  EXPECT_EQ(town.ledger.ForbidRoute({}), Outcome::kLedgerClosed);
  EXPECT_EQ(town.ledger.GetRoutes().error(), Outcome::kLedgerClosed);
}

TEST(Route, NotFromInsideAFunction) {
  Town town;
  const AccountId accounts[] = {town.Account(1)};
  std::vector<Outcome> outcomes;
  static_cast<void>(town.ledger.Transact(
      std::span<const AccountId>(accounts), [&](AccountStates) {
        outcomes = {town.ledger.AllowRoute({}),
                    town.ledger.ForbidRoute(kFromMint),
                    town.ledger.GetRoutes().error()};
        return Decision::Refuse(0);
      }));
  EXPECT_EQ(outcomes, std::vector(3, Outcome::kInsideTransaction));
}

// --- Journal, snapshots, clones ----------------------------------------------

TEST(Route, EachChangeIsARow) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2, 0);
  JournalCursor cursor = town.ledger.OpenJournal().value();
  ASSERT_TRUE(cursor.Read());
  ASSERT_EQ(town.ledger.Advance(Tick(3)), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const Receipt paid =
      town.ledger.Transfer(player, shop, Amount(5), {.code = 7});
  ASSERT_TRUE(paid.ok());
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);

  const std::vector<Entry> rows = cursor.Read(1)->entries;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].kind, EntryKind::kRoute);
  EXPECT_EQ(rows[0].route, (Route{1, 2, 7}));
  EXPECT_TRUE(rows[0].is_allowed);
  EXPECT_EQ(rows[0].tick, Tick(3));
  EXPECT_EQ(rows[0].account, AccountId());
  EXPECT_EQ(rows[0].asset, AssetId());
  EXPECT_EQ(rows[0].amount, Amount());
  EXPECT_LT(rows[0].sequence, paid.sequence());
  const std::vector<Entry> rest = cursor.Read()->entries;
  ASSERT_EQ(rest.size(), 3U);
  EXPECT_EQ(rest[0].kind, EntryKind::kTransfer);
  EXPECT_EQ(rest[2].kind, EntryKind::kRoute);
  EXPECT_EQ(rest[2].route, (Route{1, 2, 7}));
  EXPECT_FALSE(rest[2].is_allowed);
  EXPECT_GT(rest[2].sequence, paid.sequence());

  // No account's history has them, and audits are fine with them.
  for (const AccountId account : {player, shop}) {
    const History history = town.ledger.GetHistory(account).value();
    for (const Entry& row : history.entries) {
      EXPECT_EQ(row.kind, EntryKind::kTransfer);
    }
  }
  const AuditReport report = town.ledger.Audit().value();
  EXPECT_TRUE(report.ok);
}

// By sequence a change comes after all that was judged by what was before, and
// before all that is judged by it, whichever sessions posted them.
TEST(Route, ChangesAreInOrderWithAllSessions) {
  Town town;
  Session busy = town.ledger.OpenSession().value();
  Session quiet = town.ledger.OpenSession().value();
  const AccountId one = town.Account(1);
  const AccountId other = town.Account(1);
  const AccountId third = town.Account(1, 0);
  const AccountId fourth = town.Account(1, 0);
  ASSERT_EQ(town.ledger.AllowRoute({1, 1, 0}), Outcome::kOk);
  Sequence last;
  for (int i = 0; i < 50; ++i) {
    last = busy.Transfer(one, third, Amount(1)).sequence();
  }
  JournalCursor cursor = town.ledger.OpenJournal().value();
  ASSERT_TRUE(cursor.Read());
  ASSERT_EQ(town.ledger.AllowRoute({2, 2, 2}), Outcome::kOk);
  const Sequence change = cursor.Read()->entries.at(0).sequence;
  EXPECT_GT(change, last);
  // Has nothing in common with what the busy one did but the routes.
  const Receipt after = quiet.Transfer(other, fourth, Amount(1));
  ASSERT_TRUE(after.ok());
  EXPECT_GT(after.sequence(), change);
}

TEST(Route, AJournalThatIsOffIsNotNeeded) {
  Ledger ledger =
      Ledger::Open({.journal_bytes = 0, .routes_only = true}).value();
  EXPECT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  EXPECT_EQ(ledger.GetRoutes()->size(), 1U);
}

TEST(Route, NoSequenceIsLeft) {
  engine::LedgerCore core({.routes_only = true});
  engine::SessionState& session = *core.sessions()->Acquire().value();
  ASSERT_EQ(core.SetRoute(session, {}, true), Outcome::kOk);
  session.last_sequence = Sequence(Sequence::kMaxCounter, session.slot);
  EXPECT_EQ(core.SetRoute(session, {1, 1, 1}, true),
            Outcome::kSequenceExhausted);
  EXPECT_EQ(core.SetRoute(session, {}, false), Outcome::kSequenceExhausted);
  EXPECT_EQ(core.routes()->Now()->ToRoutes(), std::vector<Route>{Route{}});
}

TEST(Route, ASessionInsideIsRefused) {
  engine::LedgerCore core({.routes_only = true});
  engine::SessionState& session = *core.sessions()->Acquire().value();
  session.inside = true;
  EXPECT_EQ(core.SetRoute(session, {}, true), Outcome::kInsideTransaction);
  session.inside = false;
}

// A clone has the routes of its snapshot's cut, whatever came of them.
TEST(Route, ClonesHaveThoseOfTheCut) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  std::vector<Snapshot> snapshots;
  std::vector<std::vector<Route>> expected;
  std::vector<Bits128> digests;
  const auto take = [&] {
    expected.push_back(town.ledger.GetRoutes().value());
    digests.push_back(town.ledger.Digest().value());
    snapshots.push_back(town.ledger.TakeSnapshot().value());
  };
  take();
  take();
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 8}), Outcome::kOk);
  take();
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
  take();
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 8}), Outcome::kOk);
  // Some of them end, and what only they wanted may go.
  for (const std::size_t gone : {std::size_t{3}, std::size_t{0}}) {
    snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(gone));
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(gone));
    digests.erase(digests.begin() + static_cast<std::ptrdiff_t>(gone));
    ASSERT_EQ(town.ledger.AllowRoute({9, 9, static_cast<std::uint32_t>(gone)}),
              Outcome::kOk);
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
      Ledger clone = snapshots[i].Clone().value();
      EXPECT_EQ(clone.GetRoutes().value(), expected[i]) << i;
      EXPECT_EQ(clone.Digest().value(), digests[i]) << i;
      EXPECT_EQ(snapshots[i].Digest().value(), digests[i]) << i;
      EXPECT_EQ(clone.GetAccount(player)->account_class, 1);
      EXPECT_EQ(clone.GetAccount(AccountId(1))->account_class, kMint);
      const bool is_allowed = expected[i].size() > 1;
      EXPECT_EQ(clone.Transfer(player, shop, Amount(1), {.code = 8}).outcome(),
                is_allowed ? Outcome::kOk : Outcome::kRouteNotAllowed);
      // And goes its own way.
      ASSERT_EQ(clone.AllowRoute({5, 5, 5}), Outcome::kOk);
      EXPECT_EQ(clone.ForbidRoute({9, 9, static_cast<std::uint32_t>(gone)}),
                Outcome::kUnknownRoute);
    }
  }
  snapshots.clear();
  ASSERT_EQ(town.ledger.AllowRoute({8, 8, 8}), Outcome::kOk);
  EXPECT_EQ(town.ledger.Clone()->GetRoutes().value(),
            town.ledger.GetRoutes().value());
}

TEST(Route, AClonesOptionsDecideWhetherItHasAny) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  Ledger free = town.ledger.TakeSnapshot()->Clone({}).value();
  EXPECT_EQ(free.GetRoutes().error(), Outcome::kRoutesOff);
  EXPECT_TRUE(free.Transfer(player, shop, Amount(1)).ok());
  Ledger bound = free.TakeSnapshot()->Clone({.routes_only = true}).value();
  EXPECT_EQ(bound.GetRoutes()->size(), 0U);
  EXPECT_EQ(bound.Transfer(player, shop, Amount(1)).outcome(),
            Outcome::kRouteNotAllowed);
}

// Two ledgers of the same accounts and routes have one digest, whatever the
// order in which routes were allowed; another class or route makes another.
TEST(Route, CountsInTheDigest) {
  const auto digest = [](std::uint16_t account_class,
                         const std::vector<Route>& routes) {
    Ledger ledger = Ledger::Open({.routes_only = true}).value();
    const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
    static_cast<void>(
        ledger.CreateAccount({.asset = gold, .account_class = account_class}));
    for (const Route& route : routes) {
      EXPECT_EQ(ledger.AllowRoute(route), Outcome::kOk);
    }
    return ledger.Digest().value();
  };
  const Bits128 none = digest(0, {});
  EXPECT_NE(digest(1, {}), none);
  EXPECT_NE(digest(0, {{}}), none);
  EXPECT_NE(digest(0, {{1, 0, 0}}), digest(0, {{0, 1, 0}}));
  EXPECT_EQ(digest(0, {{1, 0, 0}, {2, 0, 0}}),
            digest(0, {{2, 0, 0}, {1, 0, 0}}));
  // Without either it is what it always was.
  SmallLedger world;
  Ledger same = Ledger::Open({.routes_only = true}).value();
  ASSERT_TRUE(same.CreateAsset({.code = "GOLD", .scale = 2}));
  EXPECT_EQ(same.Digest().value(), world.ledger.Digest().value());
}

// --- Conflicts ---------------------------------------------------------------

// What a function sees of accounts, it sees once more if routes changed while
// it thought, though no account did.
TEST(Route, AChangeWhileAFunctionThinksIsAConflict) {
  Town town;
  const AccountId accounts[] = {town.Account(1), town.Account(2)};
  int calls = 0;
  // The other thread's part; on this one everything would be refused.
  const auto change = [&](bool is_allowed) {
    std::thread([&] {
      EXPECT_EQ(is_allowed ? town.ledger.AllowRoute({1, 2, 0})
                           : town.ledger.ForbidRoute({1, 2, 0}),
                Outcome::kOk);
    }).join();
  };
  const auto transact = [&](Mode mode, bool is_allowed_then) {
    calls = 0;
    return town.ledger.Transact(std::span<const AccountId>(accounts),
                                [&](AccountStates) {
                                  if (calls++ == 0) change(is_allowed_then);
                                  return Decision().Move(
                                      accounts[0], accounts[1], Amount(1));
                                },
                                {.mode = mode});
  };
  Receipt receipt = transact(Mode::kOptimistic, true);
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.attempts(), 2U);
  EXPECT_EQ(calls, 2);
  receipt = transact(Mode::kOptimistic, false);
  EXPECT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(receipt.attempts(), 2U);
  // In locked mode routes are asked for after the function, so it sees them
  // once, and nobody who changes them waits for it.
  receipt = transact(Mode::kLocked, true);
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(calls, 1);
  receipt = transact(Mode::kLocked, false);
  EXPECT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(calls, 1);
}

// A snapshot and a change of routes while a function holds locks: what is
// posted belongs to the change's epoch, not to the one that it began in.
TEST(Route, WhoGoesByAChangeBelongsToItsEpoch) {
  Town town;
  const AccountId accounts[] = {town.Account(1), town.Account(2)};
  std::optional<Snapshot> snapshot;
  const Receipt receipt = town.ledger.Transact(
      std::span<const AccountId>(accounts), [&](AccountStates) {
        std::thread([&] {
          snapshot.emplace(town.ledger.TakeSnapshot().value());
          EXPECT_EQ(town.ledger.AllowRoute({1, 2, 0}), Outcome::kOk);
        }).join();
        return Decision().Move(accounts[0], accounts[1], Amount(1));
      });
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(snapshot->Balance(accounts[0]).value(), Amount(100));
  EXPECT_EQ(snapshot->Balance(accounts[1]).value(), Amount(100));
  EXPECT_TRUE(snapshot->Audit()->ok);
  EXPECT_EQ(snapshot->Clone()->GetRoutes()->size(), 1U);
}

}  // namespace
}  // namespace lockstep
