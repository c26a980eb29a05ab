#pragma once

#include <cstddef>
#include <cstdint>
#include <gsl/assert>
#include <new>
#include <span>

#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Fills in receipts, which users can only read. A receipt is written where the
/// caller wants it, once, and not moved about.
class ReceiptWriter {
 public:
  /// `receipt` may be unfilled.
  explicit ReceiptWriter(Receipt& receipt) noexcept : receipt_(receipt) {}

  /// A receipt that says nothing yet: it must be refused or posted to.
  [[nodiscard]] static Receipt Unfilled() noexcept {
    return Receipt(Receipt::Unfilled{});
  }

  void Refuse(Outcome outcome, std::uint16_t attempts,
              const Refusal& refusal = {}) noexcept {
    Expects(outcome != Outcome::kOk);
    receipt_.outcome_ = outcome;
    receipt_.attempts_ = attempts;
    new (&receipt_.details_.refusal) Refusal(refusal);
  }

  /// Where the changes go, by place in the order. Set them before SetPosted; a
  /// refusal writes over them.
  [[nodiscard]] AccountChange* changes() noexcept {
    return receipt_.details_.changes;
  }
  void SetPosted(Sequence sequence, std::uint16_t attempts,
                 std::size_t accounts) noexcept {
    receipt_.outcome_ = Outcome::kOk;
    receipt_.attempts_ = attempts;
    receipt_.change_count_ = static_cast<std::uint8_t>(accounts);
    receipt_.flow_count_ = 0;
    receipt_.marks_ = 0;
    receipt_.sequence_ = sequence.value();
  }
  /// That it was not posted, but could have been.
  void SetDryRun(std::uint16_t attempts, std::size_t accounts) noexcept {
    SetPosted(Sequence(), attempts, accounts);
    receipt_.marks_ = Receipt::kDryRun;
  }
  /// That it was posted before, whether or not it was asked for in earnest.
  void SetReplay(Sequence sequence, std::span<const AccountChange> changes,
                 std::span<const Amount> flowed, bool is_dry_run) noexcept {
    for (std::size_t i = 0; i < changes.size(); ++i) {
      new (&receipt_.details_.changes[i]) AccountChange(changes[i]);
    }
    SetPosted(sequence, 0, changes.size());
    receipt_.marks_ = Receipt::kReplay;
    if (is_dry_run) receipt_.marks_ |= Receipt::kDryRun;
    SetFlowed(flowed);
  }
  /// What was posted is durable.
  void SetDurable() noexcept { receipt_.marks_ |= Receipt::kDurable; }
  void SetAttempts(std::uint16_t attempts) noexcept {
    receipt_.attempts_ = attempts;
  }
  /// What the flows moved; after SetPosted or SetDryRun.
  void SetFlowed(std::span<const Amount> flowed) noexcept {
    receipt_.flow_count_ = static_cast<std::uint8_t>(flowed.size());
    for (std::size_t flow = 0; flow < flowed.size(); ++flow) {
      new (&receipt_.flowed_[flow]) Amount(flowed[flow]);
    }
  }

 private:
  Receipt& receipt_;
};

}  // namespace lockstep::engine
