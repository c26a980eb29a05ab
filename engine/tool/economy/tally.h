#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/tool/base/latency.h"
#include "engine/tool/economy/reasons.h"
#include "engine/tool/economy/scenario.h"
#include "lockstep/outcome.h"

namespace lockstep::tool {

/// What became of one activity's requests.
struct ActivityTally {
  std::uint64_t posted = 0;
  std::uint64_t refused = 0;
  /// What its transfers took from the issuers and gave back to them.
  std::array<Minor, kMaxGameAssets> minted{};
  std::array<Minor, kMaxGameAssets> burned{};
};

/// What was sold of a good at the auction, and what the buyers paid: for mean
/// prices, so it need not be exact beyond 2^53, and never overflows.
struct Sales {
  double quantity = 0;
  double paid = 0;  // in minor units of the money
};

/// What became of the holds that were placed. Those that are in none of the
/// other three are open.
struct HoldCounts {
  std::uint64_t placed = 0;
  std::uint64_t captured = 0;
  std::uint64_t released = 0;
  std::uint64_t expired = 0;

  [[nodiscard]] std::uint64_t open() const noexcept {
    return placed - captured - released - expired;
  }
};

/// What became of the lots that were offered at the auction house.
struct LotCounts {
  std::uint64_t offered = 0;
  std::uint64_t sold = 0;
  /// Nobody bid for them, or nobody came back in time.
  std::uint64_t unsold = 0;
  /// The goods or the money could not be had in the end.
  std::uint64_t called_off = 0;
  /// The house kept the goods: whom they were due to could not take them.
  std::uint64_t kept = 0;

  [[nodiscard]] std::uint64_t standing() const noexcept {
    return offered - sold - unsold - called_off;
  }
};

/// What one worker counted. For one thread; merge several at the end.
struct Tally {
  explicit Tally(std::size_t activity_count) : activities(activity_count) {}

  void Merge(const Tally& other);

  [[nodiscard]] std::uint64_t posted() const noexcept {
    return outcomes[static_cast<std::size_t>(Outcome::kOk)];
  }
  [[nodiscard]] std::uint64_t refused() const noexcept;

  /// By the activity's place in the table of activities.
  std::vector<ActivityTally> activities;
  /// By the outcome's number.
  std::array<std::uint64_t, kOutcomeCount> outcomes{};
  /// By the reason's number: what kRefusedByFunction is made up of.
  std::array<std::uint64_t, kReasonCount> reasons{};
  /// For each refusal met, the sentence that explains the first.
  std::array<std::string, kOutcomeCount> examples;
  /// By the good.
  std::array<Sales, kMaxGameAssets> sales{};
  HoldCounts holds;
  LotCounts lots;
  /// By the asset: how much more is held than before. (Less than nothing for a
  /// worker that let go of what others had placed.)
  std::array<Minor, kMaxGameAssets> held{};
  /// How many rounds were played, and how many requests they were made of.
  std::uint64_t rounds = 0;
  std::uint64_t in_rounds = 0;
  /// Of the posted transfers.
  std::uint64_t legs = 0;
  LatencyHistogram latency;
};

}  // namespace lockstep::tool
