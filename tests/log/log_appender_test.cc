#include "engine/log/log_appender.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/log/batch_writer.h"
#include "engine/log/log_names.h"
#include "engine/log/recovery_decision.h"
#include "tests/log/log_values.h"
#include "tests/support/faulty_disk.h"

namespace lockstep::engine {
namespace {

constexpr Bits128 kItsLogId{3, 4};

// A log on a disk, and what a scan finds there.
class OnDisk {
 public:
  explicit OnDisk(FaultyDisk its_disk = {})
      : disk(std::move(its_disk)), storage(disk.OpenStorage()) {}

  [[nodiscard]] LogScan Scan() {
    std::vector<WholeFile> files;
    for (const std::string& name : disk.Names()) {
      const std::uint64_t number = SegmentNumber(name);
      if (number != 0) files.push_back({number, *disk.Find(name)});
    }
    return ScanWhole(files);
  }
  [[nodiscard]] LogAppender Appender() {
    return {*storage, kItsLogId, 0, kMinSegmentBytes};
  }

  FaultyDisk disk;
  std::unique_ptr<Storage> storage;
};

// One that was just made.
struct NewLog : OnDisk {
  NewLog() { EXPECT_TRUE(appender.CreateFirst().ok()); }
  LogAppender appender = Appender();
};

// A cut of so many batches, each of so many creations.
class HandCut {
 public:
  HandCut(std::size_t batches, std::uint64_t creations, std::uint64_t before)
      : rooms_(batches, std::vector<std::byte>(std::size_t{1} << 15)) {
    for (std::vector<std::byte>& room : rooms_) {
      BatchWriter writer(room, Tick(1));
      writer.BeginRun(kCreationSlot, 0, before);
      for (std::uint64_t i = 0; i < creations; ++i) {
        Creation creation;
        creation.account = AccountId(++before);
        creation.options.asset = AssetId(1);
        creation.options.label = "somebody with a label of some length";
        EXPECT_TRUE(writer.Add(creation));
      }
      LogCut::Batch batch;
      batch.bytes = writer.Close(batch.head);
      batches_.push_back(batch);
    }
  }
  [[nodiscard]] std::span<LogCut::Batch> batches() { return batches_; }

 private:
  std::vector<std::vector<std::byte>> rooms_;
  std::vector<LogCut::Batch> batches_;
};

bool IsZeroFrom(const std::vector<std::byte>& file, std::uint64_t from) {
  return std::all_of(file.begin() + static_cast<std::ptrdiff_t>(from),
                     file.end(),
                     [](std::byte byte) { return byte == std::byte{}; });
}

TEST(LogAppender, WritesWhatAScanFinds) {
  NewLog log;
  LogAppender& appender = log.appender;
  HandCut two(2, 3, 0);
  ASSERT_TRUE(appender.Append(two.batches()).ok());
  HandCut one(1, 1, 6);
  ASSERT_TRUE(appender.Append(one.batches()).ok());
  const LogScan scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpen);
  EXPECT_EQ(scan.batches, 3U);
  EXPECT_EQ(scan.end, appender.position());
  EXPECT_LT(scan.durable, scan.end) << "nobody has said so of the last one";
  ASSERT_TRUE(appender.Seal(Tick(2)).ok());
  EXPECT_EQ(DecideRecovery(log.Scan().found), RecoveryDecision::kOpenSealed);
}

TEST(LogAppender, TurnsWhenASegmentIsFull) {
  NewLog log;
  LogAppender& appender = log.appender;
  EXPECT_TRUE(appender.WantsSpare());
  std::uint64_t before = 0;
  for (int i = 0; i < 20; ++i) {
    HandCut cut(1, 200, before);
    before += 200;
    ASSERT_TRUE(appender.Append(cut.batches()).ok());
  }
  const LogScan scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpen);
  EXPECT_GT(scan.last_segment.number, 2U);
  EXPECT_EQ(scan.end, appender.position());
}

TEST(LogAppender, MakesALargerSegmentForACutThatFitsInNone) {
  NewLog log;
  LogAppender& appender = log.appender;
  HandCut large(5, 500, 0);
  ASSERT_TRUE(appender.Append(large.batches()).ok());
  HandCut small(1, 1, 2500);
  ASSERT_TRUE(appender.Append(small.batches()).ok());
  const LogScan scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpen);
  EXPECT_EQ(scan.last_segment.number, 2U);
  EXPECT_GT(scan.last_segment.bytes, kMinSegmentBytes);
  EXPECT_EQ(scan.end, appender.position());
}

