#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <span>
#include <string_view>

#include "lockstep/amount.h"
#include "lockstep/ids.h"
#include "lockstep/journal.h"
#include "lockstep/request.h"
#include "lockstep/transfer.h"
#include "sync_primitives.h"

namespace lockstep::engine {

/// What stands at the end of a record, as bits.
struct RecordParts {
  static constexpr std::uint8_t kId = 0x1;
  static constexpr std::uint8_t kForLog = 0x2;
};

/// The head of a posted record, as it lies in a stream: followed by its legs,
/// what it tells besides, if it is of no transfer, and the description, padded
/// to kRecordAlignment; then the id, and what only the log is told, if it has
/// these.
struct RecordHead {
  Sequence sequence;
  Tick tick;
  Bits128 user_data;
  std::uint32_t code = 0;
  std::uint8_t legs = 0;
  std::uint8_t description_bytes = 0;
  EntryKind kind = EntryKind::kTransfer;
  /// RecordParts.
  std::uint8_t parts = 0;
  /// The whole record, padding and all.
  std::uint32_t bytes = 0;
  /// Of the operation, by which a snapshot knows whether it is in it.
  std::uint32_t epoch = 0;
};

/// One leg of a posted record.
struct RecordLeg {
  AccountId account;
  Amount amount;
  /// After the whole transfer.
  Amount balance_after;
};

/// What a record of a change to an account tells besides: all of it that may
/// change, as it is from then on.
struct RecordChange {
  Amount floor;
  Amount ceiling;
  AccountStatus status = AccountStatus::kOpen;
};

/// What a record of a hold tells besides, in front of the amounts by which each
/// leg changes what its account has held.
struct RecordHold {
  Sequence hold;
};

/// Whether records of this kind have a RecordHold.
constexpr bool IsOfHold(EntryKind kind) noexcept {
  return kind >= EntryKind::kHold && kind <= EntryKind::kExpiry;
}

/// What a record of a reversal tells besides.
struct RecordReversal {
  Sequence reverses;
};

/// What a record of a change to the routes tells; it has no legs.
struct RecordRoute {
  Route route;
  bool is_allowed = false;
};

/// What a record tells the log only, at its very end: behind `seen` account ids
/// and, of a hold, `legs` legs or, of a reversal, as many numbers of legs as it
/// has legs, padded.
struct RecordForLog {
  /// What is remembered of the operation's id, kept until it is in the log; in
  /// the first record of an operation only.
  const void* id = nullptr;
  /// Of a reversal: what is known of the transfer that it takes back.
  const void* reversed = nullptr;
  /// Of a hold that is placed.
  Tick deadline;
  std::uint16_t seen = 0;
  std::uint8_t legs = 0;
  /// The record behind it belongs to the same operation.
  bool goes_on = false;
  /// All that only the log is told, and this.
  std::uint32_t bytes = 0;
};

static_assert(kMaxLegs <= UINT8_MAX && kMaxDescriptionBytes <= UINT8_MAX);

inline constexpr std::size_t kRecordAlignment = 16;

static_assert(sizeof(RecordHead) == 48 && sizeof(RecordLeg) == 40 &&
              sizeof(RecordForLog) == 32);

/// So many bytes, and the padding behind them.
constexpr std::uint32_t Padded(std::size_t bytes) noexcept {
  return static_cast<std::uint32_t>((bytes + kRecordAlignment - 1) &
                                    ~(kRecordAlignment - 1));
}

/// How much room a record takes.
constexpr std::uint32_t RecordBytes(std::size_t legs,
                                    std::size_t description_bytes) noexcept {
  return Padded(sizeof(RecordHead) + legs * sizeof(RecordLeg) +
                description_bytes);
}

/// The same for a change to an account.
inline constexpr std::uint32_t kChangeRecordBytes =
    RecordBytes(1, sizeof(RecordChange));

/// The same for a change to the routes.
inline constexpr std::uint32_t kRouteRecordBytes =
    RecordBytes(0, sizeof(RecordRoute));

/// The same for a hold.
constexpr std::uint32_t HoldRecordBytes(
    std::size_t legs, std::size_t description_bytes) noexcept {
  return RecordBytes(
      legs, sizeof(RecordHold) + legs * sizeof(Amount) + description_bytes);
}

/// The same for a reversal.
constexpr std::uint32_t ReversalRecordBytes(
    std::size_t legs, std::size_t description_bytes) noexcept {
  return RecordBytes(legs, sizeof(RecordReversal) + description_bytes);
}

/// How much more it takes with this id.
constexpr std::uint32_t IdBytes(Bits128 id) noexcept {
  return id == Bits128() ? 0 : sizeof(Bits128);
}

inline constexpr std::uint32_t kMaxRecordBytes =
    HoldRecordBytes(kMaxLegs, kMaxDescriptionBytes) + sizeof(Bits128);

static_assert(sizeof(Bits128) % kRecordAlignment == 0);

/// What an operation tells the log and not the journal; see RecordForLog.
struct ForLog {
  const void* id = nullptr;
  const void* reversed = nullptr;
  Tick deadline = {};
  bool goes_on = false;
  /// Accounts that were only looked at, rising.
  std::span<const AccountId> seen = {};
  /// Of a hold.
  std::span<const Leg> legs = {};
  /// Of a reversal: which of the transfer's legs each of its own takes back.
  std::span<const std::uint32_t> numbers = {};

