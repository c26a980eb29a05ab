// Deadlock freedom, shown: on the engine with its locks watched.

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "engine/accounts/account_table.h"
#include "engine/base/mutex.h"
#include "engine/locking/account_lock.h"
#include "engine/locking/accounts_in_order.h"
#include "lock_watch.h"
#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

namespace watch = engine::watch;
using engine::LockRank;
using watch::LockName;
using Edges = std::vector<std::pair<LockName, LockName>>;

std::atomic<int> violations = 0;

// Counts violations of the lock order instead of ending the process.
class CountViolations {
 public:
  CountViolations() {
    violations = 0;
    before_ = watch::SetViolationHandler(
        [](const LockName&, const LockName&) { ++violations; });
  }
  ~CountViolations() { watch::SetViolationHandler(before_); }

 private:
  watch::ViolationHandler before_;
};

// A cycle in the graph of which lock was taken while which was held, as the
// names of its locks; empty if there is none.
std::string FindCycle(const Edges& edges) {
  std::map<LockName, std::vector<LockName>> taken_after;
  for (const auto& [held, taken] : edges) taken_after[held].push_back(taken);
  std::set<LockName> done;
  std::vector<LockName> path;
  const std::function<std::string(const LockName&)> visit =
      [&](const LockName& lock) -> std::string {
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i] != lock) continue;
      std::string cycle;
      for (; i < path.size(); ++i) cycle += ToString(path[i]) + " -> ";
      return cycle + ToString(lock);
    }
    if (done.contains(lock)) return "";
    path.push_back(lock);
    for (const LockName& next : taken_after[lock]) {
      if (std::string cycle = visit(next); !cycle.empty()) return cycle;
    }
    path.pop_back();
    done.insert(lock);
    return "";
  };
  for (const auto& [held, taken] : edges) {
    if (std::string cycle = visit(held); !cycle.empty()) return cycle;
  }
  return "";
}

// Random transfers of up to 8 legs in random order, with every other operation
// that locks accounts mixed in.
void RandomTraffic(SmallLedger& small, const std::vector<AccountId>& accounts,
                   std::uint64_t seed, std::uint64_t operations) {
  std::mt19937_64 random(seed);
  for (std::uint64_t i = 0; i < operations; ++i) {
    if (i % 500 == 499) {
      static_cast<void>(small.ledger.Digest());
      small.ExpectSound();
      static_cast<void>(small.ledger.GetHistory(accounts[0]));
      static_cast<void>(small.ledger.CreateAccount({.asset = small.gold}));
      continue;
    }
    if (i % 50 == 49) {
      static_cast<void>(small.ledger.SetStatus(
          accounts[random() % accounts.size()], AccountStatus::kOpen));
      continue;
    }
    const AccountId a = accounts[random() % accounts.size()];
    const AccountId b = accounts[random() % accounts.size()];
    if (i % 2 == 0) {
      static_cast<void>(small.ledger.Transfer(a, b, Amount(1)));
      continue;
    }
    std::vector<Leg> legs;
    for (std::uint64_t leg = 1 + random() % 7; leg-- > 0;) {
      legs.push_back({accounts[random() % accounts.size()], Amount(1)});
    }
    legs.push_back({accounts[random() % accounts.size()],
                    Amount(-static_cast<std::int64_t>(legs.size()))});
    static_cast<void>(small.ledger.Post(legs));
  }
}

