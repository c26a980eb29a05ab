#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/log/log_bytes.h"
#include "engine/log/log_record.h"
#include "engine/log/record_encoder.h"

namespace lockstep::engine {

/// Reads records, whatever their bytes are. What a record points to lies in
/// those bytes, or in the decoder until it reads the next one. Nothing is
/// allocated.
///
/// What it lets through can be encoded, and gives the same bytes. It does not
/// know the ledger: whether accounts exist, whether legs sum to zero, and
/// whether sequences are new, is for others to look at.
class RecordDecoder {
 public:
  RecordDecoder() noexcept = default;
  RecordDecoder(const RecordDecoder&) = delete;
  RecordDecoder& operator=(const RecordDecoder&) = delete;

  /// The next record of a session's slot, told against `base`, which it becomes
  /// itself. If the reader has a fault then, there was none.
  void Decode(std::uint32_t slot, RecordBase& base, ByteReader& reader,
              LogRecord& record) noexcept;
  /// The same of creations.
  void Decode(RecordBase& base, ByteReader& reader,
              Creation& creation) noexcept;

 private:
  void DecodeWhatItTells(std::uint8_t flags, ByteReader& reader,
                         LogRecord& record) noexcept;
  void DecodeLegs(bool is_pair, ByteReader& reader, LogRecord& record) noexcept;
  void DecodeParts(bool is_whole, ByteReader& reader,
                   LogRecord& record) noexcept;
  void DecodeSeen(ByteReader& reader, LogRecord& record) noexcept;
  void DecodeId(ByteReader& reader, LogRecord& record) noexcept;

  // Set as far as the last record has them.
  std::array<Leg, kMaxLegs> legs_;
  std::array<Amount, kMaxLegs> parts_;
  std::array<AccountId, kMaxSeen> seen_;
  std::array<LoggedBalance, kMaxLegs> balances_;
  std::array<Amount, kMaxFlows> flowed_;
};

}  // namespace lockstep::engine
