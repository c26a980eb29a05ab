#include "engine/tool/report/report_json.h"

#include <cstddef>

#include "lockstep/version.h"
#include "nlohmann/json.hpp"

namespace lockstep::tool {
namespace {

// The one that keeps the order in which fields are added.
using Json = nlohmann::ordered_json;

Json OptionsJson(const SimulateOptions& options) {
  Json json;
  json["accounts"] = options.accounts;
  json["threads"] = options.threads;
  if (options.transfers) {
    json["transfers"] = *options.transfers;
  } else {
    json["seconds"] = options.seconds;
  }
  json["seed"] = options.seed;
  json["zipf"] = options.zipf;
  json["journal_mib"] = options.journal_mib;
  json["mode"] = ModeName(options.mode);
  return json;
}

Json PopulationJson(const Population& population) {
  return {{"players", population.players},
          {"shops", population.shops},
          {"guilds", population.guilds},
          {"banks", population.banks}};
}

std::string_view EndText(RunEnd end) {
  switch (end) {
    case RunEnd::kDone:
      return "done";
    case RunEnd::kInterrupted:
      return "interrupted";
    case RunEnd::kStalled:
      return "stalled";
  }
  return "";
}

Json LatencyJson(const LatencyHistogram& latency) {
  return {{"p50", latency.Quantile(0.5)},
          {"p99", latency.Quantile(0.99)},
          {"p999", latency.Quantile(0.999)},
          {"max", latency.max_ns()},
          {"samples", latency.count()}};
}

Json RefusalsJson(const Tally& tally) {
  Json json = Json::object();
  for (std::size_t i = 1; i < kOutcomeCount; ++i) {
    if (tally.outcomes[i] == 0) continue;
    json[std::string(OutcomeName(static_cast<Outcome>(i)))] = tally.outcomes[i];
  }
  return json;
}

/// What kRefusedByFunction is made up of.
Json ReasonsJson(const Tally& tally) {
  Json json = Json::object();
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    if (tally.reasons[i] == 0) continue;
    json[std::string(ReasonName(static_cast<Reason>(i)))] = tally.reasons[i];
  }
  return json;
}

Json HoldsJson(const Figures& figures) {
  const HoldCounts& holds = figures.run.tally.holds;
  Json held = Json::object();
  for (const AssetFigures& asset : figures.assets) {
    if (asset.held == Amount(0)) continue;
    held[asset.code] = FormatDecimal(asset.held, asset.scale);
  }
  return {{"placed", holds.placed},     {"captured", holds.captured},
          {"released", holds.released}, {"expired", holds.expired},
          {"open", holds.open()},       {"held", held}};
}

Json LotsJson(const LotCounts& lots) {
  return {{"offered", lots.offered},     {"sold", lots.sold},
          {"unsold", lots.unsold},       {"called_off", lots.called_off},
          {"standing", lots.standing()}, {"kept", lots.kept}};
}

/// What fraud desks found, and what became of it.
Json FraudsJson(const Figures& figures) {
  Json json = Json::array();
  for (const Fraud& fraud : figures.run.frauds) {
    const AssetFigures& asset = figures.assets[Index(fraud.asset)];
    const auto text = [&](Minor amount) {
      return FormatDecimal(Amount(amount), asset.scale);
    };
    json.push_back({{"code", fraud.code},
                    {"asset", asset.code},
                    {"created", text(fraud.created)},
                    {"destroyed", text(fraud.destroyed)},
                    {"culprits", fraud.culprits},
                    {"gained", text(fraud.gained)},
                    {"recovered", text(fraud.recovered)},
                    {"lost", text(fraud.lost())},
                    {"reversed", fraud.reversed}});
  }
  return json;
}

Json ActivitiesJson(const Figures& figures) {
  Json json = Json::array();
  for (std::size_t i = 0; i < figures.activities.size(); ++i) {
    const ActivityTally& tally = figures.run.tally.activities[i];
    json.push_back({{"name", figures.activities[i].name},
                    {"code", figures.activities[i].code},
                    {"posted", tally.posted},
                    {"refused", tally.refused}});
  }
  return json;
}

Json SupplyJson(const Figures& figures) {
  Json json;
  for (const AssetFigures& asset : figures.assets) {
    json[asset.code] = FormatDecimal(asset.supply, asset.scale);
  }
  return json;
}

/// What the banks are owed, in the assets in which debts are kept.
Json OwedJson(const Figures& figures) {
  Json json = Json::object();
  for (const AssetFigures& asset : figures.assets) {
    if (asset.owed) json[asset.code] = FormatDecimal(*asset.owed, asset.scale);
  }
  return json;
}

/// What one minor unit of each asset but the money cost at the start and costs
/// at the end.
Json PricesJson(const Figures& figures) {
  Json json = Json::object();
  const int scale = figures.assets[0].scale;
  for (std::size_t i = 1; i < figures.assets.size(); ++i) {
    const AssetFigures& asset = figures.assets[i];
    json[asset.code] = {
        {"list", FormatDecimal(Amount(asset.list_price), scale)},
        {"market", FormatDecimal(Amount(asset.market_price), scale)}};
  }
  return json;
}

Json EventsJson(const Figures& figures) {
  Json json = Json::array();
  for (const EventMark& mark : figures.run.events) {
    Json supplies = Json::object();
    Json prices = Json::object();
    for (std::size_t i = 0; i < figures.assets.size(); ++i) {
      const AssetFigures& asset = figures.assets[i];
      supplies[asset.code] =
          FormatDecimal(Amount(mark.supplies[i]), asset.scale);
      if (i == 0) continue;
      prices[asset.code] =
          FormatDecimal(Amount(mark.prices[i]), figures.assets[0].scale);
    }
    json.push_back({{"tick", mark.tick.value()},
                    {"seconds", mark.seconds},
                    {"text", mark.text},
                    {"supply", supplies},
                    {"prices", prices}});
  }
  return json;
}

/// For each asset, how much each activity minted or burned of it: `flows`
/// chooses which.
Json FlowsJson(const Figures& figures,
               std::array<Minor, kMaxGameAssets> ActivityTally::*flows) {
  Json json;
  for (std::size_t i = 0; i < figures.assets.size(); ++i) {
    const AssetFigures& totals = figures.assets[i];
    Json& asset = json[totals.code] = Json::object();
    if (flows == &ActivityTally::minted) {
      asset["endowment"] = FormatDecimal(totals.endowed, totals.scale);
    }
    for (std::size_t a = 0; a < figures.activities.size(); ++a) {
      const Minor flow = (figures.run.tally.activities[a].*flows)[i];
      if (flow == 0) continue;
      asset[std::string(figures.activities[a].name)] =
          FormatDecimal(Amount(flow), totals.scale);
    }
  }
  return json;
}

Json HottestJson(const Figures& figures) {
  Json json = Json::array();
  for (const HotAccount& hot : figures.hottest) {
    json.push_back({{"account", hot.account.value()},
                    {"name", hot.name},
                    {"rows", hot.rows}});
  }
  return json;
}

Json AuditJson(const Figures& figures) {
  const AuditReport& audit = figures.audit;
  Json faults = Json::array();
  for (const AuditFault& fault : audit.faults) {
    // The amounts in minor units: a fault need not have an asset to scale by.
    faults.push_back({{"rule", AuditRuleText(fault.rule)},
                      {"account", fault.account.value()},
                      {"asset", fault.asset.value()},
                      {"sequence", fault.sequence.value()},
                      {"expected", FormatDecimal(fault.expected, 0)},
                      {"found", FormatDecimal(fault.found, 0)}});
  }
  return {{"ok", figures.books_hold()},
          {"accounts", audit.accounts},
          {"assets", audit.assets},
          {"rows", audit.rows},
          {"seconds", figures.audit_seconds},
          {"flows_match", figures.flows_match},
          {"holds_match", figures.holds_match},
          {"fault_count", audit.fault_count},
          {"faults", faults}};
}

}  // namespace

