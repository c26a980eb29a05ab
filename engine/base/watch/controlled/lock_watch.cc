#include "lock_watch.h"

#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sync_primitives.h"

namespace lockstep::engine::watch {
inline namespace controlled {
namespace {

// What one thread of the run holds and waits for.
struct ThreadLocks {
  std::vector<LockName> held;
  std::optional<LockName> waiting_for;
};

struct State {
  // The last one is for the code around the threads.
  std::array<ThreadLocks, sync::kMaxThreads + 1> threads;
  Observer* observer = nullptr;
  bool checks_order = true;
};

State& TheState() {
  static State state;
  return state;
}

ThreadLocks& LocksOf(int thread) {
  const int place = thread < 0 ? sync::kMaxThreads : thread;
  return TheState().threads[static_cast<std::size_t>(place)];
}
ThreadLocks& Mine() { return LocksOf(sync::CurrentThread()); }

void CheckOrder(const ThreadLocks& mine, const LockName& taken) {
  if (!TheState().checks_order || mine.held.empty() ||
      sync::running_scheduler == nullptr || IsAbove(taken, mine.held.back())) {
    return;
  }
  std::string what =
      absl::StrCat("lock order: ", ToString(taken), " is taken while ",
                   ToString(mine.held.back()), " is held");
  sync::running_scheduler->Fail(std::move(what));
}

void Note(const char* what, const LockName& name) {
  if (sync::running_scheduler != nullptr &&
      sync::running_scheduler->has_listener()) {
    sync::running_scheduler->Note(absl::StrCat(what, ToString(name)));
  }
}

// Who has what the name says; -1 if nobody.
int HolderOf(const LockName& name) {
  for (int thread = 0; thread < sync::kMaxThreads; ++thread) {
    for (const LockName& held : LocksOf(thread).held) {
      if (held == name) return thread;
    }
  }
  return -1;
}

}  // namespace

void Waiting(LockRank rank, std::uint64_t id, const void* address) {
  const sync::RunMemory::Aside aside;
  const LockName name{rank, id, address};
  Note("waits for ", name);
  ThreadLocks& mine = Mine();
  mine.waiting_for = name;
  CheckOrder(mine, name);
}

void GaveUp(LockRank rank, std::uint64_t id, const void* address) {
  const sync::RunMemory::Aside aside;
  Note("gives up on ", {rank, id, address});
  Mine().waiting_for.reset();
}

void Acquired(LockRank rank, std::uint64_t id, const void* address) {
  const LockName name{rank, id, address};
  {
    const sync::RunMemory::Aside aside;
    Note("locks ", name);
    ThreadLocks& mine = Mine();
    mine.waiting_for.reset();
    CheckOrder(mine, name);
    mine.held.push_back(name);
  }
  const sync::Unscheduled looks_only;
  if (TheState().observer != nullptr) TheState().observer->OnAcquired(name);
}

void Viewed(std::uint64_t account, std::uint64_t version, Int128 balance) {
  const sync::Unscheduled looks_only;
  if (TheState().observer == nullptr) return;
  TheState().observer->OnViewed(account, version, balance);
}

void TookForImages() {
  const sync::Unscheduled looks_only;
  if (TheState().observer != nullptr) TheState().observer->OnTookForImages();
}

void StartedOver() {
  const sync::Unscheduled looks_only;
  if (TheState().observer != nullptr) TheState().observer->OnStartedOver();
}

void Released(LockRank rank, std::uint64_t id, const void* address) {
  const LockName name{rank, id, address};
  {
    const sync::Unscheduled looks_only;
    if (TheState().observer != nullptr) TheState().observer->OnReleased(name);
  }
  const sync::RunMemory::Aside aside;
  Note("unlocks ", name);
  ThreadLocks& mine = Mine();
  for (auto it = mine.held.end(); it != mine.held.begin();) {
    if (*--it != name) continue;
    mine.held.erase(it);
    return;
  }
  if (sync::running_scheduler != nullptr) {
    std::string what =
        absl::StrCat(ToString(name), " is unlocked by who does not have it");
    sync::running_scheduler->Fail(std::move(what));
  }
}

Observer* SetObserver(Observer* observer) {
  return std::exchange(TheState().observer, observer);
}

void StartRun(bool checks_order) {
  for (ThreadLocks& locks : TheState().threads) {
    locks.held.clear();
    locks.waiting_for.reset();
  }
  TheState().checks_order = checks_order;
}

std::string DescribeWaits() {
  std::string text;
  for (int thread = 0; thread < sync::kMaxThreads; ++thread) {
    const ThreadLocks& locks = LocksOf(thread);
    if (locks.held.empty() && !locks.waiting_for) continue;
    text += sync::LetterOf(thread);
    const char* separator = " holds ";
    for (const LockName& name : locks.held) {
      absl::StrAppend(&text, std::exchange(separator, ", "), ToString(name));
    }
    if (locks.waiting_for) {
      absl::StrAppend(&text, locks.held.empty() ? " " : " and ", "waits for ",
                      ToString(*locks.waiting_for));
      const int holder = HolderOf(*locks.waiting_for);
      if (holder >= 0) {
        absl::StrAppend(&text, ", which ",
                        std::string(1, sync::LetterOf(holder)), " has");
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace controlled
}  // namespace lockstep::engine::watch
