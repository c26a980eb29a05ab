#include "engine/log/log_scan.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/log/checksum.h"

namespace lockstep::engine {
namespace {

// Whole blocks of zeros first: nearly all of a segment may be none else.
std::size_t LengthWithoutZeros(std::span<const std::byte> bytes) noexcept {
  constexpr std::size_t kBlockBytes = 512;
  static constexpr std::array<std::byte, kBlockBytes> kZeros{};
  std::size_t length = bytes.size();
  while (length >= kBlockBytes &&
         std::memcmp(&bytes[length - kBlockBytes], kZeros.data(),
                     kBlockBytes) == 0) {
    length -= kBlockBytes;
  }
  while (length > 0 && bytes[length - 1] == std::byte{0}) --length;
  return length;
}

SegmentsFound FoundBy(LogFault fault) noexcept {
  switch (fault) {
    case LogFault::kForeign:
      return SegmentsFound::kForeign;
    case LogFault::kNewerVersion:
      return SegmentsFound::kNewer;
    default:
      return SegmentsFound::kHeaderDamaged;
  }
}

class Scanner {
 public:
  Scanner(std::span<const LogFile> files, LoadLogFile load,
          const CheckpointSeen& checkpoint) noexcept
      : files_(files), load_(load), checkpoint_(checkpoint) {
    scan_.found.checkpoint = checkpoint.found;
  }

  LogScan Scan() {
    ScanAll();
    scan_.durable = std::min(durable_, scan_.end);
    return scan_;
  }

 private:
  void ScanAll() {
    TakeOffSpare();
    if (files_.empty()) {
      scan_.found.segments = scan_.found.spare == SpareFound::kNone
                                 ? SegmentsFound::kNone
                                 : SegmentsFound::kMissing;
      return;
    }
    scan_.found.segments = CheckHeaders();
    if (scan_.found.segments != SegmentsFound::kJoined) return;
    if (checkpoint_.found == CheckpointFound::kGood) {
      if (checkpoint_.log_id != first_.log_id) {
        scan_.found.checkpoint = CheckpointFound::kOther;
        return;
      }
      durable_ = checkpoint_.position;
    }
    ScanBatches();
  }

  [[nodiscard]] std::uint64_t seed() const noexcept {
    return SeedOf(first_.log_id);
  }
  void Fault(const LogFile& file, std::size_t offset, LogFault fault) noexcept {
    if (scan_.fault != LogFault::kNone) return;
    scan_.fault_segment = file.number;
    scan_.fault_offset = offset;
    scan_.fault = fault;
  }

  // The last file, if its header is none and nothing is behind that: whatever
  // was behind it was written after the header was durable. Files get their
  // names once they have their size, the first one once it has its header.
  void TakeOffSpare() {
    if (files_.empty() || files_.back().number == 1) return;
    const LogFile& last = files_.back();
    SegmentHeader header;
    const LogFault fault = DecodeSegmentHeader(last.head, header);
    if (fault != LogFault::kNoHeader && fault != LogFault::kHeaderChecksum) {
      return;
    }
    if (last.size < kMinSegmentBytes ||
        LengthWithoutZeros(load_(last)) > kSegmentHeaderBytes) {
      return;
    }
    spare_number_ = last.number;
    scan_.found.spare =
        fault == LogFault::kNoHeader ? SpareFound::kZeros : SpareFound::kTorn;
    files_ = files_.first(files_.size() - 1);
  }

  SegmentsFound CheckHeaders() noexcept {
    SegmentsFound found = SegmentsFound::kJoined;
    const auto meet = [&](SegmentsFound another) {
      found = std::min(found, another);
    };
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const LogFile& file = files_[i];
      SegmentHeader header;
      const LogFault fault = DecodeSegmentHeader(file.head, header);
      if (fault != LogFault::kNone) {
        Fault(file, 0, fault);
        meet(FoundBy(fault));
        continue;
      }
      if (i == 0) first_ = header;
      if (header.log_id != first_.log_id || header.marks != first_.marks) {
        meet(SegmentsFound::kOther);
      }
      if (header.number != file.number) meet(SegmentsFound::kMisnamed);
      if (header.bytes != file.size) meet(SegmentsFound::kWrongSize);
      if (i > 0 && file.number != files_[i - 1].number + 1) {
        meet(SegmentsFound::kMissing);
      }
      scan_.last_segment = header;
    }
    if (spare_number_ != 0 && spare_number_ != files_.back().number + 1) {
      meet(SegmentsFound::kMissing);
    }
    const bool is_from_checkpoint = checkpoint_.found == CheckpointFound::kGood;
    if (first_.position > (is_from_checkpoint ? checkpoint_.position : 0)) {
      meet(SegmentsFound::kMissing);
    }
    return found;
  }

  void ScanBatches() {
    position_ = first_.position;
    previous_ = first_.previous;
    EndHere();
    for (const LogFile& file : files_) {
      SegmentHeader header;
      if (DecodeSegmentHeader(file.head, header) != LogFault::kNone) return;
      const bool is_last = &file == &files_.back();
      if (header.position != position_ || header.previous != previous_) {
        // What was before did end in a turn, so this is not of its time.
        Fault(file, 0, LogFault::kChain);
        scan_.found.segments = SegmentsFound::kUnjoined;
        return;
      }
      durable_ = std::max(durable_, header.position);
      const std::span<const std::byte> bytes = load_(file);
      if (bytes.size() != file.size) {  // it cannot be read, as `load` knows
        scan_.found.end = EndFound::kDamaged;
        return;
      }
      const std::size_t offset = ScanSegment(file, bytes);
      if (scan_.found.end != EndFound::kZeros) return;
      if (is_last) return ScanTail(file, bytes, offset);
      if (scan_.found.last != LastBatch::kTurn) {
        // It was durable when the next segment was begun.
        scan_.found.end = EndFound::kDamaged;
        return;
      }
      if (LengthWithoutZeros(bytes.subspan(offset)) != 0) {
        Fault(file, offset, LogFault::kLeftOver);
        scan_.found.end = EndFound::kDamaged;
        return;
      }
    }
  }

