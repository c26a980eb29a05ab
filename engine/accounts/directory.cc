#include "engine/accounts/directory.h"

#include <algorithm>
#include <gsl/assert>
#include <optional>

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

// An entry on its way into a map: all that can fail is done when it is made.
template <class Map>
class Entry {
 public:
  // Makes room for it as well. Throws std::bad_alloc.
  Entry(Map& map, const typename Map::key_type& key,
        typename Map::mapped_type value)
      : map_(map) {
    Map one;
    node_ = one.extract(one.emplace(key, value).first);
    const auto room = static_cast<std::size_t>(
        static_cast<float>(map_.bucket_count()) * map_.max_load_factor());
    // One before it is full: a new map's only bucket is none.
    if (map_.size() + 1 >= room) map_.reserve(2 * (map_.size() + 1));
  }
  void Insert() noexcept { map_.insert(std::move(node_)); }

 private:
  Map& map_;
  typename Map::node_type node_;
};

}  // namespace

Result<AssetId> Directory::CreateAsset(const AssetOptions& options) {
  if (!IsValidCode(options.code)) return Outcome::kInvalidAssetCode;
  if (options.scale < 0 || options.scale > kMaxScale) {
    return Outcome::kInvalidScale;
  }
  if (options.supply_cap.is_negative()) return Outcome::kInvalidLimits;

  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "directory");
  if (by_code_.contains(options.code)) return Outcome::kAssetExists;
  if (assets_.size() == kMaxAssets) return Outcome::kTooManyAssets;
  const AssetId asset(static_cast<std::uint32_t>(assets_.size() + 1));
  if (assets_.size() == assets_.capacity()) {
    assets_.reserve(2 * assets_.size() + 1);
  }
  const Names code = names_.Make(options.code, {}, {});
  Entry entry(by_code_, code.key(), asset);

  AccountOptions issuer;
  issuer.asset = asset;
  issuer.floor = ToAmount(-ToInt128(options.supply_cap));
  issuer.account_class = options.issuer_class;
  AssetOptions its_own = options;
  its_own.code = code.key();
  const Result<AccountId> added = AddAccountLocked(issuer, &its_own);
  if (!added) return added.error();
  // From here nothing fails.
  assets_.push_back({code, options.scale, *added});
  entry.Insert();
  return asset;
}

Result<AccountId> Directory::CreateAccount(const AccountOptions& options) {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "directory");
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
  return AddAccountLocked(options, nullptr);
}

bool Directory::IsTakenLocked(const AccountOptions& options) const {
  const Bits128& bits = options.key_bits;
  return (!options.key.empty() && by_key_.contains(options.key)) ||
         (bits != Bits128{} && by_bits_.contains({bits.high, bits.low})) ||
         (!options.owner.is_none() &&
          by_owner_.contains({options.owner.value(), options.purpose.value(),
                              options.asset.value()}));
}

Result<AccountId> Directory::AddAccountLocked(const AccountOptions& options,
                                              const AssetOptions* asset) {
  if (accounts_.count() == kMaxAccounts) return Outcome::kTooManyAccounts;
  if (!accounts_.ReserveOne()) return Outcome::kOutOfMemory;
  const AccountId id(accounts_.count() + 1);
  const Bits128& bits = options.key_bits;

  ColdAccount cold;
  cold.ceiling = ToInt128(options.ceiling);
  cold.user_data = options.user_data;
  cold.owner = options.owner;
  cold.names = names_.Make(options.key, bits, options.label);
  cold.purpose = options.purpose;
  cold.account_class = options.account_class;
  std::optional<Entry<Map<std::string_view, AccountId>>> key_entry;
  std::optional<Entry<Map<BitsKey, AccountId>>> bits_entry;
  std::optional<Entry<Map<OwnerKey, AccountId>>> owner_entry;
  if (!options.key.empty()) key_entry.emplace(by_key_, cold.names.key(), id);
  if (bits != Bits128{}) {
    bits_entry.emplace(by_bits_, BitsKey{bits.high, bits.low}, id);
  }
  if (!options.owner.is_none()) {
    owner_entry.emplace(by_owner_,
                        OwnerKey{options.owner.value(), options.purpose.value(),
                                 options.asset.value()},
                        id);
  }
  if (log_ != nullptr) {
    const Outcome room = log_->PrepareCreation();
    if (room != Outcome::kOk) return room;
  }
  // From here nothing fails.
  if (log_ != nullptr) {
    // Before anybody can post to it: so the log never lacks it.
    Creation creation{.account = id};
    if (asset != nullptr) {
      creation.made_asset = options.asset;
      creation.asset = *asset;
    } else {
      creation.options = options;
      creation.options.key = cold.names.key();
      creation.options.label = cold.names.label();
    }
    log_->AddCreation(creation);
  }
  const AccountId added = accounts_.Add(options.asset, ToInt128(options.floor),
                                        options.status, cold);
  Ensures(added == id);
  if (key_entry) key_entry->Insert();
  if (bits_entry) bits_entry->Insert();
  if (owner_entry) owner_entry->Insert();
  return id;
}

Result<AssetId> Directory::FindAsset(std::string_view code) const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  const auto found = by_code_.find(code);
  if (found == by_code_.end()) return Outcome::kUnknownAsset;
  return found->second;
}

Result<AccountId> Directory::FindAccount(std::string_view key) const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return Outcome::kUnknownAccount;
  return found->second;
}

Result<AccountId> Directory::FindAccount(Bits128 key_bits) const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  const auto found = by_bits_.find(BitsKey{key_bits.high, key_bits.low});
  if (found == by_bits_.end()) return Outcome::kUnknownAccount;
  return found->second;
}

Result<AccountId> Directory::FindAccount(OwnerId owner, PurposeId purpose,
                                         AssetId asset) const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  const auto found =
      by_owner_.find(OwnerKey{owner.value(), purpose.value(), asset.value()});
  if (found == by_owner_.end()) return Outcome::kUnknownAccount;
  return found->second;
}

Result<AssetInfo> Directory::GetAsset(AssetId asset) const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  if (!KnowsAssetLocked(asset)) return Outcome::kUnknownAsset;
  const Asset& found = assets_[asset.value() - 1];
  return AssetInfo{asset, std::string(found.code.key()), found.scale,
                   found.issuer};
}

std::uint32_t Directory::asset_count() const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  return static_cast<std::uint32_t>(assets_.size());
}

Directory::Population Directory::CountDuring(
    absl::FunctionRef<void()> function) const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  function();
  return {accounts_.count(), static_cast<std::uint32_t>(assets_.size())};
}

AccountId Directory::IssuerOf(AssetId asset) const noexcept {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  return KnowsAssetLocked(asset) ? assets_[asset.value() - 1].issuer
                                 : AccountId();
}

std::vector<AccountId> Directory::Issuers() const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  std::vector<AccountId> issuers;
  issuers.reserve(assets_.size());
  for (const Asset& asset : assets_) issuers.push_back(asset.issuer);
  return issuers;
}

std::vector<std::string> Directory::AssetCodes() const {
  const SharedLock lock(mutex_);
  sync::WillRead(this, "directory");
  std::vector<std::string> codes;
  codes.reserve(assets_.size());
  for (const Asset& asset : assets_) codes.emplace_back(asset.code.key());
  return codes;
}

}  // namespace lockstep::engine
