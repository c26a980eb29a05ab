#include "engine/tool/economy/figures.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/economy/wealth.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

constexpr std::size_t kHottestAccounts = 5;

AssetFigures FiguresOf(const Economy& economy, Asset asset,
                       const Snapshot& moment, Amount held,
                       const Tally& tally) {
  Minor minted = 0;
  Minor burned = 0;
  for (const ActivityTally& activity : tally.activities) {
    minted += activity.minted[Index(asset)];
    burned += activity.burned[Index(asset)];
  }
  const AssetTraits& traits = economy.TraitsOf(asset);
  std::optional<Amount> owed;
  if (traits.credit > 0) owed = Amount(economy.OwedToBanks(asset, moment));
  return {.code = traits.code,
          .scale = traits.scale,
          .supply = Amount(economy.SupplyOf(asset, moment)),
          .endowed = economy.Endowment(asset),
          .minted = Amount(minted),
          .burned = Amount(burned),
          .held = held,
          .owed = owed,
          .list_price = traits.list_price,
          .market_price = economy.MarketPriceOf(asset)};
}

bool FlowsMatch(const AssetFigures& asset) {
  const Result<Amount> issued = Add(asset.endowed, asset.minted);
  if (!issued) return false;
  const Result<Amount> left = Subtract(*issued, asset.burned);
  return left && *left == asset.supply;
}

std::string NameOf(const Economy& economy, AccountId id) {
  if (const std::optional<Asset> asset = economy.IssuedBy(id)) {
    return absl::StrCat("issuer of ", economy.TraitsOf(*asset).code);
  }
  const Result<AccountInfo> account = economy.ledger().GetAccount(id);
  if (!account) return absl::StrCat("account ", id.value());
  const Result<AssetInfo> asset = economy.ledger().GetAsset(account->asset);
  return absl::StrCat(account->label, "'s ", asset ? asset->code : "?");
}

/// The accounts with the most rows, the busiest first.
std::vector<HotAccount> BusiestOf(const std::vector<std::uint32_t>& rows) {
  std::vector<HotAccount> busiest;
  for (std::size_t id = 0; id < rows.size(); ++id) {
    const bool is_full = busiest.size() == kHottestAccounts;
    if (rows[id] == 0 || (is_full && rows[id] <= busiest.back().rows)) continue;
    if (is_full) busiest.pop_back();
    auto place = busiest.begin();
    while (place != busiest.end() && place->rows >= rows[id]) ++place;
    busiest.insert(place, {.account = AccountId(id), .rows = rows[id]});
  }
  return busiest;
}

/// Counts the retained rows of each account, and names the busiest.
Outcome FindHottest(const Economy& economy, Figures& figures) {
  Result<JournalCursor> cursor = economy.ledger().OpenJournal();
  if (!cursor) return cursor.error();
  std::vector<std::uint32_t> rows(figures.accounts + 1);  // by id, from 1 on
  while (true) {
    const Result<JournalBatch> batch = cursor->Read();
    if (!batch) return batch.error();
    if (batch->entries.empty()) break;
    for (const Entry& entry : batch->entries) ++rows[entry.account.value()];
    figures.retained_rows += batch->entries.size();
  }
  figures.hottest = BusiestOf(rows);
  for (HotAccount& hot : figures.hottest) {
    hot.name = NameOf(economy, hot.account);
  }
  return Outcome::kOk;
}

std::uint64_t PeakMemoryBytes() {
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;  // it is in KiB
}

}  // namespace

Result<Figures> CollectFigures(const Economy& economy,
                               const SimulateOptions& options,
                               std::span<const Activity> activities,
                               RunResult run) {
  Ledger& ledger = economy.ledger();
  Figures figures(std::move(run));
  figures.options = options;
  figures.scenario = economy.scenario().name;
  figures.scenario_description = economy.scenario().description;
  const std::size_t moments = economy.scenario().timeline.size();
  figures.events_left = moments - std::min(moments, figures.run.events.size());
  figures.activities = activities;
  figures.population = economy.population();
  figures.accounts = ledger.account_count();
  figures.stats = ledger.GetStats();
  figures.ticks = ledger.now();
  const Result<Snapshot> moment = ledger.TakeSnapshot();
  if (!moment) return moment.error();
  const Result<std::vector<AssetTotal>> totals = moment->Totals();
  if (!totals) return totals.error();
  figures.flows_match = true;
  figures.holds_match = true;
  for (std::size_t i = 0; i < economy.asset_count(); ++i) {
    const auto asset = static_cast<Asset>(i);
    const Amount held = (*totals)[economy.IdOf(asset).value() - 1].held;
    figures.assets.push_back(
        FiguresOf(economy, asset, *moment, held, figures.run.tally));
    figures.holds_match =
        figures.holds_match && held == Amount(figures.run.tally.held[i]);
    figures.flows_match =
        figures.flows_match && FlowsMatch(figures.assets.back());
  }
  std::vector<std::int64_t> wealths = PlayersWealths(economy, *moment);
  figures.inequality = MeasureInequality(wealths);
  if (!figures.run.chronicle.observations.empty()) {
    figures.lorenz = LorenzCurve(std::move(wealths));
  }
  if (options.journal_mib > 0) {
    const Outcome outcome = FindHottest(economy, figures);
    if (outcome != Outcome::kOk) return outcome;
  }

  const auto start = std::chrono::steady_clock::now();
  Result<AuditReport> audit = ledger.Audit();
  if (!audit) return audit.error();
  figures.audit = *std::move(audit);
  figures.audit_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  const Result<Bits128> digest = ledger.Digest();
  if (!digest) return digest.error();
  figures.digest = *digest;
  figures.peak_memory_bytes = PeakMemoryBytes();
  return figures;
}

bool Figures::has_moving_prices() const noexcept {
  return std::any_of(assets.begin(), assets.end(), [](const auto& asset) {
    return asset.market_price != asset.list_price;
  });
}

std::string DigestText(Bits128 digest) {
  return absl::StrFormat("%016x%016x", digest.high, digest.low);
}

}  // namespace lockstep::tool
