#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace lockstep::engine {

/// A thread that calls a function again and again, so much time after it
/// returned, until its end.
class ExpiryThread {
 public:
  /// Throws std::bad_alloc, also if there can be no more threads.
  ExpiryThread(std::chrono::nanoseconds every, std::function<void()> function);
  /// Waits for the function to return.
  ~ExpiryThread();
  ExpiryThread(const ExpiryThread&) = delete;
  ExpiryThread& operator=(const ExpiryThread&) = delete;

 private:
  void Run();

  const std::chrono::nanoseconds every_;
  const std::function<void()> function_;
  // Nothing else is locked while this is, and the other way round.
  std::mutex mutex_;
  std::condition_variable is_stopped_;
  bool stops_ = false;
  std::thread thread_;
};

}  // namespace lockstep::engine
