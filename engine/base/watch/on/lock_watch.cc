#include "lock_watch.h"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"

namespace lockstep::engine::watch {
inline namespace on {
namespace {

// What one thread holds and waits for. Written by that thread, read by
// DescribeWaits.
struct ThreadLocks {
  std::mutex mutex;
  int number = 0;
  std::vector<LockName> held;
  std::optional<LockName> waiting_for;
};

// The one thing that the whole process shares. It exists in watched builds
// only.
struct Registry {
  std::mutex mutex;
  std::vector<std::unique_ptr<ThreadLocks>> threads;
  std::set<std::pair<LockName, LockName>> recorded;
  std::atomic<bool> recording = false;
  std::atomic<std::uint64_t> acquisitions = 0;
  std::atomic<ViolationHandler> handler = nullptr;
  std::atomic<Observer*> observer = nullptr;
};

Registry& TheRegistry() {
  static Registry& registry = *new Registry;  // threads may outlive main
  return registry;
}

// Kept when the thread ends, since its last locks are taken by destructors of
// thread-local objects, in whatever order: a few bytes for each thread that the
// process ever had.
ThreadLocks& Mine() {
  thread_local constinit ThreadLocks* mine = nullptr;
  if (mine == nullptr) {
    Registry& registry = TheRegistry();
    const std::scoped_lock lock(registry.mutex);
    mine = registry.threads.emplace_back(std::make_unique<ThreadLocks>()).get();
    mine->number = static_cast<int>(registry.threads.size());
  }
  return *mine;
}

void PrintAndAbort(const LockName& held, const LockName& taken) {
  std::fprintf(
      stderr, "lockstep: lock order violated: %s taken while %s is held\n%s",
      ToString(taken).c_str(), ToString(held).c_str(), DescribeWaits().c_str());
  std::abort();
}

// Called by the thread itself, before its lock joins those held. Those rise, so
// the last one is the highest.
void CheckOrder(const ThreadLocks& mine, const LockName& taken) {
  if (mine.held.empty() || IsAbove(taken, mine.held.back())) return;
  const ViolationHandler handler = TheRegistry().handler.load();
  (handler != nullptr ? handler : PrintAndAbort)(mine.held.back(), taken);
}

}  // namespace

void Waiting(LockRank rank, std::uint64_t id, const void* address) {
  ThreadLocks& mine = Mine();
  const LockName name{rank, id, address};
  // Checked here too: a thread that waits in the wrong order may never get to
  // say that it acquired.
  CheckOrder(mine, name);
  const std::scoped_lock lock(mine.mutex);
  mine.waiting_for = name;
}

void GaveUp(LockRank, std::uint64_t, const void*) {
  ThreadLocks& mine = Mine();
  const std::scoped_lock lock(mine.mutex);
  mine.waiting_for.reset();
}

void Acquired(LockRank rank, std::uint64_t id, const void* address) {
  ThreadLocks& mine = Mine();
  const LockName name{rank, id, address};
  const bool waited = mine.waiting_for.has_value();
  if (!waited) CheckOrder(mine, name);
  Registry& registry = TheRegistry();
  if (registry.recording.load() && !mine.held.empty()) {
    const std::scoped_lock lock(registry.mutex);
    registry.recorded.emplace(mine.held.back(), name);
  }
  registry.acquisitions.fetch_add(1);
  {
    const std::scoped_lock lock(mine.mutex);
    mine.waiting_for.reset();
    mine.held.push_back(name);
  }
  if (Observer* const observer = registry.observer.load()) {
    observer->OnAcquired(name);
  }
}

void Released(LockRank rank, std::uint64_t id, const void* address) {
  ThreadLocks& mine = Mine();
  const LockName name{rank, id, address};
  if (Observer* const observer = TheRegistry().observer.load()) {
    observer->OnReleased(name);
  }
  const std::scoped_lock lock(mine.mutex);
  for (auto it = mine.held.end(); it != mine.held.begin();) {
    if (*--it == name) {
      mine.held.erase(it);
      return;
    }
  }
  std::fprintf(stderr, "lockstep: %s released but not held\n",
               ToString(name).c_str());
  std::abort();
}

void Viewed(std::uint64_t account, std::uint64_t version, Int128 balance) {
  if (Observer* const observer = TheRegistry().observer.load()) {
    observer->OnViewed(account, version, balance);
  }
}

void TookForImages() {
  if (Observer* const observer = TheRegistry().observer.load()) {
    observer->OnTookForImages();
  }
}

void StartedOver() {
  if (Observer* const observer = TheRegistry().observer.load()) {
    observer->OnStartedOver();
  }
}

ViolationHandler SetViolationHandler(ViolationHandler handler) {
  return TheRegistry().handler.exchange(handler);
}

Observer* SetObserver(Observer* observer) {
  return TheRegistry().observer.exchange(observer);
}

void StartRecording() {
  Registry& registry = TheRegistry();
  const std::scoped_lock lock(registry.mutex);
  registry.recorded.clear();
  registry.recording = true;
}

std::vector<std::pair<LockName, LockName>> StopRecording() {
  Registry& registry = TheRegistry();
  const std::scoped_lock lock(registry.mutex);
  registry.recording = false;
  return {registry.recorded.begin(), registry.recorded.end()};
}

std::string DescribeWaits() {
  struct Seen {
    int number;
    std::vector<LockName> held;
    std::optional<LockName> waiting_for;
  };
  std::vector<Seen> threads;
  {
    Registry& registry = TheRegistry();
    const std::scoped_lock lock(registry.mutex);
    for (const auto& thread : registry.threads) {
      const std::scoped_lock thread_lock(thread->mutex);
      if (thread->held.empty() && !thread->waiting_for) continue;
      threads.push_back({thread->number, thread->held, thread->waiting_for});
    }
  }
  std::string text;
  for (const Seen& thread : threads) {
    absl::StrAppend(&text, "thread ", thread.number, " holds");
    constexpr std::size_t kShown = 8;
    for (std::size_t i = 0; i < thread.held.size() && i < kShown; ++i) {
      absl::StrAppend(&text, i == 0 ? " " : ", ", ToString(thread.held[i]));
    }
    if (thread.held.empty()) absl::StrAppend(&text, " nothing");
    if (thread.held.size() > kShown) {
      absl::StrAppend(&text, " and ", thread.held.size() - kShown, " more");
    }
    if (thread.waiting_for) {
      absl::StrAppend(&text, ", waits for ", ToString(*thread.waiting_for));
      for (const Seen& other : threads) {
        for (const LockName& held : other.held) {
          if (held == *thread.waiting_for) {
            absl::StrAppend(&text, " held by thread ", other.number);
          }
        }
      }
    }
    absl::StrAppend(&text, "\n");
  }
  return text;
}

std::uint64_t AcquisitionCount() noexcept {
  return TheRegistry().acquisitions.load();
}

}  // namespace on
}  // namespace lockstep::engine::watch
