#include "engine/log/log_scan.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <vector>

#include "engine/log/batch_writer.h"
#include "engine/log/checksum.h"
#include "tests/log/log_values.h"

namespace lockstep::engine {
namespace {

using Bytes = std::vector<std::byte>;

constexpr Bits128 kLogId = {1, 2};
constexpr std::size_t kSegmentBytes = kMinSegmentBytes;

// A log that is written by hand.
class HandLog {
 public:
  struct Place {
    std::size_t file = 0;
    std::size_t offset = 0;
    BatchHead head;
  };

  HandLog() { BeginSegment(); }

  void Write(BatchKind kind = BatchKind::kRecords, bool goes_on = false) {
    Bytes room(4096);
    BatchWriter writer(room, Tick(1));
    if (kind == BatchKind::kRecords) {
      const Leg legs[] = {{AccountId(1), Amount(-5)},
                          {AccountId(2), Amount(5)}};
      LogRecord record;
      record.sequence = Sequence(++counter_, 0);
      record.legs = legs;
      writer.BeginRun(0, 1, counter_ - 1);
      ASSERT_TRUE(writer.Add(record));
    }
    BatchHead head{.previous = previous_,
                   .position = position_,
                   .durable = durable_,
                   .kind = kind,
                   .goes_on = goes_on};
    if (kind != BatchKind::kRecords) head.durable = position_;
    Put(writer.Finish(head, SeedOf(kLogId)), head);
  }
  void Put(std::span<const std::byte> bytes, const BatchHead& head) {
    places.push_back({files.size() - 1, offset_, head});
    std::copy(bytes.begin(), bytes.end(),
              files.back().begin() + static_cast<std::ptrdiff_t>(offset_));
    offset_ += bytes.size();
    position_ = head.end();
    previous_ = head.checksum;
  }
  // What was written so far is durable.
  void Sync() { durable_ = position_; }
  void Turn() {
    Sync();
    Write(BatchKind::kTurn);
    Sync();
    BeginSegment();
  }
  void AddSpare() { files.emplace_back(kSegmentBytes); }

  std::byte* At(std::size_t batch) {
    return &files[places[batch].file][places[batch].offset];
  }
  void Wipe(std::size_t batch) {
    std::memset(At(batch), 0, places[batch].head.bytes);
  }
  void Spoil(std::size_t batch) { At(batch)[60] ^= std::byte{1}; }

  [[nodiscard]] LogScan Scan(const CheckpointSeen& checkpoint = {}) const {
    std::vector<WholeFile> named;
    for (const Bytes& file : files) named.push_back({named.size() + 1, file});
    return ScanWhole(named, checkpoint);
  }
  [[nodiscard]] RecoveryDecision Decide(
      const CheckpointSeen& checkpoint = {}) const {
    return DecideRecovery(Scan(checkpoint).found);
  }

  std::vector<Bytes> files;
  std::vector<Place> places;

 private:
  void BeginSegment() {
    const SegmentHeaderBlock block =
        EncodeSegmentHeader({.log_id = kLogId,
                             .number = files.size() + 1,
                             .position = position_,
                             .previous = previous_,
                             .bytes = kSegmentBytes});
    files.emplace_back(kSegmentBytes);
    std::copy(block.begin(), block.end(), files.back().begin());
    offset_ = kSegmentHeaderBytes;
  }

  std::size_t offset_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t durable_ = 0;
  std::uint64_t counter_ = 0;
};

// Batches 0 and 1, a turn (2), batches 3 and 4; each synced before the next.
HandLog SmallLog() {
  HandLog log;
  log.Write();
  log.Sync();
  log.Write();
  log.Turn();
  log.Write();
  log.Sync();
  log.Write();
  log.Sync();
  return log;
}

TEST(LogScan, OfNothing) {
  const LogScan scan = ScanWhole({});
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kCreate);
}

TEST(LogScan, OfALogThatWasNotClosed) {
  const LogScan scan = SmallLog().Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpen);
  EXPECT_EQ(scan.batches, 5U);
  EXPECT_EQ(scan.end, SmallLog().places.back().head.end());
  EXPECT_EQ(scan.previous, SmallLog().places.back().head.checksum);
  EXPECT_EQ(scan.last_segment.number, 2U);
  EXPECT_EQ(scan.tail_bytes, 0U);
  EXPECT_EQ(scan.fault, LogFault::kNone);
}

