// Ledger::Transact: what its function sees, and what becomes of what it
// decides, in each mode. (What is refused is in transact_refusal_test.cc.)

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

INSTANTIATE_TEST_SUITE_P(All, TransactTest, test::EachMode(), test::NameOfMode);

}  // namespace
}  // namespace lockstep
