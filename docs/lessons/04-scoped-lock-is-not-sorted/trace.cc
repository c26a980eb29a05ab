// What std::scoped_lock does with two mutexes, call by call.

#include <functional>
#include <iostream>
#include <latch>
#include <mutex>
#include <string>
#include <thread>

namespace {

// A mutex that says what is done with it by the thread that is listened to.
class Traced {
 public:
  explicit Traced(std::string name) : name_(std::move(name)) {}

  void lock() {
    Say("lock " + name_);
    if (before_waiting) before_waiting();
    mutex_.lock();
  }
  bool try_lock() {
    const bool locked = mutex_.try_lock();
    Say("try " + name_ + (locked ? "" : " (taken)"));
    return locked;
  }
  void unlock() {
    mutex_.unlock();
    Say("unlock " + name_);
  }

  std::function<void()> before_waiting;
  static thread_local bool is_listened_to;

 private:
  static void Say(const std::string& what) {
    if (is_listened_to) std::cout << "  " << what << "\n";
  }

  std::string name_;
  std::mutex mutex_;
};

thread_local bool Traced::is_listened_to = false;

}  // namespace

int main() {
  Traced a("a");
  Traced b("b");
  Traced::is_listened_to = true;

  std::cout << "scoped_lock(a, b), both free:\n";
  { const std::scoped_lock both(a, b); }
  std::cout << "scoped_lock(b, a), both free:\n";
  { const std::scoped_lock both(b, a); }

  std::latch is_taken(1);
  std::latch is_waited_for(1);
  const std::jthread other([&] {
    const std::scoped_lock alone(b);
    is_taken.count_down();
    is_waited_for.wait();
  });
  is_taken.wait();
  b.before_waiting = [&] { is_waited_for.count_down(); };
  std::cout << "scoped_lock(a, b) while another thread has b:\n";
  { const std::scoped_lock both(a, b); }
}
