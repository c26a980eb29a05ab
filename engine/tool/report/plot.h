#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tool/report/axis.h"

namespace lockstep::tool {

/// A line in a plot; NaN where there is no value.
struct Series {
  std::string name;
  std::vector<double> values;
};

/// Something that happened, as a vertical line.
struct PlotMark {
  double x = 0;
  std::string text;
};

/// A value to compare with, as a horizontal line.
struct PlotReference {
  double value = 0;
  std::string text;
};

/// What is drawn as lines over an axis.
struct LinePlot {
  std::string title;
  /// Said to those who cannot see the plot: what it shows, in a sentence.
  std::string description;
  std::string x_name;  ///< what is counted along x, with its unit
  std::string y_name;  ///< and upwards
  Axis x_axis;
  Axis y_axis;
  std::vector<double> x;
  /// Each has a value for each x.
  std::vector<Series> series;
  /// Each x is the middle of an interval: the lines go on to both edges.
  bool is_of_intervals = false;
  /// Fills what is below the first line.
  bool is_filled = false;
  /// A straight line from corner to corner, to compare with.
  bool has_diagonal = false;
  std::optional<PlotReference> reference = {};
  std::vector<PlotMark> marks = {};
  /// Writes x_name below; the ticks of time say what they are.
  bool names_x = false;
  /// The lines are named in a legend, and not at their right ends.
  bool has_legend = false;
  /// Whether there is room for the marks' texts, or only for their numbers.
  bool names_marks = false;
  /// In the table of the numbers, where a unit is added to the series' names.
  std::string unit = {};
  int decimals = 0;
  int x_decimals = 0;
  double height = 190;  ///< in pixels
};

/// The room that a plot needs around what DrawLinePlot draws, in pixels.
struct PlotMargins {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};
[[nodiscard]] PlotMargins MarginsOf(const LinePlot& plot);

/// The names of so many marks have a place above a plot.
inline constexpr std::size_t kMostNamedMarks = 3;

/// The margin at the top of a plot without marks, in pixels.
inline constexpr double kMarginTop = 28;

/// The plot as the inside of an <svg> that is as high as the plot and of any
/// width: what lies along x is in percent, so that lines stretch and text does
/// not. Ticks and names stand outside, in the margins. Needs kPlotStyle.
[[nodiscard]] std::string DrawLinePlot(const LinePlot& plot);

/// Where a value is drawn, in pixels from the top.
[[nodiscard]] double HeightOf(const LinePlot& plot, double value);

/// The line through the points that have a value, as the `d` of a <path> in a
/// box that is kPathWidth wide. Empty if none has.
inline constexpr double kPathWidth = 1000;
[[nodiscard]] std::string PathOf(const LinePlot& plot, const Series& series);

/// Moves heights apart so that no two are nearer than `gap`, from `low` to
/// `high` as long as there is room, and as little as that takes. Keeps order.
void SpreadApart(std::vector<double>& heights, double gap, double low,
                 double high);

/// The class of the i-th line; its colours repeat after six.
[[nodiscard]] std::string SeriesClass(std::size_t index);

/// CSS of the plots: colours as variables, in light and in dark. For a page and
/// for an SVG that stands alone.
[[nodiscard]] std::string_view PaletteStyle() noexcept;
[[nodiscard]] std::string_view PlotStyle() noexcept;

}  // namespace lockstep::tool
