#include "engine/tool/economy/lots.h"

#include <algorithm>
#include <span>

#include "engine/tool/economy/tally.h"

namespace lockstep::tool {

// A hold is due from its deadline on, whether or not the ledger has come to it:
// it could not be captured any more.
void NoteExpiredLocked(Lot& lot, Tick now, Tally& tally) {
  if (lot.stage == LotStage::kEmpty || now < lot.deadline) return;
  for (Reserved* const reserved : {&lot.goods, &lot.best, &lot.outbid}) {
    if (!reserved->is_open()) continue;
    ++tally.holds.expired;
    tally.held[Index(reserved->asset)] -= reserved->amount;
    *reserved = {};
  }
  if (lot.stage == LotStage::kOpen) ++tally.lots.unsold;
  if (lot.stage == LotStage::kOpen || lot.stage == LotStage::kCalledOff) {
    lot.stage = LotStage::kEmpty;
  } else if (lot.stage == LotStage::kTaken) {
    ++tally.lots.called_off;
    lot.stage = LotStage::kUnpaid;
  }
}

void Lots::NoteExpired(Tick now, Tally& tally) {
  for (Lot& lot : lots_) {
    const std::lock_guard lock(lot.mutex);
    NoteExpiredLocked(lot, now, tally);
  }
}

std::size_t LotsOf(const Scenario& scenario) noexcept {
  std::size_t most = 0;
  const auto look = [&](std::span<const Activity> activities) {
    for (const Activity& activity : activities) {
      most = std::max<std::size_t>(most, activity.terms.lots);
    }
  };
  look(scenario.activities);
  for (const Moment& moment : scenario.timeline) look(moment.activities);
  return most;
}

}  // namespace lockstep::tool
