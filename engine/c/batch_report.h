#pragma once

#include <cstdint>

#include "lockstep/c.h"
#include "lockstep/outcome.h"
#include "lockstep/request.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Where a caller wants to have written what became of several transfers. All
/// of it may be null; what is not has room for `count` of them.
class BatchReport {
 public:
  BatchReport(std::uint64_t count, lockstep_outcome* outcomes,
              lockstep_receipt* receipts,
              lockstep_batch_result* result) noexcept
      : count_(count),
        outcomes_(outcomes),
        receipts_(count > 0 ? receipts : nullptr),
        result_(result) {}

  /// Whether all of it can be written to. `kInvalidStructSize`.
  [[nodiscard]] Outcome Check() const noexcept;

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] bool wants_receipts() const noexcept {
    return receipts_ != nullptr;
  }

  // Once that was checked:

  /// What became of one; `receipt` unless none is wanted.
  void Write(std::uint64_t transfer, const Receipt& receipt) const noexcept;
  void Write(std::uint64_t transfer, Outcome outcome) const noexcept;
  /// What became of each from `first` on. However many they are, it is done at
  /// once if nobody wants to know.
  void WriteFrom(std::uint64_t first, const Receipt& receipt) const noexcept;
  /// What became of all of them.
  void Write(const BatchResult& result) const noexcept;

  /// That none was posted, all for the same reason, where it can be written.
  void RefuseAll(Outcome outcome) const noexcept;

 private:
  std::uint64_t count_;
  lockstep_outcome* outcomes_;
  lockstep_receipt* receipts_;
  lockstep_batch_result* result_;
};

}  // namespace lockstep::engine
