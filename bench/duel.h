#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bench/programme.h"
#include "bench/ruling.h"

namespace lockstep::bench {

/// Contestants that take turns: A B C A B C ..., each time in another order,
/// each time the same operations. What slows the machine down for longer than a
/// turn slows them all down, and goes out of their ratios.
struct Match {
  const Field* field = nullptr;
  std::vector<std::string> names;
  int threads = 1;
  /// How many operations a thread makes in a turn; a multiple of kBatch.
  std::uint64_t operations_a_turn = 0;
};

/// By contestant, in the order of Match::names, and by round: nanoseconds for
/// an operation (of all threads together).
using Times = std::vector<std::vector<double>>;

/// Plays `rounds` rounds and appends their times to `times`. `seed` draws the
/// order of the turns.
void Play(const Match& match, int rounds, std::uint64_t seed, Ruling& ruling,
          Times& times);

/// A median, and where the true one lies with 95 % confidence.
struct Estimate {
  double median = 0;
  double low = 0;
  double high = 0;
};

/// Of the values themselves. The interval is between two of them, chosen by the
/// binomial distribution of how many lie below the true median (W. Conover,
/// "Practical Nonparametric Statistics"): it holds whatever the distribution.
[[nodiscard]] Estimate EstimateMedian(std::vector<double> values);

/// Of `numerators[i] / denominators[i]`.
[[nodiscard]] Estimate EstimateRatio(const std::vector<double>& numerators,
                                     const std::vector<double>& denominators);

}  // namespace lockstep::bench
