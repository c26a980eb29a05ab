#include "engine/log/record_encoder.h"

#include <algorithm>
#include <gsl/assert>

#include "engine/base/int128.h"

namespace lockstep::engine {
namespace {

constexpr std::size_t kMaxLegBytes = kMaxVarintBytes + kMaxVarint128Bytes;
// Everything in a record but what there is several of.
constexpr std::size_t kMaxFixedBytes =
    2 + 8 * kMaxVarintBytes + 2 * kMaxVarint128Bytes + 4 * sizeof(Bits128);

bool IsPair(std::span<const Leg> legs) noexcept {
  if (legs.size() != 2 || legs[0].amount == Amount::Min()) return false;
  return ToInt128(legs[1].amount) == -ToInt128(legs[0].amount);
}

bool IsWhole(const LogRecord& record) noexcept {
  return std::equal(
      record.parts.begin(), record.parts.end(), record.legs.begin(),
      record.legs.end(),
      [](Amount part, const Leg& leg) { return part == leg.amount; });
}

std::uint8_t FlagsFor(const LogRecord& record) noexcept {
  const auto flag = [](bool is_set, std::uint8_t bit) -> unsigned {
    return is_set ? bit : 0U;
  };
  return static_cast<std::uint8_t>(
      flag(record.code != 0, RecordFlags::kCode) |
      flag(record.user_data != Bits128(), RecordFlags::kUserData) |
      flag(!record.description.empty(), RecordFlags::kDescription) |
      flag(record.id.id != Bits128(), RecordFlags::kId) |
      flag(record.goes_on, RecordFlags::kGoesOn) |
      flag(!record.seen.empty(), RecordFlags::kSeen) |
      flag(IsPair(record.legs), RecordFlags::kPair) |
      flag(HasParts(record.kind) && IsWhole(record), RecordFlags::kWhole));
}

// An account is told by how far it is from the one before.
class AccountWriter {
 public:
  explicit AccountWriter(ByteWriter& writer) noexcept : writer_(writer) {}
  void Write(AccountId account) noexcept {
    writer_.SignedVarint(static_cast<std::int64_t>(account.value() - last_));
    last_ = account.value();
  }

