#include "engine/tool/report/report_page.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/report/figure.h"
#include "engine/tool/report/markup.h"
#include "engine/tool/report/plot.h"
#include "engine/tool/report/report_plots.h"
#include "engine/tool/report/report_style.h"

namespace lockstep::tool {
namespace {

double Percent(double part, double whole) {
  return whole == 0 ? 0 : 100 * part / whole;
}

double Percent(std::uint64_t part, std::uint64_t whole) {
  return Percent(static_cast<double>(part), static_cast<double>(whole));
}

/// Writes the page from top to bottom.
class Page {
 public:
  explicit Page(const ReportData& data) : data_(data) {}

  std::string Write() &&;

 private:
  template <class... Texts>
  void Put(const Texts&... texts) {
    absl::StrAppend(&html_, texts...);
  }
  void OpenSection(const char* id, const std::string& question,
                   const std::string& lead);
  void CloseSection() { Put("</section>\n"); }
  void PutTile(const std::string& value, const std::string& name,
               const char* kind = "");
  void PutFact(const std::string& name, const std::string& value);

  void WriteHead();
  void WriteTitle();
  void WriteEvents();
  void WriteSpeed();
  void WriteSupply();
  void WriteFlows();
  void WriteFlowsOf(const ReportAsset& asset);
  void WriteWealth();
  void WritePrices();
  void WriteRefusals();
  void WriteRefusalReasons();
  void WriteHottest();
  void WriteRun();

