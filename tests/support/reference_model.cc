#include "tests/support/reference_model.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace lockstep::test {

Amount ReferenceModel::AmountOf(const Number& number) {
  if (number == -(Number(1) << 127)) return Amount::Min();
  const Number size = abs(number);
  const auto low = static_cast<std::uint64_t>(size & UINT64_MAX);
  const auto high = static_cast<std::int64_t>(size >> 64);
  const Amount amount = Amount::FromHalves(high, low);
  return number < 0 ? Negate(amount).value() : amount;
}

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
  issuer.account_class = options.issuer_class;
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
  account.account_class = options.account_class;
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
  const AccountId accounts[] = {id};
  Row& row = AddRow(accounts, 0, {});
  row.kind = kind;
  row.status = account.status;
  row.floor = account.floor;
  row.ceiling = account.ceiling;
}

ReferenceModel::Row& ReferenceModel::AddRow(std::span<const AccountId> accounts,
                                            std::size_t leg,
                                            const TransferOptions& options) {
  Row& row = rows_.emplace_back();
  row.counter = counter_;
  row.leg = static_cast<std::uint32_t>(leg);
  row.account = accounts[leg];
  row.balance_after = accounts_.at(row.account).balance;
  if (accounts.size() == 2 && accounts[0] != accounts[1]) {
    row.counterpart = accounts[1 - leg];
  }
  row.code = options.code;
  row.description = std::string(options.description);
  return row;
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
    std::span<const Side> sides, const std::map<AccountId, Number>& after,
    std::size_t legs, std::uint32_t code) const {
  const Answer routes = CheckRoutes(sides, after, legs, code);
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
      {Outcome::kRouteNotAllowed,
       [&](const Side& side, const Account&) {
         return routes.outcome != Outcome::kOk && &side == &sides[routes.leg];
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
        if (outcome == Outcome::kRouteNotAllowed) return routes;
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
  const Answer answer = CheckState(sides, after, sides.size(), options.code);
  if (answer.outcome == Outcome::kOk) Write(sides, after, options);
  return answer;
}

void ReferenceModel::Write(std::span<const Side> sides,
                           const std::map<AccountId, Number>& after,
                           const TransferOptions& options) {
  ++counter_;
  std::vector<AccountId> accounts;
  for (const Side& side : sides) {
    accounts.push_back(side.account);
    accounts_.at(side.account).balance = after.at(side.account);
    accounts_.at(side.account).version = counter_;
  }
  std::vector<Leg> legs;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    AddRow(accounts, i, options).amount = sides[i].amount;
    legs.push_back({sides[i].account, AmountOf(sides[i].amount)});
  }
  Remember(legs);
}

}  // namespace lockstep::test