// One thread: even with the sorting taken out this ends, and only the recorded
// graph tells.
TEST(LockOrder, RecordedGraphHasNoCycle) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  const CountViolations count;
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(12, 1000);
  watch::StartRecording();
  RandomTraffic(small, accounts, seed, Scaled(4'000));
  const Edges edges = watch::StopRecording();
  EXPECT_GT(edges.size(), 50U) << "the traffic takes locks while holding some";
  EXPECT_EQ(FindCycle(edges), "");
}

TEST(LockOrder, EveryLockIsTakenUpwards) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  const CountViolations count;
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(12, 1000);
  const std::uint64_t before = watch::AcquisitionCount();
  RandomTraffic(small, accounts, seed, Scaled(4'000));
  EXPECT_GT(watch::AcquisitionCount(), before);
  EXPECT_EQ(violations, 0);
}

TEST(LockOrder, ThreadsTakeLocksUpwardsTogether) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(6, 1000);
  watch::StartRecording();
  RunThreads(4, [&](int thread) {
    RandomTraffic(small, accounts, seed + static_cast<std::uint64_t>(thread),
                  Scaled(2'000));
  });
  EXPECT_EQ(FindCycle(watch::StopRecording()), "");
}

// Routes change, and are gone by, in sessions that come and go.
TEST(LockOrder, RoutesAreLockedUpwards) {
  const Watchdog watchdog;
  const CountViolations count;
  SmallLedger small({.routes_only = true});
  ASSERT_EQ(small.ledger.AllowRoute({}), Outcome::kOk);
  const std::vector<AccountId> accounts = small.Accounts(6, 1000);
  watch::StartRecording();
  RunThreads(4, [&](int thread) {
    const Route other{1, 1, static_cast<std::uint32_t>(thread)};
    for (std::uint64_t i = Scaled(20); i-- > 0;) {
      EXPECT_EQ(small.ledger.AllowRoute(other), Outcome::kOk);
      Session session = small.ledger.OpenSession().value();
      for (std::size_t from = 0; from < 6; ++from) {
        static_cast<void>(session.Transfer(
            accounts[from], accounts[(from + 1) % 6], Amount(1)));
      }
      EXPECT_EQ(small.ledger.ForbidRoute(other), Outcome::kOk);
      static_cast<void>(small.ledger.Digest());
    }
  });
  EXPECT_EQ(FindCycle(watch::StopRecording()), "");
  EXPECT_EQ(violations, 0);
}

// --- The watch itself --------------------------------------------------------

// Two accounts to lock by hand.
struct TwoAccounts {
  TwoAccounts() {
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(table.ReserveOne());
      engine::ColdAccount cold;
      cold.ceiling = engine::kInt128Max;
      table.Add(AssetId(1), 0, AccountStatus::kOpen, cold);
    }
  }
  void Lock(std::uint64_t id) {
    engine::LockWait wait(Wait::Forever());
    ASSERT_TRUE(engine::LockAccount<Concurrency::kMultiThread>(
        table.Hot(AccountId(id)), AccountId(id), wait));
  }
  void Unlock(std::uint64_t id) {
    engine::UnlockAccount(table.Hot(AccountId(id)), AccountId(id), Sequence());
  }
  engine::AccountTable table;
};

TEST(LockOrderDeathTest, DescendingLockEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        TwoAccounts two;
        two.Lock(2);
        two.Lock(1);
      },
      "lock order violated: account 1 taken while account 2 is held");
}

// Whatever the ids.
TEST(LockOrderDeathTest, LowerRankEndsTheProcess) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_DEATH(
      {
        TwoAccounts two;
        engine::Mutex journal(LockRank::kJournal);
        const engine::ExclusiveLock lock(journal);
        two.Lock(1);
      },
      "account 1 taken while the journal is held");
}

TEST(LockOrder, RecorderSeesACycle) {
  const CountViolations count;
  TwoAccounts two;
  watch::StartRecording();
  two.Lock(1);
  two.Lock(2);
  two.Unlock(2);
  two.Unlock(1);
  const Edges in_order = watch::StopRecording();
  EXPECT_EQ(FindCycle(in_order), "");
  watch::StartRecording();
  two.Lock(1);
  two.Lock(2);
  two.Unlock(2);
  two.Unlock(1);
  two.Lock(2);
  two.Lock(1);
  two.Unlock(1);
  two.Unlock(2);
  EXPECT_EQ(FindCycle(watch::StopRecording()),
            "account 1 -> account 2 -> account 1");
  EXPECT_EQ(violations, 1);
}

TEST(LockOrder, DescribesWhoWaitsForWhom) {
  const Watchdog watchdog;
  TwoAccounts two;
  two.Lock(1);
  std::jthread waiter([&] {
    two.Lock(1);
    two.Unlock(1);
  });
  std::string described;
  while (described.find("waits for account 1 held by thread ") ==
         std::string::npos) {
    described = watch::DescribeWaits();
    std::this_thread::yield();
  }
  EXPECT_NE(described.find("holds account 1\n"), std::string::npos)
      << described;
  two.Unlock(1);
  waiter.join();
  EXPECT_EQ(watch::DescribeWaits(), "");
}

TEST(LockOrder, GivingUpIsNotWaiting) {
  TwoAccounts two;
  two.Lock(1);
  std::thread([&] {
    engine::LockWait wait(Wait::AtMost(std::chrono::microseconds(1)));
    EXPECT_FALSE(engine::LockAccount<Concurrency::kMultiThread>(
        two.table.Hot(AccountId(1)), AccountId(1), wait));
    EXPECT_EQ(watch::DescribeWaits().find("waits"), std::string::npos);
  }).join();
  two.Unlock(1);
}

}  // namespace
}  // namespace lockstep::test
