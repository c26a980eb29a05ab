#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

#include "engine/explore/history/history_checker.h"
#include "engine/explore/history/history_recorder.h"
#include "tests/posting/core_world.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

using engine::explore::Access;
using engine::explore::AccountState;
using engine::explore::Anomaly;
using engine::explore::CheckHistory;
using engine::explore::History;
using engine::explore::HistoryRecorder;
using engine::explore::Operation;
using engine::explore::StatesOf;
using engine::explore::Verdict;

// One thread, and what it does written down.
struct RecordedLedger {
  RecordedLedger() { history.before = StatesOf(small.ledger); }

  void Take() { recorder.Take(history, StatesOf(small.ledger)); }
  [[nodiscard]] std::span<const Access> AccessesOf(std::size_t i) const {
    return history.AccessesOf(history.operations[i]);
  }
  void ExpectClean() const {
    const Verdict verdict = CheckHistory(history);
    EXPECT_TRUE(verdict.ok()) << verdict.Text();
  }

  SmallLedger small;
  AccountId alice = small.Account(100);
  AccountId bob = small.Account(50);
  HistoryRecorder recorder{1, [] { return 0; }};
  std::uint32_t name = recorder.AddName("it");
  History history;
};

void ExpectAccess(const Access& access, AccountId account, std::int64_t found,
                  std::int64_t left, bool wrote) {
  EXPECT_EQ(access.account, account);
  EXPECT_EQ(access.found, Amount(found));
  EXPECT_EQ(access.left, Amount(left));
  EXPECT_EQ(access.wrote, wrote);
}

TEST(HistoryRecorder, WritesDownATransfer) {
  RecordedLedger world;
  const Sequence before = world.small.ledger.GetAccount(world.alice)->version;
  const std::vector<Leg> legs = {{world.alice, Amount(-30)},
                                 {world.bob, Amount(30)}};
  world.recorder.Begin(world.name, legs);
  const Receipt receipt = world.small.ledger.Post(legs);
  world.recorder.End(receipt);
  world.Take();

  ASSERT_EQ(world.history.operations.size(), 1U);
  const Operation& operation = world.history.operations[0];
  EXPECT_EQ(operation.sequence, receipt.sequence());
  EXPECT_EQ(operation.outcome, Outcome::kOk);
  EXPECT_LT(operation.invoked, operation.returned);
  EXPECT_EQ(world.history.LegsOf(operation).size(), 2U);
  EXPECT_EQ(world.history.names[operation.name], "it");
  ASSERT_EQ(operation.access_count, 2U);
  ExpectAccess(world.AccessesOf(0)[0], world.alice, 100, 70, true);
  ExpectAccess(world.AccessesOf(0)[1], world.bob, 50, 80, true);
  EXPECT_EQ(world.AccessesOf(0)[0].found_version, before);
  EXPECT_EQ(world.AccessesOf(0)[0].left_version, receipt.sequence());
  world.ExpectClean();
}

TEST(HistoryRecorder, WritesDownWhatOnlyLooks) {
  RecordedLedger world;
  Ledger& ledger = world.small.ledger;
  world.recorder.Begin(world.name);
  world.recorder.End(ledger.Transfer(world.alice, world.bob, Amount(101)));
  world.recorder.Begin(world.name);
  world.recorder.End(ledger.Audit()->ok ? Outcome::kOk : Outcome::kConflict);
  world.recorder.Begin(world.name);
  const AccountInfo info = ledger.GetAccount(world.bob).value();
  world.recorder.Read(info.id, info.version, info.balance);
  world.recorder.End(Outcome::kOk);
  world.Take();

  ASSERT_EQ(world.history.operations.size(), 3U);
  EXPECT_EQ(world.history.operations[0].outcome, Outcome::kInsufficientFunds);
  ASSERT_EQ(world.AccessesOf(0).size(), 2U);
  ExpectAccess(world.AccessesOf(0)[0], world.alice, 100, 100, false);
  ASSERT_EQ(world.AccessesOf(1).size(), 3U);
  ExpectAccess(world.AccessesOf(1)[0], world.small.issuer, -150, -150, false);
  ASSERT_EQ(world.AccessesOf(2).size(), 1U);
  ExpectAccess(world.AccessesOf(2)[0], world.bob, 50, 50, false);
  world.ExpectClean();
}

