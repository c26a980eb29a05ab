#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "absl/container/inlined_vector.h"
#include "lockstep/c.h"
#include "lockstep/outcome.h"
#include "lockstep/request.h"

namespace lockstep::engine {

/// A caller's requests as the ledger takes them, copies of what they are made
/// of included (descriptions excepted). Of more legs, flows or conditions than
/// one request may have, one too many.
class RequestsFromC {
 public:
  /// How many requests fit in place, and what one of them may have.
  static constexpr std::size_t kInPlace = 32;

  RequestsFromC() = default;
  RequestsFromC(const RequestsFromC&) = delete;
  RequestsFromC& operator=(const RequestsFromC&) = delete;

  /// Adds one more. `kInvalidStructSize`, `kNullPointer`, `kInvalidOption`:
  /// nothing was added. Throws `std::bad_alloc` where it does not fit in place.
  [[nodiscard]] Outcome Add(const lockstep_transfer_request& theirs);

  /// Whether one more fits in place. Always if there is none yet.
  [[nodiscard]] bool HasRoomFor(
      const lockstep_transfer_request& theirs) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return requests_.size(); }

  /// All of them; good until one more is added.
  [[nodiscard]] std::span<const TransferRequest> requests() noexcept;

 private:
  static constexpr std::size_t kMostLegs = kMaxLegs + 1;
  static constexpr std::size_t kMostFlows = kMaxFlows + 1;

  // Where each request's parts end; the requests are told when all are there.
  struct Ends {
    std::size_t legs;
    std::size_t flows;
    std::size_t conditions;
  };

  absl::InlinedVector<TransferRequest, kInPlace> requests_;
  absl::InlinedVector<Ends, kInPlace> ends_;
  absl::InlinedVector<Leg, kMostLegs> legs_;
  absl::InlinedVector<Flow, kMostFlows> flows_;
  absl::InlinedVector<Condition, kMostLegs> conditions_;
};

}  // namespace lockstep::engine
