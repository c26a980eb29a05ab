// The journal's readers, its chunks and its cuts, while others post.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/row_follower.h"
#include "engine/explore/scenarios/topics.h"
#include "engine/journal/chunk.h"

namespace lockstep::engine::explore {
namespace {

// The last thread reads the journal with a cursor while the others post.
class CursorAndWriters : public MixedScenario {
 public:
  explicit CursorAndWriters(const Setup& setup, int reads = 1)
      : MixedScenario(setup, {reads == 1 ? "reads the journal"
                                         : "reads the journal twice"}),
        reads_(reads),
        cursor_(ledger().OpenJournal().value()) {
    SkipToEnd();
  }

 protected:
  // What was posted so far is read already.
  void SkipToEnd() {
    while (!cursor_.Read().value().entries.empty()) {
    }
    rows_.Start(ledger());
    StartHistory();
  }

 private:
  void RunOther(int thread) override {
    for (int i = 0; i < reads_; ++i) {
      Read();
      Saw(thread, rows_.transfers());
    }
  }
  void Read() {
    const JournalBatch batch = cursor_.Read().value();
    Require(batch.missed_transfers == 0, "the cursor misses transfers");
    const std::string_view wrong = rows_.Follow(batch.entries);
    Require(wrong.empty(), wrong);
    is_wrong_ |= !wrong.empty();
  }
  std::string CheckMore() override {
    Read();
    if (is_wrong_) return "what is read after the end does not go on";
    return std::string(rows_.CompareWith(ledger()));
  }

  const int reads_;
  JournalCursor cursor_;
  RowFollower rows_;
  bool is_wrong_ = false;
};

class CursorTwice final : public CursorAndWriters {
 public:
  explicit CursorTwice(const Setup& setup) : CursorAndWriters(setup, 2) {}
};

// The same, but who posts does not wait: nobody has its accounts, so it is
// refused only by a reader's gate.
class ImpatientAtTheGate final : public CursorAndWriters {
 public:
  using CursorAndWriters::CursorAndWriters;

  std::string Check() override {
    const std::string wrong = CursorAndWriters::Check();
    if (!wrong.empty()) return wrong;
    const std::vector<Leg> legs = {{account(1), Amount(-1)},
                                   {account(2), Amount(1)}};
    const bool is_busy = PostOne(0, legs).outcome() == Outcome::kBusy;
    return is_busy ? "the gate stays closed" : std::string();
  }

 private:
  Receipt PostOne(int thread, const std::vector<Leg>& legs) override {
    return session(thread).Transfer(legs[0].account, legs[1].account,
                                    legs[1].amount, {.wait = Wait::Never()});
  }
};

// The last thread reads the history of account 1, having looked at it.
class HistoryAndWriters : public MixedScenario {
 public:
  explicit HistoryAndWriters(const Setup& setup)
      : MixedScenario(setup, {"looks at account 2 and at its history"}) {}

 private:
  void RunOther(int thread) override {
    const AccountInfo info = ledger().GetAccount(account(1)).value();
    const lockstep::History history = ledger().GetHistory(account(1)).value();
    Require(!history.truncated, "rows are dropped before their time");
    bool is_there = false;
    Amount balance;
    for (auto row = history.entries.rbegin(); row != history.entries.rend();
         ++row) {
      balance = Add(balance, row->amount).value();
      Require(row->balance_after == balance,
              "an account's history has a gap, or a row twice");
      if (row->sequence != info.version) continue;
      is_there = true;
      Require(row->balance_after == info.balance,
              "a row is not what the account was at its version");
    }
    Require(is_there, "who saw an account does not find the row that made it");
    Require(ledger().GetAccount(account(1))->version >=
                history.entries.front().sequence,
            "a row is there before the account is");
    Saw(thread, history.entries.size());
  }
};

// Posts records to a session until its chunk has room for just one more: the
// next transfer, whatever it is, makes the stream go on in another chunk.
void FillChunk(Session& session, AccountId from, AccountId to) {
  const std::string description(kMaxDescriptionBytes, 'x');
  std::uint32_t used = 0;
  const auto post = [&](std::size_t pairs, std::string_view text) {
    std::vector<Leg> legs;
    for (std::size_t i = 0; i < pairs; ++i) {
      legs.push_back({from, Amount(i % 2 == 0 ? -1 : 1)});
      legs.push_back({to, Amount(i % 2 == 0 ? 1 : -1)});
    }
    session.Post(legs, {.description = text});
    used += RecordBytes(2 * pairs, text.size());
  };
  constexpr std::uint32_t kFull = kChunkBytes - kMaxRecordBytes;
  while (used + kMaxRecordBytes <= kFull) post(kMaxLegs / 2, description);
  // What is left is a whole number of legs, and a head.
  while (used + RecordBytes(2, 0) <= kFull) {
    const std::size_t room = kFull - used - RecordBytes(0, 0);
    const std::size_t legs = room / (RecordBytes(2, 0) - RecordBytes(0, 0)) * 2;
    post(std::min<std::size_t>(legs, kMaxLegs) / 2, {});
  }
}

// The first writer's chunk is nearly full.
class ChunkRollsOver final : public CursorAndWriters {
 public:
  explicit ChunkRollsOver(const Setup& setup) : CursorAndWriters(setup, 2) {
    FillChunk(session(0), account(1), account(2));
    SkipToEnd();
  }
};

// Both writers' chunks are nearly full, and one full chunk is all that the
// journal retains: while the reader is at the first one, it is dropped, and a
// writer may be given it for new records.
class ChunkDropped final : public MixedScenario {
 public:
  explicit ChunkDropped(const Setup& setup)
      : MixedScenario(setup, {"reads the oldest rows"}),
        cursor_(ledger().OpenJournal().value()) {
    // As far as the first record of thread A.
    while (!cursor_.Read().value().entries.empty()) {
    }
    oldest_ = session(0).Transfer(account(1), account(2), Amount(1)).sequence();
    FillRest(0);
    FillRest(1);
    StartHistory();
  }

