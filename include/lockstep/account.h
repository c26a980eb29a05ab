#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lockstep/amount.h"
#include "lockstep/ids.h"

namespace lockstep::inline v0_1 {

/// The longest code of an asset, in bytes.
inline constexpr std::size_t kMaxAssetCodeBytes = 32;
/// The longest external key of an account, in bytes.
inline constexpr std::size_t kMaxKeyBytes = 255;
/// The longest label of an account, in bytes.
inline constexpr std::size_t kMaxLabelBytes = 255;

/// How many assets a ledger can have.
inline constexpr std::uint32_t kMaxAssets = (std::uint32_t{1} << 24) - 1;

/// How many accounts a ledger can have (memory permitting).
inline constexpr std::uint64_t kMaxAccounts = (std::uint64_t{1} << 32) - 1;

/// What may be moved out of and into an account. The values are fixed for ever.
enum class AccountStatus : std::uint8_t {
  kOpen = 0,
  kDebitsFrozen = 1,   ///< nothing may leave it
  kCreditsFrozen = 2,  ///< nothing may enter it
  kFrozen = 3,         ///< neither
  kClosed = 4,         ///< neither, and it holds nothing
};

/// The status's name as one word ("debits_frozen").
[[nodiscard]] LOCKSTEP_EXPORT std::string_view AccountStatusName(
    AccountStatus status) noexcept;

/// What an asset is made from. Texts are copied.
struct AssetOptions {
  /// What people call it ("GOLD", "EUR"): 1 to kMaxAssetCodeBytes bytes
  /// without spaces or control characters, unique in the ledger.
  std::string_view code = {};
  /// Digits behind the point, 0..kMaxScale.
  /// Digits behind the point.
  int scale = 0;
  /// The most that may be in circulation; it becomes the floor of the
  /// issuer account (as its negative). Not negative.
  Amount supply_cap = Amount::Max();
  /// The issuer account's class, for routes.
  std::uint16_t issuer_class = 0;
};

/// An asset as it is.
struct AssetInfo {
  /// The number that it has in its ledger.
  AssetId id;
  /// What people call it.
  std::string code;
  /// Digits behind the point.
  int scale = 0;
  /// The account that the asset comes from and goes back to. Its balance is
  /// minus the supply.
  AccountId issuer;
};

/// What an account is made from. Texts are copied.
struct AccountOptions {
  /// What it holds. Required.
  AssetId asset = {};
  /// The lowest balance allowed: not above zero; negative for an overdraft.
  Amount floor = {};
  /// The highest balance allowed: not below zero.
  Amount ceiling = Amount::Max();
  /// What may be moved out of it and into it from the beginning.
  AccountStatus status = AccountStatus::kOpen;
  /// With an owner, (owner, purpose, asset) is unique and can be looked up.
  OwnerId owner = {};
  /// What it is for, in the host's own numbering.
  PurposeId purpose = {};
  /// An external key, unique in the ledger; empty for none.
  std::string_view key = {};
  /// An external 128-bit key, unique in the ledger; all zero for none.
  Bits128 key_bits = {};
  /// What people read; need not be unique.
  std::string_view label = {};
  /// The host's own; lockstep only keeps it.
  Bits128 user_data = {};
  /// What kind of account it is for routes, in the host's own numbering; it
  /// never changes. (An account of the class `Route::kAnyClass` is on those
  /// routes only that are for every class.)
  std::uint16_t account_class = 0;
};

/// An account as it is. The fields from `balance` to `version` belong to one
/// moment.
struct AccountInfo {
  /// The number that it has in its ledger.
  AccountId id;
  /// What it holds.
  AssetId asset;
  /// How much of it, what is held included.
  Amount balance;
  /// Reserved by holds; part of the balance but not available.
  Amount held;
  /// The lowest balance allowed.
  Amount floor;
  /// The highest balance allowed.
  Amount ceiling;
  /// What may be moved out of it and into it.
  AccountStatus status = AccountStatus::kOpen;
  /// The last operation that posted to the account; none before the first.
  Sequence version;
  /// Whoever it belongs to; none: nobody.
  OwnerId owner;
  /// What it is for.
  PurposeId purpose;
  /// Its external key; empty for none.
  std::string key;
  /// Its external 128-bit key; all zero for none.
  Bits128 key_bits;
  /// What people read.
  std::string label;
  /// The host's own.
  Bits128 user_data;
  /// What kind of account it is for routes.
  std::uint16_t account_class = 0;
};

}  // namespace lockstep::inline v0_1
