#include "engine/posting/request_work.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "engine/posting/change.h"
#include "engine/posting/route_check.h"

namespace lockstep::engine {
namespace {

constexpr Amount kNothing;

Verdict RefuseFlow(Outcome outcome, std::size_t flow, AccountId account) {
  Verdict verdict{outcome, {}};
  verdict.refusal.flow = static_cast<std::uint32_t>(flow);
  verdict.refusal.account = account;
  return verdict;
}

Verdict RefuseCondition(Outcome outcome, std::size_t condition,
                        AccountId account) {
  Verdict verdict{outcome, {}};
  verdict.refusal.condition = static_cast<std::uint32_t>(condition);
  verdict.refusal.account = account;
  return verdict;
}

// --- Shape -------------------------------------------------------------------

Verdict CheckFlowsMakeSense(std::span<const Flow> flows) {
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const Flow& flow = flows[i];
    if (flow.shares_limit) {
      // It has none of its own.
    } else if (flow.at_most.is_zero()) {
      return RefuseFlow(Outcome::kZeroAmount, i, flow.from);
    } else if (flow.at_most.is_negative()) {
      return RefuseFlow(Outcome::kNegativeAmount, i, flow.from);
    }
    if (flow.from == flow.to) {
      return RefuseFlow(Outcome::kSameAccount, i, flow.to);
    }
  }
  Amount limit;
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const Flow& flow = flows[i];
    if (!flow.shares_limit) limit = flow.at_most;
    const bool shares_none = i == 0 && flow.shares_limit;
    if (shares_none || flow.at_least < kNothing || flow.at_least > limit) {
      return RefuseFlow(Outcome::kInvalidFlow, i, flow.from);
    }
  }
  return {};
}

bool MakesSense(const Condition& condition) {
  return condition.kind <= ConditionKind::kStatusEquals &&
         (condition.kind != ConditionKind::kStatusEquals ||
          condition.status <= AccountStatus::kClosed);
}

Verdict CheckAllKnown(const AccountTable& accounts,
                      const TransferRequest& request) {
  for (std::size_t i = 0; i < request.legs.size(); ++i) {
    const AccountId account = request.legs[i].account;
    if (!accounts.Contains(account)) {
      return RefuseLeg(Outcome::kUnknownAccount, i, account);
    }
  }
  for (std::size_t i = 0; i < request.flows.size(); ++i) {
    for (const AccountId account :
         {request.flows[i].from, request.flows[i].to}) {
      if (!accounts.Contains(account)) {
        return RefuseFlow(Outcome::kUnknownAccount, i, account);
      }
    }
  }
  for (std::size_t i = 0; i < request.conditions.size(); ++i) {
    const AccountId account = request.conditions[i].account;
    if (!accounts.Contains(account)) {
      return RefuseCondition(Outcome::kUnknownAccount, i, account);
    }
  }
  return {};
}

// --- State -------------------------------------------------------------------

bool IsMet(const Condition& condition, const AccountView& state) {
  const Int128 amount = ToInt128(condition.amount);
  switch (condition.kind) {
    case ConditionKind::kBalanceAtLeast:
      return state.balance >= amount;
    case ConditionKind::kBalanceAtMost:
      return state.balance <= amount;
    case ConditionKind::kBalanceEquals:
      return state.balance == amount;
    case ConditionKind::kVersionEquals:
      return state.version == condition.version;
    case ConditionKind::kStatusEquals:
      return state.status == condition.status;
  }
  return false;
}

Verdict CheckConditions(const AccountTable& accounts,
                        std::span<const Condition> conditions,
                        std::span<const std::uint8_t> places,
                        std::span<const AccountView> states) {
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    const AccountView& state = states[places[i]];
    if (IsMet(conditions[i], state)) continue;
    Verdict verdict =
        RefuseCondition(Outcome::kConditionNotMet, i, conditions[i].account);
    verdict.refusal.asset = accounts.Hot(conditions[i].account).asset();
    verdict.refusal.available = ToAmount(state.balance);
    verdict.refusal.required = conditions[i].amount;
    return verdict;
  }
  return {};
}

// How far a sum lies above `least`: 0 if it does not.
Int128 Above(ExactSum sum, Int128 least) {
  sum.Subtract(least);
  return std::max<Int128>(sum.Saturated(), 0);
}

// How far it lies below `most`: 0 if it does not. (What legs leave of a balance
// may be beyond the range of an amount, until flows bring it back.)
Int128 Below(ExactSum sum, Int128 most) {
  sum.Subtract(most);
  return -std::clamp<Int128>(sum.Saturated(), -kInt128Max, 0);
}

}  // namespace

