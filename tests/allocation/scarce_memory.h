#pragma once

#include <cstdint>

namespace lockstep::test {

/// How often the calling thread has asked for memory since this was made:
/// through `operator new` in any of its forms, or straight from the system.
class CountAllocations {
 public:
  CountAllocations() noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept;

 private:
  const std::uint64_t before_;
};

/// What follows an allocation that failed.
enum class After {
  kMemoryIsBack,  ///< all others succeed
  kMemoryIsOut,   ///< all others fail too
};

/// While it lives, the calling thread gets no memory when it asks for the nth
/// time, counted from 0. One at a time.
class FailAllocation {
 public:
  FailAllocation(std::uint64_t nth, After after) noexcept;
  ~FailAllocation();
  FailAllocation(const FailAllocation&) = delete;
  FailAllocation& operator=(const FailAllocation&) = delete;

  /// The thread has asked so often.
  [[nodiscard]] bool happened() const noexcept;
};

}  // namespace lockstep::test
