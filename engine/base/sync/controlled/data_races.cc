// Data races: plain fields touched by two of whom neither comes first, in the
// sense of the C++ standard.

#include <utility>

#include "scheduler_state.h"

namespace lockstep::engine::sync {
inline namespace controlled {

namespace {

bool IsOfMutex(StepKind kind) {
  return kind >= StepKind::kTryLock && kind <= StepKind::kUnshare;
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
  what += LetterOf(other);
  what += did;
  what += type;
  what += ", and nothing makes ";
  what += LetterOf(current_);
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

}  // namespace controlled
}  // namespace lockstep::engine::sync
