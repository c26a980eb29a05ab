#include "engine/log/log_bytes.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "tests/money/random_values.h"

namespace lockstep::engine {
namespace {

using Bytes = std::vector<std::byte>;

Bytes BytesOf(std::initializer_list<int> numbers) {
  Bytes bytes;
  for (const int number : numbers)
    bytes.push_back(static_cast<std::byte>(number));
  return bytes;
}

template <class Write>
Bytes Written(const Write& write) {
  std::array<std::byte, 64> room;
  ByteWriter writer(room.data());
  write(writer);
  return {room.data(), writer.place()};
}

TEST(LogBytes, NumbersAreFoldedSmallOnesFirst) {
  EXPECT_EQ(Fold(std::int64_t{0}), 0U);
  EXPECT_EQ(Fold(std::int64_t{-1}), 1U);
  EXPECT_EQ(Fold(std::int64_t{1}), 2U);
  EXPECT_EQ(Fold(std::int64_t{-2}), 3U);
  EXPECT_EQ(Fold(INT64_MIN), UINT64_MAX);
  EXPECT_EQ(Unfold(UINT64_MAX), INT64_MIN);
  EXPECT_TRUE(Fold(kInt128Min) == ~UInt128{0});
  EXPECT_TRUE(Unfold(~UInt128{0}) == kInt128Min);
}

TEST(LogBytes, VarintsAsTheyAreWritten) {
  const auto varint = [](std::uint64_t number) {
    return Written([=](ByteWriter& writer) { writer.Varint(number); });
  };
  EXPECT_EQ(varint(0), BytesOf({0}));
  EXPECT_EQ(varint(127), BytesOf({127}));
  EXPECT_EQ(varint(128), BytesOf({0x80, 1}));
  EXPECT_EQ(varint(300), BytesOf({0xAC, 2}));
  EXPECT_EQ(varint(UINT64_MAX).size(), kMaxVarintBytes);
  EXPECT_EQ(
      Written([](ByteWriter& writer) { writer.Money(Amount::Min()); }).size(),
      kMaxVarint128Bytes);
}

TEST(LogBytes, RandomNumbersComeBack) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(20000); ++i) {
    const std::uint64_t number = random.Unsigned();
    const auto with_sign = static_cast<std::int64_t>(random.engine()());
    const Amount amount = random.AnyAmount();
    const Bits128 bits = {random.Unsigned(), random.Unsigned()};
    const Bytes bytes = Written([&](ByteWriter& writer) {
      writer.Varint(number);
      writer.SignedVarint(with_sign);
      writer.Money(amount);
      writer.Fixed(bits);
    });
    ByteReader reader(bytes);
    ASSERT_EQ(reader.Varint(), number);
    ASSERT_EQ(reader.SignedVarint(), with_sign);
    ASSERT_EQ(reader.Money(), amount);
    ASSERT_EQ(reader.FixedBits128(), bits);
    ASSERT_TRUE(reader.ok());
    ASSERT_EQ(reader.left(), 0U);
    // And every shorter piece ends in the middle of one of them.
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ByteReader shorter{std::span(bytes).first(size)};
      shorter.Varint();
      shorter.SignedVarint();
      shorter.Money();
      shorter.FixedBits128();
      ASSERT_EQ(shorter.fault(), LogFault::kCutShort);
    }
  }
}

LogFault FaultOfVarint(const Bytes& bytes) {
  ByteReader reader(bytes);
  EXPECT_EQ(reader.Varint(), 0U);
  EXPECT_EQ(reader.left(), 0U);
  return reader.fault();
}

TEST(LogBytes, OnlyTheShortestFormIsRead) {
  EXPECT_EQ(FaultOfVarint(BytesOf({0x80, 0})), LogFault::kNotShort);
  EXPECT_EQ(FaultOfVarint(BytesOf({0xFF, 0x80, 0})), LogFault::kNotShort);
  EXPECT_EQ(FaultOfVarint({}), LogFault::kCutShort);
  EXPECT_EQ(FaultOfVarint(BytesOf({0x80})), LogFault::kCutShort);
}

TEST(LogBytes, NumbersWithTooManyBitsAreNotRead) {
  Bytes bytes(9, std::byte{0xFF});
  bytes.push_back(std::byte{1});
  ByteReader largest(bytes);
  EXPECT_EQ(largest.Varint(), UINT64_MAX);
  bytes.back() = std::byte{2};
  EXPECT_EQ(FaultOfVarint(bytes), LogFault::kNotShort);
  bytes.back() = std::byte{0x81};
  bytes.push_back(std::byte{0});
  EXPECT_EQ(FaultOfVarint(bytes), LogFault::kNotShort);

  Bytes wide(18, std::byte{0xFF});
  wide.push_back(std::byte{3});
  ByteReader smallest(wide);
  EXPECT_EQ(smallest.Money(), Amount::Min());
  EXPECT_TRUE(smallest.ok());
  wide.back() = std::byte{4};
  ByteReader too_wide(wide);
  EXPECT_EQ(too_wide.Money(), Amount());
  EXPECT_EQ(too_wide.fault(), LogFault::kNotShort);
}

TEST(LogBytes, TheFirstFaultStaysAndNothingIsReadBehindIt) {
  const Bytes bytes = BytesOf({5, 1, 2, 3});
  ByteReader reader(bytes);
  EXPECT_EQ(reader.VarintUpTo(4, LogFault::kAsset), 0U);
  EXPECT_EQ(reader.Fixed<std::uint8_t>(), 0U);
  EXPECT_TRUE(reader.Text().empty());
  EXPECT_EQ(reader.fault(), LogFault::kAsset);
  EXPECT_EQ(reader.left(), 0U);
}

}  // namespace
}  // namespace lockstep::engine
