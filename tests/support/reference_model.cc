#include "tests/support/reference_model.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace lockstep::test {

ReferenceModel::Number ReferenceModel::NumberOf(Amount amount) {
  return (Number(amount.high()) << 64) + amount.low();
}

Outcome ReferenceModel::CreateAsset(const AssetOptions& options) {
  const std::string code(options.code);
  if (code.empty() || code.size() > 32) return Outcome::kInvalidAssetCode;
  for (const char c : code) {
    if (static_cast<unsigned char>(c) <= 32 || c == 127) {
      return Outcome::kInvalidAssetCode;
    }
  }
  if (options.scale < 0 || options.scale > 18) return Outcome::kInvalidScale;
  const Number cap = NumberOf(options.supply_cap);
  if (cap < 0) return Outcome::kInvalidLimits;
  if (!codes_.insert(code).second) return Outcome::kAssetExists;

  Account issuer;
  issuer.asset = AssetId(asset_count());
  issuer.floor = -cap;
  issuer.ceiling = NumberOf(Amount::Max());
  const AccountId id(accounts_.size() + 1);
  accounts_.emplace(id, issuer);
  issuers_.emplace(issuer.asset, id);
  return Outcome::kOk;
}

Outcome ReferenceModel::CreateAccount(const AccountOptions& options) {
  Account account;
  account.asset = options.asset;
  account.floor = NumberOf(options.floor);
  account.ceiling = NumberOf(options.ceiling);
  account.status = options.status;
  if (options.asset.is_none() || options.asset.value() > asset_count()) {
    return Outcome::kUnknownAsset;
  }
  if (account.floor > 0 || account.ceiling < 0) return Outcome::kInvalidLimits;
  if (static_cast<int>(options.status) > 4) return Outcome::kInvalidStatus;
  if (options.key.size() > 255 || options.label.size() > 255) {
    return Outcome::kInvalidText;
  }
  const std::string key(options.key);
  const OwnerKey owner(options.owner, options.purpose, options.asset);
  if (keys_.contains(key) || bits_.contains(options.key_bits) ||
      owners_.contains(owner)) {
    return Outcome::kKeyExists;
  }
  if (!key.empty()) keys_.insert(key);
  if (options.key_bits != Bits128()) bits_.insert(options.key_bits);
  if (!options.owner.is_none()) owners_.insert(owner);
  accounts_.emplace(AccountId(accounts_.size() + 1), account);
  return Outcome::kOk;
}

Outcome ReferenceModel::SetStatus(AccountId id, AccountStatus status) {
  if (static_cast<int>(status) > 4) return Outcome::kInvalidStatus;
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return Outcome::kUnknownAccount;
  Account& account = found->second;
  if (status == AccountStatus::kClosed && account.balance != 0) {
    return Outcome::kBalanceNotZero;
  }
  if (status == AccountStatus::kClosed && account.held != 0) {
    return Outcome::kHeldNotZero;
  }
  account.status = status;
  WriteChange(EntryKind::kStatus, id);
  return Outcome::kOk;
}

Outcome ReferenceModel::SetLimits(AccountId id, Amount floor, Amount ceiling) {
  if (floor > ceiling) return Outcome::kInvalidLimits;
  for (const auto& [asset, issuer] : issuers_) {
    if (issuer == id && floor == Amount::Min()) return Outcome::kInvalidLimits;
  }
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return Outcome::kUnknownAccount;
  Account& account = found->second;
  if (account.balance - account.held < NumberOf(floor) ||
      account.balance > NumberOf(ceiling)) {
    return Outcome::kOutsideLimits;
  }
  account.floor = NumberOf(floor);
  account.ceiling = NumberOf(ceiling);
  WriteChange(EntryKind::kLimits, id);
  return Outcome::kOk;
}

Outcome ReferenceModel::SetSupplyCap(AssetId asset, Amount cap) {
  if (!issuers_.contains(asset)) return Outcome::kUnknownAsset;
  if (NumberOf(cap) < 0) return Outcome::kInvalidLimits;
  return SetLimits(issuers_.at(asset), Negate(cap).value(), Amount::Max());
}

