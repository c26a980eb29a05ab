#include "engine/tool/economy/economy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/tool/economy/leg_list.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

constexpr std::uint64_t kTicksPerDay = 24 * 60;

// What a purse is in the host's own numbering of purposes.
constexpr PurposeId kPursePurpose(1);

}  // namespace

std::uint32_t Population::CountOf(Sort sort) const noexcept {
  switch (sort) {
    case Sort::kPlayer:
      return players;
    case Sort::kShop:
      return shops;
    case Sort::kGuild:
      return guilds;
    case Sort::kBank:
      return banks;
  }
  return 0;
}

Population PopulationFor(std::uint64_t accounts, const Scenario& scenario) {
  const std::uint64_t issuers_and_singles = 3;  // in agents' worth of accounts
  const auto& rules = scenario.agents;
  const auto& players = rules[static_cast<std::size_t>(Sort::kPlayer)];
  const std::uint64_t room = accounts / scenario.assets.size();
  const std::uint64_t agents = players.number
                                   ? *players.number
                                   : room - std::min(room, issuers_and_singles);
  const auto count = [&](Sort sort) {
    const AgentRule& rule = rules[static_cast<std::size_t>(sort)];
    if (rule.number) return *rule.number;
    return std::clamp(
        static_cast<std::uint32_t>(agents * rule.per_thousand / 1000),
        rule.least, rule.most);
  };
  Population population;
  population.assets = static_cast<std::uint32_t>(scenario.assets.size());
  population.shops = count(Sort::kShop);
  population.guilds = count(Sort::kGuild);
  population.banks = count(Sort::kBank);
  const std::uint64_t others =
      std::uint64_t{population.shops} + population.guilds + population.banks;
  population.players = static_cast<std::uint32_t>(
      players.number ? *players.number : agents - std::min(agents, others));
  return population;
}

Minor EndowmentOf(const AssetTraits& asset,
                  const Population& population) noexcept {
  Minor sum = 0;
  for (std::size_t i = 0; i < kSortCount; ++i) {
    sum += asset.start[i] * population.CountOf(static_cast<Sort>(i));
  }
  return sum;
}

std::optional<Minor> SupplyCapOf(const AssetTraits& asset,
                                 const Population& population) noexcept {
  if (asset.supply_cap > 0) return asset.supply_cap;
  if (asset.cap_per_player == 0) return std::nullopt;
  const Minor players = population.players;
  const Minor others =
      EndowmentOf(asset, population) - asset.start[0] * players;
  return asset.cap_per_player * players + others;
}

Economy::Economy(Ledger* ledger, const Population& population,
                 const Scenario& scenario)
    : ledger_(ledger),
      scenario_(&scenario),
      population_(population),
      asset_count_(scenario.assets.size()),
      ticks_between_assets_(kTicksPerDay / asset_count_),
      custody_(std::make_unique<Custody>(ledger)),
      lots_(std::make_unique<Lots>(LotsOf(scenario))) {}

Result<Economy> Economy::Build(gsl::not_null<Ledger*> ledger,
                               const Population& population,
                               const Scenario& scenario) {
  Expects(ledger->account_count() == 0);
  Expects(population.players > 0);
  Expects(population.assets == scenario.assets.size());
  Economy economy(ledger, population, scenario);
  Outcome outcome = economy.CreateAssets();
  if (outcome == Outcome::kOk) outcome = economy.CreateAccounts();
  if (outcome != Outcome::kOk) return outcome;

  Result<Session> session = ledger->OpenSession();
  if (!session) return session.error();
  std::array<Minor, kMaxGameAssets> supplies = {};
  for (std::size_t i = 0; i < economy.asset_count(); ++i) {
    const auto asset = static_cast<Asset>(i);
    outcome = economy.Endow(asset, *session);
    if (outcome != Outcome::kOk) return outcome;
    supplies[i] = ToMinor(economy.Endowment(asset));
  }
  economy.market_ = std::make_unique<Market>(scenario.assets, supplies);
  return economy;
}

Outcome Economy::CreateAssets() noexcept {
  for (std::size_t i = 0; i < asset_count_; ++i) {
    const AssetTraits& traits = scenario_->assets[i];
    AssetOptions options{.code = traits.code, .scale = traits.scale};
    const std::optional<Minor> cap = SupplyCapOf(traits, population_);
    if (cap) options.supply_cap = Amount(*cap);
    const Result<AssetId> asset = ledger_->CreateAsset(options);
    if (!asset) return asset.error();
    const Result<AssetInfo> info = ledger_->GetAsset(*asset);
    if (!info) return info.error();
    assets_[i] = *asset;
    if (i == 0) first_issuer_ = info->issuer.value();
    Ensures(info->issuer == IssuerOf(static_cast<Asset>(i)));
  }
  return Outcome::kOk;
}

