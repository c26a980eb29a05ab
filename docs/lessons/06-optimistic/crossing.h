#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "06-optimistic/race.h"

namespace lockstep::lessons {

/// Three races with the same time to think: on accounts of their own, where
/// nobody meets, and on the same accounts in each mode.
struct Trial {
  std::chrono::microseconds thinking{};
  int thinkers = 1;
  int payers = 3;
  Pace apart;
  Pace locked;
  Pace optimistic;
};

/// How much of their speed threads kept that met others; 1: all of it.
struct Kept {
  double thinkers = 0;
  double payers = 0;
  /// A thread on average, each counted once.
  double all = 0;
};

/// What was kept of `trial.apart` in another of its races.
[[nodiscard]] Kept WhatIsKept(const Trial& trial, const Pace& pace);

/// Trials by rising time to think: as a table of text, as a picture, and as a
/// sentence, from which time on the optimistic threads keep more on average.
[[nodiscard]] std::string Table(const std::vector<Trial>& trials);
[[nodiscard]] std::string Plot(const std::vector<Trial>& trials);
[[nodiscard]] std::string WhereItCrosses(const std::vector<Trial>& trials);

}  // namespace lockstep::lessons
