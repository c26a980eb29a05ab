#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace lockstep::inline v0_1 {

/// A number that names one kind of thing and cannot be mixed up with the number
/// of another kind. Zero names nothing: a default-made id is "none".
template <class Tag, class Number>
class Id {
 public:
  constexpr Id() noexcept = default;
  /// The thing with this number.
  constexpr explicit Id(Number value) noexcept : value_(value) {}

  /// The number.
  [[nodiscard]] constexpr Number value() const noexcept { return value_; }
  /// Does it name nothing?
  [[nodiscard]] constexpr bool is_none() const noexcept { return value_ == 0; }

  friend constexpr auto operator<=>(Id, Id) noexcept = default;

 private:
  Number value_ = 0;
};

/// An account of one ledger. Dense: the first account is 1, the next 2, and so
/// on, so a host may index its own arrays with it.
using AccountId = Id<struct AccountTag, std::uint64_t>;

/// An asset (a currency, a good) of one ledger. Dense, from 1.
using AssetId = Id<struct AssetTag, std::uint32_t>;

/// Whoever an account belongs to, in the host's own numbering. None: nobody.
using OwnerId = Id<struct OwnerTag, std::uint64_t>;

/// What an account is for ("prepaid", "escrow"), in the host's own numbering.
using PurposeId = Id<struct PurposeTag, std::uint32_t>;

/// A moment in the ledger's own time; the host chooses the unit.
using Tick = Id<struct TickTag, std::uint64_t>;

/// 128 bits of the host's own (a UUID, an event id) as two halves.
struct Bits128 {
  /// The first 64 bits.
  std::uint64_t high = 0;
  /// The last 64 bits.
  std::uint64_t low = 0;

  friend constexpr auto operator<=>(const Bits128&,
                                    const Bits128&) noexcept = default;
};

/// The place of a posted operation in the ledger's serial order.
///
/// A Lamport clock (L. Lamport, "Time, Clocks, and the Ordering of Events in a
/// Distributed System", 1978): the counter is one more than the highest among
/// the accounts that the operation locked and the session that posted it; the
/// slot of that session breaks ties. So sequences are unique, rise along every
/// account and along every session, and replaying operations in their order
/// gives the same balances. They are not positions: they have gaps, and a
/// session that was quiet for a while may still post a low one.
class Sequence {
 public:
  /// The low bits, which hold the slot.
  static constexpr int kSlotBits = 10;
  /// The bits above them, which hold the counter.
  static constexpr int kCounterBits = 52;
  /// After this one the outcome is `kSequenceExhausted`.
  static constexpr std::uint64_t kMaxCounter =
      (std::uint64_t{1} << kCounterBits) - 1;
  /// How many sessions a ledger can have at once.
  static constexpr std::uint32_t kMaxSlots = std::uint32_t{1} << kSlotBits;

  /// None: before every posted operation.
  constexpr Sequence() noexcept = default;
  /// From what `value()` gave.
  constexpr explicit Sequence(std::uint64_t value) noexcept : value_(value) {}
  /// From its two parts.
  constexpr Sequence(std::uint64_t counter, std::uint32_t slot) noexcept
      : value_(counter << kSlotBits | slot) {}

  /// Counter and slot in one number, which orders as the sequence does.
  [[nodiscard]] constexpr std::uint64_t value() const noexcept {
    return value_;
  }
  /// The Lamport clock.
  [[nodiscard]] constexpr std::uint64_t counter() const noexcept {
    return value_ >> kSlotBits;
  }
  /// The slot of the session that posted.
  [[nodiscard]] constexpr std::uint32_t slot() const noexcept {
    return static_cast<std::uint32_t>(value_ & (kMaxSlots - 1));
  }
  /// Is it before every posted operation?
  [[nodiscard]] constexpr bool is_none() const noexcept { return value_ == 0; }

  friend constexpr auto operator<=>(Sequence, Sequence) noexcept = default;

 private:
  std::uint64_t value_ = 0;
};

}  // namespace lockstep::inline v0_1

template <class Tag, class Number>
struct std::hash<lockstep::Id<Tag, Number>> {
  std::size_t operator()(lockstep::Id<Tag, Number> id) const noexcept {
    return std::hash<Number>{}(id.value());
  }
};
