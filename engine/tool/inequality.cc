#include "engine/tool/inequality.h"

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

}  // namespace lockstep::tool