  const ReportData& data_;
  std::string html_;
};

void Page::OpenSection(const char* id, const std::string& question,
                       const std::string& lead) {
  Put("<section id=\"", id, "\"><h2>", Escaped(question),
      "</h2>\n<p class=\"lead\">", Escaped(lead), "</p>\n");
}

void Page::PutTile(const std::string& value, const std::string& name,
                   const char* kind) {
  Put("<div class=\"", kind, "\"><dt>", Escaped(name), "</dt><dd>",
      Escaped(value), "</dd></div>");
}

void Page::PutFact(const std::string& name, const std::string& value) {
  Put("<dt>", Escaped(name), "</dt><dd>", Escaped(value), "</dd>\n");
}

void Page::WriteHead() {
  // Only a script that knows the random nonce may run: none that came in with
  // a name, should one ever slip through.
  Put("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'; img-src data:; script-src 'nonce-",
      data_.nonce, "'; base-uri 'none'; form-action 'none'\">\n",
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n<link rel=\"icon\" href=\"data:,\">\n<title>",
      Escaped(data_.title), " &#8211; lockstep</title>\n<style>\n",
      std::string(PaletteStyle()), std::string(PlotStyle()),
      std::string(PageStyle()), "</style>\n</head>\n<body>\n");
}

void Page::WriteTitle() {
  const std::uint64_t requests = data_.posted + data_.refused;
  const double per_second =
      data_.seconds > 0 ? static_cast<double>(data_.posted) / data_.seconds : 0;
  Put("<header><h1><bdi>", Escaped(data_.title), "</bdi></h1>\n");
  if (!data_.description.empty()) {
    Put("<p class=\"lead\"><bdi>", Escaped(data_.description), "</bdi></p>\n");
  }
  Put("<p class=\"lead\">",
      Escaped(absl::StrCat(Plural(data_.posted, "transfer"), " between ",
                           Grouped(data_.accounts), " accounts in ",
                           SecondsText(data_.seconds), ", posted by lockstep ",
                           data_.version, ". Made ", data_.made_at, ".")),
      "</p>\n");
  if (!data_.ended_early.empty()) {
    Put("<p class=\"early\">", Escaped(data_.ended_early), "</p>\n");
  }
  Put("<dl class=\"tiles\">");
  PutTile(Grouped(static_cast<std::uint64_t>(per_second)),
          "transfers per second");
  PutTile(DurationText(data_.total_p50_ns), "to answer, half of the requests");
  PutTile(DurationText(data_.total_p99_ns), "to answer, 99 in 100 (p99)");
  PutTile(absl::StrFormat("%.1f %%", Percent(data_.refused, requests)),
          "of the requests refused");
  PutTile(absl::StrFormat("%.3f", data_.gini),
          "Gini coefficient of wealth, at the end");
  if (data_.books_hold) {
    PutTile("✓ sound", "the books, by an audit of every account", "good");
  } else {
    PutTile("✗ broken", "the books, by an audit of every account", "bad");
  }
  Put("</dl></header>\n<main>\n");
}

void Page::WriteEvents() {
  if (data_.events.empty()) return;
  OpenSection("events", "What happened from outside",
              "Each is a dotted line with its number in all plots over time.");
  Put("<ol class=\"events\">");
  for (const ReportEvent& event : data_.events) {
    Put("<li>", Escaped(event.text), " <span>after ",
        SecondsText(event.seconds), "</span></li>\n");
  }
  Put("</ol>");
  CloseSection();
}

/// A very short run may end before the first request that is timed.
std::string LatencyFigure(const ReportData& data) {
  if (data.total_p999_ns == 0) {
    return "<figure><figcaption><strong>Latency</strong><span>no request was "
           "timed</span></figcaption></figure>";
  }
  return PlotFigure(LatencyPlot(data),
                    absl::StrCat("p99.9 of the whole run ",
                                 DurationText(data.total_p999_ns)));
}

void Page::WriteSpeed() {
  OpenSection(
      "speed", "Does it keep its pace?",
      "A ledger that keeps up has a flat throughput. In the plot of latency, "
      "the distance between the lines is what the unlucky wait: one request "
      "in 100 takes longer than p99, one in 1,000 longer than p99.9. One "
      "request in 8 is timed.");
  Put("<div class=\"grid2\">",
      PlotFigure(ThroughputPlot(data_),
                 absl::StrCat(Grouped(data_.posted), " posted, ",
                              Grouped(data_.refused), " refused")),
      LatencyFigure(data_), "</div>");
  CloseSection();
}

/// What is left of an asset, and how much more or less than at first.
std::string SupplyNote(const ReportAsset& asset) {
  const double first = asset.supply_at.front();
  const double last = asset.supply_at.back();
  std::string note = Fixed(last, asset.scale);
  if (first <= 0) return note;
  const double change = Percent(last - first, first);
  if (std::abs(change) < 0.05) return note + ", hardly changed";
  return absl::StrCat(note, change > 0 ? ", up " : ", down ",
                      Fixed(std::abs(change), 1), " %");
}

void Page::WriteSupply() {
  OpenSection("supply", "Is there more and more of it?",
              "Supply is what is in circulation. Where its line climbs all "
              "the way, more is minted than burned, and prices cannot hold; "
              "where it bends flat, the economy has found a balance or a cap. "
              "Debts are no money: of what they are kept in it is the sum "
              "that the banks are owed. The scales differ, and not all start "
              "at 0.");
  Put("<div class=\"grid3\">");
  for (const ReportAsset& asset : data_.assets) {
    Put(PlotFigure(SupplyPlot(data_, asset), SupplyNote(asset)));
  }
  Put("</div>");
  CloseSection();
}

void Page::WriteFlows() {
  OpenSection("flows", "Where it comes from and where it goes",
              "Faucets mint and sinks burn, each named after what people did. "
              "An asset whose blue outweighs its orange inflates. Bars "
              "compare within an asset.");
  Put("<ul class=\"legend\"><li><i class=\"s1\"></i>minted: faucets</li>"
      "<li><i class=\"s2\"></i>burned: sinks</li></ul><br>"
      "<div class=\"grid3\">");
  for (const ReportAsset& asset : data_.assets) {
    if (!asset.is_debt) WriteFlowsOf(asset);
  }
  Put("</div>");
  CloseSection();
}

void Page::WriteFlowsOf(const ReportAsset& asset) {
  std::vector<ReportFlow> flows = asset.flows;
  std::sort(flows.begin(), flows.end(),
            [](const ReportFlow& a, const ReportFlow& b) {
              const double a_net = a.minted - a.burned;
              const double b_net = b.minted - b.burned;
              return a_net != b_net ? a_net > b_net : a.name < b.name;
            });
  double most_minted = 0;
  double most_burned = 0;
  for (const ReportFlow& flow : flows) {
    most_minted = std::max(most_minted, flow.minted);
    most_burned = std::max(most_burned, flow.burned);
  }
  std::string note = "nothing minted, nothing burned";
  if (asset.minted > 0) {
    note = absl::StrFormat("%.0f burned for 100 minted",
                           Percent(asset.burned, asset.minted));
  } else if (asset.burned > 0) {
    note = "only burned";
  }
  Put("<figure><figcaption><strong>", Escaped(asset.code), "</strong><span>",
      Escaped(note), "</span></figcaption>\n");
  for (const ReportFlow& flow : flows) {
    std::string value;
    if (flow.minted > 0) {
      value = absl::StrCat("+", Fixed(flow.minted, asset.scale));
    }
    if (flow.burned > 0) {
      absl::StrAppend(&value, value.empty() ? "" : " ", "−",
                      Fixed(flow.burned, asset.scale));
    }
    Put(BarRow(
        flow.name, value,
        DivergingBar(flow.burned, flow.minted, most_burned, most_minted)));
  }
  Put("</figure>\n");
}

void Page::WriteWealth() {
  std::string gini_note = "of all players, at each moment";
  if (data_.sampled_players < data_.players) {
    gini_note =
        absl::StrCat("from ", Grouped(data_.sampled_players),
                     " players: the most active, and a sample of the others");
  }
  OpenSection(
      "wealth", "Do the few get what the many lose?",
      absl::StrFormat(
          "The further the curve sags below the diagonal, the more unequal: "
          "in the end the poorer half of %s players has %.1f %% of all wealth, "
          "and the richest hundredth has %.1f %%. Wealth is all that a player "
          "owns, at list prices, less what the player owes.",
          Grouped(data_.players), 100 * data_.lorenz_at_end[kLorenzSteps / 2],
          100 * data_.richest_share));
  Put("<div class=\"grid2\">",
      PlotFigure(LorenzPlot(data_),
                 absl::StrCat("of all ", Grouped(data_.players), " players")),
      PlotFigure(GiniPlot(data_), gini_note), "</div>");
  CloseSection();
}

void Page::WritePrices() {
  if (data_.goods.empty()) {
    OpenSection("prices", "What does it cost at the auction?",
                "Nobody knows: nothing was sold there.");
    CloseSection();
    return;
  }
  OpenSection("prices", "What does it cost at the auction?",
              "The mean price that was actually paid for one, in each "
              "interval. A line that leaves the list price behind tells of a "
              "shortage, a glut or a change of the rules.");
  Put("<div class=\"grid2\">");
  for (const ReportGood& good : data_.goods) {
    Put(PlotFigure(PricePlot(data_, good),
                   absl::StrCat("list price ",
                                Fixed(good.list_price, data_.currency_scale))));
  }
  Put("</div>");
  CloseSection();
}

/// With a capital letter and a full stop.
std::string Sentence(std::string words) {
  if (words.empty()) return words;
  if (words[0] >= 'a' && words[0] <= 'z') {
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  }
  return words + ".";
}

void Page::WriteRefusals() {
  if (data_.refusals.empty()) {
    OpenSection("refusals", "Why was something refused?",
                "Nothing was: every request was posted.");
    CloseSection();
    return;
  }
  OpenSection("refusals", "Why was something refused?",
              absl::StrFormat(
                  "A refused request changes nothing, and says why. These are "
                  "the reasons for %s refusals, each with the first that the "
                  "ledger explained. Some are the game's own rules at work; a "
                  "reason that suddenly grows is worth a look.",
                  Grouped(data_.refused)));
  Put("<div class=\"grid2\">");
  WriteRefusalReasons();
  Put(PlotFigure(RefusalsPlot(data_), ""), "</div>");
  CloseSection();
}

void Page::WriteRefusalReasons() {
  Put("<figure><figcaption><strong>By reason</strong></figcaption>\n");
  const auto most = static_cast<double>(data_.refusals.front().count);
  for (const ReportRefusal& refusal : data_.refusals) {
    const std::string text =
        absl::StrCat("<p>", Escaped(Sentence(refusal.meaning)), "<q>",
                     Escaped(refusal.example), "</q></p>");
    Put(BarRow(refusal.name,
               absl::StrFormat("%s, %.1f %%", Grouped(refusal.count),
                               Percent(refusal.count, data_.refused)),
               Bar(static_cast<double>(refusal.count) / most) + text));
  }
  Put("</figure>\n");
}

void Page::WriteHottest() {
  if (data_.hottest.empty()) {
    OpenSection("hottest", "Which accounts does everybody want?",
                "Nobody can say: the run kept no journal (--journal 0).");
    CloseSection();
    return;
  }
  OpenSection("hottest", "Which accounts does everybody want?",
              absl::StrCat("Transfers that share an account wait for each "
                           "other. These have the most rows of the last ",
                           Grouped(data_.retained_rows), " in the journal; ",
                           Grouped(data_.waits),
                           " times in the run somebody found an account "
                           "locked and waited."));
  Put("<figure><figcaption><strong>Hottest accounts</strong><span>part of the "
      "journal's rows</span></figcaption>\n");
  const auto most = static_cast<double>(data_.hottest.front().rows);
  for (const ReportHotAccount& hot : data_.hottest) {
    Put(BarRow(hot.name,
               absl::StrFormat("%s rows, %.1f %%", Grouped(hot.rows),
                               Percent(hot.rows, data_.retained_rows)),
               Bar(static_cast<double>(hot.rows) / most)));
  }
  Put("</figure>\n");
  CloseSection();
}

void Page::WriteRun() {
  OpenSection("run", "How it was run", "This command does it again:");
  Put("<pre><code>", Escaped(data_.command), "</code></pre>\n",
      "<dl class=\"facts\">");
  PutFact("audit",
          absl::StrCat(
              data_.books_hold ? "the books hold: " : "THE BOOKS ARE BROKEN: ",
              Grouped(data_.accounts), " accounts, ",
              Grouped(data_.audited_rows), " rows of the journal, checked in ",
              SecondsText(data_.audit_seconds)));
  for (const std::string& fault : data_.faults) PutFact("fault", fault);
  Put("<dt>digest</dt><dd><code>", Escaped(data_.digest),
      "</code>, a fingerprint of all balances, limits and states</dd>\n");
  for (const ReportFact& fact : data_.settings) PutFact(fact.name, fact.value);
  PutFact("legs", absl::StrFormat("%s, %.1f in a transfer", Grouped(data_.legs),
                                  Percent(data_.legs, data_.posted) / 100));
  PutFact("memory",
          absl::StrCat(Grouped(data_.peak_memory_bytes >> 20), " MiB at most"));
  PutFact("machine", data_.machine.processor);
  PutFact("system", data_.machine.system);
  PutFact("built with", data_.machine.compiler);
  PutFact("lockstep", data_.version);
  Put("</dl>\n");
  CloseSection();
}

std::string Page::Write() && {
  WriteHead();
  WriteTitle();
  WriteEvents();
  WriteSpeed();
  WriteSupply();
  WriteFlows();
  WriteWealth();
  WritePrices();
  WriteRefusals();
  WriteHottest();
  WriteRun();
  Put("</main>\n<footer>One file, drawn by lockstep itself: it fetches nothing "
      "and sends nothing.</footer>\n<script nonce=\"",
      data_.nonce, "\">\n", std::string(PageScript()),
      "</script>\n</body>\n</html>\n");
  return std::move(html_);
}

}  // namespace

std::string ReportPage(const ReportData& data) { return Page(data).Write(); }

}  // namespace lockstep::tool
