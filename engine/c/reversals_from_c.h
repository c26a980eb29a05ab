#pragma once

#include <cstddef>
#include <span>

#include "absl/container/inlined_vector.h"
#include "lockstep/c.h"
#include "lockstep/outcome.h"
#include "lockstep/reversal.h"

namespace lockstep::engine {

/// A caller's reversals as the ledger takes them, copies of what they are made
/// of included (descriptions excepted). Of more amounts or legs than one may
/// have, one too many.
class ReversalsFromC {
 public:
  ReversalsFromC() = default;
  ReversalsFromC(const ReversalsFromC&) = delete;
  ReversalsFromC& operator=(const ReversalsFromC&) = delete;

  /// Adds one more. `kInvalidStructSize`, `kNullPointer`, `kInvalidOption`:
  /// nothing was added. Throws `std::bad_alloc`, but not for the first one.
  [[nodiscard]] Outcome Add(const lockstep_reversal& theirs);

  /// All of them; good until one more is added.
  [[nodiscard]] std::span<const Reversal> reversals() noexcept;

 private:
  static constexpr std::size_t kInPlace = 4;
  static constexpr std::size_t kMost = kMaxLegs + 1;

  // Where each one's parts end; the reversals are told when all are there.
  struct Ends {
    std::size_t amounts;
    std::size_t legs;
  };

  absl::InlinedVector<Reversal, kInPlace> reversals_;
  absl::InlinedVector<Ends, kInPlace> ends_;
  absl::InlinedVector<Amount, kMost> amounts_;
  absl::InlinedVector<Leg, kMost> legs_;
};

}  // namespace lockstep::engine
