// Poster::Post of a request, and PostAll: transfers that ask for more than
// legs, one or several linked ones.

#include <array>
#include <cstddef>

#include "engine/posting/checks.h"
#include "engine/posting/modes.h"
#include "engine/posting/poster.h"
#include "engine/posting/requests_plan.h"

namespace lockstep::engine {
namespace {

// The largest batch there can be is one of two-leg transfers.
static_assert(kMaxLinkedLegs / 2 * RecordBytes(2, kMaxDescriptionBytes) <=
                  kChunkBytes,
              "the records of any batch fit into an empty chunk");

// The shape of each by itself, one after the other, then that of all of them.
Verdict CheckShapes(const AccountTable& accounts,
                    std::span<const TransferRequest> requests) {
  std::size_t named = 0;
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

std::size_t CountNamed(std::span<const TransferRequest> requests) {
  std::size_t named = 0;
  for (const TransferRequest& request : requests) {
    named += engine::CountNamed(request);
  }
  return named;
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
  const TransferOptions& options = request.options;
  PostAll(session, std::span<const TransferRequest>(&request, 1),
          {.wait = options.wait,
           .mode = options.mode,
           .retry = options.retry,
           .dry_run = options.dry_run},
          std::span<Receipt>(&receipt, 1));
}

template <Concurrency kConcurrency>
BatchResult Poster<kConcurrency>::PostAll(
    SessionState& session, std::span<const TransferRequest> requests,
    const LinkOptions& options, std::span<Receipt> all) const noexcept {
  const TransferOptions how{.wait = options.wait,
                            .mode = options.mode,
                            .retry = options.retry,
                            .dry_run = options.dry_run};
  BatchState state;
  LinkedReceipts receipts(requests.size(), all, state);
  if (session.inside) {
    receipts.Refuse(Outcome::kInsideTransaction, 0);
  } else if (!IsMode(how)) {
    receipts.Refuse(Outcome::kInvalidOption, 0);
  } else if (const Verdict shape = CheckShapes(ground_.accounts, requests);
             shape.outcome != Outcome::kOk) {
    receipts.Refuse(shape.outcome, 0, shape.refusal);
  } else if (const std::size_t named = CountNamed(requests); named > kMaxLegs) {
    PostTogether<kMaxLinkedLegs>(session, requests, how, receipts);
  } else if (named > 0) {
    PostTogether<kMaxLegs>(session, requests, how, receipts);
  }
  if (!options.dry_run) receipts.CountIn(session.counters);
  return state.result;
}

template <Concurrency kConcurrency>
template <std::size_t kCapacity>
void Poster<kConcurrency>::PostTogether(
    SessionState& session, std::span<const TransferRequest> requests,
    const TransferOptions& options, LinkedReceipts receipts) const noexcept {
  const InsideOperation inside(session);
  std::array<AccountId, kCapacity> named;
  std::size_t count = 0;
  for (const TransferRequest& request : requests) {
    ForEachNamed(request, [&](AccountId account) { named[count++] = account; });
  }
  const AccountsInOrder<kCapacity> order(
      ground_.accounts, std::span<const AccountId>(named.data(), count));
  RequestsPlan<kCapacity> plan(ground_.accounts, order, requests, receipts,
                               options.dry_run);
  LockWait wait(options.wait);
  const Outcome room = ReserveRoom(session, plan, options, wait);
  if (room != Outcome::kOk) {
    session.counters.CountWaits(wait.waits());
    return receipts.Refuse(room, 0);
  }
  if (options.mode == Mode::kOptimistic) {
    PostOptimistic<kConcurrency>(ground_, session, order, plan, options, wait,
                                 receipts);
  } else {
    PostLocked<kConcurrency>(ground_, session, order, plan, options, wait, 0,
                             receipts);
  }
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
