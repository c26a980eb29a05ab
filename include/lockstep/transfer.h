#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>

#include "lockstep/amount.h"
#include "lockstep/export.h"
#include "lockstep/ids.h"
#include "lockstep/log.h"
#include "lockstep/mode.h"
#include "lockstep/outcome.h"
#include "lockstep/wait.h"

namespace lockstep::engine {
class ReceiptWriter;
}  // namespace lockstep::engine

namespace lockstep::inline v0_1 {

/// The most legs that one transfer may have.
inline constexpr std::size_t kMaxLegs = 64;

/// The most flows that one transfer may have.
inline constexpr std::size_t kMaxFlows = kMaxLegs / 2;

/// The longest description of a transfer, in bytes.
inline constexpr std::size_t kMaxDescriptionBytes = 255;

/// One account's part in a transfer: a positive amount enters the account, a
/// negative one leaves it.
struct Leg {
  /// Whose balance it changes.
  AccountId account = {};
  /// By how much; not zero.
  Amount amount = {};
};

/// What a transfer carries besides its legs.
struct TransferOptions {
  /// For people; kept in the journal. Copied before the call returns.
  std::string_view description = {};
  /// The host's kind of transfer ("quest reward"), for grouping.
  std::uint32_t code = 0;
  /// Ties the transfer to something of the host's (an event id).
  Bits128 user_data = {};
  /// How long to wait for accounts that are locked. (What an optimistic
  /// operation waits after a conflict is `retry`'s matter.)
  Wait wait = Wait::Forever();
  /// How to keep others away.
  Mode mode = Mode::kLocked;
  /// What follows a conflict; of no account in locked mode.
  RetryPolicy retry = {};
  /// True: it is only found out, by the same steps, what would become of it.
  /// Nothing changes, no sequence is spent, and the receipt says what would
  /// have been posted.
  bool dry_run = false;
  /// Makes it safe to ask again: what has an id that was posted before with the
  /// same content is not posted again, but gives the first receipt once more
  /// (`Receipt::is_replay`). Zero: none. See `LedgerOptions::id_window`.
  ///
  /// The same content: the same operation, with the same legs, flows,
  /// conditions, accounts, amounts and so on in the same order, and the same
  /// code, user data and description. How it is to be posted (`wait`, `mode`,
  /// `retry`) is not part of it, nor is a transaction function. With other
  /// content the outcome is `kIdTaken`. What is refused does not use its id up.
  /// While one with the same id is under way, this waits for it as for an
  /// account.
  Bits128 id = {};
  /// kSync: returns once it is durable, which takes as long as the disk does,
  /// and holds no lock meanwhile. Given again for its id, it waits as well. For
  /// ledgers with a log only (`kLogOff`).
  Durability durability = Durability::kLater;
};

/// No description, locked mode, patience: what a transfer has if nothing else
/// is said.
inline constexpr TransferOptions kDefaultTransferOptions;

/// What an operation with an id consists of: what `kIdTaken` can say is not as
/// it was.
enum class IdField : std::uint8_t {
  kNone = 0,          ///< nothing differs
  kOperation = 1,     ///< what is asked for (to post, to hold, to capture, ...)
  kTransfers = 2,     ///< how many transfers `PostAll` has
  kLegs = 3,          ///< the legs
  kFlows = 4,         ///< the flows
  kConditions = 5,    ///< the conditions
  kAccounts = 6,      ///< the accounts that a transaction declares
  kDeadline = 7,      ///< the deadline of a hold
  kHold = 8,          ///< which hold is captured or released
  kAmounts = 9,       ///< how much of it
  kCode = 10,         ///< the code
  kUserData = 11,     ///< the user data
  kDescription = 12,  ///< the description
  kTransfer = 13,     ///< which transfer is reversed, and despite what
};

/// The field's name as one word or two ("user data").
[[nodiscard]] LOCKSTEP_EXPORT std::string_view IdFieldName(
    IdField field) noexcept;

/// What a transfer did to one account.
struct AccountChange {
  /// Which account.
  AccountId account;
  /// Its balance before the transfer.
  Amount before;
  /// Its balance after the whole of it.
  Amount after;
};

/// Why a transfer was refused. Which fields say something depends on the
/// outcome; the others are as made here.
struct Refusal {
  /// What `leg` says when no single leg is to blame, `flow` when no flow is,
  /// and so on.
  static constexpr std::uint32_t kNoLeg = UINT32_MAX;

