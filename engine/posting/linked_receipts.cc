#include "engine/posting/linked_receipts.h"

namespace lockstep::engine {

void LinkedReceipts::Refuse(Outcome outcome, std::uint16_t attempts,
                            const Refusal& refusal) noexcept {
  if (transfers_ == 0) return;
  is_ones_fault_ = refusal.transfer < transfers_;
  result_ = {.outcome = outcome,
             .first_refused = is_ones_fault_ ? refusal.transfer : 0};
  Refusal linked;
  linked.transfer = refusal.transfer;
  for (std::size_t i = 0; i < receipts_.size(); ++i) {
    ReceiptWriter receipt(receipts_[i]);
    if (is_ones_fault_ && i != refusal.transfer) {
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
  for (std::size_t i = 0; i < transfers_; ++i) {
    const bool is_linked = is_ones_fault_ && i != result_.first_refused;
    counters.CountOutcome(is_linked ? Outcome::kLinkedRefused
                                    : result_.outcome);
  }
}

}  // namespace lockstep::engine
