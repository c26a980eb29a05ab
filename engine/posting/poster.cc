#include "engine/posting/poster.h"

#include <array>
#include <cstddef>

#include "engine/posting/checks.h"
#include "engine/posting/post_legs.h"
#include "engine/posting/receipt_writer.h"

namespace lockstep::engine {

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Transfer(SessionState& session, AccountId from,
                                    AccountId to, Amount amount,
                                    const TransferOptions& options,
                                    Receipt& receipt) const noexcept {
  // The modes are parted here, and not further down: what the optimistic one
  // takes the address of, locked mode keeps in registers.
  if (IsMoreThanLegs(options) || ground_.routes != nullptr) [[unlikely]]
    return TransferApart(session, from, to, amount, options, receipt);
  if (options.mode == Mode::kOptimistic) [[unlikely]] {
    TransferOptimisticUncounted(session, from, to, amount, options,
                                ReceiptWriter(receipt));
  } else {
    TransferUncounted<Mode::kLocked, false>(session, from, to, amount, options,
                                            ReceiptWriter(receipt));
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::TransferAsRequest(SessionState& session,
                                             AccountId from, AccountId to,
                                             Amount amount,
                                             const TransferOptions& options,
                                             Receipt& receipt) const noexcept {
  ReceiptWriter writer(receipt);
  if (session.inside) return writer.Refuse(Outcome::kInsideTransaction, 0);
  if (!IsMode(options)) return writer.Refuse(Outcome::kInvalidOption, 0);
  const Verdict shape =
      CheckTransferShape(ground_.accounts, from, to, amount, options);
  if (shape.outcome != Outcome::kOk) {
    return writer.Refuse(shape.outcome, 0, shape.refusal);
  }
  const TwoLegs legs{from, to, ToInt128(amount)};
  const std::array both{legs[0], legs[1]};
  PostRequest(session, TransferRequest{.legs = both, .options = options},
              receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::TransferOptimisticUncounted(
    SessionState& session, AccountId from, AccountId to, Amount amount,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  TransferUncounted<Mode::kOptimistic, false>(session, from, to, amount,
                                              options, receipt);
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Post(SessionState& session,
                                std::span<const Leg> legs,
                                const TransferOptions& options,
                                Receipt& receipt) const noexcept {
  if (IsMoreThanLegs(options) || ground_.routes != nullptr) [[unlikely]]
    return PostApart(session, legs, options, receipt);
  if (options.mode == Mode::kOptimistic) [[unlikely]] {
    PostOptimisticUncounted(session, legs, options, ReceiptWriter(receipt));
  } else {
    PostUncounted<Mode::kLocked, false>(session, legs, options,
                                        ReceiptWriter(receipt));
  }
  session.counters.CountOutcome(receipt.outcome());
}

template <Concurrency kConcurrency>
void Poster<kConcurrency>::PostOptimisticUncounted(
    SessionState& session, std::span<const Leg> legs,
    const TransferOptions& options, ReceiptWriter receipt) const noexcept {
  PostUncounted<Mode::kOptimistic, false>(session, legs, options, receipt);
}

template class Poster<Concurrency::kMultiThread>;
template class Poster<Concurrency::kSingleThread>;

}  // namespace lockstep::engine
