#pragma once

#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Fills in receipts, which users can only read. A receipt is written where the
/// caller wants it, once, and not moved about.
class ReceiptWriter {
 public:
  explicit ReceiptWriter(Receipt& receipt) noexcept : receipt_(receipt) {}

  void Refuse(Outcome outcome, const Refusal& refusal = {}) noexcept {
    receipt_.outcome_ = outcome;
    receipt_.refusal_ = refusal;
  }
  void SetAttempts(std::uint32_t attempts) noexcept {
    receipt_.attempts_ = attempts;
  }
  void SetPosted(Sequence sequence) noexcept {
    receipt_.outcome_ = Outcome::kOk;
    receipt_.sequence_ = sequence;
  }
  void AddChange(const AccountChange& change) noexcept {
    receipt_.changes_.items[receipt_.change_count_++] = change;
  }

 private:
  Receipt& receipt_;
};

}  // namespace lockstep::engine
