#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/export.h"
#include "lockstep/ids.h"
#include "lockstep/result.h"
#include "lockstep/route.h"

namespace lockstep::engine {
class LedgerCore;
}  // namespace lockstep::engine

namespace lockstep::inline v0_1 {

/// What a row of the journal tells of.
enum class EntryKind : std::uint8_t {
  kTransfer = 0,  ///< one leg of a transfer
  kStatus = 1,    ///< the account got another status
  kLimits = 2,    ///< the account got other limits
  kHold = 3,      ///< one leg of a hold that was placed
  kCapture = 4,   ///< one leg of a hold that was captured
  kRelease = 5,   ///< one leg of a hold that was released
  kExpiry = 6,    ///< one leg of a hold that expired
  kReversal = 7,  ///< one leg of a transfer that takes an earlier one back
  kRoute = 8,     ///< a route was allowed or forbidden; of no account
};

/// One row of the journal: one leg of one posted transfer, or what else was
/// posted to an account or to the routes. The amounts of an account's rows sum
/// up to its balance, whatever they tell of.
struct Entry {
  /// What it tells of.
  EntryKind kind = EntryKind::kTransfer;
  /// The operation's place in the ledger's serial order.
  Sequence sequence;
  /// The ledger's time when the transfer was posted.
  Tick tick;
  /// Which leg of the transfer it is, from 0.
  std::uint32_t leg = 0;
  /// The leg's account.
  AccountId account;
  /// What that account holds.
  AssetId asset;
  /// Positive: it entered the account; negative: it left it.
  Amount amount;
  /// The account's balance after the whole transfer: an account that appears
  /// in several legs has the same one in each of its rows.
  Amount balance_after;
  /// The other account, in a transfer between two; none otherwise.
  AccountId counterpart;
  /// The transfer's code, from its options.
  std::uint32_t code = 0;
  /// The transfer's user data, from its options.
  Bits128 user_data;
  /// The transfer's description, from its options.
  std::string description;
  /// The id that it was posted with; zero: none.
  Bits128 id;
  /// kStatus, kLimits: what the account has from then on. (Such a row has an
  /// amount of zero.)
  AccountStatus status = AccountStatus::kOpen;
  /// The same: the lowest balance allowed.
  Amount floor;
  /// The same: the highest balance allowed.
  Amount ceiling;
  /// kHold to kExpiry: which hold. (Of these only a capture moves anything; the
  /// rows of the others have an amount of zero.)
  Sequence hold;
  /// The same: by how much more, or less, the account has held from then on.
  Amount held;
  /// kReversal: which transfer it takes back, in whole or in part.
  Sequence reverses;
  /// kRoute: which route. (Such a row is of no account and no asset.)
  Route route;
  /// The same: whether it is allowed from then on.
  bool is_allowed = false;
};

/// What part of an account's history to give.
struct HistoryOptions {
  /// Only rows before this sequence; none: from the newest on. To page, pass
  /// the sequence of the last row that you got.
  Sequence before = {};
  /// At least so many rows, if there are; the rows of one transfer are never
  /// parted, so it can be a few more.
  std::size_t limit = 100;
};

/// An account's rows, newest first.
struct History {
  /// The rows; each transfer's in reverse order of legs.
  std::vector<Entry> entries;
  /// True if rows older than these may have been dropped because the journal
  /// is bounded; false if there are more to page to or the account has no
  /// older ones.
  bool truncated = false;
};

/// What a cursor read in one go.
struct JournalBatch {
  /// Whole transfers, their rows in order of legs.
  std::vector<Entry> entries;
  /// How many transfers were dropped before the cursor came to them.
  std::uint64_t missed_transfers = 0;
};

/// Reads the journal from the oldest row on, and goes on where it stopped.
///
/// Transfers come in an order that agrees with every account's own: if one
/// found an account as another left it, it comes later. Transfers without an
/// account in common may come in either order. Reading holds up those who post
/// for no longer than two looks at one number per session take; one who needs a
/// new chunk of the journal just then, also while the unread ones are listed.
///
/// For one thread at a time. It may outlive its ledger; it then reads what is
/// left.
class LOCKSTEP_EXPORT JournalCursor {
 public:
  /// A cursor that was moved from reads nothing: `kLedgerClosed`.
  JournalCursor(JournalCursor&&) noexcept;
  /// As moving; the place that it had before is lost.
  JournalCursor& operator=(JournalCursor&&) noexcept;
  ~JournalCursor();

  /// The next rows: at least one transfer's if there is any, then as many
  /// whole transfers as fit into `max_entries` rows. No entries: nothing new.
  /// Outcomes: `kLedgerClosed` (moved from), `kInsideTransaction`,
  /// `kOutOfMemory` (the cursor stays where it was).
  Result<JournalBatch> Read(std::size_t max_entries = 1000) noexcept;

 private:
  friend class Ledger;
  struct State;
  explicit JournalCursor(std::unique_ptr<State> state) noexcept;

  std::unique_ptr<State> state_;
};

}  // namespace lockstep::inline v0_1
