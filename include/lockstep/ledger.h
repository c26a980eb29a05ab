#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/audit.h"
#include "lockstep/concurrency.h"
#include "lockstep/export.h"
#include "lockstep/ids.h"
#include "lockstep/journal.h"
#include "lockstep/outcome.h"
#include "lockstep/result.h"
#include "lockstep/stats.h"
#include "lockstep/tick_source.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {
class LedgerCore;
struct SessionState;
}  // namespace lockstep::engine

namespace lockstep::inline v0_1 {

/// What a ledger is opened with.
struct LedgerOptions {
  /// Who may call it.
  Concurrency concurrency = Concurrency::kMultiThread;
  /// Where its time comes from.
  TickSource tick_source = TickSource::kHost;
  /// How much memory the journal may take before it drops its oldest rows, in
  /// bytes; 0 turns it off. A two-leg transfer takes 128 bytes and its
  /// description. Each session adds a chunk of 64 KiB of its own to this.
  std::uint64_t journal_bytes = std::uint64_t{64} << 20;
};

/// A caller's own place in a ledger: its counter of the sequence, its stream of
/// posted records and its statistics. A thread that calls `Ledger::Transfer`
/// gets one without asking; a session is for hosts whose jobs change threads,
/// and for those who want the last nanoseconds.
///
/// For one thread at a time. It keeps its ledger alive. A ledger has at most
/// Sequence::kMaxSlots of them at once, the threads' own counted in; a closed
/// one's place is reused.
class LOCKSTEP_EXPORT Session {
 public:
  /// A session that was moved from refuses everything: `kLedgerClosed`.
  Session(Session&&) noexcept;
  /// As moving; the session that it was before is closed.
  Session& operator=(Session&&) noexcept;
  ~Session();

  /// As `Ledger::Transfer`.
  Receipt Transfer(AccountId from, AccountId to, Amount amount,
                   const TransferOptions& options = {}) noexcept;
  /// As `Ledger::Post`.
  Receipt Post(std::span<const Leg> legs,
               const TransferOptions& options = {}) noexcept;
  /// As `Ledger::Post`, with the legs written out.
  Receipt Post(std::initializer_list<Leg> legs,
               const TransferOptions& options = {}) noexcept {
    return Post(std::span<const Leg>(legs.begin(), legs.size()), options);
  }

 private:
  friend class Ledger;
  Session(std::shared_ptr<engine::LedgerCore> core,
          engine::SessionState* state) noexcept;

  std::shared_ptr<engine::LedgerCore> core_;
  engine::SessionState* state_ = nullptr;
};

/// A ledger: assets, accounts, and the transfers between them.
///
/// Every function may be called from any number of threads at once (unless the
/// ledger was opened for a single one), none throws, none prints. A ledger that
/// was moved from refuses everything with `kLedgerClosed`.
class LOCKSTEP_EXPORT Ledger {
 public:
  /// Opens an empty ledger. Outcomes: `kInvalidOption`, `kOutOfMemory`.
  static Result<Ledger> Open(const LedgerOptions& options = {}) noexcept;

  /// The ledger that was moved from refuses everything: `kLedgerClosed`.
  Ledger(Ledger&&) noexcept;
  /// As moving; the ledger that it was before is let go of.
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  // --- Assets and accounts -------------------------------------------------

  /// Makes an asset and its issuer account (floor: minus the supply cap; no
  /// ceiling).
  /// Outcomes, in order of checking: `kLedgerClosed`, `kInvalidAssetCode`,
  /// `kInvalidScale`, `kInvalidLimits` (negative cap), `kAssetExists` (the code
  /// is taken), `kTooManyAssets`, `kTooManyAccounts`, `kOutOfMemory`.
  Result<AssetId> CreateAsset(const AssetOptions& options) noexcept;

