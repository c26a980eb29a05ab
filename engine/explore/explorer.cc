#include "engine/explore/explorer.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <regex>
#include <utility>

#include "lock_watch.h"

namespace lockstep::engine::explore {
namespace {

using sync::RunEnd;
using sync::RunMemory;
using sync::ThreadStorage;

// Whose run it is, or was last.
const sync::Scheduler* last_scheduler = nullptr;

// A broken contract or an exception that nobody catches ends the run and not
// the program, unless it comes from the code around the threads.
void OnTerminate() {
  if (sync::running_scheduler != nullptr) {
    sync::running_scheduler->Fail(
        "the engine stopped the program: a contract was broken, or an "
        "exception met a noexcept");
  }
  RunMemory::Close();
  std::cerr << "explore: a contract was broken, or an exception was not "
               "caught, outside of the threads of a run";
  if (last_scheduler != nullptr) {
    std::cerr << "; the last schedule was "
              << Schedule(last_scheduler->trace()).ToString();
  }
  std::cerr << std::endl;
  std::abort();
}

class TerminateHandler {
 public:
  TerminateHandler() : before_(std::set_terminate(&OnTerminate)) {}
  ~TerminateHandler() { std::set_terminate(before_); }

 private:
  const std::terminate_handler before_;
};

std::string DescribeBlocked(const sync::Scheduler& scheduler) {
  // The watch has better names, but knows only the engine's locks.
  std::string text = watch::DescribeWaits();
  for (int thread = 0; thread < scheduler.thread_count(); ++thread) {
    const std::string wait = scheduler.DescribeWait(thread);
    const std::string letter(1, sync::LetterOf(thread));
    const std::regex told("(^|\n)" + letter + " [^\n]*waits for");
    if (wait.empty() || std::regex_search(text, told)) continue;
    text += letter + " " + wait + "\n";
  }
  if (!text.empty()) text.pop_back();
  return text;
}

// What one run led to.
struct Run {
  RunEnd end = RunEnd::kDone;
  std::optional<Failure> failure;
  std::string final_state;
};

Run RunOnce(const MakeScenario& make, sync::Scheduler& scheduler,
            Search& search, sync::Listener* listener, bool wants_final_state) {
  Run run;
  std::string what;
  FailureKind kind = FailureKind::kBroken;
  bool has_failed = true;
  last_scheduler = &scheduler;
  ThreadStorage::ForgetAll();
  watch::SetObserver(nullptr);
  RunMemory::Open();
  std::unique_ptr<Scenario> scenario = [&]() noexcept { return make(); }();
  watch::StartRun(scenario->ChecksLockOrder());
  run.end = scheduler.Run(
      scenario->threads(), [&scenario](int thread) { scenario->Run(thread); },
      search, listener);
  switch (run.end) {
    case RunEnd::kGivenUp:
      has_failed = false;
      break;
    case RunEnd::kDeadlock: {
      const RunMemory::Aside aside;
      kind = FailureKind::kDeadlock;
      what = "deadlock\n" + DescribeBlocked(scheduler);
      break;
    }
    case RunEnd::kTooLong: {
      const RunMemory::Aside aside;
      kind = FailureKind::kLivelock;
      what = "livelock: no end after " +
             std::to_string(sync::Scheduler::kMaxSteps) + " steps\n" +
             DescribeBlocked(scheduler);
      break;
    }
    case RunEnd::kFailed: {
      const RunMemory::Aside aside;
      what = scheduler.failure();
      break;
    }
    case RunEnd::kDone: {
      kind = FailureKind::kUnsound;
      // What they throw would unwind into code that is not of the run.
      [&]() noexcept {
        const std::string wrong = scenario->Check();
        const std::string state =
            wants_final_state ? scenario->FinalState() : std::string();
        const RunMemory::Aside aside;
        what.assign(wrong);
        run.final_state.assign(state);
      }();
      has_failed = !what.empty();
      break;
    }
  }
  if (run.end == RunEnd::kDone) {
    scenario.reset();
    ThreadStorage::Of(-1).Clear();
  } else {
    static_cast<void>(scenario.release());  // as it stands; its memory goes
  }
  RunMemory::Close();
  ThreadStorage::ForgetAll();
  if (!has_failed && run.end == RunEnd::kDone && RunMemory::live() != 0) {
    has_failed = true;
    kind = FailureKind::kLeak;
    what = std::to_string(RunMemory::live()) + " allocations were not freed";
  }
  if (has_failed) {
    run.failure = Failure{kind, std::move(what), Schedule(scheduler.trace())};
  }
  return run;
}

void WarmUp(const MakeScenario& make) {
  // On the heap, so that what lives on in the process, such as a library's
  // tables, is not made of a run's memory.
  std::unique_ptr<Scenario> scenario = make();
  watch::StartRun(false);
  static_cast<void>(scenario->FinalState());
  scenario.reset();  // first: its end may still ask for the thread's things
  ThreadStorage::Of(-1).Clear();
}

}  // namespace

Exploration Explore(const MakeScenario& make, Search& search,
                    const ExploreLimits& limits) {
  constexpr std::uint64_t kProgressEvery = 4096;
  const TerminateHandler handler;
  const auto began = std::chrono::steady_clock::now();
  WarmUp(make);
  sync::Scheduler scheduler;
  search.Attach(scheduler);
  Exploration found;
  bool is_more = true;
  while (is_more) {
    Run run =
        RunOnce(make, scheduler, search, nullptr, limits.collect_final_states);
    found.steps += scheduler.trace().size();
    found.most_steps =
        std::max<std::uint64_t>(found.most_steps, scheduler.trace().size());
    if (run.end == RunEnd::kGivenUp) {
      ++found.redundant;
    } else {
      ++found.schedules;
      if (limits.on_trace) limits.on_trace(scheduler.trace());
    }
    if (run.end == RunEnd::kDeadlock) ++found.deadlocks;
    if (limits.collect_final_states && run.end != RunEnd::kGivenUp) {
      found.final_states.insert(run.end == RunEnd::kDone ? run.final_state
                                                         : run.failure->what);
    }
    if (search.has_strayed()) {
      found.failures = 1;
      found.first_failure = Failure{
          FailureKind::kBroken,
          "the scenario is not the same each time: after the same steps, other "
          "threads could go on than in an earlier run",
          Schedule(scheduler.trace())};
      found.first_failure_at = found.schedules;
      break;
    }
    if (run.failure) {
      if (++found.failures == 1) {
        found.first_failure = std::move(run.failure);
        found.first_failure_at = found.schedules;
      }
      if (limits.stop_at_failure) break;
    }
    if (limits.progress &&
        (found.schedules + found.redundant) % kProgressEvery == 0) {
      limits.progress(found.schedules);
    }
    is_more = search.Next();
    if (found.schedules >= limits.max_schedules) break;
  }
  last_scheduler = nullptr;
  found.exhausted = !is_more && search.IsExhaustive();
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - began;
  found.seconds = took.count();
  return found;
}

Replayed ReplayOnce(const MakeScenario& make, const Schedule& schedule,
                    sync::Listener* listener) {
  const TerminateHandler handler;
  WarmUp(make);
  sync::Scheduler scheduler;
  bool is_broken = false;
  const std::unique_ptr<Search> search = Replay(schedule, is_broken);
  search->Attach(scheduler);
  Run run = RunOnce(make, scheduler, *search, listener, false);
  last_scheduler = nullptr;
  const bool is_left_over =
      !is_broken && scheduler.trace().size() < schedule.turns().size();
  return {!is_broken && !is_left_over, is_left_over, std::move(run.failure)};
}

}  // namespace lockstep::engine::explore
