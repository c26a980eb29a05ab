// The engine against the reference model, over random sequences of operations.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/posting/ways.h"
#include "tests/support/reference_model.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::ReferenceModel;
using Number = ReferenceModel::Number;

// Makes up operations that meet each other often: few accounts, all of them
// near some limit, and amounts that are small or enormous.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t Below(std::uint64_t end) { return random_() % end; }
  bool OneIn(std::uint64_t chances) { return Below(chances) == 0; }

  Amount SmallAmount() {
    return Amount(static_cast<std::int64_t>(Below(201)) - 100);
  }
  Amount AnyAmount() {
    static constexpr std::array kEdges = {
        Amount::Min(),
        Amount::FromHalves(INT64_MIN, 1),
        Amount::FromHalves(INT64_MIN / 2, 0),
        Amount(INT64_MIN),
        Amount(-1),
        Amount(0),
        Amount(1),
        Amount(UINT64_MAX),
        Amount::FromHalves(1, 0),
        Amount::FromHalves(INT64_MAX / 2, UINT64_MAX),
        Amount::Max()};
    if (!OneIn(8)) return SmallAmount();
    if (OneIn(2))
      return Amount::FromHalves(static_cast<std::int64_t>(random_()),
                                random_());
    // Within a few units of an edge, where that is possible.
    const Amount edge = kEdges[Below(kEdges.size())];
    return Add(edge, Amount(static_cast<std::int64_t>(Below(7)) - 3))
        .value_or(edge);
  }

  // Now and then one that is not there.
  AccountId Account(std::uint64_t count) {
    if (OneIn(100)) return AccountId(OneIn(2) ? 0 : count + 1 + Below(5));
    return AccountId(1 + Below(count));
  }

  std::mt19937_64& generator() { return random_; }

 private:
  std::mt19937_64 random_;
};

class ModelTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  explicit ModelTest(bool routes_only = false)
      : seed_(test::Seed() +
              1000 * static_cast<std::uint64_t>(std::get<Mode>(GetParam()))),
        dice_(seed_),
        model_(routes_only),
        ledger_(Ledger::Open({.concurrency = std::get<Concurrency>(GetParam()),
                              .journal_bytes = 4 << 20,
                              .id_window = kIdWindow,
                              .routes_only = routes_only})
                    .value()) {}

  // Limits at which balances stop, now and then.
  Amount AnyLimit(bool is_floor) {
    if (dice_.OneIn(3)) return is_floor ? Amount::Min() : Amount::Max();
    if (dice_.OneIn(10)) return dice_.AnyAmount();
    const Amount limit(static_cast<std::int64_t>(dice_.Below(300)));
    return is_floor ? Negate(limit).value() : limit;
  }

  void CreateAsset() {
    const std::string code =
        dice_.OneIn(20) ? "" : "ASSET" + std::to_string(dice_.Below(12));
    const AssetOptions options = {
        .code = code,
        .scale = static_cast<int>(dice_.Below(20)),
        .supply_cap = dice_.OneIn(2) ? Amount::Max() : dice_.AnyAmount(),
        .issuer_class = AnyClass()};
    EXPECT_EQ(ledger_.CreateAsset(options).error(),
              model_.CreateAsset(options));
  }

  void CreateAccount() {
    AccountOptions options;
    // Mostly of the first two assets, so that there are transfers to be made.
    options.asset = AssetId(static_cast<std::uint32_t>(
        dice_.OneIn(10) ? dice_.Below(14) : 1 + dice_.Below(2)));
    options.floor = dice_.OneIn(2) ? Amount() : AnyLimit(true);
    options.ceiling = dice_.OneIn(2) ? Amount::Max() : AnyLimit(false);
    if (dice_.OneIn(10)) options.status = AnyStatus();
    const std::string key = std::to_string(dice_.Below(500));
    if (dice_.OneIn(3)) options.key = key;
    if (dice_.OneIn(3)) options.key_bits = {dice_.Below(3), dice_.Below(99)};
    if (dice_.OneIn(3)) options.owner = OwnerId(dice_.Below(50));
    if (dice_.OneIn(3)) options.purpose = PurposeId(7);
    options.account_class = AnyClass();
    const Result<AccountId> made = ledger_.CreateAccount(options);
    EXPECT_EQ(made.error(), model_.CreateAccount(options));
    if (made) {
      EXPECT_EQ(*made, AccountId(model_.accounts().size()));
    }
  }

  AccountStatus AnyStatus() {
    return static_cast<AccountStatus>(dice_.Below(dice_.OneIn(50) ? 7 : 5));
  }
  std::uint16_t AnyClass() {
    return static_cast<std::uint16_t>(dice_.Below(3));
  }
  AccountId AnyAccount() { return dice_.Account(model_.accounts().size()); }

  void SetStatus() {
    const AccountId account = AnyAccount();
    // Mostly open, or soon nothing would move.
    const AccountStatus status =
        dice_.OneIn(3) ? AnyStatus() : AccountStatus::kOpen;
    EXPECT_EQ(ledger_.SetStatus(account, status),
              model_.SetStatus(account, status));
    if (model_.accounts().contains(account)) ExpectSameAccount(account);
  }

  // Often such that it can be: around what there is.
  void SetLimits() {
    const AccountId account = AnyAccount();
    Amount floor = AnyLimit(true);
    Amount ceiling = AnyLimit(false);
    const auto known = model_.accounts().find(account);
    if (known != model_.accounts().end() && dice_.OneIn(2)) {
      const Amount balance = ReferenceModel::AmountOf(known->second.balance);
      const Amount margin(static_cast<std::int64_t>(dice_.Below(200)));
      floor = Subtract(balance, margin).value_or(Amount::Min());
      ceiling = Add(balance, margin).value_or(Amount::Max());
    }
    if (dice_.OneIn(30)) std::swap(floor, ceiling);
    EXPECT_EQ(ledger_.SetLimits(account, floor, ceiling),
              Seen(model_.SetLimits(account, floor, ceiling)));
    if (model_.accounts().contains(account)) ExpectSameAccount(account);
  }

  void SetSupplyCap() {
    const AssetId asset(static_cast<std::uint32_t>(dice_.Below(14)));
    const Amount cap = dice_.OneIn(2) ? Amount::Max() : dice_.AnyAmount();
    EXPECT_EQ(ledger_.SetSupplyCap(asset, cap),
              Seen(model_.SetSupplyCap(asset, cap)));
  }

  Outcome Seen(Outcome outcome) {
    ++seen_[static_cast<std::size_t>(outcome)];
    return outcome;
  }

  // In the end a quarter of those that there can be are allowed: with wildcards
  // enough that most things move.
  void SetRoute() {
    const Route route = {dice_.OneIn(3) ? Route::kAnyClass : AnyClass(),
                         dice_.OneIn(3) ? Route::kAnyClass : AnyClass(),
                         dice_.OneIn(2)
                             ? Route::kAnyCode
                             : static_cast<std::uint32_t>(dice_.Below(5))};
    if (dice_.OneIn(4)) {
      EXPECT_EQ(ledger_.AllowRoute(route), Seen(model_.AllowRoute(route)));
    } else {
      EXPECT_EQ(ledger_.ForbidRoute(route), Seen(model_.ForbidRoute(route)));
    }
  }

  HoldId AnyHold() {
    if (holds_.empty() || dice_.OneIn(40)) return HoldId(dice_.Below(99), 0);
    // Mostly a young one, which may be open.
    const std::size_t back = dice_.Below(dice_.OneIn(3) ? holds_.size() : 6);
    return holds_[holds_.size() - 1 - std::min(back, holds_.size() - 1)];
  }

  void Hold() {
    std::vector<Leg> legs = AnyLegs();
    if (!dice_.OneIn(4)) {  // one pays, one or two are paid
      const AccountId from = AnyAccount();
      if (!model_.accounts().contains(from)) return;
      const AssetId asset = model_.accounts().at(from).asset;
      const Amount amount(1 + dice_.Below(60));
      legs = {{from, Negate(amount).value()}, {AccountOf(asset), amount}};
      if (dice_.OneIn(2)) {
        legs[0].amount = Subtract(legs[0].amount, Amount(7)).value();
        legs.push_back({AccountOf(asset), Amount(7)});
      }
    }
    const Tick deadline(dice_.OneIn(3) ? 0 : now_ + dice_.Below(20));
    const TransferOptions options = AnyOptions();
    const Receipt receipt = ledger_.Hold(legs, deadline, options);
    ExpectSameReceipt(receipt, model_.PlaceHold(legs, deadline, options), legs);
    if (receipt.ok()) holds_.push_back(receipt.sequence());
  }

  void Capture() {
    const HoldId hold = AnyHold();
    std::vector<Amount> amounts;
    std::vector<Leg> legs;
    const auto known = model_.holds().find(hold.counter());
    if (known != model_.holds().end()) {
      legs = known->second.legs;
      if (dice_.OneIn(2)) {
        for (const Leg& leg : legs) amounts.push_back(leg.amount);
        if (dice_.OneIn(2) && amounts.size() >= 2) {
          amounts[0] = Add(amounts[0], Amount(1)).value_or(amounts[0]);
          amounts[1] = Subtract(amounts[1], Amount(1)).value_or(amounts[1]);
        }
        if (dice_.OneIn(10)) amounts.assign(legs.size(), Amount());
        if (dice_.OneIn(20)) amounts.push_back(Amount());
        if (dice_.OneIn(20)) amounts[0] = dice_.AnyAmount();
      }
    }
    const TransferOptions options = AnyOptions();
    ExpectSameReceipt(ledger_.Capture(hold, amounts, options),
                      model_.Capture(hold.counter(), amounts, options), legs);
    ExpectSameHold(hold);
  }

  void Release() {
    const HoldId hold = AnyHold();
    std::vector<Leg> legs;
    const auto known = model_.holds().find(hold.counter());
    if (known != model_.holds().end()) legs = known->second.legs;
    const TransferOptions options = AnyOptions();
    ExpectSameReceipt(ledger_.Release(hold, options),
                      model_.Release(hold.counter(), options), legs);
    ExpectSameHold(hold);
  }

  void Advance() {
    if (!dice_.OneIn(20)) now_ += dice_.Below(4);
    const Tick now(dice_.OneIn(30) && now_ > 0 ? now_ - 1 : now_);
    EXPECT_EQ(ledger_.Advance(now), Seen(model_.Advance(now)));
    ExpectSameRows();
  }

  void ExpectSameHold(HoldId hold) {
    const Result<HoldInfo> info = ledger_.GetHold(hold);
    const auto known = model_.holds().find(hold.counter());
    ASSERT_EQ(info.has_value(), known != model_.holds().end());
    if (!info) return;
    EXPECT_EQ(info->id, hold);
    EXPECT_EQ(info->status, known->second.status);
    EXPECT_EQ(info->deadline.value(), known->second.deadline);
    ASSERT_EQ(info->legs.size(), known->second.legs.size());
  }

  TransferOptions AnyOptions() {
    static const std::string kText(kMaxDescriptionBytes + 1, 'd');
    TransferOptions options;
    options.mode = std::get<Mode>(GetParam());
    options.code = static_cast<std::uint32_t>(dice_.Below(5));
    if (dice_.OneIn(4)) {
      options.description = std::string_view(kText).substr(
          0, dice_.OneIn(50) ? kText.size() : dice_.Below(kText.size()));
    }
    return options;
  }

  void Transfer() {
    const AccountId from = AnyAccount();
    const AccountId to = dice_.OneIn(3) || !model_.accounts().contains(from)
                             ? AnyAccount()
                             : AccountOf(model_.accounts().at(from).asset);
    const Amount amount =
        dice_.OneIn(20) ? dice_.AnyAmount() : Amount(1 + dice_.Below(100));
    const TransferOptions options = AnyOptions();
    const std::vector<Leg> touched = {{from, {}}, {to, {}}};
    ExpectSameReceipt(ledger_.Transfer(from, to, amount, options),
                      model_.Transfer(from, to, amount, options), touched);
  }

  // Legs that sum to zero in each asset, unless something is done to them.
  std::vector<Leg> AnyLegs() {
    std::vector<Leg> legs;
    const std::uint64_t wanted =
        dice_.OneIn(30) ? dice_.Below(70) : 1 + dice_.Below(5);
    const bool is_wild = dice_.OneIn(3);
    std::map<AssetId, Number> sums;
    while (legs.size() < wanted) {
      const AccountId account = legs.empty() || !dice_.OneIn(4)
                                    ? AnyAccount()
                                    : legs[dice_.Below(legs.size())].account;
      Amount amount = is_wild ? dice_.AnyAmount() : dice_.SmallAmount();
      if (amount.is_zero() && !dice_.OneIn(20)) amount = Amount(1);
      legs.push_back({account, amount});
      const auto known = model_.accounts().find(account);
      if (known == model_.accounts().end()) continue;
      sums[known->second.asset] += ReferenceModel::NumberOf(amount);
    }
    if (!dice_.OneIn(12)) Balance(sums, legs);
    std::shuffle(legs.begin(), legs.end(), dice_.generator());
    return legs;
  }

  // Adds legs that take each asset's sum back to zero; a sum beyond the range
  // of an amount takes several.
  void Balance(const std::map<AssetId, Number>& sums, std::vector<Leg>& legs) {
    const Number most = ReferenceModel::NumberOf(Amount::Max());
    for (const auto& [asset, sum] : sums) {
      Number rest = -sum;
      while (rest != 0) {
        const Number part =
            std::max<Number>(std::min<Number>(rest, most), -most);
        legs.push_back({AccountOf(asset), ReferenceModel::AmountOf(part)});
        rest -= part;
      }
    }
  }

  AccountId AccountOf(AssetId asset) {
    const std::uint64_t count = model_.accounts().size();
    for (;;) {
      const AccountId account(1 + dice_.Below(count));
      if (model_.accounts().at(account).asset == asset) return account;
    }
  }

  void Post() {
    const std::vector<Leg> legs = AnyLegs();
    const TransferOptions options = AnyOptions();
    ExpectSameReceipt(ledger_.Post(legs, options), model_.Post(legs, options),
                      legs);
  }

  // Declares the accounts of the legs and perhaps others, some of them twice;
  // now and then not all of them.
  void Transact() {
    const std::vector<Leg> legs = AnyLegs();
    std::vector<AccountId> declared = test::AccountsOf(legs);
    for (std::uint64_t others = dice_.Below(3); others > 0; --others) {
      declared.push_back(dice_.OneIn(3) && !declared.empty()
                             ? declared[dice_.Below(declared.size())]
                             : AnyAccount());
    }
    std::shuffle(declared.begin(), declared.end(), dice_.generator());
    if (dice_.OneIn(30) && !declared.empty()) declared.pop_back();
    if (dice_.OneIn(100)) declared.clear();
    if (dice_.OneIn(100)) {
      declared.resize(kMaxLegs + 1, AccountId(1));
    }
    const TransferOptions options = AnyOptions();
    std::vector<Leg> touched = legs;
    for (const AccountId account : declared) touched.push_back({account, {}});
    const Receipt receipt = ledger_.Transact(
        declared,
        [&](AccountStates states) {
          ExpectToSee(declared, states);
          return test::Decide(legs);
        },
        options);
    ExpectSameReceipt(receipt, model_.Transact(declared, legs, options),
                      touched);
  }

  // A request and what it refers to.
  struct Ask {
    std::vector<Leg> legs;
    std::vector<Flow> flows;
    std::vector<Condition> conditions;
    TransferOptions options;

    [[nodiscard]] TransferRequest request() const {
      return {legs, flows, conditions, options};
    }
  };

  std::vector<Flow> AnyFlows() {
    std::vector<Flow> flows;
    const std::uint64_t wanted =
        dice_.OneIn(60) ? dice_.Below(40) : 1 + dice_.Below(4);
    while (flows.size() < wanted) {
      Flow flow;
      flow.from = AnyAccount();
      flow.to = dice_.OneIn(40) || !model_.accounts().contains(flow.from)
                    ? AnyAccount()
                    : AccountOf(model_.accounts().at(flow.from).asset);
      if (flow.from == flow.to && !dice_.OneIn(30)) {
        flow.to = AccountOf(AssetId(1));
      }
      if (dice_.OneIn(3)) {
        flow.at_most = dice_.OneIn(2) ? dice_.AnyAmount() : Amount::Max();
      } else {
        flow.at_most = Amount(1 + dice_.Below(150));
      }
      if (dice_.OneIn(6)) flow.at_least = Amount(dice_.Below(40));
      if (dice_.OneIn(100)) flow.at_least = dice_.AnyAmount();
      if (flows.empty() ? dice_.OneIn(60) : dice_.OneIn(3)) {
        flow.shares_limit = true;
        if (!flows.empty()) flow.to = flows.back().to;
      }
      flows.push_back(flow);
    }
    return flows;
  }

  Condition AnyCondition() {
    Condition condition;
    condition.account = AnyAccount();
    condition.kind =
        static_cast<ConditionKind>(dice_.Below(dice_.OneIn(60) ? 6 : 5));
    condition.status = AnyStatus();
    condition.amount = dice_.AnyAmount();
    const auto known = model_.accounts().find(condition.account);
    if (known == model_.accounts().end() || dice_.OneIn(4)) return condition;
    // Mostly of what is so, or nearly.
    condition.status = known->second.status;
    condition.amount = ReferenceModel::AmountOf(known->second.balance);
    if (dice_.OneIn(4)) {
      condition.amount =
          Add(condition.amount,
              Amount(static_cast<std::int64_t>(dice_.Below(3)) - 1))
              .value_or(condition.amount);
    }
    const std::uint64_t version = known->second.version;
    if (version > 0 && !dice_.OneIn(8)) {
      condition.version = ledger_.GetAccount(condition.account)->version;
    }
    return condition;
  }

  Ask AnyAsk() {
    Ask ask;
    if (!dice_.OneIn(3)) ask.legs = AnyLegs();
    if (!dice_.OneIn(4)) ask.flows = AnyFlows();
    if (dice_.OneIn(3)) {
      for (std::uint64_t i = 1 + dice_.Below(2); i > 0; --i) {
        ask.conditions.push_back(AnyCondition());
      }
    }
    ask.options = AnyOptions();
    return ask;
  }

  static std::vector<Leg> TouchedBy(const Ask& ask) {
    std::vector<Leg> touched = ask.legs;
    for (const Flow& flow : ask.flows) {
      touched.push_back({flow.from, {}});
      touched.push_back({flow.to, {}});
    }
    for (const Condition& condition : ask.conditions) {
      touched.push_back({condition.account, {}});
    }
    return touched;
  }

  void ExpectSameFlows(const Receipt& receipt,
                       const ReferenceModel::Answer& answer) {
    EXPECT_EQ(receipt.refusal().flow, answer.flow);
    EXPECT_EQ(receipt.refusal().condition, answer.condition);
    ASSERT_EQ(receipt.flowed().size(), answer.flowed.size());
    for (std::size_t i = 0; i < answer.flowed.size(); ++i) {
      EXPECT_EQ(ReferenceModel::NumberOf(receipt.flowed()[i]),
                answer.flowed[i]);
    }
  }

  // --- Ids -------------------------------------------------------------------

  static constexpr std::uint32_t kIdWindow = 12;

  // What was posted with an id, the oldest first, as many as are remembered.
  struct Known {
    Bits128 id;
    Ask ask;
    std::string description;
    Receipt receipt;
  };

  // A request with an id: one that is known is asked for again, in the same way
  // or in another one.
  void PostWithId() {
    Ask ask = AnyAsk();
    ask.options.id = {1, 1 + dice_.Below(3 * kIdWindow)};
    auto known = std::find_if(
        known_.begin(), known_.end(),
        [&](const Known& one) { return one.id == ask.options.id; });
    if (known != known_.end() && dice_.OneIn(2)) {
      ask = known->ask;
      ask.options.description = known->description;
      if (dice_.OneIn(3)) ChangeSomething(ask);
    }
    const std::vector<Leg> touched = TouchedBy(ask);
    const Receipt receipt = ledger_.Post(ask.request());
    if (known != known_.end()) {
      const ReferenceModel::Answer shape = model_.CheckShape(ask.request());
      if (shape.outcome != Outcome::kOk) {
        return ExpectSameReceipt(receipt, shape, touched);
      }
      const IdField field = WhatDiffers(*known, ask);
      if (field == IdField::kNone) {
        ExpectReplayOf(known->receipt, receipt);
      } else {
        EXPECT_EQ(receipt.outcome(), Seen(Outcome::kIdTaken));
        EXPECT_EQ(receipt.refusal().id_field, field);
        EXPECT_EQ(receipt.refusal().posted_as, known->receipt.sequence());
      }
      for (const Leg& leg : touched) ExpectSameAccount(leg.account);
      return;
    }
    const ReferenceModel::Answer answer = model_.Post(ask.request());
    ExpectSameReceipt(receipt, answer, touched);
    ExpectSameFlows(receipt, answer);
    if (!receipt.ok()) return;
    known_.push_back(
        {ask.options.id, ask, std::string(ask.options.description), receipt});
    if (known_.size() > kIdWindow) known_.erase(known_.begin());
  }

  void ChangeSomething(Ask& ask) {
    switch (dice_.Below(4)) {
      case 0:
        ask.options.code += 1;
        break;
      case 1:
        ask.options.description = "another one";
        break;
      case 2:
        if (!ask.flows.empty()) ask.flows.back().at_least = Amount(1);
        break;
      default:
        std::reverse(ask.legs.begin(), ask.legs.end());
        break;
    }
  }

  static IdField WhatDiffers(const Known& known, const Ask& ask) {
    const auto leg = [](const Leg& a, const Leg& b) {
      return a.account == b.account && a.amount == b.amount;
    };
    const auto flow = [](const Flow& a, const Flow& b) {
      return a.from == b.from && a.to == b.to && a.at_most == b.at_most &&
             a.shares_limit == b.shares_limit && a.at_least == b.at_least;
    };
    const auto condition = [](const Condition& a, const Condition& b) {
      return a.account == b.account && a.kind == b.kind &&
             a.status == b.status && a.amount == b.amount &&
             a.version == b.version;
    };
    if (!std::ranges::equal(known.ask.legs, ask.legs, leg)) {
      return IdField::kLegs;
    }
    if (!std::ranges::equal(known.ask.flows, ask.flows, flow)) {
      return IdField::kFlows;
    }
    if (!std::ranges::equal(known.ask.conditions, ask.conditions, condition)) {
      return IdField::kConditions;
    }
    if (known.ask.options.code != ask.options.code) return IdField::kCode;
    if (known.description != ask.options.description) {
      return IdField::kDescription;
    }
    return IdField::kNone;
  }

  void ExpectReplayOf(const Receipt& first, const Receipt& again) {
    ++replays_;
    ASSERT_TRUE(again.is_replay());
    EXPECT_EQ(again.sequence(), first.sequence());
    EXPECT_TRUE(std::ranges::equal(again.flowed(), first.flowed()));
    ASSERT_EQ(again.changes().size(), first.changes().size());
    for (std::size_t i = 0; i < first.changes().size(); ++i) {
      EXPECT_EQ(again.changes()[i].account, first.changes()[i].account);
      EXPECT_EQ(again.changes()[i].before, first.changes()[i].before);
      EXPECT_EQ(again.changes()[i].after, first.changes()[i].after);
    }
  }

  // --- Reversals -------------------------------------------------------------

  // A reversal and what it refers to.
  struct AskBack {
    Sequence transfer;
    std::vector<Amount> amounts;
    std::vector<Leg> legs;
    bool despite_freeze = false;
    TransferOptions options;

    [[nodiscard]] Reversal reversal() const {
      return {transfer, amounts, legs, despite_freeze, options};
    }
  };

  AskBack AnyAskBack() {
    AskBack ask;
    ask.options = AnyOptions();
    ask.despite_freeze = dice_.OneIn(3);
    const std::uint64_t back =
        dice_.Below(dice_.OneIn(2) ? 8 : ReferenceModel::kRemembered);
    std::uint64_t counter = model_.counter() - std::min(back, model_.counter());
    if (dice_.OneIn(60)) counter = model_.counter() + dice_.Below(3);
    if (dice_.OneIn(4) &&
        partly_reversed_ + ReferenceModel::kRemembered > model_.counter()) {
      counter = partly_reversed_;
    }
    ask.transfer = Sequence(counter, dice_.OneIn(90) ? 3 : 0);
    const auto known = model_.moved().find(counter);
    if (known == model_.moved().end()) return ask;
    const std::vector<Leg>& legs = known->second.legs;
    if (dice_.OneIn(8)) {
      ask.legs = legs;
      if (dice_.OneIn(4)) ask.legs.back().amount = Amount(77);
      if (dice_.OneIn(8)) ask.legs.pop_back();
    }
    if (dice_.OneIn(2)) return ask;
    // All, a half or a third of each leg, or nothing of some; often it does not
    // add up, or is more than is left.
    const std::uint64_t divisor = 1 + dice_.Below(3);
    for (const Leg& leg : legs) {
      const Number amount = ReferenceModel::NumberOf(leg.amount);
      const bool is_none = dice_.OneIn(10) || (legs.size() == 2 && amount == 0);
      ask.amounts.push_back(
          is_none ? Amount()
                  : ReferenceModel::AmountOf(Number(amount / divisor)));
    }
    if (dice_.OneIn(20)) ask.amounts.assign(legs.size(), Amount());
    if (dice_.OneIn(20)) ask.amounts.push_back(Amount());
    if (dice_.OneIn(20)) ask.amounts[0] = dice_.AnyAmount();
    return ask;
  }

  [[nodiscard]] std::vector<Leg> TouchedBy(const AskBack& ask) const {
    const auto known = model_.moved().find(ask.transfer.counter());
    return known == model_.moved().end() ? std::vector<Leg>()
                                         : known->second.legs;
  }

  void Reverse() {
    const AskBack ask = AnyAskBack();
    const std::vector<Leg> touched = TouchedBy(ask);
    const Receipt receipt = ledger_.Reverse(ask.reversal());
    ExpectSameReceipt(receipt, model_.Reverse(ask.reversal()), touched);
    if (receipt.ok() && !ask.amounts.empty()) {
      partly_reversed_ = ask.transfer.counter();
    }
  }

  void ReverseAll() {
    std::vector<AskBack> asks(1 + dice_.Below(3));
    std::vector<Reversal> reversals;
    std::vector<Leg> touched;
    for (AskBack& ask : asks) {
      ask = AnyAskBack();
      reversals.push_back(ask.reversal());
      for (const Leg& leg : TouchedBy(ask)) touched.push_back(leg);
    }
    std::vector<Receipt> receipts(reversals.size());
    const std::uint64_t before = model_.counter();
    const BatchResult result = ledger_.ReverseAll(
        reversals, receipts, {.mode = std::get<Mode>(GetParam())});
    const std::vector<ReferenceModel::Answer> answers =
        model_.ReverseAll(reversals);
    EXPECT_EQ(result.posted, model_.counter() - before);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      ASSERT_EQ(receipts[i].outcome(), Seen(answers[i].outcome));
      EXPECT_EQ(receipts[i].refusal().leg, answers[i].leg);
      EXPECT_EQ(receipts[i].refusal().payee, answers[i].payee);
    }
    for (const Leg& leg : touched) ExpectSameAccount(leg.account);
  }

  // Now and then tries it dry before: that must say the same, and do nothing.
  void PostRequest() {
    if (dice_.OneIn(3)) return PostWithId();
    Ask ask = AnyAsk();
    const std::vector<Leg> touched = TouchedBy(ask);
    Receipt dry;
    const bool is_tried = dice_.OneIn(4);
    if (is_tried) {
      TransferRequest request = ask.request();
      request.options.dry_run = true;
      dry = ledger_.Post(request);
      EXPECT_EQ(dry.is_dry_run(), dry.ok());
      EXPECT_TRUE(dry.sequence().is_none());
      for (const Leg& leg : touched) {
        if (model_.accounts().contains(leg.account)) {
          ExpectSameAccount(leg.account);
        }
      }
    }
    const Receipt receipt = ledger_.Post(ask.request());
    const ReferenceModel::Answer answer = model_.Post(ask.request());
    ExpectSameReceipt(receipt, answer, touched);
    ExpectSameFlows(receipt, answer);
    if (is_tried) ExpectSaysTheSame(dry, receipt, answer);
  }

  void ExpectSaysTheSame(const Receipt& dry, const Receipt& real,
                         const ReferenceModel::Answer& answer) {
    ASSERT_EQ(dry.outcome(), real.outcome());
    ExpectSameFlows(dry, answer);
    ASSERT_EQ(dry.changes().size(), real.changes().size());
    for (std::size_t i = 0; i < real.changes().size(); ++i) {
      EXPECT_EQ(dry.changes()[i].account, real.changes()[i].account);
      EXPECT_EQ(dry.changes()[i].before, real.changes()[i].before);
      EXPECT_EQ(dry.changes()[i].after, real.changes()[i].after);
    }
  }

  void PostAll() {
    std::vector<Ask> asks(dice_.OneIn(30) ? dice_.Below(20)
                                          : 1 + dice_.Below(4));
    std::vector<TransferRequest> requests;
    std::vector<Leg> touched;
    for (Ask& ask : asks) {
      ask = AnyAsk();
      requests.push_back(ask.request());
      for (const Leg& leg : TouchedBy(ask)) touched.push_back(leg);
    }
    const bool is_asked_for = dice_.OneIn(2);
    std::vector<Receipt> receipts(is_asked_for ? requests.size() : 0);
    const BatchResult result = ledger_.PostAll(
        requests, receipts, {.mode = std::get<Mode>(GetParam())});
    const std::uint64_t before = model_.counter();
    const std::vector<ReferenceModel::Answer> answers =
        model_.PostAll(requests);
    EXPECT_EQ(result.posted, model_.counter() - before);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const Outcome outcome = answers[i].outcome;
      ++seen_[static_cast<std::size_t>(outcome)];
      if (outcome != Outcome::kOk && outcome != Outcome::kLinkedRefused) {
        EXPECT_EQ(result.outcome, outcome);
        EXPECT_EQ(result.first_refused, i);
      }
      if (!is_asked_for) continue;
      ASSERT_EQ(receipts[i].outcome(), outcome);
      EXPECT_EQ(receipts[i].refusal().leg, answers[i].leg);
      ExpectSameFlows(receipts[i], answers[i]);
      if (outcome == Outcome::kOk) {
        EXPECT_EQ(receipts[i].sequence().counter(), before + i + 1);
      }
    }
    for (const Leg& leg : touched) {
      if (model_.accounts().contains(leg.account)) {
        ExpectSameAccount(leg.account);
      }
    }
  }

  // As posting one after the other.
  void PostEach() {
    std::vector<Ask> asks(dice_.Below(6));
    std::vector<TransferRequest> requests;
    for (Ask& ask : asks) {
      if (dice_.OneIn(2)) {  // what a tick is full of
        const AccountId from = AnyAccount();
        ask.legs = {{from, Amount(-5)}, {AnyAccount(), Amount(5)}};
        ask.options = AnyOptions();
      } else {
        ask = AnyAsk();
      }
      requests.push_back(ask.request());
    }
    std::vector<Outcome> outcomes(requests.size());
    const EachOptions options = {.stop_at_refusal = dice_.OneIn(3)};
    const BatchResult result = ledger_.PostEach(requests, outcomes, options);
    std::size_t posted = 0;
    Outcome first = Outcome::kOk;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const Outcome expected = first != Outcome::kOk && options.stop_at_refusal
                                   ? Outcome::kNotAttempted
                                   : model_.Post(requests[i]).outcome;
      ASSERT_EQ(outcomes[i], expected);
      ++seen_[static_cast<std::size_t>(expected)];
      posted += expected == Outcome::kOk ? 1 : 0;
      if (first == Outcome::kOk) first = expected;
    }
    EXPECT_EQ(result.outcome, first);
    EXPECT_EQ(result.posted, posted);
    for (const Ask& ask : asks) {
      for (const Leg& leg : TouchedBy(ask)) {
        if (model_.accounts().contains(leg.account)) {
          ExpectSameAccount(leg.account);
        }
      }
    }
  }

  void ExpectToSee(const std::vector<AccountId>& declared,
                   AccountStates states) {
    ASSERT_EQ(states.size(), declared.size());
    for (std::size_t i = 0; i < declared.size(); ++i) {
      const ReferenceModel::Account& expected =
          model_.accounts().at(declared[i]);
      EXPECT_EQ(states[i].id, declared[i]);
      EXPECT_EQ(states[i].asset, expected.asset);
      EXPECT_EQ(states[i].status, expected.status);
      EXPECT_EQ(states[i].version.counter(), expected.version);
      EXPECT_EQ(ReferenceModel::NumberOf(states[i].balance), expected.balance);
      EXPECT_EQ(ReferenceModel::NumberOf(states[i].floor), expected.floor);
      EXPECT_EQ(ReferenceModel::NumberOf(states[i].ceiling), expected.ceiling);
    }
  }

  void ExpectSameReceipt(const Receipt& receipt,
                         const ReferenceModel::Answer& answer,
                         std::span<const Leg> legs) {
    ++seen_[static_cast<std::size_t>(answer.outcome)];
    ASSERT_EQ(receipt.outcome(), answer.outcome);
    EXPECT_EQ(receipt.refusal().leg, answer.leg);
    EXPECT_EQ(receipt.refusal().payee, answer.payee);
    for (const Leg& leg : legs) {
      if (model_.accounts().contains(leg.account)) {
        ExpectSameAccount(leg.account);
      }
    }
    if (!receipt.ok()) return;
    EXPECT_EQ(receipt.attempts(), 1U);
    EXPECT_EQ(receipt.sequence().counter(), model_.counter());
    for (const AccountChange& change : receipt.changes()) {
      EXPECT_EQ(ReferenceModel::NumberOf(change.after),
                model_.accounts().at(change.account).balance);
    }
  }

  void ExpectSameAccount(AccountId id) {
    const ReferenceModel::Account& expected = model_.accounts().at(id);
    const AccountInfo info = ledger_.GetAccount(id).value();
    EXPECT_EQ(ReferenceModel::NumberOf(info.balance), expected.balance);
    EXPECT_EQ(info.status, expected.status);
    EXPECT_EQ(info.account_class, expected.account_class);
    EXPECT_EQ(ReferenceModel::NumberOf(info.held), expected.held);
    EXPECT_EQ(ReferenceModel::NumberOf(info.floor), expected.floor);
    EXPECT_EQ(ReferenceModel::NumberOf(info.ceiling), expected.ceiling);
    EXPECT_EQ(info.version.counter(), expected.version);
  }

  void ExpectSameLedger() {
    ASSERT_EQ(ledger_.account_count(), model_.accounts().size());
    EXPECT_EQ(ledger_.asset_count(), model_.asset_count());
    for (const auto& [id, account] : model_.accounts()) ExpectSameAccount(id);
    ExpectSameRows();
    const auto routes = ledger_.GetRoutes();
    EXPECT_EQ(routes.value_or({}), std::vector<Route>(model_.routes().begin(),
                                                      model_.routes().end()));
    EXPECT_TRUE(ledger_.Audit()->ok);
  }

  // What the journal got since it was looked at last.
  void ExpectSameRows() {
    const std::vector<ReferenceModel::Row> expected = model_.TakeRows();
    const JournalBatch batch = cursor_.Read(SIZE_MAX).value();
    EXPECT_EQ(batch.missed_transfers, 0U);
    ASSERT_EQ(batch.entries.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const Entry& row = batch.entries[i];
      EXPECT_EQ(row.sequence.counter(), expected[i].counter);
      ASSERT_EQ(row.kind, expected[i].kind);
      EXPECT_EQ(row.route, expected[i].route);
      EXPECT_EQ(row.is_allowed, expected[i].is_allowed);
      if (row.kind == EntryKind::kRoute) {
        EXPECT_TRUE(row.account.is_none());
        EXPECT_TRUE(row.asset.is_none());
        continue;
      }
      EXPECT_EQ(row.leg, expected[i].leg);
      EXPECT_EQ(row.account, expected[i].account);
      EXPECT_EQ(row.asset, model_.accounts().at(row.account).asset);
      EXPECT_EQ(ReferenceModel::NumberOf(row.amount), expected[i].amount);
      EXPECT_EQ(ReferenceModel::NumberOf(row.balance_after),
                expected[i].balance_after);
      EXPECT_EQ(row.counterpart, expected[i].counterpart);
      EXPECT_EQ(row.code, expected[i].code);
      EXPECT_EQ(row.description, expected[i].description);
      EXPECT_EQ(row.reverses.counter(), expected[i].reverses);
      if (row.kind == EntryKind::kTransfer ||
          row.kind == EntryKind::kReversal) {
        continue;
      }
      EXPECT_EQ(row.hold.counter(), expected[i].hold);
      EXPECT_EQ(ReferenceModel::NumberOf(row.held), expected[i].held);
      if (!row.hold.is_none()) continue;
      EXPECT_EQ(row.status, expected[i].status);
      EXPECT_EQ(ReferenceModel::NumberOf(row.floor), expected[i].floor);
      EXPECT_EQ(ReferenceModel::NumberOf(row.ceiling), expected[i].ceiling);
    }
  }

  void DoSomething() {
    const std::uint64_t count = model_.accounts().size();
    const std::uint64_t what = dice_.Below(1000);
    if (count < 20 || what < 3) {
      if (dice_.OneIn(8)) {
        CreateAsset();
      } else if (count < 200) {
        CreateAccount();
      }
    } else if (what < 60) {
      SetStatus();
    } else if (what < 90) {
      SetLimits();
    } else if (what < 95) {
      SetSupplyCap();
    } else if (what < 105) {
      SetRoute();
    } else if (what < 130) {
      Hold();
    } else if (what < 150) {
      Capture();
    } else if (what < 165) {
      Release();
    } else if (what < 175) {
      Advance();
    } else if (what < 205) {
      Reverse();
    } else if (what < 220) {
      ReverseAll();
    } else if (what < 350) {
      Transfer();
    } else if (what < 500) {
      Post();
    } else if (what < 700) {
      PostRequest();
    } else if (what < 780) {
      PostAll();
    } else if (what < 850) {
      PostEach();
    } else {
      Transact();
    }
  }

  const std::uint64_t seed_;
  Dice dice_;
  ReferenceModel model_;
  std::uint64_t now_ = 0;
  std::vector<HoldId> holds_;
  std::uint64_t partly_reversed_ = 0;  // the last one
  std::vector<Known> known_;
  std::uint64_t replays_ = 0;
  Ledger ledger_;
  JournalCursor cursor_ = ledger_.OpenJournal().value();
  std::array<std::uint64_t, kOutcomeCount> seen_{};

  void AgreeOperationByOperation();
};