void ReferenceModel::WriteChange(EntryKind kind, AccountId id) {
  Account& account = accounts_.at(id);
  account.version = ++counter_;
  Row row;
  row.counter = counter_;
  row.account = id;
  row.balance_after = account.balance;
  row.kind = kind;
  row.status = account.status;
  row.floor = account.floor;
  row.ceiling = account.ceiling;
  rows_.push_back(std::move(row));
}

ReferenceModel::Answer ReferenceModel::Transfer(
    AccountId from, AccountId to, Amount amount,
    const TransferOptions& options) {
  if (options.description.size() > 255) return {Outcome::kDescriptionTooLong};
  if (NumberOf(amount) == 0) return {Outcome::kZeroAmount};
  if (NumberOf(amount) < 0) return {Outcome::kNegativeAmount};
  if (from == to) return {Outcome::kSameAccount, 1};
  if (!accounts_.contains(from)) return {Outcome::kUnknownAccount, 0};
  if (!accounts_.contains(to)) return {Outcome::kUnknownAccount, 1};
  if (accounts_.at(from).asset != accounts_.at(to).asset) {
    return {Outcome::kAssetsDiffer, 1};
  }
  return Apply(std::vector<Leg>{{from, Negate(amount).value()}, {to, amount}},
               options);
}

ReferenceModel::Answer ReferenceModel::Post(std::span<const Leg> legs,
                                            const TransferOptions& options) {
  if (legs.empty()) return {Outcome::kNoLegs};
  if (legs.size() > 64) return {Outcome::kTooManyLegs};
  if (options.description.size() > 255) return {Outcome::kDescriptionTooLong};
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (NumberOf(legs[i].amount) == 0) return {Outcome::kZeroAmount, i};
  }
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (!accounts_.contains(legs[i].account)) {
      return {Outcome::kUnknownAccount, i};
    }
  }
  const Answer balance = CheckSums(legs);
  return balance.outcome == Outcome::kOk ? Apply(legs, options) : balance;
}

ReferenceModel::Answer ReferenceModel::Transact(
    std::span<const AccountId> declared, std::span<const Leg> legs,
    const TransferOptions& options) {
  if (declared.empty()) return {Outcome::kNoAccounts};
  if (declared.size() > 64) return {Outcome::kTooManyAccountsDeclared};
  if (options.description.size() > 255) return {Outcome::kDescriptionTooLong};
  for (const AccountId account : declared) {
    if (!accounts_.contains(account)) return {Outcome::kUnknownAccount};
  }
  if (legs.size() > 64) return {Outcome::kTooManyLegs};
  if (legs.empty()) return {Outcome::kNoLegs};
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (NumberOf(legs[i].amount) == 0) return {Outcome::kZeroAmount, i};
  }
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (std::find(declared.begin(), declared.end(), legs[i].account) ==
        declared.end()) {
      return {Outcome::kUndeclaredAccount, i};
    }
  }
  Answer answer = CheckSums(legs);
  if (answer.outcome == Outcome::kOk) answer = Apply(legs, options);
  if (answer.outcome != Outcome::kOk) return answer;
  // To be declared is to take part.
  for (const AccountId account : declared) {
    accounts_.at(account).version = counter_;
  }
  return answer;
}

ReferenceModel::Answer ReferenceModel::CheckSums(
    std::span<const Leg> legs) const {
  std::map<AssetId, Number> sums;
  for (const Leg& leg : legs) {
    sums[accounts_.at(leg.account).asset] += NumberOf(leg.amount);
  }
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (sums[accounts_.at(legs[i].account).asset] != 0) {
      return {Outcome::kUnbalanced, i};
    }
  }
  return {};
}

