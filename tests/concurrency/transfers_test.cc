#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kThreads = 8;

// Half of the threads send from the first account to the second, the others
// back: the textbook's way into a deadlock.
TEST(ConcurrentTransfers, OppositeTransfersDoNotDeadlock) {
  const Watchdog watchdog;
  SmallLedger small;
  const AccountId first = small.Account(1'000'000);
  const AccountId second = small.Account(1'000'000);
  const std::uint64_t each = Scaled(1'000'000) / kThreads;
  RunThreads(kThreads, [&](int thread) {
    const bool forth = thread % 2 == 0;
    for (std::uint64_t i = 0; i < each; ++i) {
      const Receipt receipt = small.ledger.Transfer(
          forth ? first : second, forth ? second : first, Amount(1));
      ASSERT_TRUE(receipt.ok()) << OutcomeName(receipt.outcome());
    }
  });
  EXPECT_EQ(small.Balance(first), Amount(1'000'000));
  EXPECT_EQ(small.Balance(second), Amount(1'000'000));
  EXPECT_EQ(small.ledger.GetStats().posted(), kThreads * each + 2);
  small.ExpectSound();
}

TEST(ConcurrentTransfers, FiveEachWayAtOnce) {
  const Watchdog watchdog;
  SmallLedger small;
  const AccountId first = small.Account(100);
  const AccountId second = small.Account(100);
  RunThreads(10, [&](int thread) {
    const bool forth = thread % 2 == 0;
    EXPECT_TRUE(small.ledger
                    .Transfer(forth ? first : second, forth ? second : first,
                              Amount(10))
                    .ok());
  });
  EXPECT_EQ(small.Balance(first), Amount(100));
  EXPECT_EQ(small.Balance(second), Amount(100));
}

// Everyone pays their neighbour round a ring: a cycle of any length.
TEST(ConcurrentTransfers, RingDoesNotDeadlock) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::uint64_t each = Scaled(100'000);
  const std::vector<AccountId> ring =
      small.Accounts(kThreads, static_cast<std::int64_t>(each));
  RunThreads(kThreads, [&](int thread) {
    const AccountId from = ring[static_cast<std::size_t>(thread)];
    const AccountId to =
        ring[static_cast<std::size_t>((thread + 1) % kThreads)];
    for (std::uint64_t i = 0; i < each; ++i) {
      ASSERT_TRUE(small.ledger.Transfer(from, to, Amount(1)).ok());
    }
  });
  for (const AccountId account : ring) {
    EXPECT_EQ(small.Balance(account), Amount(each));
  }
  small.ExpectSound();
}

struct Seen {
  Sequence sequence;
  AccountChange change;
};

// What each account's changes say, put in order of their sequences, must be one
// unbroken story: each found the account as the one before it left it.
void ExpectOneStory(std::vector<std::vector<Seen>> by_thread) {
  std::map<AccountId, std::vector<Seen>> by_account;
  for (const std::vector<Seen>& thread : by_thread) {
    Sequence last;
    for (const Seen& seen : thread) {
      ASSERT_GE(seen.sequence, last) << "sequences rise along a session";
      last = seen.sequence;
      by_account[seen.change.account].push_back(seen);
    }
  }
  for (auto& [account, story] : by_account) {
    std::sort(story.begin(), story.end(), [](const Seen& a, const Seen& b) {
      return a.sequence < b.sequence;
    });
    for (std::size_t i = 1; i < story.size(); ++i) {
      ASSERT_LT(story[i - 1].sequence, story[i].sequence);
      ASSERT_EQ(story[i - 1].change.after, story[i].change.before)
          << "account " << account.value() << " at sequence "
          << story[i].sequence.value();
    }
  }
}

class ConcurrentPosts : public testing::TestWithParam<int> {};

