#include "engine/tool/report/report_data.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <ctime>
#include <limits>
#include <random>
#include <string_view>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"
#include "gsl/assert"
#include "lockstep/version.h"

namespace lockstep::tool {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double InUnits(Minor amount, int scale) {
  return static_cast<double>(amount) / std::pow(10, scale);
}

double InUnits(Amount amount, int scale) {
  return InUnits(ToMinor(amount), scale);
}

std::string Now() {
  const std::time_t now =
      std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc = {};
  if (gmtime_r(&now, &utc) == nullptr) return "";
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d UTC", utc.tm_year + 1900,
                         utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min);
}

/// A number as an option takes it: the shortest text that gives it again.
std::string Shortest(double number) {
  std::array<char, 64> text;
  const auto [end, error] = std::to_chars(
      text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  Ensures(error == std::errc());
  return {text.data(), end};
}

/// 128 random bits, in hexadecimal.
std::string RandomText() {
  std::random_device random;
  std::string text;
  for (int i = 0; i < 4; ++i) absl::StrAppendFormat(&text, "%08x", random());
  return text;
}

/// A word as a shell takes it.
std::string Quoted(const std::string& word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
      "-_./,:=@%+";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
    return word;
  }
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::vector<ReportFact> SettingsOf(const Figures& figures) {
  const SimulateOptions& options = figures.options;
  const Population& population = figures.population;
  std::vector<ReportFact> facts = {
      {"threads", Grouped(options.threads)},
      {"accounts", Grouped(figures.accounts)},
      {"who plays", absl::StrCat(Plural(population.players, "player"), ", ",
                                 Plural(population.shops, "shop"), ", ",
                                 Plural(population.guilds, "guild"), ", ",
                                 Plural(population.banks, "bank"),
                                 ", an auction house and a town")},
      {"popularity", options.zipf == 0
                         ? std::string("all alike")
                         : absl::StrCat("Zipf's law, exponent ", options.zipf)},
      {"seed", absl::StrCat(options.seed)},
      {"journal", options.journal_mib == 0
                      ? std::string("none")
                      : absl::StrCat(options.journal_mib, " MiB")},
      {"mode", std::string(ModeName(options.mode))},
      {"conflicts",
       absl::StrFormat("%s attempts made again, %.4f for each posted transfer",
                       Grouped(figures.stats.retries),
                       figures.retries_per_transfer())}};
  const HoldCounts& holds = figures.run.tally.holds;
  if (holds.placed > 0) {
    facts.push_back(
        {"holds", absl::StrCat(Grouped(holds.placed),
                               " placed: ", Grouped(holds.captured),
                               " captured, ", Grouped(holds.released),
                               " released, ", Grouped(holds.expired),
                               " expired, ", Grouped(holds.open()), " open")});
  }
  return facts;
}

std::string EndOf(RunEnd end) {
  switch (end) {
    case RunEnd::kDone:
      break;
    case RunEnd::kInterrupted:
      return "It was interrupted, so this is what happened until then.";
    case RunEnd::kStalled:
      return "It was given up: everything was refused in the end.";
  }
  return "";
}

std::vector<std::string> FaultsOf(const Figures& figures) {
  std::vector<std::string> faults;
  for (const AuditFault& fault : figures.audit.faults) {
    faults.push_back(absl::StrFormat(
        "asset %d, account %d: not so: %s (expected %s, found %s)",
        fault.asset.value(), fault.account.value(),
        std::string(AuditRuleText(fault.rule)),
        FormatDecimal(fault.expected, 0), FormatDecimal(fault.found, 0)));
  }
  if (!figures.flows_match) {
    faults.push_back("a supply is not what was minted less what was burned");
  }
  if (!figures.holds_match) {
    faults.push_back("what is held is not what was placed and not resolved");
  }
  return faults;
}

ReportAsset AssetOf(const Figures& figures, Asset asset) {
  const AssetFigures& totals = figures.assets[Index(asset)];
  ReportAsset report{.code = totals.code,
                     .scale = totals.scale,
                     .is_debt = totals.owed.has_value(),
                     .supply_at = {},
                     .endowed = InUnits(totals.endowed, totals.scale),
                     .minted = InUnits(totals.minted, totals.scale),
                     .burned = InUnits(totals.burned, totals.scale),
                     .flows = {}};
  for (const Observation& observation : figures.run.chronicle.observations) {
    report.supply_at.push_back(
        InUnits(observation.supplies[Index(asset)], totals.scale));
  }
  for (std::size_t i = 0; i < figures.activities.size(); ++i) {
    const ActivityTally& tally = figures.run.tally.activities[i];
    const Minor minted = tally.minted[Index(asset)];
    const Minor burned = tally.burned[Index(asset)];
    if (minted == 0 && burned == 0) continue;
    report.flows.push_back({.name = std::string(figures.activities[i].name),
                            .minted = InUnits(minted, totals.scale),
                            .burned = InUnits(burned, totals.scale)});
  }
  return report;
}

/// A good that was sold at all.
void AddGood(ReportData& data, const Figures& figures, Asset good) {
  if (figures.run.tally.sales[Index(good)].quantity == 0) return;
  const AssetFigures& totals = figures.assets[Index(good)];
  ReportGood report{
      .code = totals.code,
      .scale = totals.scale,
      .list_price = InUnits(totals.list_price, data.currency_scale),
      .mean_prices = {}};
  for (const Interval& interval : figures.run.chronicle.intervals) {
    const Sales& sales = interval.sales[Index(good)];
    report.mean_prices.push_back(
        sales.quantity == 0
            ? kNone
            : sales.paid / std::pow(10, data.currency_scale) / sales.quantity);
  }
  data.goods.push_back(std::move(report));
}

void AddSpeed(ReportData& data, const Chronicle& chronicle) {
  for (std::size_t i = 0; i < chronicle.intervals.size(); ++i) {
    const Interval& interval = chronicle.intervals[i];
    const double seconds = data.moments_s[i + 1] - data.moments_s[i];
    const auto posted =
        interval.outcomes[static_cast<std::size_t>(Outcome::kOk)];
    std::uint64_t requests = 0;
    for (const std::uint64_t count : interval.outcomes) requests += count;
    data.posted_per_second.push_back(static_cast<double>(posted) / seconds);
    data.refused_per_second.push_back(static_cast<double>(requests - posted) /
                                      seconds);
    LatencyHistogram latency;
    for (const auto& recorded : interval.latency) latency.Add(recorded);
    const auto quantile = [&](double q) {
      return latency.count() == 0 ? kNone
                                  : static_cast<double>(latency.Quantile(q));
    };
    data.p50_ns.push_back(quantile(0.5));
    data.p99_ns.push_back(quantile(0.99));
    data.p999_ns.push_back(quantile(0.999));
  }
}

void AddRefusals(ReportData& data, const Figures& figures) {
  const Chronicle& chronicle = figures.run.chronicle;
  for (std::size_t i = 1; i < kOutcomeCount; ++i) {
    const std::uint64_t count = figures.run.tally.outcomes[i];
    if (count == 0) continue;
    const auto outcome = static_cast<Outcome>(i);
    ReportRefusal refusal{.name = std::string(OutcomeName(outcome)),
                          .meaning = std::string(OutcomeMeaning(outcome)),
                          .example = figures.run.tally.examples[i],
                          .count = count,
                          .per_second = {}};
    for (std::size_t at = 0; at < chronicle.intervals.size(); ++at) {
      const double seconds = data.moments_s[at + 1] - data.moments_s[at];
      refusal.per_second.push_back(
          static_cast<double>(chronicle.intervals[at].outcomes[i]) / seconds);
    }
    data.refusals.push_back(std::move(refusal));
  }
  std::sort(data.refusals.begin(), data.refusals.end(),
            [](const ReportRefusal& a, const ReportRefusal& b) {
              return a.count != b.count ? a.count > b.count : a.name < b.name;
            });
}

void AddChronicle(ReportData& data, const Figures& figures) {
  const Chronicle& chronicle = figures.run.chronicle;
  for (const Observation& observation : chronicle.observations) {
    data.moments_s.push_back(observation.seconds);
    data.gini_at.push_back(observation.gini);
  }
  data.sampled_players = chronicle.sampled_players;
  data.lorenz_at_start = chronicle.lorenz_at_start;
  for (const EventMark& event : figures.run.events) {
    data.events.push_back({.seconds = event.seconds, .text = event.text});
  }
  AddSpeed(data, chronicle);
  AddRefusals(data, figures);
}

}  // namespace

