#include "engine/tool/economy/chronicle.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <new>
#include <utility>

#include "gsl/assert"

namespace lockstep::tool {
namespace {

Sales Since(const Sales& now, const Sales& before) {
  return {.quantity = now.quantity - before.quantity,
          .paid = now.paid - before.paid};
}

/// Keeps one element for each value of `number >> shift`: the first, to which
/// `merge` adds the others.
template <class Numbered, class MergeTwo>
void KeepOneEach(std::vector<Numbered>& all, int shift, MergeTwo merge) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (kept > 0 && all[kept - 1].number >> shift == all[i].number >> shift) {
      merge(all[kept - 1], all[i]);
    } else {
      if (kept != i) all[kept] = std::move(all[i]);
      ++kept;
    }
  }
  all.resize(kept);
}

}  // namespace

void Merge(Interval& interval, const Interval& other) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    interval.outcomes[i] += other.outcomes[i];
  }
  for (std::size_t i = 0; i < kMaxGameAssets; ++i) {
    interval.sales[i].quantity += other.sales[i].quantity;
    interval.sales[i].paid += other.sales[i].paid;
  }
  // Both lists rise by bucket, and so does what they are merged into.
  using Counts = std::vector<LatencyHistogram::BucketCount>;
  Counts merged;
  merged.reserve(interval.latency.size() + other.latency.size());
  auto mine = interval.latency.cbegin();
  for (const auto& theirs : other.latency) {
    while (mine != interval.latency.cend() && mine->bucket < theirs.bucket) {
      merged.push_back(*mine++);
    }
    merged.push_back(theirs);
    if (mine != interval.latency.cend() && mine->bucket == theirs.bucket) {
      merged.back().count += (mine++)->count;
    }
  }
  merged.insert(merged.end(), mine, interval.latency.cend());
  interval.latency = std::move(merged);
}

void IntervalLog::Begin(std::uint64_t number, const Tally& tally) {
  Expects(number >= current_);
  Interval interval;
  interval.number = current_;
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    interval.outcomes[i] = tally.outcomes[i] - outcomes_[i];
  }
  for (std::size_t i = 0; i < kMaxGameAssets; ++i) {
    interval.sales[i] = Since(tally.sales[i], sales_[i]);
  }
  interval.latency = tally.latency.Since(latency_);
  intervals_.push_back(std::move(interval));
  HalveTheDetail();

  current_ = number;
  outcomes_ = tally.outcomes;
  sales_ = tally.sales;
  latency_ = tally.latency;
}

void IntervalLog::HalveTheDetail() {
  // Twice where it was not enough: numbers may have been left out.
  while (intervals_.size() >= kMostIntervals) {
    KeepOneEach(intervals_, ++shift_, Merge);
  }
  KeepOneEach(intervals_, shift_, Merge);
}

Observer::Observer(gsl::not_null<const Economy*> economy, Clock::duration step)
    : economy_(economy), sample_(economy), step_(step) {
  Expects(step > Clock::duration::zero());
  chronicle_.sampled_players = sample_.size();
  const Result<Snapshot> moment = economy->ledger().TakeSnapshot();
  if (!moment) throw std::bad_alloc();
  chronicle_.lorenz_at_start = LorenzCurve(PlayersWealths(*economy, *moment));
  See(*moment);
  chronicle_.observations.push_back(seen_);
}

Observer::Clock::time_point Observer::due() const noexcept {
  const std::uint64_t next =
      (chronicle_.observations.back().number >> shift_) + 1;
  return start_ + step_ * static_cast<Clock::rep>(next << shift_);
}

void Observer::Look() {
  const Result<Snapshot> moment = economy_->ledger().TakeSnapshot();
  if (moment) See(*moment);
}

void Observer::See(const Snapshot& moment) {
  seen_.tick = moment.tick();
  for (std::size_t i = 0; i < economy_->asset_count(); ++i) {
    const auto asset = static_cast<Asset>(i);
    const bool is_debt = economy_->TraitsOf(asset).credit > 0;
    seen_.supplies[i] = is_debt ? economy_->OwedToBanks(asset, moment)
                                : economy_->SupplyOf(asset, moment);
  }
  seen_.gini = sample_.Gini(moment);
}

std::uint64_t Observer::Begin(Clock::time_point now) {
  std::vector<Observation>& observations = chronicle_.observations;
  Expects(now >= due());
  const auto steps = static_cast<std::uint64_t>((now - start_) / step_);
  seen_.number = steps >> shift_ << shift_;
  seen_.seconds = std::chrono::duration<double>(now - start_).count();
  observations.push_back(seen_);
  if (observations.size() >= kMostIntervals) HalveTheDetail(shift_ + 1);
  return seen_.number;
}

void Observer::HalveTheDetail(int shift) {
  shift_ = shift;
  // The first of those that fall together is where they began.
  KeepOneEach(chronicle_.observations, shift_,
              [](Observation&, const Observation&) {});
}

Chronicle Observer::Finish(Clock::time_point now,
                           std::span<const IntervalLog* const> logs) && {
  int shift = shift_;
  for (const IntervalLog* log : logs) shift = std::max(shift, log->shift());
  HalveTheDetail(shift);

  std::vector<Observation>& observations = chronicle_.observations;
  for (const Observation& observation : observations) {
    chronicle_.intervals.emplace_back().number = observation.number;
  }
  for (const IntervalLog* log : logs) {
    auto place = chronicle_.intervals.begin();
    for (const Interval& interval : log->intervals()) {
      while (place->number >> shift != interval.number >> shift) {
        ++place;
        // Workers know no numbers but those that they were given.
        Ensures(place != chronicle_.intervals.end());
      }
      Merge(*place, interval);
    }
  }
  // Too little happens in a short rest to say how fast it went.
  const std::chrono::duration<double> step = step_;
  const double rest = std::chrono::duration<double>(now - start_).count() -
                      observations.back().seconds;
  if (observations.size() > 1 && rest < std::ldexp(step.count(), shift) / 2) {
    const auto last = std::prev(chronicle_.intervals.end());
    Merge(*std::prev(last), *last);
    chronicle_.intervals.pop_back();
    observations.pop_back();
  }
  Look();
  seen_.number = observations.back().number + 1;
  seen_.seconds = std::chrono::duration<double>(now - start_).count();
  observations.push_back(seen_);
  return std::move(chronicle_);
}

}  // namespace lockstep::tool
