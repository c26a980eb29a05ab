// Races: steps that could have come in another order.

#include <algorithm>

#include "scheduler_state.h"

namespace lockstep::engine::sync {
inline namespace controlled {

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

}  // namespace controlled
}  // namespace lockstep::engine::sync
