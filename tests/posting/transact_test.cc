// Ledger::Transact: what its function sees, what becomes of what it decides,
// and every outcome that a decision can have, in each mode.

#include <gmock/gmock.h>
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

using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Watchdog;

constexpr std::uint32_t kNoLeg = Refusal::kNoLeg;

class TransactTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  static TransferOptions Options(std::string_view description = {}) {
    return {.description = description, .mode = std::get<Mode>(GetParam())};
  }
  Sequence Version(AccountId account) {
    return ledger_.GetAccount(account)->version;
  }

  const Watchdog watchdog_;
  SmallLedger small_{{.concurrency = std::get<Concurrency>(GetParam())}};
  Ledger& ledger_ = small_.ledger;
  AccountId alice_ = small_.Account(1000);
  AccountId bob_ = small_.Account(50, {.floor = Amount(-20)});
  AccountId carol_ = small_.Account(7, {.ceiling = Amount(100)});
};

// --- What the function sees ------------------------------------------------

TEST_P(TransactTest, TheFunctionSeesWhatWasDeclaredAsItWasDeclared) {
  ASSERT_EQ(ledger_.SetStatus(carol_, AccountStatus::kDebitsFrozen),
            Outcome::kOk);
  const AccountId declared[] = {carol_, alice_, carol_, small_.issuer, bob_};
  int calls = 0;
  const Receipt receipt = ledger_.Transact(
      declared,
      [&](AccountStates states) {
        ++calls;
        EXPECT_EQ(states.size(), std::size(declared));
        for (std::size_t i = 0; i < states.size(); ++i) {
          EXPECT_EQ(states[i].id, declared[i]);
          EXPECT_EQ(states[i].asset, small_.gold);
        }
        EXPECT_EQ(states[0].balance, Amount(7));
        EXPECT_EQ(states[0].ceiling, Amount(100));
        EXPECT_EQ(states[0].status, AccountStatus::kDebitsFrozen);
        EXPECT_EQ(states[1].balance, Amount(1000));
        EXPECT_EQ(states[1].available(), Amount(1000));
        EXPECT_EQ(states[1].status, AccountStatus::kOpen);
        EXPECT_EQ(states[1].ceiling, Amount::Max());
        EXPECT_EQ(states[2].balance, Amount(7)) << "it is seen twice";
        EXPECT_EQ(states[2].version, states[0].version);
        EXPECT_EQ(states[3].balance, Amount(-1057));
        EXPECT_EQ(states[4].floor, Amount(-20));
        EXPECT_EQ(states[4].held, Amount(0));
        return Decision().Move(alice_, bob_, Amount(1));
      },
      Options());
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.attempts(), 1U);
  EXPECT_EQ(calls, 1);
}

TEST_P(TransactTest, TheFunctionSeesTheVersions) {
  const std::vector<Sequence> versions = {Version(alice_), Version(bob_)};
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates states) {
        EXPECT_EQ(states[0].version, versions[0]);
        EXPECT_EQ(states[1].version, versions[1]);
        return Decision().Move(alice_, bob_, Amount(1));
      },
      Options());
  EXPECT_GT(receipt.sequence(), versions[0]);
  EXPECT_GT(receipt.sequence(), versions[1]);
}

TEST_P(TransactTest, AsManyAccountsAsThereMayBe) {
  const std::vector<AccountId> accounts = small_.Accounts(kMaxLegs, 10);
  const Receipt receipt = ledger_.Transact(
      accounts,
      [](AccountStates states) {
        Decision decision;
        for (std::size_t i = 0; i < states.size(); i += 2) {
          decision.Move(states[i].id, states[i + 1].id, states[i].balance);
        }
        return decision;
      },
      Options());
  ASSERT_TRUE(receipt.ok()) << ledger_.Explain(receipt);
  ASSERT_EQ(receipt.changes().size(), kMaxLegs);
  for (std::size_t i = 0; i < kMaxLegs; ++i) {
    EXPECT_EQ(small_.Balance(accounts[i]), Amount(i % 2 == 0 ? 0 : 20));
  }
  small_.ExpectSound();
}

