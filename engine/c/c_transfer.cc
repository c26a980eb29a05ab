#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/post_call.h"
#include "engine/c/structs.h"
#include "engine/posting/receipt_writer.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Transfers and sessions of the C interface.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

template <class Handle>
lockstep_outcome TransferFromC(Handle* handle, lockstep_account_id from,
                               lockstep_account_id to, lockstep_amount amount,
                               const lockstep_transfer_options* options,
                               lockstep_receipt* receipt) noexcept {
  return PostFromC(handle, Outcome::kOk, options, receipt,
                   [&](auto& its, const TransferOptions& with) {
                     return its.Transfer(AccountId(from), AccountId(to),
                                         FromC(amount), with);
                   });
}

template <class Handle>
lockstep_outcome PostLegsFromC(Handle* handle, const lockstep_leg* legs,
                               std::uint64_t leg_count,
                               const lockstep_transfer_options* options,
                               lockstep_receipt* receipt) noexcept {
  const Outcome arguments =
      legs == nullptr && leg_count > 0 ? Outcome::kNullPointer : Outcome::kOk;
  return PostFromC(handle, arguments, options, receipt,
                   [&](auto& its, const TransferOptions& with) {
                     const ItemsFromC<Leg> copied(
                         legs, leg_count,
                         [](const lockstep_leg& leg) { return FromC(leg); });
                     return its.Post(copied.span(), with);
                   });
}

// The receipt that a C one was copied from, as far as Explain looks at it.
Receipt ReceiptFromC(const lockstep_receipt& receipt) noexcept {
  Receipt made;
  ReceiptWriter writer(made);
  const auto attempts = static_cast<std::uint16_t>(receipt.attempts);
  if (receipt.outcome == LOCKSTEP_OK) {
    if (receipt.is_replay != 0) {
      const std::array<AccountChange, kMaxLegs> changes{};
      writer.SetReplay(Sequence(receipt.sequence),
                       std::span(changes).first(receipt.change_count), {},
                       receipt.is_dry_run != 0);
      return made;
    }
    std::fill_n(writer.changes(), receipt.change_count, AccountChange{});
    if (receipt.is_dry_run != 0) {
      writer.SetDryRun(attempts, receipt.change_count);
    } else {
      writer.SetPosted(Sequence(receipt.sequence), attempts,
                       receipt.change_count);
    }
    return made;
  }
  writer.Refuse(static_cast<Outcome>(receipt.outcome), attempts,
                {.leg = receipt.refused_leg,
                 .flow = receipt.refused_flow,
                 .condition = receipt.refused_condition,
                 .transfer = receipt.refused_transfer,
                 .reason = receipt.reason,
                 .id_field = EnumFromC<IdField>(receipt.id_field),
                 .posted_as = Sequence(receipt.posted_as),
                 .account = AccountId(receipt.refused_account),
                 .asset = AssetId(receipt.refused_asset),
                 .available = FromC(receipt.available),
                 .limit = FromC(receipt.limit),
                 .required = FromC(receipt.required),
                 .payee = AccountId(receipt.refused_payee)});
  return made;
}

// A posted one has changes and a sequence, unless it was only tried, and an
// outcome is one that exists.
bool IsWrittenTo(const lockstep_receipt& receipt) noexcept {
  if (receipt.outcome == LOCKSTEP_OK) {
    return (receipt.sequence != 0 || receipt.is_dry_run != 0) &&
           receipt.change_count <= kMaxLegs;
  }
  return receipt.outcome > 0 &&
         static_cast<std::uint32_t>(receipt.outcome) < kOutcomeCount;
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_transfer(lockstep_ledger* ledger,
                                   lockstep_account_id from,
                                   lockstep_account_id to,
                                   lockstep_amount amount,
                                   const lockstep_transfer_options* options,
                                   lockstep_receipt* receipt) noexcept {
  return TransferFromC(ledger, from, to, amount, options, receipt);
}

lockstep_outcome lockstep_post(lockstep_ledger* ledger,
                               const lockstep_leg* legs,
                               std::uint64_t leg_count,
                               const lockstep_transfer_options* options,
                               lockstep_receipt* receipt) noexcept {
  return PostLegsFromC(ledger, legs, leg_count, options, receipt);
}

lockstep_outcome lockstep_session_open(lockstep_ledger* ledger,
                                       lockstep_session** session) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (session == nullptr) return Outcome::kNullPointer;
    Result<Session> opened = its.OpenSession();
    if (!opened) return opened.error();
    return GiveHandle(*std::move(opened), HandleTable::Sharing::kExclusive,
                      session);
  });
}

lockstep_outcome lockstep_session_close(lockstep_session* session) noexcept {
  return CloseHandle(session);
}

lockstep_outcome lockstep_session_transfer(
    lockstep_session* session, lockstep_account_id from, lockstep_account_id to,
    lockstep_amount amount, const lockstep_transfer_options* options,
    lockstep_receipt* receipt) noexcept {
  return TransferFromC(session, from, to, amount, options, receipt);
}

lockstep_outcome lockstep_session_post(lockstep_session* session,
                                       const lockstep_leg* legs,
                                       std::uint64_t leg_count,
                                       const lockstep_transfer_options* options,
                                       lockstep_receipt* receipt) noexcept {
  return PostLegsFromC(session, legs, leg_count, options, receipt);
}

lockstep_outcome lockstep_explain(lockstep_ledger* ledger,
                                  const lockstep_receipt* receipt, char* buffer,
                                  std::uint64_t buffer_size,
                                  std::uint64_t* text_size) noexcept {
  return With(ledger, [&](Ledger& its) {
    if (receipt == nullptr || (buffer == nullptr && buffer_size > 0)) {
      return Outcome::kNullPointer;
    }
    lockstep_receipt mine = LOCKSTEP_RECEIPT_INIT;
    const Outcome read = ReadStruct(receipt, mine);
    if (read != Outcome::kOk) return read;
    if (!IsWrittenTo(mine)) return Outcome::kInvalidOption;
    const std::string text = its.Explain(ReceiptFromC(mine));
    if (text.empty()) return Outcome::kOutOfMemory;
    return WriteText(text, buffer, buffer_size, text_size);
  });
}

}  // extern "C"
