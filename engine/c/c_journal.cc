#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Looking back through the C interface: history, journal, statistics.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

static_assert(sizeof(lockstep_entry::description) > kMaxDescriptionBytes);
// The C enumeration has the values of the C++ one.
static_assert(LOCKSTEP_ENTRY_TRANSFER ==
              static_cast<int>(EntryKind::kTransfer));
static_assert(LOCKSTEP_ENTRY_STATUS == static_cast<int>(EntryKind::kStatus));
static_assert(LOCKSTEP_ENTRY_LIMITS == static_cast<int>(EntryKind::kLimits));
static_assert(LOCKSTEP_ENTRY_HOLD == static_cast<int>(EntryKind::kHold));
static_assert(LOCKSTEP_ENTRY_CAPTURE == static_cast<int>(EntryKind::kCapture));
static_assert(LOCKSTEP_ENTRY_RELEASE == static_cast<int>(EntryKind::kRelease));
static_assert(LOCKSTEP_ENTRY_EXPIRY == static_cast<int>(EntryKind::kExpiry));
static_assert(LOCKSTEP_ENTRY_REVERSAL ==
              static_cast<int>(EntryKind::kReversal));
static_assert(LOCKSTEP_ENTRY_ROUTE == static_cast<int>(EntryKind::kRoute));

lockstep_entry EntryToC(const Entry& entry) noexcept {
  lockstep_entry mine = {};
  mine.leg = entry.leg;
  mine.sequence = entry.sequence.value();
  mine.tick = entry.tick.value();
  mine.account = entry.account.value();
  mine.counterpart = entry.counterpart.value();
  mine.amount = ToC(entry.amount);
  mine.balance_after = ToC(entry.balance_after);
  mine.user_data = ToC(entry.user_data);
  mine.asset = entry.asset.value();
  mine.code = entry.code;
  mine.description_size = CopyText(entry.description, mine.description);
  mine.kind = static_cast<std::uint32_t>(entry.kind);
  mine.status = static_cast<std::uint32_t>(entry.status);
  mine.floor = ToC(entry.floor);
  mine.ceiling = ToC(entry.ceiling);
  mine.hold = entry.hold.value();
  mine.held = ToC(entry.held);
  mine.id = ToC(entry.id);
  mine.reverses = entry.reverses.value();
  mine.route = ToC(entry.route);
  mine.is_allowed = entry.is_allowed ? 1 : 0;
  return mine;
}

Outcome CheckEntries(const lockstep_entry* entries,
                     std::uint64_t capacity) noexcept {
  const Outcome sized = CheckStructSize<lockstep_entry>(entries->struct_size);
  if (sized != Outcome::kOk) return sized;
  return capacity < kMaxLegs ? Outcome::kBufferTooSmall : Outcome::kOk;
}

/// How many of the rows fit, whole transfers.
std::size_t WholeTransfersIn(const std::vector<Entry>& rows,
                             std::uint64_t capacity) noexcept {
  if (rows.size() <= capacity) return rows.size();
  std::size_t count = capacity;
  while (count > 0 && rows[count].sequence == rows[count - 1].sequence) {
    --count;
  }
  return count;
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_history(lockstep_ledger* ledger,
                                  lockstep_account_id account,
                                  std::uint64_t before, lockstep_entry* entries,
                                  std::uint64_t capacity, std::uint64_t* count,
                                  std::int32_t* truncated) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (entries == nullptr || count == nullptr) return Outcome::kNullPointer;
    const Outcome checked = CheckEntries(entries, capacity);
    if (checked != Outcome::kOk) return checked;
    const Result<History> history = its.GetHistory(
        AccountId(account), {.before = Sequence(before), .limit = capacity});
    if (!history) return history.error();
    const std::size_t whole = WholeTransfersIn(history->entries, capacity);
    WriteRows(history->entries, whole, entries, EntryToC);
    *count = whole;
    if (truncated != nullptr) {
      // What does not fit is still there to page to.
      const bool is_end = whole == history->entries.size();
      *truncated = is_end && history->truncated ? 1 : 0;
    }
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_journal_open(lockstep_ledger* ledger,
                                       lockstep_journal** journal) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (journal == nullptr) return Outcome::kNullPointer;
    Result<JournalCursor> opened = its.OpenJournal();
    if (!opened) return opened.error();
    return GiveHandle(*std::move(opened), HandleTable::Sharing::kExclusive,
                      journal);
  });
}

lockstep_outcome lockstep_journal_close(lockstep_journal* journal) noexcept {
  return CloseHandle(journal);
}

lockstep_outcome lockstep_journal_read(
    lockstep_journal* journal, lockstep_entry* entries, std::uint64_t capacity,
    std::uint64_t* count, std::uint64_t* missed_transfers) noexcept {
  return With(journal, [&](JournalCursor& its) {
    if (entries == nullptr || count == nullptr) return Outcome::kNullPointer;
    const Outcome checked = CheckEntries(entries, capacity);
    if (checked != Outcome::kOk) return checked;
    const Result<JournalBatch> batch = its.Read(capacity);
    if (!batch) return batch.error();
    WriteRows(batch->entries, batch->entries.size(), entries, EntryToC);
    *count = batch->entries.size();
    if (missed_transfers != nullptr) {
      *missed_transfers = batch->missed_transfers;
    }
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_get_stats(lockstep_ledger* ledger,
                                    lockstep_stats* stats,
                                    std::uint64_t* outcomes,
                                    std::uint64_t capacity) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (stats == nullptr || (outcomes == nullptr && capacity > 0)) {
      return Outcome::kNullPointer;
    }
    const std::uint32_t size = stats->struct_size;
    const Outcome sized = CheckStructSize<lockstep_stats>(size);
    if (sized != Outcome::kOk) return sized;
    const Stats got = its.GetStats();
    lockstep_stats mine = LOCKSTEP_STATS_INIT;
    mine.outcome_count = kOutcomeCount;
    mine.posted = got.posted();
    mine.refused = got.refused();
    mine.retries = got.retries;
    mine.waits = got.waits;
    mine.replays = got.replays;
    WriteStruct(mine, stats, size);
    std::copy_n(got.outcomes.begin(),
                std::min<std::uint64_t>(capacity, kOutcomeCount), outcomes);
    return Outcome::kOk;
  });
}

}  // extern "C"
