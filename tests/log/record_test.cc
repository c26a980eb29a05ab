#include <gtest/gtest.h>

#include <vector>

#include "engine/log/record_decoder.h"
#include "engine/log/record_encoder.h"
#include "tests/log/log_values.h"

namespace lockstep::engine {
namespace {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kSlot = 7;

template <class Record>
Bytes Encode(const Record& record, RecordBase base) {
  Bytes bytes(MaxEncodedBytes(record));
  ByteWriter writer(bytes.data());
  EncodeRecord(record, base, writer);
  const auto size = static_cast<std::size_t>(writer.place() - bytes.data());
  EXPECT_LE(size, bytes.size());
  bytes.resize(size);
  return bytes;
}

void Decode(RecordDecoder& decoder, RecordBase& base, ByteReader& reader,
            LogRecord& record) {
  decoder.Decode(kSlot, base, reader, record);
}
void Decode(RecordDecoder& decoder, RecordBase& base, ByteReader& reader,
            Creation& creation) {
  decoder.Decode(base, reader, creation);
}

template <class Record>
LogFault FaultOf(std::span<const std::byte> bytes, RecordBase base = {}) {
  RecordDecoder decoder;
  ByteReader reader(bytes);
  Record record;
  Decode(decoder, base, reader, record);
  if (reader.ok() && reader.left() != 0) return LogFault::kLeftOver;
  return reader.fault();
}

template <class Record>
void ExpectToComeBack(const Record& record, RecordBase base) {
  const Bytes bytes = Encode(record, base);
  RecordDecoder decoder;
  ByteReader reader(bytes);
  Record back;
  RecordBase base_read = base;
  Decode(decoder, base_read, reader, back);
  ASSERT_EQ(reader.fault(), LogFault::kNone) << LogFaultText(reader.fault());
  ASSERT_EQ(reader.left(), 0U);
  ASSERT_EQ(Tell(back), Tell(record));
  // No shorter piece is taken for a record.
  const std::size_t step = 1 + bytes.size() / 50;
  for (std::size_t size = 0; size < bytes.size(); size += step) {
    ASSERT_NE(FaultOf<Record>(std::span(bytes).first(size), base),
              LogFault::kNone);
  }
}

TEST(LogRecord, RandomRecordsComeBack) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  for (int i = 0; i < RandomValues::Rounds(5000); ++i) {
    std::uint64_t counter = values.random.Unsigned(50);
    const RecordBase base{counter, Tick(values.random.Unsigned())};
    ASSERT_NO_FATAL_FAILURE(
        ExpectToComeBack(values.Record(values.Kind(), kSlot, counter), base));
  }
}

TEST(LogRecord, RandomCreationsComeBack) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  for (int i = 0; i < RandomValues::Rounds(5000); ++i) {
    std::uint64_t accounts = values.random.Unsigned(31);
    const RecordBase base{accounts, {}};
    ASSERT_NO_FATAL_FAILURE(
        ExpectToComeBack(values.MakeCreation(accounts), base));
  }
}

// Whatever is read is what would have been written: nothing has two forms. So
// bytes that were changed are refused, or say something else.
template <class Record>
void ExpectOneForm(Bytes bytes, RecordBase base, LogValues& values) {
  for (int i = 0; i < 20; ++i) {
    Bytes changed = bytes;
    changed[values.random.Below(changed.size())] =
        static_cast<std::byte>(values.random.Below(256));
    RecordDecoder decoder;
    ByteReader reader(changed);
    Record record;
    RecordBase base_read = base;
    Decode(decoder, base_read, reader, record);
    if (!reader.ok()) continue;
    changed.resize(changed.size() - reader.left());
    ASSERT_EQ(Encode(record, base), changed) << Tell(record);
  }
}

TEST(LogRecord, NothingHasTwoForms) {
  LogValues values;
  SCOPED_TRACE(values.Trace());
  for (int i = 0; i < RandomValues::Rounds(5000); ++i) {
    std::uint64_t counter = values.random.Unsigned(50);
    const RecordBase base{counter, Tick(values.random.Unsigned())};
    const LogRecord record = values.Record(values.Kind(), kSlot, counter);
    ASSERT_NO_FATAL_FAILURE(
        ExpectOneForm<LogRecord>(Encode(record, base), base, values));
    std::uint64_t accounts = values.random.Unsigned(31);
    const RecordBase before{accounts, {}};
    const Creation creation = values.MakeCreation(accounts);
    ASSERT_NO_FATAL_FAILURE(
        ExpectOneForm<Creation>(Encode(creation, before), before, values));
  }
}

