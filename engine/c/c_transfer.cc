#include <algorithm>
#include <cstdint>
#include <new>
#include <span>
#include <string>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "engine/posting/receipt_writer.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Transfers and sessions of the C interface.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

static_assert(LOCKSTEP_MAX_LEGS == kMaxLegs);
static_assert(LOCKSTEP_NO_LEG == Refusal::kNoLeg);
static_assert(LOCKSTEP_MAX_DESCRIPTION_BYTES == kMaxDescriptionBytes);

void CopyChanges(const Receipt& receipt, lockstep_receipt& to) noexcept {
  to.change_count = static_cast<std::uint32_t>(receipt.changes().size());
  if (to.changes == nullptr) return;
  lockstep_change* next = to.changes;
  const std::size_t room = to.change_capacity;
  for (const AccountChange& change :
       receipt.changes().first(std::min<std::size_t>(room, to.change_count))) {
    *next++ = {change.account.value(), ToC(change.before), ToC(change.after)};
  }
}

// All of the caller's receipt but what is the caller's.
void CopyReceipt(const Receipt& receipt, lockstep_receipt* to) noexcept {
  lockstep_receipt mine = LOCKSTEP_RECEIPT_INIT;
  mine.change_capacity = to->change_capacity;
  mine.changes = to->changes;
  mine.outcome = ToC(receipt.outcome());
  mine.attempts = receipt.attempts();
  mine.sequence = receipt.sequence().value();
  const Refusal refusal = receipt.refusal();
  mine.refused_leg = refusal.leg;
  mine.refused_account = refusal.account.value();
  mine.refused_asset = refusal.asset.value();
  mine.available = ToC(refusal.available);
  mine.limit = ToC(refusal.limit);
  mine.required = ToC(refusal.required);
  CopyChanges(receipt, mine);
  WriteStruct(mine, to, to->struct_size);
}

Outcome ReadOptions(const lockstep_transfer_options* options,
                    TransferOptions& read) noexcept {
  if (options == nullptr) return Outcome::kOk;
  lockstep_transfer_options mine = LOCKSTEP_TRANSFER_OPTIONS_INIT;
  const Outcome outcome = ReadStruct(options, mine);
  if (outcome != Outcome::kOk) return outcome;
  const Result<Wait> wait = WaitFromC(mine.wait, mine.wait_ns);
  if (!wait || mine.reserved != 0) return Outcome::kInvalidOption;
  read = {.description = FromText(mine.description),
          .code = mine.code,
          .user_data = FromC(mine.user_data),
          .wait = *wait};
  return Outcome::kOk;
}

/// A call with a handle, options and a receipt: `post(object, options)` once
/// all of these were checked; `arguments` is what checking the others gave. The
/// receipt, if it is a good one, says what came of it wherever it ended.
template <class Handle, class Post>
lockstep_outcome PostFromC(Handle* handle, Outcome arguments,
                           const lockstep_transfer_options* options,
                           lockstep_receipt* receipt,
                           const Post& post) noexcept {
  bool is_written = false;
  const lockstep_outcome outcome = With(handle, [&](auto& its) {
    TransferOptions read;
    Outcome checked = arguments;
    if (checked == Outcome::kOk) checked = ReadOptions(options, read);
    if (checked == Outcome::kOk && receipt != nullptr) {
      checked = CheckStruct(receipt);
    }
    if (checked != Outcome::kOk) return checked;
    const Receipt its_receipt = post(its, read);
    if (receipt != nullptr) CopyReceipt(its_receipt, receipt);
    is_written = true;
    return its_receipt.outcome();
  });
  if (!is_written && receipt != nullptr &&
      CheckStruct(receipt) == Outcome::kOk) {
    Receipt refused;
    ReceiptWriter(refused).Refuse(static_cast<Outcome>(outcome), 0);
    CopyReceipt(refused, receipt);
  }
  return outcome;
}

// Legs as the ledger takes them. Of too many, one too many.
class LegsFromC {
 public:
  LegsFromC(const lockstep_leg* legs, std::uint64_t count) noexcept
      : count_(std::min<std::uint64_t>(count, kMaxLegs + 1)) {
    for (std::size_t i = 0; i < std::min(count_, kMaxLegs); ++i) {
      new (&legs_.items[i])
          Leg{AccountId(legs[i].account), FromC(legs[i].amount)};
    }
    if (count_ > kMaxLegs) new (&legs_.items[kMaxLegs]) Leg();
  }
  [[nodiscard]] std::span<const Leg> span() const noexcept {
    return {legs_.items, count_};
  }

 private:
  // Set only as far as there are legs.
  union Legs {
    Legs() noexcept {}
    Leg items[kMaxLegs + 1];
  };

  std::size_t count_;
  Legs legs_;
};

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
                     return its.Post(LegsFromC(legs, leg_count).span(), with);
                   });
}

// The receipt that a C one was copied from, as far as Explain looks at it.
Receipt ReceiptFromC(const lockstep_receipt& receipt) noexcept {
  Receipt made;
  ReceiptWriter writer(made);
  const auto attempts = static_cast<std::uint16_t>(receipt.attempts);
  if (receipt.outcome == LOCKSTEP_OK) {
    std::fill_n(writer.changes(), receipt.change_count, AccountChange{});
    writer.SetPosted(Sequence(receipt.sequence), attempts,
                     receipt.change_count);
    return made;
  }
  writer.Refuse(static_cast<Outcome>(receipt.outcome), attempts,
                {.leg = receipt.refused_leg,
                 .account = AccountId(receipt.refused_account),
                 .asset = AssetId(receipt.refused_asset),
                 .available = FromC(receipt.available),
                 .limit = FromC(receipt.limit),
                 .required = FromC(receipt.required)});
  return made;
}

// A posted one has changes and a sequence, and an outcome is one that exists.
bool IsWrittenTo(const lockstep_receipt& receipt) noexcept {
  if (receipt.outcome == LOCKSTEP_OK) {
    return receipt.sequence != 0 && receipt.change_count <= kMaxLegs;
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
    lockstep_receipt mine;
    const Outcome read = ReadStruct(receipt, mine);
    if (read != Outcome::kOk) return read;
    if (!IsWrittenTo(mine)) return Outcome::kInvalidOption;
    const std::string text = its.Explain(ReceiptFromC(mine));
    if (text.empty()) return Outcome::kOutOfMemory;
    return WriteText(text, buffer, buffer_size, text_size);
  });
}

}  // extern "C"
