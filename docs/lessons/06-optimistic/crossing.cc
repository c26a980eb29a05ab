#include "06-optimistic/crossing.h"

#include <algorithm>
#include <array>
#include <cmath>
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
  return Format("%.0f", value);
}

std::string Percent(double share) { return Format("%.0f", 100 * share); }

std::string Right(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

constexpr std::size_t kWidth = 8;

}  // namespace

Kept WhatIsKept(const Trial& trial, const Pace& pace) {
  Kept kept{.thinkers = pace.thoughts_per_s / trial.apart.thoughts_per_s,
            .payers = pace.payments_per_s / trial.apart.payments_per_s};
  kept.all = (trial.thinkers * kept.thinkers + trial.payers * kept.payers) /
             (trial.thinkers + trial.payers);
  return kept;
}

std::string Table(const std::vector<Trial>& trials) {
  std::string text =
      Right("us of", kWidth) + Right("thoughts/s", 2 * kWidth) +
      Right("payments/s", 2 * kWidth) + Right("% thinker", 2 * kWidth) +
      Right("% payers", 2 * kWidth) + Right("% a thread", 2 * kWidth) +
      Right("tries", kWidth) + "\n" + Right("thinking", kWidth);
  for (int i = 0; i < 5; ++i) text += Right("locked", kWidth) + "  optim.";
  text += "  optim.\n";
  for (const Trial& trial : trials) {
    const Kept locked = WhatIsKept(trial, trial.locked);
    const Kept optimistic = WhatIsKept(trial, trial.optimistic);
    for (const std::string& cell :
         {std::to_string(trial.thinking.count()),
          Short(trial.locked.thoughts_per_s),
          Short(trial.optimistic.thoughts_per_s),
          Short(trial.locked.payments_per_s),
          Short(trial.optimistic.payments_per_s), Percent(locked.thinkers),
          Percent(optimistic.thinkers), Percent(locked.payers),
          Percent(optimistic.payers), Percent(locked.all),
          Percent(optimistic.all),
          Format("%.2f", trial.optimistic.tries_per_thought)}) {
      text += Right(cell, kWidth);
    }
    text += "\n";
  }
  return text;
}

std::string WhereItCrosses(const std::vector<Trial>& trials) {
  // From the longest time back, as long as optimism is ahead.
  const auto first_behind =
      std::find_if(trials.rbegin(), trials.rend(), [](const Trial& trial) {
        return WhatIsKept(trial, trial.optimistic).all <=
               WhatIsKept(trial, trial.locked).all;
      });
  const std::string who = "a thread keeps more in optimistic mode ";
  if (first_behind == trials.rbegin()) return who + "at none of these times";
  if (first_behind == trials.rend()) return who + "at each of these times";
  const Trial& first = *first_behind.base();
  return who + "from " + std::to_string(first.thinking.count()) +
         " us of thinking on";
}

namespace {

// The picture's measures, in its own units; a phone is about 360 wide.
constexpr int kPlotWidth = 400;
constexpr int kLeft = 44;
constexpr int kRight = 388;
constexpr int kPanelTops[2] = {56, 250};
constexpr int kPanelHeight = 132;
constexpr int kPlotHeight = 426;
// More than that is noise, and is cut off.
constexpr double kMostShown = 2.5;

constexpr const char* kStyle =
    "<style>\n"
    "  text { font: 12px system-ui, sans-serif; fill: #24292f; }\n"
    "  .head { font-weight: 600; }\n"
    "  .small { font-size: 11px; fill: #57606a; }\n"
    "  .y { text-anchor: end; }\n"
    "  .x { text-anchor: middle; }\n"
    "  .grid { stroke: #d0d7de; stroke-width: 1; fill: none; }\n"
    "  .line { stroke-width: 2.2; fill: none; stroke-linejoin: round; }\n"
    "  .thinkers { stroke-dasharray: 6 4; }\n"
    "  .key { stroke: #57606a; }\n"
    "  .locked { stroke: #0969da; }\n"
    "  .optimistic { stroke: #d4730b; }\n"
    "  text.locked { fill: #0969da; stroke: none; }\n"
    "  text.optimistic { fill: #bc5f00; stroke: none; }\n"
    "  @media (prefers-color-scheme: dark) {\n"
    "    text { fill: #e6edf3; }\n"
    "    .small { fill: #9198a1; }\n"
    "    .grid { stroke: #30363d; }\n"
    "    .key { stroke: #9198a1; }\n"
    "    .locked { stroke: #4493f8; }\n"
    "    .optimistic { stroke: #e0823d; }\n"
    "    text.locked { fill: #4493f8; }\n"
    "    text.optimistic { fill: #e0823d; }\n"
    "  }\n"
    "</style>\n";

std::string TextAt(int x, int y, const std::string& style,
                   const std::string& text) {
  return "<text x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) +
         "\" class=\"" + style + "\">" + text + "</text>\n";
}

std::string Line(int x, int y, int to_x, const std::string& style) {
  return "<path class=\"" + style + "\" d=\"M" + std::to_string(x) + " " +
         std::to_string(y) + "H" + std::to_string(to_x) + "\"/>\n";
}

// One panel: shares of 1 over the times to think, which are all equally far
// from each other.
class Panel {
 public:
  Panel(const std::vector<Trial>& trials, int top, double most)
      : trials_(trials), top_(top), most_(most) {}

