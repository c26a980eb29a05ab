#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "engine/base/creation.h"
#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/ids.h"
#include "lockstep/journal.h"
#include "lockstep/request.h"
#include "lockstep/route.h"
#include "lockstep/transfer.h"

// What the log tells of, before it is bytes and after it was. All that a record
// points to belongs to somebody else.

namespace lockstep::engine {

/// What an account had after an operation with an id, as its receipt said.
struct LoggedBalance {
  AccountId account;
  Amount after;

  friend bool operator==(const LoggedBalance&,
                         const LoggedBalance&) noexcept = default;
};

/// What the log says of the id that something was posted with.
struct LoggedId {
  /// Zero: it has none, and the rest is empty.
  Bits128 id = {};
  /// In the first record of an operation: which of all ids that were posted it
  /// is, from 1, and what was asked for, in the words of whoever compares it.
  /// In those behind it nothing.
  std::uint64_t number = 0;
  std::span<const std::byte> content = {};
  /// What the receipt says, by rising AccountId. What the accounts had before
  /// follows from what the record moves.
  std::span<const LoggedBalance> balances = {};
  /// The same: what each flow moved.
  std::span<const Amount> flowed = {};
};

/// A posted operation, or one transfer of an operation of several.
struct LogRecord {
  EntryKind kind = EntryKind::kTransfer;
  /// True: the next record of the run belongs to the same operation.
  bool goes_on = false;
  Sequence sequence = {};
  Tick tick = {};

  /// kTransfer: what moved. kHold: what is held, payees too. kCapture,
  /// kRelease, kExpiry: the same, of the hold. kReversal: the legs of the
  /// transfer that is taken back. None of the others.
  std::span<const Leg> legs = {};
  /// kCapture: how much of each leg moved. kReversal: how much of each leg was
  /// taken back, so that the opposite moved. As many as legs, each between
  /// nothing and its leg, and not all nothing. None of the others.
  std::span<const Amount> parts = {};
  /// kCapture, kRelease, kExpiry: which hold. kReversal: which transfer.
  Sequence refers_to = {};
  /// kHold; none: it never expires.
  Tick deadline = {};

  /// kStatus, kLimits: whose. What it has from then on.
  AccountId account = {};
  AccountStatus status = AccountStatus::kOpen;
  Amount floor = {};
  Amount ceiling = {};

  /// kRoute.
  Route route = {};
  bool is_allowed = false;

  // Of all but kStatus, kLimits and kRoute.
  std::uint32_t code = 0;
  Bits128 user_data = {};
  std::string_view description = {};
  /// Accounts that the operation only looked at, rising: they have its sequence
  /// as their version, too.
  std::span<const AccountId> seen = {};
  LoggedId id = {};
};

/// Slots have runs in the log, and so has what makes assets and accounts, which
/// is of no slot.
inline constexpr std::uint32_t kCreationSlot = Sequence::kMaxSlots;

/// The longest content of an id, in bytes.
inline constexpr std::size_t kMaxIdContentBytes = std::size_t{1} << 20;

/// The most accounts that an operation only looked at.
inline constexpr std::size_t kMaxSeen = kMaxLinkedLegs;

// Which byte stands for what. Posted operations have the numbers of their kind
// of entry.
inline constexpr std::uint8_t kAssetByte = 32;
inline constexpr std::uint8_t kAccountByte = 33;

/// What a posted record has, as bits.
struct RecordFlags {
  static constexpr std::uint8_t kCode = 0x01;
  static constexpr std::uint8_t kUserData = 0x02;
  static constexpr std::uint8_t kDescription = 0x04;
  static constexpr std::uint8_t kId = 0x08;
  static constexpr std::uint8_t kGoesOn = 0x10;
  static constexpr std::uint8_t kSeen = 0x20;
  /// Two legs, of which the second moves the opposite of the first.
  static constexpr std::uint8_t kPair = 0x40;
  /// The parts are the legs.
  static constexpr std::uint8_t kWhole = 0x80;
};

/// What the record of an account has, as bits.
struct AccountFlags {
  static constexpr std::uint8_t kLimits = 0x01;
  static constexpr std::uint8_t kStatus = 0x02;
  static constexpr std::uint8_t kOwner = 0x04;
  static constexpr std::uint8_t kPurpose = 0x08;
  static constexpr std::uint8_t kKey = 0x10;
  static constexpr std::uint8_t kKeyBits = 0x20;
  static constexpr std::uint8_t kLabel = 0x40;
  static constexpr std::uint8_t kUserData = 0x80;
};

constexpr bool HasLegs(EntryKind kind) noexcept {
  return kind == EntryKind::kTransfer ||
         (kind >= EntryKind::kHold && kind <= EntryKind::kReversal);
}
constexpr bool HasParts(EntryKind kind) noexcept {
  return kind == EntryKind::kCapture || kind == EntryKind::kReversal;
}
/// A hold that is resolved, or a transfer that is taken back.
constexpr bool Refers(EntryKind kind) noexcept {
  return kind >= EntryKind::kCapture && kind <= EntryKind::kReversal;
}
/// The flags that records of this kind may have.
constexpr std::uint8_t FlagsOf(EntryKind kind) noexcept {
  if (!HasLegs(kind)) return 0;
  return HasParts(kind)
             ? std::uint8_t{0xFF}
             : static_cast<std::uint8_t>(0xFF & ~RecordFlags::kWhole);
}

}  // namespace lockstep::engine