// The sizes that docs/log-format.md promises.
TEST(LogRecord, AreCompact) {
  const Leg legs[] = {{AccountId(1'234'567), Amount(-25'000)},
                      {AccountId(7'654'321), Amount(25'000)}};
  LogRecord transfer;
  transfer.sequence = Sequence(1'000'001, kSlot);
  transfer.tick = Tick(1001);
  transfer.legs = legs;
  const RecordBase base{1'000'000, Tick(1000)};
  EXPECT_EQ(Encode(transfer, base).size(), 15U);
  transfer.code = 700;
  transfer.user_data = {0x0123456789ABCDEF, 0xFEDCBA9876543210};
  EXPECT_EQ(Encode(transfer, base).size(), 33U);
  transfer.description = "a sword";
  EXPECT_EQ(Encode(transfer, base).size(), 41U);
}

// --- Records that somebody else wrote ----------------------------------------

// Byte by byte, so that any of them can be wrong.
Bytes HandWritten(std::initializer_list<int> numbers) {
  Bytes bytes;
  for (const int number : numbers) {
    bytes.push_back(static_cast<std::byte>(number));
  }
  return bytes;
}

LogFault HandFault(std::initializer_list<int> numbers) {
  return FaultOf<LogRecord>(HandWritten(numbers));
}

TEST(LogRecord, HandWrittenOneIsRead) {
  // Transfer, pair; counter 1, tick 0; account 1, account 2, -5.
  EXPECT_EQ(HandFault({0, 0x40, 1, 0, 2, 2, 9}), LogFault::kNone);
}

TEST(LogRecord, ImpossibleOnesAreRefused) {
  EXPECT_EQ(HandFault({9, 0x40, 1, 0, 2, 2, 9}), LogFault::kKind);
  EXPECT_EQ(HandFault({kAccountByte, 0, 1, 0}), LogFault::kKind);
  EXPECT_EQ(HandFault({0, 0xC0, 1, 0, 2, 2, 9}), LogFault::kFlags);
  EXPECT_EQ(HandFault({1, 0x10, 1, 0, 1, 0}), LogFault::kFlags);
  EXPECT_EQ(HandFault({0, 0x40, 0, 0, 2, 2, 9}), LogFault::kSequence);
  EXPECT_EQ(HandFault({0, 0x40, 1, 0, 0, 2, 9}), LogFault::kAccount);
  EXPECT_EQ(HandFault({0, 0x40, 1, 0, 1, 2, 9}), LogFault::kAccount);
  EXPECT_EQ(HandFault({0, 0x40, 1, 0, 2, 1, 9}), LogFault::kAccount);
  EXPECT_EQ(HandFault({0, 0x40, 1, 0, 2, 2, 0}), LogFault::kLegs);
  // A pair at length, no leg, too many, one of nothing.
  EXPECT_EQ(HandFault({0, 0, 1, 0, 2, 2, 9, 2, 10}), LogFault::kNotPlain);
  EXPECT_EQ(HandFault({0, 0, 1, 0, 0}), LogFault::kLegs);
  EXPECT_EQ(HandFault({0, 0, 1, 0, 65, 2, 9}), LogFault::kLegs);
  EXPECT_EQ(HandFault({0, 0, 1, 0, 255}), LogFault::kLegs);
  EXPECT_EQ(HandFault({0, 0, 1, 0, 1, 2, 0}), LogFault::kLegs);
  // Code, user data, description of nothing.
  EXPECT_EQ(HandFault({0, 0x41, 1, 0, 2, 2, 9, 0}), LogFault::kNotPlain);
  EXPECT_EQ(HandFault({0, 0x42, 1, 0, 2, 2, 9, 0, 0, 0, 0, 0,
                       0, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0}),
            LogFault::kNotPlain);
  EXPECT_EQ(HandFault({0, 0x44, 1, 0, 2, 2, 9, 0}), LogFault::kNotPlain);
  EXPECT_EQ(HandFault({0, 0x44, 1, 0, 2, 2, 9, 200, 'a'}), LogFault::kCutShort);
  // Accounts that were only seen: none, too many, not rising.
  EXPECT_EQ(HandFault({0, 0x60, 1, 0, 2, 2, 9, 0}), LogFault::kNotPlain);
  EXPECT_EQ(HandFault({0, 0x60, 1, 0, 2, 2, 9, 0x81, 2}), LogFault::kAccount);
  EXPECT_EQ(HandFault({0, 0x60, 1, 0, 2, 2, 9, 2, 6, 0}), LogFault::kAccount);
  // Captures: of no hold, more than the leg, of nothing, of all at length.
  EXPECT_EQ(HandFault({4, 0xC0, 1, 0, 0, 2, 2, 9}), LogFault::kSequence);
  EXPECT_EQ(HandFault({4, 0x40, 1, 0, 0x80, 8, 2, 2, 9, 11, 10}),
            LogFault::kParts);
  EXPECT_EQ(HandFault({4, 0x40, 1, 0, 0x80, 8, 2, 2, 9, 2, 10}),
            LogFault::kParts);
  EXPECT_EQ(HandFault({4, 0x40, 1, 0, 0x80, 8, 2, 2, 9, 0, 0}),
            LogFault::kParts);
  EXPECT_EQ(HandFault({4, 0x40, 1, 0, 0x80, 8, 2, 2, 9, 9, 10}),
            LogFault::kNotPlain);
  EXPECT_EQ(HandFault({4, 0x40, 1, 0, 0x80, 8, 2, 2, 9, 7, 8}),
            LogFault::kNone);
  // Statuses, limits, routes.
  EXPECT_EQ(HandFault({1, 0, 1, 0, 1, 5}), LogFault::kStatus);
  EXPECT_EQ(HandFault({1, 0, 1, 0, 0, 1}), LogFault::kAccount);
  EXPECT_EQ(HandFault({2, 0, 1, 0, 1, 4, 2}), LogFault::kLimits);
  EXPECT_EQ(HandFault({8, 0, 1, 0, 1, 1, 1, 2}), LogFault::kReserved);
  EXPECT_EQ(HandFault({8, 0, 1, 0, 0xFF, 0xFF, 7, 1, 1, 1}),
            LogFault::kNotShort);
}

TEST(LogRecord, HugeCountsOfIdsAreRefused) {
  const std::vector<int> front = {
      0, 0x48, 1, 0, 2, 2, 9, 1, 0, 0, 0, 0,
      0, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0, 0};  // the id, and its number
  const auto fault = [&](std::initializer_list<int> rest) {
    Bytes bytes;
    for (const int number : front)
      bytes.push_back(static_cast<std::byte>(number));
    const Bytes behind = HandWritten(rest);
    bytes.insert(bytes.end(), behind.begin(), behind.end());
    return FaultOf<LogRecord>(bytes);
  };
  EXPECT_EQ(fault({0, 0, 0}), LogFault::kNone);
  EXPECT_EQ(fault({0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0}), LogFault::kId);
  EXPECT_EQ(fault({0xFF, 0x7F, 0, 0}), LogFault::kCutShort);
  EXPECT_EQ(fault({0, 65, 0}), LogFault::kId);
  EXPECT_EQ(fault({0, 0, 33}), LogFault::kId);
  EXPECT_EQ(fault({0, 0, 1, 1}), LogFault::kId);  // it flowed backwards
  EXPECT_EQ(fault({0, 2, 4, 0, 0, 0, 0}), LogFault::kAccount);
}

TEST(LogRecord, SequencesEnd) {
  const Bytes bytes = HandWritten({0, 0x40, 1, 0, 2, 2, 9});
  const std::uint64_t most = Sequence::kMaxCounter;
  EXPECT_EQ(FaultOf<LogRecord>(bytes, {most - 1, {}}), LogFault::kNone);
  EXPECT_EQ(FaultOf<LogRecord>(bytes, {most, {}}), LogFault::kSequence);
}

LogFault CreationFault(std::initializer_list<int> numbers,
                       std::uint64_t accounts = 0) {
  return FaultOf<Creation>(HandWritten(numbers), {accounts, {}});
}

TEST(LogRecord, ImpossibleCreationsAreRefused) {
  EXPECT_EQ(CreationFault({32, 0, 1, 2, 0, 0, 1, 'G'}), LogFault::kNone);
  EXPECT_EQ(CreationFault({33, 0, 1, 0}), LogFault::kNone);
  EXPECT_EQ(CreationFault({33, 0, 1, 0}, kMaxAccounts), LogFault::kAccount);
  EXPECT_EQ(CreationFault({0, 0, 1, 0}), LogFault::kKind);
  EXPECT_EQ(CreationFault({32, 1, 1, 2, 0, 0, 1, 'G'}), LogFault::kFlags);
  EXPECT_EQ(CreationFault({32, 0, 0, 2, 0, 0, 1, 'G'}), LogFault::kAsset);
  EXPECT_EQ(CreationFault({32, 0, 1, 19, 0, 0, 1, 'G'}), LogFault::kAsset);
  EXPECT_EQ(CreationFault({32, 0, 1, 2, 1, 0, 1, 'G'}), LogFault::kLimits);
  EXPECT_EQ(CreationFault({32, 0, 1, 2, 0, 0, 0}), LogFault::kText);
  EXPECT_EQ(CreationFault({32, 0, 1, 2, 0, 0, 33, 'G'}), LogFault::kCutShort);
  EXPECT_EQ(CreationFault({33, 0, 0xFF, 0xFF, 0xFF, 0x0F, 0}),
            LogFault::kAsset);
  EXPECT_EQ(CreationFault({33, 1, 1, 0, 2, 2}), LogFault::kLimits);
  EXPECT_EQ(CreationFault({33, 1, 1, 0, 1, 1}), LogFault::kLimits);
  EXPECT_EQ(CreationFault({33, 2, 1, 0, 0}), LogFault::kNotPlain);
  EXPECT_EQ(CreationFault({33, 2, 1, 0, 9}), LogFault::kStatus);
  EXPECT_EQ(CreationFault({33, 4, 1, 0, 0}), LogFault::kNotPlain);
  EXPECT_EQ(CreationFault({33, 16, 1, 0, 0}), LogFault::kNotPlain);
}

}  // namespace
}  // namespace lockstep::engine
