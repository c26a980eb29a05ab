#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/hash/hash.h"
#include "engine/accounts/account_table.h"
#include "engine/accounts/creation_log.h"
#include "engine/accounts/names.h"
#include "engine/base/cache_line.h"
#include "engine/base/mutex.h"
#include "lockstep/account.h"
#include "lockstep/result.h"

namespace lockstep::engine {

/// Who is who: assets by code, accounts by their external keys; and the only
/// place where either is made. Every function may be called from any thread.
/// Nothing here is on the way of a transfer.
class Directory {
 public:
  explicit Directory(AccountTable& accounts) noexcept : accounts_(accounts) {}

  /// From now on tells `log`, which outlives it, of all that is made. Before
  /// any other thread has it.
  void SetLog(CreationLog* log) noexcept { log_ = log; }

  // The outcomes are those of the functions of the same name in Ledger.
  Result<AssetId> CreateAsset(const AssetOptions& options)
      ABSL_LOCKS_EXCLUDED(mutex_);
  Result<AccountId> CreateAccount(const AccountOptions& options)
      ABSL_LOCKS_EXCLUDED(mutex_);

  [[nodiscard]] Result<AssetId> FindAsset(std::string_view code) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] Result<AccountId> FindAccount(std::string_view key) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] Result<AccountId> FindAccount(Bits128 key_bits) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] Result<AccountId> FindAccount(OwnerId owner, PurposeId purpose,
                                              AssetId asset) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  [[nodiscard]] Result<AssetInfo> GetAsset(AssetId asset) const
      ABSL_LOCKS_EXCLUDED(mutex_);
  [[nodiscard]] std::uint32_t asset_count() const ABSL_LOCKS_EXCLUDED(mutex_);

  /// How many accounts and assets there are.
  struct Population {
    std::uint64_t accounts = 0;
    std::uint32_t assets = 0;
  };
  /// Calls `function` while nothing is being made, and says how much there was
  /// then.
  Population CountDuring(absl::FunctionRef<void()> function) const
      ABSL_LOCKS_EXCLUDED(mutex_);

  /// The asset's issuer; none if there is no such asset.
  [[nodiscard]] AccountId IssuerOf(AssetId asset) const noexcept
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Every asset's issuer, the asset with id 1 first.
  [[nodiscard]] std::vector<AccountId> Issuers() const
      ABSL_LOCKS_EXCLUDED(mutex_);
  /// Every asset's code, in the same order.
  [[nodiscard]] std::vector<std::string> AssetCodes() const
      ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Asset {
    Names code;  // as its key
    int scale = 0;
    AccountId issuer;
  };
  using OwnerKey = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>;
  using BitsKey = std::pair<std::uint64_t, std::uint64_t>;

  [[nodiscard]] bool KnowsAssetLocked(AssetId asset) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return asset.value() - 1 < assets_.size();  // none (zero) wraps round
  }
  [[nodiscard]] bool IsTakenLocked(const AccountOptions& options) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  // `asset`: what it is the issuer of, if it is one.
  Result<AccountId> AddAccountLocked(const AccountOptions& options,
                                     const AssetOptions* asset)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  AccountTable& accounts_;
  CreationLog* log_ = nullptr;
  /// Away from what transfers look at: every lookup writes to it.
  alignas(kNoSharingBytes) mutable SharedMutex mutex_{LockRank::kDirectory};
  NameArena names_ ABSL_GUARDED_BY(mutex_);
  std::vector<Asset> assets_ ABSL_GUARDED_BY(mutex_);
  // Standard maps, because Abseil's are left broken when there is no memory for
  // them to grow (see docs/decisions/0006-maps-that-survive.md). The views
  // point into names_.
  template <class Key, class Value>
  using Map = std::unordered_map<Key, Value, absl::Hash<Key>>;
  Map<std::string_view, AssetId> by_code_ ABSL_GUARDED_BY(mutex_);
  Map<std::string_view, AccountId> by_key_ ABSL_GUARDED_BY(mutex_);
  Map<BitsKey, AccountId> by_bits_ ABSL_GUARDED_BY(mutex_);
  Map<OwnerKey, AccountId> by_owner_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace lockstep::engine
