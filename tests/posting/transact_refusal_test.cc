// Every outcome that a transaction can have but for being posted, in each mode,
// and that each of them changes nothing.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::kNoLeg;
using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Watchdog;

struct RefusalWorld {
  explicit RefusalWorld(Concurrency concurrency)
      : small({.concurrency = concurrency}) {
    EXPECT_TRUE(small.ledger.Transfer(debtor, full, Amount::Max()).ok());
  }

  SmallLedger small;
  AccountId rich = small.Account(1000);
  AccountId poor = small.Account(1);
  AccountId capped = small.Account(90, {.ceiling = Amount(100)});
  AccountId frozen = small.Account(0, {.status = AccountStatus::kFrozen});
  AccountId closed = small.Account(0, {.status = AccountStatus::kClosed});
  AssetId gems = small.ledger.CreateAsset({.code = "GEMS"}).value();
  AccountId jeweller = small.Account(1000, {.asset = gems});
  AssetId debts = small.ledger.CreateAsset({.code = "DEBTS"}).value();
  AccountId full = small.Account(0, {.asset = debts});
  AccountId debtor = small.Account(0, {.asset = debts, .floor = Amount::Min()});
  AccountId other_debtor =
      small.Account(0, {.asset = debts, .floor = Amount::Min()});
  AccountId none;
  AccountId unknown = AccountId(1'000'000);
};

struct RefusedDecision {
  const char* what;
  Outcome outcome;
  Decision (*decide)(const RefusalWorld& world);
  std::uint32_t leg = kNoLeg;
  AccountId RefusalWorld::*account = &RefusalWorld::none;
};

Decision TooManyMoves(const RefusalWorld& w) {
  Decision decision;
  for (std::size_t i = 0; i <= kMaxLegs / 2; ++i) {
    decision.Move(w.rich, w.poor, Amount(1));
  }
  return decision;
}

// The accounts that are declared: all but these of other assets.
constexpr RefusedDecision kRefusedDecisions[] = {
    {"a refusal of its own", Outcome::kRefusedByFunction,
     [](const RefusalWorld&) { return Decision::Refuse(); }},
    {"a refusal with legs", Outcome::kRefusedByFunction,
     [](const RefusalWorld& w) {
       return Decision::Refuse(0).Move(w.rich, w.poor, Amount(1));
     }},
    {"too many legs", Outcome::kTooManyLegs,
     [](const RefusalWorld& w) {
       Decision decision;
       for (std::size_t i = 0; i <= kMaxLegs; ++i) {
         decision.Add(w.rich, Amount(i % 2 == 0 ? 1 : -1));
       }
       return decision;
     }},
    {"too many moves", Outcome::kTooManyLegs, TooManyMoves},
    {"a move that no longer fits beside a leg", Outcome::kTooManyLegs,
     [](const RefusalWorld& w) {
       Decision decision;
       for (std::size_t i = 0; i < kMaxLegs - 1; ++i) {
         decision.Add(w.rich, Amount(1));
       }
       return decision.Move(w.rich, w.poor, Amount(1));
     }},
    {"a move of less than nothing", Outcome::kNegativeAmount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.poor, Amount(-1));
     }},
    {"a move of the smallest amount", Outcome::kNegativeAmount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.poor, Amount::Min());
     }},
    {"a move of nothing", Outcome::kZeroAmount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.poor, Amount());
     }},
    {"a move to itself", Outcome::kSameAccount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.rich, Amount(1));
     }},
    {"of several faults the first", Outcome::kSameAccount,
     [](const RefusalWorld& w) {
       return Decision()
           .Move(w.rich, w.rich, Amount(1))
           .Move(w.rich, w.poor, Amount(-1))
           .Move(w.rich, w.poor, Amount());
     }},
    {"a fault among good legs", Outcome::kNegativeAmount,
     [](const RefusalWorld& w) {
       return Decision()
           .Move(w.rich, w.poor, Amount(1))
           .Move(w.rich, w.poor, Amount(-1))
           .Move(w.rich, w.poor, Amount(1));
     }},
    {"nothing", Outcome::kNoLegs,
     [](const RefusalWorld&) { return Decision(); }},
    {"a leg of nothing", Outcome::kZeroAmount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.poor, Amount(1)).Add(w.capped, {});
     },
     2, &RefusalWorld::capped},
    {"an account that was not declared", Outcome::kUndeclaredAccount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.jeweller, Amount(1));
     },
     1, &RefusalWorld::jeweller},
    {"an account that does not exist", Outcome::kUndeclaredAccount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.unknown, w.rich, Amount(1));
     },
     0, &RefusalWorld::unknown},
    {"no account", Outcome::kUndeclaredAccount,
     [](const RefusalWorld& w) {
       return Decision().Move(w.none, w.rich, Amount(1));
     },
     0, &RefusalWorld::none},
    {"legs that make money", Outcome::kUnbalanced,
     [](const RefusalWorld& w) {
       return Decision().Add(w.rich, Amount(-1)).Add(w.poor, Amount(2));
     },
     0, &RefusalWorld::none},
    {"assets that balance only together", Outcome::kUnbalanced,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.full, Amount(1));
     },
     0, &RefusalWorld::none},
    {"a closed account", Outcome::kAccountClosed,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.closed, Amount(1));
     },
     1, &RefusalWorld::closed},
    {"a frozen account", Outcome::kAccountFrozen,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.frozen, Amount(1));
     },
     1, &RefusalWorld::frozen},
    {"more than a balance can be", Outcome::kAmountOverflow,
     [](const RefusalWorld& w) {
       return Decision().Move(w.other_debtor, w.full, Amount(1));
     },
     1, &RefusalWorld::full},
    {"more than there is", Outcome::kInsufficientFunds,
     [](const RefusalWorld& w) {
       return Decision().Move(w.poor, w.rich, Amount(2));
     },
     0, &RefusalWorld::poor},
    {"more than may be there", Outcome::kAboveCeiling,
     [](const RefusalWorld& w) {
       return Decision().Move(w.rich, w.capped, Amount(11));
     },
     1, &RefusalWorld::capped},
};

