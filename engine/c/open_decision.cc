#include "engine/c/open_decision.h"

#include "sync_primitives.h"

namespace lockstep::engine {
namespace {

// A decision's number: its thread's, from 1 : 24 | which one of its thread
// : 40.
constexpr int kThreadShift = 40;
constexpr std::uint32_t kMostThreads = (std::uint32_t{1} << 24) - 1;

// Trivial, so that looking at it costs no more than a thread-local load.
struct ThreadDecisions {
  Decision* open = nullptr;
  std::uint64_t number = 0;  // of the open one, or of the last one
};

ThreadDecisions& Mine() noexcept { return sync::PerThread<ThreadDecisions>(); }

std::uint64_t FirstNumberOfThread() noexcept {
  static sync::Atomic<std::uint32_t> threads{0};
  // Relaxed: it is to differ from the others', and nothing else.
  const std::uint32_t before = threads.fetch_add(1, std::memory_order_relaxed);
  return std::uint64_t{before % kMostThreads + 1} << kThreadShift;
}

}  // namespace

OpenDecision::OpenDecision(Decision& decision) noexcept {
  ThreadDecisions& mine = Mine();
  if (mine.number == 0) mine.number = FirstNumberOfThread();
  ++mine.number;
  mine.open = &decision;
}

OpenDecision::~OpenDecision() { Mine().open = nullptr; }

lockstep_decision* OpenDecision::handle() const noexcept {
  return reinterpret_cast<lockstep_decision*>(Mine().number);
}

Decision* OpenDecision::Find(const lockstep_decision* handle) noexcept {
  const ThreadDecisions& mine = Mine();
  const bool is_mine = reinterpret_cast<std::uintptr_t>(handle) == mine.number;
  return is_mine ? mine.open : nullptr;
}

}  // namespace lockstep::engine
