#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/log/log_bytes.h"
#include "engine/log/log_record.h"

namespace lockstep::engine {

/// What a record is told against: what the one before it in its run said, and
/// in front of the first what the run and the batch say.
struct RecordBase {
  /// Of a session's slot the counter of the sequence; of creations the account.
  std::uint64_t counter = 0;
  Tick tick = {};
};

/// How many bytes a record takes at the most; not much more than it takes.
[[nodiscard]] std::size_t MaxEncodedBytes(const LogRecord& record) noexcept;
[[nodiscard]] std::size_t MaxEncodedBytes(const Creation& creation) noexcept;

/// Writes a record, for which there is room, and makes it the base of the next
/// one. The record keeps to what log_record.h says.
void EncodeRecord(const LogRecord& record, RecordBase& base,
                  ByteWriter& writer) noexcept;
void EncodeRecord(const Creation& creation, RecordBase& base,
                  ByteWriter& writer) noexcept;

}  // namespace lockstep::engine
