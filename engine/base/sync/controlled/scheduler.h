#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "address_table.h"
#include "clock.h"
#include "fiber.h"
#include "run_memory.h"
#include "step.h"

namespace lockstep::engine::sync {
inline namespace controlled {

/// Decides who goes next: the strategy of a search.
class Director {
 public:
  virtual ~Director() = default;

  /// What `Choose` says to end the run here.
  static constexpr int kGiveUp = -1;

  /// Each thread of `enabled`, of which there is one at least, stands before a
  /// step that it could take; `last` took the last one. Returns one of them, or
  /// kGiveUp.
  virtual int Choose(ThreadSet enabled, int last) = 0;
  /// The step chosen was taken. The scheduler's trace() ends with it, and its
  /// races() are those of this step.
  virtual void Happened() {}
  /// Nobody can go on. Told once for each thread that waits for a mutex: the
  /// trace ends with the step that it would have taken, and races() are those
  /// of that step.
  virtual void WouldHappen() {}
  /// The run ends in the middle: what its threads would yet do is not known.
  virtual void IsCut() {}
};

/// Hears what happens, for a report. (Not told of each run of a search.)
class Listener {
 public:
  virtual ~Listener() = default;
  /// A thread took a step on the object at `address`.
  virtual void OnStep(const Event& event, const void* address) = 0;
  /// A thread says what it does.
  virtual void OnNote(int thread, std::string_view note) = 0;
};

enum class RunEnd : std::uint8_t {
  kDone,      ///< every thread ended
  kDeadlock,  ///< some wait, and nobody is left to end it
  kTooLong,   ///< more steps than a run may have
  kFailed,    ///< somebody called Fail
  kGivenUp,   ///< the director had enough
};

/// Who may hold a mutex.
struct MutexState {
  static constexpr int kNobody = -1;
  int owner = kNobody;
  int sharers = 0;
};

/// Runs threads, each on a fiber, one step at a time. A step is one operation
/// on something that threads share through the synchronization seam; between
/// two steps of a thread nobody else runs, and it is a Director who says,
/// before each step, whose turn it is. So a run is what its director makes it,
/// and the same choices give the same run.
///
/// Memory is sequentially consistent here: what weaker orders would allow is
/// for other tests. But the orders named do count for data races: a plain field
/// may be touched only by who comes after, in the sense of the C++ standard,
/// the one that touched it last.
///
/// For one thread of the system.
class Scheduler {
 public:
  /// No run has more steps than this.
  static constexpr std::size_t kMaxSteps = 20'000;

  Scheduler();
  ~Scheduler();
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  /// Runs `body(thread)` for threads 0 to `threads` - 1, kMaxThreads at most.
  /// If not all of them end, those that did not are left where they stand.
  RunEnd Run(int threads, const std::function<void(int)>& body,
             Director& director, Listener* listener = nullptr);

  /// Ends the run: the thread that runs now has found something wrong.
  /// (A string that it takes over: no destructor of the caller's will run.)
  [[noreturn]] void Fail(std::string what);

  // What the primitives say. First that a thread stands before a step, which
  // returns when it is its turn; then how the step went.

  void Reach(StepKind kind, const void* address,
             const MutexState* mutex = nullptr);
  // (`took`, of mutexes: whether it was to be had.)
  void Happened(bool is_write, std::memory_order order, bool took = true);
  /// A pause or yield: both of the above.
  void WaitForChange();
  /// A plain field is about to be read or written; ends the run if that is a
  /// race. `type` is for the message.
  void TouchPlain(const void* address, bool is_write, std::string_view type);

  /// For the listener, if there is one.
  void Note(std::string_view note);
  [[nodiscard]] bool has_listener() const noexcept {
    return listener_ != nullptr;
  }

  // For directors and reports.

  [[nodiscard]] int thread_count() const noexcept { return thread_count_; }
  [[nodiscard]] const std::vector<Event>& trace() const noexcept {
    return trace_;
  }
  /// The earlier steps, as places in the trace, that the last step might have
  /// come before instead: on the same object, one of the two a write, and with
  /// nothing between them that keeps them in order.
  [[nodiscard]] const std::vector<std::uint32_t>& races() const noexcept {
    return races_;
  }
  /// Whether the step that `thread` stands before could change places with
  /// `event`: the same comes of it whichever is first.
  [[nodiscard]] bool IsIndependent(int thread, const Event& event) const;
  /// Off, races() stays empty: for steps that were looked at in an earlier run.
  void LookForRaces(bool look) noexcept { look_for_races_ = look; }
  /// What Fail was told.
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  [[nodiscard]] bool HasEnded(int thread) const noexcept;
  /// What `thread` waits for, for people: "waits for a change"; empty if it
  /// could go on, or has ended.
  [[nodiscard]] std::string DescribeWait(int thread) const;

 private:
  struct Object;
  struct Plain;
  struct Look;
  struct Thread;

  static void Enter(void* start);
  void Begin(int thread);
  void End();
  void Dispatch();
  void SwitchTo(int thread);
  void SetCurrent(int thread) noexcept;
  [[noreturn]] void Stop(RunEnd end);
  [[nodiscard]] ThreadSet Enabled() const;
  [[nodiscard]] bool IsEnabled(const Thread& thread) const;
  [[nodiscard]] bool MayStopWaiting(const Thread& thread) const;
  Object& ObjectAt(const void* address, const MutexState* mutex);
  Event& AddEvent(StepKind kind, bool is_write);
  void FindRaces(const Object& object, StepKind kind, bool is_write);
  void FindRacesOfBlocked();
  void FindWaitRaces(const Thread& me);
  [[noreturn]] void FailForRace(int other, const char* did,
                                std::string_view type, const char* does);
  void AddRace(std::uint32_t place, const Clock& known);
  void Synchronize(Object& object, StepKind kind, bool is_write,
                   std::memory_order order, bool took);

  std::vector<std::unique_ptr<Thread>> threads_;
  Fiber main_;
  int thread_count_ = 0;
  int current_ = 0;
  bool is_beginning_ = false;
  ThreadSet alive_ = 0;
  RunEnd end_ = RunEnd::kDone;
  std::string failure_;
  const std::function<void(int)>* body_ = nullptr;
  Director* director_ = nullptr;
  Listener* listener_ = nullptr;

  AddressTable object_of_;
  std::vector<Object> objects_;
  AddressTable plain_of_;
  std::vector<Plain> plains_;
  std::vector<Event> trace_;
  std::vector<std::uint32_t> races_;
  bool look_for_races_ = false;
  // The running thread was allowed a step and has not taken it yet.
  bool is_due_ = false;
};

/// The scheduler whose threads run now; null while none do, so before the
/// threads of a run begin and after they end, when the primitives are what a
/// single thread needs.
inline Scheduler* running_scheduler = nullptr;

/// How often one paused while no scheduler ran, since one last did.
inline int pauses_alone = 0;

/// While it lives, what the running thread does to shared things is no step:
/// for observers, who only look and are not part of what is explored.
class Unscheduled {
 public:
  Unscheduled() noexcept : before_(std::exchange(running_scheduler, nullptr)) {}
  ~Unscheduled() { running_scheduler = before_; }
  Unscheduled(const Unscheduled&) = delete;
  Unscheduled& operator=(const Unscheduled&) = delete;

 private:
  Scheduler* const before_;
};

/// The number of the thread that runs; -1 outside of a run's threads.
inline int current_thread = -1;
inline int CurrentThread() noexcept { return current_thread; }

}  // namespace controlled
}  // namespace lockstep::engine::sync