Verdict CheckRequestShape(const AccountTable& accounts,
                          const TransferRequest& request) {
  if (request.legs.empty() && request.flows.empty()) {
    return {Outcome::kNoLegs, {}};
  }
  // Each by itself first: together they could be more than can be counted.
  if (request.legs.size() > kMaxLegs || request.flows.size() > kMaxFlows ||
      request.conditions.size() > kMaxLegs || CountNamed(request) > kMaxLegs) {
    return {Outcome::kTooManyLegs, {}};
  }
  if (request.options.description.size() > kMaxDescriptionBytes) {
    return {Outcome::kDescriptionTooLong, {}};
  }
  if (Verdict verdict = CheckNoZeroLeg(request.legs);
      verdict.outcome != Outcome::kOk) {
    return verdict;
  }
  if (Verdict verdict = CheckFlowsMakeSense(request.flows);
      verdict.outcome != Outcome::kOk) {
    return verdict;
  }
  for (std::size_t i = 0; i < request.conditions.size(); ++i) {
    if (!MakesSense(request.conditions[i])) {
      return RefuseCondition(Outcome::kInvalidCondition, i,
                             request.conditions[i].account);
    }
  }
  if (Verdict verdict = CheckAllKnown(accounts, request);
      verdict.outcome != Outcome::kOk) {
    return verdict;
  }
  for (std::size_t i = 0; i < request.flows.size(); ++i) {
    const AssetId asset = accounts.Hot(request.flows[i].to).asset();
    if (accounts.Hot(request.flows[i].from).asset() != asset) {
      Verdict verdict =
          RefuseFlow(Outcome::kAssetsDiffer, i, request.flows[i].to);
      verdict.refusal.asset = asset;
      return verdict;
    }
  }
  return CheckBalance(accounts, request.legs);
}

// What a request does to its accounts so far: by part (a leg, a side of a flow)
// and, summed, by account.
class RequestWork::Sides {
 public:
  Sides(std::span<const std::uint8_t> places, std::size_t count)
      : places_(places), parts_(count) {}

  void Add(std::size_t part, AccountId account, Int128 amount,
           std::uint8_t moves) {
    parts_[part] = {account, amount, moves};
    ByPlace& here = Find(places_[part]);
    here.account = account;
    here.change.Add(amount, moves);
  }
  // What the account has by now.
  [[nodiscard]] ExactSum BalanceOf(std::size_t part, const AccountView& state) {
    ExactSum sum = NetOf(part);
    sum.Add(state.balance);
    return sum;
  }
  // What becomes of it so far.
  [[nodiscard]] ExactSum NetOf(std::size_t part) {
    return Find(places_[part]).change.net;
  }

  struct ByPlace {
    std::uint8_t place = 0;
    AccountId account;
    Change change;
  };
  [[nodiscard]] std::span<ByPlace> by_place() { return by_place_; }
  [[nodiscard]] std::span<const Part> parts() const { return parts_; }
  [[nodiscard]] std::size_t place(std::size_t part) const {
    return places_[part];
  }

 private:
  ByPlace& Find(std::uint8_t place) {
    for (ByPlace& here : by_place_) {
      if (here.place == place) return here;
    }
    by_place_.push_back({place, AccountId(), Change()});
    return by_place_.back();
  }

  const std::span<const std::uint8_t> places_;
  // Neither is ever longer than fits in place, so they do not allocate.
  absl::InlinedVector<Part, kMaxLegs> parts_;
  absl::InlinedVector<ByPlace, kMaxLegs> by_place_;
};

void RequestWork::WorkOutFlows(const AccountTable& accounts,
                               const TransferRequest& request,
                               std::span<const AccountView> states,
                               Sides& sides, Verdict& shortfall) noexcept {
  Int128 left = 0;
  Int128 moved = 0;
  for (std::size_t i = 0; i < request.flows.size(); ++i) {
    const Flow& flow = request.flows[i];
    const std::size_t payer = request.legs.size() + 2 * i;
    const std::size_t payee = payer + 1;
    if (!flow.shares_limit) {
      left = ToInt128(flow.at_most);
      moved = 0;
    }
    const AccountView& from = states[sides.place(payer)];
    const AccountView& to = states[sides.place(payee)];
    // An account never has less than both together: no overflow.
    const Int128 available =
        Above(sides.BalanceOf(payer, from), from.floor + from.held);
    const Int128 room = Below(sides.BalanceOf(payee, to), to.ceiling);
    const Int128 amount = std::min({left, available, room});
    sides.Add(payer, flow.from, -amount, kDebits);
    sides.Add(payee, flow.to, amount, kCredits);
    flowed_[i] = ToAmount(amount);
    left -= amount;
    moved += amount;
    if (moved < ToInt128(flow.at_least) && shortfall.outcome == Outcome::kOk) {
      shortfall = RefuseFlow(Outcome::kTooLittleAvailable, i, flow.from);
      shortfall.refusal.asset = accounts.Hot(flow.from).asset();
      shortfall.refusal.available = ToAmount(moved);
      shortfall.refusal.required = flow.at_least;
    }
  }
  flow_count_ = request.flows.size();
}

