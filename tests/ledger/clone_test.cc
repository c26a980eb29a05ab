// Snapshot::Clone: a new ledger in the state of an old one.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/posting/ways.h"
#include "tests/support/account_states.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

const std::string kLong(kMaxKeyBytes, 'k');

class CloneTest : public testing::TestWithParam<Concurrency> {
 protected:
  CloneTest() {
    EXPECT_EQ(ledger_.SetStatus(bob_, AccountStatus::kCreditsFrozen),
              Outcome::kOk);
    EXPECT_EQ(ledger_.SetStatus(gone_, AccountStatus::kClosed), Outcome::kOk);
    EXPECT_EQ(ledger_.SetStatus(small_.issuer, AccountStatus::kDebitsFrozen),
              Outcome::kOk);
    EXPECT_EQ(ledger_.Advance(Tick(12)), Outcome::kOk);
  }

  // All that can be asked about each account and asset.
  static void ExpectEqual(const Ledger& clone, const Ledger& original) {
    ASSERT_EQ(clone.account_count(), original.account_count());
    ASSERT_EQ(clone.asset_count(), original.asset_count());
    ExpectSame(PresentStates(clone), PresentStates(original));
    for (std::uint64_t id = 1; id <= original.account_count(); ++id) {
      const AccountInfo expected = original.GetAccount(AccountId(id)).value();
      const AccountInfo info = clone.GetAccount(AccountId(id)).value();
      EXPECT_EQ(info.owner, expected.owner);
      EXPECT_EQ(info.purpose, expected.purpose);
      EXPECT_EQ(info.key, expected.key);
      EXPECT_EQ(info.key_bits, expected.key_bits);
      EXPECT_EQ(info.label, expected.label);
      EXPECT_EQ(info.user_data, expected.user_data);
    }
    for (std::uint32_t id = 1; id <= original.asset_count(); ++id) {
      const AssetInfo expected = original.GetAsset(AssetId(id)).value();
      const AssetInfo info = clone.GetAsset(AssetId(id)).value();
      EXPECT_EQ(info.code, expected.code);
      EXPECT_EQ(info.scale, expected.scale);
      EXPECT_EQ(info.issuer, expected.issuer);
      EXPECT_EQ(clone.FindAsset(info.code).value(), AssetId(id));
    }
    EXPECT_EQ(clone.Digest().value(), original.Digest().value());
    EXPECT_TRUE(clone.Audit()->ok);
  }

  SmallLedger small_{{.concurrency = GetParam()}};
  Ledger& ledger_ = small_.ledger;
  AccountId alice_ = small_.Account(1000, {.owner = OwnerId(7),
                                           .purpose = PurposeId(3),
                                           .key = kLong,
                                           .key_bits = {1, 2},
                                           .label = "alice",
                                           .user_data = {3, 4}});
  // Between other accounts, so that its issuer is.
  AssetId gems_ =
      ledger_.CreateAsset({.code = "GEMS", .scale = 5, .supply_cap = {}})
          .value();
  AssetId debts_ =
      ledger_.CreateAsset({.code = "DEBTS", .supply_cap = Amount(500)}).value();
  AccountId bob_ = small_.Account(
      50, {.floor = Amount::Min(), .ceiling = Amount(70), .label = kLong});
  AccountId gone_ = small_.Account();
};

TEST_P(CloneTest, IsTheSameInEveryPart) {
  Ledger clone = ledger_.Clone().value();
  ExpectEqual(clone, ledger_);
  EXPECT_EQ(clone.now(), Tick(12));
  EXPECT_EQ(clone.FindAccount(kLong).value(), alice_);
  EXPECT_EQ(clone.FindAccount(Bits128{1, 2}).value(), alice_);
  EXPECT_EQ(clone.FindAccount(OwnerId(7), PurposeId(3), small_.gold).value(),
            alice_);
  EXPECT_EQ(clone.CreateAccount({.asset = small_.gold, .key = kLong}).error(),
            Outcome::kKeyExists);
  EXPECT_EQ(clone.CreateAsset({.code = "GEMS"}).error(), Outcome::kAssetExists);
  // And of the clone again.
  ExpectEqual(clone.Clone().value(), ledger_);
}

