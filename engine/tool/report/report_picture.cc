#include "engine/tool/report/report_picture.h"

#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/report/figure.h"
#include "engine/tool/report/markup.h"
#include "engine/tool/report/plot.h"
#include "engine/tool/report/report_plots.h"

namespace lockstep::tool {
namespace {

// In pixels.
constexpr double kWidth = 1000;
constexpr double kHeight = 644;
constexpr double kPadding = 32;
constexpr double kGap = 40;
constexpr double kTop = 116;
constexpr double kPlotHeight = 170;
constexpr double kRowHeight = 275;
constexpr double kColumnWidth = (kWidth - 2 * kPadding - kGap) / 2;

constexpr std::string_view kPictureStyle =
    ".title{font-size:24px;font-weight:650;fill:var(--ink)}"
    ".figures{font-size:15px}"
    ".head{font-size:16px;font-weight:600;fill:var(--ink)}"
    ".paper{fill:var(--paper);stroke:var(--grid)}\n";

std::string TextAt(double x, double y, const char* style,
                   const std::string& text) {
  return absl::StrCat("<text class=\"", style, "\" x=\"", Coordinate(x),
                      "\" y=\"", Coordinate(y), "\">", Escaped(text),
                      "</text>\n");
}

/// A plot at the given corner, with its title above.
std::string Placed(LinePlot plot, double x, double y) {
  const PlotMargins margins = MarginsOf(plot);
  // What stands above the plot takes from its height: all end on one line.
  plot.height = kPlotHeight - (margins.top - kMarginTop);
  return absl::StrCat(
      TextAt(x, y, "head", plot.title), "<svg x=\"",
      Coordinate(x + margins.left), "\" y=\"", Coordinate(y + 10 + margins.top),
      "\" width=\"", Coordinate(kColumnWidth - margins.left - margins.right),
      "\" height=\"", Coordinate(plot.height), "\" overflow=\"visible\">",
      DrawLinePlot(plot), "</svg>\n");
}

std::string Headline(const ReportData& data) {
  const double per_second =
      data.seconds > 0 ? static_cast<double>(data.posted) / data.seconds : 0;
  return absl::StrFormat(
      "%s transfers in %s, %s a second; 99 in 100 answered within %s; audit: "
      "%s",
      Grouped(data.posted), SecondsText(data.seconds),
      Grouped(static_cast<std::uint64_t>(per_second)),
      DurationText(data.total_p99_ns),
      data.books_hold ? "the books hold" : "THE BOOKS ARE BROKEN");
}

std::vector<LinePlot> ChosenPlots(const ReportData& data) {
  std::vector<LinePlot> plots = {ThroughputPlot(data), LatencyPlot(data)};
  plots.push_back(SupplyPlot(data, data.assets.front()));
  plots.back().title = absl::StrCat("Supply of ", data.assets.front().code);
  plots.push_back(GiniPlot(data));
  plots.back().title = "Gini coefficient of the players' wealth";
  return plots;
}

}  // namespace

std::string ReportPicture(const ReportData& data) {
  std::string svg = absl::StrCat(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ", kWidth, " ",
      kHeight, "\" width=\"", kWidth, "\" height=\"", kHeight,
      "\" role=\"img\">\n<title>", Escaped(data.title), "</title>\n<desc>",
      Escaped(Headline(data)), "</desc>\n<style>\n",
      std::string(PaletteStyle()), std::string(PlotStyle()),
      std::string(kPictureStyle), "</style>\n");
  absl::StrAppend(&svg,
                  "<rect class=\"paper\" x=\".5\" y=\".5\" rx=\"10\" width=\"",
                  kWidth - 1, "\" height=\"", kHeight - 1, "\"/>\n");
  svg += TextAt(kPadding, 50, "title", data.title);
  svg += TextAt(kPadding, 76, "figures", Headline(data));
  const std::vector<LinePlot> plots = ChosenPlots(data);
  for (std::size_t i = 0; i < plots.size(); ++i) {
    const double column = static_cast<double>(i % 2);
    const double row = static_cast<double>(i / 2);
    svg += Placed(plots[i], kPadding + column * (kColumnWidth + kGap),
                  kTop + row * kRowHeight);
  }
  return svg + "</svg>\n";
}

}  // namespace lockstep::tool