// Each rule over all sides before the next.
ReferenceModel::Answer ReferenceModel::CheckState(
    std::span<const Side> sides,
    const std::map<AccountId, Number>& after) const {
  using IsBroken = std::function<bool(const Side&, const Account&)>;
  const auto has = [](const Account& account, AccountStatus status) {
    return account.status == status;
  };
  const std::pair<Outcome, IsBroken> rules[] = {
      {Outcome::kAccountClosed,
       [&](const Side&, const Account& account) {
         return has(account, AccountStatus::kClosed);
       }},
      {Outcome::kAccountFrozen,
       [&](const Side& side, const Account& account) {
         return has(account, AccountStatus::kFrozen) ||
                has(account, side.pays ? AccountStatus::kDebitsFrozen
                                       : AccountStatus::kCreditsFrozen);
       }},
      {Outcome::kAmountOverflow,
       [&](const Side& side, const Account&) {
         const Number limit = Number(1) << 127;
         return after.at(side.account) < -limit ||
                after.at(side.account) >= limit;
       }},
      {Outcome::kInsufficientFunds,
       [&](const Side& side, const Account& account) {
         return after.at(side.account) < account.balance &&
                after.at(side.account) < account.floor + account.held;
       }},
      {Outcome::kAboveCeiling,
       [&](const Side& side, const Account& account) {
         return after.at(side.account) > account.balance &&
                after.at(side.account) > account.ceiling;
       }},
  };
  for (const auto& [outcome, is_broken] : rules) {
    for (std::uint32_t i = 0; i < sides.size(); ++i) {
      if (is_broken(sides[i], accounts_.at(sides[i].account))) {
        return {outcome, i};
      }
    }
  }
  return {};
}

ReferenceModel::Answer ReferenceModel::Apply(std::span<const Leg> legs,
                                             const TransferOptions& options) {
  std::map<AccountId, Number> after;
  std::vector<Side> sides;
  for (const Leg& leg : legs) {
    after.try_emplace(leg.account, accounts_.at(leg.account).balance);
    after[leg.account] += NumberOf(leg.amount);
    sides.push_back(
        {leg.account, NumberOf(leg.amount), NumberOf(leg.amount) < 0});
  }
  const Answer answer = CheckState(sides, after);
  if (answer.outcome == Outcome::kOk) Write(sides, after, options);
  return answer;
}

void ReferenceModel::Write(std::span<const Side> sides,
                           const std::map<AccountId, Number>& after,
                           const TransferOptions& options) {
  ++counter_;
  for (std::uint32_t i = 0; i < sides.size(); ++i) {
    accounts_.at(sides[i].account).balance = after.at(sides[i].account);
    accounts_.at(sides[i].account).version = counter_;
    Row row;
    row.counter = counter_;
    row.leg = i;
    row.account = sides[i].account;
    row.amount = sides[i].amount;
    row.balance_after = after.at(row.account);
    if (sides.size() == 2 && sides[0].account != sides[1].account) {
      row.counterpart = sides[1 - i].account;
    }
    row.code = options.code;
    row.description = std::string(options.description);
    rows_.push_back(std::move(row));
  }
}

// --- Holds -------------------------------------------------------------------

