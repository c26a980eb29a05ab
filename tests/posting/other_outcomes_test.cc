// The outcomes of posting that no transfer can bring about by itself: locks,
// sequences and sessions that others have taken, and objects moved from.

#include <gtest/gtest.h>

#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::CoreWorld;
using test::ExpectRefused;
using test::kNoLeg;
using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Watchdog;

// --- What only the inside can bring about ----------------------------------

class InsideOutcomesTest
    : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  // Refused by `outcome` for as long as `begin` has been called and `end` has
  // not; each of the three forms.
  template <class Begin, class End>
  void ExpectRefusedMeanwhile(Outcome outcome, const Begin& begin,
                              const End& end, TransferOptions options = {}) {
    options.mode = std::get<Mode>(GetParam());
    const Leg legs[] = {{payer_, Amount(-10)}, {payee_, Amount(10)}};
    ExpectRefusedMeanwhile(outcome, begin, end, [&] {
      return world_.core.Transfer(world_.session, payer_, payee_, Amount(10),
                                  options);
    });
    ExpectRefusedMeanwhile(outcome, begin, end, [&] {
      return world_.core.Post(world_.session, legs, options);
    });
    ExpectRefusedMeanwhile(outcome, begin, end, [&] {
      return world_.Transact(
          test::AccountsOf(legs),
          [&](AccountStates) { return test::Decide(legs); }, options);
    });
  }

  template <class Begin, class End, class Call>
  void ExpectRefusedMeanwhile(Outcome outcome, const Begin& begin,
                              const End& end, const Call& call) {
    const LedgerState before = StateOf(world_.core);
    const Stats counted = world_.core.sessions()->GetStats();
    begin();
    const Receipt receipt = call();
    end();
    ExpectRefused(receipt, outcome, kNoLeg, AccountId());
    test::ExpectCounted(
        test::Since(counted, world_.core.sessions()->GetStats()), outcome);
    EXPECT_FALSE(world_.IsLocked(payer_));
    EXPECT_FALSE(world_.IsLocked(payee_));
    EXPECT_TRUE(StateOf(world_.core) == before);
    EXPECT_TRUE(call().ok()) << "nothing is left of the refusal";
  }

  static TransferOptions Options() {
    return {.mode = std::get<Mode>(GetParam())};
  }

  const Watchdog watchdog_;
  CoreWorld world_{std::get<Concurrency>(GetParam())};
  AccountId payer_ = world_.Account(Amount(1000));
  AccountId payee_ = world_.Account();
};

TEST_P(InsideOutcomesTest, NothingIsPostedInsideAnOperationOfTheSameSession) {
  ExpectRefusedMeanwhile(
      Outcome::kInsideTransaction, [&] { world_.session.inside = true; },
      [&] { world_.session.inside = false; });
}

TEST_P(InsideOutcomesTest, AnotherSessionMayPostMeanwhile) {
  engine::SessionState& other = *world_.core.sessions()->Acquire().value();
  world_.session.inside = true;
  EXPECT_TRUE(
      world_.core.Transfer(other, payer_, payee_, Amount(1), Options()).ok());
}

TEST_P(InsideOutcomesTest, NothingIsPostedWithoutASequence) {
  const Sequence last = world_.session.last_sequence;
  ExpectRefusedMeanwhile(
      Outcome::kSequenceExhausted, [&] { world_.UseUpSequences(); },
      [&] { world_.session.last_sequence = last; });
}

TEST_P(InsideOutcomesTest, AnAccountsLastSequenceIsTheEndForItAlone) {
  engine::Account& account = world_.core.accounts().Hot(payee_);
  account.word.Unlock(Sequence(Sequence::kMaxCounter, 0));
  EXPECT_EQ(
      world_.core.Transfer(world_.session, payer_, payee_, Amount(1), Options())
          .outcome(),
      Outcome::kSequenceExhausted);
  EXPECT_EQ(ViewAccount(world_.core.accounts(), payee_).version,
            Sequence(Sequence::kMaxCounter, 0));
  EXPECT_TRUE(world_.core
                  .Transfer(world_.session, payer_, world_.Account(), Amount(1),
                            Options())
                  .ok());
}

TEST_P(InsideOutcomesTest, TheLastSequenceOfAllIsGiven) {
  world_.session.last_sequence =
      Sequence(Sequence::kMaxCounter - 1, world_.session.slot);
  const Receipt receipt = world_.core.Transfer(world_.session, payer_, payee_,
                                               Amount(1), Options());
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.sequence().counter(), Sequence::kMaxCounter);
  EXPECT_EQ(
      world_.core.Transfer(world_.session, payer_, payee_, Amount(1), Options())
          .outcome(),
      Outcome::kSequenceExhausted);
}

TEST_P(InsideOutcomesTest, NobodyWaitsWhoDoesNotWantTo) {
  for (const Wait wait :
       {Wait::Never(), Wait::AtMost(std::chrono::nanoseconds(-1)),
        Wait::AtMost(std::chrono::microseconds(100))}) {
    for (const AccountId busy : {payer_, payee_}) {
      ExpectRefusedMeanwhile(
          Outcome::kBusy, [&] { world_.Lock(busy); },
          [&] { world_.Unlock(busy); }, {.wait = wait});
    }
  }
}

