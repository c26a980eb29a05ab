#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Looking back through the C interface: history, journal, audit, statistics.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

static_assert(sizeof(lockstep_entry::description) > kMaxDescriptionBytes);
static_assert(LOCKSTEP_RULE_BALANCE_NOT_BELOW_FLOOR ==
              static_cast<int>(AuditRule::kBalanceNotBelowFloor));
static_assert(LOCKSTEP_RULE_BALANCE_NOT_ABOVE_CEILING ==
              static_cast<int>(AuditRule::kBalanceNotAboveCeiling));
static_assert(LOCKSTEP_RULE_CLOSED_ACCOUNT_IS_EMPTY ==
              static_cast<int>(AuditRule::kClosedAccountIsEmpty));
static_assert(LOCKSTEP_RULE_ROWS_CHAIN_UP ==
              static_cast<int>(AuditRule::kRowsChainUp));
static_assert(LOCKSTEP_RULE_ROWS_END_AT_BALANCE ==
              static_cast<int>(AuditRule::kRowsEndAtBalance));

lockstep_entry ToC(const Entry& entry) noexcept {
  lockstep_entry mine = {};
  mine.leg = entry.leg;
  mine.sequence = entry.sequence.value();
  mine.tick = entry.tick.value();
  mine.account = entry.account.value();
  mine.counterpart = entry.counterpart.value();
  mine.amount = engine::ToC(entry.amount);
  mine.balance_after = engine::ToC(entry.balance_after);
  mine.user_data = engine::ToC(entry.user_data);
  mine.asset = entry.asset.value();
  mine.code = entry.code;
  mine.description_size = CopyText(entry.description, mine.description);
  return mine;
}

lockstep_audit_fault ToC(const AuditFault& fault) noexcept {
  lockstep_audit_fault mine = {};
  mine.rule = static_cast<std::uint32_t>(fault.rule);
  mine.account = fault.account.value();
  mine.asset = fault.asset.value();
  mine.sequence = fault.sequence.value();
  mine.expected = engine::ToC(fault.expected);
  mine.found = engine::ToC(fault.found);
  return mine;
}

/// Writes rows into a caller's array, whose elements are as far apart as the
/// first one says that they are long.
template <class Row, class TheirRow>
void WriteRows(const std::vector<Row>& rows, std::size_t count,
               TheirRow* theirs) noexcept {
  const std::uint32_t stride = theirs->struct_size;
  auto* next = reinterpret_cast<std::byte*>(theirs);
  for (std::size_t i = 0; i < count; ++i, next += stride) {
    WriteStruct(ToC(rows[i]), next, stride);
  }
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
    WriteRows(history->entries, whole, entries);
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
    WriteRows(batch->entries, batch->entries.size(), entries);
    *count = batch->entries.size();
    if (missed_transfers != nullptr) {
      *missed_transfers = batch->missed_transfers;
    }
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_audit(lockstep_ledger* ledger,
                                lockstep_audit_report* report,
                                lockstep_audit_fault* faults,
                                std::uint64_t capacity) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (report == nullptr || (faults == nullptr && capacity > 0)) {
      return Outcome::kNullPointer;
    }
    const std::uint32_t size = report->struct_size;
    Outcome sized = CheckStructSize<lockstep_audit_report>(size);
    if (sized == Outcome::kOk && capacity > 0) {
      sized = CheckStructSize<lockstep_audit_fault>(faults->struct_size);
    }
    if (sized != Outcome::kOk) return sized;
    const Result<AuditReport> audit = its.Audit();
    if (!audit) return audit.error();
    lockstep_audit_report mine = LOCKSTEP_AUDIT_REPORT_INIT;
    mine.ok = audit->ok ? 1 : 0;
    mine.accounts = audit->accounts;
    mine.rows = audit->rows;
    mine.fault_count = audit->fault_count;
    mine.assets = audit->assets;
    WriteStruct(mine, report, size);
    if (capacity > 0) {
      WriteRows(audit->faults,
                std::min<std::uint64_t>(audit->faults.size(), capacity),
                faults);
    }
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_digest(lockstep_ledger* ledger,
                                 lockstep_bits128* digest) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (digest == nullptr) return Outcome::kNullPointer;
    return Store(its.Digest(), digest,
                 [](Bits128 bits) { return engine::ToC(bits); });
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
    WriteStruct(mine, stats, size);
    std::copy_n(got.outcomes.begin(),
                std::min<std::uint64_t>(capacity, kOutcomeCount), outcomes);
    return Outcome::kOk;
  });
}

}  // extern "C"