// --- What is posted --------------------------------------------------------

TEST_P(TransactTest, PostsTheLegsThatItReturns) {
  const Receipt receipt = ledger_.Transact(
      {bob_, alice_, carol_},
      [](AccountStates states) {
        // Half of the second one's, shared out.
        const Amount half = Amount(states[1].balance.low() / 2);
        return Decision()
            .Add(states[1].id, Negate(half).value())
            .Add(states[0].id, Subtract(half, Amount(3)).value())
            .Add(states[2].id, Amount(3));
      },
      Options());
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(small_.Balance(alice_), Amount(500));
  EXPECT_EQ(small_.Balance(bob_), Amount(547));
  EXPECT_EQ(small_.Balance(carol_), Amount(10));
  EXPECT_EQ(receipt.refusal().reason, 0U);
  small_.ExpectSound();
}

TEST_P(TransactTest, OnlyAccountsWithLegsAreInTheReceiptAndTheJournal) {
  JournalCursor cursor = ledger_.OpenJournal().value();
  ASSERT_TRUE(cursor.Read(SIZE_MAX));
  const AccountId between = small_.Account();
  const AccountId last = small_.Account();
  const Receipt receipt = ledger_.Transact(
      {last, alice_, between, carol_, bob_, small_.issuer},
      [&](AccountStates) {
        return Decision()
            .Move(last, alice_, Amount(5))
            .Move(alice_, last, Amount(9));
      },
      Options("paid"));
  ASSERT_TRUE(receipt.ok());
  ASSERT_EQ(receipt.changes().size(), 2U);
  EXPECT_EQ(receipt.changes()[0].account, alice_) << "by rising id";
  EXPECT_EQ(receipt.changes()[0].before, Amount(1000));
  EXPECT_EQ(receipt.changes()[0].after, Amount(996));
  EXPECT_EQ(receipt.changes()[1].account, last);
  EXPECT_EQ(receipt.changes()[1].after, Amount(4));
  EXPECT_EQ(receipt.Find(carol_), nullptr);

  const JournalBatch batch = cursor.Read(SIZE_MAX).value();
  ASSERT_EQ(batch.entries.size(), 4U) << "a row for each leg";
  const AccountId accounts[] = {last, alice_, alice_, last};
  const std::int64_t amounts[] = {-5, 5, -9, 9};
  for (std::uint32_t leg = 0; leg < 4; ++leg) {
    const Entry& row = batch.entries[leg];
    EXPECT_EQ(row.leg, leg);
    EXPECT_EQ(row.sequence, receipt.sequence());
    EXPECT_EQ(row.account, accounts[leg]);
    EXPECT_EQ(row.amount, Amount(amounts[leg]));
    EXPECT_EQ(row.balance_after, Amount(accounts[leg] == alice_ ? 996 : 4));
    EXPECT_EQ(row.description, "paid");
  }
  EXPECT_TRUE(ledger_.GetHistory(carol_)->entries.back().sequence <
              receipt.sequence());
}

// What was only looked at takes part: its version says so.
TEST_P(TransactTest, WhatWasDeclaredIsStamped) {
  const AccountId closed =
      small_.Account(0, {.status = AccountStatus::kClosed});
  const AccountId frozen =
      small_.Account(0, {.status = AccountStatus::kFrozen});
  const LedgerState before = StateOf(ledger_);
  const Receipt receipt = ledger_.Transact(
      {carol_, alice_, closed, bob_, frozen},
      [&](AccountStates) { return Decision().Move(alice_, bob_, Amount(1)); },
      Options());
  ASSERT_TRUE(receipt.ok()) << "what has no leg may be closed or frozen";
  for (const AccountId account : {alice_, bob_, carol_, closed, frozen}) {
    EXPECT_EQ(Version(account), receipt.sequence());
    EXPECT_GT(receipt.sequence(), before.accounts[account.value() - 1].version);
  }
  EXPECT_EQ(ledger_.GetAccount(closed)->status, AccountStatus::kClosed);
  EXPECT_EQ(small_.Balance(carol_), Amount(7));
  EXPECT_NE(Version(small_.issuer), receipt.sequence());
  small_.ExpectSound();
}

