#include "engine/tool/economy/bidding.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "engine/tool/economy/leg_list.h"
#include "engine/tool/economy/lots.h"
#include "engine/tool/economy/reckoning.h"
#include "engine/tool/economy/worker.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

/// For so many ticks after its last bid a lot can be settled.
constexpr std::uint64_t kTicksToSettle = 8;
/// So often goods are brought to somebody who has no room for them; then they
/// stay with the house.
constexpr int kMaxDeliveries = 3;

void Empty(Lot& lot) {
  Expects(!lot.goods.is_open() && !lot.best.is_open() && !lot.outbid.is_open());
  lot.stage = LotStage::kEmpty;
}

/// The goods are held at the seller's.
Outcome Offer(Worker& worker, Lot& lot) {
  const Economy& economy = worker.economy();
  const Terms& terms = worker.terms();
  const Agent seller = economy.Player(worker.DrawPlayer());
  const Asset good = worker.DrawAsset();
  const Minor quantity = worker.Draw(terms.quantity);
  const auto ticks = static_cast<std::uint64_t>(worker.Draw(terms.ticks));
  const Tick closes(economy.ledger().now().value() + ticks);
  const Tick deadline(closes.value() + kTicksToSettle);
  LegList legs;
  legs.Move(economy.AccountOf(seller, good),
            economy.AccountOf(economy.AuctionHouse(), good), quantity);
  Reserved goods = {
      .id = {}, .payer = seller, .asset = good, .amount = quantity};
  const Outcome outcome = worker.Hold(legs, deadline, goods);
  if (outcome != Outcome::kOk) return outcome;
  const Minor worth = quantity * economy.PriceOf(good);
  const auto percent = [&](Minor percents) {
    return PriceTimes(worth, percents, 100, Rounding::kHalfAwayFromZero);
  };
  lot.stage = LotStage::kOpen;
  lot.seller = seller;
  lot.good = good;
  lot.quantity = quantity;
  lot.price = 0;
  lot.opening = percent(terms.bid_percent.low);
  lot.most = percent(terms.bid_percent.high);
  lot.tax = terms.tax;
  lot.closes = closes;
  lot.deadline = deadline;
  lot.goods = goods;
  lot.tries = 0;
  ++worker.lot_counts().offered;
  return Outcome::kOk;
}

/// The money is held at the bidder's. Who was the best before stays bound until
/// the next one comes by.
Outcome BidMore(Worker& worker, Lot& lot) {
  const Economy& economy = worker.economy();
  const std::uint32_t players = economy.population().players;
  std::uint32_t drawn = worker.DrawPlayer();
  if (economy.Player(drawn) == lot.seller) drawn = (drawn + 1) % players;
  const Agent bidder = economy.Player(drawn);
  const Minor raise =
      std::max<Minor>(1, RoundedShare(lot.price, worker.terms().raise.ppm,
                                      kWhole, Rounding::kCeiling));
  const Minor raises = worker.random().Between(1, 3);
  const Minor price = lot.price == 0
                          ? lot.opening
                          : std::min(lot.most, lot.price + raises * raise);
  LegList legs;
  legs.Pay(economy.AccountOf(bidder, kMoney),
           economy.AccountOf(lot.seller, kMoney),
           economy.AccountOf(economy.AuctionHouse(), kMoney), price,
           TaxOn(price, lot.tax));
  Reserved best = {.id = {}, .payer = bidder, .asset = kMoney, .amount = price};
  const Outcome outcome = worker.Hold(legs, lot.deadline, best);
  if (outcome != Outcome::kOk) return outcome;
  lot.outbid = lot.best;
  lot.best = best;
  lot.bidder = bidder;
  lot.price = price;
  return Outcome::kOk;
}

/// While bids are taken, and when they are over. Once the house has the goods
/// nobody else can have them; were the money taken first, they could be gone.
Outcome GoOn(Worker& worker, Lot& lot, Tick now) {
  if (lot.outbid.is_open()) return worker.Release(lot.outbid);
  if (lot.price < lot.most && now < lot.closes) return BidMore(worker, lot);
  if (!lot.best.is_open()) {
    const Outcome outcome = worker.Release(lot.goods);
    if (lot.goods.is_open()) return outcome;
    ++worker.lot_counts().unsold;
    Empty(lot);
    return outcome;
  }
  const Outcome outcome = worker.Capture(lot.goods);
  if (outcome == Outcome::kOk) {
    lot.stage = LotStage::kTaken;
  } else {
    // The seller is frozen, or time has passed.
    lot.stage = LotStage::kCalledOff;
    ++worker.lot_counts().called_off;
  }
  return outcome;
}

