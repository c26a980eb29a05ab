#pragma once

#include <cstdint>
#include <vector>

#include "engine/tool/base/inequality.h"
#include "engine/tool/economy/economy.h"
#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// What each player owned at a moment of the economy's ledger, in minor units
/// of the money at list prices, less what the player owed. Whoever owed more
/// than that owned nothing. It takes long where there are many players.
[[nodiscard]] std::vector<std::int64_t> PlayersWealths(const Economy& economy,
                                                       const Snapshot& moment);

/// How many of the most active players a sample holds, and at most how many of
/// all the others.
inline constexpr std::uint32_t kSampledActive = 256;
inline constexpr std::uint32_t kSampledOthers = 256;

/// A fixed sample of the players, for looking at their wealth often while they
/// play: the most active ones, who are the first by index and may own most of
/// it all, and of the others every n-th, who stands for n of them.
class WealthSample {
 public:
  /// The economy must outlive the sample.
  explicit WealthSample(gsl::not_null<const Economy*> economy);

  /// The Gini coefficient at a moment of the economy's ledger, as the sample
  /// shows it.
  [[nodiscard]] double Gini(const Snapshot& moment);

  /// How many players it looks at.
  [[nodiscard]] std::uint32_t size() const noexcept {
    return static_cast<std::uint32_t>(owners_.size());
  }

 private:
  gsl::not_null<const Economy*> economy_;
  /// Their indices, and how many each stands for.
  std::vector<std::uint32_t> owners_;
  std::vector<double> counts_;
  std::vector<OwnersAlike> wealths_;  // kept for its memory
};

}  // namespace lockstep::tool
