#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/posting/counters.h"
#include "engine/posting/receipt_writer.h"
#include "lockstep/request.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// What became of transfers that are posted together.
struct BatchState {
  BatchResult result;
  /// One of them was to blame, not something that all of them met.
  bool is_ones_fault = false;
};

/// The receipts of transfers that are posted together: what a plan of several
/// has in the place of a ReceiptWriter. What is refused is refused for all: the
/// one to blame says why, the others that they were linked with it.
class LinkedReceipts {
 public:
  /// There are as many receipts as transfers, or none. `state` says in the end
  /// what became of all of them, and is as made so far.
  LinkedReceipts(std::size_t transfers, std::span<Receipt> receipts,
                 BatchState& state) noexcept
      : transfers_(transfers), receipts_(receipts), state_(state) {}

  void Refuse(Outcome outcome, std::uint16_t attempts,
              const Refusal& refusal = {}) noexcept;
  /// Null if it is not asked for.
  [[nodiscard]] Receipt* Of(std::size_t transfer) const noexcept {
    return receipts_.empty() ? nullptr : &receipts_[transfer];
  }

  // What the modes ask of a ReceiptWriter. The plan has by then filled in each
  // receipt but for the attempts.
  [[nodiscard]] static AccountChange* changes() noexcept { return nullptr; }
  void SetPosted(Sequence /*first*/, std::uint16_t attempts,
                 std::size_t /*accounts*/) noexcept {
    SetAttempts(attempts);
    state_ = {};  // it may have been refused before, and tried again
    state_.result.posted = transfers_;
  }
  void SetDryRun(std::uint16_t attempts, std::size_t /*accounts*/) noexcept {
    SetAttempts(attempts);
    state_ = {};
  }

  /// They were posted before; what each said is written to it directly.
  void SetReplay() noexcept { state_.result.is_replay = true; }

  /// Counts what became of each.
  void CountIn(Counters& counters) const noexcept;

 private:
  void SetAttempts(std::uint16_t attempts) noexcept;

  std::size_t transfers_;
  std::span<Receipt> receipts_;
  BatchState& state_;
};

}  // namespace lockstep::engine