  /// The first leg that met it; 0 and 1 are the payer's and the payee's in
  /// `Transfer`.
  std::uint32_t leg = kNoLeg;
  /// The first flow that met it, if no leg did.
  std::uint32_t flow = kNoLeg;
  /// The first condition that was not met, or that makes no sense.
  std::uint32_t condition = kNoLeg;
  /// Which of several transfers it was (`Ledger::PostAll`).
  std::uint32_t transfer = kNoLeg;
  /// What the transaction function gave as its reason
  /// (`kRefusedByFunction`).
  std::uint32_t reason = 0;
  /// The first of what is not as it was in the operation that has the id
  /// (`kIdTaken`).
  IdField id_field = IdField::kNone;
  /// Of that operation; of several transfers, the first one's.
  Sequence posted_as = {};
  /// The account that met it.
  AccountId account;
  /// The asset whose legs do not sum to zero (`kUnbalanced`), or that
  /// account's.
  AssetId asset;
  /// What the account had: its balance less what was held (`kConditionNotMet`:
  /// its balance). `kTooLittleAvailable`: what was moved.
  Amount available;
  /// Its floor (`kInsufficientFunds`) or its ceiling (`kAboveCeiling`).
  Amount limit;
  /// What the transfer would have moved out of the account
  /// (`kInsufficientFunds`) or into it (`kAboveCeiling`), all its legs
  /// together. `kUnbalanced`: what the asset's legs sum to. `kConditionNotMet`
  /// and `kTooLittleAvailable`: what was asked for. (Beyond the range of an
  /// amount: its largest or smallest one.)
  Amount required;
  /// Whom it may not pay (`kRouteNotAllowed`).
  AccountId payee;
};

/// What became of a transfer.
///
/// Holds everything in itself: making, copying and refusing never allocate. A
/// copy costs as much as the changes in it.
class Receipt {
 public:
  /// Not posted: refused with `kLedgerClosed`.
  Receipt() noexcept : outcome_(Outcome::kLedgerClosed), attempts_(0) {
    new (&details_.refusal) Refusal();
  }
  /// Copies as much as there is.
  Receipt(const Receipt& other) noexcept { CopyFrom(other); }
  /// Copies as much as there is.
  Receipt& operator=(const Receipt& other) noexcept {
    if (this != &other) CopyFrom(other);
    return *this;
  }

  /// True if it was posted (or would have been: `is_dry_run`); false if it was
  /// refused and nothing changed.
  [[nodiscard]] bool ok() const noexcept { return outcome_ == Outcome::kOk; }
  /// How it ended.
  [[nodiscard]] Outcome outcome() const noexcept { return outcome_; }

  /// True if it was only found out what would become of it.
  [[nodiscard]] bool is_dry_run() const noexcept {
    return ok() && (marks_ & kDryRun) != 0;
  }

  /// True if an operation with the same id was posted before: this is what its
  /// receipt said, and nothing changed since on its account.
  [[nodiscard]] bool is_replay() const noexcept {
    return ok() && (marks_ & kReplay) != 0;
  }

  /// True if it is known to be durable: it was posted, or given again, with
  /// `Durability::kSync`. False though that was asked for: it is posted, and
  /// could not be written. Then the log has failed, and it is gone when the
  /// ledger is opened again, or is not; or there was no memory (`Ledger::Flush`
  /// tries again).
  [[nodiscard]] bool is_durable() const noexcept {
    return ok() && (marks_ & kDurable) != 0;
  }

  /// Its place in the serial order; none if refused or not posted.
  [[nodiscard]] Sequence sequence() const noexcept {
    return ok() ? Sequence(sequence_) : Sequence();
  }

  /// How many times it was tried: 1 in locked mode, 0 if refused before that or
  /// posted earlier (`is_replay`); in optimistic mode also each time that met a
  /// conflict, and the one in locked mode that may come last.
  [[nodiscard]] std::uint32_t attempts() const noexcept { return attempts_; }

  /// The balances before and after of each account that has a leg, by rising
  /// AccountId, each account once. Empty if refused.
  [[nodiscard]] std::span<const AccountChange> changes() const noexcept {
    return {details_.changes, ok() ? change_count_ : std::size_t{0}};
  }

  /// What each flow of a TransferRequest moved, in order. Empty if refused.
  [[nodiscard]] std::span<const Amount> flowed() const noexcept {
    return {flowed_, ok() ? flow_count_ : std::size_t{0}};
  }

  /// The change of one account; null if it has no leg.
  [[nodiscard]] const AccountChange* Find(AccountId account) const noexcept {
    for (const AccountChange& change : changes()) {
      if (change.account == account) return &change;
    }
    return nullptr;
  }

  /// Why it was refused; as made if it was posted.
  [[nodiscard]] Refusal refusal() const noexcept {
    return ok() ? Refusal() : details_.refusal;
  }

 private:
  friend class engine::ReceiptWriter;

  static constexpr std::uint8_t kDryRun = 0x1;
  static constexpr std::uint8_t kReplay = 0x2;
  static constexpr std::uint8_t kDurable = 0x4;

  // Set only as far as the outcome needs it: a posted two-leg transfer writes
  // two changes and nothing else.
  union Details {
    Details() noexcept {}
    Refusal refusal;
    AccountChange changes[kMaxLegs];
  };
  struct Unfilled {};
  explicit Receipt(Unfilled) noexcept {}

  void CopyFrom(const Receipt& other) noexcept {
    outcome_ = other.outcome_;
    attempts_ = other.attempts_;
    if (!other.ok()) {
      new (&details_.refusal) Refusal(other.details_.refusal);
      return;
    }
    sequence_ = other.sequence_;
    change_count_ = other.change_count_;
    flow_count_ = other.flow_count_;
    marks_ = other.marks_;
    for (std::uint32_t i = 0; i < change_count_; ++i) {
      new (&details_.changes[i]) AccountChange(other.details_.changes[i]);
    }
    for (std::uint32_t i = 0; i < flow_count_; ++i) {
      new (&flowed_[i]) Amount(other.flowed_[i]);
    }
  }

  Outcome outcome_;
  std::uint16_t attempts_;
  // These only if it was posted.
  std::uint8_t change_count_;
  std::uint8_t flow_count_;
  std::uint8_t marks_;
  std::uint64_t sequence_;
  Details details_;
  union {
    Amount flowed_[kMaxFlows];
  };
};

}  // namespace lockstep::inline v0_1
