#include "engine/tool/economy/director.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/numerals.h"

namespace lockstep::tool {
namespace {

/// A purse that is emptied while others still take from it is looked at anew so
/// often. (Nothing enters it any more, so this would have to be very unlucky.)
constexpr int kMaxLooks = 1000;

std::uint32_t CountIn(const Group& who, const Population& population) {
  const std::uint32_t all = population.CountOf(who.sort);
  return who.count == 0 ? all : std::min(all, who.count);
}

}  // namespace

bool Director::IsDue(const EventTime& at, const RunTime& now) {
  if (at.is_tick) {
    return now.tick.value() >= static_cast<std::uint64_t>(at.value);
  }
  return now.fraction * static_cast<double>(kWhole) >=
         static_cast<double>(at.value);
}

void Director::Perform(const RunTime& now, Worker& worker) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;
  while (is_waiting() && IsDue(timeline_[came()].at, now)) {
    const Moment& moment = timeline_[came()];
    EventMark mark{.tick = now.tick,
                   .seconds = now.seconds,
                   .text = moment.text,
                   .supplies = {},
                   .prices = {}};
    for (std::size_t i = 0; i < economy_->asset_count(); ++i) {
      const auto asset = static_cast<Asset>(i);
      mark.supplies.push_back(economy_->SupplyOf(asset));
      mark.prices.push_back(economy_->MarketPriceOf(asset));
    }
    came_.store(came() + 1, std::memory_order_relaxed);
    mark.text += std::visit([&](const auto& deed) { return Do(deed, worker); },
                            moment.deed);
    marks_.push_back(std::move(mark));
  }
}

std::string Director::Do(std::monostate, Worker&) { return {}; }

std::string Director::Do(const Freeze& freeze, Worker&) {
  const std::uint32_t count = CountIn(freeze.who, economy_->population());
  const std::uint32_t first = economy_->FirstOf(freeze.who.sort).number;
  for (std::uint32_t i = 0; i < count; ++i) {
    for (std::size_t asset = 0; asset < economy_->asset_count(); ++asset) {
      const AccountId account =
          economy_->AccountOf({first + i}, static_cast<Asset>(asset));
      if (freeze.is_over) {
        economy_->custody().Unlock(account);
      } else {
        economy_->custody().Lock(account);
      }
    }
  }
  return {};
}

// Nothing may enter the culprits' accounts while they are emptied, and nothing
// may move in them afterwards.
std::string Director::Do(const Confiscate& found, Worker& worker) {
  const std::uint32_t culprits = economy_->CountOf(found.culprits);
  worker.Become(found.activity);
  Minor burned = 0;
  for (std::uint32_t i = 0; i < culprits; ++i) {
    const Agent culprit = economy_->Player(found.culprits.first + i);
    const AccountId purse = economy_->AccountOf(culprit, found.asset);
    economy_->custody().BeginSeizure(purse);
    burned += BurnAll(culprit, found.asset, worker);
    for (std::size_t asset = 0; asset < economy_->asset_count(); ++asset) {
      economy_->custody().Lock(
          economy_->AccountOf(culprit, static_cast<Asset>(asset)));
    }
    economy_->custody().EndSeizure(purse);
  }
  const AssetTraits& traits = economy_->TraitsOf(found.asset);
  return absl::StrCat(", ", Plural(culprits, "player"), " frozen, ",
                      GroupDigits(FormatDecimal(Amount(burned), traits.scale)),
                      " ", traits.code, " burned");
}

/// Burns what the agent has of it, and says how much that was.
Minor Director::BurnAll(Agent agent, Asset asset, Worker& worker) {
  const AccountId purse = economy_->AccountOf(agent, asset);
  for (int look = 0; look < kMaxLooks; ++look) {
    const Minor balance = ToMinor(economy_->ledger().Balance(purse).value());
    if (balance <= 0) return 0;  // what is owed cannot be taken
    const Outcome outcome =
        worker.Transfer(purse, economy_->IssuerOf(asset), balance);
    if (outcome == Outcome::kOk) return balance;
  }
  return 0;
}

// One transfer for each: a full bag refuses its own part only.
std::string Director::Do(const Grant& grant, Worker& worker) {
  const std::uint32_t count = CountIn(grant.who, economy_->population());
  const std::uint32_t first = economy_->FirstOf(grant.who.sort).number;
  worker.Become(grant.activity);
  std::uint32_t given = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Outcome outcome = worker.Transfer(
        economy_->IssuerOf(grant.asset),
        economy_->AccountOf({first + i}, grant.asset), grant.amount);
    if (outcome == Outcome::kOk) ++given;
  }
  return absl::StrCat(", ", Grouped(given), " of ", Grouped(count), " got it");
}

}  // namespace lockstep::tool
