#include "engine/posting/hold_table.h"

#include <algorithm>
#include <array>
#include <gsl/assert>

namespace lockstep::engine {
namespace {

Outcome ToOutcome(HoldStatus status) {
  switch (status) {
    case HoldStatus::kOpen:
      return Outcome::kOk;
    case HoldStatus::kCaptured:
      return Outcome::kHoldCaptured;
    case HoldStatus::kReleased:
      return Outcome::kHoldReleased;
    case HoldStatus::kExpired:
      return Outcome::kHoldExpired;
  }
  return Outcome::kUnknownHold;
}

}  // namespace

HoldTable::Prepared::Prepared(Hold hold) {
  std::map<Sequence, Hold> holds;
  std::set<std::pair<Tick, Sequence>> due;
  if (!hold.deadline.is_none()) {
    due_ = due.extract(due.emplace(hold.deadline, Sequence()).first);
  }
  hold_ = holds.extract(holds.emplace(Sequence(), std::move(hold)).first);
  resolved_.emplace_back();
}

void HoldTable::PlaceLocked(Prepared& prepared, Sequence id,
                            std::uint32_t epoch) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "holds");
  prepared.hold_.key() = id;
  prepared.hold_.mapped().placed_in = epoch;
  const bool is_new = holds_.insert(std::move(prepared.hold_)).inserted;
  Ensures(is_new);
  if (prepared.due_) {
    prepared.due_.value().second = id;
    due_.insert(std::move(prepared.due_));
  }
  unresolved_.splice(unresolved_.end(), prepared.resolved_);
}

void HoldTable::ResolveLocked(Sequence id, HoldStatus status,
                              std::uint32_t epoch,
                              const EpochClock& clock) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "holds");
  const auto found = holds_.find(id);
  Expects(found != holds_.end() && found->second.status == HoldStatus::kOpen);
  found->second.status = status;
  found->second.resolved_in = epoch;
  due_.erase({found->second.deadline, id});
  unresolved_.front() = id;
  resolved_.splice(resolved_.end(), unresolved_, unresolved_.begin());
  // Looked at under the lock: a snapshot that comes later wants nothing of what
  // is resolved by now.
  if (clock.Load().wanted_below == 0) ForgetOldestLocked();
}

// A few at a time, should there be many once the last snapshot has gone.
void HoldTable::ForgetOldestLocked() noexcept {
  for (int i = 0; i < 4 && resolved_.size() > kResolvedHoldsKept; ++i) {
    holds_.erase(resolved_.front());
    resolved_.pop_front();
  }
}

Outcome HoldTable::WhyNotOpen(Sequence id) const noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "holds");
  const auto found = holds_.find(id);
  return found == holds_.end() ? Outcome::kUnknownHold
                               : ToOutcome(found->second.status);
}

Outcome HoldTable::CopyLegs(Sequence id, Leg* legs, std::size_t& count,
                            Tick& deadline) const noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "holds");
  const auto found = holds_.find(id);
  if (found == holds_.end()) return Outcome::kUnknownHold;
  if (found->second.status != HoldStatus::kOpen) {
    return ToOutcome(found->second.status);
  }
  const std::vector<Leg>& its = found->second.legs;
  std::copy(its.begin(), its.end(), legs);
  count = its.size();
  deadline = found->second.deadline;
  return Outcome::kOk;
}

Result<HoldInfo> HoldTable::Get(Sequence id) const {
  HoldInfo info;
  info.legs.reserve(kMaxLegs);  // so that nothing is allocated under the lock
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "holds");
  const auto found = holds_.find(id);
  if (found == holds_.end()) return Outcome::kUnknownHold;
  const Hold& hold = found->second;
  info.id = id;
  info.status = hold.status;
  info.deadline = hold.deadline;
  info.legs.assign(hold.legs.begin(), hold.legs.end());
  info.code = hold.code;
  info.user_data = hold.user_data;
  return info;
}

Sequence HoldTable::NextDue(Tick now) const noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "holds");
  if (due_.empty() || due_.begin()->first > now) return Sequence();
  return due_.begin()->second;
}

std::vector<std::pair<Sequence, Hold>> HoldTable::OpenAt(
    std::uint32_t epoch) const {
  constexpr std::size_t kAtATime = 64;
  std::vector<std::pair<Sequence, Hold>> open;
  Sequence last;
  for (bool is_end = false; !is_end;) {
    std::array<std::pair<Sequence, const Hold*>, kAtATime> some;
    std::size_t found = 0;
    {
      const ExclusiveLock lock(mutex_);
      sync::WillRead(this, "holds");
      auto next = holds_.upper_bound(last);
      for (std::size_t i = 0; i < kAtATime && next != holds_.end(); ++i) {
        const Hold& hold = next->second;
        const bool is_resolved =
            hold.status != HoldStatus::kOpen && hold.resolved_in <= epoch;
        last = next->first;
        if (hold.placed_in <= epoch && !is_resolved)
          some[found++] = {last, &hold};
        ++next;
      }
      is_end = next == holds_.end();
    }
    // Nodes of a map stay where they are, these are not forgotten while the
    // snapshot lives, and what is copied never changes.
    for (std::size_t i = 0; i < found; ++i) {
      const Hold& hold = *some[i].second;
      open.emplace_back(some[i].first, Hold{.legs = hold.legs,
                                            .deadline = hold.deadline,
                                            .code = hold.code,
                                            .user_data = hold.user_data});
    }
  }
  return open;
}

void HoldTable::Restore(Sequence id, Hold hold) {
  Expects(hold.status == HoldStatus::kOpen);
  Prepared prepared(std::move(hold));
  PlaceLocked(prepared, id, 0);
}

}  // namespace lockstep::engine
