#include "scheduler.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <exception>
#include <gsl/assert>
#include <utility>

#include "scheduler_state.h"
#include "thread_storage.h"

namespace lockstep::engine::sync {
inline namespace controlled {
namespace {

// Before it is known how a step goes: whether it may turn out to be a write.
bool MayWrite(StepKind kind) {
  return kind != StepKind::kLoad && kind != StepKind::kShare &&
         kind != StepKind::kUnshare && kind != StepKind::kWaitChange;
}

}  // namespace

Scheduler::Scheduler() {
  objects_.reserve(256);
  plains_.reserve(256);
  trace_.reserve(kMaxSteps + 1);
  races_.reserve(64);
}
Scheduler::~Scheduler() = default;

RunEnd Scheduler::Run(int threads, const std::function<void(int)>& body,
                      Director& director, Listener* listener) {
  const RunMemory::Aside aside;
  object_of_.Clear();
  objects_.clear();
  plain_of_.Clear();
  plains_.clear();
  trace_.clear();
  races_.clear();
  body_ = &body;
  director_ = &director;
  listener_ = listener;
  end_ = RunEnd::kDone;
  failure_.clear();
  Expects(threads > 0 && threads <= kMaxThreads);
  thread_count_ = threads;
  is_due_ = false;
  alive_ = 0;
  while (threads_.size() < static_cast<std::size_t>(thread_count_)) {
    threads_.push_back(
        std::make_unique<Thread>(*this, static_cast<int>(threads_.size())));
  }
  running_scheduler = this;
  pauses_alone = 0;
  // Each goes as far as its first step, where nothing shared was touched yet.
  is_beginning_ = true;
  for (int thread = 0; thread < thread_count_; ++thread) Begin(thread);
  is_beginning_ = false;
  if (end_ == RunEnd::kDone && alive_ != 0) {
    SetCurrent(std::countr_zero(alive_));
    const ThreadSet enabled = Enabled();
    const int first =
        enabled == 0 ? Director::kGiveUp : director_->Choose(enabled, current_);
    if (first == Director::kGiveUp) {
      end_ = enabled == 0 ? RunEnd::kDeadlock : RunEnd::kGivenUp;
    } else {
      SetCurrent(first);
      Fiber::Switch(main_, threads_[static_cast<std::size_t>(first)]->fiber);
    }
  }
  running_scheduler = nullptr;
  current_thread = -1;
  return end_;
}

void Scheduler::Begin(int thread) {
  Thread& it = *threads_[static_cast<std::size_t>(thread)];
  it.pending = {};
  it.steps = 0;
  it.known = Clock();
  it.synchronized = Clock();
  it.synchronized.Set(thread, 1);
  it.looks.clear();
  it.fiber.Start(&Enter, &it);
  alive_ |= SetOf(thread);
  SetCurrent(thread);
  if (end_ == RunEnd::kDone) Fiber::Switch(main_, it.fiber);
}

void Scheduler::Enter(void* start) {
  Thread& it = *static_cast<Thread*>(start);
  RunMemory::Resume();
  (*it.scheduler.body_)(it.number);
  ThreadStorage::Of(it.number).Clear();
  it.scheduler.End();
}

// The thread that runs has nothing more to do. Does not return.
void Scheduler::End() {
  RunMemory::Suspend();
  alive_ &= ~SetOf(current_);
  Thread& me = *threads_[static_cast<std::size_t>(current_)];
  if (is_beginning_ || alive_ == 0) {
    Fiber::Switch(me.fiber, main_);
  } else {
    Dispatch();
  }
  std::abort();  // nobody goes on with a thread that has ended
}

void Scheduler::Stop(RunEnd end) {
  RunMemory::Suspend();
  if (end == RunEnd::kFailed || end == RunEnd::kTooLong) director_->IsCut();
  end_ = end;
  Fiber::Switch(threads_[static_cast<std::size_t>(current_)]->fiber, main_);
  std::abort();
}

void Scheduler::Fail(std::string what) {
  RunMemory::Suspend();
  // A copy: it may be of the run's memory, and the scheduler outlives that. And
  // no destructor runs of what is on this stack.
  failure_.assign(what);
  std::string().swap(what);
  // A step that was allowed and is not taken is part of the schedule too.
  if (is_due_) {
    AddEvent(StepKind::kLoad, false);
    if (listener_ != nullptr) listener_->OnStep(trace_.back(), nullptr);
  }
  Stop(RunEnd::kFailed);
}

// --- Whose turn it is --------------------------------------------------------

bool Scheduler::IsEnabled(const Thread& thread) const {
  switch (thread.pending.kind) {
    case StepKind::kLock: {
      const MutexState& mutex = *objects_[thread.pending.object].mutex;
      return mutex.owner == MutexState::kNobody && mutex.sharers == 0;
    }
    case StepKind::kShare:
      return objects_[thread.pending.object].mutex->owner ==
             MutexState::kNobody;
    case StepKind::kWaitChange:
      return MayStopWaiting(thread);
    default:
      return true;
  }
}

// A thread that waits goes on when something that it looked at since it waited
// last is no longer what it saw. (It wrote nothing itself since.)
bool Scheduler::MayStopWaiting(const Thread& thread) const {
  return std::any_of(
      thread.looks.begin(), thread.looks.end(), [this](const Look& look) {
        const std::uint32_t write = objects_[look.object].last_write;
        return write != kNoStep && write > look.at;
      });
}

ThreadSet Scheduler::Enabled() const {
  ThreadSet enabled = 0;
  for (int thread = 0; thread < thread_count_; ++thread) {
    if (Has(alive_, thread) &&
        IsEnabled(*threads_[static_cast<std::size_t>(thread)])) {
      enabled |= SetOf(thread);
    }
  }
  return enabled;
}

void Scheduler::Dispatch() {
  const ThreadSet enabled = Enabled();
  if (enabled == 0) {
    FindRacesOfBlocked();
    Stop(RunEnd::kDeadlock);
  }
  if (trace_.size() >= kMaxSteps) Stop(RunEnd::kTooLong);
  const int next = director_->Choose(enabled, current_);
  if (next == Director::kGiveUp) Stop(RunEnd::kGivenUp);
  if (next != current_) SwitchTo(next);
}

void Scheduler::SetCurrent(int thread) noexcept {
  current_ = thread;
  current_thread = thread;
}

void Scheduler::SwitchTo(int thread) {
  Fiber& from = threads_[static_cast<std::size_t>(current_)]->fiber;
  SetCurrent(thread);
  Fiber::Switch(from, threads_[static_cast<std::size_t>(thread)]->fiber);
}

bool Scheduler::HasEnded(int thread) const noexcept {
  return !Has(alive_, thread);
}

std::string Scheduler::DescribeWait(int thread) const {
  const Thread& it = *threads_[static_cast<std::size_t>(thread)];
  if (HasEnded(thread) || IsEnabled(it)) return {};
  if (it.pending.kind == StepKind::kWaitChange) {
    return "waits for a change of what it looked at";
  }
  const MutexState& mutex = *objects_[it.pending.object].mutex;
  if (mutex.owner == MutexState::kNobody) {
    return "waits for a mutex that is shared";
  }
  return std::string("waits for a mutex, which ") + LetterOf(mutex.owner) +
         " has";
}

// --- Steps -------------------------------------------------------------------

Scheduler::Object& Scheduler::ObjectAt(const void* address,
                                       const MutexState* mutex) {
  bool is_new = false;
  const std::uint16_t number = object_of_.NumberOf(address, is_new);
  if (is_new) {
    if (object_of_.size() > object_of_.capacity()) {
      Fail("a run may touch no more than 4096 things");
    }
    objects_.emplace_back();
    objects_.back().address = address;
  }
  Object& object = objects_[number];
  if (mutex != nullptr) object.mutex = mutex;
  return object;
}

void Scheduler::Reach(StepKind kind, const void* address,
                      const MutexState* mutex) {
  const RunMemory::Aside aside;
  Thread& me = *threads_[static_cast<std::size_t>(current_)];
  const Object& object = ObjectAt(address, mutex);
  me.pending = {kind, static_cast<std::uint16_t>(&object - objects_.data())};
  if (is_beginning_) {
    Fiber::Switch(me.fiber, main_);
  } else {
    Dispatch();
  }
  is_due_ = true;
}

Event& Scheduler::AddEvent(StepKind kind, bool is_write) {
  Thread& me = *threads_[static_cast<std::size_t>(current_)];
  is_due_ = false;
  Event& event = trace_.emplace_back();
  event.thread = static_cast<std::uint8_t>(current_);
  event.kind = kind;
  event.is_write = is_write;
  event.number = ++me.steps;
  me.known.Set(current_, me.steps);
  // What it does to plain fields from here on comes after this step.
  me.synchronized.Set(current_, static_cast<std::uint16_t>(me.steps + 1));
  return event;
}

void Scheduler::Happened(bool is_write, std::memory_order order, bool took) {
  const RunMemory::Aside aside;
  Thread& me = *threads_[static_cast<std::size_t>(current_)];
  const StepKind kind = me.pending.kind;
  Object& object = objects_[me.pending.object];
  const auto at = static_cast<std::uint32_t>(trace_.size());
  races_.clear();
  if (look_for_races_) FindRaces(object, kind, is_write);
  Synchronize(object, kind, is_write, order, took);
  me.known.Join(object.written);
  if (is_write) me.known.Join(object.looked);
  Event& event = AddEvent(kind, is_write);
  event.object = me.pending.object;
  event.before = me.known;
  if (is_write) {
    object.written = me.known;
    object.looked = Clock();
    object.last_write = at;
    object.last_look.fill(kNoStep);
    me.looks.clear();
  } else {
    object.looked.Join(me.known);
    object.last_look[static_cast<std::size_t>(current_)] = at;
    if (std::none_of(me.looks.begin(), me.looks.end(), [&](const Look& look) {
          return look.object == me.pending.object;
        })) {
      me.looks.push_back({me.pending.object, at});
    }
  }
  if (took && (kind == StepKind::kLock || kind == StepKind::kTryLock)) {
    object.last_lock = at;
    object.last_share.fill(kNoStep);
  } else if (took &&
             (kind == StepKind::kShare || kind == StepKind::kTryShare)) {
    const auto mine = static_cast<std::size_t>(current_);
    if (object.shares[mine]++ == 0) object.last_share[mine] = at;
  } else if (kind == StepKind::kUnshare) {
    --object.shares[static_cast<std::size_t>(current_)];
  }
  director_->Happened();
  if (listener_ != nullptr) listener_->OnStep(trace_.back(), object.address);
}

void Scheduler::WaitForChange() {
  const RunMemory::Aside aside;
  Thread& me = *threads_[static_cast<std::size_t>(current_)];
  if (me.looks.empty()) {
    Fail("a thread waits for a change, but has looked at nothing");
  }
  me.pending = {StepKind::kWaitChange, 0};
  Dispatch();

  const auto at = static_cast<std::uint32_t>(trace_.size());
  races_.clear();
  // Of what it looked at, that which anybody ever wrote.
  const auto was_written = [this](const Look& look) {
    return objects_[look.object].last_write != kNoStep;
  };
  const bool is_of_one =
      std::count_if(me.looks.begin(), me.looks.end(), was_written) == 1;
  if (is_of_one) {
    // It depends on the write that let it go on, and on none after that.
    const Look& look =
        *std::find_if(me.looks.begin(), me.looks.end(), was_written);
    std::uint32_t place = look.at + 1;
    while (!trace_[place].is_write || trace_[place].object != look.object) {
      ++place;
    }
    me.known.Join(trace_[place].before);
  } else {
    // Any of several might have let it go on; so all of them count.
    if (look_for_races_) FindWaitRaces(me);
    for (const Look& look : me.looks) {
      me.known.Join(objects_[look.object].written);
    }
  }
  Event& event = AddEvent(StepKind::kWaitChange, false);
  event.before = me.known;
  event.waited_for_several = !is_of_one;
  for (const Look& look : me.looks) {
    Object& object = objects_[look.object];
    // What is yet to be written for the first time might do so as well.
    if (is_of_one && was_written(look)) continue;
    object.looked.Join(me.known);
    object.last_look[static_cast<std::size_t>(current_)] = at;
  }
  me.looks.clear();
  director_->Happened();
  if (listener_ != nullptr) listener_->OnStep(trace_.back(), nullptr);
}

bool Scheduler::IsIndependent(int thread, const Event& event) const {
  const Thread& it = *threads_[static_cast<std::size_t>(thread)];
  const PendingStep& pending = it.pending;
  if (pending.kind == StepKind::kWaitChange) {
    return !event.is_write || std::none_of(it.looks.begin(), it.looks.end(),
                                           [&event](const Look& look) {
                                             return look.object == event.object;
                                           });
  }
  if (event.kind == StepKind::kWaitChange) {
    // Which objects it had looked at is forgotten; so it counts as all of them.
    return !event.waited_for_several || !MayWrite(pending.kind);
  }
  if (pending.object != event.object) return true;
  return !event.is_write && !MayWrite(pending.kind);
}

void Scheduler::Note(std::string_view note) {
  const RunMemory::Aside aside;
  if (listener_ != nullptr) listener_->OnNote(current_, note);
}

}  // namespace controlled
}  // namespace lockstep::engine::sync
