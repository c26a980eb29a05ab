#include "engine/tool/economy/director.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/economy/bidding.h"

namespace lockstep::tool {
namespace {

std::uint32_t CountIn(const Group& who, const Population& population) {
  const std::uint32_t all = population.CountOf(who.sort);
  return who.count == 0 ? all : std::min(all, who.count);
}

std::string AmountText(Minor amount, const AssetTraits& asset) {
  return absl::StrCat(GroupDigits(FormatDecimal(Amount(amount), asset.scale)),
                      " ", asset.code);
}

}  // namespace

Director::Director(gsl::not_null<const Economy*> economy,
                   std::span<const Activity> activities,
                   std::span<const Moment> timeline) noexcept
    : economy_(economy),
      activities_(activities),
      timeline_(timeline),
      has_desk_(std::any_of(timeline.begin(), timeline.end(),
                            [](const Moment& moment) {
                              return std::holds_alternative<Desk>(moment.deed);
                            })) {}

bool Director::IsDue(const EventTime& at, const RunTime& now) {
  if (at.is_tick) {
    return now.tick.value() >= static_cast<std::uint64_t>(at.value);
  }
  return now.fraction * static_cast<double>(kWhole) >=
         static_cast<double>(at.value);
}

void Director::Perform(const RunTime& now, Worker& worker) {
  if (IsNextDue(now)) LetHappen(now, worker);
  // Last: what is due need not wait for what is to be read.
  if (has_desk_) Follow(now.tick);
}

FraudDesk& Director::TheDesk() {
  if (!desk_) desk_.emplace(economy_, activities_);
  return *desk_;
}

void Director::Follow(Tick now) {
  const std::unique_lock lock(desk_mutex_, std::try_to_lock);
  if (!lock || (desk_ && followed_ == now)) return;
  TheDesk().Follow();
  followed_ = now;
}

void Director::LetHappen(const RunTime& now, Worker& worker) {
  const std::lock_guard lock(mutex_);
  while (IsNextDue(now)) {
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
    const Agent agent = {first + i};
    if (freeze.is_over) {
      Unlock(agent);
    } else {
      Lock(agent);
    }
  }
  return {};
}

void Director::Lock(Agent agent) {
  for (std::size_t asset = 0; asset < economy_->asset_count(); ++asset) {
    economy_->custody().Lock(
        economy_->AccountOf(agent, static_cast<Asset>(asset)));
  }
}

void Director::Unlock(Agent agent) {
  for (std::size_t asset = 0; asset < economy_->asset_count(); ++asset) {
    economy_->custody().Unlock(
        economy_->AccountOf(agent, static_cast<Asset>(asset)));
  }
}

// Nothing may move in the culprits' accounts but what is taken out of them.
// What they bid is let go of first, or it would not be theirs to lose.
std::string Director::Do(const Confiscate& found, Worker& worker) {
  const std::uint32_t culprits = economy_->CountOf(found.culprits);
  worker.Become(found.activity);
  Minor burned = 0;
  std::vector<Agent> agents;
  for (std::uint32_t i = 0; i < culprits; ++i) {
    agents.push_back(economy_->Player(found.culprits.first + i));
  }
  for (const Agent culprit : agents) Lock(culprit);
  CallOff(agents, worker);
  for (const Agent culprit : agents) {
    const AccountId purse = economy_->AccountOf(culprit, found.asset);
    economy_->custody().BeginSeizure(purse);
    burned += BurnAll(culprit, found.asset, worker);
    economy_->custody().EndSeizure(purse);
  }
  return absl::StrCat(", ", Plural(culprits, "player"), " frozen, ",
                      AmountText(burned, economy_->TraitsOf(found.asset)),
                      " burned");
}

/// Burns what the agent has of it, and says how much that was. Others may take
/// from it until then, so it is as much as there is; what is owed cannot be
/// taken.
Minor Director::BurnAll(Agent agent, Asset asset, Worker& worker) {
  const AccountId purse = economy_->AccountOf(agent, asset);
  const Amount balance = economy_->ledger().Balance(purse).value();
  if (balance <= Amount(0)) return 0;
  const Flow all = {
      .from = purse, .to = economy_->IssuerOf(asset), .at_most = balance};
  Minor burned = 0;
  worker.Post({.flows = {&all, 1}}, {}, {&burned, 1});
  return burned;
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

std::string Director::Do(const Desk& desk, Worker& worker) {
  std::vector<Agent>& kept = kept_[desk.activity];
  if (desk.is_over) {
    for (const Agent culprit : kept) Unlock(culprit);
    return absl::StrCat(", ", Plural(kept.size(), "player"), " freed");
  }
  const std::lock_guard lock(desk_mutex_);
  FraudDesk& its = TheDesk();
  if (!its.can_look()) return ", which finds nothing without a journal";
  worker.Become(desk.activity);
  its.Follow();
  kept = its.Culprits();
  const std::string missed =
      its.missed() == 0
          ? ""
          : absl::StrCat(", ", Grouped(its.missed()),
                         " operations were gone before it read them");
  if (kept.empty()) return absl::StrCat(", which finds nothing", missed);
  const std::vector<Fraud> frauds = Recover(its, worker);
  std::string text = absl::StrCat(", ", Plural(kept.size(), "player"),
                                  desk.frees_at_once ? "" : " frozen");
  for (const Fraud& fraud : frauds) {
    const AssetTraits& asset = economy_->TraitsOf(fraud.asset);
    absl::StrAppend(&text, ", code ", fraud.code, ": ",
                    AmountText(fraud.recovered, asset), " of ",
                    AmountText(fraud.gained, asset), " taken back");
  }
  text += missed;
  frauds_.insert(frauds_.end(), frauds.begin(), frauds.end());
  if (desk.frees_at_once) {
    for (const Agent culprit : kept) Unlock(culprit);
  }
  return text;
}

/// Freezes the culprits, lets go of what they have reserved, and takes back
/// what they should not have.
std::vector<Fraud> Director::Recover(FraudDesk& desk, Worker& worker) {
  const std::vector<Agent> culprits = desk.Culprits();
  for (const Agent culprit : culprits) Lock(culprit);
  CallOff(culprits, worker);
  return desk.TakeBack(worker);
}

}  // namespace lockstep::tool
