// Poster::Post of a request, and PostAll: transfers that ask for more than
// legs, one or several linked ones.

#include <array>
#include <cstddef>

#include "engine/posting/checks.h"
#include "engine/posting/post_once.h"
#include "engine/posting/post_together.h"
#include "engine/posting/poster.h"

namespace lockstep::engine {
namespace {

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

std::size_t CountFlows(std::span<const TransferRequest> requests) {
  std::size_t flows = 0;
  for (const TransferRequest& request : requests) flows += request.flows.size();
  return flows;
}

// What an id stands for with one request, and with linked ones.
using ContentOf = IdContent (*)(std::span<const TransferRequest>);

// What PostAll does, and Post of a request, which is the shortest batch.
template <Concurrency kConcurrency>
BatchResult PostLinked(const PostingGround& ground, SessionState& session,
                       std::span<const TransferRequest> requests,
                       const TransferOptions& how, ContentOf content_of,
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
  } else if (named > 0) {
    LockWait wait(how.wait);
    const auto post = [&](IdClaim* claim) {
      PostTogether<kConcurrency>(ground, session, requests, named, how, wait,
                                 claim, receipts);
    };
    const auto remembered = [&] {
      Remembered made(content_of(requests));
      made.Reserve(requests.size(), named, CountFlows(requests));
      return made;
    };
    PostOnce(ground, session, how, wait, remembered, receipts, post);
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
  PostLinked<kConcurrency>(
      ground_, session, std::span<const TransferRequest>(&request, 1),
      request.options, IdContent::OfRequest, std::span<Receipt>(&receipt, 1));
}

template <Concurrency kConcurrency>
BatchResult Poster<kConcurrency>::PostAll(
    SessionState& session, std::span<const TransferRequest> requests,
    const LinkOptions& options, std::span<Receipt> receipts) const noexcept {
  return PostLinked<kConcurrency>(ground_, session, requests,
                                  {.wait = options.wait,
                                   .mode = options.mode,
                                   .retry = options.retry,
                                   .dry_run = options.dry_run,
                                   .id = options.id},
                                  IdContent::OfLinked, receipts);
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
