// Poster::TransferApart and PostApart: what takes longer than legs where
// everything is allowed.

#include "engine/posting/post_legs.h"
#include "engine/posting/poster.h"

namespace lockstep::engine {

template <Concurrency kConcurrency>
void Poster<kConcurrency>::TransferApart(SessionState& session, AccountId from,
                                         AccountId to, Amount amount,
                                         const TransferOptions& options,
                                         Receipt& receipt) const noexcept {
  if (IsMoreThanLegs(options)) {
    return TransferAsRequest(session, from, to, amount, options, receipt);
  }
  if (options.mode == Mode::kOptimistic) {
    TransferUncounted<Mode::kOptimistic, true>(session, from, to, amount,
                                               options, ReceiptWriter(receipt));
  } else {
    TransferUncounted<Mode::kLocked, true>(session, from, to, amount, options,
                                           ReceiptWriter(receipt));
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::PostApart(SessionState& session,
                                     std::span<const Leg> legs,
                                     const TransferOptions& options,
                                     Receipt& receipt) const noexcept {
  if (IsMoreThanLegs(options)) {
    return PostRequest(
        session, TransferRequest{.legs = legs, .options = options}, receipt);
  }
  if (options.mode == Mode::kOptimistic) {
    PostUncounted<Mode::kOptimistic, true>(session, legs, options,
                                           ReceiptWriter(receipt));
  } else {
    PostUncounted<Mode::kLocked, true>(session, legs, options,
                                       ReceiptWriter(receipt));
  }
  session.counters.CountOutcome(receipt.outcome());
}

template void Poster<Concurrency::kMultiThread>::TransferApart(
    SessionState&, AccountId, AccountId, Amount, const TransferOptions&,
    Receipt&) const noexcept;
template void Poster<Concurrency::kSingleThread>::TransferApart(
    SessionState&, AccountId, AccountId, Amount, const TransferOptions&,
    Receipt&) const noexcept;
template void Poster<Concurrency::kMultiThread>::PostApart(
    SessionState&, std::span<const Leg>, const TransferOptions&,
    Receipt&) const noexcept;
template void Poster<Concurrency::kSingleThread>::PostApart(
    SessionState&, std::span<const Leg>, const TransferOptions&,
    Receipt&) const noexcept;

}  // namespace lockstep::engine
