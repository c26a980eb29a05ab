// Snapshots: the whole ledger as it was, while it changes.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "tests/posting/ways.h"
#include "tests/support/account_states.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

class SnapshotTest : public testing::TestWithParam<Concurrency> {
 protected:
  Snapshot Take() { return small_.ledger.TakeSnapshot().value(); }
  void Pay(AccountId from, AccountId to, std::int64_t amount) {
    ASSERT_TRUE(ledger_.Transfer(from, to, Amount(amount)).ok());
  }

  SmallLedger small_{{.concurrency = GetParam()}};
  Ledger& ledger_ = small_.ledger;
  AccountId alice_ = small_.Account(1000);
  AccountId bob_ = small_.Account(50, {.floor = Amount(-5)});
  AccountId carol_ = small_.Account(0, {.ceiling = Amount(9)});
};

TEST_P(SnapshotTest, StaysAsItWas) {
  ASSERT_EQ(ledger_.Advance(Tick(5)), Outcome::kOk);
  const std::vector<AccountState> then = PresentStates(ledger_);
  const Snapshot snapshot = Take();
  ExpectAgrees(snapshot, then);
  Pay(alice_, bob_, 30);
  ExpectAgrees(snapshot, then);
  Pay(alice_, bob_, 30);
  Pay(bob_, carol_, 7);
  ASSERT_EQ(ledger_.Advance(Tick(8)), Outcome::kOk);
  ExpectAgrees(snapshot, then);
  EXPECT_EQ(snapshot.tick(), Tick(5));
  EXPECT_EQ(snapshot.asset_count(), 1U);
  EXPECT_EQ(small_.Balance(alice_), Amount(940)) << "and the present goes on";
  EXPECT_EQ(Take().tick(), Tick(8));
}

// However it is changed, and be it only that it was looked at.
TEST_P(SnapshotTest, EveryWayOfChangingAnAccountKeepsWhatItHad) {
  const std::vector<std::function<void(Mode)>> changes = {
      [&](Mode mode) {
        EXPECT_TRUE(
            ledger_.Transfer(alice_, bob_, Amount(1), {.mode = mode}).ok());
      },
      [&](Mode mode) {
        EXPECT_TRUE(ledger_
                        .Post({{alice_, Amount(-2)},
                               {bob_, Amount(1)},
                               {small_.issuer, Amount(1)}},
                              {.mode = mode})
                        .ok());
      },
      [&](Mode mode) {
        EXPECT_TRUE(ledger_
                        .Transact({carol_, alice_, bob_},
                                  [&](AccountStates) {
                                    return Decision().Move(alice_, bob_,
                                                           Amount(1));
                                  },
                                  {.mode = mode})
                        .ok());
      },
      [&](Mode) {
        EXPECT_EQ(ledger_.SetStatus(carol_, AccountStatus::kCreditsFrozen),
                  Outcome::kOk);
        EXPECT_EQ(ledger_.SetStatus(carol_, AccountStatus::kOpen),
                  Outcome::kOk);
      },
  };
  for (const Mode mode : kModes) {
    for (const auto& change : changes) {
      const std::vector<AccountState> then = PresentStates(ledger_);
      const Snapshot snapshot = Take();
      change(mode);
      ExpectAgrees(snapshot, then);
      change(mode);
      ExpectAgrees(snapshot, then);
    }
  }
  small_.ExpectSound();
}

TEST_P(SnapshotTest, WhatIsRefusedKeepsNothingAndChangesNothing) {
  const std::vector<AccountState> then = PresentStates(ledger_);
  const Snapshot snapshot = Take();
  for (const Mode mode : kModes) {
    EXPECT_EQ(
        ledger_.Transfer(bob_, alice_, Amount(56), {.mode = mode}).outcome(),
        Outcome::kInsufficientFunds);
    EXPECT_EQ(ledger_
                  .Transact({alice_},
                            [](AccountStates) { return Decision::Refuse(); },
                            {.mode = mode})
                  .outcome(),
              Outcome::kRefusedByFunction);
  }
  ExpectSame(PresentStates(ledger_), then);
  ExpectAgrees(snapshot, then);
  Pay(alice_, bob_, 1);
  ExpectAgrees(snapshot, then);
}

