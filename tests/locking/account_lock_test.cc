#include "engine/locking/account_lock.h"

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/ledger/ledger_core.h"
#include "engine/locking/sorted_legs.h"
#include "engine/posting/thread_session.h"
#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

constexpr Concurrency kModes[] = {Concurrency::kMultiThread,
                                  Concurrency::kSingleThread};

TEST(AccountWord, LocksAndKeepsItsVersion) {
  AccountWord word;
  word.Unlock(Sequence(5, 3));
  EXPECT_FALSE(AccountWord::IsLocked(word.Load()));
  ASSERT_TRUE(word.TryLock<Concurrency::kMultiThread>());
  EXPECT_TRUE(AccountWord::IsLocked(word.Load()));
  EXPECT_EQ(word.VersionLocked(), Sequence(5, 3));
  EXPECT_FALSE(word.TryLock<Concurrency::kMultiThread>());
  word.UnlockUnchanged();
  EXPECT_EQ(AccountWord::VersionOf(word.Load()), Sequence(5, 3));
  ASSERT_TRUE(word.TryLock<Concurrency::kSingleThread>());
  EXPECT_FALSE(word.TryLock<Concurrency::kSingleThread>());
  word.Unlock(Sequence(Sequence::kMaxCounter, Sequence::kMaxSlots - 1));
  EXPECT_EQ(AccountWord::VersionOf(word.Load()),
            Sequence(Sequence::kMaxCounter, Sequence::kMaxSlots - 1));
}

// A ledger's inside with four accounts of 100, one of which may be locked by
// hand.
struct Inside {
  explicit Inside(Concurrency mode = Concurrency::kMultiThread)
      : core({.concurrency = mode}),
        session(*core.sessions()->Acquire().value()) {
    const AssetId gold = core.directory().CreateAsset({.code = "G"}).value();
    AccountOptions options;
    options.asset = gold;
    for (int i = 0; i < 4; ++i) {
      accounts.push_back(core.directory().CreateAccount(options).value());
      EXPECT_TRUE(core.Transfer(session,
                                core.directory().GetAsset(gold)->issuer,
                                accounts.back(), Amount(100), {})
                      .ok());
    }
  }
  // Past the lock watch, for which this thread would lock downwards next.
  void Lock(AccountId id) {
    ASSERT_TRUE(
        core.accounts().Hot(id).word.TryLock<Concurrency::kMultiThread>());
  }
  void Unlock(AccountId id) { core.accounts().Hot(id).word.UnlockUnchanged(); }
  [[nodiscard]] bool IsLocked(AccountId id) {
    return AccountWord::IsLocked(core.accounts().Hot(id).word.Load());
  }

  LedgerCore core;
  SessionState& session;
  std::vector<AccountId> accounts;
};

// Whichever of its accounts is taken, a transfer that does not wait is refused,
// holds no lock afterwards and changed nothing.
TEST(Busy, EveryPlaceGivesUpCleanly) {
  for (const Concurrency mode : kModes) {
    for (const Wait wait :
         {Wait::Never(), Wait::AtMost(std::chrono::microseconds(1))}) {
      for (std::size_t taken = 0; taken < 4; ++taken) {
        Inside inside(mode);
        inside.Lock(inside.accounts[taken]);
        TransferOptions options;
        options.wait = wait;
        const std::vector<Leg> legs = {{inside.accounts[2], Amount(1)},
                                       {inside.accounts[0], Amount(-3)},
                                       {inside.accounts[3], Amount(1)},
                                       {inside.accounts[1], Amount(1)}};
        const Receipt receipt = inside.core.Post(inside.session, legs, options);
        EXPECT_EQ(receipt.outcome(), Outcome::kBusy);
        EXPECT_EQ(receipt.attempts(), 1U);
        for (std::size_t i = 0; i < 4; ++i) {
          EXPECT_EQ(inside.IsLocked(inside.accounts[i]), i == taken);
        }
        inside.Unlock(inside.accounts[taken]);
        EXPECT_TRUE(inside.core.Post(inside.session, legs, options).ok());
      }
    }
  }
}

TEST(Busy, TwoLegTransferAndStatus) {
  Inside inside;
  inside.Lock(inside.accounts[1]);
  TransferOptions options;
  options.wait = Wait::Never();
  for (const auto& [from, to] : {std::pair(0, 1), std::pair(1, 0)}) {
    EXPECT_EQ(inside.core
                  .Transfer(inside.session,
                            inside.accounts[static_cast<std::size_t>(from)],
                            inside.accounts[static_cast<std::size_t>(to)],
                            Amount(1), options)
                  .outcome(),
              Outcome::kBusy);
    EXPECT_FALSE(inside.IsLocked(inside.accounts[0]));
  }
  EXPECT_EQ(inside.core.SetStatus(inside.session, inside.accounts[1],
                                  AccountStatus::kFrozen, Wait::Never()),
            Outcome::kBusy);
  inside.Unlock(inside.accounts[1]);
  EXPECT_EQ(inside.core.SetStatus(inside.session, inside.accounts[1],
                                  AccountStatus::kFrozen, Wait::Never()),
            Outcome::kOk);
}

TEST(Busy, DeadlineIsKept) {
  Inside inside;
  inside.Lock(inside.accounts[0]);
  TransferOptions options;
  options.wait = Wait::AtMost(std::chrono::milliseconds(20));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(inside.core
                .Transfer(inside.session, inside.accounts[0],
                          inside.accounts[1], Amount(1), options)
                .outcome(),
            Outcome::kBusy);
  EXPECT_GE(std::chrono::steady_clock::now() - begin,
            std::chrono::milliseconds(20));
  EXPECT_EQ(inside.core.sessions()->GetStats().waits, 1U);
  inside.Unlock(inside.accounts[0]);
}

TEST(Wait, NegativeLimitsCountAsNever) {
  EXPECT_EQ(Wait::AtMost(std::chrono::nanoseconds(-1)).limit_ns(), 0);
  EXPECT_FALSE(Wait::AtMost(std::chrono::nanoseconds(-1)).is_forever());
  EXPECT_TRUE(Wait::Forever().is_forever());
}

TEST(SortedLegs, UnlocksWithTheStampOrUnchanged) {
  Inside inside;
  const std::array<Leg, 3> legs = {Leg{inside.accounts[2], Amount(1)},
                                   Leg{inside.accounts[0], Amount(-2)},
                                   Leg{inside.accounts[2], Amount(1)}};
  const AccountsInOrder<kMaxLegs> order(inside.core.accounts(), legs);
  ASSERT_EQ(order.size(), 2U);
  const Sequence before = AccountWord::VersionOf(order.account(0).word.Load());
  LockWait wait(Wait::Forever());
  SortedLegs<Concurrency::kMultiThread, kMaxLegs> locks(order, wait);
  {
    const std::scoped_lock locked(locks);
    EXPECT_TRUE(inside.IsLocked(inside.accounts[0]));
    EXPECT_TRUE(inside.IsLocked(inside.accounts[2]));
    EXPECT_FALSE(inside.IsLocked(inside.accounts[1]));
  }
  EXPECT_EQ(AccountWord::VersionOf(order.account(0).word.Load()), before);
  {
    const std::scoped_lock locked(locks);
    locks.Stamp(Sequence(1000, 7));
  }
  for (const std::size_t place : {0U, 1U}) {
    EXPECT_EQ(order.account(place).word.Load(), Sequence(1000, 7).value() << 1);
  }
}

}  // namespace
}  // namespace lockstep::engine