  [[nodiscard]] bool is_any() const noexcept {
    return id != nullptr || reversed != nullptr || goes_on || !seen.empty() ||
           !legs.empty();
  }
};

/// How much more a record takes that tells the log of so many.
constexpr std::uint32_t ForLogBytes(std::size_t seen, std::size_t legs,
                                    std::size_t numbers) noexcept {
  return Padded(seen * sizeof(AccountId) + legs * sizeof(Leg) + numbers) +
         std::uint32_t{sizeof(RecordForLog)};
}

/// No record takes more room for the log. (No more accounts are looked at than
/// linked transfers name.)
inline constexpr std::uint32_t kMaxForLogBytes =
    ForLogBytes(kMaxLinkedLegs, kMaxLegs, kMaxLegs);

/// The first step of writing a record to `place`, which has room for it: its
/// legs. `leg_at(leg)` gives a RecordLeg. Gives the place behind them.
///
/// Records are written field by field where they are to lie, since a copy of
/// what has just been written in smaller pieces would have to wait for them.
template <class LegAt>
inline std::byte* WriteLegs(std::byte* place, std::size_t legs,
                            const LegAt& leg_at) noexcept {
  sync::WillWrite(place, "record");
  auto* const rows = reinterpret_cast<RecordLeg*>(place + sizeof(RecordHead));
  for (std::size_t leg = 0; leg < legs; ++leg) {
    new (rows + leg) RecordLeg(leg_at(leg));
  }
  return reinterpret_cast<std::byte*>(rows + legs);
}

/// The last one: the description to `behind`, where what is written ends so
/// far, the id, and the head.
inline RecordHead& WriteHead(std::byte* place, std::byte* behind,
                             EntryKind kind, Sequence sequence,
                             std::uint32_t epoch, Tick tick,
                             const TransferOptions& options, Bits128 id,
                             std::size_t legs) noexcept {
  const std::string_view description = options.description;
  if (!description.empty()) {
    std::memcpy(behind, description.data(), description.size());
  }
  const std::uint32_t id_at =
      Padded(static_cast<std::size_t>(behind - place) + description.size());
  const std::uint32_t id_bytes = IdBytes(id);
  if (id_bytes != 0) new (place + id_at) Bits128(id);
  return *new (place)
      RecordHead{sequence,
                 tick,
                 options.user_data,
                 options.code,
                 static_cast<std::uint8_t>(legs),
                 static_cast<std::uint8_t>(description.size()),
                 kind,
                 id_bytes == 0 ? std::uint8_t{0} : RecordParts::kId,
                 id_at + id_bytes,
                 epoch};
}

/// The record of a transfer.
template <class LegAt>
inline RecordHead& WriteRecord(std::byte* place, Sequence sequence,
                               std::uint32_t epoch, Tick tick,
                               const TransferOptions& options, std::size_t legs,
                               const LegAt& leg_at, Bits128 id = {}) noexcept {
  return WriteHead(place, WriteLegs(place, legs, leg_at), EntryKind::kTransfer,
                   sequence, epoch, tick, options, id, legs);
}

/// The record of a change of this kind to an account.
inline const RecordHead& WriteChangeRecord(
    std::byte* place, EntryKind kind, Sequence sequence, std::uint32_t epoch,
    Tick tick, const RecordLeg& leg, const RecordChange& change) noexcept {
  std::byte* const behind =
      WriteLegs(place, 1, [&](std::size_t) { return leg; });
  new (behind) RecordChange(change);
  return WriteHead(place, behind + sizeof(RecordChange), kind, sequence, epoch,
                   tick, kDefaultTransferOptions, {}, 1);
}

/// The record of a change to the routes.
inline const RecordHead& WriteRouteRecord(std::byte* place, Sequence sequence,
                                          std::uint32_t epoch, Tick tick,
                                          const RecordRoute& route) noexcept {
  std::byte* const behind =
      WriteLegs(place, 0, [](std::size_t) { return RecordLeg(); });
  new (behind) RecordRoute(route);
  return WriteHead(place, behind + sizeof(RecordRoute), EntryKind::kRoute,
                   sequence, epoch, tick, kDefaultTransferOptions, {}, 0);
}

/// The record of a hold that is placed or resolved. `held_at(leg)` gives the
/// amount by which the leg changes what its account has held.
template <class LegAt, class HeldAt>
inline RecordHead& WriteHoldRecord(std::byte* place, EntryKind kind,
                                   Sequence hold, Sequence sequence,
                                   std::uint32_t epoch, Tick tick,
                                   const TransferOptions& options,
                                   std::size_t legs, const LegAt& leg_at,
                                   const HeldAt& held_at) noexcept {
  std::byte* const behind = WriteLegs(place, legs, leg_at);
  new (behind) RecordHold{hold};
  auto* const held = reinterpret_cast<Amount*>(behind + sizeof(RecordHold));
  for (std::size_t leg = 0; leg < legs; ++leg) {
    new (held + leg) Amount(held_at(leg));
  }
  return WriteHead(place, reinterpret_cast<std::byte*>(held + legs), kind,
                   sequence, epoch, tick, options, options.id, legs);
}

/// The record of a reversal.
template <class LegAt>
inline RecordHead& WriteReversalRecord(std::byte* place, Sequence reverses,
                                       Sequence sequence, std::uint32_t epoch,
                                       Tick tick,
                                       const TransferOptions& options,
                                       std::size_t legs, const LegAt& leg_at,
                                       Bits128 id) noexcept {
  std::byte* const behind = WriteLegs(place, legs, leg_at);
  new (behind) RecordReversal{reverses};
  return WriteHead(place, behind + sizeof(RecordReversal), EntryKind::kReversal,
                   sequence, epoch, tick, options, id, legs);
}

/// Writes behind a record, for which there is room, what the log is told
/// besides.
inline void WriteForLog(RecordHead& head, const ForLog& what) noexcept {
  if (!what.is_any()) return;
  std::byte* const begin = reinterpret_cast<std::byte*>(&head) + head.bytes;
  std::byte* place = begin;
  const auto append = [&place](const auto& part) {
    if (part.empty()) return;
    std::memcpy(place, part.data(), part.size_bytes());
    place += part.size_bytes();
  };
  append(what.seen);
  append(what.legs);
  for (const std::uint32_t number : what.numbers) {
    *place++ = static_cast<std::byte>(number);
  }
  const std::uint32_t at = Padded(static_cast<std::size_t>(place - begin));
  const std::uint32_t bytes = at + std::uint32_t{sizeof(RecordForLog)};
  new (begin + at) RecordForLog{what.id,
                                what.reversed,
                                what.deadline,
                                static_cast<std::uint16_t>(what.seen.size()),
                                static_cast<std::uint8_t>(what.legs.size()),
                                what.goes_on,
                                bytes};
  head.parts |= RecordParts::kForLog;
  head.bytes += bytes;
}

/// A record in a stream, for reading.
class RecordView {
 public:
  RecordView() noexcept = default;
  /// `record` points to a RecordHead with its legs and description behind it.
  explicit RecordView(const std::byte* record) noexcept : record_(record) {}