TEST(LogAppender, ReplacesASpareThatIsTooSmall) {
  NewLog log;
  ASSERT_TRUE(LogAppender::MakeSpare(*log.storage, 2, kMinSegmentBytes).ok());
  // Opened again, for larger segments from now on.
  const LogScan before = log.Scan();
  LogAppender appender(*log.storage, kItsLogId, 0, std::uint64_t{1} << 20);
  ASSERT_TRUE(appender.Continue(before, RecoveryDecision::kOpen).ok());
  HandCut large(5, 500, 0);
  ASSERT_TRUE(appender.Append(large.batches()).ok());
  const LogScan scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpen);
  EXPECT_EQ(scan.end, appender.position());
}

TEST(LogAppender, WipesOutWhatIsLeftOfATornCut) {
  NewLog log;
  LogAppender& appender = log.appender;
  log.disk.faults.cut_at = log.disk.steps() + 2;  // as it is to be synced
  HandCut torn(2, 100, 0);
  ASSERT_FALSE(appender.Append(torn.batches()).ok());
  // The second of its batches came to the disk, and the first one did not.
  const std::uint64_t first = kSegmentHeaderBytes;
  const std::uint64_t second = first + torn.batches()[0].bytes.size();
  OnDisk after(log.disk.AfterPowerCut([](std::size_t) { return true; }));
  std::vector<std::byte>& file = *after.disk.Find(SegmentName(1));
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(first),
            file.begin() + static_cast<std::ptrdiff_t>(second), std::byte{});
  ASSERT_FALSE(IsZeroFrom(file, second));
  const LogScan scan = after.Scan();
  ASSERT_EQ(DecideRecovery(scan.found), RecoveryDecision::kCutTail);
  LogAppender next = after.Appender();
  ASSERT_TRUE(next.Continue(scan, RecoveryDecision::kCutTail).ok());
  EXPECT_TRUE(IsZeroFrom(file, first));
}

TEST(LogAppender, WhatWasSealedIsSoNoLongerOnceItIsOpen) {
  NewLog log;
  LogAppender& appender = log.appender;
  HandCut cut(1, 1, 0);
  ASSERT_TRUE(appender.Append(cut.batches()).ok());
  ASSERT_TRUE(appender.Seal(Tick(2)).ok());
  const LogScan scan = log.Scan();
  LogAppender next = log.Appender();
  ASSERT_TRUE(next.Continue(scan, RecoveryDecision::kOpenSealed).ok());
  const LogScan again = log.Scan();
  EXPECT_EQ(DecideRecovery(again.found), RecoveryDecision::kOpen);
  EXPECT_EQ(again.durable, scan.end);
}

TEST(LogAppender, SealsInTheRoomThatIsKeptForIt) {
  NewLog log;
  LogAppender& appender = log.appender;
  // Sealed and opened again until there is no room for a turn and a seal.
  for (int i = 0; i < 1200; ++i) {
    ASSERT_TRUE(appender.Seal(Tick(2)).ok()) << i;
    const LogScan scan = log.Scan();
    ASSERT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpenSealed) << i;
    ASSERT_TRUE(appender.Continue(scan, RecoveryDecision::kOpenSealed).ok());
  }
  EXPECT_GT(log.Scan().last_segment.number, 1U);
}

TEST(SegmentName, IsOneForEachNumber) {
  for (const std::uint64_t number :
       {std::uint64_t{1}, std::uint64_t{9999999999}, std::uint64_t{10000000000},
        UINT64_MAX}) {
    EXPECT_EQ(SegmentNumber(SegmentName(number)), number);
  }
  for (const char* const name :
       {"", "segment-", "segment-1", "segment-0000000000",
        "segment-00000000001", "segment-000000000x", "segment--000000001",
        "Segment-0000000001", "segment-99999999999999999999", "unfinished"}) {
    EXPECT_EQ(SegmentNumber(name), 0U) << name;
  }
}

}  // namespace
}  // namespace lockstep::engine
