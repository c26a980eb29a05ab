#include "engine/log/record_decoder.h"

#include <algorithm>

#include "engine/base/int128.h"

namespace lockstep::engine {
namespace {

constexpr Amount kNothing;

// Accounts that are told by how far each is from the one before.
class AccountReader {
 public:
  explicit AccountReader(ByteReader& reader) noexcept : reader_(reader) {}

  AccountId Read() noexcept {
    // Wraps round as the writer's subtraction did.
    last_ += static_cast<std::uint64_t>(reader_.SignedVarint());
    if (last_ == 0 || last_ > kMaxAccounts) reader_.Fail(LogFault::kAccount);
    return AccountId(last_);
  }
  // One that is above the one before.
  AccountId ReadRising() noexcept {
    const std::uint64_t before = last_;
    const AccountId account = Read();
    if (account.value() <= before) reader_.Fail(LogFault::kAccount);
    return account;
  }

 private:
  ByteReader& reader_;
  std::uint64_t last_ = 0;
};

AccountStatus ReadStatus(ByteReader& reader) noexcept {
  const auto status = static_cast<AccountStatus>(reader.Fixed<std::uint8_t>());
  if (status > AccountStatus::kClosed) reader.Fail(LogFault::kStatus);
  return status;
}

// What is told only where it is something.
template <class Value>
Value NotNothing(Value value, ByteReader& reader) noexcept {
  if (value == Value()) reader.Fail(LogFault::kNotPlain);
  return value;
}

bool IsPartOf(Amount part, Amount leg) noexcept {
  return leg.is_negative() ? part <= kNothing && part >= leg
                           : part >= kNothing && part <= leg;
}

AssetId ReadAsset(ByteReader& reader) noexcept {
  const std::uint64_t asset = reader.VarintUpTo(kMaxAssets, LogFault::kAsset);
  if (asset == 0) reader.Fail(LogFault::kAsset);
  return AssetId(static_cast<std::uint32_t>(asset));
}

std::uint16_t ReadClass(ByteReader& reader) noexcept {
  return static_cast<std::uint16_t>(
      reader.VarintUpTo(UINT16_MAX, LogFault::kNotShort));
}

Route ReadRoute(ByteReader& reader) noexcept {
  Route route;
  route.payer_class = ReadClass(reader);
  route.payee_class = ReadClass(reader);
  route.code = static_cast<std::uint32_t>(
      reader.VarintUpTo(UINT32_MAX, LogFault::kNotShort));
  return route;
}

void DecodeAsset(ByteReader& reader, Creation& creation) noexcept {
  creation.made_asset = ReadAsset(reader);
  creation.asset.scale = reader.Fixed<std::uint8_t>();
  if (creation.asset.scale > kMaxScale) reader.Fail(LogFault::kAsset);
  creation.asset.supply_cap = reader.Money();
  if (creation.asset.supply_cap.is_negative()) reader.Fail(LogFault::kLimits);
  creation.asset.issuer_class = ReadClass(reader);
  creation.asset.code = reader.Text();
  const std::size_t bytes = creation.asset.code.size();
  if (bytes == 0 || bytes > kMaxAssetCodeBytes) reader.Fail(LogFault::kText);
}

void DecodeLimits(ByteReader& reader, AccountOptions& options) noexcept {
  options.floor = reader.Money();
  options.ceiling = reader.Money();
  if (options.floor > kNothing || options.ceiling < kNothing) {
    reader.Fail(LogFault::kLimits);
  }
  if (options.floor.is_zero() && options.ceiling == Amount::Max()) {
    reader.Fail(LogFault::kNotPlain);
  }
}

void DecodeAccount(std::uint8_t flags, ByteReader& reader,
                   AccountOptions& options) noexcept {
  const auto has = [flags](std::uint8_t bit) { return (flags & bit) != 0; };
  options.asset = ReadAsset(reader);
  options.account_class = ReadClass(reader);
  if (has(AccountFlags::kLimits)) DecodeLimits(reader, options);
  if (has(AccountFlags::kStatus)) {
    options.status = NotNothing(ReadStatus(reader), reader);
  }
  if (has(AccountFlags::kOwner)) {
    options.owner = NotNothing(OwnerId(reader.Varint()), reader);
  }
  if (has(AccountFlags::kPurpose)) {
    const std::uint64_t purpose =
        reader.VarintUpTo(UINT32_MAX, LogFault::kNotShort);
    options.purpose =
        NotNothing(PurposeId(static_cast<std::uint32_t>(purpose)), reader);
  }
  if (has(AccountFlags::kKey)) options.key = NotNothing(reader.Text(), reader);
  if (has(AccountFlags::kKeyBits)) {
    options.key_bits = NotNothing(reader.FixedBits128(), reader);
  }
  if (has(AccountFlags::kLabel)) {
    options.label = NotNothing(reader.Text(), reader);
  }
  if (has(AccountFlags::kUserData)) {
    options.user_data = NotNothing(reader.FixedBits128(), reader);
  }
}

}  // namespace

void RecordDecoder::DecodeLegs(bool is_pair, ByteReader& reader,
                               LogRecord& record) noexcept {
  AccountReader accounts(reader);
  if (is_pair) {
    legs_[0].account = accounts.Read();
    legs_[1].account = accounts.Read();
    legs_[0].amount = reader.Money();
    if (legs_[0].amount.is_zero() || legs_[0].amount == Amount::Min()) {
      return reader.Fail(LogFault::kLegs);
    }
    legs_[1].amount = ToAmount(-ToInt128(legs_[0].amount));
    record.legs = {legs_.data(), 2};
    return;
  }
  const std::size_t count = reader.Fixed<std::uint8_t>();
  if (count == 0 || count > kMaxLegs) return reader.Fail(LogFault::kLegs);
  for (std::size_t leg = 0; leg < count; ++leg) {
    legs_[leg].account = accounts.Read();
    legs_[leg].amount = reader.Money();
    if (legs_[leg].amount.is_zero()) return reader.Fail(LogFault::kLegs);
  }
  const Amount first = legs_[0].amount;
  if (count == 2 && first != Amount::Min() &&
      ToInt128(legs_[1].amount) == -ToInt128(first)) {
    return reader.Fail(LogFault::kNotPlain);
  }
  record.legs = {legs_.data(), count};
}

void RecordDecoder::DecodeParts(bool is_whole, ByteReader& reader,
                                LogRecord& record) noexcept {
  const std::size_t count = record.legs.size();
  bool is_any = false;
  bool is_all = true;
  for (std::size_t leg = 0; leg < count; ++leg) {
    const Amount all = record.legs[leg].amount;
    parts_[leg] = is_whole ? all : reader.Money();
    if (!IsPartOf(parts_[leg], all)) return reader.Fail(LogFault::kParts);
    is_any |= !parts_[leg].is_zero();
    is_all &= parts_[leg] == all;
  }
  if (!is_any) return reader.Fail(LogFault::kParts);
  if (is_all && !is_whole) return reader.Fail(LogFault::kNotPlain);
  record.parts = {parts_.data(), count};
}

void RecordDecoder::DecodeSeen(ByteReader& reader, LogRecord& record) noexcept {
  const std::uint64_t count = reader.VarintUpTo(kMaxSeen, LogFault::kAccount);
  if (count == 0) return reader.Fail(LogFault::kNotPlain);
  AccountReader accounts(reader);
  for (std::size_t i = 0; i < count && reader.ok(); ++i) {
    seen_[i] = accounts.ReadRising();
  }
  record.seen = {seen_.data(), static_cast<std::size_t>(count)};
}

void RecordDecoder::DecodeId(ByteReader& reader, LogRecord& record) noexcept {
  LoggedId& id = record.id;
  id.id = NotNothing(reader.FixedBits128(), reader);
  id.number = reader.Varint();
  id.content = reader.Bytes(static_cast<std::size_t>(
      reader.VarintUpTo(kMaxIdContentBytes, LogFault::kId)));
  const std::size_t balances = reader.Fixed<std::uint8_t>();
  if (balances > kMaxLegs) return reader.Fail(LogFault::kId);
  AccountReader accounts(reader);
  for (std::size_t i = 0; i < balances && reader.ok(); ++i) {
    balances_[i].account = accounts.ReadRising();
    balances_[i].after = reader.Money();
  }
  id.balances = {balances_.data(), balances};
  const std::size_t flowed = reader.Fixed<std::uint8_t>();
  if (flowed > kMaxFlows) return reader.Fail(LogFault::kId);
  for (std::size_t i = 0; i < flowed && reader.ok(); ++i) {
    flowed_[i] = reader.Money();
    if (flowed_[i].is_negative()) return reader.Fail(LogFault::kId);
  }
  id.flowed = {flowed_.data(), flowed};
}

void RecordDecoder::DecodeWhatItTells(std::uint8_t flags, ByteReader& reader,
                                      LogRecord& record) noexcept {
  if (HasLegs(record.kind)) {
    if (Refers(record.kind)) {
      record.refers_to = Sequence(reader.Varint());
      // (Counters are never zero.) What it refers to was posted before it.
      if (record.refers_to.counter() == 0) reader.Fail(LogFault::kSequence);
    }
    if (record.kind == EntryKind::kHold)
      record.deadline = Tick(reader.Varint());
    DecodeLegs((flags & RecordFlags::kPair) != 0, reader, record);
    if (HasParts(record.kind) && reader.ok()) {
      DecodeParts((flags & RecordFlags::kWhole) != 0, reader, record);
    }
    return;
  }
  if (record.kind == EntryKind::kRoute) {
    record.route = ReadRoute(reader);
    const auto is_allowed = reader.Fixed<std::uint8_t>();
    if (is_allowed > 1) reader.Fail(LogFault::kReserved);
    record.is_allowed = is_allowed == 1;
    return;
  }
  const std::uint64_t account =
      reader.VarintUpTo(kMaxAccounts, LogFault::kAccount);
  if (account == 0) return reader.Fail(LogFault::kAccount);
  record.account = AccountId(account);
  if (record.kind == EntryKind::kStatus) {
    record.status = ReadStatus(reader);
  } else {
    record.floor = reader.Money();
    record.ceiling = reader.Money();
    if (record.floor > record.ceiling) reader.Fail(LogFault::kLimits);
  }
}

void RecordDecoder::Decode(std::uint32_t slot, RecordBase& base,
                           ByteReader& reader, LogRecord& record) noexcept {
  record = {};
  const auto kind = reader.Fixed<std::uint8_t>();
  const auto flags = reader.Fixed<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(EntryKind::kRoute)) {
    return reader.Fail(LogFault::kKind);
  }
  record.kind = static_cast<EntryKind>(kind);
  if ((flags & ~FlagsOf(record.kind)) != 0) {
    return reader.Fail(LogFault::kFlags);
  }
  const auto has = [flags](std::uint8_t bit) { return (flags & bit) != 0; };
  record.goes_on = has(RecordFlags::kGoesOn);
  const std::uint64_t distance = reader.Varint();
  if (distance == 0 || distance > Sequence::kMaxCounter - base.counter) {
    return reader.Fail(LogFault::kSequence);
  }
  record.sequence = Sequence(base.counter + distance, slot);
  // Wraps round as the writer's subtraction did.
  record.tick = Tick(base.tick.value() +
                     static_cast<std::uint64_t>(reader.SignedVarint()));
  base = {record.sequence.counter(), record.tick};
  DecodeWhatItTells(flags, reader, record);
  if (has(RecordFlags::kCode)) {
    record.code = static_cast<std::uint32_t>(
        NotNothing(reader.VarintUpTo(UINT32_MAX, LogFault::kNotShort), reader));
  }
  if (has(RecordFlags::kUserData)) {
    record.user_data = NotNothing(reader.FixedBits128(), reader);
  }
  if (has(RecordFlags::kDescription)) {
    record.description = NotNothing(reader.Text(), reader);
  }
  if (has(RecordFlags::kSeen)) DecodeSeen(reader, record);
  if (has(RecordFlags::kId)) DecodeId(reader, record);
}

void RecordDecoder::Decode(RecordBase& base, ByteReader& reader,
                           Creation& creation) noexcept {
  creation = {};
  const auto kind = reader.Fixed<std::uint8_t>();
  const auto flags = reader.Fixed<std::uint8_t>();
  if (base.counter >= kMaxAccounts) return reader.Fail(LogFault::kAccount);
  creation.account = AccountId(++base.counter);
  if (kind == kAccountByte) {
    DecodeAccount(flags, reader, creation.options);
  } else if (kind == kAssetByte) {
    if (flags != 0) return reader.Fail(LogFault::kFlags);
    DecodeAsset(reader, creation);
  } else {
    reader.Fail(LogFault::kKind);
  }
}

}  // namespace lockstep::engine
