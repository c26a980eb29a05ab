#include <cstdint>
#include <span>

#include "engine/c/batch_call.h"
#include "engine/c/batch_report.h"
#include "engine/c/post_call.h"
#include "engine/c/reversals_from_c.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Reversals of the C interface: one, and several that are linked.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

template <class Handle>
lockstep_outcome ReverseFromC(Handle* handle, const lockstep_reversal* reversal,
                              lockstep_receipt* receipt) noexcept {
  ReversalsFromC one;
  return PostFromC(
      handle, reversal == nullptr ? Outcome::kNullPointer : Outcome::kOk,
      receipt, [&] { return one.Add(*reversal); },
      [&](auto& its) { return its.Reverse(one.reversals().front()); });
}

template <class Handle>
lockstep_outcome ReverseAllFromC(Handle* handle,
                                 const lockstep_reversal* reversals,
                                 const lockstep_link_options* options,
                                 const BatchReport& report) noexcept {
  return PostLinkedFromC<ReversalsFromC>(
      handle, reversals, options, report,
      [](auto& its, ReversalsFromC& made, std::span<Receipt> receipts,
         const LinkOptions& with) {
        return its.ReverseAll(made.reversals(), receipts, with);
      });
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_reverse(lockstep_ledger* ledger,
                                  const lockstep_reversal* reversal,
                                  lockstep_receipt* receipt) noexcept {
  return ReverseFromC(ledger, reversal, receipt);
}

lockstep_outcome lockstep_reverse_all(lockstep_ledger* ledger,
                                      const lockstep_reversal* reversals,
                                      std::uint64_t count,
                                      const lockstep_link_options* options,
                                      lockstep_receipt* receipts,
                                      lockstep_batch_result* result) noexcept {
  return ReverseAllFromC(ledger, reversals, options,
                         BatchReport(count, nullptr, receipts, result));
}

lockstep_outcome lockstep_session_reverse(lockstep_session* session,
                                          const lockstep_reversal* reversal,
                                          lockstep_receipt* receipt) noexcept {
  return ReverseFromC(session, reversal, receipt);
}

lockstep_outcome lockstep_session_reverse_all(
    lockstep_session* session, const lockstep_reversal* reversals,
    std::uint64_t count, const lockstep_link_options* options,
    lockstep_receipt* receipts, lockstep_batch_result* result) noexcept {
  return ReverseAllFromC(session, reversals, options,
                         BatchReport(count, nullptr, receipts, result));
}

}  // extern "C"
