#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "engine/base/int128.h"
#include "engine/log/log_record.h"
#include "engine/log/log_scan.h"
#include "tests/money/random_values.h"

namespace lockstep::engine {

/// Random records, each with something of everything that its kind can have.
/// They live as long as this does.
class LogValues {
 public:
  [[nodiscard]] std::string Trace() const { return random.Trace(); }

  AccountId Account() {
    const int bits = random.Maybe() ? 8 : 32;
    return AccountId(
        std::clamp<std::uint64_t>(random.Unsigned(bits), 1, kMaxAccounts));
  }
  Amount NotZero() {
    const Amount amount = random.AnyAmount();
    return amount.is_zero() ? Amount(1) : amount;
  }
  Bits128 SomeBits() {
    return random.Maybe() ? Bits128{random.Unsigned(), random.Unsigned()}
                          : Bits128{};
  }
  std::string_view Text(std::size_t longest) {
    std::string& text = Keep(texts_);
    text.resize(random.Below(3) == 0 ? random.Below(longest + 1) : 0);
    for (char& letter : text) letter = static_cast<char>(random.Below(256));
    return text;
  }

  /// With the next counter, or one that is some way behind it.
  LogRecord Record(EntryKind kind, std::uint32_t slot, std::uint64_t& counter) {
    LogRecord record;
    record.kind = kind;
    counter += 1 + (random.Maybe() ? 0 : random.Unsigned(30));
    record.sequence = Sequence(counter, slot);
    record.tick = Tick(random.Unsigned());
    if (HasLegs(kind)) {
      FillLegs(record);
    } else if (kind == EntryKind::kRoute) {
      record.route = {static_cast<std::uint16_t>(random.Unsigned(16)),
                      static_cast<std::uint16_t>(random.Unsigned(16)),
                      static_cast<std::uint32_t>(random.Unsigned(32))};
      record.is_allowed = random.Maybe();
    } else {
      record.account = Account();
      if (kind == EntryKind::kStatus) {
        record.status = static_cast<AccountStatus>(random.Below(5));
      } else {
        record.floor = random.AnyAmount();
        record.ceiling = std::max(record.floor, random.AnyAmount());
      }
    }
    return record;
  }

  Creation MakeCreation(std::uint64_t& accounts) {
    Creation creation;
    creation.account = AccountId(++accounts);
    const auto asset =
        AssetId(static_cast<std::uint32_t>(1 + random.Below(kMaxAssets)));
    if (random.Below(4) == 0) {
      creation.made_asset = asset;
      std::string& code = Keep(texts_);
      code.assign(1 + random.Below(kMaxAssetCodeBytes), 'G');
      creation.asset.code = code;
      creation.asset.scale = static_cast<int>(random.Below(kMaxScale + 1));
      creation.asset.supply_cap = Positive();
      creation.asset.issuer_class =
          static_cast<std::uint16_t>(random.Unsigned(16));
      return creation;
    }
    AccountOptions& options = creation.options;
    options.asset = asset;
    if (random.Maybe()) options.floor = ToAmount(-ToInt128(Positive()));
    if (random.Maybe()) options.ceiling = Positive();
    options.status = static_cast<AccountStatus>(random.Below(5));
    options.owner = OwnerId(random.Maybe() ? random.Unsigned() : 0);
    options.purpose =
        PurposeId(static_cast<std::uint32_t>(random.Unsigned(32)));
    options.key = Text(kMaxKeyBytes);
    options.key_bits = SomeBits();
    options.label = Text(kMaxLabelBytes);
    options.user_data = SomeBits();
    options.account_class = static_cast<std::uint16_t>(random.Unsigned(16));
    return creation;
  }

  EntryKind Kind() { return static_cast<EntryKind>(random.Below(9)); }

  RandomValues random;

 private:
  template <class Value>
  static Value& Keep(std::deque<Value>& values) {
    return values.emplace_back();
  }
  Amount Positive() {
    const Amount amount = random.AnyAmount();
    return amount.is_negative() ? ToAmount(~ToInt128(amount)) : amount;
  }

  // Between nothing and the leg.
  Amount PartOf(Amount leg) {
    const Int128 all = ToInt128(leg);
    return ToAmount(all / static_cast<Int128>(1 + random.Below(5)));
  }

  std::vector<AccountId>& RisingAccounts(std::size_t most) {
    std::set<AccountId> accounts;
    for (std::size_t i = random.Below(most + 1); i > 0; --i) {
      accounts.insert(Account());
    }
    return accounts_.emplace_back(accounts.begin(), accounts.end());
  }

  void FillLegs(LogRecord& record) {
    std::vector<Leg>& legs = Keep(legs_);
    const std::size_t count = random.Maybe() ? 2 : 1 + random.Below(kMaxLegs);
    for (std::size_t i = 0; i < count; ++i)
      legs.push_back({Account(), NotZero()});
    if (count == 2 && random.Maybe() && legs[0].amount != Amount::Min()) {
      legs[1].amount = ToAmount(-ToInt128(legs[0].amount));
    }
    record.legs = legs;
    if (HasParts(record.kind)) {
      std::vector<Amount>& parts = Keep(amounts_);
      const bool is_whole = random.Maybe();
      for (const Leg& leg : legs) {
        parts.push_back(is_whole ? leg.amount : PartOf(leg.amount));
      }
      if (std::all_of(parts.begin(), parts.end(),
                      [](Amount part) { return part.is_zero(); })) {
        parts[0] = legs[0].amount;
      }
      record.parts = parts;
    }
    if (Refers(record.kind)) {
      record.refers_to = Sequence(1 + random.Unsigned(51), 7);
    }
    if (record.kind == EntryKind::kHold)
      record.deadline = Tick(random.Unsigned());
    record.code = static_cast<std::uint32_t>(random.Unsigned(32));
    record.user_data = SomeBits();
    record.description = Text(kMaxDescriptionBytes);
    if (random.Below(4) == 0) record.seen = RisingAccounts(kMaxSeen);
    if (random.Below(4) == 0) FillId(record.id);
  }

