// A stream of the journal: records below its tail are whole.

#include <memory>

#include "engine/journal/journal.h"
#include "engine/journal/stream.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

constexpr std::uint64_t kJournalBytes = std::uint64_t{1} << 20;

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
                                        1, Tick(), {}, 2, leg_at));
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

constexpr Protocol kProtocols[] = {
    {"tail", 2, Search::kRandom, 50'000, MakeScenario<Tail<2>>},
    {"tail_of_two_readers", 3, Search::kRandom, 50'000, MakeScenario<Tail<3>>},
};

}  // namespace

std::span<const Protocol> JournalProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
