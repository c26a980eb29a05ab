#include "engine/tool/report/report_plots.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace lockstep::tool {
namespace {

constexpr std::size_t kMostReasons = 5;

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  void Hold(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  [[nodiscard]] bool is_empty() const { return low > high; }
};

Extent RangeOf(const std::vector<Series>& series) {
  Extent range;
  for (const Series& each : series) {
    for (const double value : each.values) range.Hold(value);
  }
  return range;
}

/// A plot over the time of the run, but for its series and what is upwards.
LinePlot OverTime(const ReportData& data, bool is_of_intervals) {
  const TimeUnit unit = TimeUnitFor(data.moments_s.back());
  LinePlot plot;
  plot.x_name = absl::StrCat("time, ", unit.name);
  plot.x_axis = TimeAxis(data.moments_s.back() * unit.per_second, unit.name);
  plot.is_of_intervals = is_of_intervals;
  for (std::size_t i = 0; i < data.moments_s.size(); ++i) {
    double seconds = data.moments_s[i];
    if (is_of_intervals) {
      if (i + 1 == data.moments_s.size()) break;
      seconds = (seconds + data.moments_s[i + 1]) / 2;
    }
    plot.x.push_back(seconds * unit.per_second);
  }
  // Four digits or so tell any two points apart.
  plot.x_decimals = std::clamp(
      3 - static_cast<int>(std::floor(std::log10(plot.x_axis.high))), 0, 6);
  for (const ReportEvent& event : data.events) {
    plot.marks.push_back({event.seconds * unit.per_second, event.text});
  }
  return plot;
}

/// Names have a row each above the plot, and there is no room for many.
bool NamesFit(const LinePlot& plot) {
  return plot.marks.size() <= kMostNamedMarks;
}

void FitLinearly(LinePlot& plot, bool from_zero, double least_step) {
  Extent range = RangeOf(plot.series);
  if (plot.reference) range.Hold(plot.reference->value);
  if (from_zero || range.is_empty()) range.Hold(0);
  plot.y_axis = LinearAxis(range.low, range.high, least_step);
}

}  // namespace

LinePlot ThroughputPlot(const ReportData& data) {
  LinePlot plot = OverTime(data, true);
  plot.title = "Throughput";
  plot.description =
      "Transfers posted and requests refused in a second, over time.";
  plot.y_name = "requests per second";
  plot.series = {{"posted", data.posted_per_second},
                 {"refused", data.refused_per_second}};
  plot.unit = "per s";
  plot.is_filled = true;
  plot.names_marks = NamesFit(plot);
  plot.height = 230;
  FitLinearly(plot, true, 0);
  return plot;
}

LinePlot LatencyPlot(const ReportData& data) {
  LinePlot plot = OverTime(data, true);
  plot.title = "Latency";
  plot.description =
      "How long the ledger took to answer, over time: the median, the 99th "
      "percentile and the 99.9th.";
  plot.y_name = "time to answer, on a logarithmic scale";
  plot.series = {
      {"p50", data.p50_ns}, {"p99", data.p99_ns}, {"p99.9", data.p999_ns}};
  plot.unit = "ns";
  plot.names_marks = NamesFit(plot);
  plot.height = 230;
  const Extent range = RangeOf(plot.series);
  plot.y_axis = range.is_empty() ? DurationAxis(10, 1000)
                                 : DurationAxis(range.low, range.high);
  return plot;
}

LinePlot SupplyPlot(const ReportData& data, const ReportAsset& asset) {
  LinePlot plot = OverTime(data, false);
  plot.title = asset.code;
  const char* const where =
      asset.is_debt ? "owed to the banks" : "in circulation";
  plot.description =
      absl::StrCat("How much ", asset.code, " is ", where, ", over time.");
  plot.y_name = absl::StrCat(asset.code, " ", where);
  plot.series = {{asset.code, asset.supply_at}};
  plot.decimals = asset.scale;
  plot.is_filled = true;
  plot.height = 150;
  FitLinearly(plot, false, std::pow(10, -asset.scale));
  return plot;
}

LinePlot PricePlot(const ReportData& data, const ReportGood& good) {
  LinePlot plot = OverTime(data, true);
  plot.title = good.code;
  plot.description = absl::StrCat("What a ", good.code,
                                  " cost on average at the auction, over time, "
                                  "beside its list price.");
  const std::string one = FormatDecimal(Amount(1), good.scale);
  plot.y_name =
      absl::StrCat(data.currency, " for ",
                   good.scale == 0 ? "one" : absl::StrCat(one, " ", good.code));
  plot.series = {{"mean price", good.mean_prices}};
  plot.unit = data.currency;
  plot.reference = PlotReference{good.list_price, "list price"};
  plot.decimals = data.currency_scale + 1;
  plot.height = 150;
  FitLinearly(plot, false, 0);
  return plot;
}

LinePlot LorenzPlot(const ReportData& data) {
  LinePlot plot;
  plot.title = "Lorenz curve";
  plot.description =
      "What part of all wealth the poorer players have together, at the start "
      "and at the end. On the diagonal all have the same.";
  plot.x_name = "of the players, from the poorest on";
  plot.y_name = "their part of all wealth";
  plot.x_axis = PercentAxis();
  plot.y_axis = PercentAxis();
  const auto add = [&](const char* name, const std::vector<double>& shares) {
    if (shares.empty()) return;
    Series& series = plot.series.emplace_back();
    series.name = name;
    for (const double share : shares) series.values.push_back(100 * share);
  };
  add("at the start", data.lorenz_at_start);
  add("at the end", data.lorenz_at_end);
  for (std::size_t i = 0; i <= kLorenzSteps; ++i) {
    plot.x.push_back(100 * static_cast<double>(i) / kLorenzSteps);
  }
  plot.names_x = true;
  plot.has_diagonal = true;
  plot.has_legend = true;
  plot.unit = std::string(1, '%');
  plot.decimals = 1;
  plot.height = 280;
  return plot;
}

LinePlot GiniPlot(const ReportData& data) {
  LinePlot plot = OverTime(data, false);
  plot.title = "Gini coefficient";
  plot.description =
      "How unequally the players' wealth is spread, over time: 0 if all own "
      "the same, near 1 if one owns all.";
  plot.y_name = "0: all own the same, 1: one owns all";
  plot.series = {{"Gini", data.gini_at}};
  plot.y_axis = UnitAxis();
  plot.is_filled = true;
  plot.names_marks = NamesFit(plot);
  plot.decimals = 3;
  plot.height = 280;
  return plot;
}

LinePlot RefusalsPlot(const ReportData& data) {
  LinePlot plot = OverTime(data, true);
  plot.title = "Refusals over time";
  plot.description =
      "How many requests were refused in a second for the most frequent "
      "reasons, over time.";
  plot.y_name = "refused per second";
  for (const ReportRefusal& refusal : data.refusals) {
    if (plot.series.size() == kMostReasons) break;
    plot.series.push_back({refusal.name, refusal.per_second});
  }
  plot.has_legend = true;
  plot.unit = "per s";
  plot.names_marks = NamesFit(plot);
  plot.height = 230;
  FitLinearly(plot, true, 0);
  return plot;
}

}  // namespace lockstep::tool