TEST_P(SnapshotTest, StatusesAreOfThatMoment) {
  ASSERT_EQ(ledger_.SetStatus(bob_, AccountStatus::kDebitsFrozen),
            Outcome::kOk);
  const Snapshot frozen = Take();
  ASSERT_EQ(ledger_.SetStatus(bob_, AccountStatus::kOpen), Outcome::kOk);
  const Snapshot open = Take();
  ASSERT_EQ(ledger_.SetStatus(carol_, AccountStatus::kClosed), Outcome::kOk);
  EXPECT_EQ(frozen.Get(bob_)->status, AccountStatus::kDebitsFrozen);
  EXPECT_EQ(open.Get(bob_)->status, AccountStatus::kOpen);
  EXPECT_EQ(open.Get(carol_)->status, AccountStatus::kOpen);
  EXPECT_EQ(Take().Get(carol_)->status, AccountStatus::kClosed);
}

TEST_P(SnapshotTest, WhatIsMadeLaterIsNotInIt) {
  const Snapshot snapshot = Take();
  const AccountId later = small_.Account(5);
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AccountId jeweller = small_.Account(3, {.asset = gems});
  EXPECT_EQ(snapshot.account_count(), 4U);
  EXPECT_EQ(snapshot.asset_count(), 1U);
  for (const AccountId account :
       {later, jeweller, AccountId(), AccountId(UINT64_MAX)}) {
    EXPECT_EQ(snapshot.Get(account).error(), Outcome::kUnknownAccount);
    EXPECT_EQ(snapshot.Balance(account).error(), Outcome::kUnknownAccount);
  }
  for (const AssetId asset : {gems, AssetId(), AssetId(UINT32_MAX)}) {
    EXPECT_EQ(snapshot.Top(asset, 1).error(), Outcome::kUnknownAsset);
    EXPECT_EQ(snapshot.Histogram(asset, {}).error(), Outcome::kUnknownAsset);
  }
  EXPECT_EQ(snapshot.Totals()->size(), 1U);
  EXPECT_EQ(snapshot.Audit()->accounts, 4U);
  EXPECT_EQ(Take().account_count(), 7U);
}