// Random transfers of 2 to 6 legs over few accounts, some refused.
TEST_P(ConcurrentPosts, SequencesTellOneStory) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(GetParam(), 50);
  std::vector<std::vector<Seen>> seen(kThreads);
  std::vector<std::set<Sequence>> sequences(kThreads);
  const std::uint64_t each = Scaled(10'000);
  RunThreads(kThreads, [&](int thread) {
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
    const auto slot = static_cast<std::size_t>(thread);
    for (std::uint64_t i = 0; i < each; ++i) {
      std::vector<Leg> legs;
      std::int64_t sum = 0;
      for (std::uint64_t leg = random() % 5; leg-- > 0;) {
        const auto amount = static_cast<std::int64_t>(random() % 40) - 20;
        if (amount == 0) continue;
        legs.push_back({accounts[random() % accounts.size()], Amount(amount)});
        sum += amount;
      }
      legs.push_back({accounts[random() % accounts.size()], Amount(30)});
      legs.push_back({accounts[random() % accounts.size()], Amount(-30 - sum)});
      if (legs.back().amount.is_zero()) continue;
      const Receipt receipt = small.ledger.Post(legs);
      if (!receipt.ok()) {
        ASSERT_EQ(receipt.outcome(), Outcome::kInsufficientFunds);
        continue;
      }
      sequences[slot].insert(receipt.sequence());
      for (const AccountChange& change : receipt.changes()) {
        seen[slot].push_back({receipt.sequence(), change});
      }
    }
  });
  ExpectOneStory(seen);
  std::set<Sequence> all;
  std::size_t count = 0;
  for (const std::set<Sequence>& some : sequences) {
    count += some.size();
    all.insert(some.begin(), some.end());
  }
  EXPECT_EQ(all.size(), count) << "sequences are unique";
  EXPECT_GT(count, 0U);
  small.ExpectSound();
}

INSTANTIATE_TEST_SUITE_P(Accounts, ConcurrentPosts, testing::Values(2, 5, 50));

// Both halves of the balance change together; a reader without a lock must
// never see one without the other.
TEST(ConcurrentReads, BalancesAreNeverTorn) {
  const Watchdog watchdog;
  SmallLedger small;
  const Amount both_halves = Amount::FromHalves(1, 1);
  const AccountId from = small.Account();
  const AccountId to = small.Account();
  ASSERT_TRUE(small.ledger.Transfer(small.issuer, from, both_halves).ok());
  const std::uint64_t rounds = Scaled(1'000'000);
  RunThreads(3, [&](int thread) {
    for (std::uint64_t i = 0; i < rounds; ++i) {
      if (thread == 0) {
        ASSERT_TRUE(small.ledger.Transfer(from, to, both_halves).ok());
        ASSERT_TRUE(small.ledger.Transfer(to, from, both_halves).ok());
      } else {
        const Amount seen = small.Balance(to);
        ASSERT_TRUE(seen == Amount() || seen == both_halves)
            << FormatDecimal(seen, 0);
        const AccountInfo info = small.ledger.GetAccount(from).value();
        ASSERT_TRUE(info.balance == Amount() || info.balance == both_halves);
      }
    }
  });
}

