#include "engine/tool/report/axis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/tool/base/numerals.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

constexpr int kMostSteps = 5;

/// How many decimals it takes to tell multiples of `step` apart.
int DecimalsOf(double step) {
  // The logarithm of 0.1 may fall short of -1 by a hair.
  return static_cast<int>(std::max(0.0, std::ceil(-std::log10(step) - 1e-9)));
}

/// Ticks at all multiples of `step` from `low` to `high`.
std::vector<AxisTick> TicksEvery(double step, double low, double high,
                                 const std::string& unit) {
  std::vector<AxisTick> ticks;
  const double slack = step * 1e-6;  // for multiples that fall just short
  const auto first = static_cast<std::int64_t>(std::ceil((low - slack) / step));
  const auto last =
      static_cast<std::int64_t>(std::floor((high + slack) / step));
  const double largest = std::max(std::abs(low), std::abs(high));
  for (std::int64_t i = first; i <= last; ++i) {
    const double value = static_cast<double>(i) * step;
    ticks.push_back({value, TickText(value, step, largest) + unit});
  }
  return ticks;
}

std::string DurationName(double ns) {
  if (ns >= 1e9) return absl::StrCat(ns / 1e9, " s");
  if (ns >= 1e6) return absl::StrCat(ns / 1e6, " ms");
  if (ns >= 1e3) return absl::StrCat(ns / 1e3, " µs");
  return absl::StrCat(ns, " ns");
}

}  // namespace

double Axis::Fraction(double value) const noexcept {
  const double fraction =
      is_log ? std::log(std::max(value, low) / low) / std::log(high / low)
             : (value - low) / (high - low);
  return std::clamp(fraction, 0.0, 1.0);
}

double RoundStep(double span, int most, double least) {
  Expects(span > 0 && most > 0);
  const double raw = std::max(span / most, least);
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (raw <= factor * power * (1 + 1e-9)) return factor * power;
  }
  return 10 * power;
}

Axis LinearAxis(double low, double high, double least_step) {
  Expects(low <= high);
  if (low > 0 && low < high / 2) low = 0;
  if (low == high) {
    // A line in the middle of something.
    const double room = low == 0 ? 1 : std::abs(low) / 10;
    low = low == 0 ? 0 : low - room;
    high += room;
  }
  const double step = RoundStep(high - low, kMostSteps, least_step);
  Axis axis;
  axis.low = std::floor(low / step + 1e-9) * step;
  axis.high = std::ceil(high / step - 1e-9) * step;
  axis.ticks = TicksEvery(step, axis.low, axis.high, "");
  return axis;
}

Axis UnitAxis() { return {.ticks = TicksEvery(0.2, 0, 1, "")}; }

Axis PercentAxis() {
  return {.high = 100, .ticks = TicksEvery(25, 0, 100, " %")};
}

Axis DurationAxis(double low_ns, double high_ns) {
  Expects(low_ns <= high_ns);
  const auto decade = [](double ns) { return std::log10(std::max(1.0, ns)); };
  const int first = static_cast<int>(std::floor(decade(low_ns)));
  const int last =
      std::max(first + 1, static_cast<int>(std::ceil(decade(high_ns))));
  Axis axis{
      .low = std::pow(10, first), .high = std::pow(10, last), .is_log = true};
  for (int i = first; i <= last; ++i) {
    const double ns = std::round(std::pow(10, i));
    axis.ticks.push_back({ns, DurationName(ns)});
  }
  return axis;
}

TimeUnit TimeUnitFor(double seconds) {
  if (seconds < 2e-3) return {1e6, "µs"};
  if (seconds < 2) return {1e3, "ms"};
  if (seconds < 180) return {1, "s"};
  if (seconds < 3 * 3600) return {1.0 / 60, "min"};
  if (seconds < 72 * 3600) return {1.0 / 3600, "h"};
  return {1.0 / 86400, "d"};
}

Axis TimeAxis(double length, const std::string& unit) {
  Axis axis;
  axis.high = length > 0 ? length : 1;
  // Hardly ever is a run so long to the hair, or ends just before a tick.
  double step = RoundStep(axis.high / 1.1, kMostSteps);
  // Longer texts need more room: "150 ms" more than "5 s".
  if (axis.high >= 100) step = RoundStep(axis.high / 1.1, kMostSteps - 1);
  axis.ticks = TicksEvery(step, 0, axis.high, absl::StrCat(" ", unit));
  return axis;
}

std::string TickText(double value, double step, double largest) {
  struct Suffix {
    double factor;
    const char* text;
  };
  static constexpr std::array kSuffixes = {Suffix{1e12, "T"}, Suffix{1e9, "G"},
                                           Suffix{1e6, "M"}, Suffix{1e3, "k"}};
  if (std::abs(value) < step * 1e-6) return "0";
  Suffix suffix = {1, ""};
  // Where many digits are needed, all are easier to read.
  if (largest >= 1e4 && step >= largest * 2e-3) {
    suffix = *std::find_if(
        kSuffixes.begin(), kSuffixes.end(),
        [&](const Suffix& each) { return each.factor <= largest; });
  }
  return GroupDigits(absl::StrFormat("%.*f", DecimalsOf(step / suffix.factor),
                                     value / suffix.factor)) +
         suffix.text;
}

}  // namespace lockstep::tool