Outcome Economy::CreateAccounts() {
  first_account_ = ledger_->account_count() + 1;
  std::uint32_t next = 0;
  const auto create = [&](std::string_view sort, std::uint32_t count) {
    for (std::uint32_t i = 1; i <= count; ++i) {
      const Outcome outcome =
          CreateAccountsOf({next++}, absl::StrCat(std::string(sort), " ", i));
      if (outcome != Outcome::kOk) return outcome;
    }
    return Outcome::kOk;
  };
  Outcome outcome = create("player", population_.players);
  if (outcome == Outcome::kOk) outcome = create("shop", population_.shops);
  if (outcome == Outcome::kOk) outcome = create("guild", population_.guilds);
  if (outcome == Outcome::kOk) outcome = create("bank", population_.banks);
  if (outcome == Outcome::kOk) {
    outcome = CreateAccountsOf(AuctionHouse(), "auction house");
  }
  if (outcome == Outcome::kOk) outcome = CreateAccountsOf(Town(), "town");
  return outcome;
}

// Players are looked up by owner, institutions by a key of their name.
Outcome Economy::CreateAccountsOf(Agent agent, const std::string& label) {
  const bool is_player = agent.number < population_.players;
  for (std::size_t i = 0; i < asset_count_; ++i) {
    const AssetTraits& traits = scenario_->assets[i];
    std::string key;
    AccountOptions options;
    options.asset = assets_[i];
    options.label = label;
    if (is_player) {
      options.owner = OwnerId(std::uint64_t{agent.number} + 1);
      options.purpose = kPursePurpose;
      if (traits.bag > 0) options.ceiling = Amount(traits.bag);
      options.floor = Amount(-traits.credit);
    } else {
      key = absl::StrCat(label, "/", traits.code);
      options.key = key;
    }
    const Result<AccountId> account = ledger_->CreateAccount(options);
    if (!account) return account.error();
    Ensures(*account == AccountOf(agent, static_cast<Asset>(i)));
  }
  return Outcome::kOk;
}

Agent Economy::FirstOf(Sort sort) const noexcept {
  switch (sort) {
    case Sort::kPlayer:
      return Player(0);
    case Sort::kShop:
      return Shop(0);
    case Sort::kGuild:
      return Guild(0);
    case Sort::kBank:
      return Bank(0);
  }
  return Town();
}

std::uint32_t Economy::MembersOf(std::uint32_t guild) const noexcept {
  if (guild >= population_.players) return 0;
  return (population_.players - guild - 1) / population_.guilds + 1;
}

std::uint32_t Economy::CountOf(const Culprits& culprits) const noexcept {
  const std::uint32_t players = population_.players;
  return std::min(culprits.count, players - std::min(players, culprits.first));
}

// The auction house and the town begin with nothing.
Minor Economy::StartOf(Agent agent, Asset asset) const noexcept {
  for (std::size_t i = 0; i < kSortCount; ++i) {
    const auto sort = static_cast<Sort>(i);
    const std::uint32_t place = agent.number - FirstOf(sort).number;
    if (place < population_.CountOf(sort)) return TraitsOf(asset).start[i];
  }
  return 0;
}

// Each transfer endows as many agents as it has legs for.
Outcome Economy::Endow(Asset asset, Session& session) {
  LegList legs;
  Minor batch = 0;
  Minor total = 0;
  for (std::uint32_t number = 0; number < population_.agents(); ++number) {
    const Minor start = StartOf({number}, asset);
    if (start > 0) legs.Add(AccountOf({number}, asset), start);
    batch += start;
    const bool is_last = number + 1 == population_.agents();
    if (legs.size() + 1 < kMaxLegs && !(is_last && batch > 0)) continue;
    legs.Add(IssuerOf(asset), -batch);
    const Receipt receipt = session.Post(
        legs.span(),
        {.description = "a start in life", .code = kEndowmentCode});
    if (!receipt.ok()) return receipt.outcome();
    legs.Clear();
    total += batch;
    batch = 0;
  }
  endowments_[Index(asset)] = Amount(total);
  return Outcome::kOk;
}

Minor Economy::PriceOf(Asset asset) const noexcept {
  // Each asset is at another hour of its day.
  const std::uint64_t phase = Index(asset) * ticks_between_assets_;
  const std::uint64_t hour = (ledger_->now().value() + phase) % kTicksPerDay;
  const std::uint64_t rise = std::min(hour, kTicksPerDay - hour);
  const std::uint64_t per_mille = 900 + rise * 200 / (kTicksPerDay / 2);
  const Minor price =
      MarketPriceOf(asset) * static_cast<Minor>(per_mille) / 1000;
  return std::max<Minor>(price, 1);
}

Minor Economy::SupplyOf(Asset asset) const noexcept {
  return -ToMinor(ledger_->Balance(IssuerOf(asset)).value());
}

Minor Economy::SupplyOf(Asset asset, const Snapshot& moment) const noexcept {
  return -ToMinor(moment.Balance(IssuerOf(asset)).value());
}

Minor Economy::OwedToBanks(Asset asset, const Snapshot& moment) const noexcept {
  Minor owed = 0;
  for (std::uint32_t i = 0; i < population_.banks; ++i) {
    owed += ToMinor(moment.Balance(AccountOf(Bank(i), asset)).value());
  }
  return owed;
}

void Economy::UpdatePrices() const noexcept {
  if (!market_->moves()) return;
  std::array<Minor, kMaxGameAssets> supplies = {};
  for (std::size_t i = 0; i < asset_count_; ++i) {
    supplies[i] = SupplyOf(static_cast<Asset>(i));
  }
  market_->Update(supplies);
}

}  // namespace lockstep::tool