TEST(LogScan, OfAClosedOne) {
  HandLog log = SmallLog();
  log.Write(BatchKind::kSeal);
  EXPECT_EQ(log.Decide(), RecoveryDecision::kOpenSealed);
  log.AddSpare();
  EXPECT_EQ(log.Decide(), RecoveryDecision::kOpenSealed);
  // Opened again and written to.
  log.files.pop_back();
  log.Sync();
  log.Write();
  EXPECT_EQ(log.Decide(), RecoveryDecision::kOpen);
}

TEST(LogScan, OfAnEmptyOne) {
  EXPECT_EQ(HandLog().Decide(), RecoveryDecision::kOpen);
  HandLog log;
  log.files[0].assign(kSegmentBytes, std::byte{0});
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseHeader);
}

TEST(LogScan, OfATornTail) {
  HandLog log = SmallLog();
  log.Spoil(4);
  const LogScan scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kCutTail);
  EXPECT_EQ(scan.batches, 4U);
  EXPECT_EQ(scan.end, log.places[4].head.position);
  EXPECT_EQ(scan.tail_bytes, log.places[4].head.bytes - 5U);
  EXPECT_EQ(scan.fault, LogFault::kBatchChecksum);
  EXPECT_EQ(scan.fault_segment, 2U);
  EXPECT_EQ(scan.fault_offset, log.places[4].offset);
}

TEST(LogScan, OfSomethingFarBehindTheEnd) {
  HandLog log = SmallLog();
  log.files.back()[kSegmentBytes - 1] = std::byte{1};
  EXPECT_EQ(log.Decide(), RecoveryDecision::kCutTail);
}

// Batches that were under way together come to the disk in any order.
TEST(LogScan, OfBatchesUnderWay) {
  for (const bool is_wiped : {false, true}) {
    HandLog log = SmallLog();
    log.Write();  // 5, 6, 7: none is durable
    log.Write();
    log.Write();
    is_wiped ? log.Wipe(5) : log.Spoil(5);
    const LogScan scan = log.Scan();
    EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kCutTail);
    EXPECT_EQ(scan.batches, 5U);
    EXPECT_EQ(scan.end, log.places[5].head.position);
  }
}

TEST(LogScan, OfADurableBatchThatIsDamaged) {
  for (const bool is_wiped : {false, true}) {
    HandLog log = SmallLog();
    log.Write();
    log.Sync();
    log.Write();  // says that 5 is durable
    is_wiped ? log.Wipe(5) : log.Spoil(5);
    EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseDamaged);
  }
  // In a segment that is not the last, all is.
  for (const std::size_t batch : {0U, 1U, 2U}) {
    HandLog log = SmallLog();
    log.Spoil(batch);
    EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseDamaged);
    log = SmallLog();
    log.Wipe(batch);
    EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseDamaged);
  }
  // The last one, if it was sealed.
  HandLog log = SmallLog();
  log.Write(BatchKind::kSeal);
  log.Spoil(4);
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseDamaged);
}

TEST(LogScan, OfACutWithoutItsEnd) {
  HandLog log = SmallLog();
  log.Write(BatchKind::kRecords, true);
  log.Write(BatchKind::kRecords, true);
  LogScan scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kCutTail);
  EXPECT_EQ(scan.batches, 5U);
  EXPECT_EQ(scan.end, log.places[5].head.position);
  EXPECT_EQ(scan.tail_bytes,
            log.places[5].head.bytes + log.places[6].head.bytes + 0U);
  log.Write();
  scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kOpen);
  EXPECT_EQ(scan.batches, 8U);
  // The last of a cut is bad: nothing of it counts.
  log.Spoil(7);
  scan = log.Scan();
  EXPECT_EQ(DecideRecovery(scan.found), RecoveryDecision::kCutTail);
  EXPECT_EQ(scan.batches, 5U);
}

TEST(LogScan, OfAHalfCutThatIsCalledDurable) {
  HandLog log = SmallLog();
  log.Write(BatchKind::kRecords, true);
  log.Sync();
  log.Write();
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseHostile);
  log = SmallLog();
  log.Write(BatchKind::kRecords, true);
  log.Write(BatchKind::kSeal);
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseHostile);
}

TEST(LogScan, OfBatchesFromElsewhere) {
  // The same batch twice, each with a right checksum.
  HandLog log = SmallLog();
  const HandLog::Place third = log.places[3];
  const Bytes again(log.At(3), log.At(3) + third.head.bytes);
  log.Put(again, third.head);
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseMoved);
  // One from another history, which had begun in the same way.
  HandLog one = SmallLog();
  HandLog other;
  other.Write();
  other.Write();
  std::memcpy(one.At(1), other.At(1), one.places[1].head.bytes);
  EXPECT_EQ(one.Decide(), RecoveryDecision::kRefuseUnchained);
}

