#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lockstep/ids.h"

namespace lockstep::engine {

/// XXH3, 64 bits.
[[nodiscard]] std::uint64_t Checksum(std::span<const std::byte> bytes,
                                     std::uint64_t seed) noexcept;

/// What the checksums of a log's batches start from: so those of another log
/// are wrong in this one.
[[nodiscard]] constexpr std::uint64_t SeedOf(Bits128 log_id) noexcept {
  return log_id.high ^ log_id.low;
}

}  // namespace lockstep::engine
