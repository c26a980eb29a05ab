#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/log/log_fault.h"
#include "lockstep/ids.h"

namespace lockstep::engine {

/// The version of the format that is written here.
inline constexpr std::uint32_t kLogVersion = 1;

/// A segment's header has a block of its own, which is written once and synced
/// before anything else is: no later write touches a sector of it.
inline constexpr std::size_t kSegmentHeaderBytes = 4096;

/// How large a segment is, header and all.
inline constexpr std::uint64_t kMinSegmentBytes = std::uint64_t{64} << 10;
inline constexpr std::uint64_t kMaxSegmentBytes = std::uint64_t{1} << 32;

/// How the ledger was opened, as far as that is decided once.
struct LedgerMarks {
  static constexpr std::uint32_t kRoutesOnly = 0x1;
  static constexpr std::uint32_t kSystemClock = 0x2;
  static constexpr std::uint32_t kAll = kRoutesOnly | kSystemClock;
};

/// What a segment says in front of its batches.
struct SegmentHeader {
  /// Drawn at random when the log was made.
  Bits128 log_id = {};
  /// 1, 2, 3, ...
  std::uint64_t number = 0;
  /// The position of its first batch. All before it was durable when this was
  /// written.
  std::uint64_t position = 0;
  /// The checksum of the last batch before it; 0: there is none.
  std::uint64_t previous = 0;
  /// The file's size.
  std::uint64_t bytes = 0;
  /// LedgerMarks.
  std::uint32_t marks = 0;

  friend bool operator==(const SegmentHeader&,
                         const SegmentHeader&) noexcept = default;
};

using SegmentHeaderBlock = std::array<std::byte, kSegmentHeaderBytes>;

[[nodiscard]] SegmentHeaderBlock EncodeSegmentHeader(
    const SegmentHeader& header) noexcept;

/// Reads the header of the file that begins with `file`.
[[nodiscard]] LogFault DecodeSegmentHeader(std::span<const std::byte> file,
                                           SegmentHeader& header) noexcept;

}  // namespace lockstep::engine