  [[nodiscard]] const RecordHead& head() const noexcept {
    sync::WillRead(record_, "record");
    return *reinterpret_cast<const RecordHead*>(record_);
  }
  [[nodiscard]] std::span<const RecordLeg> legs() const noexcept {
    return {reinterpret_cast<const RecordLeg*>(record_ + sizeof(RecordHead)),
            head().legs};
  }
  /// Of a record of a change to an account.
  [[nodiscard]] const RecordChange& change() const noexcept {
    return *reinterpret_cast<const RecordChange*>(record_ + sizeof(RecordHead) +
                                                  legs().size_bytes());
  }
  /// Of a record of a change to the routes.
  [[nodiscard]] const RecordRoute& route() const noexcept {
    return *reinterpret_cast<const RecordRoute*>(Behind());
  }
  /// Of a record of a hold.
  [[nodiscard]] Sequence hold() const noexcept {
    return reinterpret_cast<const RecordHold*>(Behind())->hold;
  }
  [[nodiscard]] std::span<const Amount> held() const noexcept {
    return {reinterpret_cast<const Amount*>(Behind() + sizeof(RecordHold)),
            head().legs};
  }
  /// Of a record of a reversal.
  [[nodiscard]] Sequence reverses() const noexcept {
    return reinterpret_cast<const RecordReversal*>(Behind())->reverses;
  }
  /// What it was posted with; zero: none.
  [[nodiscard]] Bits128 id() const noexcept {
    if ((head().parts & RecordParts::kId) == 0) return {};
    return *reinterpret_cast<const Bits128*>(ForLogPlace() - sizeof(Bits128));
  }
  /// What the log is told besides; of plain transfers nothing.
  [[nodiscard]] ForLog for_log() const noexcept {
    const RecordForLog* const tail = ForLogTail();
    if (tail == nullptr) return {};
    const std::byte* const place = ForLogPlace();
    return {
        tail->id,
        tail->reversed,
        tail->deadline,
        tail->goes_on,
        {reinterpret_cast<const AccountId*>(place), tail->seen},
        {reinterpret_cast<const Leg*>(place + tail->seen * sizeof(AccountId)),
         tail->legs},
        {}};
  }
  /// Of a reversal that the log is told of: as many numbers as legs.
  [[nodiscard]] std::span<const std::uint8_t> numbers() const noexcept {
    return {reinterpret_cast<const std::uint8_t*>(
                ForLogPlace() + ForLogTail()->seen * sizeof(AccountId)),
            head().legs};
  }
  /// How many rows it is for those who read the journal.
  [[nodiscard]] std::size_t rows() const noexcept {
    return head().kind == EntryKind::kRoute ? 1 : head().legs;
  }
  /// Empty for a change to an account or to the routes.
  [[nodiscard]] std::string_view description() const noexcept {
    const std::byte* text = Behind();
    if (IsOfHold(head().kind)) {
      text += sizeof(RecordHold) + held().size_bytes();
    } else if (head().kind == EntryKind::kReversal) {
      text += sizeof(RecordReversal);
    }
    return {reinterpret_cast<const char*>(text), head().description_bytes};
  }

 private:
  // Null: the log is told nothing besides.
  [[nodiscard]] const RecordForLog* ForLogTail() const noexcept {
    if ((head().parts & RecordParts::kForLog) == 0) return nullptr;
    return reinterpret_cast<const RecordForLog*>(record_ + head().bytes -
                                                 sizeof(RecordForLog));
  }
  // Where that begins, or would.
  [[nodiscard]] const std::byte* ForLogPlace() const noexcept {
    const RecordForLog* const tail = ForLogTail();
    return record_ + head().bytes - (tail == nullptr ? 0 : tail->bytes);
  }
  // What comes after the legs.
  [[nodiscard]] const std::byte* Behind() const noexcept {
    return record_ + sizeof(RecordHead) + legs().size_bytes();
  }

  const std::byte* record_ = nullptr;
};

}  // namespace lockstep::engine