// Four at once, each of another moment, let go of in every order; after each
// something changes, and those that are left must not notice.
TEST_P(SnapshotTest, SeveralAtOnceEndInAnyOrder) {
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
  std::int64_t amount = 0;
  do {
    std::array<std::optional<Snapshot>, 4> snapshots;
    std::array<std::vector<AccountState>, 4> then;
    for (std::size_t i = 0; i < 4; ++i) {
      then[i] = PresentStates(ledger_);
      snapshots[i] = Take();
      // Not every account in every epoch.
      if (i % 2 == 0) Pay(alice_, bob_, 1 + static_cast<std::int64_t>(i));
      if (i != 1) Pay(bob_, alice_, 2);
      if (i == 3) Pay(alice_, carol_, 1);
    }
    for (const std::size_t ended : order) {
      snapshots[ended].reset();
      Pay(alice_, bob_, 1 + ++amount % 3);
      for (std::size_t i = 0; i < 4; ++i) {
        if (snapshots[i]) ExpectAgrees(*snapshots[i], then[i]);
      }
    }
    Pay(carol_, alice_, 1);
    Pay(bob_, alice_, 6);  // about as much as he got
    ASSERT_FALSE(HasFailure()) << testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
  small_.ExpectSound();
}

TEST_P(SnapshotTest, TwoOfTheSameMomentAreTheSame) {
  const Snapshot first = Take();
  const Snapshot second = Take();
  const std::vector<AccountState> then = PresentStates(ledger_);
  Pay(alice_, bob_, 1);
  ExpectAgrees(first, then);
  ExpectAgrees(second, then);
  EXPECT_EQ(first.Digest().value(), second.Digest().value());
}

// --- Looking at every account ----------------------------------------------

TEST_P(SnapshotTest, ForEachStopsWhenItIsTold) {
  const Snapshot snapshot = Take();
  std::vector<AccountId> seen;
  EXPECT_EQ(snapshot.ForEach([&](const AccountState& state) {
    seen.push_back(state.id);
    return seen.size() < 2;
  }),
            Outcome::kOk);
  EXPECT_EQ(seen, (std::vector{AccountId(1), AccountId(2)}));
}

int calls_of_count = 0;
void Count(const AccountState&) { ++calls_of_count; }

TEST_P(SnapshotTest, ForEachTakesAnythingThatLooks) {
  const Snapshot snapshot = Take();
  calls_of_count = 0;
  EXPECT_EQ(snapshot.ForEach(Count), Outcome::kOk);
  EXPECT_EQ(snapshot.ForEach(&Count), Outcome::kOk);
  EXPECT_EQ(calls_of_count, 8);
}

TEST_P(SnapshotTest, ForEachLetsThroughWhatIsThrown) {
  const Snapshot snapshot = Take();
  int calls = 0;
  EXPECT_THROW(static_cast<void>(snapshot.ForEach([&](const AccountState&) {
                 if (++calls == 3) throw 17;
               })),
               int);
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(StatesIn(snapshot).size(), 4U);
  Pay(alice_, bob_, 1);
}

TEST_P(SnapshotTest, ForEachMayCallTheLedger) {
  const std::vector<AccountState> then = PresentStates(ledger_);
  const Snapshot snapshot = Take();
  std::vector<AccountState> seen;
  EXPECT_EQ(snapshot.ForEach([&](const AccountState& state) {
    seen.push_back(state);
    Pay(alice_, bob_, 1);
    EXPECT_TRUE(ledger_.CreateAccount({.asset = small_.gold}));
    EXPECT_TRUE(Take().Audit()->ok);
    EXPECT_EQ(snapshot.Get(alice_)->balance, Amount(1000));
  }),
            Outcome::kOk);
  ExpectSame(seen, then);
  EXPECT_EQ(small_.Balance(alice_), Amount(996));
}

// --- Totals ----------------------------------------------------------------

TEST_P(SnapshotTest, TotalsOfEachAsset) {
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AssetId none = ledger_.CreateAsset({.code = "NONE"}).value();
  const AccountId jeweller = small_.Account(77, {.asset = gems});
  const AccountId buyer = small_.Account(0, {.asset = gems});
  const Snapshot snapshot = Take();
  Pay(jeweller, buyer, 7);
  Pay(small_.issuer, alice_, 1);
  const std::vector<AssetTotal> totals = snapshot.Totals().value();
  ASSERT_EQ(totals.size(), 3U);
  const AssetId assets[] = {small_.gold, gems, none};
  const std::uint64_t accounts[] = {3, 2, 0};
  const std::int64_t supplies[] = {1050, 77, 0};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(totals[i].asset, assets[i]);
    EXPECT_EQ(totals[i].accounts, accounts[i]);
    EXPECT_EQ(totals[i].supply, Amount(supplies[i]));
    EXPECT_EQ(totals[i].held, Amount());
    EXPECT_EQ(totals[i].balances, Amount());
  }
  EXPECT_EQ(Take().Totals()->at(0).supply, Amount(1051));
}

TEST_P(SnapshotTest, TotalsOfAllThatAnAmountCanSay) {
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AccountId rich = small_.Account(0, {.asset = gems});
  const AccountId debtor =
      small_.Account(0, {.asset = gems, .floor = Amount::Min()});
  ASSERT_TRUE(
      ledger_.Transfer(ledger_.GetAsset(gems)->issuer, rich, Amount::Max())
          .ok());
  ASSERT_TRUE(
      ledger_
          .Transfer(debtor, small_.Account(0, {.asset = gems}), Amount::Max())
          .ok());
  const AssetTotal total = Take().Totals()->at(1);
  EXPECT_EQ(total.supply, Amount::Max());
  EXPECT_EQ(total.accounts, 3U);
  EXPECT_EQ(total.balances, Amount());
}

// --- The richest -----------------------------------------------------------

