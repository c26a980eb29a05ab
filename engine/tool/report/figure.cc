#include "engine/tool/report/figure.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/report/markup.h"

namespace lockstep::tool {
namespace {

std::string PercentOf(double fraction) {
  return absl::StrFormat("%.4g%%", 100 * std::clamp(fraction, 0.0, 1.0));
}

std::string Rect(double from, double width, const char* series) {
  return absl::StrCat("<rect class=\"", series,
                      "\" height=\"10\" rx=\"2\" x=\"", PercentOf(from),
                      "\" width=\"", PercentOf(width), "\"/>");
}

std::string BarSvg(const std::string& inside) {
  return absl::StrCat(
      "<svg class=\"bar\" width=\"100%\" height=\"10\" aria-hidden=\"true\">",
      inside, "</svg>");
}

std::string Legend(const LinePlot& plot) {
  std::string html = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    absl::StrAppend(&html, "<li><i class=\"", SeriesClass(i), "\"></i>",
                    Escaped(plot.series[i].name), "</li>");
  }
  return html + "</ul>";
}

/// All the numbers of a plot; the script reads them from here, too.
std::string Table(const LinePlot& plot) {
  std::string html = absl::StrCat("<table><thead><tr><th scope=\"col\">",
                                  Escaped(plot.x_name), "</th>");
  for (const Series& series : plot.series) {
    absl::StrAppend(&html, "<th scope=\"col\">", Escaped(series.name),
                    plot.unit.empty() ? "" : ", ", Escaped(plot.unit), "</th>");
  }
  html += "</tr></thead><tbody>\n";
  for (std::size_t i = 0; i < plot.x.size(); ++i) {
    absl::StrAppendFormat(&html, "<tr data-at=\"%.4f\"><th scope=\"row\">%s",
                          plot.x_axis.Fraction(plot.x[i]),
                          Fixed(plot.x[i], plot.x_decimals));
    html += "</th>";
    for (const Series& series : plot.series) {
      absl::StrAppend(&html, "<td>", Fixed(series.values[i], plot.decimals),
                      "</td>");
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>";
}

/// A number from 0 to 999, give or take; more digits would say too much.
std::string ThreeDigits(double number) {
  const int decimals = number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
  return absl::StrFormat("%.*f", decimals, number);
}

}  // namespace

std::string PlotFigure(const LinePlot& plot, const std::string& note) {
  const PlotMargins margins = MarginsOf(plot);
  std::string html =
      absl::StrCat("<figure data-x=\"", Escaped(plot.x_name),
                   "\"><figcaption><strong>", Escaped(plot.title), "</strong>");
  if (!note.empty()) absl::StrAppend(&html, "<span>", Escaped(note), "</span>");
  html += "</figcaption>";
  if (plot.has_legend) html += Legend(plot);
  absl::StrAppend(&html, "<div style=\"padding:", margins.top, "px ",
                  margins.right, "px ", margins.bottom, "px ", margins.left,
                  "px\"><svg class=\"plot\" role=\"img\" height=\"",
                  Coordinate(plot.height), "\" aria-label=\"",
                  Escaped(plot.description), "\">", DrawLinePlot(plot),
                  "</svg></div>\n");
  absl::StrAppend(&html,
                  "<details><summary>The numbers</summary><div class=\"scroll\""
                  " tabindex=\"0\">",
                  Table(plot), "</div></details></figure>\n");
  return html;
}

std::string BarRow(const std::string& name, const std::string& value,
                   const std::string& inside) {
  return absl::StrCat("<div class=\"row\"><b>", Escaped(name), "</b><span>",
                      Escaped(value), "</span>", inside, "</div>\n");
}

std::string Bar(double fraction) { return BarSvg(Rect(0, fraction, "s1")); }

std::string DivergingBar(double left, double right, double most_left,
                         double most_right) {
  const double whole = most_left + most_right;
  if (whole <= 0) return "";
  const double zero = most_left / whole;
  std::string bars;
  if (left > 0) bars += Rect((most_left - left) / whole, left / whole, "s2");
  if (right > 0) bars += Rect(zero, right / whole, "s1");
  const std::string x = PercentOf(zero);
  return BarSvg(absl::StrCat(bars,
                             "<line class=\"zero\" y1=\"-3\" y2=\"13\" "
                             "x1=\"",
                             x, "\" x2=\"", x, "\"/>"));
}

std::string Fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "–";
  return GroupDigits(absl::StrFormat("%.*f", decimals, value));
}

std::string SecondsText(double seconds) {
  if (seconds < 1e-3) return absl::StrFormat("%.0f µs", seconds * 1e6);
  if (seconds < 1) return ThreeDigits(seconds * 1e3) + " ms";
  if (seconds < 180) return absl::StrFormat("%.2f s", seconds);
  const auto minutes = static_cast<std::int64_t>(std::llround(seconds / 60));
  if (minutes < 180) return absl::StrCat(minutes, " min");
  return absl::StrFormat("%d h %02d min", minutes / 60, minutes % 60);
}

std::string DurationText(std::uint64_t nanoseconds) {
  const auto ns = static_cast<double>(nanoseconds);
  if (nanoseconds < 1'000) return absl::StrCat(nanoseconds, " ns");
  if (nanoseconds < 1'000'000) return ThreeDigits(ns / 1e3) + " µs";
  if (nanoseconds < 1'000'000'000) return ThreeDigits(ns / 1e6) + " ms";
  return ThreeDigits(ns / 1e9) + " s";
}

}  // namespace lockstep::tool
