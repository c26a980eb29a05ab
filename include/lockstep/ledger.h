#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/account.h"
#include "lockstep/account_state.h"
#include "lockstep/amount.h"
#include "lockstep/audit.h"
#include "lockstep/concurrency.h"
#include "lockstep/export.h"
#include "lockstep/hold.h"
#include "lockstep/ids.h"
#include "lockstep/journal.h"
#include "lockstep/log.h"
#include "lockstep/outcome.h"
#include "lockstep/request.h"
#include "lockstep/result.h"
#include "lockstep/reversal.h"
#include "lockstep/route.h"
#include "lockstep/snapshot.h"
#include "lockstep/stats.h"
#include "lockstep/tick_source.h"
#include "lockstep/transact.h"
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
  /// How many ids of operations (`TransferOptions::id`) are remembered: each
  /// until so many others were posted after it, and not a moment longer. 0:
  /// what has an id is refused. One of a two-leg transfer takes about 450 bytes
  /// as long as it is remembered. (While there are snapshots, forgotten ones
  /// keep their memory.)
  std::uint32_t id_window = 65'536;
  /// How often a thread of the ledger's own does what `ExpireHolds` does, so
  /// that holds expire without anybody's doing; zero: there is no such thread.
  /// For ledgers for many threads only. It takes a session, sleeps in between,
  /// and ends with the ledger. Clones have none.
  std::chrono::nanoseconds expire_every{0};
  /// True: nothing moves but along routes, of which there are none at the
  /// beginning (`Ledger::AllowRoute`). False: everything is allowed. This is
  /// decided once: to forbid the last route allows nothing, not everything.
  bool routes_only = false;
  /// Where the ledger's log is, or is to be made: a directory, which is made if
  /// only its last part is missing. What was durable there is in the ledger
  /// once it is open. Empty: there is no log, and nothing outlasts the process.
  std::string_view directory = {};
  /// How large each file of a log is that is made: 1 MiB to 1 GiB. A file is
  /// written full of zeros before it is needed.
  std::uint64_t log_segment_bytes = std::uint64_t{64} << 20;
  /// How much may be posted and not yet be in the log, in bytes of the journal,
  /// until those who post wait for it; each session adds a chunk of 64 KiB of
  /// its own.
  std::uint64_t log_backlog_bytes = std::uint64_t{16} << 20;
  /// How often a thread of the ledger's own does what `Flush` does; zero: only
  /// who asks does.
  std::chrono::nanoseconds flush_every{0};
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
  Receipt Transfer(
      AccountId from, AccountId to, Amount amount,
      const TransferOptions& options = kDefaultTransferOptions) noexcept;
  /// As `Ledger::Post`.
  Receipt Post(std::span<const Leg> legs, const TransferOptions& options =
                                              kDefaultTransferOptions) noexcept;
  /// As `Ledger::Post`, with the legs written out.
  Receipt Post(
      std::initializer_list<Leg> legs,
      const TransferOptions& options = kDefaultTransferOptions) noexcept {
    return Post(std::span<const Leg>(legs.begin(), legs.size()), options);
  }
  /// As `Ledger::Post`.
  Receipt Post(const TransferRequest& request) noexcept;
  /// As `Ledger::PostAll`.
  BatchResult PostAll(std::span<const TransferRequest> requests,
                      std::span<Receipt> receipts = {},
                      const LinkOptions& options = {}) noexcept;
  /// As `Ledger::PostEach`.
  BatchResult PostEach(std::span<const TransferRequest> requests,
                       std::span<Outcome> outcomes = {},
                       const EachOptions& options = {}) noexcept;
  /// As `Ledger::PostEach`.
  BatchResult PostEach(std::span<const TransferRequest> requests,
                       std::span<Receipt> receipts,
                       const EachOptions& options = {}) noexcept;
  /// As `Ledger::Hold`.
  Receipt Hold(
      std::span<const Leg> legs, Tick deadline = {},
      const TransferOptions& options = kDefaultTransferOptions) noexcept;
  /// As `Ledger::Hold`, with the legs written out.
  Receipt Hold(
      std::initializer_list<Leg> legs, Tick deadline = {},
      const TransferOptions& options = kDefaultTransferOptions) noexcept {
    return Hold(std::span<const Leg>(legs.begin(), legs.size()), deadline,
                options);
  }
  /// As `Ledger::Capture`.
  Receipt Capture(
      HoldId hold, std::span<const Amount> amounts = {},
      const TransferOptions& options = kDefaultTransferOptions) noexcept;
  /// As `Ledger::Release`.
  Receipt Release(HoldId hold, const TransferOptions& options =
                                   kDefaultTransferOptions) noexcept;
  /// As `Ledger::Reverse`.
  Receipt Reverse(const Reversal& reversal) noexcept;
  /// As `Ledger::Reverse`.
  Receipt Reverse(Sequence transfer, const TransferOptions& options =
                                         kDefaultTransferOptions) noexcept {
    return Reverse(Reversal{.transfer = transfer, .options = options});
  }
  /// As `Ledger::ReverseAll`.
  BatchResult ReverseAll(std::span<const Reversal> reversals,
                         std::span<Receipt> receipts = {},
                         const LinkOptions& options = {}) noexcept;
  /// As `Ledger::Transact`.
  Receipt Transact(std::span<const AccountId> accounts,
                   TransactionFunction function,
                   const TransferOptions& options = kDefaultTransferOptions);
  /// As `Ledger::Transact`, with the accounts written out.
  Receipt Transact(std::initializer_list<AccountId> accounts,
                   TransactionFunction function,
                   const TransferOptions& options = kDefaultTransferOptions) {
    return Transact(
        std::span<const AccountId>(accounts.begin(), accounts.size()), function,
        options);
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
/// ledger was opened for a single one), none throws (but `Transact`, what its
/// function throws), none prints. A ledger that was moved from refuses
/// everything with `kLedgerClosed`. On a thread that is inside a transaction
/// function, of this ledger or of another one, everything that has an outcome
/// is refused with `kInsideTransaction` right after that, and what has none
/// answers as a ledger that was moved from.
class LOCKSTEP_EXPORT Ledger {
 public:
  /// Opens an empty ledger. Outcomes: `kInvalidOption`, `kOutOfMemory` (also if
  /// no thread can be started, where one is asked for).
  ///
  /// With a directory it is what the log there tells: all that was reported
  /// durable, and perhaps some that was not; never a part of an operation, nor
  /// one without those that it depended on. `kLogInUse` (another ledger, in
  /// this process or in another one, has it, or a process that was forked off
  /// from one that had), `kLogForeign` (it is no directory, or a link to one,
  /// or what has a segment's name is no segment), `kLogNewer` (one of a later
  /// version), `kLogDamaged`, `kLogFailed` (the disk did). `report`, if there
  /// is one, says what was found and done, or where and why it was refused;
  /// whatever was refused is left as it was, to the byte. Journals begin empty,
  /// and so does the past that `Reverse` can look up; holds that were resolved
  /// are unknown.
  static Result<Ledger> Open(const LedgerOptions& options = {},
                             LogReport* report = nullptr) noexcept;

  /// Returns once all that was posted and made before, by whomever, is durable.
  /// One synchronization serves all who wait; no account is locked meanwhile.
  /// Outcomes: `kLedgerClosed`, `kInsideTransaction`, `kLogOff` (it has none),
  /// `kLogFailed` (from then on whatever would change the ledger is refused
  /// so), `kOutOfMemory` (nothing was written; ask again).
  [[nodiscard]] Outcome Flush() noexcept;
  /// The same for one operation: returns at once if it is durable already.
  /// `kInvalidOption` besides: nothing with this sequence was posted. (A number
  /// below one that was posted in the same slot is not told from that.)
  [[nodiscard]] Outcome WaitDurable(Sequence sequence) noexcept;

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

  /// Who may call it, as it was opened.
  [[nodiscard]] Concurrency concurrency() const noexcept;

  /// How many accounts there are, the issuers counted in; ids run from 1 to
  /// this.
  [[nodiscard]] std::uint64_t account_count() const noexcept;
  /// How many assets there are; ids run from 1 to this.
  [[nodiscard]] std::uint32_t asset_count() const noexcept;

  /// Freezes, unfreezes, closes or reopens an account, as a posted operation
  /// (the account's version rises, the journal gets a row). Outcomes, in order
  /// of checking: `kLedgerClosed`, `kTooManySessions`, `kInsideTransaction`,
  /// `kInvalidStatus` (no such status), `kUnknownAccount`, `kOutOfMemory` (no
  /// room for the journal), `kBusy`, `kOutOfMemory` (there is a snapshot, and
  /// no room for what it needs),
  /// `kBalanceNotZero` (only an empty account can be closed), `kHeldNotZero`
  /// (and one without holds on it), `kSequenceExhausted`.
  Outcome SetStatus(AccountId account, AccountStatus status,
                    Wait wait = Wait::Forever()) noexcept;

  /// Sets the lowest and the highest balance allowed, as a posted operation
  /// like SetStatus. Unlike at an account's beginning, a floor may be above
  /// zero and a ceiling below it; but what the account has must be within them,
  /// what is available for the floor. Transfers that are under way come before
  /// it or after it. Outcomes, in order of checking: `kLedgerClosed`,
  /// `kTooManySessions`, `kInsideTransaction`, `kInvalidLimits` (the floor is
  /// above the ceiling, or an issuer's is the smallest number),
  /// `kUnknownAccount`, `kOutOfMemory`, `kBusy`, `kOutOfMemory`,
  /// `kOutsideLimits`, `kSequenceExhausted`.
  Outcome SetLimits(AccountId account, Amount floor, Amount ceiling,
                    Wait wait = Wait::Forever()) noexcept;
  /// Sets how much of an asset may be in circulation at the most: minus its
  /// issuer's floor. `kLedgerClosed`, `kUnknownAsset`, `kInvalidLimits`
  /// (negative), then as `SetLimits` of the issuer, whose ceiling is none
  /// again: `kOutsideLimits` if there is more of it already.
  Outcome SetSupplyCap(AssetId asset, Amount cap,
                       Wait wait = Wait::Forever()) noexcept;

  // --- Routes --------------------------------------------------------------

  /// Allows what this route says from now on, as a posted operation (the
  /// journal gets a row). Transfers that are under way come before it or after
  /// it, by sequence too. One that is allowed already stays so, and nothing is
  /// posted. Outcomes, in order of checking: `kLedgerClosed`,
  /// `kInsideTransaction`, `kRoutesOff` (the ledger was opened without
  /// `routes_only`), `kTooManySessions`, `kOutOfMemory` (no room for the
  /// journal), `kOutOfMemory` (for the routes), `kSequenceExhausted`.
  /// Cost: grows with the number of routes and with that of sessions, some
  /// microseconds. Transfers wait for it while it goes through the sessions
  /// (with 64 of them less than a microsecond), which itself waits for those
  /// that are inside a transfer, or just being opened.
  Outcome AllowRoute(const Route& route) noexcept;
  /// Takes back what `AllowRoute` said of just this route, in the same way. (If
  /// another one, with wildcards, allows the same, that stays.) Nothing that is
  /// held is let go of by that: holds are judged again as they are captured.
  /// Outcomes: as for `AllowRoute`, and `kUnknownRoute` before the last two.
  Outcome ForbidRoute(const Route& route) noexcept;
  /// The routes that are allowed now, by payer's class, payee's class and code,
  /// wildcards last. `kLedgerClosed`, `kInsideTransaction`, `kRoutesOff`,
  /// `kOutOfMemory`.
  [[nodiscard]] Result<std::vector<Route>> GetRoutes() const noexcept;

  // --- Transfers -----------------------------------------------------------

  /// Moves `amount` from one account to another of the same asset: the fast
  /// case of `Post`. Outcomes, in order of checking:
  ///
  /// 1. before any lock: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kInvalidOption` (no such mode, or, if it is
  ///    another one than kLocked, a RetryPolicy that makes no sense),
  ///    `kDescriptionTooLong`, `kZeroAmount`, `kNegativeAmount`,
  ///    `kSameAccount`, `kUnknownAccount` (the payer's first), `kAssetsDiffer`;
  ///    if it has an id: `kIdsOff` (`LedgerOptions::id_window` is 0),
  ///    `kOutOfMemory`, `kBusy` (another operation with this id is under way),
  ///    `kIdTaken`; then `kOutOfMemory` (no room for the journal);
  /// 2. taking the locks: `kBusy` (as `options.wait` chose), `kOutOfMemory`
  ///    (there is a snapshot, and no room for what it needs; in a ledger that
  ///    moves along routes only, this comes first, with or without a
  ///    snapshot), `kConflict` (as `options.retry` chose);
  /// 3. under the locks, each over all accounts before the next:
  ///    `kAccountClosed`, `kAccountFrozen`, `kRouteNotAllowed` (in a ledger
  ///    that moves along routes only), `kAmountOverflow`,
  ///    `kInsufficientFunds`, `kAboveCeiling`, `kSequenceExhausted`. (In
  ///    optimistic mode without locks, but for the last one, if all that was
  ///    looked at was of one moment.)
  ///
  /// A refused transfer changes nothing, allocates nothing and spends no
  /// sequence. (What a session needs it gets beforehand: when it is opened,
  /// which for a thread's own one is at the thread's first call and may give
  /// `kOutOfMemory` before everything else but `kLedgerClosed`; and after a
  /// transfer was posted, a new chunk for the journal, once in 64 KiB of it.
  /// While there are snapshots, and with routes from the first transfer on,
  /// also room for the states that they need. With an id, room to remember it
  /// by: some 400 bytes, which are given back if it is refused.)
  Receipt Transfer(
      AccountId from, AccountId to, Amount amount,
      const TransferOptions& options = kDefaultTransferOptions) noexcept;

  /// Posts 2 to kMaxLegs legs, all of them or none. The legs of each asset
  /// must sum to zero. An account may appear in several legs: limits look at
  /// its net change, the journal keeps a row for each leg. Whether it is
  /// refused, and why, does not depend on the order of the legs (which leg a
  /// refusal names does). Outcomes, in order of checking:
  ///
  /// 1. before any lock: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kInvalidOption`, `kNoLegs`, `kTooManyLegs`,
  ///    `kDescriptionTooLong`, `kZeroAmount` (a leg of zero),
  ///    `kUnknownAccount`, `kUnbalanced`, what has to do with its id (as for
  ///    `Transfer`), `kOutOfMemory`;
  /// 2. and 3. as for `Transfer`.
  ///
  /// Cost: grows with n log n for n legs; no allocation but as above.
  Receipt Post(std::span<const Leg> legs, const TransferOptions& options =
                                              kDefaultTransferOptions) noexcept;
  /// The same, with the legs written out.
  Receipt Post(
      std::initializer_list<Leg> legs,
      const TransferOptions& options = kDefaultTransferOptions) noexcept {
    return Post(std::span<const Leg>(legs.begin(), legs.size()), options);
  }

  /// Posts a transfer that asks for more than legs: flows, whose amounts are
  /// found out under the locks, and conditions. Outcomes, in order of checking:
  ///
  /// 1. before any lock: as for `Post` of legs up to `kInvalidOption`, then
  ///    `kNoLegs` (nor flows), `kTooManyLegs` (it names more accounts than
  ///    that), `kDescriptionTooLong`, `kZeroAmount` (a leg), of the flows
  ///    `kZeroAmount`, `kNegativeAmount` (the limit) and `kSameAccount`, then
  ///    `kInvalidFlow`, `kInvalidCondition`, `kUnknownAccount` (of legs, flows,
  ///    conditions), `kAssetsDiffer` (of a flow), `kUnbalanced` (the legs by
  ///    themselves), what has to do with its id, `kOutOfMemory`;
  /// 2. taking the locks: as for `Transfer`;
  /// 3. under the locks: `kConditionNotMet`; then, of what legs and flows do
  ///    together, what 3. of `Transfer` says (an account that a flow names must
  ///    be open in that direction, and its route allowed, even if nothing
  ///    flows); then `kTooLittleAvailable`, `kNothingToMove`,
  ///    `kSequenceExhausted`.
  ///
  /// Flows are limited by what there is and so are never refused for funds.
  Receipt Post(const TransferRequest& request) noexcept;

  /// Posts several transfers, all of them or none, as one operation: each is
  /// judged by what those before it leave, and nobody ever sees some of them
  /// without the others. All their accounts are left at the version of the last
  /// one. Conditions on a version look at that from before all
  /// of them. They may name kMaxLinkedLegs accounts together. `receipts` says
  /// what became of each and is as long as `requests`, or empty; if one is
  /// refused, the others are with `kLinkedRefused`.
  ///
  /// Outcomes: as for `Post` of each, one after the other (`kTooManyLegs` for
  /// the one with which they are too many), `kInvalidOption` for all if
  /// `receipts` has another length or `options` make no sense, and `kBusy`,
  /// `kConflict`, `kOutOfMemory` and `kSequenceExhausted` for all, and after
  /// the shape of all of them what has to do with `options.id`. None at all:
  /// `kOk`.
  BatchResult PostAll(std::span<const TransferRequest> requests,
                      std::span<Receipt> receipts = {},
                      const LinkOptions& options = {}) noexcept;

  /// Posts several transfers, each by itself, in order: as a loop over `Post`
  /// does, but faster, since what the next ones need is fetched meanwhile.
  /// `outcomes` says what became of each and is as long as `requests`, or
  /// empty. Outcomes: as for `Post` of each, `kInvalidOption` if it has another
  /// length (nothing is posted then), and `kNotAttempted`.
  BatchResult PostEach(std::span<const TransferRequest> requests,
                       std::span<Outcome> outcomes = {},
                       const EachOptions& options = {}) noexcept;
  /// The same with a receipt for each.
  BatchResult PostEach(std::span<const TransferRequest> requests,
                       std::span<Receipt> receipts,
                       const EachOptions& options = {}) noexcept;

  // --- Holds ---------------------------------------------------------------

  /// Reserves what these legs would move, until it is captured, released, or
  /// due: nothing moves, but what they take out of accounts is no longer
  /// available there. It is known by the receipt's sequence. `deadline` is a
  /// time of the ledger's; none: it never expires. No account may be on both
  /// sides.
  ///
  /// Judged as if it were posted at once. Outcomes, in order of checking: as
  /// for `Post` up to `kUnbalanced`, then `kSameAccount`, what has to do with
  /// its id, `kInvalidDeadline`, `kOutOfMemory`; then as for `Post`, where
  /// `kAmountOverflow` comes last if more would be held than fits into an
  /// amount.
  Receipt Hold(
      std::span<const Leg> legs, Tick deadline = {},
      const TransferOptions& options = kDefaultTransferOptions) noexcept;
  /// The same, with the legs written out.
  Receipt Hold(
      std::initializer_list<Leg> legs, Tick deadline = {},
      const TransferOptions& options = kDefaultTransferOptions) noexcept {
    return Hold(std::span<const Leg>(legs.begin(), legs.size()), deadline,
                options);
  }

  /// Posts a hold, all of it, or of each leg as much as `amounts` says, in the
  /// order of its legs and with their signs; the rest is released. Limits,
  /// statuses and routes (by the code in `options`) are judged anew. Whatever
  /// races for it, a hold is resolved once. Outcomes, in order of checking:
  ///
  /// 1. before any lock: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kInvalidOption`, `kDescriptionTooLong`,
  ///    `kInvalidCapture` (more amounts than kMaxLegs), what has to do with its
  ///    id, `kUnknownHold`, `kHoldCaptured`, `kHoldReleased`, `kHoldExpired`,
  ///    `kInvalidCapture`, `kNothingToMove` (all amounts are zero),
  ///    `kUnbalanced`, `kOutOfMemory`;
  /// 2. taking the locks: as for `Transfer`;
  /// 3. under the locks: once more what has become of the hold, `kHoldExpired`
  ///    if its deadline has passed, expired already or not; then as for `Post`.
  Receipt Capture(
      HoldId hold, std::span<const Amount> amounts = {},
      const TransferOptions& options = kDefaultTransferOptions) noexcept;
  /// Lets go of a hold: what it held is available again. Outcomes: as for
  /// `Capture`, but that nothing is judged besides what has become of the hold.
  Receipt Release(HoldId hold, const TransferOptions& options =
                                   kDefaultTransferOptions) noexcept;
  /// Lets all holds expire that are due, in the order of (deadline, id), each
  /// as an operation of its own. `Advance` does so; a ledger whose time is the
  /// system's needs to be told. `kLedgerClosed`, `kTooManySessions`,
  /// `kInsideTransaction`, `kOutOfMemory` (some may have expired; call it
  /// again), `kSequenceExhausted`.
  Outcome ExpireHolds() noexcept;
  /// Everything about a hold. `kLedgerClosed`, `kInsideTransaction`,
  /// `kOutOfMemory`, `kUnknownHold`.
  [[nodiscard]] Result<HoldInfo> GetHold(HoldId hold) const noexcept;

  // --- Reversals -----------------------------------------------------------

  /// Takes a posted transfer back: posts the opposite of its legs, or of parts
  /// of them, linked to it (`Entry::reverses`). Of each leg no more is ever
  /// taken back than it moved, whatever races. The ledger looks for the legs in
  /// its journal, and remembers what was taken back for as long as it lives
  /// (about 200 bytes for each reversal).
  ///
  /// It is judged like any transfer: who has spent what is to be taken back
  /// has insufficient funds, and where nothing moves but along routes, it needs
  /// those from who was paid to who paid, for the code in its own options.
  /// Outcomes, in order of checking:
  ///
  /// 1. before any lock: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kInvalidOption`, `kTooManyLegs` (amounts or legs
  ///    are more than kMaxLegs), `kDescriptionTooLong`; if it has an id,
  ///    `kIdsOff`, `kOutOfMemory`, `kBusy`, `kIdTaken`; then
  ///    `kTransferForgotten`, `kNotReversible`; of legs that were passed for a
  ///    forgotten transfer what `Post` says of them up to `kUnbalanced`; then
  ///    `kInvalidReversal`, `kNothingToMove` (all amounts are zero),
  ///    `kUnbalanced` (the amounts), `kAlreadyReversed`, `kReversalTooLarge`,
  ///    `kAmountOverflow` (a leg of the smallest amount, which has no
  ///    opposite), `kOutOfMemory`;
  /// 2. taking the locks, of the legs' accounts: as for `Transfer`;
  /// 3. under the locks: `kAlreadyReversed` and `kReversalTooLarge` once more;
  ///    then as for `Post`, but for `kAccountFrozen` if `despite_freeze`.
  ///
  /// Cost: as `Post`, and a look through up to 64 KiB of the journal, some
  /// microseconds.
  Receipt Reverse(const Reversal& reversal) noexcept;
  /// All that is left of one.
  Receipt Reverse(Sequence transfer, const TransferOptions& options =
                                         kDefaultTransferOptions) noexcept {
    return Reverse(Reversal{.transfer = transfer, .options = options});
  }
  /// Takes several transfers back, all of them or none, in order, as `PostAll`
  /// posts transfers. Outcomes: `kTooManyLegs` for all, if there are more
  /// reversals than kMaxLinkedLegs; then as for `Reverse` of each, one after
  /// the other, and `kInvalidReversal` for one of a transfer that is named
  /// twice.
  BatchResult ReverseAll(std::span<const Reversal> reversals,
                         std::span<Receipt> receipts = {},
                         const LinkOptions& options = {}) noexcept;

  // --- Deciding ------------------------------------------------------------

  /// Posts what `function` decides upon a look at the declared accounts: it is
  /// called with their states, in the order in which they were declared, all of
  /// one moment, and returns legs to post or a refusal of its own. If it is
  /// posted, that is as if nobody else had done anything between the look and
  /// the last leg.
  ///
  /// In locked mode the function runs once, under exactly the locks of the
  /// declared accounts, so it should be quick. In optimistic mode it runs
  /// without locks, and once more after each conflict, so it should do nothing
  /// but decide; all declared accounts, those without a leg too, must still be
  /// as it saw them when its legs are posted. Either way it must not call any
  /// ledger (`kInsideTransaction`) nor move to another thread. What it throws
  /// reaches the caller unchanged; nothing is changed then, nothing locked and
  /// no outcome counted.
  ///
  /// Outcomes, in order of checking:
  ///
  /// 1. before the function is called: `kLedgerClosed`, `kTooManySessions`,
  ///    `kInsideTransaction`, `kInvalidOption`, `kNoAccounts` (none declared),
  ///    `kTooManyAccountsDeclared` (more than kMaxLegs), `kDescriptionTooLong`,
  ///    `kUnknownAccount`, what has to do with its id (which others with the
  ///    same one wait for while the function runs), `kOutOfMemory`, `kBusy`;
  /// 2. by what it returns: `kRefusedByFunction`, what `Decision` found wrong
  ///    (`kTooManyLegs`, `kNegativeAmount`, `kZeroAmount`, `kSameAccount`),
  ///    `kNoLegs`, `kZeroAmount`, `kUndeclaredAccount`, `kUnbalanced`;
  /// 3. by the states of the accounts: as for `Post`.
  ///
  /// In optimistic mode a refusal of 2. and 3. is given without a lock, since
  /// the states that it goes by were all of one moment; and `kConflict` is
  /// given after the last attempt if the RetryPolicy says so.
  ///
  /// An account may be declared twice; it is then seen twice.
  Receipt Transact(std::span<const AccountId> accounts,
                   TransactionFunction function,
                   const TransferOptions& options = kDefaultTransferOptions);
  /// The same, with the accounts written out.
  Receipt Transact(std::initializer_list<AccountId> accounts,
                   TransactionFunction function,
                   const TransferOptions& options = kDefaultTransferOptions) {
    return Transact(
        std::span<const AccountId>(accounts.begin(), accounts.size()), function,
        options);
  }

  /// A session of one's own. Outcomes: `kLedgerClosed`, `kTooManySessions`,
  /// `kOutOfMemory`.
  Result<Session> OpenSession() noexcept;

  /// The receipt as a sentence with names and decimal amounts: "insufficient
  /// funds: account 7 (alice) has 10.00 GOLD, needs 150.00". Empty if there is
  /// no memory for it.
  [[nodiscard]] std::string Explain(const Receipt& receipt) const noexcept;

  // --- Consistent reads ----------------------------------------------------

  /// The states of several accounts, in the order in which they are named, all
  /// of one moment. Looks without locks a few times, so nobody is held up; if
  /// the accounts change too fast for that it locks them for a moment, or, if
  /// there are more than kMaxLegs, takes a snapshot. An account may be named
  /// twice. Outcomes, in order of checking: `kLedgerClosed`,
  /// `kInsideTransaction`, `kUnknownAccount`, `kOutOfMemory`,
  /// `kTooManySnapshots`.
  [[nodiscard]] Result<std::vector<AccountState>> Read(
      std::span<const AccountId> accounts) const noexcept;
  /// The same, with the accounts written out.
  [[nodiscard]] Result<std::vector<AccountState>> Read(
      std::initializer_list<AccountId> accounts) const noexcept {
    return Read(std::span<const AccountId>(accounts.begin(), accounts.size()));
  }
  /// The same into `states`, whose first `accounts.size()` elements it fills;
  /// `kInvalidOption`, after `kInsideTransaction`, if it has fewer. Allocates
  /// nothing for kMaxLegs accounts or fewer. `states` is left as it was if the
  /// outcome is not `kOk`.
  Outcome Read(std::span<const AccountId> accounts,
               std::span<AccountState> states) const noexcept;

  /// The whole ledger as it is now, to be read while it changes. Nobody waits
  /// for it, but those who just then make an account (about a microsecond).
  /// `kLedgerClosed`, `kInsideTransaction`, `kOutOfMemory`, `kTooManySnapshots`
  /// (after 2^32 - 2 of them in the life of the ledger; audits and digests
  /// count as one each).
  [[nodiscard]] Result<Snapshot> TakeSnapshot() const noexcept;

  /// A new ledger in the state of this one: `TakeSnapshot()->Clone()`.
  [[nodiscard]] Result<Ledger> Clone() const noexcept;

  // --- Time ----------------------------------------------------------------

  /// Sets the ledger's time, and then does what `ExpireHolds` does.
  /// `kLedgerClosed`, `kInvalidOption` (the time comes from the system clock),
  /// `kTimeRunsBackwards` (before the present one; nothing changes); then as
  /// `ExpireHolds`, in which case the time is set.
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
  /// up to its balance. Works on a snapshot, so transfers do not wait.
  /// `kLedgerClosed`, `kInsideTransaction`, `kOutOfMemory`,
  /// `kTooManySnapshots`.
  [[nodiscard]] Result<AuditReport> Audit() const noexcept;

  /// A fingerprint of the accounts' balances, held amounts, limits, statuses
  /// and classes by key (by id where there is none) and of the routes, and not
  /// of versions or times: two ledgers in the same state give the same one.
  /// Works on a snapshot. `kLedgerClosed`, `kInsideTransaction`,
  /// `kOutOfMemory`, `kTooManySnapshots`.
  [[nodiscard]] Result<Bits128> Digest() const noexcept;

  /// What happened so far; all zero for a moved-from ledger.
  [[nodiscard]] Stats GetStats() const noexcept;

 private:
  friend class engine::LedgerCore;
  friend class Snapshot;
  explicit Ledger(std::shared_ptr<engine::LedgerCore> core) noexcept;

  std::shared_ptr<engine::LedgerCore> core_;
};

}  // namespace lockstep::inline v0_1