class TransactRefusalTest
    : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  static TransferOptions Options() {
    return {.mode = std::get<Mode>(GetParam())};
  }

  // Calls `transact`, which is to be refused, and fails if anything changes.
  template <class Transact>
  Receipt ExpectNothingChanges(Outcome outcome, const Transact& transact) {
    const LedgerState before = StateOf(ledger_);
    const Stats counted = ledger_.GetStats();
    const Receipt receipt = transact();
    const Stats since = test::Since(counted, ledger_.GetStats());
    test::ExpectCounted(since, outcome);
    EXPECT_EQ(since.retries, 0U);
    // No lock is left behind either, or this would not end.
    EXPECT_TRUE(StateOf(ledger_) == before);
    EXPECT_EQ(receipt.outcome(), outcome);
    EXPECT_TRUE(receipt.sequence().is_none());
    EXPECT_TRUE(receipt.changes().empty());
    EXPECT_EQ(ledger_.Transfer(world_.rich, world_.poor, Amount(1)).outcome(),
              Outcome::kOk);
    EXPECT_EQ(ledger_.Transfer(world_.poor, world_.rich, Amount(1)).outcome(),
              Outcome::kOk);
    return receipt;
  }

  const Watchdog watchdog_;
  RefusalWorld world_{std::get<Concurrency>(GetParam())};
  Ledger& ledger_ = world_.small.ledger;
  std::vector<AccountId> declared_ = {
      world_.closed, world_.full,   world_.rich,   world_.poor,
      world_.capped, world_.frozen, world_.debtor, world_.other_debtor};
};

TEST_P(TransactRefusalTest, ARefusedDecisionChangesNothing) {
  for (const RefusedDecision& refused : kRefusedDecisions) {
    SCOPED_TRACE(refused.what);
    int calls = 0;
    const Receipt receipt = ExpectNothingChanges(refused.outcome, [&] {
      return ledger_.Transact(
          declared_,
          [&](AccountStates) {
            ++calls;
            return refused.decide(world_);
          },
          Options());
    });
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(receipt.attempts(), 1U);
    EXPECT_EQ(receipt.refusal().leg, refused.leg);
    EXPECT_EQ(receipt.refusal().account, world_.*refused.account);
    EXPECT_EQ(receipt.refusal().reason, 0U);
  }
}

