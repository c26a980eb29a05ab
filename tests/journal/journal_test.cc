#include "engine/journal/journal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "engine/journal/journal_reader.h"
#include "engine/journal/stream.h"
#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

// A journal with streams to write to by hand.
struct HandJournal {
  explicit HandJournal(std::uint64_t max_bytes = 1 << 20)
      : journal(std::make_shared<Journal>(max_bytes)) {}

  // Appends a record without legs but with a description.
  void Write(std::uint32_t slot, std::uint64_t counter,
             const std::string& description = "") {
    Stream& stream = journal->OpenStream(slot);
    LockWait wait(Wait::Forever());
    const std::uint32_t bytes = RecordBytes(0, description.size());
    ASSERT_EQ(stream.Reserve(bytes, wait), Outcome::kOk);
    TransferOptions options;
    options.description = description;
    stream.Publish(WriteRecord(stream.place(), Sequence(counter, slot), 1,
                               Tick(), options, 0,
                               [](std::size_t) { return RecordLeg(); }));
  }

  // The counters of the records in a view, forwards or backwards.
  static std::vector<std::uint64_t> Forward(const JournalView& view) {
    std::vector<std::uint64_t> counters;
    ForwardReader reader(view, {});
    for (RecordView record; reader.Peek(record); reader.Pop()) {
      counters.push_back(record.head().sequence.counter());
    }
    return counters;
  }
  static std::vector<std::uint64_t> Backward(const JournalView& view) {
    std::vector<std::uint64_t> counters;
    BackwardReader reader(view);
    for (RecordView record; reader.Next(record);) {
      counters.push_back(record.head().sequence.counter());
    }
    return counters;
  }

  JournalView View() const { return journal->View(journal->TakeCut(), {}); }

  std::shared_ptr<Journal> journal;
};

using Counters = std::vector<std::uint64_t>;

TEST(Journal, EmptyIsEmpty) {
  const HandJournal hand;
  EXPECT_EQ(HandJournal::Forward(hand.View()), Counters{});
  EXPECT_EQ(HandJournal::Backward(hand.View()), Counters{});
}

