// Requests in the reference model: flows, conditions, linked transfers.

#include "tests/support/reference_model.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace lockstep::test {

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
  answer = CheckState(sides, after, request.legs.size(), request.options.code);
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
