#include "engine/log/batch.h"

#include <algorithm>

#include "engine/log/checksum.h"
#include "engine/log/log_bytes.h"

namespace lockstep::engine {
namespace {

constexpr std::size_t kSummedFrom = sizeof(std::uint64_t);
constexpr std::uint8_t kGoesOn = 1;

// The smallest record: two bytes, and something to tell.
constexpr std::size_t kMinRecordBytes = 4;

bool IsAllZero(std::span<const std::byte> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte byte) { return byte == std::byte{0}; });
}

bool MakesSense(const BatchHead& head) noexcept {
  if (head.kind < BatchKind::kRecords || head.kind > BatchKind::kSeal) {
    return false;
  }
  if (head.durable > head.position || head.position % kBatchAlignment != 0) {
    return false;
  }
  if (head.kind == BatchKind::kRecords) {
    return head.records >= head.runs && (head.records == 0) == (head.runs == 0);
  }
  // What says that all before it is durable says so in its head, too.
  return head.runs == 0 && head.records == 0 && !head.goes_on &&
         head.durable == head.position && head.bytes == kBatchHeadBytes;
}

bool IsBefore(const RunHead& a, const RunHead& b) noexcept {
  return a.slot != b.slot ? a.slot < b.slot : a.epoch < b.epoch;
}

}  // namespace

LogFault ReadBatchHead(std::span<const std::byte> rest, std::uint64_t seed,
                       BatchHead& head) noexcept {
  head = {};
  if (rest.size() < kBatchHeadBytes) {
    return IsAllZero(rest) ? LogFault::kNoBatch : LogFault::kCutShort;
  }
  if (IsAllZero(rest.first(kBatchHeadBytes))) return LogFault::kNoBatch;
  ByteReader reader(rest.first(kBatchHeadBytes));
  head.checksum = reader.Fixed<std::uint64_t>();
  head.previous = reader.Fixed<std::uint64_t>();
  head.position = reader.Fixed<std::uint64_t>();
  head.durable = reader.Fixed<std::uint64_t>();
  head.tick = Tick(reader.Fixed<std::uint64_t>());
  head.bytes = reader.Fixed<std::uint32_t>();
  head.records = reader.Fixed<std::uint32_t>();
  head.runs = reader.Fixed<std::uint32_t>();
  head.kind = static_cast<BatchKind>(reader.Fixed<std::uint8_t>());
  const auto flags = reader.Fixed<std::uint8_t>();
  const auto reserved = reader.Fixed<std::uint16_t>();
  head.goes_on = flags == kGoesOn;
  if (head.bytes < kBatchHeadBytes || head.bytes > kMaxBatchBytes ||
      head.bytes % kBatchAlignment != 0 || head.bytes > rest.size()) {
    return LogFault::kBatchLength;
  }
  const auto summed = rest.first(head.bytes).subspan(kSummedFrom);
  if (Checksum(summed, seed) != head.checksum) return LogFault::kBatchChecksum;
  if (flags > kGoesOn || reserved != 0) return LogFault::kReserved;
  return MakesSense(head) ? LogFault::kNone : LogFault::kBatchContent;
}

LogFault CheckPlace(const BatchHead& head, std::uint64_t position,
                    std::uint64_t previous) noexcept {
  if (head.position != position) return LogFault::kPosition;
  return head.previous == previous ? LogFault::kNone : LogFault::kChain;
}

RunsReader::RunsReader(std::span<const std::byte> batch,
                       const BatchHead& head) noexcept
    : head_(head), reader_(batch.subspan(kBatchHeadBytes)) {}

bool RunsReader::Next(RunHead& run,
                      std::span<const std::byte>& records) noexcept {
  if (runs_ == head_.runs) {
    CheckEnd();
    return false;
  }
  run.epoch = reader_.Fixed<std::uint64_t>();
  run.counter = reader_.Fixed<std::uint64_t>();
  run.slot = reader_.Fixed<std::uint32_t>();
  run.records = reader_.Fixed<std::uint32_t>();
  run.bytes = reader_.Fixed<std::uint32_t>();
  if (!reader_.ok()) return false;
  if (run.slot > kCreationSlot) {
    reader_.Fail(LogFault::kRunSlot);
  } else if (runs_ > 0 && !IsBefore(last_, run)) {
    reader_.Fail(LogFault::kRunOrder);
  } else if (run.counter > Sequence::kMaxCounter) {
    reader_.Fail(LogFault::kSequence);
  } else if (run.records == 0 || run.records > run.bytes / kMinRecordBytes) {
    reader_.Fail(LogFault::kRunCount);
  }
  records = reader_.Bytes(run.bytes);
  if (!reader_.ok()) return false;
  ++runs_;
  records_ += run.records;
  last_ = run;
  return true;
}

void RunsReader::CheckEnd() noexcept {
  if (!reader_.ok()) return;
  if (records_ != head_.records) return reader_.Fail(LogFault::kRunCount);
  const auto padding = reader_.Bytes(reader_.left());
  if (padding.size() >= kBatchAlignment || !IsAllZero(padding)) {
    reader_.Fail(LogFault::kLeftOver);
  }
}

RecordsReader::RecordsReader(const RunHead& run,
                             std::span<const std::byte> records,
                             Tick tick) noexcept
    : run_(run), reader_(records), base_{run.counter, tick} {}

bool RecordsReader::IsAtEnd() noexcept {
  if (!reader_.ok()) return true;
  if (records_ < run_.records) return false;
  // An operation is in one run: whoever reads a cut finds all of it or nothing.
  if (goes_on_) {
    reader_.Fail(LogFault::kLinked);
  } else if (reader_.left() != 0) {
    reader_.Fail(LogFault::kLeftOver);
  }
  return true;
}

bool RecordsReader::Next(LogRecord& record) noexcept {
  if (IsAtEnd()) return false;
  const std::uint64_t before = base_.counter;
  decoder_.Decode(run_.slot, base_, reader_, record);
  // The transfers of one operation follow each other without a gap.
  if (reader_.ok() && goes_on_ && base_.counter != before + 1) {
    reader_.Fail(LogFault::kSequence);
  }
  goes_on_ = record.goes_on;
  ++records_;
  return reader_.ok();
}

bool RecordsReader::Next(Creation& creation) noexcept {
  if (IsAtEnd()) return false;
  decoder_.Decode(base_, reader_, creation);
  ++records_;
  return reader_.ok();
}

LogFault CheckContent(std::span<const std::byte> batch,
                      const BatchHead& head) noexcept {
  RunsReader runs(batch, head);
  RunHead run;
  std::span<const std::byte> bytes;
  while (runs.Next(run, bytes)) {
    RecordsReader records(run, bytes, head.tick);
    if (run.slot == kCreationSlot) {
      for (Creation creation; records.Next(creation);) {
      }
    } else {
      for (LogRecord record; records.Next(record);) {
      }
    }
    if (records.fault() != LogFault::kNone) return records.fault();
  }
  return runs.fault();
}

}  // namespace lockstep::engine
