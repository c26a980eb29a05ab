#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "lock_watch.h"

namespace lockstep::test {

/// Ends the process if it lives for too long, and says who waits for whom: a
/// test that deadlocks fails instead of hanging.
class Watchdog {
 public:
  explicit Watchdog(std::chrono::seconds limit = std::chrono::seconds(120))
      : thread_([this, limit] { Watch(limit); }) {}

  ~Watchdog() {
    {
      const std::scoped_lock lock(mutex_);
      is_done_ = true;
    }
    done_.notify_one();
  }

 private:
  void Watch(std::chrono::seconds limit) {
    std::unique_lock lock(mutex_);
    if (done_.wait_for(lock, limit, [this] { return is_done_; })) return;
    std::fprintf(stderr, "watchdog: no end after %lld s\n%s",
                 static_cast<long long>(limit.count()),
                 engine::watch::DescribeWaits().c_str());
    std::abort();
  }

  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace lockstep::test
