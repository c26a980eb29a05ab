#pragma once

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "engine/base/cache_line.h"
#include "engine/base/lock_rank.h"
#include "engine/base/mutex.h"
#include "engine/base/segmented_array.h"
#include "lockstep/result.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// Something that the C interface gives out handles to.
class Handled {
 public:
  enum class Kind : std::uint8_t {
    kLedger = 1,
    kSession = 2,
    kJournal = 3,
    kSnapshot = 4,
  };

  virtual ~Handled() = default;
  Handled(const Handled&) = delete;
  Handled& operator=(const Handled&) = delete;

 protected:
  Handled() = default;
};

/// Numbers that stand for objects, and can be told from numbers that do not:
/// never given out, given back already, or given out for another kind.
///
/// A handle is a place in the table, the kind, and the place's generation,
/// which rises when it is closed. A place's state is one word: its generation,
/// whether it is closed, whether one caller only may be inside, the kind, and
/// how many calls are inside. Who enters counts itself in by
/// compare-and-exchange from a word of the handle's generation and kind that is
/// not closed, so nobody enters what was closed; who closes sets one bit. The
/// object goes when it is closed and nobody is inside, by the hand of whoever
/// brought that about. (What is still open when the table goes stays: the one
/// that counts never goes.)
class HandleTable {
 public:
  using Handle = std::uint64_t;  // never 0

  static constexpr std::uint32_t kMaxHandles = (std::uint32_t{1} << 20) - 1;
  /// A place that was closed in its last generation is not used again.
  static constexpr std::uint32_t kLastGeneration = UINT32_MAX;

  /// Generations start there, so that two tables need not give out the same
  /// handles.
  explicit HandleTable(std::uint32_t first_generation = 0) noexcept
      : first_generation_(first_generation) {}

  /// Whether several callers may be inside at the same time.
  enum class Sharing : std::uint8_t { kShared, kExclusive };

  /// Outcomes: `kTooManyHandles`, `kOutOfMemory` (for the table itself).
  Result<Handle> Add(std::unique_ptr<Handled> object, Handled::Kind kind,
                     Sharing sharing);

  /// Whether the handle stands for something now, without a call with it.
  /// `kInvalidHandle`.
  [[nodiscard]] Outcome Look(Handle handle, Handled::Kind kind) noexcept;

  /// Closes the handle. `kInvalidHandle`.
  Outcome Close(Handle handle, Handled::Kind kind) noexcept;

  /// A call with a handle: while it lives, the object does.
  class Visit {
   public:
    Visit(HandleTable& table, Handle handle, Handled::Kind kind) noexcept;
    ~Visit();
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    /// `kOk`, `kInvalidHandle`, or `kInsideTransaction` (someone is inside and
    /// it is exclusive).
    [[nodiscard]] Outcome outcome() const noexcept { return outcome_; }
    [[nodiscard]] Handled& object() const noexcept;

   private:
    HandleTable& table_;
    std::uint32_t place_ = 0;
    Outcome outcome_;
  };

 private:
  struct alignas(kCacheLineBytes) Place {
    // generation : 32 | closed : 1 | exclusive : 1 | kind : 6 | inside : 24
    sync::Atomic<std::uint64_t> state{0};
    // Changes only while the place is closed and nobody is inside.
    Handled* object = nullptr;
    std::uint32_t next_free = 0;  // guarded by mutex_
  };

  /// The place that a handle names, if there is one.
  Place* Find(Handle handle) noexcept;
  /// Why one enters: to call, or to close, which is never refused because
  /// someone is inside.
  enum class Purpose : std::uint8_t { kCall, kClose };
  Outcome Enter(Handle handle, Handled::Kind kind, Purpose purpose,
                std::uint32_t& place) noexcept;
  void Leave(std::uint32_t place) noexcept;
  /// Destroys what a closed place held and gives the place back.
  void Clear(Place& place, std::uint32_t index) noexcept;
  /// A closed place that nobody else has, made if there is none.
  Result<std::uint32_t> TakePlace() noexcept;

  const std::uint32_t first_generation_;
  Mutex mutex_{LockRank::kHandles};
  SegmentedArray<Place> places_;
  /// How many there are. Release with acquire in Find: a place below it is
  /// made.
  sync::Atomic<std::uint32_t> place_count_{0};
  sync::Plain<std::uint32_t> first_free_ ABSL_GUARDED_BY(mutex_) =
      0;  // 0: none
};

}  // namespace lockstep::engine
