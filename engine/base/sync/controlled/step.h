#pragma once

#include <cstdint>

#include "clock.h"

namespace lockstep::engine::sync {
inline namespace controlled {

/// What a thread is about to do to something that threads share.
enum class StepKind : std::uint8_t {
  kLoad,
  kStore,
  kModify,      ///< exchange, fetch-and-add, compare-and-exchange
  kTryLock,     ///< of a mutex
  kLock,        ///< the same, waiting until it is free
  kUnlock,      ///< of a mutex
  kTryShare,    ///< of a shared mutex
  kShare,       ///< the same, waiting until nobody has it alone
  kUnshare,     ///< of a shared mutex
  kWaitChange,  ///< pause or yield: until something it looked at has changed
};

/// The next step of a thread that stands before it.
struct PendingStep {
  StepKind kind = StepKind::kLoad;
  /// Which of the run's objects; none for kWaitChange.
  std::uint16_t object = 0;
};

/// A step that was taken.
struct Event {
  std::uint8_t thread = 0;
  StepKind kind = StepKind::kLoad;
  /// It changed the object, or counts as such; others only looked.
  bool is_write = false;
  /// kWaitChange: more than one write could have ended it.
  bool waited_for_several = false;
  std::uint16_t object = 0;
  /// Which of its thread's steps it is, from 1.
  std::uint16_t number = 0;
  /// The steps that it depends on, itself among them: by program order, and by
  /// steps on the same object of which one is a write.
  Clock before;
};

}  // namespace controlled
}  // namespace lockstep::engine::sync
