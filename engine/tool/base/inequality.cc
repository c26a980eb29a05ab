#include "engine/tool/base/inequality.h"

#include <algorithm>
#include <cstddef>

namespace lockstep::tool {

Inequality MeasureInequality(std::vector<std::int64_t> wealths) {
  std::sort(wealths.begin(), wealths.end());
  const std::size_t richest = std::max<std::size_t>(1, wealths.size() / 100);
  const std::size_t others = wealths.size() - std::min(richest, wealths.size());

  double sum = 0;
  double richest_sum = 0;
  double ranked_sum = 0;  // each wealth times its owner's rank from the poorest
  for (std::size_t i = 0; i < wealths.size(); ++i) {
    const auto wealth = static_cast<double>(wealths[i]);
    sum += wealth;
    ranked_sum += static_cast<double>(i + 1) * wealth;
    if (i >= others) richest_sum += wealth;
  }
  if (sum <= 0) return {};

  const auto count = static_cast<double>(wealths.size());
  const double gini = (2 * ranked_sum / sum - (count + 1)) / count;
  return {.gini = std::max(0.0, gini), .richest_share = richest_sum / sum};
}

double GiniOf(std::span<OwnersAlike> owners) {
  std::sort(owners.begin(), owners.end(),
            [](const OwnersAlike& a, const OwnersAlike& b) {
              return a.wealth < b.wealth;
            });
  // Twice the area below the Lorenz curve, a trapezium for each group.
  double count = 0;
  double sum = 0;
  double doubled_area = 0;
  for (const OwnersAlike& group : owners) {
    const double before = sum;
    count += group.count;
    sum += group.count * group.wealth;
    doubled_area += group.count * (before + sum);
  }
  if (sum <= 0) return 0;
  return std::max(0.0, 1 - doubled_area / (count * sum));
}

std::vector<double> LorenzCurve(std::vector<std::int64_t> wealths) {
  std::sort(wealths.begin(), wealths.end());
  double sum = 0;
  for (const std::int64_t wealth : wealths) sum += static_cast<double>(wealth);

  std::vector<double> curve;
  std::size_t owners = 0;
  double owned = 0;
  for (std::size_t step = 0; step <= kLorenzSteps; ++step) {
    const double share = static_cast<double>(step) / kLorenzSteps;
    if (sum <= 0) {
      curve.push_back(share);
      continue;
    }
    // Between two owners the curve is straight.
    const double rank = share * static_cast<double>(wealths.size());
    while (owners < wealths.size() && static_cast<double>(owners + 1) <= rank) {
      owned += static_cast<double>(wealths[owners++]);
    }
    const double rest = rank - static_cast<double>(owners);
    const double next =
        owners < wealths.size() ? static_cast<double>(wealths[owners]) : 0;
    curve.push_back(std::min(1.0, (owned + rest * next) / sum));
  }
  return curve;
}

}  // namespace lockstep::tool
