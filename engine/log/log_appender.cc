#include "engine/log/log_appender.h"

#include <algorithm>
#include <array>
#include <gsl/assert>
#include <utility>
#include <vector>

#include "engine/log/batch_writer.h"
#include "engine/log/checksum.h"
#include "engine/log/log_names.h"

namespace lockstep::engine {
namespace {

// Zeros in so many bytes at a time.
constexpr std::size_t kZerosBytes = std::size_t{1} << 20;

IoResult WriteZeros(StorageFile& file, std::uint64_t from, std::uint64_t to) {
  const std::vector<std::byte> zeros(static_cast<std::size_t>(
      std::min<std::uint64_t>(to - from, kZerosBytes)));
  while (from < to) {
    const auto part = static_cast<std::size_t>(
        std::min<std::uint64_t>(to - from, zeros.size()));
    const IoResult written = file.Write(from, std::span(zeros).first(part));
    if (!written.ok()) return written;
    from += part;
  }
  return {};
}

// Makes a file of zeros, in front of which is `head`, and gives it its name
// only once all of it is durable.
IoResult MakeFile(Storage& storage, std::uint64_t number, std::uint64_t bytes,
                  std::span<const std::byte> head) {
  IoResult done = storage.Remove(kUnfinishedName);
  if (!done.ok() && done.outcome != IoOutcome::kNotFound) return done;
  std::unique_ptr<StorageFile> file;
  done = storage.Create(kUnfinishedName, file);
  if (done.ok()) done = WriteZeros(*file, 0, bytes);
  if (done.ok() && !head.empty()) done = file->Write(0, head);
  if (done.ok()) done = file->Sync();
  if (done.ok()) done = storage.Rename(kUnfinishedName, SegmentName(number));
  if (done.ok()) done = storage.SyncNames();
  return done;
}

std::uint64_t RoundedUp(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kPage = kSegmentHeaderBytes;
  return (bytes + kPage - 1) / kPage * kPage;
}

}  // namespace

LogAppender::LogAppender(Storage& storage, Bits128 log_id, std::uint32_t marks,
                         std::uint64_t segment_bytes) noexcept
    : storage_(storage),
      marks_(marks),
      log_id_(log_id),
      segment_bytes_(RoundedUp(segment_bytes)) {
  Expects(segment_bytes_ >= kMinSegmentBytes &&
          segment_bytes_ <= kMaxSegmentBytes);
}

IoResult LogAppender::CreateFirst() {
  header_ = {log_id_, 1, 0, 0, segment_bytes_, marks_};
  const SegmentHeaderBlock block = EncodeSegmentHeader(header_);
  const IoResult made = MakeFile(storage_, 1, header_.bytes, block);
  if (!made.ok()) return made;
  return storage_.Open(SegmentName(1), file_);
}

IoResult LogAppender::MakeSpare(Storage& storage, std::uint64_t number,
                                std::uint64_t bytes) {
  return MakeFile(storage, number, bytes, {});
}

IoResult LogAppender::WriteAgain(StorageFile& file, std::uint64_t from,
                                 std::uint64_t to) {
  std::vector<std::byte> part;
  while (from < to) {
    part.resize(static_cast<std::size_t>(
        std::min<std::uint64_t>(to - from, kZerosBytes)));
    IoResult done = file.Read(from, part);
    if (done.ok()) done = file.Write(from, part);
    if (!done.ok()) return done;
    from += part.size();
  }
  return {};
}

IoResult LogAppender::Continue(const LogScan& scan, RecoveryDecision decision) {
  header_ = scan.last_segment;
  position_ = scan.end;
  previous_ = scan.previous;
  if (scan.found.spare != SpareFound::kNone) HasSpare();
  const std::uint64_t again = std::max(scan.durable, header_.position);
  // Names, too, may be there only as long as the machine runs.
  IoResult done = storage_.SyncNames();
  if (done.ok()) done = storage_.Open(SegmentName(header_.number), file_);
  if (done.ok()) done = file_->Write(0, EncodeSegmentHeader(header_));
  if (done.ok()) {
    done = WriteAgain(*file_, kSegmentHeaderBytes + (again - header_.position),
                      Offset());
  }
  if (done.ok() && scan.tail_bytes > 0) {
    // To the end of the block: what is torn may end anywhere in one.
    const std::uint64_t to =
        std::min(RoundedUp(Offset() + scan.tail_bytes), header_.bytes);
    done = WriteZeros(*file_, Offset(), to);
  }
  if (done.ok()) done = file_->Sync();
  durable_ = position_;
  if (!done.ok()) return done;
  if (decision == RecoveryDecision::kFinishTurn) {
    done = OpenNext(kMinSegmentBytes);
    return done.ok() ? BeginSegment() : done;
  }
  // What was sealed is so no longer: until something is behind the seal nobody
  // could tell that anything ever was.
  if (decision != RecoveryDecision::kOpenSealed) return done;
  LogCut cut;
  cut.Begin(scan.tick);
  return Append(cut.Close());
}

IoResult LogAppender::OpenNext(std::uint64_t needed) {
  const std::string name = SegmentName(next_number());
  const auto open = [&] {
    IoResult done = storage_.Open(name, next_file_);
    return done.ok() ? next_file_->Size(next_bytes_) : done;
  };
  if (!WantsSpare()) {
    const IoResult opened = open();
    if (!opened.ok()) return opened;
    if (next_bytes_ >= needed && next_bytes_ <= kMaxSegmentBytes &&
        next_bytes_ % kSegmentHeaderBytes == 0) {
      return opened;
    }
    // It was made when segments were smaller, or by somebody else; there is
    // nothing in it.
  }
  const IoResult made =
      MakeSpare(storage_, next_number(), std::max(needed, segment_bytes_));
  if (!made.ok()) return made;
  HasSpare();
  return open();
}

IoResult LogAppender::BeginSegment() noexcept {
  SegmentHeader next = header_;
  next.number = header_.number + 1;
  next.position = position_;
  next.previous = previous_;
  next.bytes = next_bytes_;
  IoResult done = next_file_->Write(0, EncodeSegmentHeader(next));
  if (done.ok()) done = next_file_->Sync();
  if (!done.ok()) return done;
  header_ = next;
  file_ = std::move(next_file_);
  has_spare_ = false;
  return done;
}

IoResult LogAppender::Turn(std::uint64_t bytes, Tick tick) {
  const std::uint64_t needed =
      RoundedUp(kSegmentHeaderBytes + bytes + kKeptBytes);
  if (needed > kMaxSegmentBytes) return {IoOutcome::kNoSpace, 0};
  // Before the turn: behind it there is no way back, so nothing may fail there
  // but the disk.
  IoResult done = OpenNext(needed);
  if (done.ok()) done = AppendMark(BatchKind::kTurn, tick);
  return done.ok() ? BeginSegment() : done;
}

IoResult LogAppender::AppendMark(BatchKind kind, Tick tick) {
  Expects(durable_ == position_);
  alignas(kBatchAlignment) std::array<std::byte, kBatchHeadBytes> room;
  BatchWriter writer(room, tick);
  BatchHead head;
  const std::span<std::byte> batch = writer.Close(head);
  head.kind = kind;
  IoResult done = WriteBatch(batch, head);
  if (done.ok()) done = file_->Sync();
  durable_ = position_;
  return done;
}

IoResult LogAppender::WriteBatch(std::span<std::byte> batch,
                                 BatchHead& head) noexcept {
  head.previous = previous_;
  head.position = position_;
  head.durable = durable_;
  WriteBatchHead(batch, head, SeedOf(log_id_));
  const IoResult written = file_->Write(Offset(), batch);
  position_ = head.end();
  previous_ = head.checksum;
  return written;
}

std::uint64_t LogAppender::BytesOf(
    std::span<const LogCut::Batch> cut) noexcept {
  std::uint64_t bytes = 0;
  for (const LogCut::Batch& batch : cut) bytes += batch.bytes.size();
  return bytes;
}

IoResult LogAppender::Append(std::span<LogCut::Batch> cut) {
  const std::uint64_t bytes = BytesOf(cut);
  IoResult done;
  if (!HasRoom(bytes)) done = Turn(bytes, cut.front().head.tick);
  for (std::size_t i = 0; done.ok() && i < cut.size(); ++i) {
    cut[i].head.goes_on = i + 1 < cut.size();
    done = WriteBatch(cut[i].bytes, cut[i].head);
  }
  if (done.ok()) done = file_->Sync();
  durable_ = position_;
  return done;
}

IoResult LogAppender::Seal(Tick tick) {
  return AppendMark(BatchKind::kSeal, tick);
}

}  // namespace lockstep::engine