TEST_P(TransactTest, SeveralAssetsAtOnce) {
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AccountId jeweller = small_.Account(5, {.asset = gems});
  const AccountId buyer = small_.Account(0, {.asset = gems});
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_, jeweller, buyer},
      [&](AccountStates states) {
        return Decision()
            .Move(alice_, bob_, Amount(100))
            .Move(jeweller, buyer, states[2].available());
      },
      Options());
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(small_.Balance(buyer), Amount(5));
  EXPECT_EQ(small_.Balance(bob_), Amount(150));
}

TEST_P(TransactTest, IsTheSameThroughASession) {
  Session session = ledger_.OpenSession().value();
  EXPECT_TRUE(session
                  .Transact(
                      {alice_, bob_},
                      [&](AccountStates) {
                        return Decision().Move(alice_, bob_, Amount(5));
                      },
                      Options())
                  .ok());
  EXPECT_EQ(session
                .Transact(
                    {alice_}, [](AccountStates) { return Decision::Refuse(3); },
                    Options())
                .refusal()
                .reason,
            3U);
  EXPECT_EQ(small_.Balance(bob_), Amount(55));
}

Decision NothingAtAll(AccountStates) { return Decision::Refuse(9); }

TEST_P(TransactTest, AnythingThatDecidesWillDo) {
  const auto reason = [&](TransactionFunction function) {
    return ledger_.Transact({alice_}, function, Options()).refusal().reason;
  };
  EXPECT_EQ(reason(NothingAtAll), 9U);
  EXPECT_EQ(reason(&NothingAtAll), 9U);
  struct Counting {
    std::uint32_t calls = 0;
    Decision operator()(AccountStates) { return Decision::Refuse(++calls); }
  };
  Counting counting;
  EXPECT_EQ(reason(counting), 1U);
  EXPECT_EQ(reason(counting), 2U) << "it is referred to and not copied";
  const auto constant = [](const AccountStates& states) {
    return Decision::Refuse(static_cast<std::uint32_t>(states.size()));
  };
  EXPECT_EQ(reason(constant), 1U);
}

// --- Refusals --------------------------------------------------------------

struct World {
  explicit World(Concurrency concurrency)
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
  Decision (*decide)(const World& world);
  std::uint32_t leg = kNoLeg;
  AccountId World::*account = &World::none;
};

Decision TooManyMoves(const World& w) {
  Decision decision;
  for (std::size_t i = 0; i <= kMaxLegs / 2; ++i) {
    decision.Move(w.rich, w.poor, Amount(1));
  }
  return decision;
}

