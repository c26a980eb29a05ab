#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

TEST(Session, PostsAsTheLedgerDoes) {
  SmallLedger small;
  const AccountId a = small.Account(100);
  const AccountId b = small.Account();
  Session session = small.ledger.OpenSession().value();
  EXPECT_TRUE(session.Transfer(a, b, Amount(10)).ok());
  EXPECT_TRUE(session.Post({{a, Amount(-5)}, {b, Amount(5)}}).ok());
  EXPECT_EQ(session.Transfer(a, a, Amount(1)).outcome(), Outcome::kSameAccount);
  EXPECT_EQ(small.Balance(b), Amount(15));
  EXPECT_EQ(small.ledger.GetStats().of(Outcome::kSameAccount), 1U);
}

TEST(Session, ThereAreOnlySoMany) {
  SmallLedger small;  // this thread has one
  std::vector<Session> sessions;
  const AccountId account = small.Account(10);
  for (;;) {
    Result<Session> opened = small.ledger.OpenSession();
    if (!opened) {
      EXPECT_EQ(opened.error(), Outcome::kTooManySessions);
      break;
    }
    sessions.push_back(std::move(*opened));
  }
  EXPECT_EQ(sessions.size(), Sequence::kMaxSlots - 1);
  // A thread without one is refused; this one goes on.
  std::thread([&] {
    EXPECT_EQ(small.ledger.Transfer(small.issuer, account, Amount(1)).outcome(),
              Outcome::kTooManySessions);
    EXPECT_EQ(small.ledger.SetStatus(account, AccountStatus::kFrozen),
              Outcome::kTooManySessions);
  }).join();
  EXPECT_TRUE(small.ledger.Transfer(small.issuer, account, Amount(1)).ok());
  sessions.pop_back();
  EXPECT_TRUE(small.ledger.OpenSession());
}

TEST(Session, KeepsItsLedgerAlive) {
  std::optional<Session> session;
  AccountId issuer;
  AccountId account;
  {
    SmallLedger small;
    issuer = small.issuer;
    account = small.Account();
    session = small.ledger.OpenSession().value();
  }
  const Receipt receipt = session->Transfer(issuer, account, Amount(7));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.Find(account)->after, Amount(7));
}

TEST(Session, MovedFromIsClosed) {
  SmallLedger small;
  const AccountId account = small.Account();
  Session first = small.ledger.OpenSession().value();
  Session second = std::move(first);
  EXPECT_EQ(first.Transfer(small.issuer, account, Amount(1)).outcome(),
            Outcome::kLedgerClosed);
  EXPECT_EQ(first.Post({{account, Amount(1)}}).outcome(),
            Outcome::kLedgerClosed);
  EXPECT_TRUE(second.Transfer(small.issuer, account, Amount(1)).ok());
  first = std::move(second);
  EXPECT_TRUE(first.Transfer(small.issuer, account, Amount(1)).ok());
}

TEST(Session, SequencesRiseAlongAReusedSlot) {
  SmallLedger small;
  const AccountId a = small.Account(100);
  const AccountId b = small.Account();
  const AccountId c = small.Account(100);
  const AccountId d = small.Account();
  Sequence last;
  for (int i = 0; i < 5; ++i) {
    Session session = small.ledger.OpenSession().value();
    // Accounts without a common history: only the slot keeps the order.
    const Receipt receipt = i % 2 == 0 ? session.Transfer(a, b, Amount(1))
                                       : session.Transfer(c, d, Amount(1));
    ASSERT_TRUE(receipt.ok());
    EXPECT_GT(receipt.sequence(), last);
    last = receipt.sequence();
  }
}

TEST(Ledger, MovedFromRefusesEverything) {
  SmallLedger small;
  const AccountId account = small.Account();
  Ledger kept = std::move(small.ledger);
  Ledger& moved = small.ledger;
  EXPECT_EQ(moved.Transfer(small.issuer, account, Amount(1)).outcome(),
            Outcome::kLedgerClosed);
  EXPECT_EQ(moved.Post({{account, Amount(1)}}).outcome(),
            Outcome::kLedgerClosed);
  EXPECT_EQ(moved.CreateAsset({.code = "X"}).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.CreateAccount({}).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.FindAsset("GOLD").error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.FindAccount("k").error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.FindAccount(Bits128{0, 1}).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.FindAccount(OwnerId(1), PurposeId(1), small.gold).error(),
            Outcome::kLedgerClosed);
  EXPECT_EQ(moved.GetAsset(small.gold).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.GetAccount(account).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.Balance(account).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.Supply(small.gold).error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.SetStatus(account, AccountStatus::kFrozen),
            Outcome::kLedgerClosed);
  EXPECT_EQ(moved.OpenSession().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.Advance(Tick(1)), Outcome::kLedgerClosed);
  EXPECT_EQ(moved.account_count(), 0U);
  EXPECT_EQ(moved.asset_count(), 0U);
  EXPECT_EQ(moved.now(), Tick());
  EXPECT_EQ(moved.GetStats().posted(), 0U);
  EXPECT_NE(moved.Explain(Receipt()), "");
  EXPECT_TRUE(kept.Transfer(small.issuer, account, Amount(1)).ok());
}

TEST(Ledger, TimeOnlyGoesForward) {
  SmallLedger small;
  EXPECT_EQ(small.ledger.now(), Tick(0));
  EXPECT_EQ(small.ledger.Advance(Tick(10)), Outcome::kOk);
  EXPECT_EQ(small.ledger.Advance(Tick(10)), Outcome::kOk);
  EXPECT_EQ(small.ledger.Advance(Tick(9)), Outcome::kTimeRunsBackwards);
  EXPECT_EQ(small.ledger.now(), Tick(10));
  SmallLedger by_clock({.tick_source = TickSource::kSystemClock});
  EXPECT_EQ(by_clock.ledger.Advance(Tick(1)), Outcome::kInvalidOption);
  const Tick before = by_clock.ledger.now();
  EXPECT_GT(before, Tick(1'500'000'000'000'000'000)) << "nanoseconds of today";
  const AccountId account = by_clock.Account(1);
  EXPECT_GE(by_clock.ledger.GetHistory(account)->entries[0].tick, before);
}

TEST(Ledger, RefusesUnknownOptions) {
  LedgerOptions options;
  options.concurrency = static_cast<Concurrency>(2);
  EXPECT_EQ(Ledger::Open(options).error(), Outcome::kInvalidOption);
  options = {};
  options.tick_source = static_cast<TickSource>(2);
  EXPECT_EQ(Ledger::Open(options).error(), Outcome::kInvalidOption);
}

// With one thread, two runs give the same state and the same sequences.
TEST(Ledger, OneThreadIsDeterministic) {
  std::vector<Sequence> sequences[2];
  Bits128 digests[2];
  for (int run = 0; run < 2; ++run) {
    SmallLedger small({.concurrency = run == 0 ? Concurrency::kMultiThread
                                               : Concurrency::kSingleThread});
    const std::vector<AccountId> accounts = small.Accounts(5, 100);
    for (std::size_t i = 0; i < 500; ++i) {
      const Receipt receipt = small.ledger.Transfer(
          accounts[i % 5], accounts[(i * 3 + 1) % 5], Amount(i % 70));
      sequences[run].push_back(receipt.sequence());
    }
    digests[run] = small.ledger.Digest().value();
  }
  EXPECT_EQ(sequences[0], sequences[1]);
  EXPECT_EQ(digests[0], digests[1]);
}

}  // namespace
}  // namespace lockstep::test
