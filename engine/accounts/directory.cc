#include "engine/accounts/directory.h"

#include <algorithm>

namespace lockstep::engine {
namespace {

bool IsValidCode(std::string_view code) {
  if (code.empty() || code.size() > kMaxAssetCodeBytes) return false;
  return std::none_of(code.begin(), code.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= ' ' || byte == 0x7f;
  });
}

bool IsKnownStatus(AccountStatus status) {
  return status <= AccountStatus::kClosed;
}

// So that the insertions that follow cannot fail half-way.
template <class Map>
void MakeRoomForOne(Map& map) {
  map.reserve(map.size() + 1);
}

}  // namespace

Result<AssetId> Directory::CreateAsset(const AssetOptions& options) {
  if (!IsValidCode(options.code)) return Outcome::kInvalidAssetCode;
  if (options.scale < 0 || options.scale > kMaxScale) {
    return Outcome::kInvalidScale;
  }
  if (options.supply_cap.is_negative()) return Outcome::kInvalidLimits;

  const ExclusiveLock lock(mutex_);
  if (by_code_.contains(options.code)) return Outcome::kAssetExists;
  if (assets_.size() == kMaxAssets) return Outcome::kTooManyAssets;
  const AssetId asset(static_cast<std::uint32_t>(assets_.size() + 1));
  if (assets_.size() == assets_.capacity()) {
    assets_.reserve(2 * assets_.size() + 1);
  }
  MakeRoomForOne(by_code_);
  const Names code = names_.Make(options.code, {}, {});

  AccountOptions issuer;
  issuer.asset = asset;
  issuer.floor = ToAmount(-ToInt128(options.supply_cap));
  const Result<AccountId> added = AddAccountLocked(issuer);
  if (!added) return added.error();
  // From here nothing fails.
  assets_.push_back({code, options.scale, *added});
  by_code_.emplace(code.key(), asset);
  return asset;
}

Result<AccountId> Directory::CreateAccount(const AccountOptions& options) {
  const ExclusiveLock lock(mutex_);
  if (!KnowsAssetLocked(options.asset)) return Outcome::kUnknownAsset;
  if (options.floor > Amount() || options.ceiling < Amount()) {
    return Outcome::kInvalidLimits;
  }
  if (!IsKnownStatus(options.status)) return Outcome::kInvalidStatus;
  if (options.key.size() > kMaxKeyBytes ||
      options.label.size() > kMaxLabelBytes) {
    return Outcome::kInvalidText;
  }
  if (IsTakenLocked(options)) return Outcome::kKeyExists;
  return AddAccountLocked(options);
}

bool Directory::IsTakenLocked(const AccountOptions& options) const {
  const Bits128& bits = options.key_bits;
  return (!options.key.empty() && by_key_.contains(options.key)) ||
         (bits != Bits128{} && by_bits_.contains({bits.high, bits.low})) ||
         (!options.owner.is_none() &&
          by_owner_.contains({options.owner.value(), options.purpose.value(),
                              options.asset.value()}));
}

Result<AccountId> Directory::AddAccountLocked(const AccountOptions& options) {
  if (accounts_.count() == kMaxAccounts) return Outcome::kTooManyAccounts;
  const Bits128& bits = options.key_bits;
  const bool has_bits = bits != Bits128{};
  if (!options.key.empty()) MakeRoomForOne(by_key_);
  if (has_bits) MakeRoomForOne(by_bits_);
  if (!options.owner.is_none()) MakeRoomForOne(by_owner_);
  if (!accounts_.ReserveOne()) return Outcome::kOutOfMemory;

  ColdAccount cold;
  cold.ceiling = ToInt128(options.ceiling);
  cold.user_data = options.user_data;
  cold.owner = options.owner;
  cold.names = names_.Make(options.key, bits, options.label);
  cold.purpose = options.purpose;
  // From here nothing fails.
  const AccountId id = accounts_.Add(options.asset, ToInt128(options.floor),
                                     options.status, cold);
  if (!options.key.empty()) by_key_.emplace(cold.names.key(), id);
  if (has_bits) by_bits_.emplace(BitsKey{bits.high, bits.low}, id);
  if (!options.owner.is_none()) {
    by_owner_.emplace(OwnerKey{options.owner.value(), options.purpose.value(),
                               options.asset.value()},
                      id);
  }
  return id;
}

Result<AssetId> Directory::FindAsset(std::string_view code) const {
  const SharedLock lock(mutex_);
  const auto found = by_code_.find(code);
  if (found == by_code_.end()) return Outcome::kUnknownAsset;
  return found->second;
}

Result<AccountId> Directory::FindAccount(std::string_view key) const {
  const SharedLock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return Outcome::kUnknownAccount;
  return found->second;
}

Result<AccountId> Directory::FindAccount(Bits128 key_bits) const {
  const SharedLock lock(mutex_);
  const auto found = by_bits_.find(BitsKey{key_bits.high, key_bits.low});
  if (found == by_bits_.end()) return Outcome::kUnknownAccount;
  return found->second;
}

Result<AccountId> Directory::FindAccount(OwnerId owner, PurposeId purpose,
                                         AssetId asset) const {
  const SharedLock lock(mutex_);
  const auto found =
      by_owner_.find(OwnerKey{owner.value(), purpose.value(), asset.value()});
  if (found == by_owner_.end()) return Outcome::kUnknownAccount;
  return found->second;
}

Result<AssetInfo> Directory::GetAsset(AssetId asset) const {
  const SharedLock lock(mutex_);
  if (!KnowsAssetLocked(asset)) return Outcome::kUnknownAsset;
  const Asset& found = assets_[asset.value() - 1];
  return AssetInfo{asset, std::string(found.code.key()), found.scale,
                   found.issuer};
}

std::uint32_t Directory::asset_count() const {
  const SharedLock lock(mutex_);
  return static_cast<std::uint32_t>(assets_.size());
}

std::vector<std::string> Directory::AssetCodes() const {
  const SharedLock lock(mutex_);
  std::vector<std::string> codes;
  codes.reserve(assets_.size());
  for (const Asset& asset : assets_) codes.emplace_back(asset.code.key());
  return codes;
}

}  // namespace lockstep::engine
