#include "engine/log/checksum.h"

#define XXH_INLINE_ALL  // headers only: nothing to link
#include <xxhash.h>

namespace lockstep::engine {

std::uint64_t Checksum(std::span<const std::byte> bytes,
                       std::uint64_t seed) noexcept {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace lockstep::engine