  /// Makes an account with a balance of zero, while transfers run.
  /// Outcomes, in order of checking: `kLedgerClosed`, `kUnknownAsset`,
  /// `kInvalidLimits` (unless floor ≤ 0 ≤ ceiling), `kInvalidStatus`,
  /// `kInvalidText` (key or label too long), `kKeyExists` (key, key_bits or
  /// owner + purpose + asset is taken), `kTooManyAccounts`, `kOutOfMemory`.
  /// Cost: about a microsecond on average (an index that grows takes longer);
  /// takes the lock that lookups share.
  Result<AccountId> CreateAccount(const AccountOptions& options) noexcept;

  /// The asset with this code, without a scan. `kLedgerClosed`,
  /// `kUnknownAsset`.
  [[nodiscard]] Result<AssetId> FindAsset(std::string_view code) const noexcept;
  /// The account with this external key, without a scan; an empty one finds
  /// nothing. `kLedgerClosed`, `kUnknownAccount`.
  [[nodiscard]] Result<AccountId> FindAccount(
      std::string_view key) const noexcept;
  /// The same by its 128-bit key; zero bits find nothing.
  [[nodiscard]] Result<AccountId> FindAccount(Bits128 key_bits) const noexcept;
  /// The same by owner, purpose and asset; no owner finds nothing.
  [[nodiscard]] Result<AccountId> FindAccount(OwnerId owner, PurposeId purpose,
                                              AssetId asset) const noexcept;

  /// Everything about an asset. `kLedgerClosed`, `kUnknownAsset`,
  /// `kOutOfMemory` (for the code).
  [[nodiscard]] Result<AssetInfo> GetAsset(AssetId asset) const noexcept;
  /// Everything about an account. `kLedgerClosed`, `kUnknownAccount`,
  /// `kOutOfMemory` (for the texts).
  [[nodiscard]] Result<AccountInfo> GetAccount(
      AccountId account) const noexcept;

  /// The balance, without a lock and without holding up anyone.
  /// `kLedgerClosed`, `kUnknownAccount`.
  [[nodiscard]] Result<Amount> Balance(AccountId account) const noexcept;

  /// How much of the asset is in circulation: minus its issuer's balance.
  /// `kLedgerClosed`, `kUnknownAsset`, `kOutOfMemory`.
  [[nodiscard]] Result<Amount> Supply(AssetId asset) const noexcept;

  /// How many accounts there are, the issuers counted in; ids run from 1 to
  /// this.
  [[nodiscard]] std::uint64_t account_count() const noexcept;
  /// How many assets there are; ids run from 1 to this.
  [[nodiscard]] std::uint32_t asset_count() const noexcept;

  /// Freezes, unfreezes, closes or reopens an account, as a posted operation
  /// (the account's version rises). Outcomes, in order of checking:
  /// `kLedgerClosed`, `kTooManySessions`, `kInsideTransaction`,
  /// `kInvalidStatus` (no such status), `kUnknownAccount`, `kBusy`,
  /// `kBalanceNotZero` (only an empty account can be closed),
  /// `kSequenceExhausted`.
  Outcome SetStatus(AccountId account, AccountStatus status,
                    Wait wait = Wait::Forever()) noexcept;

  // --- Transfers -----------------------------------------------------------

  /// Moves `amount` from one account to another of the same asset: the fast
  /// case of `Post`. Outcomes, in order of checking:
  ///
  /// 1. before any lock: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kDescriptionTooLong`, `kZeroAmount`,
  ///    `kNegativeAmount`, `kSameAccount`, `kUnknownAccount` (the payer's
  ///    first), `kAssetsDiffer`, `kOutOfMemory` (no room for the journal);
  /// 2. taking the locks: `kBusy` (as `options.wait` chose);
  /// 3. under the locks, each over all accounts before the next:
  ///    `kAccountClosed`, `kAccountFrozen`, `kAmountOverflow`,
  ///    `kInsufficientFunds`, `kAboveCeiling`, `kSequenceExhausted`.
  ///
  /// A refused transfer changes nothing, allocates nothing and spends no
  /// sequence. (What a session needs it gets beforehand: when it is opened,
  /// which for a thread's own one is at the thread's first call and may give
  /// `kOutOfMemory` before everything else but `kLedgerClosed`; and after a
  /// transfer was posted, a new chunk for the journal, once in 64 KiB of it.)
  Receipt Transfer(AccountId from, AccountId to, Amount amount,
                   const TransferOptions& options = {}) noexcept;

