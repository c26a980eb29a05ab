#pragma once

#include <cstdint>

namespace lockstep::inline v0_1 {

/// Who may call a ledger.
enum class Concurrency : std::uint8_t {
  /// Any number of threads.
  kMultiThread = 0,
  /// One thread at a time, with the host seeing to it: locks and atomic
  /// read-modify-writes are skipped. For single-threaded simulations.
  kSingleThread = 1,
};

}  // namespace lockstep::inline v0_1
