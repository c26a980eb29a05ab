// The example of docs/log-format.md: written here, it has the bytes that stand
// there; and what stands there is read as what the page says it is.

#include <gtest/gtest.h>

#include <fstream>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include "engine/log/batch.h"
#include "engine/log/batch_writer.h"
#include "engine/log/checksum.h"
#include "engine/log/log_scan.h"
#include "engine/log/segment_header.h"
#include "tests/log/log_values.h"

namespace lockstep::engine {
namespace {

using Bytes = std::vector<std::byte>;

constexpr Bits128 kExampleLogId = {0x0011223344556677, 0x8899AABBCCDDEEFF};
constexpr Leg kLegs[] = {{AccountId(1), Amount(-15000)},
                         {AccountId(2), Amount(15000)}};
// As far as the page shows the header: zeros follow.
constexpr std::size_t kShownOfHeader = 80;

Creation Gold() {
  Creation creation;
  creation.account = AccountId(1);
  creation.made_asset = AssetId(1);
  creation.asset.code = "GOLD";
  creation.asset.scale = 2;
  creation.asset.supply_cap = Amount(1'000'000);
  return creation;
}

Creation Alice() {
  Creation creation;
  creation.account = AccountId(2);
  creation.options.asset = AssetId(1);
  creation.options.key = "alice";
  creation.options.account_class = 3;
  return creation;
}

LogRecord Quest() {
  LogRecord record;
  record.sequence = Sequence(1, 0);
  record.tick = Tick(1000);
  record.legs = kLegs;
  record.code = 7;
  record.description = "quest";
  return record;
}

SegmentHeader Header() {
  return {.log_id = kExampleLogId, .number = 1, .bytes = kMinSegmentBytes};
}

Bytes WriteExample() {
  Bytes file(kMinSegmentBytes);
  const SegmentHeaderBlock header = EncodeSegmentHeader(Header());
  std::copy(header.begin(), header.end(), file.begin());
  const auto rest = std::span(file).subspan(kSegmentHeaderBytes);

  BatchWriter first(rest, Tick(1001));
  first.BeginRun(0, 1, 0);
  EXPECT_TRUE(first.Add(Quest()));
  first.BeginRun(kCreationSlot, 1, 0);
  EXPECT_TRUE(first.Add(Gold()));
  EXPECT_TRUE(first.Add(Alice()));
  BatchHead head;
  const std::size_t bytes = first.Finish(head, SeedOf(kExampleLogId)).size();

  BatchWriter second(rest.subspan(bytes), Tick(1002));
  BatchHead seal{.previous = head.checksum,
                 .position = head.end(),
                 .durable = head.end(),
                 .kind = BatchKind::kSeal};
  EXPECT_EQ(second.Finish(seal, SeedOf(kExampleLogId)).size(), kBatchHeadBytes);
  return file;
}

// Lines "OFFSET  HEX HEX ...  what it is" in the only block below the heading.
Bytes ReadPage() {
  std::ifstream page(std::string(LOCKSTEP_DOCS) + "/log-format.md");
  Bytes file(kMinSegmentBytes);
  bool is_there = false;
  bool is_in_block = false;
  for (std::string line; std::getline(page, line);) {
    if (line.rfind("## ", 0) == 0) is_there = line == "## A worked example";
    if (is_there && line.rfind("```", 0) == 0) {
      is_in_block = !is_in_block;
      continue;
    }
    if (!is_in_block || line.empty()) continue;
    const std::size_t begin = line.find_first_not_of(' ', line.find(' '));
    std::istringstream words(
        line.substr(begin, line.find("  ", begin) - begin));
    std::size_t offset = std::stoul(line);
    for (std::string hex; words >> hex;) {
      file.at(offset++) = static_cast<std::byte>(std::stoi(hex, nullptr, 16));
    }
  }
  return file;
}

std::string Dump(const Bytes& bytes) {
  std::ostringstream out;
  out << std::hex << std::setfill('0');
  for (std::size_t i = 0; i < kSegmentHeaderBytes + 256; ++i) {
    if (i == kShownOfHeader) i = kSegmentHeaderBytes;
    if (i % 16 == 0) out << '\n' << std::dec << i << std::hex << ' ';
    out << ' ' << std::setw(2) << std::to_integer<int>(bytes[i]);
  }
  return out.str();
}

TEST(WorkedExample, HasTheBytesOfThePage) {
  const Bytes written = WriteExample();
  EXPECT_TRUE(ReadPage() == written)
      << "written:" << Dump(written) << "\non the page:" << Dump(ReadPage());
}

TEST(WorkedExample, IsReadAsThePageSays) {
  const Bytes file = ReadPage();
  SegmentHeader header;
  ASSERT_EQ(DecodeSegmentHeader(file, header), LogFault::kNone);
  EXPECT_EQ(header, Header());

  const auto rest = std::span(file).subspan(kSegmentHeaderBytes);
  BatchHead head;
  ASSERT_EQ(ReadBatchHead(rest, SeedOf(kExampleLogId), head), LogFault::kNone);
  EXPECT_EQ(head.records, 3U);
  EXPECT_EQ(head.runs, 2U);
  EXPECT_EQ(head.tick, Tick(1001));
  RunsReader runs(rest.first(head.bytes), head);
  RunHead run;
  std::span<const std::byte> bytes;
  ASSERT_TRUE(runs.Next(run, bytes));
  RecordsReader records(run, bytes, head.tick);
  LogRecord record;
  ASSERT_TRUE(records.Next(record));
  EXPECT_EQ(Tell(record), Tell(Quest()));
  EXPECT_FALSE(records.Next(record));
  ASSERT_TRUE(runs.Next(run, bytes));
  RecordsReader creations(run, bytes, head.tick);
  Creation creation;
  ASSERT_TRUE(creations.Next(creation));
  EXPECT_EQ(Tell(creation), Tell(Gold()));
  ASSERT_TRUE(creations.Next(creation));
  EXPECT_EQ(Tell(creation), Tell(Alice()));
  EXPECT_FALSE(creations.Next(creation));
  EXPECT_EQ(creations.fault(), LogFault::kNone);
  EXPECT_FALSE(runs.Next(run, bytes));
  EXPECT_EQ(runs.fault(), LogFault::kNone);

  const LogScan scan = ScanWhole({{1, file}});
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpenSealed);
  EXPECT_EQ(scan.batches, 2U);
}

}  // namespace
}  // namespace lockstep::engine
