// Poster::PostEach: many transfers that do not depend on one another.

#include <algorithm>
#include <cstddef>

#include "engine/posting/poster.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/request_work.h"

namespace lockstep::engine {
namespace {

// How many transfers ahead their accounts are asked for, so that the misses of
// several overlap.
constexpr std::size_t kAhead = 16;

void Prefetch(const AccountTable& accounts, const TransferRequest& request) {
  // What is larger will be refused.
  if (request.legs.size() > kMaxLegs || request.flows.size() > kMaxFlows ||
      request.conditions.size() > kMaxLegs) {
    return;
  }
  ForEachNamed(request, [&](AccountId account) { accounts.Prefetch(account); });
}

// Whether it is what `Transfer` does: one account pays another one of the same
// asset, and nothing else is asked for.
bool IsPayment(const AccountTable& accounts, const TransferRequest& request) {
  if (request.legs.size() != 2 || !request.flows.empty() ||
      !request.conditions.empty()) {
    return false;
  }
  const Leg& payer = request.legs[0];
  const Leg& payee = request.legs[1];
  return payee.amount > Amount() &&
         payer.amount == Negate(payee.amount).value() &&
         payer.account != payee.account && accounts.Contains(payer.account) &&
         accounts.Contains(payee.account) &&
         accounts.Hot(payer.account).asset() ==
             accounts.Hot(payee.account).asset();
}

}  // namespace

template <Concurrency kConcurrency>
BatchResult Poster<kConcurrency>::PostEach(
    SessionState& session, std::span<const TransferRequest> requests,
    const EachOptions& options, std::span<Receipt> receipts,
    std::span<Outcome> outcomes) const noexcept {
  const AccountTable& accounts = ground_.accounts;
  BatchResult result;
  Receipt one = ReceiptWriter::Unfilled();
  std::size_t next = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    for (; next < std::min(i + kAhead, requests.size()); ++next) {
      Prefetch(accounts, requests[next]);
    }
    const TransferRequest& request = requests[i];
    Receipt& receipt = receipts.empty() ? one : receipts[i];
    if (!result.ok() && options.stop_at_refusal) {
      ReceiptWriter(receipt).Refuse(Outcome::kNotAttempted, 0);
    } else if (IsPayment(accounts, request)) {
      Transfer(session, request.legs[0].account, request.legs[1].account,
               request.legs[1].amount, request.options, receipt);
    } else {
      Post(session, request, receipt);
    }
    if (!outcomes.empty()) outcomes[i] = receipt.outcome();
    if (receipt.ok()) {
      const bool is_new = !receipt.is_dry_run() && !receipt.is_replay();
      result.posted += is_new ? 1U : 0U;
    } else if (result.ok()) {
      result.outcome = receipt.outcome();
      result.first_refused = i;
    }
  }
  return result;
}

template BatchResult Poster<Concurrency::kMultiThread>::PostEach(
    SessionState&, std::span<const TransferRequest>, const EachOptions&,
    std::span<Receipt>, std::span<Outcome>) const noexcept;
template BatchResult Poster<Concurrency::kSingleThread>::PostEach(
    SessionState&, std::span<const TransferRequest>, const EachOptions&,
    std::span<Receipt>, std::span<Outcome>) const noexcept;

}  // namespace lockstep::engine