TEST(Journal, MergesStreamsBySequence) {
  HandJournal hand;
  hand.Write(0, 1);
  hand.Write(2, 2);
  hand.Write(0, 5);
  hand.Write(1, 3);
  hand.Write(1, 4);
  hand.Write(2, 6);
  EXPECT_EQ(HandJournal::Forward(hand.View()), (Counters{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(HandJournal::Backward(hand.View()), (Counters{6, 5, 4, 3, 2, 1}));
}

TEST(Journal, EqualCountersGoBySlot) {
  HandJournal hand;
  hand.Write(1, 7);
  hand.Write(0, 7);
  std::vector<std::uint32_t> slots;
  const JournalView view = hand.View();
  ForwardReader reader(view, {});
  for (RecordView record; reader.Peek(record); reader.Pop()) {
    slots.push_back(record.head().sequence.slot());
  }
  EXPECT_EQ(slots, (std::vector<std::uint32_t>{0, 1}));
}

TEST(Journal, ViewsStopAtTheirCut) {
  HandJournal hand;
  hand.Write(0, 1);
  const JournalView view = hand.View();
  hand.Write(0, 2);
  hand.Write(1, 3);
  EXPECT_EQ(HandJournal::Forward(view), Counters{1});
  EXPECT_EQ(HandJournal::Backward(view), Counters{1});
}

// Records of many sizes fill several chunks, whose ends they never meet
// exactly; none is lost or split.
TEST(Journal, GoesOnFromChunkToChunk) {
  HandJournal hand;
  Counters written;
  for (std::uint64_t counter = 1; counter <= 5000; ++counter) {
    hand.Write(0, counter, std::string(counter % 200, 'x'));
    written.push_back(counter);
  }
  const JournalView view = hand.View();
  EXPECT_GT(view.pieces()[0].size(), 3U);
  EXPECT_EQ(HandJournal::Forward(view), written);
  ForwardReader reader(view, {});
  for (RecordView record; reader.Peek(record); reader.Pop()) {
    const std::uint64_t counter = record.head().sequence.counter();
    ASSERT_EQ(record.description(), std::string(counter % 200, 'x'));
  }
  std::reverse(written.begin(), written.end());
  EXPECT_EQ(HandJournal::Backward(view), written);
}

// Over its bound the journal drops the oldest chunk of all, and its horizon
// says from where on nothing is missing.
TEST(Journal, DropsTheOldestFirst) {
  HandJournal hand(2 * kChunkBytes);
  const std::string filler(kMaxDescriptionBytes, 'x');
  hand.Write(1, 1, filler);  // a slot that then stays quiet
  for (std::uint64_t counter = 2; counter <= 3000; ++counter) {
    hand.Write(0, counter, filler);
  }
  const JournalView view = hand.View();
  EXPECT_FALSE(view.horizon().is_none());
  // Two sealed ones and the one being written to; the quiet slot keeps its own.
  EXPECT_EQ(view.pieces()[0].size(), 3U);
  EXPECT_EQ(view.pieces()[1].size(), 1U);
  // Below the horizon the quiet slot's record stands alone.
  EXPECT_EQ(HandJournal::Forward(view).front(), 1U);
  const Counters backward = HandJournal::Backward(view);
  ASSERT_FALSE(backward.empty());
  EXPECT_EQ(backward.front(), 3000U);
  EXPECT_EQ(backward.back(), view.horizon().counter() + 1);
  EXPECT_EQ(backward.size(), 3000U - view.horizon().counter());
}

TEST(Journal, ViewsKeepWhatTheySee) {
  HandJournal hand(kChunkBytes);
  const std::string filler(kMaxDescriptionBytes, 'x');
  hand.Write(0, 1, filler);
  JournalView view = hand.View();
  for (std::uint64_t counter = 2; counter <= 3000; ++counter) {
    hand.Write(0, counter, filler);
  }
  EXPECT_EQ(HandJournal::Forward(view), Counters{1});
  EXPECT_EQ(HandJournal::Forward(hand.View()).back(), 3000U);
  // And longer than the journal itself.
  hand.journal.reset();
  EXPECT_EQ(HandJournal::Forward(view), Counters{1});
}

TEST(Stream, WaitsAtTheGateAsLongAsItsCallerDoes) {
  const auto journal = std::make_shared<Journal>(1 << 20);
  std::atomic<std::uint32_t> gate = 0;
  const std::atomic<std::uint64_t> sealed_through = 0;
  Stream stream(*journal, gate, sealed_through, 0, false);
  static_cast<void>(journal->OpenStream(0));
  LockWait forever(Wait::Forever());
  EXPECT_EQ(stream.Reserve(64, forever), Outcome::kOk);
  gate = 1;
  LockWait never(Wait::Never());
  EXPECT_EQ(stream.Reserve(64, never), Outcome::kBusy);
  LockWait briefly(Wait::AtMost(std::chrono::microseconds(1)));
  EXPECT_EQ(stream.Reserve(64, briefly), Outcome::kBusy);
  EXPECT_EQ(briefly.waits(), 1U);
  gate = 0;
  EXPECT_EQ(stream.Reserve(64, never), Outcome::kOk);
}

}  // namespace
}  // namespace lockstep::engine

namespace lockstep::test {
namespace {

TEST(History, GivesBothSidesOfATransfer) {
  SmallLedger small;
  const AccountId alice = small.Account(1000);
  const AccountId bob = small.Account();
  ASSERT_EQ(small.ledger.Advance(Tick(77)), Outcome::kOk);
  TransferOptions options;
  options.description = "Rent payment";
  options.code = 12;
  options.user_data = {3, 4};
  const Receipt receipt =
      small.ledger.Transfer(alice, bob, Amount(150), options);
  ASSERT_TRUE(receipt.ok());

  const Entry out = small.ledger.GetHistory(alice)->entries.at(0);
  EXPECT_EQ(out.account, alice);
  EXPECT_EQ(out.asset, small.gold);
  EXPECT_EQ(out.amount, Amount(-150));
  EXPECT_EQ(out.balance_after, Amount(850));
  EXPECT_EQ(out.counterpart, bob);
  EXPECT_EQ(out.sequence, receipt.sequence());
  EXPECT_EQ(out.tick, Tick(77));
  EXPECT_EQ(out.leg, 0U);
  EXPECT_EQ(out.code, 12U);
  EXPECT_EQ(out.user_data, (Bits128{3, 4}));
  EXPECT_EQ(out.description, "Rent payment");

  const History bobs = small.ledger.GetHistory(bob).value();
  ASSERT_EQ(bobs.entries.size(), 1U);
  EXPECT_FALSE(bobs.truncated);
  const Entry& in = bobs.entries[0];
  EXPECT_EQ(in.amount, Amount(150));
  EXPECT_EQ(in.balance_after, Amount(150));
  EXPECT_EQ(in.counterpart, alice);
  EXPECT_EQ(in.leg, 1U);
}

TEST(History, KeepsARowForEachLeg) {
  SmallLedger small;
  const AccountId a = small.Account(100);
  const AccountId b = small.Account();
  ASSERT_TRUE(
      small.ledger.Post({{a, Amount(-30)}, {b, Amount(50)}, {a, Amount(-20)}})
          .ok());
  const std::vector<Entry> rows = small.ledger.GetHistory(a)->entries;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].leg, 2U);
  EXPECT_EQ(rows[0].amount, Amount(-20));
  EXPECT_EQ(rows[0].balance_after, Amount(50)) << "after the whole transfer";
  EXPECT_EQ(rows[1].leg, 0U);
  EXPECT_EQ(rows[1].balance_after, Amount(50));
  EXPECT_TRUE(rows[0].counterpart.is_none()) << "more than two accounts' legs";
}

TEST(History, PagesWithoutGapOrRepeat) {
  SmallLedger small;
  const AccountId a = small.Account(1000);
  const AccountId b = small.Account();
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(a, b, Amount(1)).ok());
  }
  std::vector<Sequence> seen;
  HistoryOptions options;
  options.limit = 10;
  for (int pages = 0; pages < 10; ++pages) {
    const History page = small.ledger.GetHistory(b, options).value();
    if (page.entries.empty()) break;
    for (const Entry& entry : page.entries) seen.push_back(entry.sequence);
    options.before = page.entries.back().sequence;
  }
  EXPECT_EQ(seen.size(), 25U);
  EXPECT_TRUE(std::is_sorted(seen.rbegin(), seen.rend()));
  EXPECT_EQ(std::adjacent_find(seen.begin(), seen.end()), seen.end());
}

