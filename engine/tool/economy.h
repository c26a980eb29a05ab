#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// An amount in an asset's minor units. The game's amounts are small, so its
/// agents reckon in plain integers and make an `Amount` at the ledger's door.
using Minor = std::int64_t;

[[nodiscard]] constexpr Minor ToMinor(Amount amount) noexcept {
  return static_cast<Minor>(amount.low());
}

/// What is owned in the game: two currencies, then the goods.
enum class Asset : std::uint8_t { kGold, kGem, kOre, kWood, kPotion, kSword };
inline constexpr std::size_t kAssetCount = 6;

[[nodiscard]] constexpr std::size_t Index(Asset asset) noexcept {
  return static_cast<std::size_t>(asset);
}

/// An asset's part in the game.
struct AssetTraits {
  std::string_view code;
  int scale;
  /// What one minor unit of it is worth, in minor units of GOLD.
  Minor list_price;
  /// What each player, and each shop or bank, starts with.
  Minor player_start;
  Minor trader_start;
  /// The most that a player can carry; 0: no limit.
  Minor player_ceiling;
  /// The most that there can ever be, for each player; 0: no limit.
  Minor cap_per_player;
};

[[nodiscard]] const AssetTraits& TraitsOf(Asset asset) noexcept;

/// Someone who has an account of each asset.
struct Agent {
  std::uint32_t number = 0;
};

/// How many agents of each sort there are. They are numbered in this order,
/// and after them come the one auction house and the one town.
struct Population {
  std::uint32_t players = 0;
  std::uint32_t shops = 0;
  std::uint32_t guilds = 0;
  std::uint32_t banks = 0;

  [[nodiscard]] std::uint32_t agents() const noexcept {
    return players + shops + guilds + banks + 2;
  }
  /// The accounts that they take, the assets' issuers counted in.
  [[nodiscard]] std::uint64_t accounts() const noexcept {
    return (std::uint64_t{agents()} + 1) * kAssetCount;
  }
};

/// The fewest and the most accounts that an economy is made for.
inline constexpr std::uint64_t kMinEconomyAccounts = 100;
inline constexpr std::uint64_t kMaxEconomyAccounts = 100'000'000;

/// The largest population that needs no more accounts than that; nearly all of
/// it are players.
[[nodiscard]] Population PopulationFor(std::uint64_t accounts) noexcept;

/// The game's world inside a ledger: who has which account, and what things
/// cost. Unchanging once built, so all threads read it freely.
class Economy {
 public:
  /// Makes the assets and the accounts in an empty ledger and endows their
  /// owners. The ledger must outlive the economy.
  static Result<Economy> Build(gsl::not_null<Ledger*> ledger,
                               const Population& population);

  [[nodiscard]] Ledger& ledger() const noexcept { return *ledger_; }
  [[nodiscard]] const Population& population() const noexcept {
    return population_;
  }

  [[nodiscard]] Agent Player(std::uint32_t index) const noexcept {
    return {index};
  }
  [[nodiscard]] Agent Shop(std::uint32_t index) const noexcept {
    return {population_.players + index};
  }
  [[nodiscard]] Agent Guild(std::uint32_t index) const noexcept {
    return {population_.players + population_.shops + index};
  }
  [[nodiscard]] Agent Bank(std::uint32_t index) const noexcept {
    return {population_.agents() - 2 - population_.banks + index};
  }
  [[nodiscard]] Agent AuctionHouse() const noexcept {
    return {population_.agents() - 2};
  }
  [[nodiscard]] Agent Town() const noexcept {
    return {population_.agents() - 1};
  }

  /// The account of an agent. Ids are dense, so no lookup is needed.
  [[nodiscard]] AccountId AccountOf(Agent agent, Asset asset) const noexcept {
    return AccountId(first_account_ + agent.number * kAssetCount +
                     Index(asset));
  }
  [[nodiscard]] AssetId IdOf(Asset asset) const noexcept {
    return assets_[Index(asset)];
  }
  [[nodiscard]] AccountId IssuerOf(Asset asset) const noexcept {
    return AccountId(first_issuer_ + Index(asset));
  }
  /// The asset whose issuer the account is; none if it is an agent's.
  [[nodiscard]] std::optional<Asset> IssuedBy(
      AccountId account) const noexcept {
    const std::uint64_t index = account.value() - first_issuer_;
    if (index >= kAssetCount) return std::nullopt;
    return static_cast<Asset>(index);
  }

  /// What was issued when the economy was built.
  [[nodiscard]] Amount Endowment(Asset asset) const noexcept {
    return endowments_[Index(asset)];
  }

  /// What one minor unit of an asset costs now, in minor units of GOLD: prices
  /// swing by a tenth around the list price in the course of a game day.
  [[nodiscard]] Minor PriceOf(Asset asset) const noexcept;

 private:
  Economy(Ledger* ledger, const Population& population) noexcept
      : ledger_(ledger), population_(population) {}

  Outcome CreateAssets() noexcept;
  Outcome CreateAccounts();
  Outcome CreateAccountsOf(Agent agent, const std::string& label);
  [[nodiscard]] Minor StartOf(Agent agent, Asset asset) const noexcept;
  Outcome Endow(Asset asset, Session& session);

  // Immutable after construction.
  gsl::not_null<Ledger*> ledger_;
  Population population_;
  std::array<AssetId, kAssetCount> assets_;
  std::uint64_t first_issuer_ = 0;
  std::uint64_t first_account_ = 0;
  std::array<Amount, kAssetCount> endowments_;
};

}  // namespace lockstep::tool