std::string CommandOf(const SimulateOptions& options) {
  std::string command = "lockstep simulate";
  // A scenario says how many there are, unless the command line did.
  if (options.scenario.empty() || options.given.accounts) {
    absl::StrAppend(&command, " --accounts ", options.accounts);
  }
  absl::StrAppend(&command, " --threads ", options.threads);
  if (options.transfers) {
    absl::StrAppend(&command, " --transfers ", *options.transfers);
  } else {
    absl::StrAppend(&command, " --seconds ", Shortest(options.seconds));
  }
  absl::StrAppend(&command, " --seed ", options.seed, " --zipf ",
                  Shortest(options.zipf), " --journal ", options.journal_mib);
  if (options.mode != Mode::kLocked) {
    absl::StrAppend(&command, " --mode ", std::string(ModeName(options.mode)));
  }
  if (!options.scenario.empty()) {
    absl::StrAppend(&command, " --scenario ", Quoted(options.scenario));
  }
  if (options.no_events) absl::StrAppend(&command, " --no-events");
  if (!options.report.empty()) {
    absl::StrAppend(&command, " --report ", Quoted(options.report));
  }
  if (options.scenario == "-") command += "  # and the scenario as its input";
  return command;
}

ReportData ReportDataOf(const Figures& figures) {
  Expects(!figures.run.chronicle.observations.empty());
  const Tally& tally = figures.run.tally;
  ReportData data;
  data.title = figures.options.scenario.empty()
                   ? "The economy of an online game"
                   : figures.scenario;
  if (!figures.options.scenario.empty()) {
    data.description = figures.scenario_description;
  }
  data.version = LOCKSTEP_VERSION_STRING;
  data.made_at = Now();
  data.command = CommandOf(figures.options);
  data.settings = SettingsOf(figures);
  data.machine = ThisMachine();

  data.posted = tally.posted();
  data.refused = tally.refused();
  data.legs = tally.legs;
  data.waits = figures.stats.waits;
  data.accounts = figures.accounts;
  data.peak_memory_bytes = figures.peak_memory_bytes;
  data.seconds = figures.run.seconds;
  data.ended_early = EndOf(figures.run.end);

  data.books_hold = figures.books_hold();
  data.audit_seconds = figures.audit_seconds;
  data.audited_rows = figures.audit.rows;
  data.faults = FaultsOf(figures);
  data.digest = DigestText(figures.digest);
  data.nonce = RandomText();

  data.total_p50_ns = tally.latency.Quantile(0.5);
  data.total_p99_ns = tally.latency.Quantile(0.99);
  data.total_p999_ns = tally.latency.Quantile(0.999);
  data.gini = figures.inequality.gini;
  data.richest_share = figures.inequality.richest_share;
  data.lorenz_at_end = figures.lorenz;
  data.players = figures.population.players;
  data.retained_rows = figures.retained_rows;
  for (const HotAccount& hot : figures.hottest) {
    data.hottest.push_back({.name = hot.name, .rows = hot.rows});
  }
  AddChronicle(data, figures);

  const AssetFigures& money = figures.assets[Index(Asset::kMoney)];
  data.currency = money.code;
  data.currency_scale = money.scale;
  for (std::size_t i = 0; i < figures.assets.size(); ++i) {
    data.assets.push_back(AssetOf(figures, static_cast<Asset>(i)));
    AddGood(data, figures, static_cast<Asset>(i));
  }
  return data;
}

}  // namespace lockstep::tool
