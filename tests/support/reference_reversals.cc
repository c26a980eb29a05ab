// Reversals in the reference model.

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

#include "tests/support/reference_model.h"

namespace lockstep::test {

void ReferenceModel::Remember(std::vector<Leg> legs) {
  const std::vector<Number> none(legs.size());
  moved_[counter_] = {std::move(legs), none};
  while (moved_.size() > 2 * kRemembered) moved_.erase(moved_.begin());
}

ReferenceModel::Answer ReferenceModel::CheckReversal(
    const Reversal& reversal) const {
  const std::uint64_t counter = reversal.transfer.counter();
  if (counter == 0 || counter > counter_ || reversal.transfer.slot() != 0) {
    return {Outcome::kTransferForgotten};
  }
  const auto found = moved_.find(counter);
  if (found == moved_.end()) return {Outcome::kNotReversible};
  const std::vector<Leg>& legs = found->second.legs;
  if (!reversal.legs.empty()) {
    if (reversal.legs.size() != legs.size()) return {Outcome::kInvalidReversal};
    for (std::uint32_t i = 0; i < legs.size(); ++i) {
      if (reversal.legs[i].account != legs[i].account ||
          reversal.legs[i].amount != legs[i].amount) {
        return {Outcome::kInvalidReversal, i};
      }
    }
  }
  if (reversal.amounts.empty()) return {};
  if (reversal.amounts.size() != legs.size()) {
    return {Outcome::kInvalidReversal};
  }
  std::vector<Leg> parts;
  bool is_any = false;
  for (std::uint32_t i = 0; i < legs.size(); ++i) {
    const Number part = NumberOf(reversal.amounts[i]);
    const Number whole = NumberOf(legs[i].amount);
    const bool is_part =
        whole < 0 ? part <= 0 && part >= whole : part >= 0 && part <= whole;
    if (!is_part) return {Outcome::kInvalidReversal, i};
    is_any = is_any || part != 0;
    parts.push_back({legs[i].account, reversal.amounts[i]});
  }
  return is_any ? CheckSums(parts) : Answer{Outcome::kNothingToMove};
}

std::vector<ReferenceModel::Number> ReferenceModel::TakenBy(
    const Reversal& reversal) const {
  const Moved& moved = moved_.at(reversal.transfer.counter());
  std::vector<Number> taken;
  for (std::size_t i = 0; i < moved.legs.size(); ++i) {
    taken.push_back(reversal.amounts.empty()
                        ? NumberOf(moved.legs[i].amount) - moved.taken[i]
                        : NumberOf(reversal.amounts[i]));
  }
  return taken;
}

ReferenceModel::Answer ReferenceModel::CheckLeft(
    const Reversal& reversal) const {
  const Moved& moved = moved_.at(reversal.transfer.counter());
  std::vector<Number> left;
  for (std::size_t i = 0; i < moved.legs.size(); ++i) {
    left.push_back(NumberOf(moved.legs[i].amount) - moved.taken[i]);
  }
  if (std::all_of(left.begin(), left.end(),
                  [](const Number& rest) { return rest == 0; })) {
    return {Outcome::kAlreadyReversed};
  }
  const std::vector<Number> taken = TakenBy(reversal);
  for (std::uint32_t i = 0; i < left.size(); ++i) {
    if (abs(taken[i]) > abs(left[i])) return {Outcome::kReversalTooLarge, i};
  }
  for (std::uint32_t i = 0; i < left.size(); ++i) {
    if (taken[i] == -(Number(1) << 127)) return {Outcome::kAmountOverflow, i};
  }
  return {};
}

ReferenceModel::Answer ReferenceModel::ApplyReversal(const Reversal& reversal) {
  const std::vector<Number> taken = TakenBy(reversal);
  Moved& moved = moved_.at(reversal.transfer.counter());
  std::map<AccountId, Number> after;
  std::vector<Side> sides;
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < taken.size(); ++i) {
    if (taken[i] == 0) continue;
    const AccountId account = moved.legs[i].account;
    after.try_emplace(account, accounts_.at(account).balance);
    after[account] -= taken[i];
    sides.push_back({account, -taken[i], taken[i] > 0});
    numbers.push_back(i);
  }
  // What freezes an account is as if it were not there.
  std::map<AccountId, AccountStatus> statuses;
  if (reversal.despite_freeze) {
    for (const Side& side : sides) {
      Account& account = accounts_.at(side.account);
      if (account.status == AccountStatus::kClosed) continue;
      statuses.emplace(side.account, account.status);
      account.status = AccountStatus::kOpen;
    }
  }
  Answer answer = CheckState(sides, after, sides.size(), reversal.options.code);
  for (const auto& [id, status] : statuses) accounts_.at(id).status = status;
  if (answer.outcome != Outcome::kOk) {
    answer.leg = numbers[answer.leg];
    return answer;
  }
  for (std::size_t i = 0; i < taken.size(); ++i) moved.taken[i] += taken[i];
  const std::size_t rows = rows_.size();
  Write(sides, after, reversal.options);
  for (std::size_t i = rows; i < rows_.size(); ++i) {
    rows_[i].kind = EntryKind::kReversal;
    rows_[i].reverses = reversal.transfer.counter();
  }
  return answer;
}

ReferenceModel::Answer ReferenceModel::Reverse(const Reversal& reversal) {
  return ReverseAll({&reversal, 1}).front();
}

std::vector<ReferenceModel::Answer> ReferenceModel::ReverseAll(
    std::span<const Reversal> reversals) {
  const auto refused = [&](std::size_t which, const Answer& answer) {
    std::vector<Answer> answers(reversals.size(), {Outcome::kLinkedRefused});
    answers[which] = answer;
    return answers;
  };
  for (std::size_t i = 0; i < reversals.size(); ++i) {
    if (reversals[i].amounts.size() > 64 || reversals[i].legs.size() > 64) {
      return refused(i, {Outcome::kTooManyLegs});
    }
    if (reversals[i].options.description.size() > 255) {
      return refused(i, {Outcome::kDescriptionTooLong});
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (reversals[i].transfer == reversals[j].transfer) {
        return refused(i, {Outcome::kInvalidReversal});
      }
    }
  }
  for (std::size_t i = 0; i < reversals.size(); ++i) {
    const Answer answer = CheckReversal(reversals[i]);
    if (answer.outcome != Outcome::kOk) return refused(i, answer);
  }
  for (std::size_t i = 0; i < reversals.size(); ++i) {
    const Answer answer = CheckLeft(reversals[i]);
    if (answer.outcome != Outcome::kOk) return refused(i, answer);
  }
  ReferenceModel copy = *this;
  std::vector<AccountId> touched;
  for (std::size_t i = 0; i < reversals.size(); ++i) {
    const std::vector<Number> taken = copy.TakenBy(reversals[i]);
    const std::uint64_t counter = reversals[i].transfer.counter();
    for (std::size_t leg = 0; leg < taken.size(); ++leg) {
      if (taken[leg] == 0) continue;
      touched.push_back(moved_.at(counter).legs[leg].account);
    }
    const Answer answer = copy.ApplyReversal(reversals[i]);
    if (answer.outcome != Outcome::kOk) return refused(i, answer);
  }
  *this = copy;
  for (const AccountId account : touched) {
    accounts_.at(account).version = counter_;
  }
  return std::vector<Answer>(reversals.size());
}

}  // namespace lockstep::test
