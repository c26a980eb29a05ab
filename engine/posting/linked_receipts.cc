#include "engine/posting/linked_receipts.h"

namespace lockstep::engine {

void LinkedReceipts::Refuse(Outcome outcome, std::uint16_t attempts,
                            const Refusal& refusal) noexcept {
  const bool is_ones_fault = refusal.transfer < transfers_;
  std::size_t first = is_ones_fault ? refusal.transfer : 0;
  if (transfers_ == 0) first = BatchResult::kNone;
  state_ = {.result = {.outcome = outcome, .first_refused = first},
            .is_ones_fault = is_ones_fault};
  Refusal linked;
  linked.transfer = refusal.transfer;
  for (std::size_t i = 0; i < receipts_.size(); ++i) {
    ReceiptWriter receipt(receipts_[i]);
    if (is_ones_fault && i != refusal.transfer) {
      receipt.Refuse(Outcome::kLinkedRefused, attempts, linked);
    } else {
      receipt.Refuse(outcome, attempts, refusal);
    }
  }
}

void LinkedReceipts::SetAttempts(std::uint16_t attempts) noexcept {
  for (Receipt& receipt : receipts_) {
    ReceiptWriter(receipt).SetAttempts(attempts);
  }
}

void LinkedReceipts::CountIn(Counters& counters) const noexcept {
  if (state_.result.is_replay) return counters.CountReplays(transfers_);
  for (std::size_t i = 0; i < transfers_; ++i) {
    const bool is_linked =
        state_.is_ones_fault && i != state_.result.first_refused;
    counters.CountOutcome(is_linked ? Outcome::kLinkedRefused
                                    : state_.result.outcome);
  }
}

}  // namespace lockstep::engine
