#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

// More threads than there are slots, one after the other: each gives its slot
// back as it ends, and sequences go on rising along the slots.
TEST(ConcurrentSessions, EndedThreadsGiveTheirSlotBack) {
  const Watchdog watchdog;
  SmallLedger small;
  const AccountId from = small.Account(1'000'000);
  const AccountId to = small.Account();
  std::set<Sequence> seen;
  Sequence last;
  for (std::uint32_t i = 0; i < Sequence::kMaxSlots + 100; ++i) {
    Receipt receipt;
    std::thread([&] {
      receipt = small.ledger.Transfer(from, to, Amount(1));
    }).join();
    ASSERT_TRUE(receipt.ok()) << OutcomeName(receipt.outcome());
    ASSERT_GT(receipt.sequence(), last);
    last = receipt.sequence();
  }
  EXPECT_EQ(small.Balance(to), Amount(Sequence::kMaxSlots + 100));
}

// Slots wander between threads while others post; no sequence comes twice.
TEST(ConcurrentSessions, ReusedSlotsKeepSequencesUnique) {
  const Watchdog watchdog;
  SmallLedger small;
  constexpr int kThreads = 4;
  const std::vector<AccountId> accounts =
      small.Accounts(2 * kThreads, 1'000'000);
  const std::uint64_t rounds = Scaled(300);
  std::vector<std::vector<Sequence>> seen(kThreads);
  RunThreads(kThreads, [&](int thread) {
    const auto slot = static_cast<std::size_t>(thread);
    for (std::uint64_t round = 0; round < rounds; ++round) {
      Session session = small.ledger.OpenSession().value();
      for (int i = 0; i < 10; ++i) {
        // Each thread has accounts of its own: only the slot keeps their
        // sequences apart.
        const Receipt receipt = session.Transfer(
            accounts[2 * slot], accounts[2 * slot + 1], Amount(1));
        ASSERT_TRUE(receipt.ok());
        seen[slot].push_back(receipt.sequence());
      }
    }
  });
  std::set<Sequence> all;
  std::size_t count = 0;
  for (const std::vector<Sequence>& some : seen) {
    count += some.size();
    all.insert(some.begin(), some.end());
  }
  EXPECT_EQ(all.size(), count);
}

// A ledger may go while threads that used it live on, and a new one may come
// where it was.
TEST(ConcurrentSessions, ThreadsOutliveLedgers) {
  const Watchdog watchdog;
  RunThreads(4, [](int) {
    for (int round = 0; round < 20; ++round) {
      SmallLedger small;
      const AccountId account = small.Account(10);
      EXPECT_EQ(small.Balance(account), Amount(10));
    }
  });
}

}  // namespace
}  // namespace lockstep::test