TEST(History, NeverPartsATransfersRows) {
  SmallLedger small;
  const AccountId a = small.Account(1000);
  const AccountId b = small.Account();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(
        small.ledger.Post({{a, Amount(-2)}, {b, Amount(1)}, {b, Amount(1)}})
            .ok());
  }
  HistoryOptions options;
  options.limit = 3;
  EXPECT_EQ(small.ledger.GetHistory(b, options)->entries.size(), 4U);
}

TEST(History, SaysWhenItIsTruncated) {
  SmallLedger small({.journal_bytes = 1});
  const AccountId a = small.Account(1'000'000);
  const AccountId b = small.Account();
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(a, b, Amount(1)).ok());
  }
  HistoryOptions all;
  all.limit = 1'000'000;
  const History history = small.ledger.GetHistory(b, all).value();
  EXPECT_TRUE(history.truncated);
  EXPECT_LT(history.entries.size(), 3000U);
  EXPECT_GT(history.entries.size(), 500U);
  EXPECT_EQ(history.entries.front().balance_after, Amount(3000));
  small.ExpectSound();
}

// A session that was quiet while others filled the journal many times over has
// a low sequence of its own. What it posts next is new all the same.
TEST(History, ShowsWhatAQuietSessionPosts) {
  SmallLedger small({.journal_bytes = 1});
  const AccountId a = small.Account(1'000'000);
  const AccountId b = small.Account();
  const AccountId c = small.Account();
  Session quiet = small.ledger.OpenSession().value();
  ASSERT_TRUE(small.ledger.CreateAsset({.code = "GEM"}));
  const AccountId gems = small.Account(0, {.asset = AssetId(2)});
  const AccountId gem_issuer = small.ledger.GetAsset(AssetId(2))->issuer;
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(a, b, Amount(1)).ok());
  }
  ASSERT_TRUE(quiet.Transfer(gem_issuer, gems, Amount(1)).ok());
  EXPECT_EQ(small.ledger.GetHistory(gems)->entries.size(), 1U);
  EXPECT_EQ(small.ledger.GetHistory(c)->entries.size(), 0U);
}

TEST(History, Outcomes) {
  SmallLedger off({.journal_bytes = 0});
  EXPECT_EQ(off.ledger.GetHistory(off.issuer).error(), Outcome::kJournalOff);
  EXPECT_EQ(off.ledger.OpenJournal().error(), Outcome::kJournalOff);
  SmallLedger small;
  EXPECT_EQ(small.ledger.GetHistory(AccountId(99)).error(),
            Outcome::kUnknownAccount);
  EXPECT_EQ(small.ledger.GetHistory(AccountId()).error(),
            Outcome::kUnknownAccount);
  const Ledger taken = std::move(small.ledger);
  EXPECT_EQ(small.ledger.GetHistory(AccountId(1)).error(),
            Outcome::kLedgerClosed);
  EXPECT_EQ(small.ledger.OpenJournal().error(), Outcome::kLedgerClosed);
}

TEST(JournalCursor, GoesOnWhereItStopped) {
  SmallLedger small;
  JournalCursor cursor = small.ledger.OpenJournal().value();
  EXPECT_TRUE(cursor.Read()->entries.empty());
  const AccountId a = small.Account(100);
  const AccountId b = small.Account();
  EXPECT_EQ(cursor.Read()->entries.size(), 2U);
  EXPECT_TRUE(cursor.Read()->entries.empty());
  for (int i = 1; i <= 5; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(a, b, Amount(i)).ok());
  }
  JournalBatch batch = cursor.Read(5).value();
  ASSERT_EQ(batch.entries.size(), 4U) << "whole transfers only";
  EXPECT_EQ(batch.entries[1].amount, Amount(1));
  EXPECT_EQ(batch.entries[3].amount, Amount(2));
  batch = cursor.Read(1).value();
  ASSERT_EQ(batch.entries.size(), 2U) << "one transfer at least";
  EXPECT_EQ(batch.entries[1].amount, Amount(3));
  EXPECT_EQ(cursor.Read()->entries.size(), 4U);
  EXPECT_EQ(batch.missed_transfers, 0U);
}

