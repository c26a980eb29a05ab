#include "engine/tool/report/summary.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"
#include "lockstep/version.h"

namespace lockstep::tool {
namespace {

constexpr std::size_t kDescriptionColumns = 76;

/// Writes the page line by line.
class SummaryText {
 public:
  SummaryText(const Figures& figures, bool in_colour)
      : figures_(figures), in_colour_(in_colour) {}

  std::string Write() &&;

 private:
  enum class Ink { kBold, kDim, kGreen, kRed };
  std::string In(Ink ink, std::string_view text) const;

  template <class... Args>
  void Line(const absl::FormatSpec<Args...>& format, const Args&... args) {
    absl::StrAppendFormat(&text_, format, args...);
    text_ += '\n';
  }
  void Heading(std::string_view text);

  void WriteTitle();
  void WriteSpeed();
  void WriteAuctions();
  void WriteRefusals();
  void WriteReasons();
  void WriteEvents();
  void WriteFrauds();
  void WriteSupply();
  void WritePrices();
  void WriteWealth();
  void WriteHottest();
  void WriteAudit();

  const Figures& figures_;
  bool in_colour_;
  std::string text_;
};

std::string SummaryText::In(Ink ink, std::string_view text) const {
  if (!in_colour_) return std::string(text);
  constexpr std::array<int, 4> kCodes = {1, 2, 32, 31};
  return absl::StrFormat("\x1b[%dm%s\x1b[0m",
                         kCodes[static_cast<std::size_t>(ink)],
                         std::string(text));
}

/// Breaks a text at its spaces into lines of at most so many bytes; a longer
/// word has a line of its own.
std::vector<std::string_view> LinesOf(std::string_view text,
                                      std::size_t columns) {
  std::vector<std::string_view> lines;
  while (text.size() > columns) {
    std::size_t space = text.rfind(' ', columns);
    if (space == std::string_view::npos || space == 0) {
      space = text.find(' ', 1);
    }
    if (space == std::string_view::npos) break;
    lines.push_back(text.substr(0, space));
    text.remove_prefix(space + 1);
  }
  if (!text.empty()) lines.push_back(text);
  return lines;
}

double PercentOf(std::uint64_t part, std::uint64_t whole) {
  return whole == 0
             ? 0
             : 100 * static_cast<double>(part) / static_cast<double>(whole);
}

void SummaryText::Heading(std::string_view text) {
  Line("");
  Line("%s", In(Ink::kBold, text));
}

void SummaryText::WriteTitle() {
  const Population& population = figures_.population;
  Line("%s", In(Ink::kBold,
                absl::StrCat("lockstep " LOCKSTEP_VERSION_STRING ": ",
                             figures_.scenario, ", played by ",
                             Plural(figures_.options.threads, "thread"))));
  for (const std::string_view line :
       LinesOf(figures_.scenario_description, kDescriptionColumns)) {
    Line("  %s", In(Ink::kDim, line));
  }
  Line("  %s, %s, %s, %s, an auction house, a town:",
       Plural(population.players, "player"), Plural(population.shops, "shop"),
       Plural(population.guilds, "guild"), Plural(population.banks, "bank"));
  Line("  %s; seed %d; mode %s", Plural(figures_.accounts, "account"),
       figures_.options.seed, std::string(ModeName(figures_.options.mode)));
  if (figures_.run.end == RunEnd::kInterrupted) {
    Line("  %s", In(Ink::kRed, "interrupted before its end"));
  } else if (figures_.run.end == RunEnd::kStalled) {
    Line("  %s", In(Ink::kRed, absl::StrCat("given up: a thread was refused ",
                                            Grouped(kMaxRefusalsInARow),
                                            " times in a row")));
  }
}

void SummaryText::WriteSpeed() {
  const Tally& tally = figures_.run.tally;
  const auto per_second =
      static_cast<std::uint64_t>(figures_.transfers_per_second());
  const double legs_each = tally.posted() == 0
                               ? 0
                               : static_cast<double>(tally.legs) /
                                     static_cast<double>(tally.posted());
  Heading("Transfers");
  Line("  posted   %14s in %.2f s, of %.1f legs on average",
       Grouped(tally.posted()), figures_.run.seconds, legs_each);
  Line("  speed    %s transfers/s",
       In(Ink::kBold, absl::StrFormat("%14s", Grouped(per_second))));
  Line("  latency  %14s ns p50   %s ns p99   %s ns p99.9",
       Grouped(tally.latency.Quantile(0.5)),
       Grouped(tally.latency.Quantile(0.99)),
       Grouped(tally.latency.Quantile(0.999)));
  Line("  waits    %14s for an account that another thread had locked",
       Grouped(figures_.stats.waits));
  Line("  conflicts%14s attempts made again, %.4f for each posted",
       Grouped(figures_.stats.retries), figures_.retries_per_transfer());
  if (tally.rounds > 0) {
    Line("  rounds   %14s of %.1f requests on average, one with each tick",
         Grouped(tally.rounds),
         static_cast<double>(tally.in_rounds) /
             static_cast<double>(tally.rounds));
  }
  Line("  memory   %14s MiB at most",
       Grouped(figures_.peak_memory_bytes >> 20));
}

void SummaryText::WriteAuctions() {
  const HoldCounts& holds = figures_.run.tally.holds;
  const LotCounts& lots = figures_.run.tally.lots;
  if (holds.placed == 0) return;
  Heading("Holds of sellers and bidders at the auction house");
  Line("  placed   %14s: %s captured, %s released, %s expired, %s open",
       Grouped(holds.placed), Grouped(holds.captured), Grouped(holds.released),
       Grouped(holds.expired), Grouped(holds.open()));
  Line("  lots     %14s: %s sold, %s unsold, %s called off, %s open",
       Grouped(lots.offered), Grouped(lots.sold), Grouped(lots.unsold),
       Grouped(lots.called_off), Grouped(lots.standing()));
}

void SummaryText::WriteRefusals() {
  const Tally& tally = figures_.run.tally;
  Heading("Refusals");
  Line("  refused  %14s, %.1f %% of all requests", Grouped(tally.refused()),
       PercentOf(tally.refused(), figures_.requests()));
  std::vector<std::size_t> met;
  for (std::size_t i = 1; i < kOutcomeCount; ++i) {
    if (tally.outcomes[i] > 0) met.push_back(i);
  }
  std::sort(met.begin(), met.end(), [&](std::size_t a, std::size_t b) {
    return tally.outcomes[a] > tally.outcomes[b];
  });
  for (const std::size_t i : met) {
    const auto outcome = static_cast<Outcome>(i);
    Line("    %-20s %12s  %5.1f %%", std::string(OutcomeName(outcome)),
         Grouped(tally.outcomes[i]),
         PercentOf(tally.outcomes[i], tally.refused()));
    if (outcome == Outcome::kRefusedByFunction) {
      WriteReasons();
    } else {
      Line("      %s", In(Ink::kDim, tally.examples[i]));
    }
  }
}

/// Why agents that looked at their accounts decided against it.
void SummaryText::WriteReasons() {
  const auto& reasons = figures_.run.tally.reasons;
  for (std::size_t i = 0; i < kReasonCount; ++i) {
    if (reasons[i] == 0) continue;
    Line("      %s",
         In(Ink::kDim,
            absl::StrCat(Grouped(reasons[i]), ": ",
                         std::string(ReasonMeaning(static_cast<Reason>(i))))));
  }
}

/// What happened to one asset's supply, one flow a line.
std::vector<std::string> SupplyLines(const Figures& figures,
                                     std::size_t asset) {
  const AssetFigures& totals = figures.assets[asset];
  std::vector<std::string> lines;
  const auto add = [&](std::string_view what, Amount amount) {
    constexpr int kColumns = 33;
    const int rest = kColumns - static_cast<int>(what.size());
    lines.push_back(
        absl::StrFormat("  %s%*s", std::string(what), rest,
                        GroupDigits(FormatDecimal(amount, totals.scale))));
  };
  add("  endowed", totals.endowed);
  for (std::size_t i = 0; i < figures.activities.size(); ++i) {
    const Minor minted = figures.run.tally.activities[i].minted[asset];
    const std::string name(figures.activities[i].name);
    if (minted > 0) add(absl::StrCat("+ ", name), Amount(minted));
  }
  for (std::size_t i = 0; i < figures.activities.size(); ++i) {
    const Minor burned = figures.run.tally.activities[i].burned[asset];
    const std::string name(figures.activities[i].name);
    if (burned > 0) add(absl::StrCat("- ", name), Amount(burned));
  }
  add("= supply", totals.supply);
  if (totals.owed) add("  owed to the banks", *totals.owed);
  return lines;
}

void SummaryText::WriteSupply() {
  constexpr int kHalf = 40;
  Heading("Supply: faucets (+) and sinks (-)");
  for (std::size_t i = 0; i < figures_.assets.size(); i += 2) {
    const bool is_last = i + 1 == figures_.assets.size();
    const std::vector<std::string> lines = SupplyLines(figures_, i);
    const std::vector<std::string> others =
        is_last ? std::vector<std::string>() : SupplyLines(figures_, i + 1);
    Line("  %s  %s",
         In(Ink::kBold,
            absl::StrFormat("%-*s", kHalf - 4, figures_.assets[i].code)),
         In(Ink::kBold, is_last ? "" : figures_.assets[i + 1].code));
    for (std::size_t n = 0; n < std::max(lines.size(), others.size()); ++n) {
      const std::string line = n < lines.size() ? lines[n] : "";
      if (n < others.size()) {
        Line("%-*s%s", kHalf - 2, line, others[n]);
      } else {
        Line("%s", line);
      }
    }
  }
}

void SummaryText::WriteEvents() {
  const bool is_over = figures_.run.end == RunEnd::kDone;
  if (figures_.run.events.empty() && figures_.events_left == 0) return;
  Heading("Events");
  for (const EventMark& mark : figures_.run.events) {
    Line("  %9.2f s  tick %-8s %s", mark.seconds, Grouped(mark.tick.value()),
         mark.text);
  }
  if (figures_.events_left > 0) {
    Line("  %s",
         In(Ink::kDim, absl::StrCat(Plural(figures_.events_left, "event"),
                                    is_over ? " would have come later"
                                            : " did not come any more")));
  }
}

/// What fraud desks found under codes that are not meant to create anything.
void SummaryText::WriteFrauds() {
  if (figures_.run.frauds.empty()) return;
  Heading("Fraud, found by what each code created and destroyed");
  for (const Fraud& fraud : figures_.run.frauds) {
    const AssetFigures& asset = figures_.assets[Index(fraud.asset)];
    const auto text = [&](Minor amount) {
      return GroupDigits(FormatDecimal(Amount(amount), asset.scale));
    };
    Line("  code %d created %s %s and destroyed %s: %s", fraud.code,
         text(fraud.created), asset.code, text(fraud.destroyed),
         Plural(fraud.culprits, "culprit"));
    Line("    %s taken back by %s, %s not: it had been passed on",
         text(fraud.recovered), Plural(fraud.reversed, "reversal"),
         text(fraud.lost()));
  }
}

void SummaryText::WritePrices() {
  if (!figures_.has_moving_prices()) return;
  Heading(absl::StrCat("Prices in ", figures_.assets[0].code,
                       ": at the start, now"));
  const auto price = [&](Minor amount) {
    return GroupDigits(FormatDecimal(Amount(amount), figures_.assets[0].scale));
  };
  for (std::size_t i = 1; i < figures_.assets.size(); ++i) {
    const AssetFigures& asset = figures_.assets[i];
    Line("  %-13s %14s %14s  %+6.1f %%", asset.code, price(asset.list_price),
         price(asset.market_price),
         100 * (static_cast<double>(asset.market_price) /
                    static_cast<double>(asset.list_price) -
                1));
  }
}

void SummaryText::WriteWealth() {
  Heading("Wealth of the players, at list prices");
  Line("  Gini     %14.3f (it was 0 at the start)", figures_.inequality.gini);
  Line("  top 1 %%  %14.1f %% of it all",
       100 * figures_.inequality.richest_share);
}

void SummaryText::WriteHottest() {
  if (figures_.hottest.empty()) return;
  Heading(absl::StrCat("Hottest accounts, in the last ",
                       Grouped(figures_.retained_rows),
                       " rows of the journal"));
  for (const HotAccount& hot : figures_.hottest) {
    Line("  %-23s %10s rows  %5.1f %%", hot.name, Grouped(hot.rows),
         PercentOf(hot.rows, figures_.retained_rows));
  }
}

void SummaryText::WriteAudit() {
  constexpr std::size_t kShownFaults = 5;
  const AuditReport& audit = figures_.audit;
  Heading("Audit");
  Line("  checked  %s, %s, %s of the journal, in %.2f s",
       Plural(audit.accounts, "account"), Plural(audit.assets, "asset"),
       Plural(audit.rows, "row"), figures_.audit_seconds);
  if (audit.ok) {
    Line("  %s", In(Ink::kGreen, "the books hold"));
  } else {
    Line("  %s",
         In(Ink::kRed, absl::StrCat("THE BOOKS DO NOT HOLD: ",
                                    Plural(audit.fault_count, "fault"))));
  }
  const std::size_t shown = std::min(kShownFaults, audit.faults.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const AuditFault& fault = audit.faults[i];
    Line("    asset %d, account %d: not so: %s (expected %s, found %s)",
         fault.asset.value(), fault.account.value(),
         std::string(AuditRuleText(fault.rule)),
         FormatDecimal(fault.expected, 0), FormatDecimal(fault.found, 0));
  }
  if (figures_.flows_match) {
    Line("  %s", In(Ink::kGreen,
                    "each supply is what was minted less what was burned"));
  } else {
    Line("  %s",
         In(Ink::kRed, "A SUPPLY IS NOT WHAT WAS MINTED LESS WHAT WAS BURNED"));
  }
  if (figures_.run.tally.holds.placed > 0) {
    if (figures_.holds_match) {
      Line("  %s",
           In(Ink::kGreen, "what is held is what was placed and not resolved"));
    } else {
      Line("  %s", In(Ink::kRed,
                      "WHAT IS HELD IS NOT WHAT WAS PLACED AND NOT RESOLVED"));
    }
  }
  Line("  digest   %s", DigestText(figures_.digest));
}

std::string SummaryText::Write() && {
  WriteTitle();
  WriteSpeed();
  WriteAuctions();
  WriteRefusals();
  WriteEvents();
  WriteFrauds();
  WriteSupply();
  WritePrices();
  WriteWealth();
  WriteHottest();
  WriteAudit();
  return std::move(text_);
}

}  // namespace

std::string Summary(const Figures& figures, bool in_colour) {
  return SummaryText(figures, in_colour).Write();
}

}  // namespace lockstep::tool
