#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "engine/journal/chunk.h"
#include "engine/posting/id_table.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/modes.h"
#include "engine/posting/requests_plan.h"
#include "engine/posting/session_state.h"

namespace lockstep::engine {

// The largest batch there can be is one of two-leg transfers.
static_assert(kMaxLinkedLegs / 2 *
                          (ReversalRecordBytes(2, kMaxDescriptionBytes) +
                           sizeof(Bits128) + ForLogBytes(0, 0, 2)) +
                      ForLogBytes(kMaxLinkedLegs, 0, 0) <=
                  kChunkBytes,
              "the records of any batch fit into an empty chunk");

/// Posts requests whose shape is right, all of them or none. kCapacity is how
/// many accounts they may name. `claim` is null if they have no id; `works`
/// are empty, or one for each: then they are reversals.
template <Concurrency kConcurrency, std::size_t kCapacity>
[[gnu::noinline]] void PostTogetherUpTo(
    const PostingGround& ground, SessionState& session,
    std::span<const TransferRequest> requests, const TransferOptions& how,
    LockWait& wait, IdClaim* claim, LinkedReceipts receipts,
    std::span<ReversalWork* const> works) noexcept {
  const InsideOperation inside(session);
  std::array<AccountId, kCapacity> named;
  std::size_t count = 0;
  for (const TransferRequest& request : requests) {
    ForEachNamed(request, [&](AccountId account) { named[count++] = account; });
  }
  const AccountsInOrder<kCapacity> order(
      ground.accounts, std::span<const AccountId>(named.data(), count));
  RequestsPlan<kCapacity> plan(ground.accounts, order, count, requests,
                               receipts, how.dry_run, claim, works);
  if (!ReserveRoom(session, plan, how, wait, receipts)) return;
  PostInMode<kConcurrency>(how.mode, ground, session, order, plan, how, wait,
                           receipts);
}

/// The same for requests that name so many accounts, kMaxLinkedLegs at the
/// most.
template <Concurrency kConcurrency>
void PostTogether(const PostingGround& ground, SessionState& session,
                  std::span<const TransferRequest> requests, std::size_t named,
                  const TransferOptions& how, LockWait& wait, IdClaim* claim,
                  LinkedReceipts receipts,
                  std::span<ReversalWork* const> works = {}) noexcept {
  if (named > kMaxLegs) {
    PostTogetherUpTo<kConcurrency, kMaxLinkedLegs>(
        ground, session, requests, how, wait, claim, receipts, works);
  } else {
    PostTogetherUpTo<kConcurrency, kMaxLegs>(ground, session, requests, how,
                                             wait, claim, receipts, works);
  }
}

}  // namespace lockstep::engine