std::string JsonReport(const Figures& figures) {
  const Tally& tally = figures.run.tally;
  Json json;
  json["version"] = LOCKSTEP_VERSION_STRING;
  json["scenario"] = figures.scenario;
  json["options"] = OptionsJson(figures.options);
  json["accounts"] = figures.accounts;
  json["population"] = PopulationJson(figures.population);
  json["end"] = EndText(figures.run.end);
  json["transfers"] = tally.posted();
  json["seconds"] = figures.run.seconds;
  json["transfers_per_second"] = figures.transfers_per_second();
  json["requests"] = figures.requests();
  json["legs"] = tally.legs;
  json["ticks"] = figures.ticks.value();
  json["waits"] = figures.stats.waits;
  json["retries"] = figures.stats.retries;
  json["retries_per_transfer"] = figures.retries_per_transfer();
  json["latency_ns"] = LatencyJson(tally.latency);
  json["refused"] = tally.refused();
  json["refusals"] = RefusalsJson(tally);
  json["decided_against"] = ReasonsJson(tally);
  json["holds"] = HoldsJson(figures);
  json["lots"] = LotsJson(tally.lots);
  json["rounds"] = {{"played", tally.rounds}, {"requests", tally.in_rounds}};
  json["activities"] = ActivitiesJson(figures);
  json["events"] = EventsJson(figures);
  json["frauds"] = FraudsJson(figures);
  json["supply"] = SupplyJson(figures);
  json["owed"] = OwedJson(figures);
  json["prices"] = PricesJson(figures);
  json["faucets"] = FlowsJson(figures, &ActivityTally::minted);
  json["sinks"] = FlowsJson(figures, &ActivityTally::burned);
  json["gini"] = figures.inequality.gini;
  json["richest_hundredth_share"] = figures.inequality.richest_share;
  json["journal_rows"] = figures.retained_rows;
  json["hottest"] = HottestJson(figures);
  json["peak_memory_bytes"] = figures.peak_memory_bytes;
  json["audit"] = AuditJson(figures);
  json["digest"] = DigestText(figures.digest);
  // Labels could hold any bytes; what is not UTF-8 is replaced.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace lockstep::tool
