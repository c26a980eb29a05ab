#include "scheduler.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <exception>
#include <gsl/assert>
#include <utility>

#include "thread_storage.h"

namespace lockstep::engine::sync {
inline namespace controlled {
namespace {

constexpr std::size_t kStackBytes = std::size_t{128} << 10;
constexpr std::uint32_t kNoStep = UINT32_MAX;

bool IsOfMutex(StepKind kind) {
  return kind >= StepKind::kTryLock && kind <= StepKind::kUnshare;
}

// Before it is known how a step goes: whether it may turn out to be a write.
bool MayWrite(StepKind kind) {
  return kind != StepKind::kLoad && kind != StepKind::kShare &&
         kind != StepKind::kUnshare && kind != StepKind::kWaitChange;
}

bool Acquires(std::memory_order order) {
  return order != std::memory_order_relaxed &&
         order != std::memory_order_release;
}
bool Releases(std::memory_order order) {
  return order == std::memory_order_release ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

}  // namespace

// What is known of one thing that threads share.
struct Scheduler::Object {
  const void* address = nullptr;
  const MutexState* mutex = nullptr;
  // What comes before its last write; and before the looks at it since.
  Clock written;
  Clock looked;
  // What who acquires from it comes after, as C++ sees it.
  Clock released;
  // The same, from those who only shared it: lock_shared does not.
  Clock unshared;
  std::uint32_t last_write = kNoStep;
  std::uint32_t last_lock = kNoStep;
  std::array<std::uint32_t, kMaxThreads> last_look;
  // Of those who shared it, the step from which they last did; and how many
  // times over they do.
  std::array<std::uint32_t, kMaxThreads> last_share;
  std::array<std::uint8_t, kMaxThreads> shares{};

  Object() {
    last_look.fill(kNoStep);
    last_share.fill(kNoStep);
  }
};

// What is known of one plain field.
struct Scheduler::Plain {
  int writer = 0;
  std::uint16_t written = 0;  // the writer's step before which it wrote
  Clock reads;
};

// A look at an object, by a thread that may come to wait for it to change.
struct Scheduler::Look {
  std::uint16_t object = 0;
  std::uint32_t at = 0;
};

struct Scheduler::Thread {
  Thread(Scheduler& its_scheduler, int its_number)
      : scheduler(its_scheduler), number(its_number), fiber(kStackBytes) {
    looks.reserve(64);
  }

  Scheduler& scheduler;
  const int number;
  Fiber fiber;
  PendingStep pending;
  std::uint16_t steps = 0;
  // What comes before its next step: as the search sees it, and as C++ does.
  Clock known;
  Clock synchronized;
  // Since its last write or wait. A loop that waits writes nothing, so these
  // are what it may be waiting for.
  std::vector<Look> looks;
};

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
  return std::string("waits for a mutex, which ") +
         static_cast<char>('A' + mutex.owner) + " has";
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

void Scheduler::Happened(const void* address, bool is_write,
                         std::memory_order order, bool took) {
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
  if (listener_ != nullptr) listener_->OnStep(trace_.back(), address);
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

// --- Races: steps that could have come in another order ----------------------

void Scheduler::AddRace(std::uint32_t place, const Clock& known) {
  if (place == kNoStep) return;
  const Event& event = trace_[place];
  if (event.number > known[event.thread]) races_.push_back(place);
}

// Of the earlier steps on the object, those that nothing keeps before the step
// of the running thread. The last write is enough of the writes, since each
// write comes after the one before.
void Scheduler::FindRaces(const Object& object, StepKind kind, bool is_write) {
  const Clock& known = threads_[static_cast<std::size_t>(current_)]->known;
  if (kind == StepKind::kLock || kind == StepKind::kShare) {
    // Who waits for a mutex cannot come before its release; but it can come
    // before who had it.
    AddRace(object.last_lock, known);
    // Or before who tried in vain.
    if (object.last_write != kNoStep && object.last_write != object.last_lock &&
        trace_[object.last_write].kind == StepKind::kTryLock) {
      AddRace(object.last_write, known);
    }
    if (kind == StepKind::kLock) {
      for (const std::uint32_t place : object.last_share) AddRace(place, known);
    }
  } else {
    AddRace(object.last_write, known);
  }
  if (!is_write) return;
  for (std::size_t i = 0; i < object.last_look.size(); ++i) {
    const std::uint32_t place = object.last_look[i];
    if (place == kNoStep) continue;
    // One that shared it has let go of it, or this one would still wait.
    if (kind == StepKind::kLock && trace_[place].kind == StepKind::kUnshare) {
      continue;
    }
    AddRace(place, known);
  }
}

// A step that never comes about may still have raced: had it come before the
// other, it would have come about.
void Scheduler::FindRacesOfBlocked() {
  const int last = current_;
  for (int thread = 0; thread < thread_count_; ++thread) {
    Thread& it = *threads_[static_cast<std::size_t>(thread)];
    if (HasEnded(thread) || it.pending.kind == StepKind::kWaitChange) continue;
    current_ = thread;
    const Object& object = objects_[it.pending.object];
    races_.clear();
    FindRaces(object, it.pending.kind, it.pending.kind == StepKind::kLock);
    Event& event = trace_.emplace_back();
    event.thread = static_cast<std::uint8_t>(thread);
    event.number = static_cast<std::uint16_t>(it.steps + 1);
    event.before = it.known;
    event.before.Set(thread, event.number);
    director_->WouldHappen();
    trace_.pop_back();
  }
  current_ = last;
}

// The wait that ends now could have ended before a write, if another write that
// does not come after that one would have ended it too.
void Scheduler::FindWaitRaces(const Thread& me) {
  std::vector<std::uint32_t> writes;
  std::uint32_t first = kNoStep;
  for (const Look& look : me.looks) first = std::min(first, look.at);
  for (auto place = first; place < trace_.size(); ++place) {
    const Event& event = trace_[place];
    if (event.is_write &&
        std::any_of(me.looks.begin(), me.looks.end(), [&](const Look& look) {
          return look.object == event.object && look.at < place;
        })) {
      writes.push_back(place);
    }
  }
  for (const std::uint32_t write : writes) {
    const Event& event = trace_[write];
    const bool has_another =
        std::any_of(writes.begin(), writes.end(), [&](std::uint32_t other) {
          return trace_[other].before[event.thread] < event.number;
        });
    if (has_another) AddRace(write, me.known);
  }
}

// --- Data races: plain fields touched by two at once -------------------------

void Scheduler::Synchronize(Object& object, StepKind kind, bool is_write,
                            std::memory_order order, bool took) {
  Clock& mine = threads_[static_cast<std::size_t>(current_)]->synchronized;
  const bool is_modify = kind == StepKind::kModify;
  const bool looks = !is_write || is_modify;
  if (IsOfMutex(kind)) {
    if (!took) return;
    if (kind == StepKind::kUnlock) {
      object.released.Join(mine);
    } else if (kind == StepKind::kUnshare) {
      object.unshared.Join(mine);
    } else {
      mine.Join(object.released);
      if (kind == StepKind::kLock || kind == StepKind::kTryLock) {
        mine.Join(object.unshared);
      }
    }
    return;
  }
  if (looks && Acquires(order)) mine.Join(object.released);
  if (!is_write) return;
  // A plain store ends what earlier ones released; a modification goes on with
  // it.
  if (!is_modify) object.released = Clock();
  if (Releases(order)) object.released.Join(mine);
}

void Scheduler::FailForRace(int other, const char* did, std::string_view type,
                            const char* does) {
  std::string what = "data race: ";
  what += static_cast<char>('A' + other);
  what += did;
  what += type;
  what += ", and nothing makes ";
  what += static_cast<char>('A' + current_);
  what += does;
  what += " it come after";
  Fail(std::move(what));
}

void Scheduler::TouchPlain(const void* address, bool is_write,
                           std::string_view type) {
  const RunMemory::Aside aside;
  bool is_new = false;
  const std::uint16_t number = plain_of_.NumberOf(address, is_new);
  if (is_new) {
    if (plain_of_.size() > plain_of_.capacity()) {
      Fail("a run may touch no more than 4096 plain fields");
    }
    plains_.emplace_back();
  }
  Plain& plain = plains_[number];
  const Clock& mine =
      threads_[static_cast<std::size_t>(current_)]->synchronized;
  if (plain.written > mine[plain.writer]) {
    FailForRace(plain.writer, " wrote a plain ", type,
                is_write ? " who writes" : " who reads");
  }
  if (!is_write) {
    plain.reads.Set(current_, mine[current_]);
    return;
  }
  for (int thread = 0; thread < thread_count_; ++thread) {
    if (plain.reads[thread] <= mine[thread]) continue;
    FailForRace(thread, " read a plain ", type, " who writes");
  }
  plain.writer = current_;
  plain.written = mine[current_];
}

void Scheduler::Note(std::string_view note) {
  const RunMemory::Aside aside;
  if (listener_ != nullptr) listener_->OnNote(current_, note);
}

}  // namespace controlled
}  // namespace lockstep::engine::sync
