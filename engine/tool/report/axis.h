#pragma once

#include <string>
#include <vector>

namespace lockstep::tool {

/// A round value on an axis and what is written there.
struct AxisTick {
  double value = 0;
  std::string text;
};

/// What part of the numbers a plot shows, and which of them it names.
struct Axis {
  double low = 0;
  double high = 1;
  bool is_log = false;
  std::vector<AxisTick> ticks = {};

  /// Where a value lies: 0 at the low end, 1 at the high one, and never beyond.
  [[nodiscard]] double Fraction(double value) const noexcept;
};

/// The smallest of 1, 2 and 5 times a power of ten that cuts `span` into at
/// most `most` parts; at least `least`.
[[nodiscard]] double RoundStep(double span, int most, double least = 0);

/// An axis from one round number to another that holds `low` and `high`. It
/// starts at 0 where that costs less than half of the height. Steps are
/// `least_step` at least: 1 for what is counted.
[[nodiscard]] Axis LinearAxis(double low, double high, double least_step = 0);

/// From 0 to 1, and from 0 to 100 %.
[[nodiscard]] Axis UnitAxis();
[[nodiscard]] Axis PercentAxis();

/// A logarithmic axis for durations in nanoseconds, with the unit in each
/// tick's text.
[[nodiscard]] Axis DurationAxis(double low_ns, double high_ns);

/// Time since the start of a run, in whatever unit suits its length.
struct TimeUnit {
  double per_second = 1;
  std::string name = "s";
};
[[nodiscard]] TimeUnit TimeUnitFor(double seconds);

/// From 0 to `length` of such a unit; ends there, whether that is round or not.
[[nodiscard]] Axis TimeAxis(double length, const std::string& unit);

/// A number as on an axis whose ticks are `step` apart, the largest being
/// `largest`: "0", "7.5", "1,200", "20k", "1.5M".
[[nodiscard]] std::string TickText(double value, double step, double largest);

}  // namespace lockstep::tool
