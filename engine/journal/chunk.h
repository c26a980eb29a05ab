#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/journal/record.h"
#include "lockstep/ids.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// How much of a stream lies together.
inline constexpr std::uint32_t kChunkBytes = std::uint32_t{64} << 10;
static_assert(kMaxRecordBytes <= kChunkBytes,
              "any record fits into an empty chunk");

/// A piece of one stream. Positions count the bytes of a stream from its very
/// beginning; a chunk covers [base, base + kChunkBytes).
///
/// All but the data is guarded by the journal's mutex. The data is written by
/// the stream's session and may be read up to the stream's tail.
struct Chunk {
  sync::Plain<std::uint32_t> slot = 0;
  sync::Plain<std::uint64_t> base = 0;
  /// How many records the stream had before this chunk.
  sync::Plain<std::uint64_t> records_before = 0;

  /// Set when the chunk is sealed, that is, when its stream goes on in another.
  sync::Plain<std::uint64_t> end = 0;
  sync::Plain<Sequence> last_sequence;

  /// How many views look at it.
  sync::Plain<std::uint32_t> pins = 0;
  /// No longer in the journal; whoever unpins it last frees it.
  sync::Plain<bool> dropped = false;

  alignas(kRecordAlignment) std::byte data[kChunkBytes];
};

}  // namespace lockstep::engine
