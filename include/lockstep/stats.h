#pragma once

#include <array>
#include <cstdint>

#include "lockstep/outcome.h"

namespace lockstep::inline v0_1 {

/// Counts since the ledger was opened, over all its sessions, of everything
/// that had a session (who is refused one with `kTooManySessions` or
/// `kOutOfMemory` is not counted). Each is exact; while transfers run they need
/// not belong to one moment.
struct Stats {
  /// How many transfers ended with each outcome, by its number;
  /// `outcomes[0]` counts the posted ones.
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  /// How often one of their tries met a conflict and had to be made again.
  std::uint64_t retries = 0;
  /// How often an account, or the journal, was found locked and waited for.
  std::uint64_t waits = 0;
  /// How many were posted before, with the same id, and gave the first receipt
  /// again. They are counted nowhere else.
  std::uint64_t replays = 0;

  /// How many transfers ended with this outcome.
  [[nodiscard]] std::uint64_t of(Outcome outcome) const noexcept {
    return outcomes[static_cast<std::size_t>(outcome)];
  }
  /// How many were posted.
  [[nodiscard]] std::uint64_t posted() const noexcept {
    return of(Outcome::kOk);
  }
  /// How many were refused, for whatever reason.
  [[nodiscard]] std::uint64_t refused() const noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 1; i < outcomes.size(); ++i) sum += outcomes[i];
    return sum;
  }
};

}  // namespace lockstep::inline v0_1
