#include "engine/tool/report/plot.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "engine/tool/report/markup.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

constexpr std::size_t kColours = 6;
constexpr double kLabelHeight = 14;
constexpr double kDigitWidth = 7;
constexpr std::size_t kMarkRows = kMostNamedMarks;
constexpr std::size_t kMarkCharacters = 26;  // on a phone's width

std::string Percent(double fraction) {
  // Coordinates have one decimal; a percent is up to a dozen pixels.
  const double hundredths = std::round(fraction * 1e4);
  return absl::StrCat(hundredths / 100, "%");
}

bool IsLabelled(const LinePlot& plot) {
  return plot.series.size() > 1 && !plot.has_legend;
}

std::string Text(const std::string& attributes, std::string_view text) {
  return absl::StrCat("<text ", attributes, ">", Escaped(text), "</text>");
}

/// Above the plot, for the names of its marks.
double RoomForMarks(const LinePlot& plot) {
  if (!plot.names_marks) return 0;
  return kLabelHeight *
         static_cast<double>(std::min(plot.marks.size(), kMarkRows));
}

std::string Grid(const LinePlot& plot) {
  std::string svg;
  for (const AxisTick& tick : plot.y_axis.ticks) {
    const std::string y = Coordinate(HeightOf(plot, tick.value));
    absl::StrAppend(&svg, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"", y,
                    "\" y2=\"", y, "\"/>",
                    Text(absl::StrCat("class=\"tick\" text-anchor=\"end\" "
                                      "x=\"-8\" dy=\".32em\" y=\"",
                                      y, "\""),
                         tick.text));
  }
  const std::string bottom = Coordinate(plot.height);
  for (const AxisTick& tick : plot.x_axis.ticks) {
    const std::string x = Percent(plot.x_axis.Fraction(tick.value));
    absl::StrAppend(
        &svg, "<line class=\"axis\" x1=\"", x, "\" x2=\"", x, "\" y1=\"",
        bottom, "\" y2=\"", Coordinate(plot.height + 4), "\"/>",
        Text(absl::StrCat("class=\"tick\" text-anchor=\"middle\" x=\"", x,
                          "\" y=\"", Coordinate(plot.height + 18), "\""),
             tick.text));
  }
  absl::StrAppend(&svg, "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"",
                  bottom, "\" y2=\"", bottom, "\"/>");
  absl::StrAppend(
      &svg, Text(absl::StrCat("class=\"name\" y=\"",
                              Coordinate(-12 - RoomForMarks(plot)), "\" x=\"",
                              Coordinate(-MarginsOf(plot).left), "\""),
                 plot.y_name));
  if (plot.names_x) {
    absl::StrAppend(&svg,
                    Text(absl::StrCat("class=\"name\" text-anchor=\"middle\" "
                                      "x=\"50%\" y=\"",
                                      Coordinate(plot.height + 36), "\""),
                         plot.x_name));
  }
  return svg;
}

/// The first line, closed along the bottom; nothing if it has gaps.
std::string AreaOf(const LinePlot& plot) {
  const Series& series = plot.series.front();
  const std::string line = PathOf(plot, series);
  if (line.empty() || !std::all_of(series.values.begin(), series.values.end(),
                                   [](double v) { return std::isfinite(v); })) {
    return "";
  }
  const bool to_edges = plot.is_of_intervals;
  const double first = to_edges ? 0 : plot.x_axis.Fraction(plot.x.front());
  const double last = to_edges ? 1 : plot.x_axis.Fraction(plot.x.back());
  const std::string bottom = Coordinate(plot.height);
  return absl::StrCat("<path class=\"area s1\" d=\"", line, "L",
                      Coordinate(last * kPathWidth), " ", bottom, "L",
                      Coordinate(first * kPathWidth), " ", bottom, "Z\"/>");
}

std::string Lines(const LinePlot& plot) {
  const std::string height = Coordinate(plot.height);
  const std::string width = Coordinate(kPathWidth);
  std::string svg =
      absl::StrCat("<svg class=\"lines\" width=\"100%\" height=\"", height,
                   "\" viewBox=\"0 0 ", width, " ", height,
                   "\" preserveAspectRatio=\"none\" overflow=\"visible\">");
  if (plot.has_diagonal) {
    absl::StrAppend(&svg, "<path class=\"reference\" d=\"M0 ", height, "L",
                    width, " 0\"/>");
  }
  if (plot.is_filled && plot.y_axis.low == 0) svg += AreaOf(plot);
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const std::string path = PathOf(plot, plot.series[i]);
    if (path.empty()) continue;
    absl::StrAppend(&svg, "<path class=\"line ", SeriesClass(i), "\" d=\"",
                    path, "\"/>");
  }
  return svg + "</svg>";
}

