// Opening a ledger, moving it, and its time.

#include <gtest/gtest.h>

#include <atomic>
#include <span>
#include <utility>
#include <vector>

#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"

namespace lockstep {
namespace {

using test::SmallLedger;

TEST(OpenTest, GivesAnEmptyLedger) {
  const Ledger ledger = Ledger::Open().value();
  EXPECT_EQ(ledger.account_count(), 0U);
  EXPECT_EQ(ledger.asset_count(), 0U);
  EXPECT_EQ(ledger.now(), Tick());
  EXPECT_EQ(ledger.GetStats().posted(), 0U);
  EXPECT_EQ(ledger.GetStats().refused(), 0U);
  EXPECT_TRUE(ledger.Audit()->ok);
  EXPECT_EQ(ledger.Digest().value(), Bits128());
}

TEST(OpenTest, RefusesOptionsThatThereAreNot) {
  EXPECT_EQ(Ledger::Open({.concurrency = static_cast<Concurrency>(2)}).error(),
            Outcome::kInvalidOption);
  EXPECT_EQ(Ledger::Open({.tick_source = static_cast<TickSource>(2)}).error(),
            Outcome::kInvalidOption);
}

TEST(OpenTest, GivesLedgersThatHaveNothingInCommon) {
  SmallLedger one;
  SmallLedger other;
  const AccountId account = one.Account(5, {.key = "alice"});
  EXPECT_EQ(other.ledger.account_count(), 1U);
  EXPECT_FALSE(other.ledger.FindAccount("alice"));
  EXPECT_EQ(other.Account(7), account) << "the same id, of another account";
  EXPECT_EQ(one.Balance(account), Amount(5));
  EXPECT_EQ(other.ledger.GetStats().posted(), 1U);
}

// One thread, many ledgers: each has its own session of the thread's.
TEST(OpenTest, GivesLedgersThatOneThreadUsesInTurn) {
  std::vector<SmallLedger> ledgers(10);
  for (int round = 0; round < 3; ++round) {
    for (SmallLedger& small : ledgers) small.Account(1);
  }
  for (const SmallLedger& small : ledgers) {
    EXPECT_EQ(small.ledger.Supply(small.gold).value(), Amount(3));
    EXPECT_EQ(small.ledger.GetStats().posted(), 3U);
    small.ExpectSound();
  }
}

// --- A ledger that was moved from ------------------------------------------

TEST(MovedFromLedgerTest, RefusesEverything) {
  SmallLedger small;
  const AccountId account = small.Account(5, {.key = "a"});
  Ledger moved_into = std::move(small.ledger);
  Ledger& closed = small.ledger;
  constexpr Outcome kClosed = Outcome::kLedgerClosed;

  // With arguments that would be refused for another reason next.
  EXPECT_EQ(closed.CreateAsset({.code = ""}).error(), kClosed);
  EXPECT_EQ(closed.CreateAccount({}).error(), kClosed);
  EXPECT_EQ(closed.FindAsset("?").error(), kClosed);
  EXPECT_EQ(closed.FindAccount("?").error(), kClosed);
  EXPECT_EQ(closed.FindAccount(Bits128{}).error(), kClosed);
  EXPECT_EQ(closed.FindAccount({}, {}, {}).error(), kClosed);
  EXPECT_EQ(closed.GetAsset({}).error(), kClosed);
  EXPECT_EQ(closed.GetAccount({}).error(), kClosed);
  EXPECT_EQ(closed.Balance({}).error(), kClosed);
  EXPECT_EQ(closed.Supply({}).error(), kClosed);
  EXPECT_EQ(closed.SetStatus({}, static_cast<AccountStatus>(9)), kClosed);
  EXPECT_EQ(closed.Transfer({}, {}, Amount(0)).outcome(), kClosed);
  EXPECT_EQ(closed.Post(std::span<const Leg>()).outcome(), kClosed);
  EXPECT_EQ(closed.OpenSession().error(), kClosed);
  EXPECT_EQ(closed.Advance(Tick(1)), kClosed);
  EXPECT_EQ(closed.GetHistory({}).error(), kClosed);
  EXPECT_EQ(closed.OpenJournal().error(), kClosed);
  EXPECT_EQ(closed.Audit().error(), kClosed);
  EXPECT_EQ(closed.Digest().error(), kClosed);

  EXPECT_EQ(closed.account_count(), 0U);
  EXPECT_EQ(closed.asset_count(), 0U);
  EXPECT_EQ(closed.now(), Tick());
  EXPECT_EQ(closed.GetStats().posted(), 0U);

  EXPECT_EQ(moved_into.Balance(account).value(), Amount(5));
}

TEST(MovedFromLedgerTest, MayBeGivenAnother) {
  SmallLedger small;
  const AccountId account = small.Account(5);
  Ledger moved_into = std::move(small.ledger);
  small.ledger = std::move(moved_into);
  EXPECT_EQ(small.Balance(account), Amount(5));
  EXPECT_EQ(moved_into.Balance(account).error(), Outcome::kLedgerClosed);
}

TEST(MovedFromLedgerTest, LeavesItsSessionsWithTheLedger) {
  SmallLedger small;
  const AccountId account = small.Account(5);
  Session session = small.ledger.OpenSession().value();
  const Ledger moved_into = std::move(small.ledger);
  EXPECT_TRUE(session.Transfer(small.issuer, account, Amount(1)).ok());
  EXPECT_EQ(moved_into.Balance(account).value(), Amount(6));
}

// --- Time ------------------------------------------------------------------

TEST(TimeTest, IsWhatTheHostSetLast) {
  SmallLedger small;
  EXPECT_EQ(small.ledger.now(), Tick(0));
  EXPECT_EQ(small.ledger.Advance(Tick(100)), Outcome::kOk);
  EXPECT_EQ(small.ledger.now(), Tick(100));
  EXPECT_EQ(small.ledger.Advance(Tick(100)), Outcome::kOk) << "it may stand";
  EXPECT_EQ(small.ledger.Advance(Tick(99)), Outcome::kTimeRunsBackwards);
  EXPECT_EQ(small.ledger.now(), Tick(100));
  EXPECT_EQ(small.ledger.Advance(Tick(UINT64_MAX)), Outcome::kOk);
  EXPECT_EQ(small.ledger.now(), Tick(UINT64_MAX));
}

TEST(TimeTest, IsKeptWithEachTransfer) {
  SmallLedger small;
  const AccountId account = small.Account();
  for (const std::uint64_t tick : {0U, 7U, 9U}) {
    ASSERT_EQ(small.ledger.Advance(Tick(tick)), Outcome::kOk);
    ASSERT_TRUE(small.ledger.Transfer(small.issuer, account, Amount(1)).ok());
    EXPECT_EQ(small.ledger.GetHistory(account).value().entries.front().tick,
              Tick(tick));
  }
}

TEST(TimeTest, ComesFromTheSystemIfThatWasAskedFor) {
  SmallLedger small({.tick_source = TickSource::kSystemClock});
  const Tick before = small.ledger.now();
  EXPECT_GT(before.value(), 1'600'000'000'000'000'000U) << "that was in 2020";
  EXPECT_EQ(small.ledger.Advance(Tick(UINT64_MAX)), Outcome::kInvalidOption);
  EXPECT_EQ(small.ledger.Advance(Tick(0)), Outcome::kInvalidOption)
      << "before it is looked at";
  const AccountId account = small.Account(5);
  EXPECT_GE(small.ledger.GetHistory(account).value().entries.front().tick,
            before);
}

TEST(ConcurrentTimeTest, NeverRunsBackwards) {
  SmallLedger small;
  const std::uint64_t rounds = test::Scaled(20'000);
  std::atomic<std::uint64_t> backwards = 0;
  test::RunThreads(4, [&](int thread) {
    Tick last;
    for (std::uint64_t i = 0; i < rounds; ++i) {
      static_cast<void>(small.ledger.Advance(
          Tick(4 * i + static_cast<std::uint64_t>(thread))));
      const Tick now = small.ledger.now();
      if (now < last) ++backwards;
      last = now;
    }
  });
  EXPECT_EQ(backwards, 0U);
  EXPECT_EQ(small.ledger.now(), Tick(4 * (rounds - 1) + 3));
}

}  // namespace
}  // namespace lockstep
