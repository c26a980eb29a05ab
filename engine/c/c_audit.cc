#include <algorithm>
#include <cstdint>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Audits and digests of the C interface, of ledgers and of snapshots.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

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
static_assert(LOCKSTEP_RULE_HELD_IS_OF_HOLDS ==
              static_cast<int>(AuditRule::kHeldIsOfHolds));

lockstep_audit_fault FaultToC(const AuditFault& fault) noexcept {
  lockstep_audit_fault mine = {};
  mine.rule = static_cast<std::uint32_t>(fault.rule);
  mine.account = fault.account.value();
  mine.asset = fault.asset.value();
  mine.sequence = fault.sequence.value();
  mine.expected = ToC(fault.expected);
  mine.found = ToC(fault.found);
  return mine;
}

template <class Handle>
lockstep_outcome AuditFromC(Handle* handle, lockstep_audit_report* report,
                            lockstep_audit_fault* faults,
                            std::uint64_t capacity) noexcept {
  return With(handle, [&](const auto& its) {
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
    WriteRows(audit->faults,
              std::min<std::uint64_t>(audit->faults.size(), capacity), faults,
              FaultToC);
    return Outcome::kOk;
  });
}

template <class Handle>
lockstep_outcome DigestFromC(Handle* handle,
                             lockstep_bits128* digest) noexcept {
  return With(handle, [&](const auto& its) {
    if (digest == nullptr) return Outcome::kNullPointer;
    return Store(its.Digest(), digest, [](Bits128 bits) { return ToC(bits); });
  });
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_audit(lockstep_ledger* ledger,
                                lockstep_audit_report* report,
                                lockstep_audit_fault* faults,
                                std::uint64_t capacity) noexcept {
  return AuditFromC(ledger, report, faults, capacity);
}

lockstep_outcome lockstep_digest(lockstep_ledger* ledger,
                                 lockstep_bits128* digest) noexcept {
  return DigestFromC(ledger, digest);
}

lockstep_outcome lockstep_snapshot_audit(lockstep_snapshot* snapshot,
                                         lockstep_audit_report* report,
                                         lockstep_audit_fault* faults,
                                         std::uint64_t capacity) noexcept {
  return AuditFromC(snapshot, report, faults, capacity);
}

lockstep_outcome lockstep_snapshot_digest(lockstep_snapshot* snapshot,
                                          lockstep_bits128* digest) noexcept {
  return DigestFromC(snapshot, digest);
}

}  // extern "C"
