#include "engine/posting/hold_plan.h"

#include "absl/container/inlined_vector.h"
#include "engine/posting/change.h"
#include "engine/posting/refusal.h"
#include "engine/posting/route_check.h"

namespace lockstep::engine {

namespace {

// What becomes of a hold that is resolved in this way.
HoldStatus StatusAfter(EntryKind kind) {
  switch (kind) {
    case EntryKind::kCapture:
      return HoldStatus::kCaptured;
    case EntryKind::kRelease:
      return HoldStatus::kReleased;
    default:
      return HoldStatus::kExpired;
  }
}

}  // namespace

Amount HoldPlan::JudgedAt(std::size_t leg) const noexcept {
  return work_.kind == EntryKind::kHold ? work_.legs[leg].amount : MovedAt(leg);
}

Verdict HoldPlan::CheckOpen() noexcept {
  if (!work_.hold.is_none()) {
    const Outcome open = ground_.holds.WhyNotOpen(work_.hold);
    if (open != Outcome::kOk) return {open, {}};
  }
  if (work_.deadline.is_none()) return {};
  judged_at_ = ground_.clock.Now();
  if (work_.deadline > judged_at_) return {};
  // It may have become late since the shape was checked.
  if (work_.kind == EntryKind::kHold) return {Outcome::kInvalidDeadline, {}};
  if (work_.kind == EntryKind::kCapture) return {Outcome::kHoldExpired, {}};
  return {};
}

bool HoldPlan::WorkOut(AccountChange* results,
                       const RouteSet* routes) noexcept {
  results_ = results;
  verdict_ = CheckOpen();
  if (verdict_.outcome != Outcome::kOk) return false;
  // Never more than fit in place, so it does not allocate.
  absl::InlinedVector<Change, kMaxLegs> changes(order_.size());
  for (std::size_t leg = 0; leg < work_.legs.size(); ++leg) {
    const Int128 amount = ToInt128(JudgedAt(leg));
    if (amount != 0) changes[order_.PlaceOf(leg)].AddLeg(amount);
  }
  bool is_allowed = true;
  order_.ForEachPlace([&](std::size_t place) {
    AccountView& state = states_[place];
    if (work_.kind != EntryKind::kHold) state.held -= HeldAt(place);
    if (changes[place].moves == 0) {
      const Amount balance = ToAmount(state.balance);
      new (&results[place]) AccountChange{order_.id(place), balance, balance};
      return;
    }
    is_allowed &= CheckState(order_.id(place), SeenState{state}, changes[place],
                             results[place]);
    if (work_.kind == EntryKind::kHold) {
      results[place].after = results[place].before;
    }
  });
  RouteFault route_fault;
  if (routes != nullptr) {
    const Judged judged = CollectJudged();
    route_fault = FindRouteFault(
        ground_.accounts, *routes, options_.code, judged.legs,
        [&](std::size_t leg) {
          return changes[order_.PlaceOf(judged.numbers[leg])].net;
        });
  }
  if (!is_allowed || route_fault.is_any()) verdict_ = FindFault(route_fault);
  if (verdict_.outcome != Outcome::kOk) return false;
  if (work_.kind != EntryKind::kHold) return true;
  // An account that may owe without end could have more held than can be told.
  for (std::size_t leg = 0; leg < work_.legs.size(); ++leg) {
    const std::size_t place = order_.PlaceOf(leg);
    ExactSum held = takes_[place];
    const Amount needed = ToAmount(held.Saturated());
    held.Add(states_[place].held);
    if (held.Fits()) continue;
    verdict_ =
        RefuseLeg(Outcome::kAmountOverflow, leg, work_.legs[leg].account);
    verdict_.refusal.asset = order_.account(place).asset();
    verdict_.refusal.available =
        ToAmount(states_[place].balance - states_[place].held);
    verdict_.refusal.required = needed;
    return false;
  }
  return true;
}

HoldPlan::Judged HoldPlan::CollectJudged() const noexcept {
  Judged judged;
  for (std::size_t leg = 0; leg < work_.legs.size(); ++leg) {
    const Amount amount = JudgedAt(leg);
    if (amount.is_zero()) continue;
    judged.legs.push_back({work_.legs[leg].account, amount});
    judged.numbers.push_back(static_cast<std::uint32_t>(leg));
  }
  return judged;
}

Verdict HoldPlan::FindFault(const RouteFault& route_fault) const noexcept {
  const Judged judged = CollectJudged();
  Verdict verdict = FindRefusal(
      ground_.accounts, std::span<const Leg>(judged.legs),
      [&](std::size_t leg) {
        return states_[order_.PlaceOf(judged.numbers[leg])];
      },
      route_fault);
  if (verdict.refusal.leg != Refusal::kNoLeg) {
    verdict.refusal.leg = judged.numbers[verdict.refusal.leg];
  }
  return verdict;
}

void HoldPlan::CommitLocked(Stream* stream, Sequence sequence,
                            std::uint32_t epoch, Tick tick) noexcept {
  order_.ForEachPlace([&](std::size_t place) {
    Account& account = order_.account(place);
    Int128 held = states_[place].held;
    if (work_.kind == EntryKind::kHold) held += HeldAt(place);
    account.held.StoreLocked(held);
    account.balance.StoreLocked(ToInt128(results_[place].after));
  });
  if (work_.kind == EntryKind::kHold) {
    ground_.holds.PlaceLocked(*prepared_, sequence, epoch);
  } else {
    ground_.holds.ResolveLocked(work_.hold, StatusAfter(work_.kind), epoch,
                                ground_.snapshots.clock());
  }
  // What is said of it is the time that it was judged by.
  if (!work_.deadline.is_none()) tick = judged_at_;
  // Before the record, which may tell the log of it.
  if (claim_ != nullptr) {
    claim_->remembered().Add(sequence, {results_, order_.size()}, {});
    claim_->RememberLocked(epoch);
  }
  if (stream != nullptr) Record(*stream, sequence, epoch, tick);
}

void HoldPlan::Record(Stream& stream, Sequence sequence, std::uint32_t epoch,
                      Tick tick) const noexcept {
  const auto leg_at = [&](std::size_t leg) {
    return RecordLeg{work_.legs[leg].account, MovedAt(leg),
                     results_[order_.PlaceOf(leg)].after};
  };
  const auto held_at = [&](std::size_t leg) {
    const Int128 amount = ToInt128(work_.legs[leg].amount);
    if (amount > 0) return Amount();
    return ToAmount(work_.kind == EntryKind::kHold ? -amount : amount);
  };
  const Sequence hold = work_.hold.is_none() ? sequence : work_.hold;
  RecordHead& head =
      WriteHoldRecord(stream.place(), work_.kind, hold, sequence, epoch, tick,
                      options_, work_.legs.size(), leg_at, held_at);
  if (stream.is_logged()) {
    WriteForLog(
        head,
        {.id = claim_ == nullptr ? nullptr : claim_->pinned(),
         .deadline = work_.kind == EntryKind::kHold ? work_.deadline : Tick(),
         .legs = work_.legs});
  }
  stream.Publish(head);
}

}  // namespace lockstep::engine