std::string Reference(const LinePlot& plot) {
  if (!plot.reference) return "";
  const double height = HeightOf(plot, plot.reference->value);
  const std::string y = Coordinate(height);
  return absl::StrCat(
      "<line class=\"reference\" x1=\"0\" x2=\"100%\" y1=\"", y, "\" y2=\"", y,
      "\"/>",
      Text(absl::StrCat("class=\"note\" x=\"4\" y=\"",
                        Coordinate(height < 20 ? height + 14 : height - 6),
                        "\""),
           plot.reference->text));
}

/// The names of the lines at their right ends.
std::string EndLabels(const LinePlot& plot) {
  struct Label {
    std::size_t series;
    double x;
    double end;
  };
  std::vector<Label> labels;
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    const std::vector<double>& values = plot.series[i].values;
    const auto last = std::find_if(values.rbegin(), values.rend(),
                                   [](double v) { return std::isfinite(v); });
    if (last == values.rend()) continue;
    const auto at = static_cast<std::size_t>(values.rend() - last) - 1;
    const bool is_at_edge = plot.is_of_intervals && at + 1 == plot.x.size();
    labels.push_back({i, is_at_edge ? 1 : plot.x_axis.Fraction(plot.x[at]),
                      HeightOf(plot, *last)});
  }
  // Where two end together, the later one is more often the higher.
  std::sort(labels.begin(), labels.end(), [](const Label& a, const Label& b) {
    return a.end < b.end || (a.end == b.end && a.series > b.series);
  });
  std::vector<double> heights;
  heights.reserve(labels.size());
  for (const Label& label : labels) heights.push_back(label.end);
  SpreadApart(heights, kLabelHeight, 4, plot.height);

  std::string svg;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const std::string series = SeriesClass(labels[i].series);
    absl::StrAppend(&svg, "<circle class=\"end ", series, "\" r=\"3\" cx=\"",
                    Percent(labels[i].x), "\" cy=\"", Coordinate(labels[i].end),
                    "\"/>");
    if (!IsLabelled(plot)) continue;
    absl::StrAppend(
        &svg, Text(absl::StrCat("class=\"label ", series,
                                "\" x=\"100%\" dx=\"8\" dy=\".32em\" y=\"",
                                Coordinate(heights[i]), "\""),
                   plot.series[labels[i].series].name));
  }
  return svg;
}

/// So much of a text as there is room for beside a mark.
std::string Shortened(const std::string& text) {
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_one =
        (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (begins_one && ++characters > kMarkCharacters) {
      return text.substr(0, i) + "…";
    }
  }
  return text;
}

std::string Marks(const LinePlot& plot) {
  std::string svg;
  for (std::size_t i = 0; i < plot.marks.size(); ++i) {
    const PlotMark& mark = plot.marks[i];
    const double fraction = plot.x_axis.Fraction(mark.x);
    const std::string x = Percent(fraction);
    const bool is_late = fraction > 0.5;
    // Names stand in rows above the plot, bare numbers in it; the line reaches
    // up to its own.
    const double top =
        static_cast<double>(i % kMarkRows) * kLabelHeight - RoomForMarks(plot);
    std::string text = std::to_string(i + 1);
    if (plot.names_marks) absl::StrAppend(&text, " ", Shortened(mark.text));
    absl::StrAppend(&svg, "<line class=\"mark\" x1=\"", x, "\" x2=\"", x,
                    "\" y1=\"", Coordinate(std::min(top, 0.0)), "\" y2=\"",
                    Coordinate(plot.height), "\"/>",
                    Text(absl::StrCat("class=\"note\" text-anchor=\"",
                                      is_late ? "end" : "start", "\" dx=\"",
                                      is_late ? "-4" : "4", "\" x=\"", x,
                                      "\" y=\"", Coordinate(11 + top), "\""),
                         text));
  }
  return svg;
}

}  // namespace

