#include "engine/tool/economy/tally.h"

#include "gsl/assert"

namespace lockstep::tool {
namespace {

void Add(HoldCounts& sum, const HoldCounts& other) {
  sum.placed += other.placed;
  sum.captured += other.captured;
  sum.released += other.released;
  sum.expired += other.expired;
}

void Add(LotCounts& sum, const LotCounts& other) {
  sum.offered += other.offered;
  sum.sold += other.sold;
  sum.unsold += other.unsold;
  sum.called_off += other.called_off;
  sum.kept += other.kept;
}

}  // namespace

void Tally::Merge(const Tally& other) {
  Expects(activities.size() == other.activities.size());
  for (std::size_t i = 0; i < activities.size(); ++i) {
    activities[i].posted += other.activities[i].posted;
    activities[i].refused += other.activities[i].refused;
    for (std::size_t asset = 0; asset < kMaxGameAssets; ++asset) {
      activities[i].minted[asset] += other.activities[i].minted[asset];
      activities[i].burned[asset] += other.activities[i].burned[asset];
    }
  }
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    outcomes[i] += other.outcomes[i];
    if (examples[i].empty()) examples[i] = other.examples[i];
  }
  for (std::size_t i = 0; i < kReasonCount; ++i) reasons[i] += other.reasons[i];
  for (std::size_t asset = 0; asset < kMaxGameAssets; ++asset) {
    sales[asset].quantity += other.sales[asset].quantity;
    sales[asset].paid += other.sales[asset].paid;
    held[asset] += other.held[asset];
  }
  Add(holds, other.holds);
  Add(lots, other.lots);
  in_rounds += other.in_rounds;
  rounds += other.rounds;
  legs += other.legs;
  latency.Merge(other.latency);
}

std::uint64_t Tally::refused() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : outcomes) sum += count;
  return sum - posted();
}

}  // namespace lockstep::tool
