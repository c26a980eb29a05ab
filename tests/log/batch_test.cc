#include "engine/log/batch.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "engine/log/batch_writer.h"
#include "engine/log/checksum.h"
#include "tests/log/log_values.h"

namespace lockstep::engine {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint64_t kSeed = 0x5EED;

struct Batch {
  Bytes bytes;
  BatchHead head;
  std::vector<std::string> told;  // its runs and records
};

std::string TellRun(std::uint32_t slot, std::uint64_t epoch) {
  return "slot " + std::to_string(slot) + " epoch " + std::to_string(epoch);
}

// Some runs of some records.
Batch RandomBatch(LogValues& values, std::size_t runs, std::size_t records) {
  Batch batch;
  Bytes room(std::size_t{4} << 20);
  const Tick tick(values.random.Unsigned());
  BatchWriter writer(room, tick);
  std::uint32_t slot = 0;
  for (std::size_t run = 0; run < runs; ++run) {
    slot += static_cast<std::uint32_t>(values.random.Below(3));
    const bool is_last = run + 1 == runs;
    if (is_last) slot = kCreationSlot;
    const std::uint64_t epoch = run + 1;
    std::uint64_t counter = values.random.Unsigned(is_last ? 30 : 50);
    writer.BeginRun(slot, epoch, counter);
    batch.told.push_back(TellRun(slot, epoch));
    for (std::size_t i = 0; i < records; ++i) {
      if (is_last) {
        const Creation creation = values.MakeCreation(counter);
        EXPECT_TRUE(writer.Add(creation));
        batch.told.push_back(Tell(creation));
      } else {
        const LogRecord record = values.Record(values.Kind(), slot, counter);
        EXPECT_TRUE(writer.Add(record));
        batch.told.push_back(Tell(record));
      }
    }
  }
  batch.head.position = values.random.Unsigned(40) * kBatchAlignment;
  batch.head.durable = values.random.Below(batch.head.position + 1);
  batch.head.previous = values.random.engine()();
  batch.head.goes_on = values.random.Maybe();
  const auto bytes = writer.Finish(batch.head, kSeed);
  batch.bytes.assign(bytes.begin(), bytes.end());
  return batch;
}

std::vector<std::string> TellBatch(std::span<const std::byte> bytes,
                                   const BatchHead& head) {
  std::vector<std::string> told;
  RunsReader runs(bytes, head);
  RunHead run;
  std::span<const std::byte> records;
  while (runs.Next(run, records)) {
    told.push_back(TellRun(run.slot, run.epoch));
    RecordsReader reader(run, records, head.tick);
    if (run.slot == kCreationSlot) {
      for (Creation creation; reader.Next(creation);) {
        told.push_back(Tell(creation));
      }
    } else {
      for (LogRecord record; reader.Next(record);) told.push_back(Tell(record));
    }
    EXPECT_EQ(reader.fault(), LogFault::kNone);
  }
  EXPECT_EQ(runs.fault(), LogFault::kNone);
  return told;
}

LogFault FaultOf(std::span<const std::byte> bytes) {
  BatchHead head;
  const LogFault fault = ReadBatchHead(bytes, kSeed, head);
  return fault == LogFault::kNone ? CheckContent(bytes.first(head.bytes), head)
                                  : fault;
}

void MendChecksum(Bytes& bytes) {
  const std::uint64_t checksum = Checksum(std::span(bytes).subspan(8), kSeed);
  std::memcpy(bytes.data(), &checksum, sizeof(checksum));
}

template <class Number>
void Put(Bytes& bytes, std::size_t at, Number number) {
  std::memcpy(bytes.data() + at, &number, sizeof(number));
}

TEST(LogBatch, RandomOnesComeBack) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  for (int i = 0; i < RandomValues::Rounds(200); ++i) {
    const Batch batch = RandomBatch(values, 1 + values.random.Below(6),
                                    1 + values.random.Below(10));
    BatchHead head;
    ASSERT_EQ(ReadBatchHead(batch.bytes, kSeed, head), LogFault::kNone);
    ASSERT_EQ(head, batch.head);
    ASSERT_EQ(CheckContent(batch.bytes, head), LogFault::kNone);
    ASSERT_EQ(TellBatch(batch.bytes, head), batch.told);
  }
}

