#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "lockstep/hold.h"
#include "lockstep/ids.h"
#include "lockstep/journal.h"
#include "lockstep/request.h"
#include "lockstep/reversal.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// All that an operation with an id consists of, field by field, as bytes that
/// are the same exactly if the content is. Kept for as long as the id is, so it
/// is compared itself and not by a hash.
class IdContent {
 public:
  // What each takes has the right shape, so that it is not too long. All throw
  // std::bad_alloc.
  /// The only one of `request`.
  [[nodiscard]] static IdContent OfRequest(
      std::span<const TransferRequest> request);
  [[nodiscard]] static IdContent OfLinked(
      std::span<const TransferRequest> requests);
  [[nodiscard]] static IdContent OfTransaction(
      std::span<const AccountId> declared, const TransferOptions& options);
  [[nodiscard]] static IdContent OfHold(std::span<const Leg> legs,
                                        Tick deadline,
                                        const TransferOptions& options);
  /// kCapture or kRelease.
  [[nodiscard]] static IdContent OfResolving(EntryKind kind, HoldId hold,
                                             std::span<const Amount> amounts,
                                             const TransferOptions& options);

  [[nodiscard]] static IdContent OfReversals(
      std::span<const Reversal> reversals);

  /// As bytes that go into the log, and back. Throw std::bad_alloc.
  void AppendTo(std::vector<std::byte>& bytes) const;
  /// Nothing: these are no such bytes.
  [[nodiscard]] static std::optional<IdContent> FromBytes(
      std::span<const std::byte> bytes);

  /// What of it is not as in `other`, and of which transfer.
  struct Difference {
    IdField field = IdField::kNone;
    std::uint32_t transfer = Refusal::kNoLeg;
  };
  /// The first difference; none if both are the same.
  [[nodiscard]] Difference FindDifference(
      const IdContent& other) const noexcept;

 private:
  enum class Operation : std::uint8_t;

  // A field's bytes are in front of those of the next one.
  struct Part {
    IdField field;
    std::uint32_t transfer;
    std::size_t end;
  };

  IdContent() noexcept = default;
  explicit IdContent(Operation operation);
  void AddNumber(std::uint64_t number);
  void AddAmount(Amount amount);
  void AddLegs(std::span<const Leg> legs);
  void AddRequest(const TransferRequest& request);
  void AddReversal(const Reversal& reversal);
  void AddOptions(const TransferOptions& options);
  // Ends a field: what was added since the one before belongs to it.
  void End(IdField field);

  std::vector<std::byte> bytes_;
  std::vector<Part> parts_;
  std::uint32_t transfer_ = Refusal::kNoLeg;
};

}  // namespace lockstep::engine
