#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
