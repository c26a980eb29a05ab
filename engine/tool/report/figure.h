#pragma once

#include <cstdint>
#include <string>

#include "engine/tool/report/plot.h"

namespace lockstep::tool {

// The parts of the page of plots that occur again and again.

/// A plot with its title, a note beside that (which may be empty), and its
/// numbers in a table that can be opened.
[[nodiscard]] std::string PlotFigure(const LinePlot& plot,
                                     const std::string& note);

/// A named value with a bar below, or whatever `inside` is: it is markup, the
/// name and the value are not.
[[nodiscard]] std::string BarRow(const std::string& name,
                                 const std::string& value,
                                 const std::string& inside);

/// A bar that takes the part `fraction` (0..1) of the width.
[[nodiscard]] std::string Bar(double fraction);

/// A bar to the left and one to the right of a line, on a scale where the
/// longest of either would just fit.
[[nodiscard]] std::string DivergingBar(double left, double right,
                                       double most_left, double most_right);

/// A number with so many decimals and its thousands apart; a dash for NaN.
[[nodiscard]] std::string Fixed(double value, int decimals);

/// "0.35 ms", "5.00 s", "2 h 05 min"; "1.12 µs".
[[nodiscard]] std::string SecondsText(double seconds);
[[nodiscard]] std::string DurationText(std::uint64_t nanoseconds);

}  // namespace lockstep::tool