TEST_P(CloneTest, KeepsTheLimitsOfAssets) {
  Ledger clone = ledger_.Clone().value();
  const auto issue = [&](AssetId asset, Amount amount) {
    const AccountId to = clone.CreateAccount({.asset = asset}).value();
    return clone.Transfer(clone.GetAsset(asset)->issuer, to, amount).outcome();
  };
  EXPECT_EQ(issue(gems_, Amount(1)), Outcome::kInsufficientFunds)
      << "a cap of nothing";
  EXPECT_EQ(issue(debts_, Amount(501)), Outcome::kInsufficientFunds);
  EXPECT_EQ(issue(debts_, Amount(500)), Outcome::kOk);
  EXPECT_EQ(issue(small_.gold, Amount(1)), Outcome::kAccountFrozen);
  ASSERT_EQ(clone.SetStatus(small_.issuer, AccountStatus::kOpen), Outcome::kOk);
  EXPECT_EQ(issue(small_.gold, Subtract(Amount::Max(), Amount(1049)).value()),
            Outcome::kInsufficientFunds);
  EXPECT_EQ(issue(small_.gold, Subtract(Amount::Max(), Amount(1050)).value()),
            Outcome::kOk);
  EXPECT_TRUE(clone.Audit()->ok);
}

TEST_P(CloneTest, GoesItsOwnWay) {
  Ledger clone = ledger_.Clone().value();
  const Bits128 digest = ledger_.Digest().value();
  const std::vector<AccountState> before = PresentStates(ledger_);
  const AccountId made = clone.CreateAccount({.asset = small_.gold}).value();
  const Receipt receipt = clone.Transfer(alice_, made, Amount(10));
  ASSERT_TRUE(receipt.ok());
  EXPECT_GT(receipt.sequence(), before[alice_.value() - 1].version)
      << "versions go on from where they were";
  EXPECT_EQ(clone.Advance(Tick(99)), Outcome::kOk);
  EXPECT_EQ(clone.GetStats().posted(), 1U) << "it has a history of its own";
  ExpectSame(PresentStates(ledger_), before);
  EXPECT_EQ(ledger_.Digest().value(), digest);
  EXPECT_EQ(ledger_.now(), Tick(12));

  ASSERT_TRUE(ledger_.Transfer(alice_, bob_, Amount(0)).outcome() ==
              Outcome::kZeroAmount);
  ASSERT_EQ(ledger_.SetStatus(gone_, AccountStatus::kOpen), Outcome::kOk);
  ASSERT_TRUE(ledger_.Transfer(alice_, gone_, Amount(400)).ok());
  EXPECT_EQ(clone.Balance(alice_).value(), Amount(990));
  EXPECT_TRUE(clone.Audit()->ok);
  small_.ExpectSound();
}

TEST_P(CloneTest, ItsJournalBeginsEmpty) {
  ASSERT_FALSE(ledger_.GetHistory(alice_)->entries.empty());
  Ledger clone = ledger_.Clone().value();
  EXPECT_TRUE(clone.GetHistory(alice_)->entries.empty());
  JournalCursor cursor = clone.OpenJournal().value();
  EXPECT_TRUE(cursor.Read()->entries.empty());
  const AccountId to = clone.CreateAccount({.asset = small_.gold}).value();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(clone.Transfer(alice_, to, Amount(1)).ok());
  }
  const JournalBatch batch = cursor.Read().value();
  EXPECT_EQ(batch.entries.size(), 6U);
  EXPECT_EQ(batch.missed_transfers, 0U);
  EXPECT_EQ(batch.entries[0].balance_after, Amount(999));
  EXPECT_EQ(batch.entries[0].tick, Tick(12));
  EXPECT_EQ(clone.Audit()->rows, 6U);
}

