#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "engine/tool/economy/agent.h"
#include "engine/tool/economy/custody.h"
#include "engine/tool/economy/lots.h"
#include "engine/tool/economy/market.h"
#include "engine/tool/economy/scenario.h"
#include "gsl/pointers"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// How many agents of each sort there are. They are numbered in this order,
/// and after them come the one auction house and the one town.
struct Population {
  std::uint32_t players = 0;
  std::uint32_t shops = 0;
  std::uint32_t guilds = 0;
  std::uint32_t banks = 0;
  /// How many assets each of them has an account of.
  std::uint32_t assets = 0;

  [[nodiscard]] std::uint32_t agents() const noexcept {
    return players + shops + guilds + banks + 2;
  }
  [[nodiscard]] std::uint32_t CountOf(Sort sort) const noexcept;
  /// The accounts that they take, the assets' issuers counted in.
  [[nodiscard]] std::uint64_t accounts() const noexcept {
    return (std::uint64_t{agents()} + 1) * assets;
  }
};

/// What the transfers carry that endow the agents.
inline constexpr std::uint32_t kEndowmentCode = 1;

/// The fewest and the most accounts that an economy is made for.
inline constexpr std::uint64_t kMinEconomyAccounts = 100;
inline constexpr std::uint64_t kMaxEconomyAccounts = 100'000'000;

/// The largest population that needs no more accounts than that; nearly all of
/// it are players. Where the scenario says how many players there are, the
/// accounts do not matter. There is no player if the accounts are too few.
[[nodiscard]] Population PopulationFor(
    std::uint64_t accounts, const Scenario& scenario = DefaultScenario());

/// What all agents together start with of an asset, and the most that there can
/// be of it, if there is a limit.
[[nodiscard]] Minor EndowmentOf(const AssetTraits& asset,
                                const Population& population) noexcept;
[[nodiscard]] std::optional<Minor> SupplyCapOf(
    const AssetTraits& asset, const Population& population) noexcept;

/// The game's world inside a ledger: who has which account, and what things
/// cost. All but the prices, the custody and the lots is unchanging once built,
/// so all threads read it freely.
class Economy {
 public:
  /// Makes the assets and the accounts in an empty ledger and endows their
  /// owners. The ledger and the scenario must outlive the economy.
  static Result<Economy> Build(gsl::not_null<Ledger*> ledger,
                               const Population& population,
                               const Scenario& scenario = DefaultScenario());

  [[nodiscard]] Ledger& ledger() const noexcept { return *ledger_; }
  [[nodiscard]] const Population& population() const noexcept {
    return population_;
  }
  [[nodiscard]] const Scenario& scenario() const noexcept { return *scenario_; }
  [[nodiscard]] std::size_t asset_count() const noexcept {
    return asset_count_;
  }
  [[nodiscard]] const AssetTraits& TraitsOf(Asset asset) const noexcept {
    return scenario_->assets[Index(asset)];
  }
  /// Through which accounts are frozen and freed.
  [[nodiscard]] Custody& custody() const noexcept { return *custody_; }
  /// What is for sale at the auction house.
  [[nodiscard]] Lots& lots() const noexcept { return *lots_; }

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

  /// The first agent of a sort; the others of it follow.
  [[nodiscard]] Agent FirstOf(Sort sort) const noexcept;

  /// The guild of a player, by number, how many members a guild has, and the
  /// i-th of them.
  [[nodiscard]] std::uint32_t GuildOf(std::uint32_t player) const noexcept {
    return player % population_.guilds;
  }
  [[nodiscard]] std::uint32_t MembersOf(std::uint32_t guild) const noexcept;
  [[nodiscard]] Agent Member(std::uint32_t guild,
                             std::uint32_t i) const noexcept {
    return Player(guild + i * population_.guilds);
  }

  /// How many of the culprits there are.
  [[nodiscard]] std::uint32_t CountOf(const Culprits& culprits) const noexcept;

  /// The account of an agent. Ids are dense, so no lookup is needed.
  [[nodiscard]] AccountId AccountOf(Agent agent, Asset asset) const noexcept {
    return AccountId(first_account_ + agent.number * asset_count_ +
                     Index(asset));
  }
  /// The agent and the asset of an account that is no issuer's.
  [[nodiscard]] Agent OwnerOf(AccountId account) const noexcept {
    return {static_cast<std::uint32_t>((account.value() - first_account_) /
                                       asset_count_)};
  }
  [[nodiscard]] Asset AssetOf(AccountId account) const noexcept {
    return static_cast<Asset>((account.value() - first_account_) %
                              asset_count_);
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
    if (index >= asset_count_) return std::nullopt;
    return static_cast<Asset>(index);
  }

  /// What was issued when the economy was built.
  [[nodiscard]] Amount Endowment(Asset asset) const noexcept {
    return endowments_[Index(asset)];
  }

  /// How much of it is in circulation now.
  [[nodiscard]] Minor SupplyOf(Asset asset) const noexcept;
  /// The same at a moment of this economy's ledger.
  [[nodiscard]] Minor SupplyOf(Asset asset,
                               const Snapshot& moment) const noexcept;
  /// How much the banks have together of an asset in which debts are kept: what
  /// players owe them, who have less than nothing of it.
  [[nodiscard]] Minor OwedToBanks(Asset asset,
                                  const Snapshot& moment) const noexcept;

  /// What one minor unit of an asset costs now, in minor units of the money:
  /// in the course of a game day it swings by a tenth around what the market
  /// gives.
  [[nodiscard]] Minor PriceOf(Asset asset) const noexcept;
  /// The same without the swing.
  [[nodiscard]] Minor MarketPriceOf(Asset asset) const noexcept {
    return market_->PriceOf(asset);
  }
  /// Looks at the supplies and lets the prices follow. For one thread.
  void UpdatePrices() const noexcept;

 private:
  Economy(Ledger* ledger, const Population& population,
          const Scenario& scenario);

  Outcome CreateAssets() noexcept;
  Outcome CreateAccounts();
  Outcome CreateAccountsOf(Agent agent, const std::string& label);
  [[nodiscard]] Minor StartOf(Agent agent, Asset asset) const noexcept;
  Outcome Endow(Asset asset, Session& session);

  // Immutable after construction, all but what the last three refer to.
  gsl::not_null<Ledger*> ledger_;
  const Scenario* scenario_;
  Population population_;
  std::size_t asset_count_;
  std::uint64_t ticks_between_assets_;
  std::array<AssetId, kMaxGameAssets> assets_;
  std::uint64_t first_issuer_ = 0;
  std::uint64_t first_account_ = 0;
  std::array<Amount, kMaxGameAssets> endowments_;
  std::unique_ptr<Market> market_;
  std::unique_ptr<Custody> custody_;
  std::unique_ptr<Lots> lots_;
};

}  // namespace lockstep::tool