TEST(LogBatch, EveryTruncationIsFound) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  const Batch batch = RandomBatch(values, 4, 3);
  for (std::size_t size = 0; size < batch.bytes.size(); ++size) {
    // Cut off, or never written: zeros.
    ASSERT_NE(FaultOf(std::span(batch.bytes).first(size)), LogFault::kNone);
    Bytes zeros = batch.bytes;
    std::fill(zeros.begin() + static_cast<std::ptrdiff_t>(size), zeros.end(),
              std::byte{0});
    if (zeros == batch.bytes) continue;
    ASSERT_NE(FaultOf(zeros), LogFault::kNone);
  }
}

TEST(LogBatch, EveryFlippedBitIsFound) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  Batch batch = RandomBatch(values, 4, 3);
  for (std::size_t bit = 0; bit < batch.bytes.size() * 8; ++bit) {
    const auto flip = std::byte{1} << (bit % 8);
    batch.bytes[bit / 8] ^= flip;
    const LogFault fault = FaultOf(batch.bytes);
    ASSERT_TRUE(fault == LogFault::kBatchChecksum ||
                fault == LogFault::kBatchLength)
        << "bit " << bit;
    batch.bytes[bit / 8] ^= flip;
  }
  EXPECT_EQ(FaultOf(batch.bytes), LogFault::kNone);
}

TEST(LogBatch, OfAnotherLogIsNone) {
  LogValues values;
  const Batch batch = RandomBatch(values, 1, 1);
  BatchHead head;
  EXPECT_EQ(ReadBatchHead(batch.bytes, kSeed + 1, head),
            LogFault::kBatchChecksum);
}

TEST(LogBatch, BelongsToOnePlace) {
  BatchHead head;
  head.position = 80;
  head.previous = 7;
  EXPECT_EQ(CheckPlace(head, 80, 7), LogFault::kNone);
  EXPECT_EQ(CheckPlace(head, 88, 7), LogFault::kPosition);
  EXPECT_EQ(CheckPlace(head, 72, 7), LogFault::kPosition);
  EXPECT_EQ(CheckPlace(head, 80, 8), LogFault::kChain);
}

TEST(LogBatch, ZerosAreNone) {
  EXPECT_EQ(FaultOf(Bytes(4096)), LogFault::kNoBatch);
  EXPECT_EQ(FaultOf(Bytes(8)), LogFault::kNoBatch);
  EXPECT_EQ(FaultOf(Bytes()), LogFault::kNoBatch);
}

// One run with one transfer; all that is said of it can be wrong.
Bytes SmallBatch() {
  const Leg legs[] = {{AccountId(1), Amount(-5)}, {AccountId(2), Amount(5)}};
  LogRecord record;
  record.sequence = Sequence(1, 3);
  record.legs = legs;
  Bytes room(4096);
  BatchWriter writer(room, Tick());
  writer.BeginRun(3, 1, 0);
  EXPECT_TRUE(writer.Add(record));
  BatchHead head;
  const auto bytes = writer.Finish(head, kSeed);
  return {bytes.begin(), bytes.end()};
}

template <class Number>
LogFault FaultWith(std::size_t at, Number number) {
  Bytes bytes = SmallBatch();
  Put(bytes, at, number);
  MendChecksum(bytes);
  return FaultOf(bytes);
}

