#pragma once

#include <cstdint>
#include <vector>

namespace lockstep::tool {

/// How unequally a wealth is spread over its owners.
struct Inequality {
  /// The Gini coefficient: 0 if all own the same, near 1 if one owns it all.
  double gini = 0;
  /// The part of the whole, from 0 to 1, that the richest hundredth of the
  /// owners (at least one of them) has.
  double richest_share = 0;
};

/// Measures the spread of `wealths`, none of which is negative. All zero if
/// there are no owners or they own nothing.
[[nodiscard]] Inequality MeasureInequality(std::vector<std::int64_t> wealths);

}  // namespace lockstep::tool
