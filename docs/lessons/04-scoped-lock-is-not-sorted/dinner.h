#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "04-scoped-lock-is-not-sorted/ways.h"

namespace lockstep::lessons {

/// What a philosopher does while holding both forks.
struct Hold {
  enum class Kind { kNothing, kComputing, kAsleep };
  Kind kind = Kind::kNothing;
  std::chrono::microseconds time{};
};

/// So many philosophers around a table, a fork between each two of them. They
/// do not think: who has eaten is hungry again.
struct Dinner {
  int philosophers = 2;
  std::int64_t meals_each = 0;
  Hold hold;
  /// The numbers of the forks, around the table; empty: 0, 1, 2, ...
  std::vector<int> fork_numbers = {};
};

/// What a dinner cost.
struct Bill {
  double meals_per_s = 0;
  /// A fork taken and put back, because the other one was taken.
  double tries_in_vain_per_meal = 0;
  double cpu_us_per_meal = 0;
};

struct Served {
  Bill bill;
  /// What went wrong: a meal lost, a fork in two hands. Empty if nothing.
  std::string fault;
};

/// Has the dinner, every philosopher a thread.
[[nodiscard]] Served Serve(const Way& way, const Dinner& dinner);

}  // namespace lockstep::lessons
