#include "engine/recovery/recover.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/log/batch.h"
#include "engine/log/checksum.h"
#include "engine/log/log_names.h"
#include "engine/log/log_scan.h"
#include "engine/log/recovery_decision.h"
#include "engine/recovery/replay.h"

namespace lockstep::engine {
namespace {

std::string_view ReasonFor(RecoveryDecision decision) noexcept {
  switch (decision) {
    case RecoveryDecision::kRefuseForeign:
      return "a file that is no log";
    case RecoveryDecision::kRefuseNewer:
      return "a log of a newer version";
    case RecoveryDecision::kRefuseHeader:
      return "a damaged header";
    case RecoveryDecision::kRefuseOther:
      return "a file of another log";
    case RecoveryDecision::kRefuseMisnamed:
      return "a file with another one's name";
    case RecoveryDecision::kRefuseSize:
      return "a file of the wrong size";
    case RecoveryDecision::kRefuseMissing:
      return "a segment that is missing";
    case RecoveryDecision::kRefuseUnjoined:
      return "segments that do not join";
    case RecoveryDecision::kRefuseCheckpoint:
      return "a damaged checkpoint";
    case RecoveryDecision::kRefuseDamaged:
      return "something durable that is damaged";
    case RecoveryDecision::kRefuseMoved:
      return "a batch that belongs elsewhere";
    case RecoveryDecision::kRefuseUnchained:
      return "a batch that belongs behind another one";
    case RecoveryDecision::kRefuseHostile:
      return "a batch with impossible content";
    default:
      return {};
  }
}

// The files of a log, of which one at a time is in memory.
class LogFiles {
 public:
  explicit LogFiles(Storage& storage) noexcept : storage_(storage) {}

  // Finds them, and reads their heads. Throws std::bad_alloc.
  IoResult Find() {
    std::vector<std::string> names;
    IoResult done = storage_.List(names);
    if (!done.ok()) return done;
    std::vector<std::uint64_t> numbers;
    for (const std::string& name : names) {
      const std::uint64_t number = SegmentNumber(name);
      if (number != 0) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    heads_.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      LogFile file{.number = numbers[i]};
      std::unique_ptr<StorageFile> opened;
      done = storage_.Open(SegmentName(file.number), opened);
      if (done.ok()) done = opened->Size(file.size);
      if (!done.ok()) return done;
      heads_[i].resize(static_cast<std::size_t>(
          std::min<std::uint64_t>(file.size, kSegmentHeaderBytes)));
      done = opened->Read(0, heads_[i]);
      if (!done.ok()) return done;
      file.head = heads_[i];
      files_.push_back(file);
    }
    return done;
  }

  [[nodiscard]] std::span<const LogFile> files() const noexcept {
    return files_;
  }
  // Empty if it cannot be read: `failed` says why.
  std::span<const std::byte> Load(const LogFile& file) {
    if (loaded_ == file.number) return bytes_;
    loaded_ = 0;
    bytes_.clear();
    if (file.size > kMaxSegmentBytes || !failed_.ok()) return {};
    std::unique_ptr<StorageFile> opened;
    failed_ = storage_.Open(SegmentName(file.number), opened);
    if (!failed_.ok()) return {};
    bytes_.resize(static_cast<std::size_t>(file.size));
    failed_ = opened->Read(0, bytes_);
    if (!failed_.ok()) return {};
    loaded_ = file.number;
    return bytes_;
  }
  [[nodiscard]] const IoResult& failed() const noexcept { return failed_; }

 private:
  Storage& storage_;
  std::vector<std::vector<std::byte>> heads_;
  std::vector<LogFile> files_;
  std::uint64_t loaded_ = 0;
  std::vector<std::byte> bytes_;
  IoResult failed_;
};

// Does again what the log tells up to its end.
class Replayer {
 public:
  Replayer(LogFiles& files, const LogScan& scan,
           const RecoveryGround& ground) noexcept
      : files_(files), scan_(scan), replay_(ground) {}

