#include "04-scoped-lock-is-not-sorted/dinner.h"

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <ctime>
#include <deque>
#include <limits>
#include <numeric>
#include <thread>

namespace lockstep::lessons {

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// So many steps that each need the one before.
void Compute(std::int64_t steps) {
  std::uint64_t x = 1;
  for (std::int64_t i = 0; i < steps; ++i) {
    x = x * 6364136223846793005U + 1442695040888963407U;
  }
  [[maybe_unused]] const volatile std::uint64_t result = x;  // not left out
}

// Measured once, while nobody eats. The shortest of several times is the one
// that was not interrupted.
double StepsPerMicrosecond() {
  static const double steps_per_us = [] {
    constexpr std::int64_t kSteps = 100'000;
    double shortest_s = std::numeric_limits<double>::max();
    for (int i = 0; i < 10; ++i) {
      const Clock::time_point start = Clock::now();
      Compute(kSteps);
      shortest_s = std::min(shortest_s, Seconds(Clock::now() - start).count());
    }
    return static_cast<double>(kSteps) / (shortest_s * 1e6);
  }();
  return steps_per_us;
}

// The same work each time, however long it takes: what a thread does with the
// processor must not depend on who else wants it.
class OneMeal : public Meal {
 public:
  OneMeal(const Hold& hold, Fork& left, Fork& right)
      : hold_(hold),
        steps_(hold.kind == Hold::Kind::kComputing
                   ? static_cast<std::int64_t>(
                         StepsPerMicrosecond() *
                         static_cast<double>(hold.time.count()))
                   : 0),
        left_(left),
        right_(right) {}

  void Eat() override {
    left_.PickUp();
    right_.PickUp();
    if (hold_.kind == Hold::Kind::kComputing) Compute(steps_);
    // Not to wait for anybody: it stands for a disk or a network.
    if (hold_.kind == Hold::Kind::kAsleep) {
      std::this_thread::sleep_for(hold_.time);
    }
    ++eaten_;
    right_.PutDown();
    left_.PutDown();
  }

  [[nodiscard]] std::int64_t eaten() const { return eaten_; }

 private:
  const Hold hold_;
  const std::int64_t steps_;
  Fork& left_;
  Fork& right_;
  std::int64_t eaten_ = 0;
};

struct Philosopher {
  std::int64_t eaten = 0;
  std::int64_t tries_in_vain = 0;
};

// Which fork the philosopher reaches for first is a coin's choice, as with
// payers and payees; the same coin in every run.
void Dine(const Way& way, const Dinner& dinner, std::mutex& table, Fork& left,
          Fork& right, std::uint32_t coin, Philosopher& self) {
  OneMeal meal(dinner.hold, left, right);
  Fork::tries_in_vain = 0;
  for (std::int64_t i = 0; i < dinner.meals_each; ++i) {
    coin = coin * 1664525U + 1013904223U;
    const bool left_first = (coin >> 31) != 0;
    way.eat(table, left_first ? left : right, left_first ? right : left, meal);
  }
  self = {.eaten = meal.eaten(), .tries_in_vain = Fork::tries_in_vain};
}

std::string FindFault(const Dinner& dinner, const std::deque<Fork>& forks,
                      const std::vector<Philosopher>& philosophers) {
  for (const Philosopher& philosopher : philosophers) {
    if (philosopher.eaten != dinner.meals_each) return "somebody missed a meal";
  }
  for (const Fork& fork : forks) {
    if (fork.quarrels() != 0) return "two had the same fork at once";
    if (fork.uses() != 2 * dinner.meals_each) return "a fork's use was lost";
  }
  return {};
}

}  // namespace

Served Serve(const Way& way, const Dinner& dinner) {
  const auto seats = static_cast<std::size_t>(dinner.philosophers);
  std::vector<int> numbers = dinner.fork_numbers;
  if (numbers.empty()) {
    numbers.resize(seats);
    std::iota(numbers.begin(), numbers.end(), 0);
  }
  std::mutex table;
  std::deque<Fork> forks;
  for (const int number : numbers) forks.emplace_back(number);
  std::vector<Philosopher> philosophers(seats);
  if (dinner.hold.kind == Hold::Kind::kComputing) StepsPerMicrosecond();

  std::barrier together(dinner.philosophers + 1);
  std::vector<std::jthread> threads;
  for (std::size_t seat = 0; seat < seats; ++seat) {
    threads.emplace_back([&, seat] {
      together.arrive_and_wait();
      Dine(way, dinner, table, forks[seat], forks[(seat + 1) % seats],
           static_cast<std::uint32_t>(seat), philosophers[seat]);
    });
  }
  // The processors' time of all threads of this program.
  const std::clock_t cpu_start = std::clock();
  const Clock::time_point start = Clock::now();
  together.arrive_and_wait();
  for (std::jthread& thread : threads) thread.join();
  const double wall_s = Seconds(Clock::now() - start).count();
  const double cpu_s =
      static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;

  const double meals =
      static_cast<double>(dinner.philosophers * dinner.meals_each);
  double in_vain = 0;
  for (const Philosopher& philosopher : philosophers) {
    in_vain += static_cast<double>(philosopher.tries_in_vain);
  }
  return {.bill = {.meals_per_s = meals / wall_s,
                   .tries_in_vain_per_meal = in_vain / meals,
                   .cpu_us_per_meal = cpu_s * 1e6 / meals},
          .fault = FindFault(dinner, forks, philosophers)};
}

}  // namespace lockstep::lessons