// The accounts that are declared: all but these of other assets.
constexpr RefusedDecision kRefusedDecisions[] = {
    {"a refusal of its own", Outcome::kRefusedByFunction,
     [](const World&) { return Decision::Refuse(); }},
    {"a refusal with legs", Outcome::kRefusedByFunction,
     [](const World& w) {
       return Decision::Refuse(0).Move(w.rich, w.poor, Amount(1));
     }},
    {"too many legs", Outcome::kTooManyLegs,
     [](const World& w) {
       Decision decision;
       for (std::size_t i = 0; i <= kMaxLegs; ++i) {
         decision.Add(w.rich, Amount(i % 2 == 0 ? 1 : -1));
       }
       return decision;
     }},
    {"too many moves", Outcome::kTooManyLegs, TooManyMoves},
    {"a move that no longer fits beside a leg", Outcome::kTooManyLegs,
     [](const World& w) {
       Decision decision;
       for (std::size_t i = 0; i < kMaxLegs - 1; ++i) {
         decision.Add(w.rich, Amount(1));
       }
       return decision.Move(w.rich, w.poor, Amount(1));
     }},
    {"a move of less than nothing", Outcome::kNegativeAmount,
     [](const World& w) {
       return Decision().Move(w.rich, w.poor, Amount(-1));
     }},
    {"a move of the smallest amount", Outcome::kNegativeAmount,
     [](const World& w) {
       return Decision().Move(w.rich, w.poor, Amount::Min());
     }},
    {"a move of nothing", Outcome::kZeroAmount,
     [](const World& w) { return Decision().Move(w.rich, w.poor, Amount()); }},
    {"a move to itself", Outcome::kSameAccount,
     [](const World& w) { return Decision().Move(w.rich, w.rich, Amount(1)); }},
    {"of several faults the first", Outcome::kSameAccount,
     [](const World& w) {
       return Decision()
           .Move(w.rich, w.rich, Amount(1))
           .Move(w.rich, w.poor, Amount(-1))
           .Move(w.rich, w.poor, Amount());
     }},
    {"a fault among good legs", Outcome::kNegativeAmount,
     [](const World& w) {
       return Decision()
           .Move(w.rich, w.poor, Amount(1))
           .Move(w.rich, w.poor, Amount(-1))
           .Move(w.rich, w.poor, Amount(1));
     }},
    {"nothing", Outcome::kNoLegs, [](const World&) { return Decision(); }},
    {"a leg of nothing", Outcome::kZeroAmount,
     [](const World& w) {
       return Decision().Move(w.rich, w.poor, Amount(1)).Add(w.capped, {});
     },
     2, &World::capped},
    {"an account that was not declared", Outcome::kUndeclaredAccount,
     [](const World& w) {
       return Decision().Move(w.rich, w.jeweller, Amount(1));
     },
     1, &World::jeweller},
    {"an account that does not exist", Outcome::kUndeclaredAccount,
     [](const World& w) {
       return Decision().Move(w.unknown, w.rich, Amount(1));
     },
     0, &World::unknown},
    {"no account", Outcome::kUndeclaredAccount,
     [](const World& w) { return Decision().Move(w.none, w.rich, Amount(1)); },
     0, &World::none},
    {"legs that make money", Outcome::kUnbalanced,
     [](const World& w) {
       return Decision().Add(w.rich, Amount(-1)).Add(w.poor, Amount(2));
     },
     0, &World::none},
    {"assets that balance only together", Outcome::kUnbalanced,
     [](const World& w) { return Decision().Move(w.rich, w.full, Amount(1)); },
     0, &World::none},
    {"a closed account", Outcome::kAccountClosed,
     [](const World& w) {
       return Decision().Move(w.rich, w.closed, Amount(1));
     },
     1, &World::closed},
    {"a frozen account", Outcome::kAccountFrozen,
     [](const World& w) {
       return Decision().Move(w.rich, w.frozen, Amount(1));
     },
     1, &World::frozen},
    {"more than a balance can be", Outcome::kAmountOverflow,
     [](const World& w) {
       return Decision().Move(w.other_debtor, w.full, Amount(1));
     },
     1, &World::full},
    {"more than there is", Outcome::kInsufficientFunds,
     [](const World& w) { return Decision().Move(w.poor, w.rich, Amount(2)); },
     0, &World::poor},
    {"more than may be there", Outcome::kAboveCeiling,
     [](const World& w) {
       return Decision().Move(w.rich, w.capped, Amount(11));
     },
     1, &World::capped},
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
  World world_{std::get<Concurrency>(GetParam())};
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

INSTANTIATE_TEST_SUITE_P(All, TransactTest, test::EachMode(), test::NameOfMode);
INSTANTIATE_TEST_SUITE_P(All, TransactRefusalTest, test::EachMode(),
                         test::NameOfMode);

}  // namespace
}  // namespace lockstep
