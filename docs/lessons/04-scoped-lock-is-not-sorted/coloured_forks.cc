// The exercise's solution: another order of the same forks.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "04-scoped-lock-is-not-sorted/dinner.h"
#include "04-scoped-lock-is-not-sorted/ways.h"

namespace {

using lockstep::lessons::AllWays;
using lockstep::lessons::Dinner;
using lockstep::lessons::Hold;
using lockstep::lessons::Serve;
using lockstep::lessons::Served;

constexpr int kPhilosophers = 16;

// Forks at even places get the low numbers, those at odd places the high ones.
// So everybody has one of each beside the plate.
std::vector<int> Coloured() {
  std::vector<int> numbers;
  for (int place = 0; place < kPhilosophers; ++place) {
    numbers.push_back(place / 2 + (place % 2) * kPhilosophers / 2);
  }
  return numbers;
}

std::vector<int> AroundTheTable() {
  std::vector<int> numbers;
  for (int place = 0; place < kPhilosophers; ++place) numbers.push_back(place);
  return numbers;
}

struct Pair {
  int low;
  int high;
};

std::vector<Pair> PairsOf(const std::vector<int>& numbers) {
  std::vector<Pair> pairs;
  for (std::size_t seat = 0; seat < numbers.size(); ++seat) {
    const auto [low, high] =
        std::minmax(numbers[seat], numbers[(seat + 1) % numbers.size()]);
    pairs.push_back({low, high});
  }
  return pairs;
}

// How many can wait behind one another for this fork while `eater` eats: each
// of them has the low fork of its pair and waits for the high one. Ends, since
// it goes from high to low.
int LineFor(int fork, const Pair& eater, const std::vector<Pair>& pairs) {
  int longest = 0;
  for (const Pair& pair : pairs) {
    if (pair.high != fork) continue;
    if (pair.low == eater.low || pair.low == eater.high) continue;
    longest = std::max(longest, 1 + LineFor(pair.low, eater, pairs));
  }
  return longest;
}

int LongestLine(const std::vector<int>& numbers) {
  const std::vector<Pair> pairs = PairsOf(numbers);
  int longest = 0;
  for (const Pair& eater : pairs) {
    longest = std::max({longest, LineFor(eater.low, eater, pairs),
                        LineFor(eater.high, eater, pairs)});
  }
  return longest;
}

// Has the dinner where ordered lost, and says how it went if asked.
bool Play(const std::string& title, const std::vector<int>& numbers,
          bool measure) {
  std::cout << title << ": up to " << LongestLine(numbers)
            << " wait in one line\n";
  const Dinner dinner = {.philosophers = kPhilosophers,
                         .meals_each = measure ? 100 : 4,
                         .hold = {.kind = Hold::Kind::kAsleep,
                                  .time = std::chrono::milliseconds(1)},
                         .fork_numbers = numbers};
  const Served served = Serve(AllWays()[1], dinner);
  if (measure) {
    std::cout << "  ordered: " << static_cast<int>(served.bill.meals_per_s)
              << " meals a second\n";
  }
  if (!served.fault.empty()) std::cout << "  " << served.fault << "\n";
  return served.fault.empty();
}

}  // namespace

int main(int argc, char** argv) {
  const bool measure = argc > 1 && std::string(argv[1]) == "--measure";
  const bool around =
      Play("numbered around the table", AroundTheTable(), measure);
  const bool coloured = Play("every second one first", Coloured(), measure);
  return around && coloured && LongestLine(Coloured()) == 1 ? 0 : 1;
}
