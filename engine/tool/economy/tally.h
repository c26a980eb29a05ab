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
  /// Of the posted transfers.
  std::uint64_t legs = 0;
  LatencyHistogram latency;
};

}  // namespace lockstep::tool