ReferenceModel::Answer ReferenceModel::PlaceHold(
    std::span<const Leg> legs, Tick deadline, const TransferOptions& options) {
  // As a Post, tried on a copy, and then only held.
  ReferenceModel copy = *this;
  const Answer posted = copy.Post(legs, options);
  const auto is_of_shape = [](Outcome outcome) {
    return outcome == Outcome::kOk || (outcome >= Outcome::kAccountClosed &&
                                       outcome <= Outcome::kAboveCeiling);
  };
  if (!is_of_shape(posted.outcome)) return posted;
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    for (std::uint32_t j = 0; j < i; ++j) {
      if (legs[i].account == legs[j].account &&
          (NumberOf(legs[i].amount) < 0) != (NumberOf(legs[j].amount) < 0)) {
        return {Outcome::kSameAccount, i};
      }
    }
  }
  if (deadline.value() != 0 && deadline.value() <= now_) {
    return {Outcome::kInvalidDeadline};
  }
  if (posted.outcome != Outcome::kOk) return posted;
  const Hold hold = {{legs.begin(), legs.end()}, deadline.value()};
  LetGo(hold, -1);
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    const Number limit = Number(1) << 127;
    if (accounts_.at(legs[i].account).held < limit) continue;
    LetGo(hold, 1);
    return {Outcome::kAmountOverflow, i};
  }
  ++counter_;
  holds_[counter_] = hold;
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    Account& account = accounts_.at(legs[i].account);
    account.version = counter_;
    Row row;
    row.counter = counter_;
    row.leg = i;
    row.account = legs[i].account;
    row.balance_after = account.balance;
    if (legs.size() == 2 && legs[0].account != legs[1].account) {
      row.counterpart = legs[1 - i].account;
    }
    row.code = options.code;
    row.description = std::string(options.description);
    row.kind = EntryKind::kHold;
    row.hold = counter_;
    const Number amount = NumberOf(legs[i].amount);
    row.held = amount < 0 ? Number(-amount) : Number(0);
    rows_.push_back(std::move(row));
  }
  return {};
}

// `sign`: 1 to let go, -1 to hold.
void ReferenceModel::LetGo(const Hold& hold, int sign) {
  for (const Leg& leg : hold.legs) {
    const Number amount = NumberOf(leg.amount);
    if (amount < 0) accounts_.at(leg.account).held += sign * amount;
  }
}

ReferenceModel::Answer ReferenceModel::WhyNotOpen(std::uint64_t hold) const {
  const auto found = holds_.find(hold);
  if (found == holds_.end()) return {Outcome::kUnknownHold};
  switch (found->second.status) {
    case HoldStatus::kOpen:
      return {};
    case HoldStatus::kCaptured:
      return {Outcome::kHoldCaptured};
    case HoldStatus::kReleased:
      return {Outcome::kHoldReleased};
    case HoldStatus::kExpired:
      return {Outcome::kHoldExpired};
  }
  return {};
}

ReferenceModel::Answer ReferenceModel::Capture(std::uint64_t id,
                                               std::span<const Amount> amounts,
                                               const TransferOptions& options) {
  if (options.description.size() > 255) return {Outcome::kDescriptionTooLong};
  const Answer open = WhyNotOpen(id);
  if (open.outcome != Outcome::kOk) return open;
  const Hold& hold = holds_.at(id);
  std::vector<Number> captured;
  std::vector<Leg> moved;
  if (amounts.empty()) {
    for (const Leg& leg : hold.legs) captured.push_back(NumberOf(leg.amount));
    moved = hold.legs;
  } else {
    if (amounts.size() != hold.legs.size()) return {Outcome::kInvalidCapture};
    for (std::uint32_t i = 0; i < amounts.size(); ++i) {
      const Number part = NumberOf(amounts[i]);
      const Number whole = NumberOf(hold.legs[i].amount);
      const bool is_part =
          whole < 0 ? part <= 0 && part >= whole : part >= 0 && part <= whole;
      if (!is_part) return {Outcome::kInvalidCapture, i};
      captured.push_back(part);
      moved.push_back({hold.legs[i].account, amounts[i]});
    }
  }
  if (std::all_of(captured.begin(), captured.end(),
                  [](const Number& part) { return part == 0; })) {
    return {Outcome::kNothingToMove};
  }
  const Answer sums = CheckSums(moved);
  if (sums.outcome != Outcome::kOk) return sums;
  if (hold.deadline != 0 && hold.deadline <= now_) {
    return {Outcome::kHoldExpired};
  }
  // Judged as a transfer of what is captured, once the hold has let go.
  LetGo(hold, 1);
  std::map<AccountId, Number> after;
  std::vector<Side> sides;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < captured.size(); ++i) {
    if (captured[i] == 0) continue;
    const AccountId account = hold.legs[i].account;
    after.try_emplace(account, accounts_.at(account).balance);
    after[account] += captured[i];
    sides.push_back({account, captured[i], captured[i] < 0});
    numbers.push_back(i);
  }
  Answer answer = CheckState(sides, after);
  if (answer.outcome != Outcome::kOk) {
    LetGo(hold, -1);
    answer.leg = numbers[answer.leg];
    return answer;
  }
  Resolve(EntryKind::kCapture, id, captured, options);
  return {};
}

