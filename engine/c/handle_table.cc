#include "engine/c/handle_table.h"

#include <utility>

#include "gsl/assert"

namespace lockstep::engine {
namespace {

// A handle: generation : 32 | kind : 8 | place : 24, places from 1.
constexpr int kKindShift = 24;
constexpr int kGenerationShift = 32;
constexpr std::uint64_t kPlaceMask = (std::uint64_t{1} << kKindShift) - 1;

// A place's state.
constexpr std::uint64_t kClosed = std::uint64_t{1} << 31;
constexpr std::uint64_t kInside = kClosed - 1;  // a mask
constexpr std::uint64_t kLastGeneration = UINT32_MAX;

static_assert(HandleTable::kMaxHandles <= kPlaceMask);

constexpr std::uint32_t PlaceOf(std::uint64_t handle) {
  return static_cast<std::uint32_t>(handle & kPlaceMask);
}
constexpr std::uint64_t GenerationOf(std::uint64_t word) {
  return word >> kGenerationShift;
}

// Open, and of the handle's generation.
constexpr bool IsOpen(std::uint64_t state, std::uint64_t handle) {
  return GenerationOf(state) == GenerationOf(handle) && (state & kClosed) == 0;
}

}  // namespace

Result<HandleTable::Handle> HandleTable::Add(std::unique_ptr<Handled> object,
                                             Handled::Kind kind) {
  const Result<std::uint32_t> index = TakePlace();
  if (!index) return index.error();
  Place& place = places_[*index - 1];
  place.object = object.release();
  place.kind = kind;
  // Relaxed: the place is this thread's alone, by way of the mutex.
  const std::uint64_t generation =
      GenerationOf(place.state.load(std::memory_order_relaxed));
  // Release, with acquire in Enter: who enters sees the object.
  place.state.store(generation << kGenerationShift, std::memory_order_release);
  return generation << kGenerationShift |
         std::uint64_t{static_cast<std::uint8_t>(kind)} << kKindShift | *index;
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
  place->state.store(kClosed, std::memory_order_relaxed);  // published below
  place_count_.store(count + 1, std::memory_order_release);
  return count + 1;
}

HandleTable::Place* HandleTable::Find(Handle handle,
                                      Handled::Kind kind) noexcept {
  const std::uint32_t index = PlaceOf(handle);
  const auto handles_kind =
      static_cast<std::uint8_t>(handle >> kKindShift & UINT8_MAX);
  if (handles_kind != static_cast<std::uint8_t>(kind) || index == 0 ||
      index > place_count_.load(std::memory_order_acquire)) {
    return nullptr;
  }
  return &places_[index - 1];
}

Outcome HandleTable::Enter(Handle handle, Handled::Kind kind, Sharing sharing,
                           std::uint32_t& place_index) noexcept {
  Place* const place = Find(handle, kind);
  if (place == nullptr) return Outcome::kInvalidHandle;
  // Relaxed: a first guess.
  std::uint64_t state = place->state.load(std::memory_order_relaxed);
  do {
    if (!IsOpen(state, handle)) return Outcome::kInvalidHandle;
    if (sharing == Sharing::kExclusive && (state & kInside) != 0) {
      return Outcome::kInsideTransaction;
    }
    Expects((state & kInside) != kInside);
    // Acquire, with release in Add: the object is there; and with release in
    // Leave: who is alone inside sees what the one before did.
  } while (!place->state.compare_exchange_weak(
      state, state + 1, std::memory_order_acquire, std::memory_order_relaxed));
  // Another kind's handle with this place's generation was never given out.
  if (place->kind != kind) {
    Leave(PlaceOf(handle));
    return Outcome::kInvalidHandle;
  }
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
  // Entering, however many others are inside, makes sure of what it is.
  const Outcome entered = Enter(handle, kind, Sharing::kShared, index);
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

HandleTable::Visit::Visit(HandleTable& table, Handle handle, Handled::Kind kind,
                          Sharing sharing) noexcept
    : table_(table), outcome_(table.Enter(handle, kind, sharing, place_)) {}

HandleTable::Visit::~Visit() {
  if (outcome_ == Outcome::kOk) table_.Leave(place_);
}

Handled& HandleTable::Visit::object() const noexcept {
  Expects(outcome_ == Outcome::kOk);
  return *table_.places_[place_ - 1].object;
}

}  // namespace lockstep::engine
