#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "engine/journal/journal.h"
#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

constexpr int kJournalWriters = 3;

// Posts random transfers between the accounts, so many on each thread.
void Write(Ledger& ledger, const std::vector<AccountId>& accounts,
           std::uint64_t seed, std::uint64_t transfers) {
  std::mt19937_64 random(seed);
  for (std::uint64_t i = 0; i < transfers; ++i) {
    const std::size_t from = random() % accounts.size();
    const std::size_t to =
        (from + 1 + random() % (accounts.size() - 1)) % accounts.size();
    TransferOptions options;
    options.description = i % 7 == 0 ? "every seventh says something" : "";
    ASSERT_TRUE(
        ledger.Transfer(accounts[from], accounts[to], Amount(1), options).ok());
  }
}

// Writers on so many threads, and `read(writing)` on one more; `writing` is how
// many of them have not ended yet.
template <class Read>
void ReadWhileWriting(Ledger& ledger, const std::vector<AccountId>& accounts,
                      std::uint64_t seed, std::uint64_t transfers,
                      const Read& read) {
  std::atomic<int> writing = kJournalWriters;
  RunThreads(kJournalWriters + 1, [&](int thread) {
    if (thread == kJournalWriters) return read(writing);
    Write(ledger, accounts, seed + static_cast<std::uint64_t>(thread),
          transfers);
    --writing;
  });
}

// Follows each account from row to row.
class Follower {
 public:
  void Follow(const JournalBatch& batch) {
    if (batch.missed_transfers != 0) balances_.clear();
    for (const Entry& entry : batch.entries) {
      ++rows_;
      const auto known = balances_.find(entry.account);
      if (known != balances_.end()) {
        ASSERT_EQ(Add(known->second, entry.amount).value(), entry.balance_after)
            << "account " << entry.account.value() << " at "
            << entry.sequence.value();
      }
      balances_[entry.account] = entry.balance_after;
    }
  }
  [[nodiscard]] std::uint64_t rows() const { return rows_; }
  [[nodiscard]] const std::map<AccountId, Amount>& balances() const {
    return balances_;
  }

 private:
  std::map<AccountId, Amount> balances_;
  std::uint64_t rows_ = 0;
};

// A writer goes round many streams, so that a record in one follows those
// before it in the others. No cut may have a record without the ones before.
TEST(ConcurrentJournal, CutsAreClosed) {
  const Watchdog watchdog;
  constexpr std::uint32_t kSlots = 64;
  const auto journal = std::make_shared<engine::Journal>(1 << 20);
  std::vector<engine::Stream*> streams;
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    streams.push_back(&journal->OpenStream(slot));
  }
  const std::uint32_t bytes = engine::RecordBytes(0, 0);
  std::atomic<bool> is_done = false;
  RunThreads(2, [&](int thread) {
    if (thread == 0) {
      engine::LockWait wait(Wait::Forever());
      for (std::uint64_t i = 0; i < Scaled(3'000'000); ++i) {
        engine::Stream& stream = *streams[i % kSlots];
        ASSERT_EQ(stream.Reserve(bytes, wait), Outcome::kOk);
        stream.Publish(engine::WriteRecord(
            stream.place(), Sequence(i + 1, stream.slot()), 1, Tick(),
            TransferOptions(), 0,
            [](std::size_t) { return engine::RecordLeg(); }));
      }
      is_done = true;
      return;
    }
    do {
      // How many times the writer went round each stream: as many as the
      // stream before, or one time less; never more.
      const engine::Cut cut = journal->TakeCut();
      for (std::uint32_t slot = 1; slot < kSlots; ++slot) {
        ASSERT_LE(cut[slot], cut[slot - 1]) << "slot " << slot;
      }
    } while (!is_done);
  });
}

// The cursor's order agrees with every account's own, while all of them are
// being written to.
TEST(ConcurrentJournal, CursorFollowsEveryAccount) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small;
  const std::vector<AccountId> accounts = small.Accounts(8, 1'000'000);
  const std::uint64_t each = Scaled(30'000);
  Follower follower;
  ReadWhileWriting(small.ledger, accounts, seed, each,
                   [&](const std::atomic<int>& writing) {
                     JournalCursor cursor = small.ledger.OpenJournal().value();
                     for (bool is_last = false;;) {
                       const JournalBatch batch = cursor.Read(500).value();
                       ASSERT_EQ(batch.missed_transfers, 0U);
                       ASSERT_NO_FATAL_FAILURE(follower.Follow(batch));
                       if (batch.entries.empty() && is_last) break;
                       is_last = writing == 0;
                     }
                   });
  EXPECT_EQ(follower.rows(), 2 * (kJournalWriters * each + accounts.size()));
  for (const AccountId account : accounts) {
    EXPECT_EQ(follower.balances().at(account), small.Balance(account));
  }
}

// A journal too small for the traffic drops rows, and the cursor says exactly
// how many transfers it missed.
TEST(ConcurrentJournal, CursorCountsWhatItMissed) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small({.journal_bytes = 64 << 10});
  const std::vector<AccountId> accounts = small.Accounts(8, 1'000'000);
  const std::uint64_t each = Scaled(30'000);
  std::uint64_t missed = 0;
  std::uint64_t rows = 0;
  ReadWhileWriting(small.ledger, accounts, seed, each,
                   [&](const std::atomic<int>& writing) {
                     JournalCursor cursor = small.ledger.OpenJournal().value();
                     for (bool is_last = false;;) {
                       const JournalBatch batch = cursor.Read(100).value();
                       missed += batch.missed_transfers;
                       rows += batch.entries.size();
                       if (batch.entries.empty() && is_last) break;
                       is_last = writing == 0;
                     }
                   });
  EXPECT_EQ(rows / 2 + missed, kJournalWriters * each + accounts.size());
  small.ExpectSound();
}

// A history read in the midst of writers has no gap and no row twice.
TEST(ConcurrentJournal, HistoryHasNoGap) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small({.journal_bytes = 256 << 10});
  const std::vector<AccountId> accounts = small.Accounts(4, 1'000'000);
  ReadWhileWriting(
      small.ledger, accounts, seed, Scaled(20'000),
      [&](const std::atomic<int>& writing) {
        while (writing != 0) {
          const History history =
              small.ledger.GetHistory(accounts[0], {.limit = 300}).value();
          for (std::size_t i = 1; i < history.entries.size(); ++i) {
            const Entry& newer = history.entries[i - 1];
            const Entry& older = history.entries[i];
            ASSERT_LT(older.sequence, newer.sequence);
            ASSERT_EQ(Add(older.balance_after, newer.amount).value(),
                      newer.balance_after);
          }
        }
      });
}

// The audit finds nothing wrong at any moment.
TEST(ConcurrentAudit, BooksBalanceWhileTransfersRun) {
  const Watchdog watchdog;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  SmallLedger small({.journal_bytes = 512 << 10});
  const std::vector<AccountId> accounts = small.Accounts(16, 1'000'000);
  ReadWhileWriting(small.ledger, accounts, seed, Scaled(20'000),
                   [&](const std::atomic<int>& writing) {
                     while (writing != 0) {
                       ASSERT_NO_FATAL_FAILURE(small.ExpectSound());
                       ASSERT_TRUE(small.ledger.Digest());
                     }
                   });
}

}  // namespace
}  // namespace lockstep::test
