#include "engine/tool/economy.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/tool/leg_list.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

// clang-format off
constexpr std::array<AssetTraits, kAssetCount> kTraits = {{
    // code      scale  price  player's  trader's    bag  cap
    {"GOLD",     2,         1,   300'00, 20'000'00,    0,   0},
    {"GEM",      0,     12'50,        5,     2'000,    0,  20},
    {"ORE",      0,      1'20,       10,       500,  250,   0},
    {"WOOD",     0,        80,       10,       500,  250,   0},
    {"POTION",   0,      4'50,        3,       200,   60,   0},
    {"SWORD",    0,     18'00,        1,        50,   20,   0},
}};
// clang-format on

constexpr std::uint64_t kTicksPerDay = 24 * 60;
constexpr std::uint32_t kEndowmentCode = 1;

// What a purse is in the host's own numbering of purposes.
constexpr PurposeId kPursePurpose(1);

}  // namespace

const AssetTraits& TraitsOf(Asset asset) noexcept {
  return kTraits[Index(asset)];
}

Population PopulationFor(std::uint64_t accounts) noexcept {
  Expects(accounts >= kMinEconomyAccounts);
  const std::uint64_t issuers_and_singles = 3;  // in agents' worth of accounts
  const auto agents =
      static_cast<std::uint32_t>(accounts / kAssetCount - issuers_and_singles);
  Population population;
  population.shops = std::max(2u, agents / 200);
  population.guilds = std::max(1u, agents / 100);
  population.banks = std::clamp(agents / 1000, 1u, 16u);
  population.players =
      agents - population.shops - population.guilds - population.banks;
  Ensures(population.accounts() <= accounts);
  return population;
}

Result<Economy> Economy::Build(gsl::not_null<Ledger*> ledger,
                               const Population& population) {
  Expects(ledger->account_count() == 0);
  Economy economy(ledger, population);
  Outcome outcome = economy.CreateAssets();
  if (outcome == Outcome::kOk) outcome = economy.CreateAccounts();
  if (outcome != Outcome::kOk) return outcome;

  Result<Session> session = ledger->OpenSession();
  if (!session) return session.error();
  for (std::size_t i = 0; i < kAssetCount; ++i) {
    outcome = economy.Endow(static_cast<Asset>(i), *session);
    if (outcome != Outcome::kOk) return outcome;
  }
  return economy;
}

Outcome Economy::CreateAssets() noexcept {
  for (std::size_t i = 0; i < kAssetCount; ++i) {
    AssetOptions options{.code = kTraits[i].code, .scale = kTraits[i].scale};
    if (kTraits[i].cap_per_player > 0) {
      options.supply_cap = Amount(
          kTraits[i].cap_per_player * population_.players +
          kTraits[i].trader_start * (population_.shops + population_.banks));
    }
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
  for (std::size_t i = 0; i < kAssetCount; ++i) {
    const AssetTraits& traits = kTraits[i];
    std::string key;
    AccountOptions options;
    options.asset = assets_[i];
    options.label = label;
    if (is_player) {
      options.owner = OwnerId(std::uint64_t{agent.number} + 1);
      options.purpose = kPursePurpose;
      if (traits.player_ceiling > 0) {
        options.ceiling = Amount(traits.player_ceiling);
      }
    } else {
      key = absl::StrCat(label, "/", std::string(traits.code));
      options.key = key;
    }
    const Result<AccountId> account = ledger_->CreateAccount(options);
    if (!account) return account.error();
    Ensures(*account == AccountOf(agent, static_cast<Asset>(i)));
  }
  return Outcome::kOk;
}

Minor Economy::StartOf(Agent agent, Asset asset) const noexcept {
  const AssetTraits& traits = TraitsOf(asset);
  if (agent.number < population_.players) return traits.player_start;
  const bool is_guild =
      agent.number >= Guild(0).number && agent.number < Bank(0).number;
  const bool is_public = agent.number >= AuctionHouse().number;
  return is_guild || is_public ? 0 : traits.trader_start;
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
  const std::uint64_t phase = Index(asset) * (kTicksPerDay / kAssetCount);
  const std::uint64_t hour = (ledger_->now().value() + phase) % kTicksPerDay;
  const std::uint64_t rise = std::min(hour, kTicksPerDay - hour);
  const std::uint64_t per_mille = 900 + rise * 200 / (kTicksPerDay / 2);
  return kTraits[Index(asset)].list_price * static_cast<Minor>(per_mille) /
         1000;
}

}  // namespace lockstep::tool
