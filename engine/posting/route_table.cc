#include "engine/posting/route_table.h"

#include <algorithm>
#include <gsl/assert>
#include <iterator>
#include <utility>

namespace lockstep::engine {

RouteTable::RouteTable()
    : current_(std::make_shared<const RouteSet>()), in_force_(current_.get()) {}

std::shared_ptr<const RouteSet> RouteTable::Now() const {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "routes");
  return current_;
}

std::shared_ptr<const RouteSet> RouteTable::At(std::uint32_t epoch) const {
  const ExclusiveLock lock(mutex_);
  sync::WillRead(this, "routes");
  if (changed_in_ <= epoch) return current_;
  const auto later = std::find_if(past_.begin(), past_.end(), [&](auto& past) {
    return past.epoch > epoch;
  });
  // Whoever changed them first after the cut has kept what there was.
  Ensures(later != past_.begin());
  return std::prev(later)->routes;
}

void RouteTable::PrepareReplace(std::uint32_t oldest_cut) {
  sync::WillWrite(this, "routes");
  // Each was in force until the next one, or the present one, was.
  while (!past_.empty()) {
    const std::uint32_t replaced_in =
        past_.size() > 1 ? past_[1].epoch : std::uint32_t{changed_in_};
    if (replaced_in > oldest_cut) break;
    past_.erase(past_.begin());
  }
  past_.reserve(past_.size() + 1);
}

void RouteTable::Replace(std::shared_ptr<const RouteSet>& next,
                         EpochClock::Reading now) noexcept {
  sync::WillWrite(this, "routes");
  if (changed_in_ < now.wanted_below) past_.push_back({current_, changed_in_});
  current_.swap(next);
  sync::WillWrite(&in_force_, "routes in force");
  in_force_ = current_.get();
  changed_in_ = now.epoch;
}

void RouteTable::Restore(std::shared_ptr<const RouteSet> routes) noexcept {
  const ExclusiveLock lock(mutex_);
  current_ = std::move(routes);
  in_force_ = current_.get();
}

}  // namespace lockstep::engine