// The hook for views that are certain to be of one moment.
TEST(HistoryRecorder, WritesDownWhatWasSeenWithoutLocks) {
  RecordedLedger world;
  Ledger& ledger = world.small.ledger;
  const TransferOptions optimistic{.mode = Mode::kOptimistic};
  world.recorder.Begin(world.name);
  world.recorder.End(
      ledger.Transfer(world.alice, world.bob, Amount(101), optimistic));
  world.recorder.Begin(world.name);
  world.recorder.End(ledger.Transact(
      {world.bob, world.alice},
      [](AccountStates) { return Decision::Refuse(); }, optimistic));
  world.recorder.Begin(world.name);
  world.recorder.End(ledger.Read({world.alice, world.bob}).has_value()
                         ? Outcome::kOk
                         : Outcome::kConflict);
  world.Take();

  ASSERT_EQ(world.history.operations.size(), 3U);
  EXPECT_EQ(world.history.operations[0].outcome, Outcome::kInsufficientFunds);
  EXPECT_EQ(world.history.operations[1].outcome, Outcome::kRefusedByFunction);
  const Sequence version = ledger.GetAccount(world.alice)->version;
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_EQ(world.AccessesOf(i).size(), 2U) << i;
    ExpectAccess(world.AccessesOf(i)[0], world.alice, 100, 100, false);
    ExpectAccess(world.AccessesOf(i)[1], world.bob, 50, 50, false);
    EXPECT_EQ(world.AccessesOf(i)[0].found_version, version) << i;
  }
  world.ExpectClean();
}

// What an optimistic operation posts it has found under its locks, at last; and
// what a transaction function looked at without moving it is written, too.
TEST(HistoryRecorder, WritesDownWhatWasPostedOptimistically) {
  RecordedLedger world;
  const AccountId carol = world.small.Account(1);
  world.history.before = StatesOf(world.small.ledger);
  const std::vector<Leg> legs = {{world.alice, Amount(-30)},
                                 {world.bob, Amount(30)}};
  world.recorder.Begin(world.name, legs);
  const Receipt receipt = world.small.ledger.Transact(
      {world.alice, world.bob, carol},
      [&](AccountStates) {
        return Decision().Move(world.alice, world.bob, Amount(30));
      },
      {.mode = Mode::kOptimistic});
  world.recorder.End(receipt);
  world.Take();

  ASSERT_TRUE(receipt.ok());
  ASSERT_EQ(world.AccessesOf(0).size(), 3U);
  ExpectAccess(world.AccessesOf(0)[0], world.alice, 100, 70, true);
  ExpectAccess(world.AccessesOf(0)[1], world.bob, 50, 80, true);
  ExpectAccess(world.AccessesOf(0)[2], carol, 1, 1, true);
  EXPECT_EQ(world.AccessesOf(0)[2].left_version, receipt.sequence());
  world.ExpectClean();
}