  LogFault Run() {
    for (const LogFile& file : files_.files()) {
      SegmentHeader header;
      if (DecodeSegmentHeader(file.head, header) != LogFault::kNone ||
          header.position >= scan_.end) {
        break;  // a spare, or one that is just begun
      }
      const LogFault fault = RunSegment(file, header);
      if (fault != LogFault::kNone) return fault;
    }
    return replay_.Finish();
  }
  [[nodiscard]] const Replay& replay() const noexcept { return replay_; }
  [[nodiscard]] std::uint64_t segment() const noexcept { return segment_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  LogFault RunSegment(const LogFile& file, const SegmentHeader& header) {
    segment_ = file.number;
    offset_ = kSegmentHeaderBytes;
    const std::uint64_t seed = SeedOf(header.log_id);
    const std::span<const std::byte> bytes = files_.Load(file);
    std::size_t offset = kSegmentHeaderBytes;
    std::uint64_t position = header.position;
    while (position < scan_.end && offset < bytes.size()) {
      Replay::Batch batch;
      const LogFault fault =
          ReadBatchHead(bytes.subspan(offset), seed, batch.head);
      if (fault != LogFault::kNone) return fault;
      batch.bytes = bytes.subspan(offset, batch.head.bytes);
      cut_.push_back(batch);
      offset += batch.head.bytes;
      position = batch.head.end();
      if (!batch.head.goes_on) {
        const LogFault done = replay_.Apply(cut_);
        if (done != LogFault::kNone) return done;
        cut_.clear();
        offset_ = offset;
      }
      if (batch.head.kind == BatchKind::kTurn) break;
    }
    return LogFault::kNone;
  }

  LogFiles& files_;
  const LogScan& scan_;
  Replay replay_;
  std::vector<Replay::Batch> cut_;
  std::uint64_t segment_ = 0;
  std::uint64_t offset_ = 0;  // of the cut that is done
};

Outcome Refuse(RecoveryDecision decision, const LogScan& scan,
               LogReport& report) {
  report.reason = ReasonFor(decision);
  if (scan.fault != LogFault::kNone) {
    report.file = SegmentName(scan.fault_segment);
    report.offset = scan.fault_offset;
    report.reason += ": ";
    report.reason += LogFaultText(scan.fault);
  }
  switch (decision) {
    case RecoveryDecision::kRefuseForeign:
      return Outcome::kLogForeign;
    case RecoveryDecision::kRefuseNewer:
      return Outcome::kLogNewer;
    default:
      return Outcome::kLogDamaged;
  }
}

}  // namespace

Outcome ReportFailure(const IoResult& failed, LogReport& report) {
  report.system_error = failed.system_error;
  switch (failed.outcome) {
    case IoOutcome::kInUse:
      report.reason = "somebody else has it open";
      return Outcome::kLogInUse;
    case IoOutcome::kForeign:
      report.reason = "no plain file, or no directory";
      return Outcome::kLogForeign;
    default:
      break;
  }
  if (failed.system_error != 0) {
    report.reason = std::strerror(failed.system_error);  // NOLINT: rarely
  } else {
    report.reason = "the disk failed";
  }
  return Outcome::kLogFailed;
}

Outcome RecoverLog(Storage& storage, const LogOpening& opening,
                   const RecoveryGround& ground, RecoveredLog& recovered,
                   LogReport& report) {
  LogFiles files(storage);
  IoResult done = files.Find();
  if (!done.ok()) return ReportFailure(done, report);
  const LogScan scan = ScanLog(
      files.files(), [&](const LogFile& file) { return files.Load(file); }, {});
  if (!files.failed().ok()) return ReportFailure(files.failed(), report);
  const RecoveryDecision decision = DecideRecovery(scan.found);
  if (IsRefused(decision)) return Refuse(decision, scan, report);
  if (decision == RecoveryDecision::kCreate) {
    report.was_created = true;
    recovered.appender = std::make_unique<LogAppender>(
        storage, opening.new_log_id, opening.marks, opening.segment_bytes);
    done = recovered.appender->CreateFirst();
    return done.ok() ? Outcome::kOk : ReportFailure(done, report);
  }
  if (scan.last_segment.marks != opening.marks) {
    report.file = SegmentName(scan.last_segment.number);
    report.reason = "it was made with other options (routes_only, tick_source)";
    return Outcome::kInvalidOption;
  }
  Replayer replayer(files, scan, ground);
  const LogFault fault = replayer.Run();
  if (!files.failed().ok()) return ReportFailure(files.failed(), report);
  if (fault != LogFault::kNone) {
    report.file = SegmentName(replayer.segment());
    report.offset = replayer.offset();
    report.reason = LogFaultText(fault);
    return Outcome::kLogDamaged;
  }
  recovered.last = replayer.replay().last();
  recovered.last_epoch = replayer.replay().last_epoch();
  recovered.accounts = ground.accounts.count();
  recovered.appender = std::make_unique<LogAppender>(
      storage, scan.last_segment.log_id, opening.marks, opening.segment_bytes);
  report.was_sealed = decision == RecoveryDecision::kOpenSealed;
  report.tail_bytes = scan.tail_bytes;
  report.end = scan.end;
  report.operations = replayer.replay().operations();
  report.last = recovered.last;
  done = recovered.appender->Continue(scan, decision);
  return done.ok() ? Outcome::kOk : ReportFailure(done, report);
}

}  // namespace lockstep::engine