TEST_P(InsideOutcomesTest, WaitsAreCountedByThoseWhoWait) {
  const auto waits = [&] { return world_.core.sessions()->GetStats().waits; };
  const auto transfer = [&](Wait wait) {
    return world_.core
        .Transfer(world_.session, payer_, payee_, Amount(1),
                  {.wait = wait, .mode = std::get<Mode>(GetParam())})
        .outcome();
  };
  world_.Lock(payee_);
  EXPECT_EQ(transfer(Wait::Never()), Outcome::kBusy);
  EXPECT_EQ(waits(), 0U);
  EXPECT_EQ(transfer(Wait::AtMost(std::chrono::microseconds(10))),
            Outcome::kBusy);
  EXPECT_EQ(waits(), 1U);
  world_.Unlock(payee_);
  EXPECT_EQ(transfer(Wait::Never()), Outcome::kOk);
  EXPECT_EQ(waits(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, InsideOutcomesTest, test::EachMode(),
                         test::NameOfMode);

// --- Sessions and ledgers that are not there -------------------------------

TEST(ManySessionsTest, NobodyPostsWithoutOne) {
  const Watchdog watchdog;
  SmallLedger small;
  const AccountId rich = small.Account(1000);  // with this thread's session
  std::vector<Session> sessions;
  while (Result<Session> session = small.ledger.OpenSession()) {
    sessions.push_back(std::move(*session));
    ASSERT_LT(sessions.size(), Sequence::kMaxSlots);
  }
  EXPECT_EQ(sessions.size(), Sequence::kMaxSlots - 1);
  EXPECT_EQ(small.ledger.OpenSession().error(), Outcome::kTooManySessions);

  const LedgerState before = StateOf(small.ledger);
  const auto refused_by_thread = [&](const auto& call) {
    Outcome outcome = Outcome::kOk;
    std::jthread([&] { outcome = call(); }).join();
    return outcome == Outcome::kTooManySessions;
  };
  const Leg legs[] = {{small.issuer, Amount(-1)}, {rich, Amount(1)}};
  EXPECT_TRUE(refused_by_thread([&] {
    return small.ledger.Transfer(small.issuer, rich, Amount(1)).outcome();
  }));
  EXPECT_TRUE(
      refused_by_thread([&] { return small.ledger.Post(legs).outcome(); }));
  EXPECT_TRUE(refused_by_thread(
      [&] { return small.ledger.SetStatus(rich, AccountStatus::kFrozen); }));
  EXPECT_TRUE(StateOf(small.ledger) == before);

  // Those who have one go on, and a place that is given back is taken again.
  EXPECT_TRUE(small.ledger.Transfer(small.issuer, rich, Amount(1)).ok());
  EXPECT_TRUE(sessions.back().Transfer(small.issuer, rich, Amount(1)).ok());
  sessions.pop_back();
  EXPECT_FALSE(refused_by_thread([&] {
    return small.ledger.Transfer(small.issuer, rich, Amount(1)).outcome();
  }));
  EXPECT_TRUE(small.ledger.OpenSession());
}

TEST(MovedLedgerTest, PostsNothing) {
  SmallLedger small;
  const AccountId rich = small.Account(1000);
  Ledger moved_into = std::move(small.ledger);
  const LedgerState before = StateOf(moved_into);
  const Leg legs[] = {{small.issuer, Amount(-1)}, {rich, Amount(1)}};

  ExpectRefused(small.ledger.Transfer(small.issuer, rich, Amount(1)),
                Outcome::kLedgerClosed, kNoLeg, AccountId());
  ExpectRefused(small.ledger.Post(legs), Outcome::kLedgerClosed, kNoLeg,
                AccountId());
  EXPECT_EQ(small.ledger.GetStats().posted(), 0U);
  EXPECT_TRUE(StateOf(moved_into) == before);
  EXPECT_TRUE(moved_into.Transfer(small.issuer, rich, Amount(1)).ok());
}

TEST(MovedSessionTest, PostsNothing) {
  SmallLedger small;
  const AccountId rich = small.Account(1000);
  Session session = small.ledger.OpenSession().value();
  Session moved_into = std::move(session);
  const Leg legs[] = {{small.issuer, Amount(-1)}, {rich, Amount(1)}};
  ExpectRefused(session.Transfer(small.issuer, rich, Amount(1)),
                Outcome::kLedgerClosed, kNoLeg, AccountId());
  ExpectRefused(session.Post(legs), Outcome::kLedgerClosed, kNoLeg,
                AccountId());
  EXPECT_EQ(small.Balance(rich), Amount(1000));
  EXPECT_TRUE(moved_into.Post(legs).ok());
}

// --- What locked mode never gives ------------------------------------------

TEST(ConcurrentOutcomesTest, LockedModeNeverGivesAConflict) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::vector<AccountId> few = small.Accounts(3, 1'000'000);
  const std::uint64_t rounds = test::Scaled(20'000);
  test::RunThreads(4, [&](int thread) {
    const auto mine = static_cast<std::size_t>(thread);
    for (std::uint64_t i = 0; i < rounds; ++i) {
      const AccountId from = few[(mine + i) % 3];
      const AccountId to = few[(mine + i + 1 + i % 2) % 3];
      const Receipt receipt = small.ledger.Transfer(from, to, Amount(1));
      EXPECT_TRUE(receipt.ok());
      EXPECT_EQ(receipt.attempts(), 1U);
    }
  });
  const Stats stats = small.ledger.GetStats();
  EXPECT_EQ(stats.posted(), 4 * rounds + few.size());
  EXPECT_EQ(stats.of(Outcome::kConflict), 0U);
  EXPECT_EQ(stats.refused(), 0U);
  EXPECT_EQ(stats.retries, 0U);
  small.ExpectSound();
}

}  // namespace
}  // namespace lockstep
