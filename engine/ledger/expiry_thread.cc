#include "engine/ledger/expiry_thread.h"

#include <new>
#include <system_error>
#include <utility>

namespace lockstep::engine {

ExpiryThread::ExpiryThread(std::chrono::nanoseconds every,
                           std::function<void()> function)
    : every_(every), function_(std::move(function)) {
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    throw std::bad_alloc();
  }
}

ExpiryThread::~ExpiryThread() {
  {
    const std::scoped_lock lock(mutex_);
    stops_ = true;
  }
  is_stopped_.notify_one();
  thread_.join();
}

void ExpiryThread::Run() {
  std::unique_lock lock(mutex_);
  while (!is_stopped_.wait_for(lock, every_, [this] { return stops_; })) {
    lock.unlock();
    function_();
    lock.lock();
  }
}

}  // namespace lockstep::engine
