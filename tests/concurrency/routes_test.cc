// Routes that change while eight threads go by them.

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <span>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kRouteThreads = 8;
constexpr std::uint16_t kClasses = 3;

// By the journal, in the order in which a reader gets it, everything that moved
// went along a route that was allowed just then; whoever reads it meanwhile
// sees no other order; and what is left in the end is what the rows tell.
TEST(ConcurrentRoutes, TheJournalAgreesWithEveryChange) {
  const Watchdog watchdog;
  Ledger ledger = Ledger::Open({.journal_bytes = std::uint64_t{256} << 20,
                                .routes_only = true})
                      .value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  std::vector<AccountId> accounts;
  std::map<AccountId, std::uint16_t> class_of;
  for (std::uint16_t i = 0; i < 2 * kClasses; ++i) {
    const std::uint16_t its = i % kClasses;
    accounts.push_back(
        ledger
            .CreateAccount(
                {.asset = gold, .floor = Amount::Min(), .account_class = its})
            .value());
    class_of[accounts.back()] = its;
  }
  JournalCursor cursor = ledger.OpenJournal().value();
  const std::uint64_t rounds = Scaled(10'000);
  std::vector<Entry> rows;
  const auto read_rows = [&] {
    for (;;) {
      JournalBatch batch = cursor.Read().value();
      EXPECT_EQ(batch.missed_transfers, 0U);
      if (batch.entries.empty()) return;
      rows.insert(rows.end(), batch.entries.begin(), batch.entries.end());
    }
  };
  RunThreads(kRouteThreads, [&](int thread) {
    std::mt19937_64 random(Seed() + static_cast<std::uint64_t>(thread));
    const auto any_class = [&] {
      return static_cast<std::uint16_t>(random() % kClasses);
    };
    for (std::uint64_t i = 0; i < rounds; ++i) {
      if (thread == 0) {
        if (i % 8 == 0) read_rows();
        continue;
      }
      if (thread <= 2) {
        const Route route{any_class(), any_class(), 0};
        const Outcome outcome = random() % 3 != 0 ? ledger.AllowRoute(route)
                                                  : ledger.ForbidRoute(route);
        ASSERT_TRUE(outcome == Outcome::kOk ||
                    outcome == Outcome::kUnknownRoute);
        continue;
      }
      const AccountId from = accounts[random() % accounts.size()];
      const AccountId to = accounts[random() % accounts.size()];
      if (from == to) continue;
      const TransferOptions options = {
          .mode = thread % 2 == 0 ? Mode::kLocked : Mode::kOptimistic};
      const AccountId both[] = {from, to};
      const Receipt receipt =
          thread < 6 ? ledger.Transfer(from, to, Amount(1), options)
                     : ledger.Transact(
                           std::span<const AccountId>(both),
                           [&](AccountStates) {
                             return Decision().Move(from, to, Amount(1));
                           },
                           options);
      ASSERT_TRUE(receipt.ok() ||
                  receipt.outcome() == Outcome::kRouteNotAllowed)
          << OutcomeName(receipt.outcome());
    }
  });
  read_rows();
  std::set<Route> allowed;
  std::uint64_t moved = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Entry& row = rows[i];
    if (row.kind == EntryKind::kRoute) {
      ASSERT_TRUE(row.is_allowed ? allowed.insert(row.route).second
                                 : allowed.erase(row.route) == 1)
          << "row " << i;
      continue;
    }
    if (!row.amount.is_negative()) continue;
    ++moved;
    ASSERT_TRUE(allowed.contains(
        {class_of.at(row.account), class_of.at(row.counterpart), 0}))
        << "row " << i;
  }
  EXPECT_GT(moved, 0U);
  EXPECT_EQ(ledger.GetRoutes().value(),
            std::vector<Route>(allowed.begin(), allowed.end()));
  EXPECT_TRUE(ledger.Audit()->ok);
  const Ledger clone = ledger.Clone().value();
  EXPECT_EQ(clone.Digest().value(), ledger.Digest().value());
}

// Each snapshot has the routes of its moment, whoever changes them and however
// many do.
TEST(ConcurrentRoutes, SnapshotsKeepWhatSeveralChange) {
  const Watchdog watchdog;
  Ledger ledger =
      Ledger::Open({.journal_bytes = 0, .routes_only = true}).value();
  const std::uint64_t rounds = Scaled(20'000);
  RunThreads(4, [&](int thread) {
    if (thread == 0) {
      for (std::uint64_t i = 0; i < rounds; ++i) {
        const Snapshot snapshot = ledger.TakeSnapshot().value();
        const Bits128 digest = snapshot.Digest().value();
        ASSERT_EQ(snapshot.Digest().value(), digest);
      }
      return;
    }
    const Route route{static_cast<std::uint16_t>(thread), 0, 0};
    for (std::uint64_t i = 0; i < rounds; ++i) {
      ASSERT_EQ(ledger.AllowRoute(route), Outcome::kOk);
      ASSERT_EQ(ledger.ForbidRoute(route), Outcome::kOk);
    }
  });
  EXPECT_TRUE(ledger.GetRoutes()->empty());
}

}  // namespace
}  // namespace lockstep::test
