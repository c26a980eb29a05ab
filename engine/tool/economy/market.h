#pragma once

#include <array>
#include <atomic>
#include <span>

#include "engine/tool/economy/scenario.h"

namespace lockstep::tool {

/// What things cost, and how that follows what there is: the price of a good is
/// its list price times the money for each unit of it, compared to the start,
/// to the power of its elasticity. So all prices rise when money is minted, and
/// one falls when its good is duped.
///
/// One thread updates it, the others read the prices meanwhile.
class Market {
 public:
  /// `supplies` are those at the start, by asset.
  Market(std::span<const AssetTraits> assets,
         std::span<const Minor, kMaxGameAssets> supplies);

  /// Whether a price follows anything.
  [[nodiscard]] bool moves() const noexcept { return moves_; }

  /// Of one minor unit, in minor units of the money.
  [[nodiscard]] Minor PriceOf(Asset asset) const noexcept {
    // Relaxed, as in Update: the number is all that is handed over.
    return prices_[Index(asset)].load(std::memory_order_relaxed);
  }

  /// Sets the prices by what there is now.
  void Update(std::span<const Minor, kMaxGameAssets> supplies) noexcept;

 private:
  struct Good {
    Minor list_price = 1;
    double elasticity = 0;
    /// Money for each unit of it at the start.
    double ratio = 1;
  };

  std::size_t count_;
  bool moves_ = false;
  std::array<Good, kMaxGameAssets> goods_;
  std::array<std::atomic<Minor>, kMaxGameAssets> prices_;
};

}  // namespace lockstep::tool
