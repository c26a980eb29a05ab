#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "lockstep/ids.h"

namespace lockstep::engine {

/// An account's key, 128-bit key and label, packed into a few bytes of an arena
/// of the directory's: most accounts lack one or all of them. Immutable.
class Names {
 public:
  Names() noexcept = default;

  [[nodiscard]] std::string_view key() const noexcept {
    if (packed_ == nullptr) return {};
    return {packed_ + kHeadBytes + BitsBytes(), KeyBytes()};
  }
  [[nodiscard]] std::string_view label() const noexcept {
    if (packed_ == nullptr) return {};
    return {packed_ + kHeadBytes + BitsBytes() + KeyBytes(),
            static_cast<unsigned char>(packed_[1])};
  }
  [[nodiscard]] Bits128 key_bits() const noexcept {
    Bits128 bits;
    if (packed_ != nullptr && BitsBytes() != 0) {
      std::memcpy(&bits, packed_ + kHeadBytes, sizeof(bits));
    }
    return bits;
  }

 private:
  friend class NameArena;

  // Length of the key, length of the label, whether there are key bits.
  static constexpr std::size_t kHeadBytes = 3;

  [[nodiscard]] std::size_t KeyBytes() const noexcept {
    return static_cast<unsigned char>(packed_[0]);
  }
  [[nodiscard]] std::size_t BitsBytes() const noexcept {
    return packed_[2] != 0 ? sizeof(Bits128) : 0;
  }

  const char* packed_ = nullptr;
};

/// Where names lie, end to end, for as long as the arena lives. Guarded by the
/// directory's lock; names that were made may be read by anyone.
class NameArena {
 public:
  /// Copies the texts (of at most 255 bytes each). Throws std::bad_alloc.
  Names Make(std::string_view key, Bits128 key_bits, std::string_view label);

 private:
  static constexpr std::size_t kBlockBytes = std::size_t{64} << 10;

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t used_ = kBlockBytes;
};

}  // namespace lockstep::engine
