#include "04-scoped-lock-is-not-sorted/ways.h"

#include <thread>
#include <utility>

namespace lockstep::lessons {

thread_local std::int64_t Fork::tries_in_vain = 0;

namespace {

void ScopedLock(std::mutex&, Fork& a, Fork& b, Meal& meal) {
  const std::scoped_lock both(a, b);
  meal.Eat();
}

void Ordered(std::mutex&, Fork& a, Fork& b, Meal& meal) {
  const bool swap = b.number() < a.number();
  const std::scoped_lock first(swap ? b : a);
  const std::scoped_lock second(swap ? a : b);
  meal.Eat();
}

// The next three may go round for as long as others keep them from eating:
// nothing but chance bounds it.

void Persistent(std::mutex&, Fork& a, Fork& b, Meal& meal) {
  for (;;) {
    const std::scoped_lock first(a);
    const std::unique_lock second(b, std::try_to_lock);
    if (second) return meal.Eat();
  }
}

void Smart(std::mutex&, Fork& a, Fork& b, Meal& meal) {
  Fork* wait_for = &a;
  Fork* try_for = &b;
  for (;;) {
    const std::scoped_lock first(*wait_for);
    const std::unique_lock second(*try_for, std::try_to_lock);
    if (second) return meal.Eat();
    std::swap(wait_for, try_for);  // wait for the one that was taken
  }
}

void Polite(std::mutex&, Fork& a, Fork& b, Meal& meal) {
  Fork* wait_for = &a;
  Fork* try_for = &b;
  for (;;) {
    {
      const std::scoped_lock first(*wait_for);
      const std::unique_lock second(*try_for, std::try_to_lock);
      if (second) return meal.Eat();
    }
    std::this_thread::yield();  // let the one go on who has it
    std::swap(wait_for, try_for);
  }
}

void GlobalMutex(std::mutex& table, Fork&, Fork&, Meal& meal) {
  const std::scoped_lock everything(table);
  meal.Eat();
}

}  // namespace

const std::array<Way, 6>& AllWays() {
  static const std::array<Way, 6> ways = {{{"scoped_lock", ScopedLock},
                                           {"ordered", Ordered},
                                           {"persistent", Persistent},
                                           {"smart", Smart},
                                           {"smart, polite", Polite},
                                           {"global mutex", GlobalMutex}}};
  return ways;
}

}  // namespace lockstep::lessons