ReferenceModel::Answer ReferenceModel::Release(std::uint64_t id,
                                               const TransferOptions& options) {
  if (options.description.size() > 255) return {Outcome::kDescriptionTooLong};
  const Answer open = WhyNotOpen(id);
  if (open.outcome != Outcome::kOk) return open;
  LetGo(holds_.at(id), 1);
  Resolve(EntryKind::kRelease, id, {}, options);
  return {};
}

Outcome ReferenceModel::Advance(Tick now) {
  if (now.value() < now_) return Outcome::kTimeRunsBackwards;
  now_ = now.value();
  for (;;) {
    auto first = holds_.end();
    for (auto it = holds_.begin(); it != holds_.end(); ++it) {
      const Hold& hold = it->second;
      if (hold.status != HoldStatus::kOpen || hold.deadline == 0 ||
          hold.deadline > now_) {
        continue;
      }
      if (first == holds_.end() || hold.deadline < first->second.deadline) {
        first = it;
      }
    }
    if (first == holds_.end()) return Outcome::kOk;
    LetGo(first->second, 1);
    Resolve(EntryKind::kExpiry, first->first, {}, {});
  }
}

void ReferenceModel::Resolve(EntryKind kind, std::uint64_t id,
                             std::span<const Number> captured,
                             const TransferOptions& options) {
  Hold& hold = holds_.at(id);
  hold.status = kind == EntryKind::kCapture   ? HoldStatus::kCaptured
                : kind == EntryKind::kRelease ? HoldStatus::kReleased
                                              : HoldStatus::kExpired;
  ++counter_;
  for (std::size_t i = 0; i < captured.size(); ++i) {
    accounts_.at(hold.legs[i].account).balance += captured[i];
  }
  for (std::uint32_t i = 0; i < hold.legs.size(); ++i) {
    Account& account = accounts_.at(hold.legs[i].account);
    account.version = counter_;
    Row row;
    row.counter = counter_;
    row.leg = i;
    row.account = hold.legs[i].account;
    row.amount = captured.empty() ? Number(0) : captured[i];
    row.balance_after = account.balance;
    if (hold.legs.size() == 2 && hold.legs[0].account != hold.legs[1].account) {
      row.counterpart = hold.legs[1 - i].account;
    }
    row.code = options.code;
    row.description = std::string(options.description);
    row.kind = kind;
    row.hold = id;
    const Number amount = NumberOf(hold.legs[i].amount);
    row.held = amount < 0 ? amount : Number(0);
    rows_.push_back(std::move(row));
  }
}

// --- Requests ----------------------------------------------------------------

