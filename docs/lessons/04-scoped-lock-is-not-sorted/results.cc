#include "04-scoped-lock-is-not-sorted/results.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace lockstep::lessons {

namespace {

std::string Format(const char* format, double value) {
  std::array<char, 32> text{};
  // The formats are the literals below.
  const int size = std::snprintf(text.data(), text.size(), format, value);
  return {text.data(), static_cast<std::size_t>(size)};
}

// Three digits that matter.
std::string Short(double value) {
  if (value >= 1e6) return Format("%.2fM", value / 1e6);
  if (value >= 1e5) return Format("%.0fk", value / 1e3);
  if (value >= 1e4) return Format("%.1fk", value / 1e3);
  if (value >= 100) return Format("%.0f", value);
  return Format(value >= 10 ? "%.1f" : "%.2f", value);
}

std::string Right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string Left(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, text.size()), ' ');
}

constexpr std::size_t kNameWidth = 14;
constexpr std::size_t kWidth = 7;

}  // namespace

std::string Table(const Evening& evening) {
  const std::size_t group = kWidth * evening.philosophers.size();
  std::string text = evening.title + "\n" + Left("", kNameWidth) +
                     Right("meals/s", group) + Right("in vain/meal", group) +
                     Right("CPU us/meal", group) + "\n" +
                     Left("philosophers", kNameWidth);
  for (int i = 0; i < 3; ++i) {
    for (const int count : evening.philosophers) {
      text += Right(std::to_string(count), kWidth);
    }
  }
  text += "\n";
  for (std::size_t way = 0; way < evening.bills.size(); ++way) {
    std::string row = Left(AllWays().at(way).name, kNameWidth);
    for (const auto field : {&Bill::meals_per_s, &Bill::tries_in_vain_per_meal,
                             &Bill::cpu_us_per_meal}) {
      for (const Bill& bill : evening.bills[way]) {
        row += Right(Short(bill.*field), kWidth);
      }
    }
    text += row + "\n";
  }
  return text;
}

namespace {

// The picture's measures, in its own units; a phone is about 360 wide.
constexpr int kPlotWidth = 400;
constexpr int kBarsAt[2] = {96, 250};
constexpr int kLongestBar = 96;
constexpr int kRowHeight = 19;
constexpr int kPanelHeight = 176;
constexpr int kGap = 22;
constexpr int kTop = 8;

constexpr const char* kStyle =
    "<style>\n"
    "  text { font: 12px system-ui, sans-serif; fill: #24292f; }\n"
    "  .head { font-weight: 600; }\n"
    "  .small { font-size: 11px; fill: #57606a; }\n"
    "  .name { text-anchor: end; }\n"
    "  .bar { fill: #b1bac4; }\n"
    "  .bar.ordered { fill: #0969da; }\n"
    "  .bar.scoped { fill: #d4730b; }\n"
    "  @media (prefers-color-scheme: dark) {\n"
    "    text { fill: #e6edf3; }\n"
    "    .small { fill: #9198a1; }\n"
    "    .bar { fill: #484f58; }\n"
    "    .bar.ordered { fill: #4493f8; }\n"
    "    .bar.scoped { fill: #e0823d; }\n"
    "  }\n"
    "</style>\n";

std::string TextAt(int x, int y, const std::string& style,
                   const std::string& text) {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) +
         "\" class=\"" + style + "\">" + text + "</text>\n";
}

// One bar a way, the longest as long as there is room.
std::string Bars(const Evening& evening, double Bill::*field, int x, int y) {
  double most = 0;
  for (const auto& row : evening.bills) {
    most = std::max(most, row.back().*field);
  }
  std::string text;
  for (std::size_t way = 0; way < evening.bills.size(); ++way) {
    const double value = evening.bills[way].back().*field;
    const int length =
        1 + (most > 0 ? static_cast<int>(kLongestBar * value / most) : 0);
    const int row_y = y + kRowHeight * static_cast<int>(way);
    const char* style = way == 0   ? "bar scoped"
                        : way == 1 ? "bar ordered"
                                   : "bar";
    text += "<rect x=\"" + std::to_string(x) + "\" y=\"" +
            std::to_string(row_y) + "\" width=\"" + std::to_string(length) +
            "\" height=\"13\" rx=\"2\" class=\"" + style + "\"/>\n" +
            TextAt(x + length + 5, row_y + 11, "small", Short(value));
  }
  return text;
}

}  // namespace

std::string Plot(const std::vector<Evening>& evenings) {
  // Below the last one there is no gap.
  const int height =
      kTop + kPanelHeight * static_cast<int>(evenings.size()) - kGap;
  const std::string width_text = std::to_string(kPlotWidth);
  const std::string height_text = std::to_string(height);
  std::string text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width_text +
      "\" height=\"" + height_text + "\" viewBox=\"0 0 " + width_text + " " +
      height_text +
      "\" role=\"img\" aria-label=\"Meals a second and processor time per meal "
      "of each way to lock\">\n" +
      kStyle;
  int y = kTop;
  for (const Evening& evening : evenings) {
    text += TextAt(0, y + 12, "head",
                   evening.title + ", " +
                       std::to_string(evening.philosophers.back()) +
                       " philosophers");
    text += TextAt(kBarsAt[0], y + 30, "small", "meals a second");
    text += TextAt(kBarsAt[1], y + 30, "small", "CPU \xC2\xB5s per meal");
    for (std::size_t way = 0; way < evening.bills.size(); ++way) {
      text +=
          TextAt(kBarsAt[0] - 8, y + 49 + kRowHeight * static_cast<int>(way),
                 "name", AllWays().at(way).name);
    }
    text += Bars(evening, &Bill::meals_per_s, kBarsAt[0], y + 38);
    text += Bars(evening, &Bill::cpu_us_per_meal, kBarsAt[1], y + 38);
    y += kPanelHeight;
  }
  return text + "</svg>\n";
}

}  // namespace lockstep::lessons