TEST(LogScan, OfABrokenChain) {
  HandLog log;
  log.Write();
  log.Write();
  // In the place of the second one lies one that came behind another first one.
  HandLog::Place& second = log.places[1];
  BatchHead head = second.head;
  head.previous ^= 1;
  Bytes room(256);
  BatchWriter writer(room, Tick(1));
  BatchHead other{.previous = head.previous, .position = head.position};
  const auto bytes = writer.Finish(other, SeedOf(kLogId));
  log.Wipe(1);
  std::memcpy(log.At(1), bytes.data(), bytes.size());
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseUnchained);
  EXPECT_EQ(log.Scan().fault, LogFault::kChain);
}

TEST(LogScan, OfHostileContent) {
  HandLog log = SmallLog();
  std::byte* const batch = log.At(4);
  batch[kBatchHeadBytes + kRunHeadBytes] = std::byte{99};  // the record's kind
  const std::uint64_t checksum =
      Checksum({batch + 8, log.places[4].head.bytes - 8U}, SeedOf(kLogId));
  std::memcpy(batch, &checksum, sizeof(checksum));
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseHostile);
  EXPECT_EQ(log.Scan().fault, LogFault::kKind);
}

TEST(LogScan, OfATurn) {
  HandLog log = SmallLog();
  log.Sync();
  log.Write(BatchKind::kTurn);
  // The next file is there before the turn is written.
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseMissing);
  log.AddSpare();
  EXPECT_EQ(log.Decide(), RecoveryDecision::kFinishTurn);
  // Its header was being written.
  log.files.back()[0] = std::byte{'L'};
  EXPECT_EQ(log.Decide(), RecoveryDecision::kFinishTurn);
  log.files.back()[kSegmentHeaderBytes] = std::byte{1};
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseHeader);
  log.files.pop_back();
  log.AddSpare();
  log.files[1][kSegmentBytes - 1] = std::byte{1};  // behind the turn
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseDamaged);
}

TEST(LogScan, OfSegmentsThatAreNotThere) {
  const HandLog whole = SmallLog();
  const auto decide = [](std::vector<WholeFile> files) {
    return DecideRecovery(ScanWhole(files).found);
  };
  const WholeFile one{1, whole.files[0]};
  const WholeFile two{2, whole.files[1]};
  const Bytes zeros(kSegmentBytes);
  EXPECT_EQ(decide({one, two}), RecoveryDecision::kOpen);
  EXPECT_EQ(decide({one}), RecoveryDecision::kRefuseMissing);
  EXPECT_EQ(decide({two}), RecoveryDecision::kRefuseMissing);
  EXPECT_EQ(decide({{2, zeros}}), RecoveryDecision::kRefuseMissing);
  EXPECT_EQ(decide({one, {3, zeros}}), RecoveryDecision::kRefuseMissing);
  EXPECT_EQ(decide({one, {3, whole.files[1]}}),
            RecoveryDecision::kRefuseMisnamed);
  EXPECT_EQ(decide({{1, whole.files[1]}, {2, whole.files[0]}}),
            RecoveryDecision::kRefuseMisnamed);
  // A spare in the place of a segment that was begun.
  EXPECT_EQ(decide({one, {2, zeros}}), RecoveryDecision::kFinishTurn);
  EXPECT_EQ(decide({{1, zeros}, two}), RecoveryDecision::kRefuseHeader);
}

TEST(LogScan, OfFilesOfOthers) {
  HandLog log = SmallLog();
  log.files[1][0] = std::byte{'X'};
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseForeign);
  log = SmallLog();
  log.files[1].resize(kSegmentBytes - 8);
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseSize);
  log.files[1].resize(kSegmentBytes + 8);
  EXPECT_EQ(log.Decide(), RecoveryDecision::kRefuseSize);

  const auto with_header = [](SegmentHeader header) {
    HandLog other = SmallLog();
    SegmentHeader old;
    EXPECT_EQ(DecodeSegmentHeader(other.files[1], old), LogFault::kNone);
    header.number = 2;
    header.bytes = old.bytes;
    if (header.position == 0) header.position = old.position;
    if (header.previous == 0) header.previous = old.previous;
    const SegmentHeaderBlock block = EncodeSegmentHeader(header);
    std::copy(block.begin(), block.end(), other.files[1].begin());
    return other.Decide();
  };
  EXPECT_EQ(with_header({.log_id = kLogId}), RecoveryDecision::kOpen);
  EXPECT_EQ(with_header({.log_id = {1, 3}}), RecoveryDecision::kRefuseOther);
  EXPECT_EQ(with_header({.log_id = kLogId, .marks = 1}),
            RecoveryDecision::kRefuseOther);
  EXPECT_EQ(with_header({.log_id = kLogId, .position = 8}),
            RecoveryDecision::kRefuseUnjoined);
  EXPECT_EQ(with_header({.log_id = kLogId, .previous = 8}),
            RecoveryDecision::kRefuseUnjoined);
}

