// Locked and optimistic operations on the same few accounts at once.

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kModeThreads = 8;

// Half of the threads each.
TransferOptions OptionsOf(int thread) {
  return {.mode = thread % 2 == 0 ? Mode::kLocked : Mode::kOptimistic};
}

TEST(ConcurrentModes, BothConserve) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> few = small.Accounts(3, 1'000'000);
  const std::uint64_t each = Scaled(20'000);
  std::vector<std::uint64_t> tried_again(kModeThreads);
  RunThreads(kModeThreads, [&](int thread) {
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
    const TransferOptions options = OptionsOf(thread);
    for (std::uint64_t i = 0; i < each; ++i) {
      const AccountId from = few[random() % 3];
      const AccountId to = few[random() % 3];
      Receipt receipt;
      switch (random() % 3) {
        case 0:
          if (from == to) continue;
          receipt = small.ledger.Transfer(from, to, Amount(1), options);
          break;
        case 1:
          receipt = small.ledger.Post(
              {{from, Amount(-2)}, {to, Amount(1)}, {few[0], Amount(1)}},
              options);
          break;
        default:
          receipt = small.ledger.Transact(
              few,
              [&](AccountStates states) {
                return Decision()
                    .Add(from, Amount(-1))
                    .Add(states[i % 3].id, Amount(1));
              },
              options);
      }
      ASSERT_TRUE(receipt.ok()) << OutcomeName(receipt.outcome());
      ASSERT_LE(receipt.attempts(), RetryPolicy().attempts + 1U);
      if (thread % 2 == 0) {
        ASSERT_EQ(receipt.attempts(), 1U);
      }
      tried_again[static_cast<std::size_t>(thread)] += receipt.attempts() - 1;
    }
  });
  Amount sum;
  for (const AccountId account : few) {
    sum = Add(sum, small.Balance(account)).value();
  }
  EXPECT_EQ(sum, Amount(3'000'000));
  std::uint64_t retries = 0;
  for (const std::uint64_t some : tried_again) retries += some;
  EXPECT_EQ(small.ledger.GetStats().retries, retries);
  EXPECT_EQ(small.ledger.GetStats().refused(), 0U);
  small.ExpectSound();
}

// Those who would rather be refused lose nothing by it.
TEST(ConcurrentModes, ConflictsChangeNothing) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(2, 1'000'000);
  const std::uint64_t each = Scaled(20'000);
  std::vector<std::uint64_t> posted(kModeThreads);
  RunThreads(kModeThreads, [&](int thread) {
    TransferOptions options = OptionsOf(thread);
    options.retry = {.attempts = static_cast<std::uint16_t>(1 + thread / 2),
                     .then = AfterLastAttempt::kRefuse,
                     .base_delay = std::chrono::nanoseconds(0)};
    for (std::uint64_t i = 0; i < each; ++i) {
      // All one way, so that what is lost shows.
      const Receipt receipt =
          small.ledger.Transfer(accounts[0], accounts[1], Amount(1), options);
      if (receipt.ok()) {
        ++posted[static_cast<std::size_t>(thread)];
        continue;
      }
      ASSERT_EQ(receipt.outcome(), Outcome::kConflict);
      ASSERT_EQ(options.mode, Mode::kOptimistic);
      ASSERT_EQ(receipt.attempts(), options.retry.attempts);
    }
  });
  std::uint64_t all = 0;
  for (const std::uint64_t some : posted) all += some;
  EXPECT_EQ(small.Balance(accounts[1]), Amount(1'000'000 + all));
  EXPECT_EQ(small.ledger.GetStats().posted(), all + 2);
  EXPECT_EQ(small.ledger.GetStats().of(Outcome::kConflict),
            kModeThreads * each - all);
  small.ExpectSound();
}

// Two accounts may fall below zero, but not both together below a hundred: that
// no account's own limit says, and each transaction changes only one of them.
TEST(ConcurrentModes, NoWriteSkew) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const AccountOptions overdraft = {.floor = Amount(-1000)};
  const AccountId pair[] = {small.Account(100, overdraft),
                            small.Account(100, overdraft)};
  const AccountId bank = small.Account(1'000'000);
  const std::uint64_t each = Scaled(10'000);
  constexpr std::uint32_t kTooLittle = 7;
  RunThreads(kModeThreads, [&](int thread) {
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
    for (std::uint64_t i = 0; i < each; ++i) {
      const std::size_t mine = random() % 2;
      const Amount amount(1 + random() % 60);
      if (random() % 2 == 0) {
        ASSERT_TRUE(
            small.ledger.Transfer(bank, pair[mine], amount, OptionsOf(thread))
                .ok());
        continue;
      }
      const AccountId declared[] = {pair[0], pair[1], bank};
      const Receipt receipt = small.ledger.Transact(
          declared,
          [&](AccountStates states) {
            const Amount both =
                Add(states[0].balance, states[1].balance).value();
            if (Subtract(both, amount).value() < Amount(100)) {
              return Decision::Refuse(kTooLittle);
            }
            return Decision().Move(pair[mine], bank, amount);
          },
          OptionsOf(thread));
      if (receipt.ok()) continue;
      ASSERT_TRUE(receipt.refusal().reason == kTooLittle ||
                  receipt.outcome() == Outcome::kInsufficientFunds)
          << OutcomeName(receipt.outcome());
    }
  });
  // Each that paid out saw what was there: so it holds at every moment.
  EXPECT_GE(Add(small.Balance(pair[0]), small.Balance(pair[1])).value(),
            Amount(100));
  small.ExpectSound();
}

// Money goes round among all; whoever reads all of them at once sees all of it.
TEST(ConcurrentReads, SeeOneMoment) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  // Few enough for a look, and so many that it takes a snapshot.
  for (const std::size_t count : {std::size_t{4}, kMaxLegs + 10}) {
    const std::vector<AccountId> accounts =
        small.Accounts(static_cast<int>(count), 100);
    const std::uint64_t each = Scaled(count > kMaxLegs ? 3'000 : 20'000);
    RunThreads(kModeThreads, [&](int thread) {
      std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
      for (std::uint64_t i = 0; i < each; ++i) {
        if (thread >= 6) {
          std::vector<AccountState> states =
              small.ledger.Read(accounts).value();
          Amount sum;
          for (const AccountState& state : states) {
            sum = Add(sum, state.balance).value();
          }
          ASSERT_EQ(sum, Amount(100 * count));
          continue;
        }
        const Outcome outcome =
            small.ledger
                .Transfer(accounts[random() % count],
                          accounts[random() % count], Amount(1 + random() % 50),
                          OptionsOf(thread))
                .outcome();
        ASSERT_TRUE(outcome == Outcome::kOk ||
                    outcome == Outcome::kSameAccount ||
                    outcome == Outcome::kInsufficientFunds)
            << OutcomeName(outcome);
      }
    });
  }
  small.ExpectSound();
}

}  // namespace
}  // namespace lockstep::test
