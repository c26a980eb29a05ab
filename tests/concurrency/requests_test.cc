// Linked transfers, flows and limits on the same few accounts at once.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kRequesters = 8;

Mode ModeOf(int thread) {
  return thread % 2 == 0 ? Mode::kLocked : Mode::kOptimistic;
}

// Money goes round a ring in linked transfers, each of which only passes on
// what the one before brings: whoever looks finds all of it in one place.
TEST(ConcurrentRequests, LinkedTransfersAreOne) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> ring = small.Accounts(4);
  ASSERT_TRUE(small.ledger.Transfer(small.issuer, ring[0], Amount(100)).ok());
  const std::uint64_t each = Scaled(5'000);
  std::atomic<int> posting = kRequesters - 2;
  RunThreads(kRequesters, [&](int thread) {
    if (thread >= kRequesters - 2) {
      JournalCursor cursor = small.ledger.OpenJournal().value();
      std::size_t rows = 0;
      while (posting > 0) {
        const std::vector<AccountState> states =
            small.ledger.Read(ring).value();
        int rich = 0;
        for (const AccountState& state : states) {
          if (state.balance.is_zero()) continue;
          ASSERT_EQ(state.balance, Amount(100));
          ++rich;
        }
        ASSERT_EQ(rich, 1);
        // Two rows that fund the ring, then whole batches of four.
        rows += cursor.Read(SIZE_MAX)->entries.size();
        ASSERT_EQ(rows % 4, 2U);
      }
      return;
    }
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
    for (std::uint64_t i = 0; i < each; ++i) {
      const std::size_t at = random() % 4;
      const Leg first[] = {{ring[at], Amount(-100)},
                           {ring[(at + 1) % 4], Amount(100)}};
      const Leg second[] = {{ring[(at + 1) % 4], Amount(-100)},
                            {ring[(at + 2) % 4], Amount(100)}};
      const TransferRequest both[] = {{.legs = first}, {.legs = second}};
      const BatchResult result =
          small.ledger.PostAll(both, {}, {.mode = ModeOf(thread)});
      ASSERT_TRUE(result.ok() || result.outcome == Outcome::kInsufficientFunds)
          << OutcomeName(result.outcome);
    }
    --posting;
  });
  small.ExpectSound();
}

// Who sweeps an account leaves nothing, whoever fills it meanwhile, and no
// limit that is set is ever broken.
TEST(ConcurrentRequests, FlowsAndLimitsHold) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> few = small.Accounts(3, 1'000);
  const std::uint64_t each = Scaled(5'000);
  RunThreads(kRequesters, [&](int thread) {
    std::mt19937_64 random(seed * 1000 + static_cast<std::uint64_t>(thread));
    const TransferOptions options = {.mode = ModeOf(thread)};
    for (std::uint64_t i = 0; i < each; ++i) {
      const AccountId from = few[random() % 3];
      const AccountId to = few[random() % 3];
      const AccountId third = few[random() % 3];
      const Amount amount(1 + random() % 100);
      if (random() % 16 == 0) {
        const Amount balance = small.Balance(from);
        const Outcome outcome =
            small.ledger.SetLimits(from, Subtract(balance, amount).value(),
                                   Add(balance, amount).value());
        ASSERT_TRUE(outcome == Outcome::kOk ||
                    outcome == Outcome::kOutsideLimits);
        continue;
      }
      if (random() % 8 == 0) {
        ASSERT_NE(small.ledger.SetLimits(from, Amount(-1'000), Amount::Max()),
                  Outcome::kInvalidLimits);
        continue;
      }
      const Flow flows[] = {{.from = from, .to = to, .at_most = amount},
                            {.from = third, .to = to, .shares_limit = true}};
      const Condition rule[] = {Require::BalanceAtLeast(third, Amount(-2'000))};
      const Receipt receipt = small.ledger.Post(
          {.flows = flows, .conditions = rule, .options = options});
      if (!receipt.ok()) continue;
      Amount moved;
      for (const Amount flowed : receipt.flowed()) {
        moved = Add(moved, flowed).value();
      }
      ASSERT_LE(moved, amount);
      ASSERT_GT(moved, Amount(0));
    }
  });
  Amount sum;
  for (const AccountId account : few) {
    sum = Add(sum, small.Balance(account)).value();
  }
  EXPECT_EQ(sum, Amount(3'000));
  small.ExpectSound();
}

}  // namespace
}  // namespace lockstep::test