void ModelTest::AgreeOperationByOperation() {
  SCOPED_TRACE(test::SeedTrace(test::Seed()));
  constexpr std::uint64_t kOperationsBetweenFullLooks = 500;
  const std::uint64_t operations = test::Scaled(200'000);
  for (std::uint64_t i = 1; i <= operations; ++i) {
    DoSomething();
    if (i % kOperationsBetweenFullLooks == 0) ExpectSameLedger();
    if (HasFailure()) {
      ADD_FAILURE() << "operation " << i;
      return;
    }
  }
  ExpectSameLedger();
  if (operations < 200'000) return;

  // It would prove little if the operations had not met everything.
  for (const Outcome outcome : {Outcome::kOk,
                                Outcome::kNoLegs,
                                Outcome::kTooManyLegs,
                                Outcome::kDescriptionTooLong,
                                Outcome::kZeroAmount,
                                Outcome::kNegativeAmount,
                                Outcome::kSameAccount,
                                Outcome::kUnknownAccount,
                                Outcome::kAssetsDiffer,
                                Outcome::kUnbalanced,
                                Outcome::kAccountClosed,
                                Outcome::kAccountFrozen,
                                Outcome::kAmountOverflow,
                                Outcome::kInsufficientFunds,
                                Outcome::kAboveCeiling,
                                Outcome::kNoAccounts,
                                Outcome::kTooManyAccountsDeclared,
                                Outcome::kUndeclaredAccount,
                                Outcome::kInvalidFlow,
                                Outcome::kInvalidCondition,
                                Outcome::kConditionNotMet,
                                Outcome::kTooLittleAvailable,
                                Outcome::kNothingToMove,
                                Outcome::kLinkedRefused,
                                Outcome::kNotAttempted,
                                Outcome::kOutsideLimits,
                                Outcome::kInvalidLimits,
                                Outcome::kInvalidDeadline,
                                Outcome::kUnknownHold,
                                Outcome::kHoldCaptured,
                                Outcome::kHoldReleased,
                                Outcome::kHoldExpired,
                                Outcome::kInvalidCapture,
                                Outcome::kIdTaken,
                                Outcome::kTransferForgotten,
                                Outcome::kNotReversible,
                                Outcome::kInvalidReversal,
                                Outcome::kAlreadyReversed,
                                Outcome::kReversalTooLarge}) {
    EXPECT_GT(seen_[static_cast<std::size_t>(outcome)], 10U)
        << OutcomeName(outcome);
  }
  EXPECT_GT(seen_[0], operations / 10) << "posted";
  EXPECT_GT(replays_, operations / 500);
}

TEST_P(ModelTest, AgreesOperationByOperation) { AgreeOperationByOperation(); }

// Each on operations of its own.
INSTANTIATE_TEST_SUITE_P(All, ModelTest, test::EachMode(), test::NameOfMode);

class RoutedModelTest : public ModelTest {
 protected:
  RoutedModelTest() : ModelTest(true) {}
};

TEST_P(RoutedModelTest, AgreesOperationByOperation) {
  AgreeOperationByOperation();
  if (test::Scaled(200'000) < 200'000) return;
  for (const Outcome outcome :
       {Outcome::kRouteNotAllowed, Outcome::kUnknownRoute}) {
    EXPECT_GT(seen_[static_cast<std::size_t>(outcome)], 10U)
        << OutcomeName(outcome);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RoutedModelTest, test::EachMode(),
                         test::NameOfMode);

}  // namespace
}  // namespace lockstep