ReferenceModel::Answer ReferenceModel::CheckShape(
    const TransferRequest& request) const {
  const auto& [legs, flows, conditions, options] = request;
  if (legs.empty() && flows.empty()) return {Outcome::kNoLegs};
  if (legs.size() + 2 * flows.size() + conditions.size() > 64) {
    return {Outcome::kTooManyLegs};
  }
  if (options.description.size() > 255) return {Outcome::kDescriptionTooLong};
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (NumberOf(legs[i].amount) == 0) return {Outcome::kZeroAmount, i};
  }
  const auto of_flow = [](Outcome outcome, std::uint32_t flow) {
    return Answer{.outcome = outcome, .flow = flow};
  };
  const auto of_condition = [](Outcome outcome, std::uint32_t condition) {
    return Answer{.outcome = outcome, .condition = condition};
  };
  for (std::uint32_t i = 0; i < flows.size(); ++i) {
    if (!flows[i].shares_limit && NumberOf(flows[i].at_most) == 0) {
      return of_flow(Outcome::kZeroAmount, i);
    }
    if (!flows[i].shares_limit && NumberOf(flows[i].at_most) < 0) {
      return of_flow(Outcome::kNegativeAmount, i);
    }
    if (flows[i].from == flows[i].to) return of_flow(Outcome::kSameAccount, i);
  }
  Number limit;
  for (std::uint32_t i = 0; i < flows.size(); ++i) {
    if (!flows[i].shares_limit) limit = NumberOf(flows[i].at_most);
    const Number least = NumberOf(flows[i].at_least);
    if (i == 0 && flows[i].shares_limit) {
      return of_flow(Outcome::kInvalidFlow, i);
    }
    if (least < 0 || least > limit) return of_flow(Outcome::kInvalidFlow, i);
  }
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    if (static_cast<int>(conditions[i].kind) > 4 ||
        (conditions[i].kind == ConditionKind::kStatusEquals &&
         static_cast<int>(conditions[i].status) > 4)) {
      return of_condition(Outcome::kInvalidCondition, i);
    }
  }
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    if (!accounts_.contains(legs[i].account)) {
      return {Outcome::kUnknownAccount, i};
    }
  }
  for (std::uint32_t i = 0; i < flows.size(); ++i) {
    if (!accounts_.contains(flows[i].from) ||
        !accounts_.contains(flows[i].to)) {
      return of_flow(Outcome::kUnknownAccount, i);
    }
  }
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    if (!accounts_.contains(conditions[i].account)) {
      return of_condition(Outcome::kUnknownAccount, i);
    }
  }
  for (std::uint32_t i = 0; i < flows.size(); ++i) {
    if (accounts_.at(flows[i].from).asset != accounts_.at(flows[i].to).asset) {
      return of_flow(Outcome::kAssetsDiffer, i);
    }
  }
  return CheckSums(legs);
}

ReferenceModel::Answer ReferenceModel::CheckConditions(
    std::span<const Condition> conditions) const {
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    const Condition& condition = conditions[i];
    const Account& account = accounts_.at(condition.account);
    const Number amount = NumberOf(condition.amount);
    bool is_met = false;
    switch (condition.kind) {
      case ConditionKind::kBalanceAtLeast:
        is_met = account.balance >= amount;
        break;
      case ConditionKind::kBalanceAtMost:
        is_met = account.balance <= amount;
        break;
      case ConditionKind::kBalanceEquals:
        is_met = account.balance == amount;
        break;
      case ConditionKind::kVersionEquals:
        is_met = account.version == condition.version.counter();
        break;
      case ConditionKind::kStatusEquals:
        is_met = account.status == condition.status;
        break;
    }
    if (!is_met) {
      return {.outcome = Outcome::kConditionNotMet, .condition = i};
    }
  }
  return {};
}

std::vector<ReferenceModel::Number> ReferenceModel::Flow(
    const TransferRequest& request) const {
  std::map<AccountId, Number> has;
  for (const auto& [id, account] : accounts_) has[id] = account.balance;
  for (const Leg& leg : request.legs) has[leg.account] += NumberOf(leg.amount);
  std::vector<Number> flowed;
  Number left;
  for (const lockstep::Flow& flow : request.flows) {
    if (!flow.shares_limit) left = NumberOf(flow.at_most);
    const Number available = has[flow.from] - accounts_.at(flow.from).floor -
                             accounts_.at(flow.from).held;
    const Number room = accounts_.at(flow.to).ceiling - has[flow.to];
    Number amount = std::min({left, available, room});
    if (amount < 0) amount = 0;
    has[flow.from] -= amount;
    has[flow.to] += amount;
    left -= amount;
    flowed.push_back(amount);
  }
  return flowed;
}