// The hook for locks that are only for images: what is read in a snapshot is
// what the account had then, and neither looking it up nor letting go of it
// counts as looking at the account as it is now.
TEST(HistoryRecorder, LeavesOutLocksThatAreOnlyForImages) {
  RecordedLedger world;
  Ledger& ledger = world.small.ledger;
  const Sequence then = ledger.GetAccount(world.alice)->version;
  {
    const Snapshot snapshot = ledger.TakeSnapshot().value();
    const std::vector<Leg> legs = {{world.alice, Amount(-30)},
                                   {world.bob, Amount(30)}};
    world.recorder.Begin(world.name, legs);
    world.recorder.End(ledger.Post(legs));
    world.recorder.Begin(world.name);
    EXPECT_EQ(snapshot.Balance(world.alice).value(), Amount(100));
    EXPECT_EQ(snapshot.Balance(world.small.issuer).value(), Amount(-150));
    world.recorder.End(Outcome::kOk);
    world.recorder.Begin(world.name);
  }
  world.recorder.End(Outcome::kOk);
  world.Take();

  ASSERT_EQ(world.history.operations.size(), 3U);
  ASSERT_EQ(world.AccessesOf(1).size(), 2U);
  ExpectAccess(world.AccessesOf(1)[0], world.alice, 100, 100, false);
  EXPECT_EQ(world.AccessesOf(1)[0].found_version, then);
  ExpectAccess(world.AccessesOf(1)[1], world.small.issuer, -150, -150, false);
  EXPECT_TRUE(world.AccessesOf(2).empty());
  // That it was read after the transfer had returned is a stale read to who
  // goes by real time; a snapshot taken before is meant to be.
  const Verdict verdict = CheckHistory(world.history);
  ASSERT_EQ(verdict.finding_count, 1U) << verdict.Text();
  EXPECT_EQ(verdict.findings[0].anomaly, Anomaly::kStaleRead);
}

// The hook for attempts that are given up. The first transfer beside a snapshot
// finds under its locks that it has no room for images, and begins again.
TEST(HistoryRecorder, ForgetsAttemptsThatWereGivenUp) {
  RecordedLedger world;
  Ledger& ledger = world.small.ledger;
  const Snapshot snapshot = ledger.TakeSnapshot().value();
  const std::vector<Leg> legs = {{world.alice, Amount(-30)},
                                 {world.bob, Amount(30)}};
  world.recorder.Begin(world.name, legs);
  world.recorder.End(ledger.Post(legs));
  world.Take();
  ASSERT_EQ(world.AccessesOf(0).size(), 2U);
  ExpectAccess(world.AccessesOf(0)[0], world.alice, 100, 70, true);
  ExpectAccess(world.AccessesOf(0)[1], world.bob, 50, 80, true);
  world.ExpectClean();
}

// The same hook after a conflict. While the function thinks, another thread
// pays Bob: the attempt then locks Alice, finds that Bob has changed, and
// begins again.
TEST(HistoryRecorder, ForgetsWhatAConflictedAttemptLocked) {
  SmallLedger small;
  const AccountId alice = small.Account(100);
  const AccountId bob = small.Account(50);
  History history;
  history.before = StatesOf(small.ledger);
  HistoryRecorder recorder(2, [main = std::this_thread::get_id()] {
    return std::this_thread::get_id() == main ? 0 : 1;
  });
  const std::uint32_t name = recorder.AddName("it");
  const std::vector<Leg> payment = {{small.issuer, Amount(-1)},
                                    {bob, Amount(1)}};
  const std::vector<Leg> legs = {{alice, Amount(-30)}, {bob, Amount(30)}};
  int calls = 0;
  recorder.Begin(name, legs);
  const Receipt receipt =
      small.ledger.Transact({alice, bob},
                            [&](AccountStates) {
                              if (++calls == 1) {
                                std::thread([&] {
                                  recorder.Begin(name, payment);
                                  recorder.End(small.ledger.Post(payment));
                                }).join();
                              }
                              return Decision().Move(alice, bob, Amount(30));
                            },
                            {.mode = Mode::kOptimistic});
  recorder.End(receipt);
  recorder.Take(history, StatesOf(small.ledger));

  EXPECT_EQ(receipt.attempts(), 2U);
  ASSERT_EQ(history.operations.size(), 2U);
  const auto accesses = history.AccessesOf(history.operations[0]);
  ASSERT_EQ(accesses.size(), 2U);
  ExpectAccess(accesses[0], alice, 100, 70, true);
  ExpectAccess(accesses[1], bob, 51, 81, true);
  const Verdict verdict = CheckHistory(history);
  EXPECT_TRUE(verdict.ok()) << verdict.Text();
}