 private:
  void FillRest(int thread) {
    FillChunk(session(thread), account(2), account(1));
  }

  void RunOther(int thread) override {
    const JournalBatch batch = cursor_.Read(2).value();
    missed_ = batch.missed_transfers;
    Saw(thread, missed_ == 0 ? "all" : "not all");
    Require(!batch.entries.empty(), "nothing is there to read");
    if (missed_ != 0) return;
    Require(batch.entries.size() == 2 && batch.entries[0].sequence == oldest_ &&
                batch.entries[1].sequence == oldest_ &&
                batch.entries[0].amount == Amount(-1) &&
                batch.entries[1].amount == Amount(1) &&
                batch.entries[0].balance_after == Amount(9) &&
                batch.entries[1].balance_after == Amount(11),
            "what is read is written over");
  }

  JournalCursor cursor_;
  Sequence oldest_;
  std::uint64_t missed_ = 0;
};

constexpr std::uint64_t kJournalBytes = std::uint64_t{1} << 20;

LedgerScenario::Setup With(std::vector<std::vector<LegsOf>> work,
                           std::uint64_t journal_bytes = kJournalBytes) {
  return {.balances = {10, 10, 10},
          .work = std::move(work),
          .options = {.journal_bytes = journal_bytes},
          .real_time = false};
}

}  // namespace

std::vector<NamedScenario> JournalScenarios() {
  const LegsOf there = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -2}, {1, 2}};
  const LegsOf on = {{2, -1}, {3, 1}};
  // So many that each of a cut's tries can find that something was posted, and
  // more.
  const std::vector<LegsOf> ten(10, LegsOf{{1, -1}, {2, 1}});
  return {
      {"cursor-and-writer", "two reads of the journal while a thread posts",
       MakeFrom<CursorTwice>(With({{there, back}, {}})), nullptr},
      {"cursor-and-writers",
       "a cut through two streams, one of which depends on the other",
       MakeFrom<CursorAndWriters>(With({{there}, {on}, {}})), nullptr},
      {"cursor-in-a-crowd",
       "two reads of the journal while three threads post round a ring",
       MakeFrom<CursorTwice>(With({{there}, {on}, {{{3, -4}, {1, 4}}}, {}})),
       nullptr},
      {"history-and-writers",
       "an account, and then its history, while two threads post",
       MakeFrom<HistoryAndWriters>(With({{there}, {back}, {}})), nullptr},
      {"chunk-rolls-over", "a stream goes on in a new chunk under a reader",
       MakeFrom<ChunkRollsOver>(With({{there, back}, {}})), nullptr},
      {"chunk-dropped",
       "the journal drops, and uses anew, the chunk that is being read",
       MakeFrom<ChunkDropped>(With({{there}, {back, on}, {}}, kChunkBytes)),
       nullptr},
      {"cut-closes-the-gate",
       "a cut that finds no quiet moment makes the writer wait",
       MakeFrom<CursorAndWriters>(With({ten, {}})), nullptr},
      {"impatient-at-the-gate",
       "a cut that makes the writer wait, who does not want to",
       MakeFrom<ImpatientAtTheGate>(With({ten, {}})), nullptr},
  };
}

}  // namespace lockstep::engine::explore
