#include "engine/posting/reversal_table.h"

#include <gsl/assert>

#include "engine/base/int128.h"
#include "engine/posting/checks.h"

namespace lockstep::engine {
namespace {

// Both have the leg's sign, and together are never more than it.
Amount Together(Amount a, Amount b) {
  return ToAmount(ToInt128(a) + ToInt128(b));
}
Amount Less(Amount whole, Amount part) {
  return ToAmount(ToInt128(whole) - ToInt128(part));
}

}  // namespace

bool Reversed::AddBefore(std::span<const Amount> amounts) {
  for (std::size_t leg = 0; leg < legs_.size(); ++leg) {
    const Amount left = Less(legs_[leg].amount, amounts_[leg]);
    if (!IsPartOf(amounts[leg], left)) return false;
    amounts_[leg] = Together(amounts_[leg], amounts[leg]);
  }
  if (parts_.empty()) parts_.push_back({0, amounts_});
  parts_.front().amounts = amounts_;
  return true;
}

Reversed* ReversalTable::Enter(Sequence transfer) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "reversals");
  const auto found = transfers_.find(transfer);
  if (found == transfers_.end()) return nullptr;
  ++found->second.users_;
  return &found->second;
}

Reversed& ReversalTable::EnterNew(Sequence transfer,
                                  std::span<const Leg> legs) {
  // Made before the lock is taken, and if it is not needed freed after.
  std::map<Sequence, Reversed> made;
  made.emplace(transfer, Reversed(legs));
  auto node = made.extract(made.begin());
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "reversals");
  auto inserted = transfers_.insert(std::move(node));
  if (!inserted.inserted) node = std::move(inserted.node);
  Reversed& reversed = inserted.position->second;
  ++reversed.users_;
  return reversed;
}

void ReversalTable::Leave(Sequence transfer) noexcept {
  std::map<Sequence, Reversed>::node_type unused;
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "reversals");
  const auto found = transfers_.find(transfer);
  Expects(found != transfers_.end() && found->second.users_ > 0);
  const bool is_last = --found->second.users_ == 0;
  if (is_last && found->second.parts_.empty()) {
    unused = transfers_.extract(found);
  }
}

void ReversalTable::CopyLeft(const Reversed& reversed,
                             Amount* left) const noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "reversals");
  for (std::size_t leg = 0; leg < reversed.legs_.size(); ++leg) {
    left[leg] = Less(reversed.legs_[leg].amount, reversed.amounts_[leg]);
  }
}

void ReversalTable::AddLocked(Reversed& reversed, Prepared& prepared,
                              std::uint32_t epoch) noexcept {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "reversals");
  Reversed::Part& part = prepared.part_.front();
  part.epoch = epoch;
  for (std::size_t leg = 0; leg < reversed.legs_.size(); ++leg) {
    reversed.amounts_[leg] =
        Together(reversed.amounts_[leg], part.amounts[leg]);
  }
  reversed.parts_.splice(reversed.parts_.end(), prepared.part_);
}

std::vector<std::pair<Sequence, Reversed>> ReversalTable::ReversedAt(
    std::uint32_t epoch) const {
  // Those with parts stay where they are: each is copied by itself, so that the
  // lock is never held for long.
  std::vector<std::pair<Sequence, Reversed>> all;
  Sequence last;
  for (;;) {
    const Reversed* next = nullptr;
    {
      const ExclusiveLock lock(mutex_);
      sync::WillRead(this, "reversals");
      auto found = transfers_.upper_bound(last);
      while (found != transfers_.end() && found->second.parts_.empty()) {
        ++found;
      }
      if (found == transfers_.end()) return all;
      last = found->first;
      next = &found->second;
    }
    Reversed copy(next->legs_);
    copy.parts_.push_back({0, std::vector<Amount>(copy.legs_.size())});
    bool is_any = false;
    {
      const ExclusiveLock lock(mutex_);
      sync::WillRead(this, "reversals");
      for (const Reversed::Part& part : next->parts_) {
        if (part.epoch > epoch) continue;
        is_any = true;
        for (std::size_t leg = 0; leg < copy.legs_.size(); ++leg) {
          copy.amounts_[leg] = Together(copy.amounts_[leg], part.amounts[leg]);
        }
      }
    }
    if (!is_any) continue;
    copy.parts_.front().amounts = copy.amounts_;
    all.emplace_back(last, std::move(copy));
  }
}

void ReversalTable::Restore(Sequence transfer, Reversed reversed) {
  const ExclusiveLock lock(mutex_);
  sync::WillWrite(this, "reversals");
  transfers_.emplace(transfer, std::move(reversed));
}

}  // namespace lockstep::engine
