#pragma once

#include <new>
#include <optional>

#include "engine/locking/lock_wait.h"
#include "engine/posting/id_table.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/posting_ground.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/session_state.h"
#include "lockstep/transfer.h"

// What becomes of an operation with an id, before anything is posted.

namespace lockstep::engine {

/// Gives the receipts again that are remembered.
inline void GiveAgain(const Remembered& remembered, bool is_dry_run,
                      ReceiptWriter receipt) noexcept {
  const Remembered::OneReceipt first = remembered.receipt(0);
  receipt.SetReplay(first.sequence, first.changes, first.flowed, is_dry_run);
}
inline void GiveAgain(const Remembered& remembered, bool is_dry_run,
                      LinkedReceipts receipts) noexcept {
  receipts.SetReplay();
  for (std::size_t i = 0; i < remembered.receipts(); ++i) {
    Receipt* const asked_for = receipts.Of(i);
    if (asked_for == nullptr) return;
    const Remembered::OneReceipt one = remembered.receipt(i);
    ReceiptWriter(*asked_for)
        .SetReplay(one.sequence, one.changes, one.flowed, is_dry_run);
  }
}

/// Has `post(claim)` post an operation, unless it has an id that was used:
/// then that is what the receipts say. `claim` is null if it has none.
/// `make_remembered()` gives what the operation consists of, with room for its
/// receipts; it may throw std::bad_alloc. What `post` throws passes through.
template <class MakeRemembered, class Receipts, class Post>
void PostOnce(const PostingGround& ground, SessionState& session,
              const TransferOptions& options, LockWait& wait,
              const MakeRemembered& make_remembered, Receipts receipts,
              const Post& post) {
  if (options.id == Bits128()) return post(nullptr);
  if (!ground.ids.is_on()) return receipts.Refuse(Outcome::kIdsOff, 0);
  std::optional<IdClaim> claim;
  Outcome taken = Outcome::kOutOfMemory;
  try {
    claim.emplace(ground.ids, options.id, make_remembered());
    taken = claim->Take(wait);
  } catch (const std::bad_alloc&) {
  }
  if (taken == Outcome::kOk && claim->known() == nullptr) return post(&*claim);
  session.counters.CountWaits(wait.waits());
  if (taken != Outcome::kOk) return receipts.Refuse(taken, 0);
  const Remembered& remembered = *claim->known();
  const IdContent::Difference difference =
      claim->content().FindDifference(remembered.content());
  if (difference.field == IdField::kNone) {
    return GiveAgain(remembered, options.dry_run, receipts);
  }
  Refusal refusal;
  refusal.id_field = difference.field;
  refusal.transfer = difference.transfer;
  refusal.posted_as = remembered.receipt(0).sequence;
  receipts.Refuse(Outcome::kIdTaken, 0, refusal);
}

}  // namespace lockstep::engine