TEST_P(SnapshotTest, TopHasTheRichestFirst) {
  const AccountId dora = small_.Account(50);
  const AccountId erik = small_.Account(50);
  const AccountId debtor = small_.Account(0, {.floor = Amount(-10)});
  Pay(debtor, alice_, 4);
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  small_.Account(5000, {.asset = gems});
  const Snapshot snapshot = Take();
  Pay(alice_, erik, 900);
  const auto top = [&](std::size_t count) {
    std::vector<AccountId> ids;
    const std::vector<AccountState> found =
        snapshot.Top(small_.gold, count).value();
    for (const AccountState& state : found) {
      EXPECT_TRUE(IsSame(state, snapshot.Get(state.id).value()));
      ids.push_back(state.id);
    }
    return ids;
  };
  // Of equal ones the lower id comes first; the issuer owes all of it, and
  // would be the last, but is not among them.
  const std::vector<AccountId> all = {alice_, bob_, dora, erik, carol_, debtor};
  for (std::size_t count = 0; count <= all.size(); ++count) {
    EXPECT_EQ(top(count),
              std::vector(all.begin(),
                          all.begin() + static_cast<std::ptrdiff_t>(count)));
  }
  EXPECT_EQ(top(all.size() + 1), all);
  EXPECT_EQ(top(SIZE_MAX), all);
  EXPECT_EQ(Take().Top(small_.gold, 1)->at(0).id, erik);
}

TEST_P(SnapshotTest, TopOfManyIsTheirOrder) {
  std::vector<std::pair<std::int64_t, AccountId>> expected;
  for (std::int64_t i = 0; i < 300; ++i) {
    const std::int64_t balance = 1 + i * 7919 % 40;  // with many ties
    expected.emplace_back(-balance, small_.Account(balance));
  }
  expected.emplace_back(-1000, alice_);
  expected.emplace_back(-50, bob_);
  expected.emplace_back(0, carol_);
  std::sort(expected.begin(), expected.end());
  const Snapshot snapshot = Take();
  for (const std::size_t count : {1U, 10U, 150U, 303U}) {
    const std::vector<AccountState> top =
        snapshot.Top(small_.gold, count).value();
    ASSERT_EQ(top.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_EQ(top[i].id, expected[i].second) << i << " of " << count;
    }
  }
}

// --- How balances are spread -----------------------------------------------

TEST_P(SnapshotTest, HistogramPutsABoundIntoTheBucketAboveIt) {
  small_.Account(10);
  small_.Account(9);
  const AccountId debtor = small_.Account(0, {.floor = Amount(-10)});
  Pay(debtor, alice_, 10);
  const Snapshot snapshot = Take();
  Pay(alice_, bob_, 500);
  const auto histogram = [&](const std::vector<Amount>& bounds) {
    std::vector<std::pair<std::uint64_t, Amount>> buckets;
    const std::vector<BalanceBucket> found =
        snapshot.Histogram(small_.gold, bounds).value();
    for (const BalanceBucket& bucket : found) {
      buckets.emplace_back(bucket.accounts, bucket.balances);
    }
    return buckets;
  };
  using Buckets = std::vector<std::pair<std::uint64_t, Amount>>;
  // Balances: -10, 0, 9, 10, 50, 1010.
  EXPECT_EQ(histogram({}), (Buckets{{6, Amount(1069)}}));
  EXPECT_EQ(histogram({Amount(0)}),
            (Buckets{{1, Amount(-10)}, {5, Amount(1079)}}));
  EXPECT_EQ(histogram({Amount(10), Amount(50)}),
            (Buckets{{3, Amount(-1)}, {1, Amount(10)}, {2, Amount(1060)}}));
  EXPECT_EQ(histogram({Amount::Min(), Amount(11), Amount(12), Amount::Max()}),
            (Buckets{{0, Amount()},
                     {4, Amount(9)},
                     {0, Amount()},
                     {2, Amount(1060)},
                     {0, Amount()}}));
}

TEST_P(SnapshotTest, HistogramWantsBoundsThatRise) {
  const Snapshot snapshot = Take();
  for (const std::vector<Amount>& bounds :
       {std::vector{Amount(1), Amount(1)}, std::vector{Amount(2), Amount(1)},
        std::vector{Amount(1), Amount(2), Amount(2)}}) {
    EXPECT_EQ(snapshot.Histogram(small_.gold, bounds).error(),
              Outcome::kInvalidOption);
    EXPECT_EQ(snapshot.Histogram(AssetId(9), bounds).error(),
              Outcome::kUnknownAsset);
  }
}

