// Holds in the reference model.

#include "tests/support/reference_model.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <vector>

namespace lockstep::test {

ReferenceModel::Answer ReferenceModel::PlaceHold(
    std::span<const Leg> legs, Tick deadline, const TransferOptions& options) {
  // As a Post, tried on a copy, and then only held.
  ReferenceModel copy = *this;
  const Answer posted = copy.Post(legs, options);
  const auto is_of_shape = [](Outcome outcome) {
    return outcome == Outcome::kOk || outcome == Outcome::kRouteNotAllowed ||
           (outcome >= Outcome::kAccountClosed &&
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
  for (const Leg& leg : legs) accounts_.at(leg.account).version = counter_;
  WriteHoldRows(EntryKind::kHold, counter_, {}, options);
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
  Answer answer = CheckState(sides, after, sides.size(), options.code);
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
  for (const Leg& leg : hold.legs) {
    accounts_.at(leg.account).version = counter_;
  }
  WriteHoldRows(kind, id, captured, options);
  if (kind != EntryKind::kCapture) return;
  std::vector<Leg> moved;
  for (std::size_t i = 0; i < captured.size(); ++i) {
    moved.push_back({hold.legs[i].account, AmountOf(captured[i])});
  }
  Remember(moved);
}

// A row for each leg of a hold that is placed or resolved.
void ReferenceModel::WriteHoldRows(EntryKind kind, std::uint64_t id,
                                   std::span<const Number> captured,
                                   const TransferOptions& options) {
  const Hold& hold = holds_.at(id);
  std::vector<AccountId> accounts;
  for (const Leg& leg : hold.legs) accounts.push_back(leg.account);
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    Row& row = AddRow(accounts, i, options);
    if (!captured.empty()) row.amount = captured[i];
    row.kind = kind;
    row.hold = id;
    const Number amount = NumberOf(hold.legs[i].amount);
    if (amount < 0) row.held = kind == EntryKind::kHold ? -amount : amount;
  }
}

}  // namespace lockstep::test
