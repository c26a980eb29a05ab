#include "engine/accounts/names.h"

#include <gsl/assert>

#include "lockstep/account.h"

namespace lockstep::engine {

static_assert(kMaxKeyBytes <= 255 && kMaxLabelBytes <= 255,
              "lengths are kept in one byte");

Names NameArena::Make(std::string_view key, Bits128 key_bits,
                      std::string_view label) {
  Expects(key.size() <= kMaxKeyBytes && label.size() <= kMaxLabelBytes);
  Names names;
  const bool has_bits = key_bits != Bits128{};
  if (key.empty() && label.empty() && !has_bits) return names;

  const std::size_t bits_bytes = has_bits ? sizeof(key_bits) : 0;
  const std::size_t bytes =
      Names::kHeadBytes + bits_bytes + key.size() + label.size();
  if (kBlockBytes - used_ < bytes) {
    blocks_.push_back(std::make_unique<char[]>(kBlockBytes));
    used_ = 0;
  }
  char* const packed = blocks_.back().get() + used_;
  packed[0] = static_cast<char>(key.size());
  packed[1] = static_cast<char>(label.size());
  packed[2] = has_bits ? 1 : 0;
  char* end = packed + Names::kHeadBytes;
  if (has_bits) std::memcpy(end, &key_bits, bits_bytes);
  end += bits_bytes;
  end += key.copy(end, key.size());
  label.copy(end, label.size());
  used_ += bytes;
  names.packed_ = packed;
  return names;
}

}  // namespace lockstep::engine