TEST_P(TransactRefusalTest, ARefusalOfItsOwnHasItsReason) {
  for (const std::uint32_t reason : {0U, 1U, 77U, UINT32_MAX}) {
    const Receipt receipt =
        ExpectNothingChanges(Outcome::kRefusedByFunction, [&] {
          return ledger_.Transact(
              {world_.rich},
              [&](AccountStates) { return Decision::Refuse(reason); },
              Options());
        });
    EXPECT_EQ(receipt.refusal().reason, reason);
    EXPECT_EQ(ledger_.Explain(receipt),
              "refused by function: reason " + std::to_string(reason));
  }
}

// Before the function is called there is not much that can be wrong.
TEST_P(TransactRefusalTest, WhatIsRefusedBeforehandIsNotTried) {
  const std::string too_long(kMaxDescriptionBytes + 1, 'd');
  struct Case {
    Outcome outcome;
    std::vector<AccountId> declared;
    TransferOptions options;
    AccountId account = {};
  };
  TransferOptions no_mode = Options();
  no_mode.mode = static_cast<Mode>(3);
  TransferOptions long_text = Options();
  long_text.description = too_long;
  const Case cases[] = {
      {Outcome::kInvalidOption, {world_.rich}, no_mode},
      {Outcome::kNoAccounts, {}, Options()},
      {Outcome::kTooManyAccountsDeclared,
       std::vector<AccountId>(kMaxLegs + 1, world_.rich), Options()},
      {Outcome::kDescriptionTooLong, {world_.rich}, long_text},
      {Outcome::kUnknownAccount,
       {world_.rich, world_.unknown},
       Options(),
       world_.unknown},
      {Outcome::kUnknownAccount, {AccountId(), world_.rich}, Options()},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(OutcomeName(each.outcome));
    const Receipt receipt = ExpectNothingChanges(each.outcome, [&] {
      return ledger_.Transact(
          each.declared,
          [](AccountStates) -> Decision {
            ADD_FAILURE() << "it should not be called";
            return Decision::Refuse();
          },
          each.options);
    });
    EXPECT_EQ(receipt.attempts(), 0U);
    EXPECT_EQ(receipt.refusal().leg, kNoLeg);
    EXPECT_EQ(receipt.refusal().account, each.account);
    EXPECT_NE(ledger_.Explain(receipt), "");
  }
}

TEST_P(TransactRefusalTest, ALedgerThatWasMovedFromCallsNothing) {
  Session session = ledger_.OpenSession().value();
  const Session kept_session = std::move(session);
  const Ledger kept = std::move(ledger_);
  const auto never = [](AccountStates) -> Decision {
    ADD_FAILURE() << "it should not be called";
    return Decision::Refuse();
  };
  EXPECT_EQ(ledger_.Transact({world_.rich}, never, Options()).outcome(),
            Outcome::kLedgerClosed);
  EXPECT_EQ(session.Transact({world_.rich}, never, Options()).outcome(),
            Outcome::kLedgerClosed);
}

TEST_P(TransactRefusalTest, IsExplained) {
  const auto explained = [&](const Decision& decision) {
    return ledger_.Explain(ledger_.Transact(
        {world_.rich, world_.poor}, [&](AccountStates) { return decision; },
        Options()));
  };
  EXPECT_EQ(explained(Decision().Move(world_.rich, world_.jeweller, Amount(1))),
            "undeclared account: account " +
                std::to_string(world_.jeweller.value()) +
                " was not declared (leg 1)");
  EXPECT_EQ(explained(Decision().Move(world_.rich, world_.poor, {})),
            "zero amount: an amount is zero");
  EXPECT_EQ(explained(Decision().Move(world_.poor, world_.rich, Amount(99))),
            "insufficient funds: account " +
                std::to_string(world_.poor.value()) +
                " has 0.01 GOLD, needs 0.99");
  const std::string meaningless = explained(Decision());
  EXPECT_EQ(meaningless, "no legs: the transfer has no legs");
}

INSTANTIATE_TEST_SUITE_P(All, TransactRefusalTest, test::EachMode(),
                         test::NameOfMode);

}  // namespace
}  // namespace lockstep
