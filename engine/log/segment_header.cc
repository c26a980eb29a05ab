#include "engine/log/segment_header.h"

#include <algorithm>
#include <cstring>

#include "engine/log/checksum.h"
#include "engine/log/log_bytes.h"

namespace lockstep::engine {
namespace {

constexpr std::array<char, 8> kMagic = {'L', 'O', 'C', 'K', 'S', 'T', 'P', 'L'};

// Up to here the header is the same in all versions.
constexpr std::size_t kSummedFrom = 24;

// Magic has to be right, version and size are in the seed, so all is covered.
std::uint64_t HeaderChecksum(std::span<const std::byte> block,
                             std::uint32_t version) noexcept {
  return Checksum(block.subspan(kSummedFrom),
                  std::uint64_t{version} << 32 | block.size());
}

bool IsAllZero(std::span<const std::byte> bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(),
                     [](std::byte byte) { return byte == std::byte{0}; });
}

// A header of which nothing but a part of the magic came to the disk.
bool IsPartOfMagic(std::span<const std::byte> block) noexcept {
  const auto magic = std::as_bytes(std::span(kMagic));
  const auto [differs, in_magic] =
      std::mismatch(block.begin(), block.begin() + magic.size(), magic.begin());
  return differs != block.begin() &&
         IsAllZero(
             block.subspan(static_cast<std::size_t>(in_magic - magic.begin())));
}

bool MakesSense(const SegmentHeader& header) noexcept {
  // Positions count batches only, and stay far from where they would overflow.
  const std::uint64_t most = UINT64_MAX - kMaxSegmentBytes;
  const bool is_first = header.number == 1;
  return header.number != 0 && header.bytes >= kMinSegmentBytes &&
         header.bytes <= kMaxSegmentBytes && header.bytes % 8 == 0 &&
         header.position % 8 == 0 && header.position <= most &&
         is_first == (header.position == 0) &&
         (!is_first || header.previous == 0);
}

}  // namespace

SegmentHeaderBlock EncodeSegmentHeader(const SegmentHeader& header) noexcept {
  Expects(MakesSense(header) && (header.marks & ~LedgerMarks::kAll) == 0);
  SegmentHeaderBlock block{};
  ByteWriter writer(block.data() + kSummedFrom);
  writer.Fixed(header.log_id);
  writer.Fixed(header.number);
  writer.Fixed(header.position);
  writer.Fixed(header.previous);
  writer.Fixed(header.bytes);
  writer.Fixed(header.marks);
  ByteWriter front(block.data());
  front.Bytes(std::as_bytes(std::span(kMagic)));
  front.Fixed(kLogVersion);
  front.Fixed(static_cast<std::uint32_t>(block.size()));
  front.Fixed(HeaderChecksum(block, kLogVersion));
  return block;
}

LogFault DecodeSegmentHeader(std::span<const std::byte> file,
                             SegmentHeader& header) noexcept {
  header = {};
  const auto whole = file.first(std::min(file.size(), kSegmentHeaderBytes));
  if (IsAllZero(whole)) return LogFault::kNoHeader;
  if (whole.size() < kSummedFrom) return LogFault::kCutShort;
  if (std::memcmp(whole.data(), kMagic.data(), kMagic.size()) != 0) {
    return IsPartOfMagic(whole) ? LogFault::kHeaderChecksum
                                : LogFault::kForeign;
  }
  ByteReader front(whole.subspan(kMagic.size()));
  const auto version = front.Fixed<std::uint32_t>();
  const auto bytes = front.Fixed<std::uint32_t>();
  const auto checksum = front.Fixed<std::uint64_t>();
  // Of another version it may have another size, within reason.
  if (bytes < kSummedFrom || bytes > file.size()) {
    return LogFault::kHeaderChecksum;
  }
  const auto block = file.first(bytes);
  if (HeaderChecksum(block, version) != checksum) {
    return LogFault::kHeaderChecksum;
  }
  if (version > kLogVersion) return LogFault::kNewerVersion;
  if (version != kLogVersion || bytes != kSegmentHeaderBytes) {
    return LogFault::kHeaderContent;
  }
  ByteReader reader(block.subspan(kSummedFrom));
  header.log_id = reader.FixedBits128();
  header.number = reader.Fixed<std::uint64_t>();
  header.position = reader.Fixed<std::uint64_t>();
  header.previous = reader.Fixed<std::uint64_t>();
  header.bytes = reader.Fixed<std::uint64_t>();
  header.marks = reader.Fixed<std::uint32_t>();
  if (!MakesSense(header)) return LogFault::kHeaderContent;
  const bool has_more = !IsAllZero(reader.Bytes(reader.left()));
  if (has_more || (header.marks & ~LedgerMarks::kAll) != 0) {
    return LogFault::kReserved;
  }
  return LogFault::kNone;
}

}  // namespace lockstep::engine
