// Poster::Post of a request, and PostAll: transfers that ask for more than
// legs, one or several linked ones.

#include <array>
#include <cstddef>

#include "engine/posting/checks.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/modes.h"
#include "engine/posting/poster.h"
#include "engine/posting/requests_plan.h"

namespace lockstep::engine {
namespace {

// The largest batch there can be is one of two-leg transfers.
static_assert(kMaxLinkedLegs / 2 * RecordBytes(2, kMaxDescriptionBytes) <=
                  kChunkBytes,
              "the records of any batch fit into an empty chunk");

// The shape of each by itself, one after the other, and that of all of them;
// counts the accounts that they name.
Verdict CheckShapes(const AccountTable& accounts,
                    std::span<const TransferRequest> requests,
                    std::size_t& named) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Verdict verdict = CheckRequestShape(accounts, requests[i]);
    named += CountNamed(requests[i]);
    if (verdict.outcome == Outcome::kOk && named > kMaxLinkedLegs) {
      verdict.outcome = Outcome::kTooManyLegs;
    }
    if (verdict.outcome != Outcome::kOk) {
      if (requests.size() > 1) {
        verdict.refusal.transfer = static_cast<std::uint32_t>(i);
      }
      return verdict;
    }
  }
  return {};
}

// Requests whose shape is right.
template <Concurrency kConcurrency, std::size_t kCapacity>
[[gnu::noinline]] void PostTogether(const PostingGround& ground,
                                    SessionState& session,
                                    std::span<const TransferRequest> requests,
                                    const TransferOptions& how,
                                    LinkedReceipts receipts) noexcept {
  const InsideOperation inside(session);
  std::array<AccountId, kCapacity> named;
  std::size_t count = 0;
  for (const TransferRequest& request : requests) {
    ForEachNamed(request, [&](AccountId account) { named[count++] = account; });
  }
  const AccountsInOrder<kCapacity> order(
      ground.accounts, std::span<const AccountId>(named.data(), count));
  RequestsPlan<kCapacity> plan(ground.accounts, order, count, requests,
                               receipts, how.dry_run);
  LockWait wait(how.wait);
  if (!ReserveRoom(session, plan, how, wait, receipts)) return;
  PostInMode<kConcurrency>(how.mode, ground, session, order, plan, how, wait,
                           receipts);
}

// What PostAll does, and Post of a request, which is the shortest batch.
template <Concurrency kConcurrency>
BatchResult PostLinked(const PostingGround& ground, SessionState& session,
                       std::span<const TransferRequest> requests,
                       const TransferOptions& how,
                       std::span<Receipt> all) noexcept {
  BatchState state;
  LinkedReceipts receipts(requests.size(), all, state);
  std::size_t named = 0;
  if (session.inside) {
    receipts.Refuse(Outcome::kInsideTransaction, 0);
  } else if (!IsMode(how)) {
    receipts.Refuse(Outcome::kInvalidOption, 0);
  } else if (const Verdict shape =
                 CheckShapes(ground.accounts, requests, named);
             shape.outcome != Outcome::kOk) {
    receipts.Refuse(shape.outcome, 0, shape.refusal);
  } else if (named > kMaxLegs) {
    PostTogether<kConcurrency, kMaxLinkedLegs>(ground, session, requests, how,
                                               receipts);
  } else if (named > 0) {
    PostTogether<kConcurrency, kMaxLegs>(ground, session, requests, how,
                                         receipts);
  }
  if (!how.dry_run) receipts.CountIn(session.counters);
  return state.result;
}

}  // namespace

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Post(SessionState& session,
                                const TransferRequest& request,
                                Receipt& receipt) const noexcept {
  if (request.flows.empty() && request.conditions.empty()) {
    return Post(session, request.legs, request.options, receipt);
  }
  PostRequest(session, request, receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::PostRequest(SessionState& session,
                                       const TransferRequest& request,
                                       Receipt& receipt) const noexcept {
  PostLinked<kConcurrency>(ground_, session,
                           std::span<const TransferRequest>(&request, 1),
                           request.options, std::span<Receipt>(&receipt, 1));
}

template <Concurrency kConcurrency>
BatchResult Poster<kConcurrency>::PostAll(
    SessionState& session, std::span<const TransferRequest> requests,
    const LinkOptions& options, std::span<Receipt> receipts) const noexcept {
  return PostLinked<kConcurrency>(ground_, session, requests,
                                  {.wait = options.wait,
                                   .mode = options.mode,
                                   .retry = options.retry,
                                   .dry_run = options.dry_run},
                                  receipts);
}

template void Poster<Concurrency::kMultiThread>::Post(SessionState&,
                                                      const TransferRequest&,
                                                      Receipt&) const noexcept;
template void Poster<Concurrency::kSingleThread>::Post(SessionState&,
                                                       const TransferRequest&,
                                                       Receipt&) const noexcept;
template void Poster<Concurrency::kMultiThread>::PostRequest(
    SessionState&, const TransferRequest&, Receipt&) const noexcept;
template void Poster<Concurrency::kSingleThread>::PostRequest(
    SessionState&, const TransferRequest&, Receipt&) const noexcept;
template BatchResult Poster<Concurrency::kMultiThread>::PostAll(
    SessionState&, std::span<const TransferRequest>, const LinkOptions&,
    std::span<Receipt>) const noexcept;
template BatchResult Poster<Concurrency::kSingleThread>::PostAll(
    SessionState&, std::span<const TransferRequest>, const LinkOptions&,
    std::span<Receipt>) const noexcept;

}  // namespace lockstep::engine