TEST(HistoryRecorder, FindsTheSequenceOfAChangeOfStatus) {
  RecordedLedger world;
  Ledger& ledger = world.small.ledger;
  const auto set = [&](AccountStatus status) {
    world.recorder.Begin(world.name);
    world.recorder.EndStatusChange(ledger.SetStatus(world.bob, status));
  };
  set(AccountStatus::kFrozen);
  set(AccountStatus::kClosed);  // refused: it is not empty
  const Sequence frozen = ledger.GetAccount(world.bob)->version;
  set(AccountStatus::kOpen);
  world.Take();

  ASSERT_EQ(world.history.operations.size(), 3U);
  EXPECT_EQ(world.history.operations[0].sequence, frozen);
  EXPECT_TRUE(world.history.operations[1].sequence.is_none());
  EXPECT_EQ(world.history.operations[2].sequence,
            ledger.GetAccount(world.bob)->version);
  ExpectAccess(world.AccessesOf(0)[0], world.bob, 50, 50, true);
  ExpectAccess(world.AccessesOf(1)[0], world.bob, 50, 50, false);
  world.ExpectClean();
}

TEST(HistoryRecorder, WritesDownNothingOutsideOfOperations) {
  RecordedLedger world;
  world.small.ledger.Transfer(world.alice, world.bob, Amount(10));
  world.Take();
  EXPECT_TRUE(world.history.operations.empty());
  EXPECT_TRUE(world.history.accesses.empty());
  // And so an unrecorded one is noticed.
  EXPECT_FALSE(CheckHistory(world.history).ok());
}

// A run that is given up, as in a deadlock, and the next one.
TEST(HistoryRecorder, ForgetsWhatNeverReturned) {
  RecordedLedger world;
  world.recorder.Begin(world.name);
  world.recorder.Read(world.bob, Sequence(), Amount(-1));
  world.recorder.Forget();
  world.recorder.Begin(world.name);
  const AccountInfo info = world.small.ledger.GetAccount(world.bob).value();
  world.recorder.Read(info.id, info.version, info.balance);
  world.recorder.End(Outcome::kOk);
  world.Take();
  ASSERT_EQ(world.history.operations.size(), 1U);
  EXPECT_EQ(world.history.operations[0].invoked, 1U);
  ASSERT_EQ(world.history.accesses.size(), 1U);
  ExpectAccess(world.AccessesOf(0)[0], world.bob, 50, 50, false);
  world.ExpectClean();
}

// What is behind a lock changes behind everybody's back.
TEST(HistoryRecorder, TheEngineItselfIsWatched) {
  CoreWorld world(Concurrency::kMultiThread);
  const AccountId from = world.Account(Amount(100));
  const AccountId to = world.Account();
  engine::Account& account = world.core.accounts().Hot(from);
  History history;
  HistoryRecorder recorder(1, [] { return 0; });
  const std::uint32_t name = recorder.AddName("transfer");
  const auto states = [&] {
    std::vector<AccountState> both;
    for (const AccountId id : {from, to}) {
      const engine::Account& hot = world.core.accounts().Hot(id);
      both.push_back({id, hot.asset(), hot.word.VersionLocked(),
                      engine::ToAmount(hot.balance.LoadLocked())});
    }
    return both;
  };
  history.before = states();
  for (int i = 0; i < 2; ++i) {
    const std::vector<Leg> legs = {{from, Amount(-10)}, {to, Amount(10)}};
    recorder.Begin(name, legs);
    recorder.End(world.core.Post(world.session, legs, {}));
    if (i == 0) account.balance.StoreLocked(95);
  }
  recorder.Take(history, states());
  const Verdict verdict = CheckHistory(history);
  ASSERT_EQ(verdict.finding_count, 1U) << verdict.Text();
  EXPECT_EQ(verdict.findings[0].anomaly, Anomaly::kBrokenChain);
  EXPECT_THAT(verdict.findings[0].operations, testing::ElementsAre(1U, 0U));
}

}  // namespace
}  // namespace lockstep::test
