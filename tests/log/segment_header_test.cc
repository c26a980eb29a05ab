#include "engine/log/segment_header.h"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "engine/log/checksum.h"
#include "tests/money/random_values.h"

namespace lockstep::engine {
namespace {

SegmentHeader SomeHeader() {
  return {.log_id = {11, 22},
          .number = 3,
          .position = 4096,
          .previous = 33,
          .bytes = std::uint64_t{1} << 20,
          .marks = LedgerMarks::kRoutesOnly};
}

LogFault HeaderFaultOf(std::span<const std::byte> file) {
  SegmentHeader header;
  return DecodeSegmentHeader(file, header);
}

// The checksum as docs/log-format.md has it.
void Mend(SegmentHeaderBlock& block) {
  std::uint32_t version = 0;
  std::memcpy(&version, block.data() + 8, sizeof(version));
  const std::uint64_t checksum =
      Checksum(std::span(block).subspan(24),
               std::uint64_t{version} << 32 | kSegmentHeaderBytes);
  std::memcpy(block.data() + 16, &checksum, sizeof(checksum));
}

TEST(SegmentHeader, RandomOnesComeBack) {
  RandomValues random;
  SCOPED_TRACE(random.Trace());
  for (int i = 0; i < RandomValues::Rounds(200); ++i) {
    SegmentHeader header;
    header.log_id = {random.Unsigned(), random.Unsigned()};
    header.number = 1 + random.Unsigned(60);
    header.bytes = kMinSegmentBytes + 8 * random.Unsigned(28);
    header.marks = static_cast<std::uint32_t>(random.Below(4));
    if (header.number != 1) {
      header.position = 8 * (1 + random.Unsigned(60));
      header.previous = random.Unsigned();
    }
    SegmentHeader back;
    ASSERT_EQ(DecodeSegmentHeader(EncodeSegmentHeader(header), back),
              LogFault::kNone);
    ASSERT_EQ(back, header);
  }
}

TEST(SegmentHeader, EveryFlippedBitIsFound) {
  SegmentHeaderBlock block = EncodeSegmentHeader(SomeHeader());
  for (std::size_t bit = 0; bit < block.size() * 8; ++bit) {
    block[bit / 8] ^= std::byte{1} << (bit % 8);
    ASSERT_EQ(HeaderFaultOf(block),
              bit < 64 ? LogFault::kForeign : LogFault::kHeaderChecksum)
        << "bit " << bit;
    block[bit / 8] ^= std::byte{1} << (bit % 8);
  }
  EXPECT_EQ(HeaderFaultOf(block), LogFault::kNone);
}

TEST(SegmentHeader, EveryTruncationIsFound) {
  const SegmentHeaderBlock block = EncodeSegmentHeader(SomeHeader());
  for (std::size_t size = 0; size < block.size(); ++size) {
    ASSERT_NE(HeaderFaultOf(std::span(block).first(size)), LogFault::kNone);
    // Of what a torn write leaves, none is taken for a file of others.
    SegmentHeaderBlock torn = block;
    std::memset(torn.data() + size, 0, torn.size() - size);
    if (torn == block) continue;
    ASSERT_EQ(HeaderFaultOf(torn),
              size == 0 ? LogFault::kNoHeader : LogFault::kHeaderChecksum)
        << size;
  }
}

TEST(SegmentHeader, ZerosAreNone) {
  EXPECT_EQ(HeaderFaultOf({}), LogFault::kNoHeader);
  EXPECT_EQ(HeaderFaultOf(SegmentHeaderBlock{}), LogFault::kNoHeader);
}

TEST(SegmentHeader, OfANewerVersionIsKnownAsThat) {
  SegmentHeaderBlock block = EncodeSegmentHeader(SomeHeader());
  block[8] = std::byte{2};
  EXPECT_EQ(HeaderFaultOf(block), LogFault::kHeaderChecksum);
  block[1000] = std::byte{1};  // says something that is not known here
  Mend(block);
  EXPECT_EQ(HeaderFaultOf(block), LogFault::kNewerVersion);
  block[8] = std::byte{0};
  Mend(block);
  EXPECT_EQ(HeaderFaultOf(block), LogFault::kHeaderContent);
}

TEST(SegmentHeader, ImpossibleOnesAreRefused) {
  const auto fault_with = [](std::size_t at, std::uint64_t number) {
    SegmentHeaderBlock block = EncodeSegmentHeader(SomeHeader());
    std::memcpy(block.data() + at, &number, sizeof(number));
    Mend(block);
    return HeaderFaultOf(block);
  };
  EXPECT_EQ(fault_with(40, 3), LogFault::kNone);
  EXPECT_EQ(fault_with(40, 0), LogFault::kHeaderContent);  // no number
  EXPECT_EQ(fault_with(40, 1), LogFault::kHeaderContent);  // first, not at 0
  EXPECT_EQ(fault_with(48, 0), LogFault::kHeaderContent);
  EXPECT_EQ(fault_with(48, 4), LogFault::kHeaderContent);
  EXPECT_EQ(fault_with(48, UINT64_MAX - 7), LogFault::kHeaderContent);
  EXPECT_EQ(fault_with(64, 4096), LogFault::kHeaderContent);  // too small
  EXPECT_EQ(fault_with(64, UINT64_MAX - 7), LogFault::kHeaderContent);
  EXPECT_EQ(fault_with(72, 4), LogFault::kReserved);
  EXPECT_EQ(fault_with(80, 1), LogFault::kReserved);
  EXPECT_EQ(fault_with(4088, 1), LogFault::kReserved);
}

}  // namespace
}  // namespace lockstep::engine