  // Reads good batches, and says where they end.
  std::size_t ScanSegment(const LogFile& file,
                          std::span<const std::byte> bytes) noexcept {
    std::size_t offset = kSegmentHeaderBytes;
    scan_.found.last = LastBatch::kNone;
    while (scan_.found.last != LastBatch::kTurn) {
      const auto rest = bytes.subspan(offset);
      BatchHead head;
      LogFault fault = ReadBatchHead(rest, seed(), head);
      if (IsWritten(fault)) fault = CheckWritten(fault, rest, head);
      if (fault != LogFault::kNone) {
        Fault(file, offset, fault);
        return offset;
      }
      TakeIn(head);
      offset += head.bytes;
    }
    return offset;
  }

  // Of a batch with a right checksum: whether it belongs here, and what it
  // says.
  LogFault CheckWritten(LogFault fault, std::span<const std::byte> rest,
                        const BatchHead& head) noexcept {
    const LogFault place = CheckPlace(head, position_, previous_);
    if (place != LogFault::kNone) {
      scan_.found.end = place == LogFault::kPosition ? EndFound::kMoved
                                                     : EndFound::kUnchained;
      return place;
    }
    // What was durable when it was written ended a cut.
    if (head.durable > scan_.end) fault = LogFault::kBatchContent;
    if (fault == LogFault::kNone) {
      fault = CheckContent(rest.first(head.bytes), head);
    }
    if (fault != LogFault::kNone) scan_.found.end = EndFound::kHostile;
    return fault;
  }

  // Its checksum is right, whatever it says.
  static bool IsWritten(LogFault fault) noexcept {
    return fault == LogFault::kNone || fault == LogFault::kReserved ||
           fault == LogFault::kBatchContent;
  }

  void TakeIn(const BatchHead& head) noexcept {
    position_ = head.end();
    previous_ = head.checksum;
    tick_ = head.tick;
    durable_ = std::max(durable_, head.durable);
    ++batches_;
    switch (head.kind) {
      case BatchKind::kRecords:
        scan_.found.last = head.goes_on ? LastBatch::kPart : LastBatch::kWhole;
        break;
      case BatchKind::kTurn:
        scan_.found.last = LastBatch::kTurn;
        break;
      case BatchKind::kSeal:
        scan_.found.last = LastBatch::kSeal;
        break;
    }
    if (!head.goes_on) EndHere();
  }

  void EndHere() noexcept {
    scan_.batches = batches_;
    scan_.end = position_;
    scan_.previous = previous_;
    scan_.tick = tick_;
  }

  // What is behind the last good batch of the last segment.
  void ScanTail(const LogFile& file, std::span<const std::byte> bytes,
                std::size_t offset) noexcept {
    const auto tail = bytes.subspan(offset);
    const std::size_t length = LengthWithoutZeros(tail);
    scan_.tail_bytes = position_ + length - scan_.end;
    if (length != 0) Fault(file, offset, LogFault::kLeftOver);
    LookForClaims(tail, length);
    if (durable_ > scan_.end) {
      scan_.found.end = EndFound::kDamaged;
    } else if (length != 0) {
      scan_.found.end = EndFound::kTorn;
    } else {
      scan_.fault = LogFault::kNone;  // zeros are none
      scan_.fault_segment = 0;
      scan_.fault_offset = 0;
    }
  }

  // Batches that were under way together may have come to the disk in any
  // order. So a good batch behind a bad one proves nothing by itself; but it
  // says how far all was durable before it was written.
  void LookForClaims(std::span<const std::byte> tail,
                     std::size_t length) noexcept {
    for (std::size_t at = 0; at < length; at += kBatchAlignment) {
      const auto rest = tail.subspan(at);
      if (rest.size() < kBatchHeadBytes) return;
      // Cheap first: the position says where a batch belongs.
      ByteReader reader(rest.subspan(2 * sizeof(std::uint64_t)));
      if (reader.Fixed<std::uint64_t>() != position_ + at) continue;
      BatchHead head;
      if (!IsWritten(ReadBatchHead(rest, seed(), head))) continue;
      durable_ = std::max(durable_, head.durable);
    }
  }

  std::span<const LogFile> files_;
  const LoadLogFile load_;
  const CheckpointSeen checkpoint_;
  LogScan scan_;
  SegmentHeader first_;
  std::uint64_t spare_number_ = 0;
  // Where the good batches end so far.
  std::uint64_t position_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t batches_ = 0;
  Tick tick_;
  // The highest position of which anybody says that all before it is durable.
  std::uint64_t durable_ = 0;
};

}  // namespace

LogScan ScanLog(std::span<const LogFile> files, LoadLogFile load,
                const CheckpointSeen& checkpoint) {
  return Scanner(files, load, checkpoint).Scan();
}

}  // namespace lockstep::engine
