// SetLimits and SetSupplyCap: limits that change while the ledger runs.

#include <gtest/gtest.h>

#include <optional>
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

class AccountLimitsTest
    : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  AccountLimitsTest()
      : small_({.concurrency = std::get<Concurrency>(GetParam())}) {}

  Outcome Pay(AccountId from, AccountId to, std::int64_t amount) {
    return small_.ledger
        .Transfer(from, to, Amount(amount),
                  {.mode = std::get<Mode>(GetParam())})
        .outcome();
  }

  const test::Watchdog watchdog_;
  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  const AccountId alice_ = small_.Account(100);
  const AccountId bob_ = small_.Account(50, {.ceiling = Amount(60)});
};

TEST_P(AccountLimitsTest, TransfersKeepToTheNewOnes) {
  EXPECT_EQ(ledger_.SetLimits(alice_, Amount(30), Amount(120)), Outcome::kOk);
  EXPECT_EQ(Pay(alice_, small_.issuer, 71), Outcome::kInsufficientFunds);
  EXPECT_EQ(Pay(alice_, small_.issuer, 70), Outcome::kOk);
  EXPECT_EQ(Pay(small_.issuer, alice_, 91), Outcome::kAboveCeiling);
  EXPECT_EQ(Pay(small_.issuer, alice_, 90), Outcome::kOk);
  // And to wider ones.
  EXPECT_EQ(ledger_.SetLimits(alice_, Amount(-5), Amount::Max()), Outcome::kOk);
  EXPECT_EQ(Pay(small_.issuer, alice_, 1'000), Outcome::kOk);
  EXPECT_EQ(Pay(alice_, small_.issuer, 1'125), Outcome::kOk);
  EXPECT_EQ(Pay(alice_, small_.issuer, 1), Outcome::kInsufficientFunds);
  // A ceiling that there was from the beginning can go, and come back.
  EXPECT_EQ(ledger_.SetLimits(bob_, Amount(), Amount::Max()), Outcome::kOk);
  EXPECT_EQ(Pay(small_.issuer, bob_, 11), Outcome::kOk);
  EXPECT_EQ(ledger_.SetLimits(bob_, Amount(), Amount(61)), Outcome::kOk);
  EXPECT_EQ(Pay(small_.issuer, bob_, 1), Outcome::kAboveCeiling);
  small_.ExpectSound();
}

TEST_P(AccountLimitsTest, WhatIsRefusedChangesNothing) {
  const AccountId unknown(ledger_.account_count() + 1);
  const struct {
    AccountId account;
    Amount floor;
    Amount ceiling;
    Outcome outcome;
  } refused[] = {
      {alice_, Amount(1), Amount(0), Outcome::kInvalidLimits},
      {small_.issuer, Amount::Min(), Amount::Max(), Outcome::kInvalidLimits},
      {unknown, Amount(1), Amount(0), Outcome::kInvalidLimits},
      {unknown, Amount(0), Amount(1), Outcome::kUnknownAccount},
      {AccountId(), Amount(0), Amount(1), Outcome::kUnknownAccount},
      {alice_, Amount(101), Amount::Max(), Outcome::kOutsideLimits},
      {alice_, Amount(0), Amount(99), Outcome::kOutsideLimits},
      {alice_, Amount(-100), Amount(-1), Outcome::kOutsideLimits},
  };
  const LedgerState before = StateOf(ledger_);
  for (const auto& one : refused) {
    EXPECT_EQ(ledger_.SetLimits(one.account, one.floor, one.ceiling),
              one.outcome);
  }
  EXPECT_EQ(ledger_.SetSupplyCap(AssetId(), Amount(1)), Outcome::kUnknownAsset);
  EXPECT_EQ(ledger_.SetSupplyCap(small_.gold, Amount(-1)),
            Outcome::kInvalidLimits);
  EXPECT_EQ(ledger_.SetSupplyCap(small_.gold, Amount(149)),
            Outcome::kOutsideLimits)
      << "there are 150 already";
  EXPECT_TRUE(StateOf(ledger_) == before);
}

TEST_P(AccountLimitsTest, JustWhatThereIsIsWithinThem) {
  EXPECT_EQ(ledger_.SetLimits(alice_, Amount(100), Amount(100)), Outcome::kOk);
  EXPECT_EQ(Pay(alice_, bob_, 1), Outcome::kInsufficientFunds);
}

TEST_P(AccountLimitsTest, TheSupplyIsCapped) {
  EXPECT_EQ(ledger_.SetSupplyCap(small_.gold, Amount(151)), Outcome::kOk);
  EXPECT_EQ(Pay(small_.issuer, alice_, 2), Outcome::kInsufficientFunds);
  EXPECT_EQ(Pay(small_.issuer, alice_, 1), Outcome::kOk);
  EXPECT_EQ(ledger_.SetSupplyCap(small_.gold, Amount::Max()), Outcome::kOk);
  EXPECT_EQ(Pay(small_.issuer, alice_, 2'000), Outcome::kOk);
}

// The change is posted: the version rises, and the journal tells.
TEST_P(AccountLimitsTest, TheJournalTells) {
  JournalCursor cursor = ledger_.OpenJournal().value();
  static_cast<void>(cursor.Read(SIZE_MAX));
  ASSERT_EQ(ledger_.Advance(Tick(9)), Outcome::kOk);
  const Sequence before = ledger_.GetAccount(alice_)->version;
  ASSERT_EQ(ledger_.SetLimits(alice_, Amount(7), Amount(700)), Outcome::kOk);
  ASSERT_EQ(ledger_.SetStatus(alice_, AccountStatus::kDebitsFrozen),
            Outcome::kOk);
  const JournalBatch batch = cursor.Read().value();
  ASSERT_EQ(batch.entries.size(), 2U);
  const Entry& limits = batch.entries[0];
  EXPECT_EQ(limits.kind, EntryKind::kLimits);
  EXPECT_GT(limits.sequence, before);
  EXPECT_EQ(limits.tick, Tick(9));
  EXPECT_EQ(limits.account, alice_);
  EXPECT_EQ(limits.asset, small_.gold);
  EXPECT_EQ(limits.amount, Amount(0));
  EXPECT_EQ(limits.balance_after, Amount(100));
  EXPECT_EQ(limits.floor, Amount(7));
  EXPECT_EQ(limits.ceiling, Amount(700));
  EXPECT_EQ(limits.status, AccountStatus::kOpen);
  EXPECT_TRUE(limits.description.empty());
  EXPECT_TRUE(limits.counterpart.is_none());
  const Entry& status = batch.entries[1];
  EXPECT_EQ(status.kind, EntryKind::kStatus);
  EXPECT_EQ(status.status, AccountStatus::kDebitsFrozen);
  EXPECT_EQ(status.floor, Amount(7));
  EXPECT_EQ(status.sequence, ledger_.GetAccount(alice_)->version);
  const History history = ledger_.GetHistory(alice_).value();
  ASSERT_EQ(history.entries.size(), 3U);
  EXPECT_EQ(history.entries[0].kind, EntryKind::kStatus);
  EXPECT_EQ(history.entries[2].kind, EntryKind::kTransfer);
  small_.ExpectSound();
}

TEST_P(AccountLimitsTest, SnapshotsAndClonesHaveThoseOfTheirMoment) {
  ASSERT_EQ(ledger_.SetLimits(alice_, Amount(10), Amount(400)), Outcome::kOk);
  const Bits128 digest = ledger_.Digest().value();
  const Snapshot snapshot = ledger_.TakeSnapshot().value();
  ASSERT_EQ(ledger_.SetLimits(alice_, Amount(20), Amount::Max()), Outcome::kOk);
  EXPECT_EQ(snapshot.Get(alice_)->floor, Amount(10));
  EXPECT_EQ(snapshot.Get(alice_)->ceiling, Amount(400));
  EXPECT_EQ(snapshot.Digest().value(), digest);
  EXPECT_NE(ledger_.Digest().value(), digest);
  Ledger clone = snapshot.Clone().value();
  EXPECT_EQ(clone.GetAccount(alice_)->floor, Amount(10));
  EXPECT_EQ(clone.GetAccount(alice_)->ceiling, Amount(400));
  EXPECT_EQ(clone.Digest().value(), digest);
  EXPECT_EQ(clone.Transfer(alice_, bob_, Amount(10)).outcome(), Outcome::kOk);
  EXPECT_EQ(
      clone.Transfer(clone.GetAsset(small_.gold)->issuer, alice_, Amount(311))
          .outcome(),
      Outcome::kAboveCeiling);
  EXPECT_TRUE(clone.Audit()->ok);
}

// A decision upon limits that have changed meanwhile is one upon old news.
TEST_P(AccountLimitsTest, FunctionsAndReadsSeeThem) {
  ASSERT_EQ(ledger_.SetLimits(bob_, Amount(5), Amount(55)), Outcome::kOk);
  EXPECT_EQ(ledger_.Read({bob_})->at(0).ceiling, Amount(55));
  std::optional<AccountState> seen;
  const AccountId declared[] = {bob_};
  static_cast<void>(ledger_.Transact(declared,
                                     [&](AccountStates states) {
                                       seen = states[0];
                                       return Decision::Refuse();
                                     },
                                     {.mode = std::get<Mode>(GetParam())}));
  EXPECT_EQ(seen->floor, Amount(5));
  EXPECT_EQ(seen->ceiling, Amount(55));
}

TEST_P(AccountLimitsTest, WhereThereIsNoLedgerItIsRefused) {
  const Ledger gone = std::move(ledger_);
  EXPECT_EQ(ledger_.SetLimits(alice_, Amount(), Amount(1)),
            Outcome::kLedgerClosed);
  EXPECT_EQ(ledger_.SetSupplyCap(small_.gold, Amount(1)),
            Outcome::kLedgerClosed);
}

INSTANTIATE_TEST_SUITE_P(All, AccountLimitsTest, test::EachMode(),
                         test::NameOfMode);

}  // namespace
}  // namespace lockstep
