// The journal: records are seen whole, and cuts are closed.

#include <array>
#include <memory>

#include "engine/accounts/account_table.h"
#include "engine/base/tick_clock.h"
#include "engine/journal/journal.h"
#include "engine/journal/journal_reader.h"
#include "engine/posting/poster.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/session_pool.h"
#include "engine/posting/session_state.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

constexpr std::uint64_t kJournalBytes = std::uint64_t{1} << 20;
constexpr engine::Int128 kFloor = -1000;

// Thread 0 appends to a stream; the others read what is below its tail.
template <int kThreads>
class Tail : public Scenario {
 public:
  Tail() { stream_.PrepareNext(); }

  void Run(int thread) override {
    if (thread == 0) {
      for (std::uint64_t i = 0; i < kRecords; ++i) Append(i);
    } else {
      for (int look = 0; look < 2; ++look) Read();
    }
  }

 private:
  static constexpr std::uint64_t kRecords = 2;
  static constexpr std::uint32_t kRecordSize = engine::RecordBytes(2, 0);

  void Append(std::uint64_t number) {
    engine::LockWait wait(Wait::Forever());
    Check(stream_.Reserve(kRecordSize, wait) == Outcome::kOk, "there is room");
    bytes_[number].Store(number + 1);
    const auto leg_at = [number](std::size_t leg) {
      return engine::RecordLeg{AccountId(leg + 1),
                               Amount(static_cast<std::int64_t>(number)),
                               Amount()};
    };
    stream_.Publish(engine::WriteRecord(stream_.place(), Sequence(number + 1),
                                        Tick(), {}, 2, leg_at));
  }

  void Read() {
    const std::uint64_t tail = stream_.tail();
    Check(tail % kRecordSize == 0, "the tail is the end of a record");
    Check(tail >= last_tail_, "tails only rise");
    last_tail_ = kThreads == 2 ? tail : 0;  // one reader's own
    for (std::uint64_t i = 0; i * kRecordSize < tail; ++i) {
      // The bytes are plain memory; this stands for them.
      Check(bytes_[i].Load() == i + 1, "a record below the tail is whole");
    }
  }

  std::shared_ptr<engine::Journal> journal_ =
      std::make_shared<engine::Journal>(kJournalBytes);
  engine::Stream& stream_ = journal_->OpenStream(0);
  Plain bytes_[kRecords];
  std::uint64_t last_tail_ = 0;
};

// The engine's own transfers between three accounts, from two sessions, while
// thread 2 takes cuts and reads them. What it reads must add up: if a record
// is there and one that it depends on is not, a balance does not follow from
// the ones before.
class Books : public Scenario {
 public:
  Books() {
    for (int i = 0; i < kAccounts; ++i) {
      Check(accounts_.ReserveOne(), "there is memory");
      engine::ColdAccount cold;
      cold.ceiling = engine::kInt128Max;  // none
      static_cast<void>(
          accounts_.Add(AssetId(1), kFloor, AccountStatus::kOpen, cold));
    }
  }

 protected:
  static constexpr int kAccounts = 3;

  std::shared_ptr<engine::Journal> journal_ =
      std::make_shared<engine::Journal>(kJournalBytes);

  void Transfer(engine::SessionState& session, int from, int to,
                std::int64_t amount) {
    Receipt receipt = engine::ReceiptWriter::Unfilled();
    poster_.Transfer(session, Id(from), Id(to), Amount(amount), {}, receipt);
    Check(receipt.ok(), "it is posted");
  }

  // Takes cuts until one has so many records.
  void ReadUntil(std::uint64_t records) {
    while (ReadCut() < records) engine::sync::Yield();
  }

 private:
  // How many records it has.
  std::uint64_t ReadCut() {
    const engine::Cut cut = journal_->TakeCut();
    const engine::JournalView view = journal_->View(cut, {});
    engine::ForwardReader reader(view, {});
    std::array<engine::Int128, kAccounts> balances{};
    Sequence last;
    std::uint64_t records = 0;
    engine::RecordView record;
    for (; reader.Peek(record); reader.Pop()) {
      ++records;
      Check(record.head().sequence > last, "records come by sequence");
      last = record.head().sequence;
      for (const engine::RecordLeg& leg : record.legs()) {
        engine::Int128& balance = balances[leg.account.value() - 1];
        balance += engine::ToInt128(leg.amount);
        Check(balance == engine::ToInt128(leg.balance_after),
              "with a record comes what it depends on");
      }
    }
    return records;
  }

  static AccountId Id(int number) {
    return AccountId(static_cast<std::uint64_t>(number) + 1);
  }

  engine::TickClock clock_{TickSource::kHost};
  engine::AccountTable accounts_;
  engine::Poster<Concurrency::kMultiThread> poster_{accounts_, clock_};
};

class CutIsClosed : public Books {
 public:
  CutIsClosed() {
    for (engine::SessionState& session : sessions_) {
      session.stream = &journal_->OpenStream(session.slot);
      session.stream->PrepareNext();
    }
  }

  void Run(int thread) override {
    switch (thread) {
      case 0:
        Transfer(sessions_[0], 0, 1, 1);
        Transfer(sessions_[0], 2, 1, 2);
        break;
      case 1:
        Transfer(sessions_[1], 1, 2, 4);
        break;
      default:
        ReadUntil(3);
    }
  }

 private:
  engine::SessionState sessions_[2] = {engine::SessionState(0),
                                       engine::SessionState(1)};
};

// The same while the pool opens the sessions, and with them their streams.
class CutWhileStreamsOpen : public Books {
 public:
  void Run(int thread) override {
    if (thread == 2) return ReadUntil(2);
    const Result<engine::SessionState*> session = pool_.Acquire();
    Check(session.has_value(), "there are sessions enough");
    Transfer(**session, thread, thread + 1, 1);
    pool_.Release(*session);
  }

 private:
  engine::SessionPool pool_{journal_};
};

constexpr Protocol kProtocols[] = {
    {"tail", 2, Search::kRandom, 20'000, MakeScenario<Tail<2>>},
    {"tail_of_two_readers", 3, Search::kRandom, 20'000, MakeScenario<Tail<3>>},
    {"cut_is_closed", 3, Search::kRandom, 20'000, MakeScenario<CutIsClosed>},
    {"cut_while_streams_open", 3, Search::kRandom, 20'000,
     MakeScenario<CutWhileStreamsOpen>},
};

}  // namespace

std::span<const Protocol> JournalProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