ReferenceModel::Answer ReferenceModel::ApplyRequest(
    const TransferRequest& request) {
  Answer answer = CheckConditions(request.conditions);
  if (answer.outcome != Outcome::kOk) return answer;
  const std::vector<Number> flowed = Flow(request);

  // Legs, and the sides of flows, even of those that move nothing.
  std::map<AccountId, Number> after;
  std::vector<Side> sides;
  const auto add = [&](AccountId account, const Number& amount, bool pays) {
    after.try_emplace(account, accounts_.at(account).balance);
    after[account] += amount;
    sides.push_back({account, amount, pays});
  };
  for (const Leg& leg : request.legs) {
    add(leg.account, NumberOf(leg.amount), NumberOf(leg.amount) < 0);
  }
  for (std::size_t i = 0; i < flowed.size(); ++i) {
    add(request.flows[i].from, -flowed[i], true);
    add(request.flows[i].to, flowed[i], false);
  }
  answer = CheckState(sides, after);
  if (answer.outcome != Outcome::kOk) {
    if (answer.leg >= request.legs.size()) {
      answer.flow =
          static_cast<std::uint32_t>((answer.leg - request.legs.size()) / 2);
      answer.leg = Refusal::kNoLeg;
    }
    return answer;
  }
  Number moved;
  for (std::uint32_t i = 0; i < flowed.size(); ++i) {
    if (!request.flows[i].shares_limit) moved = 0;
    moved += flowed[i];
    if (moved < NumberOf(request.flows[i].at_least)) {
      return {.outcome = Outcome::kTooLittleAvailable, .flow = i};
    }
  }
  std::erase_if(sides, [](const Side& side) { return side.amount == 0; });
  if (sides.empty()) return {Outcome::kNothingToMove};
  Write(sides, after, request.options);
  // To be named is to take part.
  for (const lockstep::Flow& flow : request.flows) {
    accounts_.at(flow.from).version = counter_;
    accounts_.at(flow.to).version = counter_;
  }
  for (const Condition& condition : request.conditions) {
    accounts_.at(condition.account).version = counter_;
  }
  answer.flowed = flowed;
  return answer;
}

ReferenceModel::Answer ReferenceModel::Post(const TransferRequest& request) {
  const Answer answer = CheckShape(request);
  return answer.outcome == Outcome::kOk ? ApplyRequest(request) : answer;
}

std::vector<ReferenceModel::Answer> ReferenceModel::PostAll(
    std::span<const TransferRequest> requests) {
  std::vector<Answer> answers;
  std::size_t named = 0;
  for (const TransferRequest& request : requests) {
    answers.push_back(CheckShape(request));
    named += request.legs.size() + 2 * request.flows.size() +
             request.conditions.size();
    if (answers.back().outcome == Outcome::kOk && named > 256) {
      answers.back().outcome = Outcome::kTooManyLegs;
    }
    if (answers.back().outcome != Outcome::kOk) break;
  }
  // Whatever they do is done to a copy, which is kept if nothing is refused.
  // They see the versions that there were before all of them.
  ReferenceModel copy = *this;
  if (answers.empty() || answers.back().outcome == Outcome::kOk) {
    answers.clear();
    for (const TransferRequest& request : requests) {
      for (auto& [id, account] : copy.accounts_) {
        account.version = accounts_.at(id).version;
      }
      answers.push_back(copy.ApplyRequest(request));
      if (answers.back().outcome != Outcome::kOk) break;
    }
  }
  if (!answers.empty() && answers.back().outcome != Outcome::kOk) {
    const Answer refused = answers.back();
    const std::size_t which = answers.size() - 1;
    answers.assign(requests.size(), {Outcome::kLinkedRefused});
    answers[which] = refused;
    return answers;
  }
  *this = copy;
  for (const TransferRequest& request : requests) {
    for (const Leg& leg : request.legs) {
      accounts_.at(leg.account).version = counter_;
    }
    for (const lockstep::Flow& flow : request.flows) {
      accounts_.at(flow.from).version = counter_;
      accounts_.at(flow.to).version = counter_;
    }
    for (const Condition& condition : request.conditions) {
      accounts_.at(condition.account).version = counter_;
    }
  }
  return answers;
}

}  // namespace lockstep::test