Outcome LetGo(Worker& worker, Lot& lot) {
  const Outcome outcome =
      worker.Release(lot.best.is_open() ? lot.best : lot.goods);
  if (!lot.best.is_open() && !lot.goods.is_open()) Empty(lot);
  return outcome;
}

/// Brings the goods to whom they are due.
Outcome Deliver(Worker& worker, Lot& lot, Agent to) {
  const Economy& economy = worker.economy();
  const Outcome outcome =
      worker.Transfer(economy.AccountOf(economy.AuctionHouse(), lot.good),
                      economy.AccountOf(to, lot.good), lot.quantity);
  if (outcome == Outcome::kOk) {
    Empty(lot);
  } else if (++lot.tries == kMaxDeliveries) {
    ++worker.lot_counts().kept;
    Empty(lot);
  }
  return outcome;
}

Outcome TakeMoney(Worker& worker, Lot& lot) {
  const Outcome outcome = worker.Capture(lot.best);
  if (outcome != Outcome::kOk) {
    lot.stage = LotStage::kUnpaid;
    ++worker.lot_counts().called_off;
    return outcome;
  }
  lot.stage = LotStage::kPaid;
  ++worker.lot_counts().sold;
  worker.CountSale(lot.good, lot.quantity, lot.price);
  return outcome;
}

Outcome MakeStep(Worker& worker, Lot& lot) {
  const Tick now = worker.economy().ledger().now();
  worker.NoteExpired(lot, now);
  switch (lot.stage) {
    case LotStage::kEmpty:
      return Offer(worker, lot);
    case LotStage::kOpen:
      return GoOn(worker, lot, now);
    case LotStage::kCalledOff:
      return LetGo(worker, lot);
    case LotStage::kTaken:
      return TakeMoney(worker, lot);
    case LotStage::kUnpaid:
      if (lot.best.is_open()) return worker.Release(lot.best);
      return Deliver(worker, lot, lot.seller);
    case LotStage::kPaid:
      return Deliver(worker, lot, lot.bidder);
  }
  return Outcome::kOk;
}

/// After some of a lot's holds were let go of that it still needed.
void NoteLetGo(Worker& worker, Lot& lot) {
  if (lot.stage == LotStage::kEmpty || lot.best.is_open()) return;
  if (lot.stage == LotStage::kTaken) {
    lot.stage = LotStage::kUnpaid;
    ++worker.lot_counts().called_off;
  } else if (lot.stage == LotStage::kOpen && lot.goods.is_open()) {
    lot.price = 0;  // bids begin anew
  } else if (lot.stage == LotStage::kOpen ||
             lot.stage == LotStage::kCalledOff) {
    if (lot.goods.is_open() || lot.outbid.is_open()) return;
    if (lot.stage == LotStage::kOpen) ++worker.lot_counts().called_off;
    Empty(lot);
  }
}

}  // namespace

Outcome Bid(Worker& worker) {
  Lots& lots = worker.economy().lots();
  const std::uint32_t count = worker.terms().lots;
  Expects(count <= lots.size());
  Lot& lot = lots.at(worker.random().Below(count));
  const std::lock_guard lock(lot.mutex);
  return MakeStep(worker, lot);
}

void CallOff(std::span<const Agent> agents, Worker& worker) {
  const auto is_theirs = [&](const Reserved& reserved) {
    return reserved.is_open() &&
           std::binary_search(
               agents.begin(), agents.end(), reserved.payer,
               [](Agent a, Agent b) { return a.number < b.number; });
  };
  Lots& lots = worker.economy().lots();
  for (std::size_t i = 0; i < lots.size(); ++i) {
    Lot& lot = lots.at(i);
    const std::lock_guard lock(lot.mutex);
    worker.NoteExpired(lot, worker.economy().ledger().now());
    const bool is_off = is_theirs(lot.goods);
    const auto let_go = [&](Reserved& reserved) {
      const bool is_bound = is_theirs(reserved) || is_off;
      if (reserved.is_open() && is_bound) worker.Release(reserved);
    };
    let_go(lot.outbid);
    let_go(lot.best);
    let_go(lot.goods);
    NoteLetGo(worker, lot);
  }
}

}  // namespace lockstep::tool
