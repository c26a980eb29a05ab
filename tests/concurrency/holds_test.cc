// Holds that are placed, captured, released and expire while others pay.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <random>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kHolders = 8;

TransferOptions HoldOptionsOf(int thread) {
  return {.mode = thread % 2 == 0 ? Mode::kLocked : Mode::kOptimistic};
}

// Every hold is fought for by all threads, and won once.
TEST(ConcurrentHolds, EachIsResolvedOnce) {
  const Watchdog watchdog;
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(3, 1'000'000);
  const std::uint64_t holds = Scaled(4'000);
  std::vector<HoldId> placed;
  for (std::uint64_t i = 0; i < holds; ++i) {
    placed.push_back(
        small.ledger
            .Hold({{accounts[i % 2], Amount(-3)}, {accounts[2], Amount(3)}},
                  Tick(1 + i))
            .sequence());
  }
  std::vector<std::atomic<int>> resolved(holds);
  std::atomic<std::uint64_t> captured = 0;
  RunThreads(kHolders, [&](int thread) {
    for (std::uint64_t i = 0; i < holds; ++i) {
      if (thread == kHolders - 1) {
        ASSERT_EQ(small.ledger.Advance(Tick(1 + i)), Outcome::kOk);
        continue;
      }
      // From the end on, where time has not come to yet.
      const std::uint64_t which = holds - 1 - i;
      const bool captures = thread % 3 != 0;
      const Receipt receipt =
          captures
              ? small.ledger.Capture(placed[which], {}, HoldOptionsOf(thread))
              : small.ledger.Release(placed[which], HoldOptionsOf(thread));
      if (receipt.ok()) {
        ++resolved[which];
        if (captures) ++captured;
        continue;
      }
      ASSERT_TRUE(receipt.outcome() >= Outcome::kUnknownHold &&
                  receipt.outcome() <= Outcome::kHoldExpired)
          << OutcomeName(receipt.outcome());
    }
  });
  for (std::uint64_t i = 0; i < holds; ++i) {
    ASSERT_LE(resolved[i], 1);
    const Result<HoldInfo> info = small.ledger.GetHold(placed[i]);
    if (!info) continue;  // so many are not remembered
    ASSERT_NE(info->status, HoldStatus::kOpen);
    ASSERT_EQ(resolved[i] == 1, info->status != HoldStatus::kExpired);
  }
  EXPECT_EQ(small.Balance(accounts[2]),
            Amount(1'000'000 + 3 * captured.load()));
  for (const AccountId account : accounts) {
    EXPECT_EQ(small.ledger.GetAccount(account)->held, Amount(0));
  }
  small.ExpectSound();
}

// Placed and resolved beside transfers, limits, snapshots and audits.
TEST(ConcurrentHolds, TheBooksStayWhole) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> few = small.Accounts(4, 1'000);
  const std::uint64_t each = Scaled(4'000);
  std::atomic<std::uint64_t> now = 1;
  RunThreads(kHolders, [&](int thread) {
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
    const TransferOptions options = HoldOptionsOf(thread);
    std::vector<HoldId> mine;
    for (std::uint64_t i = 0; i < each; ++i) {
      const AccountId from = few[random() % 4];
      const AccountId to = few[random() % 4];
      const Amount amount(1 + random() % 50);
      switch (random() % 8) {
        case 0:
        case 1: {
          if (from == to) break;
          const Receipt receipt = small.ledger.Hold(
              {{from, Negate(amount).value()}, {to, amount}},
              Tick(random() % 2 == 0 ? 0 : now + 2 + random() % 50), options);
          if (receipt.ok()) mine.push_back(receipt.sequence());
          break;
        }
        case 2:
        case 3:
          if (mine.empty()) break;
          static_cast<void>(random() % 2 == 0
                                ? small.ledger.Capture(mine.back(), {}, options)
                                : small.ledger.Release(mine.back(), options));
          mine.pop_back();
          break;
        case 4:
          // Others may be ahead by now.
          static_cast<void>(small.ledger.Advance(Tick(++now)));
          break;
        case 5:
          if (i % 64 == 0) {
            ASSERT_TRUE(small.ledger.Audit()->ok);
          }
          break;
        case 6: {
          const Flow flow[] = {{.from = from, .to = to, .at_most = amount}};
          static_cast<void>(
              small.ledger.Post({.flows = flow, .options = options}));
          break;
        }
        default:
          static_cast<void>(small.ledger.Transfer(from, to, amount, options));
      }
    }
    for (const HoldId hold : mine) {
      static_cast<void>(small.ledger.Release(hold, options));
    }
  });
  for (const AccountId account : few) {
    EXPECT_EQ(small.ledger.GetAccount(account)->held, Amount(0));
  }
  small.ExpectSound();
}

}  // namespace
}  // namespace lockstep::test