TEST(LogScan, FromACheckpointOn) {
  const HandLog log = SmallLog();
  CheckpointSeen checkpoint{CheckpointFound::kGood, kLogId,
                            log.places[4].head.position};
  EXPECT_EQ(log.Decide(checkpoint), RecoveryDecision::kOpen);
  const std::vector<WholeFile> second = {{2, log.files[1]}};
  EXPECT_EQ(DecideRecovery(ScanWhole(second, checkpoint).found),
            RecoveryDecision::kOpen);
  checkpoint.position = log.places[1].head.position;
  EXPECT_EQ(DecideRecovery(ScanWhole(second, checkpoint).found),
            RecoveryDecision::kRefuseMissing);
  // What was durable before the checkpoint was made is no longer there.
  checkpoint.position = log.places[4].head.end() + 8;
  EXPECT_EQ(log.Decide(checkpoint), RecoveryDecision::kRefuseDamaged);
  checkpoint.position = 0;
  checkpoint.log_id = {9, 9};
  EXPECT_EQ(log.Decide(checkpoint), RecoveryDecision::kRefuseOther);
  EXPECT_EQ(
      DecideRecovery(ScanWhole({}, {CheckpointFound::kGood, kLogId, 0}).found),
      RecoveryDecision::kRefuseMissing);
}

// What a log that was harmed may become: what it was, or, in its last batch
// alone, what was before that; or it is refused.
void ExpectRecoveredOrRefused(const HandLog& log, std::uint64_t batches,
                              bool is_last) {
  const LogScan scan = log.Scan();
  const RecoveryDecision decision = DecideRecovery(scan.found);
  if (IsRefused(decision)) return;
  if (is_last && decision == RecoveryDecision::kCutTail) {
    ASSERT_EQ(scan.batches, batches - 1);
    return;
  }
  ASSERT_EQ(scan.batches, batches);
}

TEST(LogScan, EveryFlippedBitOfASmallLog) {
  for (const bool is_sealed : {false, true}) {
    HandLog log = SmallLog();
    if (is_sealed) log.Write(BatchKind::kSeal);
    const std::uint64_t batches = log.places.size();
    for (std::size_t file = 0; file < log.files.size(); ++file) {
      // All bytes that are written, and some of the zeros behind them.
      for (std::size_t at = 0; at < kSegmentHeaderBytes + 700; ++at) {
        if (at == 100) at = kSegmentHeaderBytes - 8;  // zeros to here
        const HandLog::Place& last = log.places.back();
        const bool is_last = file == last.file && at >= last.offset &&
                             at < last.offset + last.head.bytes;
        for (int bit = 0; bit < 8; ++bit) {
          log.files[file][at] ^= std::byte{1} << bit;
          ASSERT_NO_FATAL_FAILURE(
              ExpectRecoveredOrRefused(log, batches, is_last))
              << "file " << file << ", byte " << at << ", bit " << bit;
          log.files[file][at] ^= std::byte{1} << bit;
        }
      }
    }
  }
}

TEST(LogScan, EveryTruncationOfASmallLog) {
  const HandLog whole = SmallLog();
  for (std::size_t file = 0; file < whole.files.size(); ++file) {
    HandLog log = whole;
    for (std::size_t size = 0; size < kSegmentBytes; ++size) {
      if (size == kSegmentHeaderBytes + 700) size = kSegmentBytes - 3;
      log.files[file] = whole.files[file];
      log.files[file].resize(size);
      ASSERT_TRUE(IsRefused(log.Decide())) << "file " << file << ' ' << size;
      // Zeros where there was something.
      log.files[file].resize(kSegmentBytes);
      if (size == 0 || log.files[file] == whole.files[file]) continue;
      const LogScan scan = log.Scan();
      const RecoveryDecision decision = DecideRecovery(scan.found);
      if (file == 0) {
        ASSERT_TRUE(IsRefused(decision)) << size;
      } else if (size >= whole.places[3].offset) {
        // Without seal nothing says that there was more.
        ASSERT_FALSE(IsRefused(decision)) << size;
        ASSERT_LT(scan.batches, 5U);
      }
    }
  }
}

}  // namespace
}  // namespace lockstep::engine