  void FillId(LoggedId& id) {
    id.id = {random.Unsigned(), 1 + random.Unsigned(60)};
    id.number = random.Unsigned();
    std::vector<std::byte>& content = Keep(contents_);
    content.resize(random.Maybe() ? 0 : random.Below(1000));
    for (std::byte& byte : content)
      byte = static_cast<std::byte>(random.Below(256));
    id.content = content;
    std::vector<LoggedBalance>& balances = Keep(balances_);
    for (const AccountId account : RisingAccounts(kMaxLegs)) {
      balances.push_back({account, random.AnyAmount()});
    }
    id.balances = balances;
    std::vector<Amount>& flowed = Keep(amounts_);
    for (std::size_t i = random.Below(kMaxFlows + 1); i > 0; --i) {
      flowed.push_back(Positive());
    }
    id.flowed = flowed;
  }

  std::deque<std::string> texts_;
  std::deque<std::vector<Leg>> legs_;
  std::deque<std::vector<Amount>> amounts_;
  std::deque<std::vector<AccountId>> accounts_;
  std::deque<std::vector<LoggedBalance>> balances_;
  std::deque<std::vector<std::byte>> contents_;
};

/// All that a record says, for comparing.
class LogTeller {
 public:
  static std::string Tell(const LogRecord& record) {
    LogTeller teller;
    teller.Say("kind", static_cast<int>(record.kind));
    teller.Say("goes on", record.goes_on);
    teller.Say("sequence", record.sequence.value());
    teller.Say("tick", record.tick.value());
    for (const Leg& leg : record.legs) {
      teller.Say("leg", leg.account.value());
      teller.Say("moves", leg.amount);
    }
    for (const Amount part : record.parts) teller.Say("part", part);
    teller.Say("refers to", record.refers_to.value());
    teller.Say("deadline", record.deadline.value());
    teller.Say("account", record.account.value());
    teller.Say("status", static_cast<int>(record.status));
    teller.Say("floor", record.floor);
    teller.Say("ceiling", record.ceiling);
    teller.Say("payer", record.route.payer_class);
    teller.Say("payee", record.route.payee_class);
    teller.Say("by", record.route.code);
    teller.Say("allowed", record.is_allowed);
    teller.Say("code", record.code);
    teller.Say("user data", record.user_data);
    teller.Say("description", record.description);
    for (const AccountId seen : record.seen) teller.Say("seen", seen.value());
    teller.Say("id", record.id.id);
    teller.Say("number", record.id.number);
    teller.Say("content", std::string_view(reinterpret_cast<const char*>(
                                               record.id.content.data()),
                                           record.id.content.size()));
    for (const LoggedBalance& balance : record.id.balances) {
      teller.Say("of", balance.account.value());
      teller.Say("after", balance.after);
    }
    for (const Amount flowed : record.id.flowed) teller.Say("flowed", flowed);
    return teller.out_.str();
  }

  static std::string Tell(const Creation& creation) {
    LogTeller teller;
    teller.Say("account", creation.account.value());
    teller.Say("made", creation.made_asset.value());
    teller.Say("code", creation.asset.code);
    teller.Say("scale", creation.asset.scale);
    teller.Say("cap", creation.asset.supply_cap);
    teller.Say("issuer class", creation.asset.issuer_class);
    const AccountOptions& options = creation.options;
    teller.Say("asset", options.asset.value());
    teller.Say("floor", options.floor);
    teller.Say("ceiling", options.ceiling);
    teller.Say("status", static_cast<int>(options.status));
    teller.Say("owner", options.owner.value());
    teller.Say("purpose", options.purpose.value());
    teller.Say("key", options.key);
    teller.Say("key bits", options.key_bits);
    teller.Say("label", options.label);
    teller.Say("user data", options.user_data);
    teller.Say("class", options.account_class);
    return teller.out_.str();
  }

 private:
  template <std::integral Number>
  void Say(const char* what, Number number) {
    out_ << what << ' ' << +number << '\n';
  }
  void Say(const char* what, Amount amount) {
    out_ << what << ' ' << FormatDecimal(amount, 0) << '\n';
  }
  void Say(const char* what, Bits128 bits) {
    out_ << what << ' ' << bits.high << ':' << bits.low << '\n';
  }
  void Say(const char* what, std::string_view text) {
    out_ << what << ' ' << text.size() << ':' << text << '\n';
  }

  std::ostringstream out_;
};

inline std::string Tell(const LogRecord& record) {
  return LogTeller::Tell(record);
}
inline std::string Tell(const Creation& creation) {
  return LogTeller::Tell(creation);
}

/// A file of a log, in memory.
struct WholeFile {
  std::uint64_t number = 0;
  std::span<const std::byte> bytes;
};

inline LogScan ScanWhole(const std::vector<WholeFile>& files,
                         const CheckpointSeen& checkpoint = {}) {
  std::vector<LogFile> named;
  for (const WholeFile& file : files) {
    named.push_back(
        {file.number, file.bytes.size(),
         file.bytes.first(std::min(file.bytes.size(), kSegmentHeaderBytes))});
  }
  const auto load = [&](const LogFile& wanted) {
    return std::find_if(files.begin(), files.end(),
                        [&](const WholeFile& file) {
                          return file.number == wanted.number;
                        })
        ->bytes;
  };
  return ScanLog(named, load, checkpoint);
}

}  // namespace lockstep::engine
