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
  accounts_.emplace(AccountId(accounts_.size() + 1), issuer);
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
  account.status = status;
  account.version = ++counter_;
  return Outcome::kOk;
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

// Each rule over all legs before the next.
ReferenceModel::Answer ReferenceModel::CheckState(
    std::span<const Leg> legs, const std::map<AccountId, Number>& after) const {
  using IsBroken = std::function<bool(const Leg&, const Account&)>;
  const auto has = [](const Account& account, AccountStatus status) {
    return account.status == status;
  };
  const std::pair<Outcome, IsBroken> rules[] = {
      {Outcome::kAccountClosed,
       [&](const Leg&, const Account& account) {
         return has(account, AccountStatus::kClosed);
       }},
      {Outcome::kAccountFrozen,
       [&](const Leg& leg, const Account& account) {
         return has(account, AccountStatus::kFrozen) ||
                has(account, NumberOf(leg.amount) < 0
                                 ? AccountStatus::kDebitsFrozen
                                 : AccountStatus::kCreditsFrozen);
       }},
      {Outcome::kAmountOverflow,
       [&](const Leg& leg, const Account&) {
         const Number limit = Number(1) << 127;
         return after.at(leg.account) < -limit ||
                after.at(leg.account) >= limit;
       }},
      {Outcome::kInsufficientFunds,
       [&](const Leg& leg, const Account& account) {
         return after.at(leg.account) < account.balance &&
                after.at(leg.account) < account.floor;
       }},
      {Outcome::kAboveCeiling,
       [&](const Leg& leg, const Account& account) {
         return after.at(leg.account) > account.balance &&
                after.at(leg.account) > account.ceiling;
       }},
  };
  for (const auto& [outcome, is_broken] : rules) {
    for (std::uint32_t i = 0; i < legs.size(); ++i) {
      if (is_broken(legs[i], accounts_.at(legs[i].account))) {
        return {outcome, i};
      }
    }
  }
  return {};
}

ReferenceModel::Answer ReferenceModel::Apply(std::span<const Leg> legs,
                                             const TransferOptions& options) {
  std::map<AccountId, Number> after;
  for (const Leg& leg : legs) {
    after.try_emplace(leg.account, accounts_.at(leg.account).balance);
    after[leg.account] += NumberOf(leg.amount);
  }
  const Answer answer = CheckState(legs, after);
  if (answer.outcome != Outcome::kOk) return answer;

  ++counter_;
  for (const auto& [id, balance] : after) {
    accounts_.at(id).balance = balance;
    accounts_.at(id).version = counter_;
  }
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    Row row;
    row.counter = counter_;
    row.leg = i;
    row.account = legs[i].account;
    row.amount = NumberOf(legs[i].amount);
    row.balance_after = after.at(row.account);
    if (legs.size() == 2 && legs[0].account != legs[1].account) {
      row.counterpart = legs[1 - i].account;
    }
    row.code = options.code;
    row.description = std::string(options.description);
    rows_.push_back(std::move(row));
  }
  return {};
}

}  // namespace lockstep::test
