#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "engine/log/log_cut.h"
#include "engine/log/log_scan.h"
#include "engine/log/segment_header.h"
#include "engine/log/storage.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// Writes a log to its end: cut after cut, segment after segment. For one
/// thread at a time.
///
/// After anything that fails it is of no use any more: what is on the disk then
/// only recovery finds out. The order of what is written and synced is what
/// docs/log-format.md calls "the order of writes".
class LogAppender {
 public:
  /// `storage` outlives it.
  LogAppender(Storage& storage, Bits128 log_id, std::uint32_t marks,
              std::uint64_t segment_bytes) noexcept;

  /// Makes the first segment, where there is nothing yet. Throws
  /// std::bad_alloc.
  [[nodiscard]] IoResult CreateFirst();
  /// Goes on where `scan` found the end, as recovery decided: what is behind
  /// the end is wiped out; and what may be there only as long as the machine
  /// runs is written once more, since whether it ever came to the disk nobody
  /// knows. Throws std::bad_alloc.
  [[nodiscard]] IoResult Continue(const LogScan& scan,
                                  RecoveryDecision decision);

  /// Writes a cut, which is durable once this says kOk; otherwise nobody knows.
  /// Throws std::bad_alloc, and has written nothing then.
  [[nodiscard]] IoResult Append(std::span<LogCut::Batch> cut);
  /// Whether that turns to the next segment.
  [[nodiscard]] bool WillTurn(
      std::span<const LogCut::Batch> cut) const noexcept {
    return !HasRoom(BytesOf(cut));
  }
  /// Says that the log was closed. Throws std::bad_alloc.
  [[nodiscard]] IoResult Seal(Tick tick);

  /// Whether the next segment should be made ready.
  [[nodiscard]] bool WantsSpare() const noexcept { return !has_spare_; }
  /// Makes it ready, so that nobody has to wait for that once it is needed; by
  /// another thread, while others append. `number`: that of `next_number`.
  /// Throws std::bad_alloc.
  [[nodiscard]] static IoResult MakeSpare(Storage& storage,
                                          std::uint64_t number,
                                          std::uint64_t bytes);
  [[nodiscard]] std::uint64_t next_number() const noexcept {
    return header_.number + 1;
  }
  /// It is there. Not while somebody turns.
  void HasSpare() noexcept { has_spare_ = true; }

  /// Where the next batch goes.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] std::uint64_t segment_bytes() const noexcept {
    return segment_bytes_;
  }

 private:
  // Room that stays for a turn and a seal.
  static constexpr std::uint64_t kKeptBytes = 2 * kBatchHeadBytes;

  [[nodiscard]] static std::uint64_t BytesOf(
      std::span<const LogCut::Batch> cut) noexcept;
  [[nodiscard]] std::uint64_t Offset() const noexcept {
    return kSegmentHeaderBytes + (position_ - header_.position);
  }
  [[nodiscard]] bool HasRoom(std::uint64_t bytes) const noexcept {
    return bytes <= header_.bytes && Offset() + kKeptBytes <= header_.bytes &&
           bytes <= header_.bytes - Offset() - kKeptBytes;
  }
  // Turns to a segment with room for so much.
  [[nodiscard]] IoResult Turn(std::uint64_t bytes, Tick tick);
  // Opens the next file, which has room for `needed` bytes, header and all;
  // makes it if it is not there, or is none of ours, or too small.
  [[nodiscard]] IoResult OpenNext(std::uint64_t needed);
  // Writes the header of the file that was opened, behind the turn. Allocates
  // nothing.
  [[nodiscard]] IoResult BeginSegment() noexcept;
  // A batch that says that all before it is durable, and nothing else.
  [[nodiscard]] IoResult AppendMark(BatchKind kind, Tick tick);
  [[nodiscard]] IoResult WriteBatch(std::span<std::byte> batch,
                                    BatchHead& head) noexcept;
  // Writes [from, to) of a file once more.
  [[nodiscard]] static IoResult WriteAgain(StorageFile& file,
                                           std::uint64_t from,
                                           std::uint64_t to);

  Storage& storage_;
  const std::uint32_t marks_;
  const Bits128 log_id_;
  const std::uint64_t segment_bytes_;
  SegmentHeader header_;  // of the segment that is written to
  std::unique_ptr<StorageFile> file_;
  std::unique_ptr<StorageFile> next_file_;
  std::uint64_t next_bytes_ = 0;
  std::uint64_t position_ = 0;
  std::uint64_t previous_ = 0;
  std::uint64_t durable_ = 0;
  bool has_spare_ = false;
};

}  // namespace lockstep::engine
