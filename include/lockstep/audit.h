#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lockstep/amount.h"
#include "lockstep/export.h"
#include "lockstep/ids.h"

namespace lockstep::inline v0_1 {

/// A rule that an audit found broken.
enum class AuditRule : std::uint8_t {
  kAssetSumsToZero = 0,         ///< balances of each asset sum to zero
  kBalanceNotBelowFloor = 1,    ///< no balance is below its floor
  kBalanceNotAboveCeiling = 2,  ///< no balance is above its ceiling
  kClosedAccountIsEmpty = 3,    ///< a closed account holds nothing
  kRowsChainUp = 4,             ///< each row starts where the last one ended
  kRowsEndAtBalance = 5,        ///< the last row ends at the balance
  kHeldIsOfHolds = 6,           ///< what is held is what open holds hold
};

/// The rule as a sentence without a full stop.
[[nodiscard]] LOCKSTEP_EXPORT std::string_view AuditRuleText(
    AuditRule rule) noexcept;

/// Where a rule was found broken.
struct AuditFault {
  /// Which rule is broken.
  AuditRule rule = AuditRule::kAssetSumsToZero;
  /// None for kAssetSumsToZero.
  AccountId account;
  /// The asset that does not sum to zero, or that account's.
  AssetId asset;
  /// For the chain of rows: where the rows part from each other.
  Sequence sequence;
  /// What the rule asks for, and what there is (sums beyond the range of an
  /// amount are shown as its limits).
  Amount expected;
  /// What there is.
  Amount found;
};

/// What an audit looked at and found.
struct AuditReport {
  /// No rule is broken.
  bool ok = false;
  /// Accounts looked at.
  std::uint64_t accounts = 0;
  /// Assets looked at.
  std::uint32_t assets = 0;
  /// Rows of the journal that were followed.
  std::uint64_t rows = 0;
  /// How many faults there are in all, and the first of them.
  std::uint64_t fault_count = 0;
  /// The first of them, kMaxAuditFaults at most.
  std::vector<AuditFault> faults;
};

/// How many faults an audit report lists at most.
inline constexpr std::size_t kMaxAuditFaults = 100;

}  // namespace lockstep::inline v0_1
