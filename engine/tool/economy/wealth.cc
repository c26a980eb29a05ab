#include "engine/tool/economy/wealth.h"

#include <algorithm>
#include <cstddef>

namespace lockstep::tool {
namespace {

constexpr double kMostWealth = 9e18;  // in 64 bits

std::int64_t WealthOf(const Economy& economy, std::uint32_t player,
                      const Snapshot& moment) {
  double wealth = 0;  // a scenario's prices could go beyond 64 bits
  for (std::size_t i = 0; i < economy.asset_count(); ++i) {
    const auto asset = static_cast<Asset>(i);
    const AccountId account = economy.AccountOf(economy.Player(player), asset);
    const Result<Amount> balance = moment.Balance(account);
    wealth += static_cast<double>(ToMinor(balance.value())) *
              static_cast<double>(economy.TraitsOf(asset).list_price);
  }
  return static_cast<std::int64_t>(std::clamp(wealth, 0.0, kMostWealth));
}

}  // namespace

std::vector<std::int64_t> PlayersWealths(const Economy& economy,
                                         const Snapshot& moment) {
  std::vector<std::int64_t> wealths(economy.population().players);
  for (std::uint32_t i = 0; i < wealths.size(); ++i) {
    wealths[i] = WealthOf(economy, i, moment);
  }
  return wealths;
}

WealthSample::WealthSample(gsl::not_null<const Economy*> economy)
    : economy_(economy) {
  const std::uint32_t players = economy->population().players;
  const std::uint32_t active = std::min(players, kSampledActive);
  for (std::uint32_t i = 0; i < active; ++i) {
    owners_.push_back(i);
    counts_.push_back(1);
  }
  const std::uint32_t others = players - active;
  const std::uint32_t each = (others + kSampledOthers - 1) / kSampledOthers;
  for (std::uint32_t i = active; i < players; i += each) {
    // The one in the middle of those that it stands for.
    const std::uint32_t alike = std::min(each, players - i);
    owners_.push_back(i + alike / 2);
    counts_.push_back(alike);
  }
  wealths_.resize(owners_.size());
}

double WealthSample::Gini(const Snapshot& moment) {
  for (std::size_t i = 0; i < owners_.size(); ++i) {
    const std::int64_t wealth = WealthOf(*economy_, owners_[i], moment);
    wealths_[i] = {.wealth = static_cast<double>(wealth), .count = counts_[i]};
  }
  return GiniOf(wealths_);
}

}  // namespace lockstep::tool