  [[nodiscard]] std::string Grid() const {
    std::string text;
    for (int percent = 0; percent <= std::lround(100 * most_); percent += 50) {
      const int y = YOf(percent / 100.0);
      text +=
          Line(kLeft, y, kRight, "grid") +
          TextAt(kLeft - 6, y + 4, "small y", std::to_string(percent) + " %");
    }
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      text += TextAt(XOf(i), top_ + kPanelHeight + 16, "small x",
                     std::to_string(trials_[i].thinking.count()));
    }
    return text;
  }

  [[nodiscard]] std::string Curve(Pace Trial::*race, double Kept::*whose,
                                  const std::string& style) const {
    std::string text = "<path class=\"line " + style + "\" d=\"";
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      const Kept kept = WhatIsKept(trials_[i], trials_[i].*race);
      text += i == 0 ? "M" : "L";
      text += std::to_string(XOf(i)) + " " + std::to_string(YOf(kept.*whose));
    }
    return text + "\"/>\n";
  }

 private:
  [[nodiscard]] int XOf(std::size_t i) const {
    const auto steps =
        static_cast<int>(std::max(trials_.size(), std::size_t{2})) - 1;
    return kLeft + 6 + static_cast<int>(i) * (kRight - kLeft - 12) / steps;
  }
  [[nodiscard]] int YOf(double share) const {
    return top_ + static_cast<int>(std::lround(
                      kPanelHeight * (1 - std::min(share / most_, 1.0))));
  }

  const std::vector<Trial>& trials_;
  const int top_;
  const double most_;
};

// The highest share that the panels have room for, in halves.
double HighestShare(const std::vector<Trial>& trials) {
  double most = 1;
  for (const Trial& trial : trials) {
    for (const Pace& pace : {trial.locked, trial.optimistic}) {
      const Kept kept = WhatIsKept(trial, pace);
      most = std::max({most, kept.thinkers, kept.payers});
    }
  }
  return std::min(std::ceil(2 * most - 0.1) / 2, kMostShown);
}

}  // namespace

std::string Plot(const std::vector<Trial>& trials) {
  const std::string size =
      std::to_string(kPlotWidth) + "\" height=\"" + std::to_string(kPlotHeight);
  std::string text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + size +
      "\" viewBox=\"0 0 " + std::to_string(kPlotWidth) + " " +
      std::to_string(kPlotHeight) +
      "\" role=\"img\" aria-label=\"How much of their speed thinkers and "
      "payers keep in each mode, over the time to think\">\n" +
      kStyle;
  text += TextAt(0, 14, "head", "speed kept when they meet") +
          TextAt(206, 14, "locked", "locked") +
          TextAt(256, 14, "optimistic", "optimistic");
  text += Line(206, 32, 232, "line key thinkers") +
          TextAt(238, 36, "small", "thinkers") +
          Line(300, 32, 326, "line key") + TextAt(332, 36, "small", "payers");
  const double most = HighestShare(trials);
  const Panel each(trials, kPanelTops[0], most);
  text +=
      each.Grid() +
      each.Curve(&Trial::locked, &Kept::thinkers, "locked thinkers") +
      each.Curve(&Trial::optimistic, &Kept::thinkers, "optimistic thinkers") +
      each.Curve(&Trial::locked, &Kept::payers, "locked") +
      each.Curve(&Trial::optimistic, &Kept::payers, "optimistic");
  const Panel all(trials, kPanelTops[1], most);
  text += TextAt(0, kPanelTops[1] - 18, "head", "a thread on average") +
          all.Grid() + all.Curve(&Trial::locked, &Kept::all, "locked") +
          all.Curve(&Trial::optimistic, &Kept::all, "optimistic");
  text += TextAt((kLeft + kRight) / 2, kPlotHeight - 8, "small x",
                 "\xC2\xB5s of thinking");
  return text + "</svg>\n";
}

}  // namespace lockstep::lessons
