#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <vector>

#include "lockstep/account_state.h"
#include "lockstep/amount.h"
#include "lockstep/audit.h"
#include "lockstep/export.h"
#include "lockstep/ids.h"
#include "lockstep/result.h"

namespace lockstep::engine {
class LedgerCore;
struct SnapshotCut;
}  // namespace lockstep::engine

namespace lockstep::inline v0_1 {

class Ledger;
struct LedgerOptions;

/// An asset's accounts together.
struct AssetTotal {
  /// Which asset.
  AssetId asset;
  /// How many accounts hold it, the issuer not counted.
  std::uint64_t accounts = 0;
  /// How much of it is in circulation: minus its issuer's balance.
  Amount supply;
  /// How much of that is held, of all accounts together. (Beyond the range of
  /// an amount: its largest one; so for `balances`.)
  Amount held;
  /// All balances together, the issuer's among them: zero, if nobody has
  /// broken the ledger.
  Amount balances;
};

/// The accounts whose balances lie between two bounds.
struct BalanceBucket {
  /// How many there are.
  std::uint64_t accounts = 0;
  /// Their balances together. (Beyond the range of an amount: its largest or
  /// smallest one.)
  Amount balances;
};

class AccountVisitor;

/// What can be called with an AccountState.
template <class Visit>
concept LooksAtAccounts =
    !std::is_same_v<std::remove_cvref_t<Visit>, AccountVisitor> &&
    std::is_invocable_v<Visit&, const AccountState&>;

/// A reference to something that looks at accounts, one after the other. If it
/// returns a bool, false ends it. Does not own it.
class AccountVisitor {
 public:
  /// Refers to `visit`.
  template <LooksAtAccounts Visit>
  AccountVisitor(Visit&& visit) noexcept  // NOLINT: as a lambda
      : visit_(reinterpret_cast<const void*>(std::addressof(visit))),
        call_([](const void* callee, const AccountState& account) -> bool {
          // Not a static_cast, since it may be a plain function.
          auto& function = *reinterpret_cast<std::remove_reference_t<Visit>*>(
              const_cast<void*>(callee));
          if constexpr (std::is_same_v<decltype(function(account)), bool>) {
            return function(account);
          } else {
            function(account);
            return true;
          }
        }) {}

  /// Calls it; false: no more. What it throws passes through.
  bool operator()(const AccountState& account) const {
    return call_(visit_, account);
  }

 private:
  const void* visit_;
  bool (*call_)(const void*, const AccountState&);
};

/// The whole ledger as it was at one moment, while others go on changing it.
///
/// The moment is that of `Ledger::TakeSnapshot`: with an operation it has every
/// operation that this one depended on, everything that was over when the
/// snapshot was asked for, and nothing that began after it was there. Taking
/// one costs about a microsecond, whatever the size of the ledger. While it
/// lives, the first operation to change an account keeps what the account had
/// (112 bytes of memory, until no snapshot needs it any more); the others
/// notice nothing, and nobody waits.
///
/// Reading costs about as much as reading the present, and about a lock more
/// where an account has changed since. Any number of threads may read one
/// snapshot; any number of snapshots may live at once. It keeps its ledger
/// alive. One that was moved from refuses everything: `kLedgerClosed`. From
/// inside a transaction function everything is refused with
/// `kInsideTransaction`, but for what cannot be refused.
class LOCKSTEP_EXPORT Snapshot {
 public:
  /// The one that was moved from refuses everything: `kLedgerClosed`.
  Snapshot(Snapshot&&) noexcept;
  /// As moving; the snapshot that it was before is let go of.
  Snapshot& operator=(Snapshot&&) noexcept;
  /// Cost: for each account that was changed while the snapshot lived, about
  /// what it takes to lock it. Inside a transaction function, which may hold
  /// their locks, that is left to the next snapshot of the ledger that ends
  /// (audits and digests have one each).
  ~Snapshot();