// A session fills a chunk to the brim and then stays quiet until the chunk is
// dropped: what was in it was missed, though nothing came after.
TEST(JournalCursor, CountsWhatAQuietSessionLost) {
  SmallLedger small({.journal_bytes = 1});
  const AccountId a = small.Account(1'000'000);
  const AccountId b = small.Account();
  Session quiet = small.ledger.OpenSession().value();
  constexpr std::uint64_t kQuiet = 600;
  for (std::uint64_t i = 0; i < kQuiet; ++i) {
    ASSERT_TRUE(quiet.Transfer(a, b, Amount(1)).ok());
  }
  constexpr std::uint64_t kBusy = 5000;
  for (std::uint64_t i = 0; i < kBusy; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(a, b, Amount(1)).ok());
  }
  JournalCursor cursor = small.ledger.OpenJournal().value();
  std::uint64_t seen = 0;
  std::uint64_t missed = 0;
  for (;;) {
    const JournalBatch batch = cursor.Read(100).value();
    seen += batch.entries.size() / 2;
    missed += batch.missed_transfers;
    if (batch.entries.empty()) break;
  }
  EXPECT_EQ(seen + missed, 1 + kQuiet + kBusy);
  EXPECT_GT(missed, 0U);
}

TEST(Journal, EmptyChunksTellHowMuchWasMissed) {
  const auto journal = std::make_shared<engine::Journal>(1);
  engine::Stream& quiet = journal->OpenStream(0);
  engine::Stream& busy = journal->OpenStream(1);
  std::uint64_t counter = 0;
  std::uint64_t quiets = 0;
  const auto write = [&](engine::Stream& stream) {
    engine::LockWait wait(Wait::Forever());
    ASSERT_EQ(stream.Reserve(engine::RecordBytes(0, 0), wait), Outcome::kOk);
    stream.Publish(engine::WriteRecord(
        stream.place(), Sequence(++counter, stream.slot()), 1, Tick(),
        TransferOptions(), 0, [](std::size_t) { return engine::RecordLeg(); }));
    stream.PrepareNext();
  };
  // Until the quiet one has just gone on to a chunk that it never writes to.
  for (const std::uint64_t chunk = quiet.tail() / engine::kChunkBytes;
       quiet.tail() / engine::kChunkBytes == chunk; ++quiets) {
    const std::byte* const before = quiets == 0 ? nullptr : quiet.place();
    write(quiet);
    if (before != nullptr && quiet.place() < before) break;
    if (before != nullptr && quiet.place() > before + 4096) break;
  }
  for (int i = 0; i < 10'000; ++i) write(busy);
  const engine::JournalView view = journal->View(journal->TakeCut(), {});
  engine::ForwardReader reader(view, {});
  std::uint64_t seen = 0;
  for (engine::RecordView record; reader.Peek(record); reader.Pop()) ++seen;
  EXPECT_EQ(seen + reader.missed(), counter);
}

TEST(JournalCursor, OutlivesItsLedger) {
  SmallLedger small;
  static_cast<void>(small.Account(100));
  JournalCursor cursor = small.ledger.OpenJournal().value();
  { const Ledger gone = std::move(small.ledger); }
  EXPECT_EQ(cursor.Read()->entries.size(), 2U);
  const JournalCursor taken = std::move(cursor);
  EXPECT_EQ(cursor.Read().error(), Outcome::kLedgerClosed);
}

TEST(Journal, TakesNoMoreThanItsBound) {
  SmallLedger small({.journal_bytes = 1 << 20});
  const AccountId a = small.Account(1'000'000);
  const AccountId b = small.Account();
  for (int i = 0; i < 30'000; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(a, b, Amount(1)).ok());
  }
  JournalCursor cursor = small.ledger.OpenJournal().value();
  std::uint64_t rows = 0;
  std::uint64_t missed = 0;
  for (;;) {
    const JournalBatch batch = cursor.Read().value();
    if (batch.entries.empty()) break;
    rows += batch.entries.size();
    missed += batch.missed_transfers;
  }
  // 64 bytes a row, and the session's own chunk besides.
  EXPECT_LE(rows * 64, (1U << 20) + (64U << 10));
  EXPECT_GE(rows * 64, (1U << 20) - (64U << 10));
  EXPECT_EQ(rows / 2 + missed, 30'001U);
}

}  // namespace
}  // namespace lockstep::test
