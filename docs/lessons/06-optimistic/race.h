#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lockstep/lockstep.h"

namespace lockstep::lessons {

/// Thinkers and payers at work on the same accounts. A thinker looks at two of
/// them, thinks for a while inside its function, and then moves a coin from
/// the richer one to the poorer one. A payer moves a coin, and again a coin.
/// Each is a thread.
struct Race {
  /// The thinkers'. A payer's transfer is a plain one: it locks.
  Mode mode = Mode::kLocked;
  std::chrono::microseconds thinking{};
  int accounts = 2;
  /// Thinkers and payers each have so many accounts of their own, and never
  /// meet.
  bool apart = false;
  int thinkers = 1;
  int payers = 3;
  std::chrono::milliseconds length{};
};

/// How a race went.
struct Pace {
  double thoughts_per_s = 0;
  double payments_per_s = 0;
  /// How many times a function ran for each thought that was posted.
  double tries_per_thought = 0;
  /// How many cores the threads had on average. With fewer than there should
  /// be, they did not run side by side, and the other figures say little.
  double cores = 0;
};

struct Finish {
  Pace pace;
  /// What went wrong: money lost, something refused. Empty if nothing.
  std::string fault;
};

/// Has the race. However short it is, each thread has its turn.
[[nodiscard]] Finish RunRace(const Race& race);

/// What is wrong with the books after a race, if these accounts should have so
/// much together. Empty if nothing.
[[nodiscard]] std::string FindFault(const Ledger& ledger,
                                    const std::vector<AccountId>& accounts,
                                    Amount expected);

}  // namespace lockstep::lessons
