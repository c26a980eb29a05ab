#include "engine/tool/economy/market.h"

#include <algorithm>
#include <cmath>

#include "gsl/assert"

namespace lockstep::tool {
namespace {

/// Where there is nothing, a single unit stands in: a ratio needs two numbers.
double RatioOf(Minor money, Minor good) {
  return static_cast<double>(std::max<Minor>(money, 1)) /
         static_cast<double>(std::max<Minor>(good, 1));
}

}  // namespace

Market::Market(std::span<const AssetTraits> assets,
               std::span<const Minor, kMaxGameAssets> supplies)
    : count_(assets.size()) {
  Expects(assets.size() <= kMaxGameAssets);
  for (std::size_t i = 0; i < count_; ++i) {
    goods_[i] = {.list_price = assets[i].list_price,
                 .elasticity = assets[i].elasticity,
                 .ratio = RatioOf(supplies[0], supplies[i])};
    moves_ = moves_ || assets[i].elasticity > 0;
    prices_[i].store(assets[i].list_price, std::memory_order_relaxed);
  }
}

void Market::Update(std::span<const Minor, kMaxGameAssets> supplies) noexcept {
  for (std::size_t i = 1; i < count_; ++i) {
    const Good& good = goods_[i];
    if (good.elasticity == 0) continue;
    const double change = RatioOf(supplies[0], supplies[i]) / good.ratio;
    const double price = static_cast<double>(good.list_price) *
                         std::pow(change, good.elasticity);
    const double bounded =
        std::clamp(std::round(price), 1.0, static_cast<double>(kMaxPrice));
    prices_[i].store(static_cast<Minor>(bounded), std::memory_order_relaxed);
  }
}

}  // namespace lockstep::tool