// Accounts are made, found and paid at once; whoever gets an id can use it.
TEST(ConcurrentCreation, NewAccountsCanBeUsedAtOnce) {
  const Watchdog watchdog;
  SmallLedger small;
  const AccountId payer = small.Account(100'000'000);
  const std::uint64_t each = Scaled(2'000);
  RunThreads(4, [&](int thread) {
    for (std::uint64_t i = 0; i < each; ++i) {
      AccountOptions options;
      options.asset = small.gold;
      const std::string key = std::to_string(thread) + ":" + std::to_string(i);
      options.key = key;
      const AccountId made = small.ledger.CreateAccount(options).value();
      ASSERT_EQ(small.ledger.FindAccount(key).value(), made);
      ASSERT_TRUE(small.ledger.Transfer(payer, made, Amount(5)).ok());
      // Somebody else's, which may be there or not.
      const std::string other =
          std::to_string((thread + 1) % 4) + ":" + std::to_string(i);
      if (const Result<AccountId> found = small.ledger.FindAccount(other)) {
        ASSERT_TRUE(small.ledger.Transfer(made, *found, Amount(1)).ok());
      }
    }
  });
  EXPECT_EQ(small.ledger.account_count(), 2 + 4 * each);
  small.ExpectSound();
}

// Somebody guesses the next id and pays it before it is there, while it comes
// to be. Whatever the answer, it must be true.
TEST(ConcurrentCreation, PayingTheNextAccountIsAnsweredTruly) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::uint64_t rounds = Scaled(200'000);
  std::atomic<bool> is_done = false;
  std::uint64_t posted = 0;
  RunThreads(2, [&](int thread) {
    if (thread == 0) {
      for (std::uint64_t i = 0; i < rounds; ++i) {
        ASSERT_TRUE(small.ledger.CreateAccount({.asset = small.gold}));
      }
      is_done = true;
      return;
    }
    std::uint64_t next = 2;
    while (!is_done) {
      const Receipt receipt =
          small.ledger.Transfer(small.issuer, AccountId(next), Amount(1));
      if (!receipt.ok()) {
        ASSERT_EQ(receipt.outcome(), Outcome::kUnknownAccount);
        continue;
      }
      ASSERT_EQ(receipt.changes().size(), 2U);
      ++posted;
      next = small.ledger.account_count() + 1;
    }
  });
  EXPECT_EQ(small.ledger.Supply(small.gold).value(), Amount(posted));
  EXPECT_EQ(small.ledger.GetStats().posted(), posted);
}

// While an account is frozen its balance stands still.
TEST(ConcurrentStatus, FreezingTakesHoldAtOnce) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(2, 1000);
  std::atomic<bool> is_done = false;
  const std::uint64_t rounds = Scaled(2'000);
  RunThreads(3, [&](int thread) {
    if (thread == 0) {
      for (std::uint64_t i = 0; i < rounds; ++i) {
        ASSERT_EQ(small.ledger.SetStatus(accounts[0], AccountStatus::kFrozen),
                  Outcome::kOk);
        const Amount frozen = small.Balance(accounts[0]);
        for (int look = 0; look < 20; ++look) {
          ASSERT_EQ(small.Balance(accounts[0]), frozen);
        }
        ASSERT_EQ(small.ledger.SetStatus(accounts[0], AccountStatus::kOpen),
                  Outcome::kOk);
      }
      is_done = true;
      return;
    }
    const auto from = static_cast<std::size_t>(thread - 1);
    while (!is_done) {
      const Outcome outcome =
          small.ledger.Transfer(accounts[from], accounts[1 - from], Amount(1))
              .outcome();
      ASSERT_TRUE(outcome == Outcome::kOk ||
                  outcome == Outcome::kAccountFrozen ||
                  outcome == Outcome::kInsufficientFunds)
          << OutcomeName(outcome);
    }
  });
  small.ExpectSound();
}

// Callers that do not wait are refused or served, and nothing is lost.
TEST(ConcurrentWaits, ImpatientCallersLoseNothing) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(3, 1'000'000);
  const std::uint64_t each = Scaled(20'000);
  std::vector<std::uint64_t> busy(kThreads);
  RunThreads(kThreads, [&](int thread) {
    TransferOptions options;
    if (thread % 3 == 0) options.wait = Wait::Never();
    if (thread % 3 == 1) {
      options.wait = Wait::AtMost(std::chrono::microseconds(1));
    }
    const auto slot = static_cast<std::size_t>(thread);
    for (std::uint64_t i = 0; i < each; ++i) {
      const Receipt receipt = small.ledger.Transfer(
          accounts[(slot + i) % 3], accounts[(slot + i + 1) % 3], Amount(1),
          options);
      if (receipt.ok()) continue;
      ASSERT_EQ(receipt.outcome(), Outcome::kBusy);
      ASSERT_FALSE(options.wait.is_forever());
      ++busy[slot];
    }
  });
  std::uint64_t all_busy = 0;
  for (const std::uint64_t some : busy) all_busy += some;
  const Stats stats = small.ledger.GetStats();
  EXPECT_EQ(stats.of(Outcome::kBusy), all_busy);
  EXPECT_EQ(stats.posted(), kThreads * each - all_busy + 3);
  small.ExpectSound();
}

}  // namespace
}  // namespace lockstep::test