  /// Posts 2 to kMaxLegs legs, all of them or none. The legs of each asset
  /// must sum to zero. An account may appear in several legs: limits look at
  /// its net change, the journal keeps a row for each leg. Whether it is
  /// refused, and why, does not depend on the order of the legs (which leg a
  /// refusal names does). Outcomes, in order of checking:
  ///
  /// 1. before any lock: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kNoLegs`, `kTooManyLegs`,
  ///    `kDescriptionTooLong`, `kZeroAmount` (a leg of zero),
  ///    `kUnknownAccount`, `kUnbalanced`, `kOutOfMemory`;
  /// 2. and 3. as for `Transfer`.
  ///
  /// Cost: grows with n log n for n legs; no allocation but as above.
  Receipt Post(std::span<const Leg> legs,
               const TransferOptions& options = {}) noexcept;
  /// The same, with the legs written out.
  Receipt Post(std::initializer_list<Leg> legs,
               const TransferOptions& options = {}) noexcept {
    return Post(std::span<const Leg>(legs.begin(), legs.size()), options);
  }

  /// A session of one's own. Outcomes: `kLedgerClosed`, `kTooManySessions`,
  /// `kOutOfMemory`.
  Result<Session> OpenSession() noexcept;

  /// The receipt as a sentence with names and decimal amounts: "insufficient
  /// funds: account 7 (alice) has 10.00 GOLD, needs 150.00". Empty if there is
  /// no memory for it.
  [[nodiscard]] std::string Explain(const Receipt& receipt) const noexcept;

  // --- Time ----------------------------------------------------------------

  /// Sets the ledger's time. `kLedgerClosed`, `kInvalidOption` (the time comes
  /// from the system clock), `kTimeRunsBackwards` (before the present one;
  /// nothing changes).
  Outcome Advance(Tick now) noexcept;
  /// The ledger's time: what `Advance` set last (zero before), or the system's.
  [[nodiscard]] Tick now() const noexcept;

  // --- Looking back --------------------------------------------------------

  /// An account's rows, newest first, each transfer's in reverse order of
  /// legs. Outcomes, in order of checking: `kLedgerClosed`, `kJournalOff`,
  /// `kUnknownAccount`, `kOutOfMemory`. Cost: looks through the retained
  /// journal until `limit` rows are found, a few nanoseconds a row. Holds up
  /// those who post for two looks at every session, and whoever needs a new
  /// chunk just then while the retained ones are listed.
  [[nodiscard]] Result<History> GetHistory(
      AccountId account, const HistoryOptions& options = {}) const noexcept;

  /// A cursor over all rows. `kLedgerClosed`, `kJournalOff`, `kOutOfMemory`.
  [[nodiscard]] Result<JournalCursor> OpenJournal() const noexcept;

  /// Checks the books: each asset sums to zero, no account is outside its
  /// limits, closed accounts are empty, and each account's retained rows chain
  /// up to its balance. Takes all the account locks, in order, while it copies
  /// the balances, so transfers wait meanwhile (about 10 ns an account).
  /// `kLedgerClosed`, `kOutOfMemory`.
  [[nodiscard]] Result<AuditReport> Audit() const noexcept;

  /// A fingerprint of the accounts' balances, held amounts, limits and
  /// statuses by key (by id where there is none), and not of versions or
  /// times: two ledgers in the same state give the same one. Takes all the
  /// account locks, in order. `kLedgerClosed`, `kOutOfMemory`.
  [[nodiscard]] Result<Bits128> Digest() const noexcept;

  /// What happened so far; all zero for a moved-from ledger.
  [[nodiscard]] Stats GetStats() const noexcept;

 private:
  friend class engine::LedgerCore;
  explicit Ledger(std::shared_ptr<engine::LedgerCore> core) noexcept;

  std::shared_ptr<engine::LedgerCore> core_;
};

}  // namespace lockstep::inline v0_1
