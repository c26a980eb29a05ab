#pragma once

// The synchronization seam, controlled: the same names as the real one, and
// every operation is a step that a scheduler allows. While no scheduler runs
// (before a run's threads begin and after they ended) it is what one thread
// needs.

#include <atomic>
#include <exception>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "scheduler.h"
#include "thread_storage.h"

namespace lockstep::engine::sync {
inline namespace controlled {

/// What a failed exchange may ask for, given what the successful one does.
constexpr std::memory_order OrderOfFailure(std::memory_order order) noexcept {
  if (order == std::memory_order_acq_rel) return std::memory_order_acquire;
  if (order == std::memory_order_release) return std::memory_order_relaxed;
  return order;
}

template <class T>
class Atomic {
 public:
  Atomic() noexcept = default;
  Atomic(T value) noexcept : value_(value) {}  // NOLINT: as std::atomic
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load(std::memory_order order = std::memory_order_seq_cst) const noexcept {
    if (running_scheduler == nullptr) return value_;
    running_scheduler->Reach(StepKind::kLoad, this);
    running_scheduler->Happened(false, order);
    return value_;
  }
  void store(T value,
             std::memory_order order = std::memory_order_seq_cst) noexcept {
    Modify(StepKind::kStore, order, [value](T) { return value; });
  }
  T exchange(T value,
             std::memory_order order = std::memory_order_seq_cst) noexcept {
    return Modify(StepKind::kModify, order, [value](T) { return value; });
  }
  T fetch_add(T by,
              std::memory_order order = std::memory_order_seq_cst) noexcept {
    return Modify(StepKind::kModify, order,
                  [by](T old) { return static_cast<T>(old + by); });
  }
  T fetch_sub(T by,
              std::memory_order order = std::memory_order_seq_cst) noexcept {
    return Modify(StepKind::kModify, order,
                  [by](T old) { return static_cast<T>(old - by); });
  }
  T fetch_or(T bits,
             std::memory_order order = std::memory_order_seq_cst) noexcept {
    return Modify(StepKind::kModify, order,
                  [bits](T old) { return static_cast<T>(old | bits); });
  }
  T fetch_and(T bits,
              std::memory_order order = std::memory_order_seq_cst) noexcept {
    return Modify(StepKind::kModify, order,
                  [bits](T old) { return static_cast<T>(old & bits); });
  }

  bool compare_exchange_strong(T& expected, T desired,
                               std::memory_order success,
                               std::memory_order failure) noexcept {
    if (running_scheduler != nullptr) {
      running_scheduler->Reach(StepKind::kModify, this);
      const bool will = value_ == expected;
      running_scheduler->Happened(will, will ? success : failure);
    }
    if (value_ == expected) {
      value_ = desired;
      return true;
    }
    expected = value_;
    return false;
  }
  bool compare_exchange_strong(
      T& expected, T desired,
      std::memory_order order = std::memory_order_seq_cst) noexcept {
    return compare_exchange_strong(expected, desired, order,
                                   OrderOfFailure(order));
  }
  /// Never fails for nothing here.
  bool compare_exchange_weak(T& expected, T desired, std::memory_order success,
                             std::memory_order failure) noexcept {
    return compare_exchange_strong(expected, desired, success, failure);
  }
  bool compare_exchange_weak(
      T& expected, T desired,
      std::memory_order order = std::memory_order_seq_cst) noexcept {
    return compare_exchange_strong(expected, desired, order);
  }

 private:
  template <class Change>
  T Modify(StepKind kind, std::memory_order order, Change change) noexcept {
    if (running_scheduler != nullptr) {
      running_scheduler->Reach(kind, this);
      running_scheduler->Happened(true, order);
    }
    return std::exchange(value_, change(value_));
  }

  T value_{};
};

/// A field that threads share without it being atomic: whoever touches it must
/// come after whoever touched it last, or the run ends with a data race.
template <class T>
class Plain {
 public:
  // To make one and to end it are writes, too: whoever uses it must come after
  // the one and before the other.
  Plain() { Touch(); }
  Plain(T value) : value_(std::move(value)) { Touch(); }  // NOLINT
  Plain(const Plain& other) : value_(other.Read()) { Touch(); }
  ~Plain() { Touch(); }
  Plain& operator=(const Plain& other) {
    Write() = other.Read();
    return *this;
  }
  Plain& operator=(T value) {
    Write() = std::move(value);
    return *this;
  }

  operator const T&() const { return Read(); }  // NOLINT: as a plain T
  const T& operator->() const { return Read(); }
  Plain& operator+=(const T& by) {
    Write() += by;
    return *this;
  }
  Plain& operator++() {
    ++Write();
    return *this;
  }
  Plain& operator--() {
    --Write();
    return *this;
  }

 private:
  const T& Read() const {
    if (running_scheduler != nullptr) {
      running_scheduler->TouchPlain(this, false, kTypeName);
    }
    return value_;
  }
  void Touch() {
    if (running_scheduler != nullptr) {
      running_scheduler->TouchPlain(this, true, kTypeName);
    }
  }
  T& Write() {
    Touch();
    return value_;
  }
  // What T is called: the compiler tells it as part of the function's name.
  static constexpr std::string_view TypeName() {
    std::string_view name = __PRETTY_FUNCTION__;
    name.remove_prefix(name.find("T = ") + 4);
    return name.substr(0, name.find_first_of(";]"));
  }
  static constexpr std::string_view kTypeName = TypeName();

  T value_{};
};

/// The same check for what is no field of its own: `thing` is about to be read,
/// or written, as a whole.
inline void WillRead(const void* thing, const char* name) {
  if (running_scheduler != nullptr) {
    running_scheduler->TouchPlain(thing, false, name);
  }
}
inline void WillWrite(const void* thing, const char* name) {
  if (running_scheduler != nullptr) {
    running_scheduler->TouchPlain(thing, true, name);
  }
}

class PlainMutex {
 public:
  PlainMutex() noexcept = default;
  PlainMutex(const PlainMutex&) = delete;
  PlainMutex& operator=(const PlainMutex&) = delete;

  bool try_lock() noexcept {
    if (running_scheduler == nullptr) return true;
    running_scheduler->Reach(StepKind::kTryLock, this, &state_);
    const bool is_free = state_.owner == MutexState::kNobody;
    running_scheduler->Happened(is_free, std::memory_order_acquire, is_free);
    if (is_free) state_.owner = CurrentThread();
    return is_free;
  }
  void lock() noexcept {
    if (running_scheduler == nullptr) return;
    running_scheduler->Reach(StepKind::kLock, this, &state_);
    running_scheduler->Happened(true, std::memory_order_acquire);
    state_.owner = CurrentThread();
  }
  void unlock() noexcept {
    if (running_scheduler == nullptr) return;
    running_scheduler->Reach(StepKind::kUnlock, this, &state_);
    if (state_.owner != CurrentThread()) {
      running_scheduler->Fail("a mutex is unlocked by who does not have it");
    }
    running_scheduler->Happened(true, std::memory_order_release);
    state_.owner = MutexState::kNobody;
  }

 protected:
  MutexState state_;
};

/// Locked alone it waits, and is unlocked, as the other one.
class PlainSharedMutex : public PlainMutex {
 public:
  bool try_lock() noexcept {
    if (running_scheduler == nullptr) return true;
    running_scheduler->Reach(StepKind::kTryLock, this, &state_);
    const bool is_free =
        state_.owner == MutexState::kNobody && state_.sharers == 0;
    // A write even if it fails: who shares it, and only looks, makes it so.
    running_scheduler->Happened(true, std::memory_order_acquire, is_free);
    if (is_free) state_.owner = CurrentThread();
    return is_free;
  }
  bool try_lock_shared() noexcept {
    if (running_scheduler == nullptr) return true;
    running_scheduler->Reach(StepKind::kTryShare, this, &state_);
    const bool is_free = state_.owner == MutexState::kNobody;
    running_scheduler->Happened(false, std::memory_order_acquire, is_free);
    if (is_free) ++state_.sharers;
    return is_free;
  }
  void lock_shared() noexcept {
    if (running_scheduler == nullptr) return;
    running_scheduler->Reach(StepKind::kShare, this, &state_);
    running_scheduler->Happened(false, std::memory_order_acquire);
    ++state_.sharers;
  }
  void unlock_shared() noexcept {
    if (running_scheduler == nullptr) return;
    running_scheduler->Reach(StepKind::kUnshare, this, &state_);
    running_scheduler->Happened(false, std::memory_order_release);
    --state_.sharers;
  }
};

/// Both wait until something has changed that the thread looked at since it
/// wrote or waited last: looking again before that would see the same, for
/// ever. So a loop that waits must look at something and write nothing. Where
/// nobody else runs, a wait that does not end by itself ends the program.
inline void Pause() noexcept {
  if (running_scheduler != nullptr) return running_scheduler->WaitForChange();
  constexpr int kForEver = 1'000'000;
  if (++pauses_alone == kForEver) std::terminate();
}
inline void Yield() noexcept { Pause(); }

/// The calling thread's own T: made at its first use, destroyed as the thread
/// ends.
template <class T>
T& PerThread() {
  return ThreadStorage::Of(CurrentThread()).Get<T>();
}

}  // namespace controlled
}  // namespace lockstep::engine::sync