Verdict RequestWork::Do(const AccountTable& accounts,
                        const TransferRequest& request,
                        std::span<const std::uint8_t> places,
                        std::span<AccountView> states, const RouteSet* routes,
                        Freezes freezes) noexcept {
  const std::size_t parts = request.legs.size() + 2 * request.flows.size();
  if (Verdict verdict = CheckConditions(accounts, request.conditions,
                                        places.subspan(parts), states);
      verdict.outcome != Outcome::kOk) {
    return verdict;
  }
  Sides sides(places, parts);
  for (std::size_t i = 0; i < request.legs.size(); ++i) {
    const Leg& leg = request.legs[i];
    sides.Add(i, leg.account, ToInt128(leg.amount),
              leg.amount.is_negative() ? kDebits : kCredits);
  }
  Verdict shortfall;
  WorkOutFlows(accounts, request, states, sides, shortfall);

  const auto judged_at = [&](std::size_t place) {
    AccountView state = states[place];
    if (freezes == Freezes::kIgnored &&
        state.status != AccountStatus::kClosed) {
      state.status = AccountStatus::kOpen;
    }
    return state;
  };
  bool is_allowed = true;
  change_count_ = 0;
  for (const Sides::ByPlace& here : sides.by_place()) {
    changed_[change_count_] = here.place;
    is_allowed &= CheckState(here.account, SeenState{judged_at(here.place)},
                             here.change, changes_[change_count_]);
    ++change_count_;
  }
  RouteFault route_fault;
  if (routes != nullptr) {
    route_fault =
        FindRouteFault(accounts, *routes, request.options.code, sides.parts(),
                       request.legs.size(),
                       [&](std::size_t part) { return sides.NetOf(part); });
  }
  if (!is_allowed || route_fault.is_any()) {
    Verdict verdict = FindRefusal(
        accounts, sides.parts(),
        [&](std::size_t part) { return judged_at(sides.place(part)); },
        route_fault);
    if (verdict.refusal.leg >= request.legs.size()) {
      verdict.refusal.flow = static_cast<std::uint32_t>(
          (verdict.refusal.leg - request.legs.size()) / 2);
      verdict.refusal.leg = Refusal::kNoLeg;
    }
    return verdict;
  }
  if (shortfall.outcome != Outcome::kOk) return shortfall;
  CollectLegs(request, places);
  if (leg_count_ == 0) return {Outcome::kNothingToMove, {}};
  for (std::size_t i = 0; i < change_count_; ++i) {
    states[changed_[i]].balance = ToInt128(changes_[i].after);
  }
  return {};
}

void RequestWork::CollectLegs(const TransferRequest& request,
                              std::span<const std::uint8_t> places) noexcept {
  leg_count_ = 0;
  std::array<bool, kMaxLinkedLegs> has_leg{};
  const auto add = [&](AccountId account, Int128 amount, std::uint8_t place) {
    place_of_leg_[leg_count_] = place;
    legs_[leg_count_++] = {account, ToAmount(amount)};
    has_leg[place] = true;
  };
  for (std::size_t i = 0; i < request.legs.size(); ++i) {
    add(request.legs[i].account, ToInt128(request.legs[i].amount), places[i]);
  }
  for (std::size_t i = 0; i < request.flows.size(); ++i) {
    const Int128 amount = ToInt128(flowed_[i]);
    if (amount == 0) continue;
    const std::size_t payer = request.legs.size() + 2 * i;
    add(request.flows[i].from, -amount, places[payer]);
    add(request.flows[i].to, amount, places[payer + 1]);
  }
  // Of accounts that no leg is left of nothing is told.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < change_count_; ++i) {
    if (!has_leg[changed_[i]]) continue;
    changed_[kept] = changed_[i];
    changes_[kept++] = changes_[i];
  }
  change_count_ = kept;
  // Insertion: they are few, and mostly in order.
  for (std::size_t i = 1; i < change_count_; ++i) {
    for (std::size_t j = i; j > 0 && changed_[j] < changed_[j - 1]; --j) {
      std::swap(changed_[j], changed_[j - 1]);
      std::swap(changes_[j], changes_[j - 1]);
    }
  }
}

Amount RequestWork::BalanceAfter(std::size_t place) const noexcept {
  const auto end = changed_.begin() + change_count_;
  const auto found = std::lower_bound(changed_.begin(), end, place);
  return changes_[static_cast<std::size_t>(found - changed_.begin())].after;
}

}  // namespace lockstep::engine
