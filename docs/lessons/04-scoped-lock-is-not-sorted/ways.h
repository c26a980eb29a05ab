#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

// Six ways to lock two of several mutexes. The four in the middle have their
// names from Howard Hinnant's "Dining Philosophers Rebooted" (2014).

namespace lockstep::lessons {

/// A mutex that counts, and notices when two have it at once.
class Fork {
 public:
  explicit Fork(int number) : number_(number) {}

  // What makes it lockable for the standard library.
  void lock() { mutex_.lock(); }
  bool try_lock() {
    if (mutex_.try_lock()) return true;
    ++tries_in_vain;
    return false;
  }
  void unlock() { mutex_.unlock(); }

  /// Its place in the order of all forks.
  [[nodiscard]] int number() const { return number_; }

  // Plain looks and stores, relaxed: they look for a lock that failed and must
  // not do its work. No partner.
  void PickUp() {
    if (is_in_use_.load(std::memory_order_relaxed)) ++quarrels_;
    is_in_use_.store(true, std::memory_order_relaxed);
  }
  void PutDown() {
    // Two who count at the same time lose one, and that shows.
    uses_.store(uses() + 1, std::memory_order_relaxed);
    is_in_use_.store(false, std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t uses() const {
    return uses_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::int64_t quarrels() const { return quarrels_; }

  /// How often this thread had one fork, tried for another, and failed.
  static thread_local std::int64_t tries_in_vain;

 private:
  const int number_;
  std::mutex mutex_;
  std::atomic<bool> is_in_use_ = false;
  std::atomic<std::int64_t> quarrels_ = 0;
  std::atomic<std::int64_t> uses_ = 0;
};

/// Eats with both forks once it is called.
class Meal {
 public:
  virtual ~Meal() = default;
  virtual void Eat() = 0;
};

/// A way to have both forks for one meal; `table` is for who locks everything.
struct Way {
  std::string name;
  void (*eat)(std::mutex& table, Fork& a, Fork& b, Meal& meal);
};

[[nodiscard]] const std::array<Way, 6>& AllWays();

}  // namespace lockstep::lessons
