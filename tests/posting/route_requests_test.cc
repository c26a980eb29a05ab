// Which routes requests, dry runs, holds and reversals need, and what has been
// posted before.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/route_world.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::EachMode;
using test::kAny;
using test::LedgerState;
using test::StateOf;
using test::Town;

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

// --- Reversals, ids ----------------------------------------------------------

// From who was paid to who paid, for the reversal's own code; the way that the
// transfer took has nothing to do with it.
TEST_P(RouteInModes, ReversalsNeedTheirOwn) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2, 0);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const Receipt paid =
      town.ledger.Transfer(player, shop, Amount(50), {.code = 7});
  ASSERT_TRUE(paid.ok());
  const auto reverse = [&](std::uint32_t code,
                           std::vector<Amount> amounts = {}) {
    return town.ledger.Reverse({.transfer = paid.sequence(),
                                .amounts = amounts,
                                .despite_freeze = true,
                                .options = {.code = code, .mode = mode}});
  };
  const LedgerState before = StateOf(town.ledger);
  for (const std::uint32_t code : {7U, 9U}) {
    const Receipt refused = reverse(code);
    EXPECT_EQ(refused.outcome(), Outcome::kRouteNotAllowed);
    EXPECT_EQ(refused.refusal().account, shop);
    EXPECT_EQ(refused.refusal().payee, player);
    EXPECT_EQ(refused.refusal().leg, 1U);
  }
  EXPECT_EQ(StateOf(town.ledger), before);
  ASSERT_EQ(town.ledger.AllowRoute({kAny, kAny, 9}), Outcome::kOk);
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
  EXPECT_EQ(reverse(7).outcome(), Outcome::kRouteNotAllowed);
  EXPECT_TRUE(reverse(9, {Amount(-20), Amount(20)}).ok());
  ASSERT_EQ(town.ledger.ForbidRoute({kAny, kAny, 9}), Outcome::kOk);
  EXPECT_EQ(reverse(9).outcome(), Outcome::kRouteNotAllowed);
  ASSERT_EQ(town.ledger.AllowRoute({2, 1, 9}), Outcome::kOk);
  EXPECT_TRUE(reverse(9).ok());
  EXPECT_EQ(reverse(9).outcome(), Outcome::kAlreadyReversed);
  EXPECT_EQ(town.ledger.Balance(player).value(), Amount(100));
}

TEST_P(RouteInModes, JudgesEachOfSeveralReversals) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 0}), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({2, 1, 8}), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({2, 1, 9}), Outcome::kOk);
  Sequence paid[2];
  for (Sequence& one : paid) {
    one = town.ledger.Transfer(player, shop, Amount(5)).sequence();
  }
  const auto reverse = [&](std::uint32_t code) {
    const Reversal both[] = {
        {.transfer = paid[0], .options = {.code = 8}},
        {.transfer = paid[1], .options = {.code = code}},
    };
    Receipt receipts[2];
    const BatchResult result =
        town.ledger.ReverseAll(both, receipts, {.mode = mode});
    EXPECT_EQ(receipts[1].outcome(), result.outcome);
    return result.outcome;
  };
  const LedgerState before = StateOf(town.ledger);
  EXPECT_EQ(reverse(7), Outcome::kRouteNotAllowed);
  EXPECT_EQ(StateOf(town.ledger), before);
  EXPECT_EQ(reverse(9), Outcome::kOk);
}

// Who asks again is told what was posted, whatever is forbidden since; what was
// refused was not posted, and its id is free.
TEST_P(RouteInModes, WhatHasAnIdIsJudgedOnce) {
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  const Leg legs[] = {{player, Amount(-5)}, {shop, Amount(5)}};
  const Flow flows[] = {{.from = player, .to = shop, .at_most = Amount(5)}};
  const AccountId both[] = {player, shop};
  const auto with = [&](std::uint64_t id) -> TransferOptions {
    return {.code = 7, .mode = mode, .id = {0, id}};
  };
  const std::vector<std::function<Receipt()>> ways = {
      [&] { return town.ledger.Transfer(player, shop, Amount(5), with(1)); },
      [&] { return town.ledger.Post(legs, with(2)); },
      [&] { return town.ledger.Post({.flows = flows, .options = with(3)}); },
      [&] { return town.ledger.Hold(legs, {}, with(4)); },
      [&] {
        return town.ledger.Transact(
            std::span<const AccountId>(both),
            [&](AccountStates) {
              return Decision().Move(player, shop, Amount(5));
            },
            with(5));
      },
      [&] {
        const TransferRequest linked[] = {
            {.legs = legs, .options = {.code = 7}}};
        Receipt receipt;
        static_cast<void>(town.ledger.PostAll(linked,
                                              std::span<Receipt>(&receipt, 1),
                                              {.mode = mode, .id = {0, 6}}));
        return receipt;
      },
  };
  for (std::size_t way = 0; way < ways.size(); ++way) {
    SCOPED_TRACE(way);
    EXPECT_EQ(ways[way]().outcome(), Outcome::kRouteNotAllowed);
    ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
    const Receipt posted = ways[way]();
    ASSERT_TRUE(posted.ok());
    EXPECT_FALSE(posted.is_replay());
    ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
    const LedgerState before = StateOf(town.ledger);
    const Receipt again = ways[way]();
    EXPECT_TRUE(again.is_replay());
    EXPECT_EQ(again.sequence(), posted.sequence());
    EXPECT_EQ(StateOf(town.ledger), before);
  }
  EXPECT_EQ(town.ledger.Transfer(player, shop, Amount(6), with(1)).outcome(),
            Outcome::kIdTaken);
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

}  // namespace
}  // namespace lockstep
