// Snapshots while eight threads post.

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/account_states.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kWriters = 8;

// A ledger in which money goes round, until it is told to stop.
class Bustle {
 public:
  explicit Bustle(int count) : accounts_(small_.Accounts(count, 1000)) {}

  // Half of the writers in optimistic mode; now and then a new account.
  void Write(int writer) {
    std::mt19937_64 random(Seed() * 1000 + static_cast<std::uint64_t>(writer));
    const TransferOptions options = {
        .mode = writer % 2 == 0 ? Mode::kLocked : Mode::kOptimistic};
    while (!is_done_) {
      const AccountId from = Any(random);
      const AccountId to = Any(random);
      const AccountId third = Any(random);
      const auto amount = static_cast<std::int64_t>(1 + random() % 100);
      Outcome outcome = Outcome::kOk;
      if (random() % 2 == 0) {
        outcome =
            small_.ledger.Transfer(from, to, Amount(amount), options).outcome();
      } else {
        outcome = small_.ledger
                      .Post({{from, Amount(-2 * amount)},
                             {to, Amount(amount)},
                             {third, Amount(amount)}},
                            options)
                      .outcome();
      }
      ASSERT_TRUE(outcome == Outcome::kOk || outcome == Outcome::kSameAccount ||
                  outcome == Outcome::kInsufficientFunds)
          << OutcomeName(outcome);
      if (random() % 512 == 0 && small_.ledger.account_count() < 500) {
        const AccountId made = small_.Account();
        static_cast<void>(
            small_.ledger.Transfer(from, made, Amount(1), options));
      }
    }
  }
  void Stop() { is_done_ = true; }

  // The whole of it adds up.
  static void ExpectWhole(const Snapshot& snapshot) {
    Amount sum;
    std::uint64_t count = 0;
    ASSERT_EQ(snapshot.ForEach([&](const AccountState& state) {
      sum = Add(sum, state.balance).value();
      ++count;
    }),
              Outcome::kOk);
    ASSERT_EQ(sum, Amount()) << "issuer and holders together";
    ASSERT_EQ(count, snapshot.account_count());
  }

  SmallLedger& small() { return small_; }
  [[nodiscard]] const Ledger& ledger() const { return small_.ledger; }

 private:
  AccountId Any(std::mt19937_64& random) const {
    return accounts_[random() % accounts_.size()];
  }

  SmallLedger small_{{.journal_bytes = std::uint64_t{1} << 20}};
  const std::vector<AccountId> accounts_;
  std::atomic<bool> is_done_ = false;
};

TEST(ConcurrentSnapshots, NeverSeeATotalThatIsOff) {
  const Watchdog watchdog;
  SCOPED_TRACE(SeedTrace(Seed()));
  for (const int count : {2, 20}) {
    Bustle bustle(count);
    const std::uint64_t rounds = Scaled(1'000);
    RunThreads(kWriters + 1, [&](int thread) {
      if (thread < kWriters) return bustle.Write(thread);
      for (std::uint64_t i = 0; i < rounds; ++i) {
        const Snapshot snapshot = bustle.ledger().TakeSnapshot().value();
        Bustle::ExpectWhole(snapshot);
        if (testing::Test::HasFailure()) break;
      }
      bustle.Stop();
    });
    bustle.small().ExpectSound();
  }
}

// Several threads with several snapshots each, which overlap.
TEST(ConcurrentSnapshots, StayWhatTheyWereWhileOthersComeAndGo) {
  const Watchdog watchdog;
  SCOPED_TRACE(SeedTrace(Seed()));
  Bustle bustle(6);
  constexpr int kReaders = 3;
  const std::uint64_t rounds = Scaled(300);
  std::atomic<int> reading = kReaders;
  RunThreads(kWriters + kReaders, [&](int thread) {
    if (thread < kWriters) return bustle.Write(thread);
    std::mt19937_64 random(Seed() * 77 + static_cast<std::uint64_t>(thread));
    std::vector<std::pair<Snapshot, std::vector<AccountState>>> mine;
    for (std::uint64_t i = 0; i < rounds; ++i) {
      Snapshot snapshot = bustle.ledger().TakeSnapshot().value();
      Bustle::ExpectWhole(snapshot);
      std::vector<AccountState> states = StatesIn(snapshot);
      mine.emplace_back(std::move(snapshot), std::move(states));
      const auto& [old, then] = mine[random() % mine.size()];
      ExpectAgrees(old, then);
      if (mine.size() > 4) {
        std::swap(mine[random() % mine.size()], mine.back());
        mine.pop_back();
      }
      if (testing::Test::HasFailure()) break;
    }
    if (--reading == 0) bustle.Stop();
  });
  bustle.small().ExpectSound();
}

// What was over when a snapshot was asked for is in it, and what begins after
// it was there is not.
TEST(ConcurrentSnapshots, CutWhereTheyAreAskedTo) {
  const Watchdog watchdog;
  SCOPED_TRACE(SeedTrace(Seed()));
  Bustle bustle(3);
  const AccountId from = bustle.small().Account(1'000'000);
  const AccountId to = bustle.small().Account();
  const std::uint64_t rounds = Scaled(2'000);
  RunThreads(kWriters + 1, [&](int thread) {
    if (thread < kWriters) return bustle.Write(thread);
    Ledger& ledger = bustle.small().ledger;
    Amount paid;
    for (std::uint64_t i = 0; i < rounds; ++i) {
      if (testing::Test::HasFailure()) break;
      EXPECT_TRUE(ledger.Transfer(from, to, Amount(1)).ok());
      paid = Add(paid, Amount(1)).value();
      const Snapshot snapshot = ledger.TakeSnapshot().value();
      EXPECT_TRUE(ledger.Transfer(from, to, Amount(1)).ok());
      EXPECT_EQ(snapshot.Balance(to).value(), paid);
      paid = Add(paid, Amount(1)).value();
    }
    bustle.Stop();
  });
  bustle.small().ExpectSound();
}

TEST(ConcurrentSnapshots, AuditsClonesAndTotalsAreCleanMeanwhile) {
  const Watchdog watchdog;
  SCOPED_TRACE(SeedTrace(Seed()));
  Bustle bustle(8);
  const AssetId gold = bustle.small().gold;
  const std::uint64_t rounds = Scaled(100);
  std::atomic<int> reading = 2;
  RunThreads(kWriters + 2, [&](int thread) {
    if (thread < kWriters) return bustle.Write(thread);
    for (std::uint64_t i = 0; i < rounds; ++i) {
      if (thread == kWriters) {
        EXPECT_TRUE(bustle.ledger().Audit()->ok);
      } else {
        const Snapshot snapshot = bustle.ledger().TakeSnapshot().value();
        const AssetTotal total = snapshot.Totals()->at(0);
        EXPECT_EQ(total.balances, Amount());
        EXPECT_EQ(total.supply, Amount(8000));
        EXPECT_EQ(snapshot.Histogram(gold, {})->at(0).balances, Amount(8000));
        const Ledger clone = snapshot.Clone().value();
        EXPECT_EQ(clone.Digest().value(), snapshot.Digest().value());
        EXPECT_TRUE(clone.Audit()->ok);
        EXPECT_EQ(clone.Supply(gold).value(), Amount(8000));
      }
      if (testing::Test::HasFailure()) break;
    }
    if (--reading == 0) bustle.Stop();
  });
  bustle.small().ExpectSound();
}

}  // namespace
}  // namespace lockstep::test
