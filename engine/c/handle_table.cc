#include "engine/c/handle_table.h"

#include <utility>

#include "gsl/assert"

namespace lockstep::engine {
namespace {

// A handle: generation : 32 | kind : 8 | place : 24, places from 1.
constexpr int kHandleKindShift = 24;
constexpr std::uint64_t kPlaceMask = (std::uint64_t{1} << 24) - 1;

// A place's state: generation : 32 | closed | exclusive | kind : 6 | inside.
constexpr int kGenerationShift = 32;  // of a handle, too
constexpr std::uint64_t kClosed = std::uint64_t{1} << 31;
constexpr std::uint64_t kExclusive = std::uint64_t{1} << 30;
constexpr int kKindShift = 24;
constexpr std::uint64_t kInside = (std::uint64_t{1} << kKindShift) - 1;

static_assert(HandleTable::kMaxHandles <= kPlaceMask);

constexpr std::uint32_t PlaceOf(std::uint64_t handle) {
  return static_cast<std::uint32_t>(handle & kPlaceMask);
}
constexpr std::uint64_t GenerationOf(std::uint64_t word) {
  return word >> kGenerationShift;
}
constexpr std::uint64_t Number(Handled::Kind kind) {
  return static_cast<std::uint8_t>(kind);
}
constexpr std::uint64_t kKindMask = (std::uint64_t{1} << 6) - 1;

// Open, of the handle's generation, and of that kind.
constexpr bool IsOpen(std::uint64_t state, std::uint64_t handle,
                      Handled::Kind kind) {
  return GenerationOf(state) == GenerationOf(handle) &&
         (state & kClosed) == 0 &&
         (state >> kKindShift & kKindMask) == Number(kind) &&
         (handle >> kHandleKindShift & UINT8_MAX) == Number(kind);
}

}  // namespace

Result<HandleTable::Handle> HandleTable::Add(std::unique_ptr<Handled> object,
                                             Handled::Kind kind,
                                             Sharing sharing) {
  const Result<std::uint32_t> index = TakePlace();
  if (!index) return index.error();
  Place& place = places_[*index - 1];
  place.object = object.release();
  // Relaxed: the place is this thread's alone, by way of the mutex.
  const std::uint64_t generation =
      GenerationOf(place.state.load(std::memory_order_relaxed));
  const std::uint64_t exclusive =
      sharing == Sharing::kExclusive ? kExclusive : 0;
  // Release, with acquire in Enter: who enters sees the object.
  place.state.store(
      generation << kGenerationShift | exclusive | Number(kind) << kKindShift,
      std::memory_order_release);
  return generation << kGenerationShift | Number(kind) << kHandleKindShift |
         *index;
}

Result<std::uint32_t> HandleTable::TakePlace() noexcept {
  const ExclusiveLock lock(mutex_);
  if (first_free_ != 0) {
    const std::uint32_t index = first_free_;
    first_free_ = places_[index - 1].next_free;
    return index;
  }
  // Relaxed: only the mutex's holder changes it.
  const std::uint32_t count = place_count_.load(std::memory_order_relaxed);
  if (count == kMaxHandles) return Outcome::kTooManyHandles;
  Place* const place = places_.Append();
  if (place == nullptr) return Outcome::kOutOfMemory;
  // Relaxed: published below.
  place->state.store(
      std::uint64_t{first_generation_} << kGenerationShift | kClosed,
      std::memory_order_relaxed);
  place_count_.store(count + 1, std::memory_order_release);
  return count + 1;
}

HandleTable::Place* HandleTable::Find(Handle handle) noexcept {
  const std::uint32_t index = PlaceOf(handle);
  if (index == 0 || index > place_count_.load(std::memory_order_acquire)) {
    return nullptr;
  }
  return &places_[index - 1];
}

Outcome HandleTable::Look(Handle handle, Handled::Kind kind) noexcept {
  Place* const place = Find(handle);
  if (place == nullptr) return Outcome::kInvalidHandle;
  // Relaxed: nothing is looked at but the word.
  const std::uint64_t state = place->state.load(std::memory_order_relaxed);
  return IsOpen(state, handle, kind) ? Outcome::kOk : Outcome::kInvalidHandle;
}

Outcome HandleTable::Enter(Handle handle, Handled::Kind kind, Purpose purpose,
                           std::uint32_t& place_index) noexcept {
  Place* const place = Find(handle);
  if (place == nullptr) return Outcome::kInvalidHandle;
  // Relaxed: a first guess.
  std::uint64_t state = place->state.load(std::memory_order_relaxed);
  do {
    if (!IsOpen(state, handle, kind)) return Outcome::kInvalidHandle;
    const bool is_exclusive = (state & kExclusive) != 0;
    if (purpose == Purpose::kCall && is_exclusive && (state & kInside) != 0) {
      return Outcome::kInsideTransaction;
    }
    Expects((state & kInside) != kInside);
    // Acquire, with release in Add: the object is there; and with release in
    // Leave: who is alone inside sees what the one before did.
  } while (!place->state.compare_exchange_weak(
      state, state + 1, std::memory_order_acquire, std::memory_order_relaxed));
  place_index = PlaceOf(handle);
  return Outcome::kOk;
}

void HandleTable::Leave(std::uint32_t index) noexcept {
  Place& place = places_[index - 1];
  // Release, with acquire here and in Close: who destroys the object does so
  // after all who used it.
  const std::uint64_t before =
      place.state.fetch_sub(1, std::memory_order_acq_rel);
  if ((before & kClosed) != 0 && (before & kInside) == 1) Clear(place, index);
}

Outcome HandleTable::Close(Handle handle, Handled::Kind kind) noexcept {
  std::uint32_t index = 0;
  // Entering makes sure of what it is.
  const Outcome entered = Enter(handle, kind, Purpose::kClose, index);
  if (entered != Outcome::kOk) return entered;
  // Acquire and release as in Leave. Of several who close, one sets the bit.
  const std::uint64_t before =
      places_[index - 1].state.fetch_or(kClosed, std::memory_order_acq_rel);
  Leave(index);
  return (before & kClosed) == 0 ? Outcome::kOk : Outcome::kInvalidHandle;
}

void HandleTable::Clear(Place& place, std::uint32_t index) noexcept {
  delete std::exchange(place.object, nullptr);
  // Relaxed: nobody enters a closed place, so it is this thread's alone until
  // the mutex hands it on.
  const std::uint64_t generation =
      GenerationOf(place.state.load(std::memory_order_relaxed));
  // One that ran out of generations stays closed for good.
  if (generation == kLastGeneration) return;
  place.state.store((generation + 1) << kGenerationShift | kClosed,
                    std::memory_order_relaxed);
  const ExclusiveLock lock(mutex_);
  place.next_free = first_free_;
  first_free_ = index;
}

HandleTable::Visit::Visit(HandleTable& table, Handle handle,
                          Handled::Kind kind) noexcept
    : table_(table),
      outcome_(table.Enter(handle, kind, Purpose::kCall, place_)) {}

HandleTable::Visit::~Visit() {
  if (outcome_ == Outcome::kOk) table_.Leave(place_);
}

Handled& HandleTable::Visit::object() const noexcept {
  Expects(outcome_ == Outcome::kOk);
  return *table_.places_[place_ - 1].object;
}

}  // namespace lockstep::engine