TEST_P(CloneTest, OfAPastMomentIsThatMoment) {
  const Snapshot snapshot = ledger_.TakeSnapshot().value();
  const std::vector<AccountState> then = PresentStates(ledger_);
  const AccountId later =
      small_.ledger.CreateAccount({.asset = small_.gold}).value();
  ASSERT_TRUE(ledger_.Transfer(alice_, later, Amount(77)).ok());
  ASSERT_EQ(ledger_.SetStatus(bob_, AccountStatus::kOpen), Outcome::kOk);
  ASSERT_EQ(ledger_.Advance(Tick(50)), Outcome::kOk);
  ASSERT_TRUE(ledger_.CreateAsset({.code = "LATER"}));
  Ledger clone = snapshot.Clone().value();
  ExpectSame(PresentStates(clone), then);
  EXPECT_EQ(clone.now(), Tick(12));
  EXPECT_EQ(clone.Digest().value(), snapshot.Digest().value());
  EXPECT_EQ(clone.CreateAsset({.code = "LATER"}).value(), AssetId(4));
}

TEST_P(CloneTest, MayHaveOtherOptions) {
  const Snapshot snapshot = ledger_.TakeSnapshot().value();
  for (const Concurrency concurrency :
       {Concurrency::kMultiThread, Concurrency::kSingleThread}) {
    Ledger clone = snapshot
                       .Clone({.concurrency = concurrency,
                               .tick_source = TickSource::kSystemClock,
                               .journal_bytes = 0})
                       .value();
    ExpectEqual(clone, ledger_);
    EXPECT_EQ(clone.concurrency(), concurrency);
    EXPECT_GT(clone.now(), Tick(1'500'000'000'000'000'000));
    EXPECT_EQ(clone.Advance(Tick(20)), Outcome::kInvalidOption);
    EXPECT_EQ(clone.OpenJournal().error(), Outcome::kJournalOff);
  }
  EXPECT_EQ(
      snapshot.Clone({.concurrency = static_cast<Concurrency>(2)}).error(),
      Outcome::kInvalidOption);
  EXPECT_EQ(snapshot.Clone({.tick_source = static_cast<TickSource>(2)}).error(),
            Outcome::kInvalidOption);
}

TEST_P(CloneTest, HasTheOptionsOfTheOriginal) {
  SmallLedger quiet({.concurrency = GetParam(),
                     .tick_source = TickSource::kSystemClock,
                     .journal_bytes = 0});
  Ledger clone = quiet.ledger.Clone().value();
  EXPECT_EQ(clone.OpenJournal().error(), Outcome::kJournalOff);
  EXPECT_EQ(clone.Advance(Tick(1)), Outcome::kInvalidOption);
}

TEST_P(CloneTest, OutlivesTheOriginal) {
  const std::vector<AccountState> then = PresentStates(ledger_);
  Ledger clone = ledger_.Clone().value();
  { const Ledger closed = std::move(ledger_); }
  ExpectSame(PresentStates(clone), then);
  const AccountId to = clone.CreateAccount({.asset = small_.gold}).value();
  EXPECT_TRUE(clone.Transfer(alice_, to, Amount(1)).ok());
  EXPECT_TRUE(clone.Audit()->ok);
}

TEST_P(CloneTest, OfNothingIsNothing) {
  const Ledger empty = Ledger::Open({.concurrency = GetParam()}).value();
  Ledger clone = empty.Clone().value();
  EXPECT_EQ(clone.account_count(), 0U);
  EXPECT_EQ(clone.CreateAsset({.code = "GOLD"}).value(), AssetId(1));
}

INSTANTIATE_TEST_SUITE_P(All, CloneTest, EachConcurrency(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep::test
