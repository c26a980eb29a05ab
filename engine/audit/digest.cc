#include "engine/audit/digest.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#define XXH_INLINE_ALL  // headers only: nothing to link
#include <xxhash.h>

#include "engine/base/int128.h"
#include "engine/snapshot/live_snapshots.h"

namespace lockstep::engine {
namespace {

// An account's state as bytes, the same on every machine of one endianness.
class Bytes {
 public:
  void Add(std::uint64_t number) {
    std::memcpy(bytes_.data() + size_, &number, sizeof(number));
    size_ += sizeof(number);
  }
  void Add(Int128 number) {
    Add(LowHalf(number));
    Add(HighHalf(number));
  }
  // With its length in front, so that two texts never run into one another.
  void Add(std::string_view text) {
    Add(std::uint64_t{text.size()});
    std::copy(text.begin(), text.end(), bytes_.data() + size_);
    size_ += text.size();
  }

  [[nodiscard]] UInt128 Hash() const {
    const XXH128_hash_t hash = XXH3_128bits(bytes_.data(), size_);
    return static_cast<UInt128>(hash.high64) << 64 | hash.low64;
  }

 private:
  static constexpr std::size_t kMaxBytes =
      kMaxKeyBytes + kMaxAssetCodeBytes + 20 * sizeof(std::uint64_t);

  std::array<char, kMaxBytes> bytes_;
  std::size_t size_ = 0;
};

// What an account is known by: its key, its key bits, its owner and purpose,
// and only where it has none of these, its id.
void AddName(Bytes& bytes, AccountId id, const ColdAccount& cold) {
  const Bits128 bits = cold.names.key_bits();
  bytes.Add(cold.names.key());
  bytes.Add(bits.high);
  bytes.Add(bits.low);
  bytes.Add(cold.owner.value());
  bytes.Add(std::uint64_t{cold.purpose.value()});
  const bool has_name =
      !cold.names.key().empty() || bits != Bits128{} || !cold.owner.is_none();
  bytes.Add(has_name ? 0 : id.value());
}

// Shorter than an account's bytes, so never taken for those.
UInt128 SumOfRoutes(const RouteSet& routes) {
  UInt128 sum = 0;
  for (const Route& route : routes.ToRoutes()) {
    Bytes bytes;
    bytes.Add(std::uint64_t{route.payer_class});
    bytes.Add(std::uint64_t{route.payee_class});
    bytes.Add(std::uint64_t{route.code});
    sum += bytes.Hash();
  }
  return sum;
}

}  // namespace

Bits128 ComputeDigest(const AccountTable& accounts, const SnapshotCut& cut,
                      const Directory& directory, const RouteTable* routes) {
  // Assets never change, so those that there are now begin with those of the
  // cut.
  const std::vector<std::string> asset_codes = directory.AssetCodes();
  UInt128 sum = 0;
  for (std::uint64_t i = 1; i <= cut.population.accounts; ++i) {
    const AccountId id(i);
    const ColdAccount& cold = accounts.Cold(id);
    const AccountView view = ViewAtCut(accounts, id, cut.epoch);
    Bytes bytes;
    AddName(bytes, id, cold);
    bytes.Add(asset_codes[accounts.Hot(id).asset().value() - 1]);
    bytes.Add(view.balance);
    bytes.Add(view.held);
    bytes.Add(view.floor);
    bytes.Add(view.ceiling);
    bytes.Add(static_cast<std::uint64_t>(view.status));
    // Who never heard of classes has the digest that he always had.
    if (cold.account_class != 0) bytes.Add(std::uint64_t{cold.account_class});
    sum += bytes.Hash();
  }
  if (routes != nullptr) sum += SumOfRoutes(*routes->At(cut.epoch));
  return {static_cast<std::uint64_t>(sum >> 64),
          static_cast<std::uint64_t>(sum)};
}

}  // namespace lockstep::engine
