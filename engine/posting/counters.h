#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "lockstep/outcome.h"
#include "lockstep/stats.h"
#include "lockstep/transfer.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// One session's share of the ledger's statistics. Written by the session
/// alone, so that counting needs no read-modify-write; read by anyone.
/// Relaxed throughout: a count guards nothing.
class Counters {
 public:
  void CountOutcome(Outcome outcome) noexcept {
    Raise(outcomes_[static_cast<std::size_t>(outcome)], 1);
  }
  void CountWaits(std::uint32_t waits) noexcept {
    if (waits != 0) Raise(waits_, waits);
  }

  void CountReplays(std::size_t replays) noexcept { Raise(replays_, replays); }
  /// What became of an operation that is not a dry run.
  void CountReceipt(const Receipt& receipt) noexcept {
    if (receipt.is_replay()) {
      CountReplays(1);
    } else {
      CountOutcome(receipt.outcome());
    }
  }
  void CountRetry() noexcept { Raise(retries_, 1); }

  void AddTo(Stats& stats) const noexcept {
    for (std::size_t i = 0; i < kOutcomeCount; ++i) {
      stats.outcomes[i] += outcomes_[i].load(std::memory_order_relaxed);
    }
    stats.retries += retries_.load(std::memory_order_relaxed);
    stats.waits += waits_.load(std::memory_order_relaxed);
    stats.replays += replays_.load(std::memory_order_relaxed);
  }

 private:
  using Counter = sync::Atomic<std::uint64_t>;

  static void Raise(Counter& counter, std::uint64_t by) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by,
                  std::memory_order_relaxed);
  }

  std::array<Counter, kOutcomeCount> outcomes_{};
  Counter retries_ = 0;
  Counter waits_ = 0;
  Counter replays_ = 0;
};

}  // namespace lockstep::engine