 private:
  ByteWriter& writer_;
  std::uint64_t last_ = 0;
};

void EncodeLegs(const LogRecord& record, std::uint8_t flags,
                ByteWriter& writer) noexcept {
  Expects(!record.legs.empty() && record.legs.size() <= kMaxLegs);
  AccountWriter accounts(writer);
  if ((flags & RecordFlags::kPair) != 0) {
    accounts.Write(record.legs[0].account);
    accounts.Write(record.legs[1].account);
    writer.Money(record.legs[0].amount);
    return;
  }
  writer.Fixed(static_cast<std::uint8_t>(record.legs.size()));
  for (const Leg& leg : record.legs) {
    accounts.Write(leg.account);
    writer.Money(leg.amount);
  }
}

void EncodeId(const LoggedId& id, ByteWriter& writer) noexcept {
  Expects(id.content.size() <= kMaxIdContentBytes);
  Expects(id.balances.size() <= kMaxLegs && id.flowed.size() <= kMaxFlows);
  writer.Fixed(id.id);
  writer.Varint(id.number);
  writer.Varint(id.content.size());
  writer.Bytes(id.content);
  writer.Fixed(static_cast<std::uint8_t>(id.balances.size()));
  AccountWriter accounts(writer);
  for (const LoggedBalance& balance : id.balances) {
    accounts.Write(balance.account);
    writer.Money(balance.after);
  }
  writer.Fixed(static_cast<std::uint8_t>(id.flowed.size()));
  for (const Amount flowed : id.flowed) writer.Money(flowed);
}

void EncodeWhatItTells(const LogRecord& record, std::uint8_t flags,
                       ByteWriter& writer) noexcept {
  if (HasLegs(record.kind)) {
    if (Refers(record.kind)) writer.Varint(record.refers_to.value());
    if (record.kind == EntryKind::kHold) writer.Varint(record.deadline.value());
    EncodeLegs(record, flags, writer);
    if (HasParts(record.kind) && (flags & RecordFlags::kWhole) == 0) {
      Expects(record.parts.size() == record.legs.size());
      for (const Amount part : record.parts) writer.Money(part);
    }
    return;
  }
  if (record.kind == EntryKind::kRoute) {
    writer.Varint(record.route.payer_class);
    writer.Varint(record.route.payee_class);
    writer.Varint(record.route.code);
    writer.Fixed(static_cast<std::uint8_t>(record.is_allowed));
    return;
  }
  writer.Varint(record.account.value());
  if (record.kind == EntryKind::kStatus) {
    writer.Fixed(static_cast<std::uint8_t>(record.status));
  } else {
    writer.Money(record.floor);
    writer.Money(record.ceiling);
  }
}

std::uint8_t FlagsFor(const AccountOptions& options) noexcept {
  const auto flag = [](bool is_set, std::uint8_t bit) -> unsigned {
    return is_set ? bit : 0U;
  };
  const bool has_limits =
      !options.floor.is_zero() || options.ceiling != Amount::Max();
  return static_cast<std::uint8_t>(
      flag(has_limits, AccountFlags::kLimits) |
      flag(options.status != AccountStatus::kOpen, AccountFlags::kStatus) |
      flag(!options.owner.is_none(), AccountFlags::kOwner) |
      flag(!options.purpose.is_none(), AccountFlags::kPurpose) |
      flag(!options.key.empty(), AccountFlags::kKey) |
      flag(options.key_bits != Bits128(), AccountFlags::kKeyBits) |
      flag(!options.label.empty(), AccountFlags::kLabel) |
      flag(options.user_data != Bits128(), AccountFlags::kUserData));
}

void EncodeAsset(const Creation& creation, ByteWriter& writer) noexcept {
  Expects(creation.asset.code.size() <= kMaxAssetCodeBytes);
  writer.Fixed(kAssetByte);
  writer.Fixed(std::uint8_t{0});
  writer.Varint(creation.made_asset.value());
  writer.Fixed(static_cast<std::uint8_t>(creation.asset.scale));
  writer.Money(creation.asset.supply_cap);
  writer.Varint(creation.asset.issuer_class);
  writer.Text(creation.asset.code);
}

void EncodeAccount(const AccountOptions& options, ByteWriter& writer) noexcept {
  Expects(options.key.size() <= kMaxKeyBytes &&
          options.label.size() <= kMaxLabelBytes);
  const std::uint8_t flags = FlagsFor(options);
  const auto has = [flags](std::uint8_t bit) { return (flags & bit) != 0; };
  writer.Fixed(kAccountByte);
  writer.Fixed(flags);
  writer.Varint(options.asset.value());
  writer.Varint(options.account_class);
  if (has(AccountFlags::kLimits)) {
    writer.Money(options.floor);
    writer.Money(options.ceiling);
  }
  if (has(AccountFlags::kStatus)) {
    writer.Fixed(static_cast<std::uint8_t>(options.status));
  }
  if (has(AccountFlags::kOwner)) writer.Varint(options.owner.value());
  if (has(AccountFlags::kPurpose)) writer.Varint(options.purpose.value());
  if (has(AccountFlags::kKey)) writer.Text(options.key);
  if (has(AccountFlags::kKeyBits)) writer.Fixed(options.key_bits);
  if (has(AccountFlags::kLabel)) writer.Text(options.label);
  if (has(AccountFlags::kUserData)) writer.Fixed(options.user_data);
}

}  // namespace

std::size_t MaxEncodedBytes(const LogRecord& record) noexcept {
  return kMaxFixedBytes + record.legs.size() * kMaxLegBytes +
         record.parts.size() * kMaxVarint128Bytes + record.description.size() +
         record.seen.size() * kMaxVarintBytes + record.id.content.size() +
         record.id.balances.size() * kMaxLegBytes +
         record.id.flowed.size() * kMaxVarint128Bytes;
}

std::size_t MaxEncodedBytes(const Creation& creation) noexcept {
  return kMaxFixedBytes + creation.asset.code.size() +
         creation.options.key.size() + creation.options.label.size();
}

void EncodeRecord(const LogRecord& record, RecordBase& base,
                  ByteWriter& writer) noexcept {
  Expects(record.sequence.counter() > base.counter);
  const std::uint8_t flags = FlagsFor(record);
  Expects((flags & ~FlagsOf(record.kind)) == 0);
  const auto has = [flags](std::uint8_t bit) { return (flags & bit) != 0; };
  writer.Fixed(static_cast<std::uint8_t>(record.kind));
  writer.Fixed(flags);
  writer.Varint(record.sequence.counter() - base.counter);
  writer.SignedVarint(
      static_cast<std::int64_t>(record.tick.value() - base.tick.value()));
  base = {record.sequence.counter(), record.tick};
  EncodeWhatItTells(record, flags, writer);
  if (has(RecordFlags::kCode)) writer.Varint(record.code);
  if (has(RecordFlags::kUserData)) writer.Fixed(record.user_data);
  if (has(RecordFlags::kDescription)) {
    Expects(record.description.size() <= kMaxDescriptionBytes);
    writer.Text(record.description);
  }
  if (has(RecordFlags::kSeen)) {
    Expects(record.seen.size() <= kMaxSeen);
    writer.Varint(record.seen.size());
    AccountWriter accounts(writer);
    for (const AccountId account : record.seen) accounts.Write(account);
  }
  if (has(RecordFlags::kId)) EncodeId(record.id, writer);
}

void EncodeRecord(const Creation& creation, RecordBase& base,
                  ByteWriter& writer) noexcept {
  Expects(creation.account.value() == base.counter + 1);
  base.counter = creation.account.value();
  if (creation.made_asset.is_none()) {
    EncodeAccount(creation.options, writer);
  } else {
    EncodeAsset(creation, writer);
  }
}

}  // namespace lockstep::engine
