#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
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

/// So many owners, each with that wealth.
struct OwnersAlike {
  double wealth = 0;
  double count = 1;
};

/// The Gini coefficient of owners given in groups; sorts them by wealth.
[[nodiscard]] double GiniOf(std::span<OwnersAlike> owners);

/// How many steps a Lorenz curve takes.
inline constexpr std::size_t kLorenzSteps = 100;

/// The Lorenz curve: what part of the whole, from 0 to 1, the poorest 0, 1, ...
/// 100 hundredths of the owners have, kLorenzSteps + 1 values. The diagonal if
/// there are no owners or they own nothing: then all own the same.
[[nodiscard]] std::vector<double> LorenzCurve(
    std::vector<std::int64_t> wealths);

}  // namespace lockstep::tool