PlotMargins MarginsOf(const LinePlot& plot) {
  PlotMargins margins{.left = 50, .top = kMarginTop, .right = 22, .bottom = 26};
  margins.top += RoomForMarks(plot);
  for (const AxisTick& tick : plot.y_axis.ticks) {
    const auto size = static_cast<double>(tick.text.size());
    margins.left = std::max(margins.left, 8 + kDigitWidth * size);
  }
  if (plot.names_x) margins.bottom += 18;
  if (!IsLabelled(plot)) return margins;
  std::size_t longest = 0;
  for (const Series& series : plot.series) {
    longest = std::max(longest, series.name.size());
  }
  margins.right = 16 + kDigitWidth * static_cast<double>(longest);
  return margins;
}

double HeightOf(const LinePlot& plot, double value) {
  return plot.height * (1 - plot.y_axis.Fraction(value));
}

std::string PathOf(const LinePlot& plot, const Series& series) {
  Expects(series.values.size() == plot.x.size());
  std::string path;
  bool is_drawing = false;
  const auto go = [&](double fraction, double value) {
    absl::StrAppend(&path, is_drawing ? "L" : "M",
                    Coordinate(fraction * kPathWidth), " ",
                    Coordinate(HeightOf(plot, value)));
    is_drawing = true;
  };
  for (std::size_t i = 0; i < plot.x.size(); ++i) {
    const double value = series.values[i];
    if (!std::isfinite(value)) {
      is_drawing = false;
      continue;
    }
    if (plot.is_of_intervals && i == 0) go(0, value);
    const bool is_first = !is_drawing;
    go(plot.x_axis.Fraction(plot.x[i]), value);
    const bool is_last = i + 1 == plot.x.size();
    if (plot.is_of_intervals && is_last) go(1, value);
    // With nothing on either side: a dot, by the round ends of its stroke.
    const bool is_alone =
        is_first && (is_last || !std::isfinite(series.values[i + 1]));
    if (is_alone) path += "h0";
  }
  return path;
}

void SpreadApart(std::vector<double>& heights, double gap, double low,
                 double high) {
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const double least = i == 0 ? low : heights[i - 1] + gap;
    heights[i] = std::max(heights[i], least);
  }
  // What was pushed out at the end goes back, and pushes those before it.
  for (std::size_t i = heights.size(); i-- > 0;) {
    const double most = i + 1 == heights.size() ? high : heights[i + 1] - gap;
    heights[i] = std::min(heights[i], most);
  }
}

std::string SeriesClass(std::size_t index) {
  return absl::StrCat("s", index % kColours + 1);
}

std::string DrawLinePlot(const LinePlot& plot) {
  return Grid(plot) + Lines(plot) + Reference(plot) + Marks(plot) +
         (plot.has_legend ? std::string() : EndLabels(plot));
}

// The colours are those of Okabe and Ito, which the colour-blind tell apart,
// darkened or lightened until they can be read as text.
std::string_view PaletteStyle() noexcept {
  return R"(:root{--paper:#fff;--ink:#1b1f24;--dim:#57606a;--grid:#e3e6ea;
--axis:#9aa3ad;--panel:#f5f7f9;--good:#00694e;--bad:#b3261e;
--s1:#0068a8;--s2:#b84a00;--s3:#007a5a;--s4:#a3417a;--s5:#8a6500;--s6:#5b5fc7}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14181d;
--ink:#e6eaef;--dim:#9aa5b1;--grid:#2a3138;--axis:#596470;--panel:#1d2329;
--good:#4cc9a0;--bad:#ff8a80;
--s1:#5ab4f0;--s2:#f5934e;--s3:#3fc79a;--s4:#e08fbf;--s5:#e3b341;--s6:#a3a6ff}}
)";
}

std::string_view PlotStyle() noexcept {
  return R"(text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif;fill:var(--dim);
font-variant-numeric:tabular-nums}
.grid{stroke:var(--grid)}.axis{stroke:var(--axis)}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round;
vector-effect:non-scaling-stroke}
.area{stroke:none;opacity:.13}
.reference{fill:none;stroke:var(--axis);stroke-width:1.5;
stroke-dasharray:5 4;vector-effect:non-scaling-stroke}
.mark{stroke:var(--ink);stroke-dasharray:2 3}
.note{fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:4px;
stroke-linejoin:round}
.label{font-weight:600}
.line.s1{stroke:var(--s1)}.line.s2{stroke:var(--s2)}
.line.s3{stroke:var(--s3)}.line.s4{stroke:var(--s4)}
.line.s5{stroke:var(--s5)}.line.s6{stroke:var(--s6)}
.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}
.s5{fill:var(--s5)}.s6{fill:var(--s6)}
.line.s1,.line.s2,.line.s3,.line.s4,.line.s5,.line.s6{fill:none}
)";
}

}  // namespace lockstep::tool
