#include "tests/recovery/workload.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/recovery/disk_ledger.h"

namespace lockstep::engine {
namespace {

constexpr AccountId kCid{4};
constexpr AccountId kInk{5};   // the issuer of another asset
constexpr AccountId kWell{6};  // an account of that

constexpr Bits128 kFirstId{7, 1};
constexpr Bits128 kLinkedId{7, 2};

// What is held, told by what it was asked with: its id depends on nothing else.
constexpr std::uint32_t kHoldCode = 77;

HoldId HoldNumber(Ledger& ledger, std::size_t number) {
  // Holds are found by their sequences, which are the versions that their
  // accounts had then: so they are looked for.
  const std::uint64_t most = ledger.GetAccount(kAnn)->version.counter() + 200;
  for (std::uint64_t counter = 1; counter <= most; ++counter) {
    const HoldId id(counter, 0);
    const Result<HoldInfo> hold = ledger.GetHold(id);
    if (hold && hold->code == kHoldCode + number) return id;
  }
  return {};
}

}  // namespace

bool Workload::Do(Ledger& ledger) {
  const bool is_durable = DoOne(ledger);
  ++done_;
  return is_durable;
}

void Workload::Fill(Ledger& ledger) {
  const std::string description(kMaxDescriptionBytes, 'x');
  for (int i = 0; i < 100; ++i) {
    ledger.Transfer(kMint, kBob, Amount(1 + i), {.description = description});
  }
}

bool Workload::DoOne(Ledger& ledger) {
  const std::array<Leg, 3> three = {Leg{kAnn, Amount(-3)}, Leg{kBob, Amount(1)},
                                    Leg{kCid, Amount(2)}};
  const std::array<Leg, 2> two = {Leg{kAnn, Amount(-10)},
                                  Leg{kBob, Amount(10)}};
  const auto transfer = [&](AccountId from, AccountId to, int amount,
                            const TransferOptions& options = {}) {
    return ledger.Transfer(from, to, Amount(amount), options).is_durable();
  };
  const auto flush = [&] { return ledger.Flush() == Outcome::kOk; };
  switch (done_) {
    case 0:
      static_cast<void>(ledger.CreateAsset(
          {.code = "GOLD", .scale = 2, .supply_cap = Amount(1'000'000)}));
      return false;
    case 1:
      static_cast<void>(ledger.CreateAccount({.asset = AssetId(1),
                                              .key = "ann",
                                              .label = "Ann",
                                              .account_class = 4}));
      return flush();
    case 2:
      static_cast<void>(ledger.CreateAccount({.asset = AssetId(1),
                                              .ceiling = Amount(900'000),
                                              .owner = OwnerId(9),
                                              .purpose = PurposeId(8)}));
      static_cast<void>(ledger.CreateAccount(
          {.asset = AssetId(1), .floor = Amount(-50), .key_bits = {5, 6}}));
      return false;
    case 3:
      return transfer(kMint, kAnn, 1000, Sync());
    case 4:
      return transfer(kAnn, kBob, 7, {.description = "a loan", .code = 3});
    case 5:
      ledger.Post(three, {.user_data = {1, 2}});
      return false;
    case 6:
      return ledger.Post(three, Sync()).is_durable();
    case 7:
      static_cast<void>(ledger.Advance(Tick(100)));
      return false;
    case 8:
      return flush();
    case 9:
      return transfer(kAnn, kBob, 1, Sync({.id = kFirstId}));
    case 10:
      return transfer(kAnn, kBob, 1, Sync({.id = kFirstId}));  // again
    case 11:
      ledger.Hold(two, Tick(500), {.code = kHoldCode});
      return false;
    case 12:
      ledger.Hold(two, {}, {.code = kHoldCode + 1});
      return false;
    case 13:
      return ledger.Hold(two, Tick(150), Sync({.code = kHoldCode + 2}))
          .is_durable();
    case 14: {
      const std::array<Amount, 2> part = {Amount(-4), Amount(4)};
      ledger.Capture(HoldNumber(ledger, 0), part);
      return false;
    }
    case 15:
      return ledger.Release(HoldNumber(ledger, 1), Sync()).is_durable();
    case 16:
      static_cast<void>(ledger.Advance(Tick(200)));  // the third one expires
      return flush();
    case 17:
      Fill(ledger);
      return false;
    case 18:
      return flush();
    case 19:
      static_cast<void>(ledger.SetStatus(kCid, AccountStatus::kDebitsFrozen));
      return false;
    case 20:
      static_cast<void>(ledger.SetLimits(kBob, Amount(-100), Amount(800'000)));
      return flush();
    case 21: {
      const std::array<TransferRequest, 3> linked = {
          TransferRequest{.legs = two},
          TransferRequest{.legs = three, .options = {.code = 5}},
          TransferRequest{.legs = two}};
      return ledger
          .PostAll(linked, {},
                   {.id = kLinkedId, .durability = Durability::kSync})
          .is_durable;
    }
    case 22: {
      const std::array<AccountId, 3> declared = {kAnn, kBob, kCid};
      const auto pay = [](const AccountStates&) {
        return Decision().Move(kAnn, kBob, Amount(1));
      };
      ledger.Transact(declared, pay);
      return false;
    }
    case 23:
      Fill(ledger);
      return flush();
    case 24: {
      const std::array<Condition, 1> conditions = {
          Require::StatusEquals(kCid, AccountStatus::kDebitsFrozen)};
      const std::array<Flow, 1> flows = {
          Flow{.from = kAnn, .to = kBob, .at_most = Amount(40)}};
      return ledger
          .Post({.flows = flows, .conditions = conditions, .options = Sync()})
          .is_durable();
    }
    case 25: {
      // Reversing needs the legs: there is no journal.
      const std::array<Amount, 2> part = {Amount(-2), Amount(2)};
      const Reversal reversal{
          .transfer = Sequence(9, 0), .amounts = part, .legs = two};
      ledger.Reverse(reversal);
      return false;
    }
    case 26:
      static_cast<void>(ledger.CreateAsset({.code = "INK"}));
      static_cast<void>(ledger.CreateAccount({.asset = AssetId(2)}));
      return transfer(kInk, kWell, 5, Sync());
    case 27:
      return transfer(kWell, kInk, 2);
    case 28:
      static_cast<void>(ledger.SetStatus(kCid, AccountStatus::kOpen));
      return flush();
    case 29:
      Fill(ledger);
      return false;
    case 30:
      Fill(ledger);
      return flush();
    default:
      if (done_ % 5 == 0) return flush();
      return transfer(done_ % 2 == 0 ? kAnn : kBob,
                      done_ % 2 == 0 ? kBob : kAnn, 1 + static_cast<int>(done_),
                      done_ % 3 == 0 ? Sync() : TransferOptions());
  }
}

std::vector<std::string> Workload::AllStates() {
  FaultyDisk disk;
  Ledger ledger = OpenOn(disk).value();
  std::vector<std::string> states = {Describe(ledger)};
  for (Workload workload; workload.done() < kOperations;) {
    workload.Do(ledger);
    states.push_back(Describe(ledger));
  }
  EXPECT_TRUE(ledger.Audit()->ok);
  return states;
}

std::string Workload::Describe(Ledger& ledger) {
  const Bits128 digest = ledger.Digest().value();
  std::string text =
      absl::StrCat(digest.high, ":", digest.low, " at ", ledger.now().value());
  for (std::uint64_t i = 1; i <= ledger.account_count(); ++i) {
    const AccountInfo info = ledger.GetAccount(AccountId(i)).value();
    absl::StrAppend(&text, "\n", i, ": ", FormatDecimal(info.balance, 0), " (",
                    FormatDecimal(info.held, 0), " held), ",
                    info.version.counter(), "/", info.version.slot(), " ",
                    info.key, " ", info.label);
  }
  for (std::uint64_t counter = 1; counter < 60; ++counter) {
    const Result<HoldInfo> hold = ledger.GetHold(HoldId(counter, 0));
    if (!hold || hold->status != HoldStatus::kOpen) continue;
    absl::StrAppend(&text, "\nhold ", counter, " until ",
                    hold->deadline.value(), " of ", hold->legs.size());
  }
  for (const Bits128 id : {kFirstId, kLinkedId}) {
    const Receipt again =
        ledger.Transfer(kAnn, kBob, Amount(1), {.dry_run = true, .id = id});
    absl::StrAppend(&text, "\nid ", id.low, ": ",
                    std::string(OutcomeName(again.outcome())),
                    again.is_replay());
  }
  return text;
}

}  // namespace lockstep::engine