TEST(LogBatch, HostileHeadsAreRefused) {
  ASSERT_EQ(SmallBatch().size(), 56U + 28 + 7 + 5);
  EXPECT_EQ(FaultWith(40, std::uint32_t{96}), LogFault::kNone);
  EXPECT_EQ(FaultWith(40, std::uint32_t{48}), LogFault::kBatchLength);
  EXPECT_EQ(FaultWith(40, std::uint32_t{95}), LogFault::kBatchLength);
  EXPECT_EQ(FaultWith(40, std::uint32_t{104}), LogFault::kBatchLength);
  EXPECT_EQ(FaultWith(40, UINT32_MAX & ~7U), LogFault::kBatchLength);
  EXPECT_EQ(FaultWith(16, std::uint64_t{4}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(24, std::uint64_t{8}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(44, std::uint32_t{2}), LogFault::kRunCount);
  EXPECT_EQ(FaultWith(44, std::uint32_t{0}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(44, UINT32_MAX), LogFault::kRunCount);
  EXPECT_EQ(FaultWith(48, std::uint32_t{0}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(48, std::uint32_t{2}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(52, std::uint8_t{0}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(52, std::uint8_t{2}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(52, std::uint8_t{4}), LogFault::kBatchContent);
  EXPECT_EQ(FaultWith(53, std::uint8_t{2}), LogFault::kReserved);
  EXPECT_EQ(FaultWith(54, std::uint16_t{1}), LogFault::kReserved);
}

TEST(LogBatch, HostileRunsAreRefused) {
  constexpr std::size_t kRun = kBatchHeadBytes;
  EXPECT_EQ(FaultWith(kRun + 8, Sequence::kMaxCounter), LogFault::kSequence);
  EXPECT_EQ(FaultWith(kRun + 8, UINT64_MAX), LogFault::kSequence);
  EXPECT_EQ(FaultWith(kRun + 16, std::uint32_t{1025}), LogFault::kRunSlot);
  EXPECT_EQ(FaultWith(kRun + 16, kCreationSlot), LogFault::kKind);
  EXPECT_EQ(FaultWith(kRun + 20, std::uint32_t{0}), LogFault::kRunCount);
  EXPECT_EQ(FaultWith(kRun + 20, std::uint32_t{2}), LogFault::kRunCount);
  EXPECT_EQ(FaultWith(kRun + 20, UINT32_MAX), LogFault::kRunCount);
  EXPECT_EQ(FaultWith(kRun + 24, std::uint32_t{6}), LogFault::kCutShort);
  EXPECT_EQ(FaultWith(kRun + 24, std::uint32_t{8}), LogFault::kLeftOver);
  EXPECT_EQ(FaultWith(kRun + 24, UINT32_MAX), LogFault::kCutShort);
  EXPECT_EQ(FaultWith(kRun + 28 + 7, std::uint8_t{1}), LogFault::kLeftOver);
}

// Behind a checksum nothing is ever wrong, so it is mended after each change.
TEST(LogBatch, NothingHostileDoesHarm) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  std::uint64_t refused = 0;
  for (int i = 0; i < RandomValues::Rounds(100); ++i) {
    const Batch batch = RandomBatch(values, 1 + values.random.Below(4), 3);
    for (int change = 0; change < 100; ++change) {
      Bytes bytes = batch.bytes;
      for (std::uint64_t n = 1 + values.random.Below(4); n > 0; --n) {
        const std::size_t at = 8 + values.random.Below(bytes.size() - 8);
        bytes[at] = static_cast<std::byte>(
            values.random.Maybe() ? 0xFF : values.random.Below(256));
      }
      MendChecksum(bytes);
      if (FaultOf(bytes) != LogFault::kNone) ++refused;
    }
  }
  EXPECT_GT(refused, 0U);
}

TEST(LogBatch, RunsComeBySlotAndEpoch) {
  const auto fault_of = [](std::uint32_t slot, std::uint64_t epoch) {
    const Leg legs[] = {{AccountId(1), Amount(-5)}, {AccountId(2), Amount(5)}};
    LogRecord record;
    record.legs = legs;
    Bytes room(4096);
    BatchWriter writer(room, Tick());
    record.sequence = Sequence(1, 3);
    writer.BeginRun(3, 5, 0);
    EXPECT_TRUE(writer.Add(record));
    record.sequence = Sequence(2, slot);
    writer.BeginRun(slot, epoch, 1);
    EXPECT_TRUE(writer.Add(record));
    BatchHead head;
    return FaultOf(writer.Finish(head, kSeed));
  };
  EXPECT_EQ(fault_of(3, 6), LogFault::kNone);
  EXPECT_EQ(fault_of(4, 1), LogFault::kNone);
  EXPECT_EQ(fault_of(3, 5), LogFault::kRunOrder);
  EXPECT_EQ(fault_of(3, 4), LogFault::kRunOrder);
  EXPECT_EQ(fault_of(2, 9), LogFault::kRunOrder);
}

// An operation of several records, of which the last may be missing or not
// follow.
TEST(LogBatch, OperationsAreWhole) {
  const auto fault_of = [](bool goes_on, std::uint64_t second) {
    const Leg legs[] = {{AccountId(1), Amount(-5)}, {AccountId(2), Amount(5)}};
    LogRecord record;
    record.legs = legs;
    Bytes room(4096);
    BatchWriter writer(room, Tick());
    writer.BeginRun(0, 1, 0);
    record.sequence = Sequence(1, 0);
    record.goes_on = true;
    EXPECT_TRUE(writer.Add(record));
    record.sequence = Sequence(second, 0);
    record.goes_on = goes_on;
    EXPECT_TRUE(writer.Add(record));
    BatchHead head;
    return FaultOf(writer.Finish(head, kSeed));
  };
  EXPECT_EQ(fault_of(false, 2), LogFault::kNone);
  EXPECT_EQ(fault_of(true, 2), LogFault::kLinked);
  EXPECT_EQ(fault_of(false, 3), LogFault::kSequence);
}

TEST(LogBatch, AddsNothingWhereThereIsNoRoom) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  for (int i = 0; i < RandomValues::Rounds(200); ++i) {
    // Behind the room are bytes that must stay as they are.
    const std::size_t size = 56 + 8 * values.random.Below(100);
    Bytes room(size + 64, std::byte{0xAB});
    const auto usable = std::span(room).first(size);
    BatchWriter writer(usable, Tick());
    std::uint64_t counter = 0;
    writer.BeginRun(0, 1, 0);
    std::uint32_t added = 0;
    for (int n = 0; n < 100; ++n) {
      const std::uint64_t before = counter;
      if (writer.Add(values.Record(EntryKind::kTransfer, 0, counter))) {
        ++added;
      } else {
        counter = before;
      }
    }
    BatchHead head;
    const auto bytes = writer.Finish(head, kSeed);
    ASSERT_LE(bytes.size(), size);
    ASSERT_EQ(head.records, added);
    ASSERT_EQ(FaultOf(bytes), LogFault::kNone);
    for (std::size_t at = size; at < room.size(); ++at) {
      ASSERT_EQ(room[at], std::byte{0xAB});
    }
  }
}

TEST(LogBatch, TakesBack) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  const auto write = [&](bool with_more) {
    Bytes room(std::size_t{1} << 20);
    BatchWriter writer(room, Tick());
    const Leg legs[] = {{AccountId(1), Amount(-5)}, {AccountId(2), Amount(5)}};
    LogRecord record;
    record.legs = legs;
    for (const std::uint32_t slot : {0U, 1U, 2U}) {
      writer.BeginRun(slot, 1, 0);
      if (slot != 1) {
        record.sequence = Sequence(1, slot);
        EXPECT_TRUE(writer.Add(record));
      }
      if (!with_more) continue;
      const BatchWriter::Mark mark = writer.mark();
      std::uint64_t counter = 1;
      EXPECT_TRUE(writer.Add(values.Record(EntryKind::kHold, slot, counter)));
      EXPECT_TRUE(writer.Add(values.Record(EntryKind::kRoute, slot, counter)));
      writer.TakeBack(mark);
    }
    EXPECT_EQ(writer.records(), 2U);
    BatchHead head;
    const auto bytes = writer.Finish(head, kSeed);
    EXPECT_EQ(head.runs, 2U);
    return Bytes(bytes.begin(), bytes.end());
  };
  EXPECT_EQ(write(true), write(false));
}

TEST(LogBatch, OfTimeAlone) {
  Bytes room(64);
  BatchWriter writer(room, Tick(77));
  BatchHead head;
  const auto bytes = writer.Finish(head, kSeed);
  EXPECT_EQ(bytes.size(), kBatchHeadBytes);
  BatchHead back;
  ASSERT_EQ(ReadBatchHead(bytes, kSeed, back), LogFault::kNone);
  EXPECT_EQ(back.tick, Tick(77));
  EXPECT_EQ(FaultOf(bytes), LogFault::kNone);
}

}  // namespace
}  // namespace lockstep::engine