  /// How many accounts there were, the issuers counted in; ids ran from 1 to
  /// this.
  [[nodiscard]] std::uint64_t account_count() const noexcept;
  /// How many assets there were.
  [[nodiscard]] std::uint32_t asset_count() const noexcept;
  /// The ledger's time when it was taken.
  [[nodiscard]] Tick tick() const noexcept;

  /// An account as it was. `kLedgerClosed`, `kInsideTransaction`,
  /// `kUnknownAccount` (there was none then).
  [[nodiscard]] Result<AccountState> Get(AccountId account) const noexcept;
  /// Its balance alone. As `Get`.
  [[nodiscard]] Result<Amount> Balance(AccountId account) const noexcept;

  /// Calls `visit` with each account, by rising AccountId, until it returns
  /// false if it returns anything. No lock is held meanwhile, so it may call
  /// the ledger. What it throws passes through unchanged. `kLedgerClosed`,
  /// `kInsideTransaction`.
  Outcome ForEach(AccountVisitor visit) const;

  /// The totals of every asset, by rising AssetId. Cost: as looking at every
  /// account. `kLedgerClosed`, `kInsideTransaction`, `kOutOfMemory`.
  [[nodiscard]] Result<std::vector<AssetTotal>> Totals() const noexcept;

  /// The `count` accounts with the highest balances of an asset, the issuer not
  /// among them; of equal ones the lower id comes first. Fewer, if there are
  /// fewer. Cost: as looking at every account; grows with the logarithm of
  /// `count`. `kLedgerClosed`, `kInsideTransaction`, `kUnknownAsset`,
  /// `kOutOfMemory`.
  [[nodiscard]] Result<std::vector<AccountState>> Top(
      AssetId asset, std::size_t count) const noexcept;

  /// How an asset's balances are spread, the issuer's not among them: a bucket
  /// for those below the first bound, one for each pair of neighbouring bounds
  /// (from the lower one on, below the upper one), and one for those from the
  /// last bound on: one more than there are bounds. `kLedgerClosed`,
  /// `kInsideTransaction`, `kUnknownAsset`, `kInvalidOption` (the bounds do not
  /// rise), `kOutOfMemory`.
  [[nodiscard]] Result<std::vector<BalanceBucket>> Histogram(
      AssetId asset, std::span<const Amount> bounds) const noexcept;

  /// As `Ledger::Audit`, of the moment of this snapshot. Rows that the journal
  /// has dropped since are not followed. `kLedgerClosed`, `kInsideTransaction`,
  /// `kOutOfMemory`.
  [[nodiscard]] Result<AuditReport> Audit() const noexcept;

  /// As `Ledger::Digest`, of the moment of this snapshot. `kLedgerClosed`,
  /// `kInsideTransaction`, `kOutOfMemory`.
  [[nodiscard]] Result<Bits128> Digest() const noexcept;

  /// A new ledger in the state of this snapshot, for what-if runs: the same
  /// assets and accounts with the same ids, keys, balances, limits, statuses
  /// and versions, the same open holds and routes, and the same time (if it
  /// comes from the host; a hold's deadline is a number in either case). Its
  /// journal begins empty. Neither ledger knows of the other. `kLedgerClosed`,
  /// `kInsideTransaction`, `kInvalidOption`, `kOutOfMemory`.
  [[nodiscard]] Result<Ledger> Clone() const noexcept;
  /// The same, opened with other options than the original. If they say
  /// `routes_only` it has the routes of this snapshot (none, if the original
  /// knew of no routes); if not, everything is allowed there. Accounts keep
  /// their classes in either case.
  [[nodiscard]] Result<Ledger> Clone(
      const LedgerOptions& options) const noexcept;

 private:
  friend class Ledger;
  Snapshot(std::shared_ptr<engine::LedgerCore> core,
           std::unique_ptr<engine::SnapshotCut> cut) noexcept;
  [[nodiscard]] bool HasAsset(AssetId asset) const noexcept {
    return asset.value() - 1 < asset_count();  // none (zero) wraps round
  }

  std::shared_ptr<engine::LedgerCore> core_;
  std::unique_ptr<engine::SnapshotCut> cut_;
};

}  // namespace lockstep::inline v0_1