TEST_P(SnapshotTest, HistogramSaysWhatAnAmountCanSay) {
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AccountOptions options = {.asset = gems, .floor = Amount::Min()};
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(ledger_
                    .Transfer(small_.Account(0, options),
                              small_.Account(0, options), Amount::Max())
                    .ok());
  }
  const Amount bounds[] = {Amount()};
  const std::vector<BalanceBucket> buckets =
      Take().Histogram(gems, bounds).value();
  ASSERT_EQ(buckets.size(), 2U);
  EXPECT_EQ(buckets[0].accounts, 2U);
  EXPECT_EQ(buckets[0].balances, Amount::Min());
  EXPECT_EQ(buckets[1].balances, Amount::Max());
}

// --- Audit and digest of a past moment -------------------------------------

TEST_P(SnapshotTest, AuditAndDigestAreOfThatMoment) {
  const Bits128 digest = ledger_.Digest().value();
  const AuditReport present = ledger_.Audit().value();
  const Snapshot snapshot = Take();
  for (int i = 0; i < 5; ++i) {
    Pay(alice_, bob_, 10);
    small_.Account(3);
    ASSERT_EQ(ledger_.SetStatus(carol_, AccountStatus::kFrozen), Outcome::kOk);
    EXPECT_EQ(snapshot.Digest().value(), digest);
    EXPECT_NE(ledger_.Digest().value(), digest);
    const AuditReport report = snapshot.Audit().value();
    EXPECT_TRUE(report.ok);
    EXPECT_EQ(report.accounts, present.accounts);
    EXPECT_EQ(report.assets, present.assets);
    EXPECT_EQ(report.rows, present.rows) << "later rows are not followed";
  }
  small_.ExpectSound();
}

// --- Their lives -----------------------------------------------------------

TEST_P(SnapshotTest, OneThatWasMovedFromIsClosed) {
  Snapshot first = Take();
  Pay(alice_, bob_, 1);
  const Snapshot second = std::move(first);
  EXPECT_EQ(first.Get(alice_).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Balance(alice_).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.ForEach([](const AccountState&) {}), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Totals().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Top(small_.gold, 1).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Histogram(small_.gold, {}).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Audit().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Digest().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Clone().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.Clone({}).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(first.account_count(), 0U);
  EXPECT_EQ(first.asset_count(), 0U);
  EXPECT_EQ(first.tick(), Tick());
  EXPECT_EQ(second.Balance(alice_).value(), Amount(1000));
}

TEST_P(SnapshotTest, AssigningLetsGoOfTheOneBefore) {
  Snapshot snapshot = Take();
  Pay(alice_, bob_, 1);
  Snapshot later = Take();
  Pay(alice_, bob_, 1);
  snapshot = std::move(later);
  EXPECT_EQ(snapshot.Balance(alice_).value(), Amount(999));
  EXPECT_EQ(later.account_count(), 0U);
  Snapshot& itself = snapshot;
  snapshot = std::move(itself);
  EXPECT_EQ(snapshot.Balance(alice_).value(), Amount(999));
}

TEST_P(SnapshotTest, OutlivesItsLedger) {
  const std::vector<AccountState> then = PresentStates(ledger_);
  std::optional<Snapshot> snapshot = Take();
  Pay(alice_, bob_, 1);
  Session session = ledger_.OpenSession().value();
  const Bits128 digest = ledger_.Digest().value();
  { const Ledger closed = std::move(ledger_); }
  ExpectAgrees(*snapshot, then);
  EXPECT_TRUE(snapshot->Audit()->ok);
  EXPECT_NE(snapshot->Digest().value(), digest);
  EXPECT_TRUE(session.Transfer(alice_, bob_, Amount(1)).ok());
  ExpectAgrees(*snapshot, then);
  ExpectSame(PresentStates(snapshot->Clone().value()), then);
}

TEST_P(SnapshotTest, IsNotTakenOfALedgerThatWasMovedFrom) {
  const Ledger kept = std::move(ledger_);
  EXPECT_EQ(ledger_.TakeSnapshot().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(ledger_.Clone().error(), Outcome::kLedgerClosed);
}

INSTANTIATE_TEST_SUITE_P(All, SnapshotTest, EachConcurrency(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep::test
