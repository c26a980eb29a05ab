// Auctions with holds: each step of a lot, what becomes of it when something
// goes wrong, and that many at once resolve each hold once.

#include "engine/tool/economy/bidding.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/economy/worker.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

constexpr Minor kStartCash = 10'000;
constexpr Minor kStartTea = 10;

// Two of a thing that is worth 200, for three ticks.
constexpr std::string_view kTerms = R"("quantity": 2, "ticks": 3, "tax": "10%",
    "raise": "10%", "bid": ["50%", "1000%"])";

// One lot, and one worker who makes its steps.
class OneLot {
 public:
  explicit OneLot(std::string_view terms = kTerms, std::string_view tea = "")
      : scenario_(Read(absl::StrCat(
            R"({"name": "sale", "agents": {"players": 3}, "assets": [
                {"code": "CASH", "start": {"players": 10000}},
                {"code": "TEA", "price": 100, "start": {"players": 10})",
            std::string(tea), R"(}],
                "activities": [{"name": "sale", "kind": "bidding", "code": 10,
                  "weight": 1, "goods": "TEA", "lots": 1, )",
            std::string(terms), "}]}"))) {}

  Outcome Step() { return worker_.PlayOne(); }
  void Steps(int count) {
    for (int i = 0; i < count; ++i) ASSERT_EQ(Step(), Outcome::kOk) << i;
  }
  void PassTo(Tick tick) { ASSERT_EQ(ledger_.Advance(tick), Outcome::kOk); }

  Lot& lot() { return economy_.lots().at(0); }
  [[nodiscard]] const Tally& tally() const { return worker_.tally(); }
  AccountInfo Of(Agent agent, Asset asset) {
    return ledger_.GetAccount(economy_.AccountOf(agent, asset)).value();
  }
  Minor BalanceOf(Agent agent, Asset asset) {
    return ToMinor(Of(agent, asset).balance);
  }
  Minor HeldOf(Agent agent, Asset asset) {
    return ToMinor(Of(agent, asset).held);
  }
  // Of everybody, and as the worker believes.
  Minor HeldInAll(Asset asset) {
    const auto totals = ledger_.TakeSnapshot()->Totals().value();
    const Minor held = ToMinor(totals[Index(asset)].held);
    EXPECT_EQ(held, tally().held[Index(asset)]);
    return held;
  }
  void ExpectAllAsAtTheStart() {
    for (std::uint32_t i = 0; i < 3; ++i) {
      EXPECT_EQ(BalanceOf({i}, kCash), kStartCash) << i;
      EXPECT_EQ(BalanceOf({i}, kTea), kStartTea) << i;
    }
    EXPECT_EQ(HeldInAll(kCash), 0);
    EXPECT_EQ(HeldInAll(kTea), 0);
  }

  Scenario scenario_;
  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ =
      Economy::Build(&ledger_, PopulationFor(100, scenario_), scenario_)
          .value();
  Worker worker_{
      &economy_, ledger_.OpenSession().value(), scenario_.activities, 5, 0, 0};
};

TEST(Bidding, WhatIsOfferedIsHeldAtTheSellersUntilTheHammerFalls) {
  OneLot sale;
  sale.Steps(1);
  const Agent seller = sale.lot().seller;
  EXPECT_EQ(sale.HeldOf(seller, kTea), 2);
  EXPECT_EQ(sale.BalanceOf(seller, kTea), kStartTea);

  sale.Steps(1);
  const Agent first = sale.lot().bidder;
  const Minor opening = sale.lot().price;
  EXPECT_NE(first, seller);
  EXPECT_GE(opening, 90) << "half of what two cost, less a tenth by the hour";
  EXPECT_EQ(sale.HeldOf(first, kCash), opening);

  // Another bid, and the one before is let go of by the next step.
  sale.Steps(1);
  const Agent best = sale.lot().bidder;
  const Minor price = sale.lot().price;
  EXPECT_GE(price, opening + opening / 10);
  EXPECT_EQ(sale.HeldInAll(kCash), opening + price);
  sale.Steps(1);
  EXPECT_EQ(sale.HeldInAll(kCash), price);
  EXPECT_EQ(sale.HeldOf(best, kCash), price);
  EXPECT_EQ(sale.tally().holds.released, 1u);

  sale.PassTo(sale.lot().closes);
  sale.Steps(3);
  const Minor tax = (price + 5) / 10;
  EXPECT_NEAR(
      static_cast<double>(sale.BalanceOf(sale.economy_.AuctionHouse(), kCash)),
      static_cast<double>(tax), 1);
  EXPECT_EQ(sale.BalanceOf(best, kCash), kStartCash - price);
  EXPECT_EQ(sale.BalanceOf(seller, kCash) +
                sale.BalanceOf(sale.economy_.AuctionHouse(), kCash),
            kStartCash + price);
  EXPECT_EQ(sale.BalanceOf(best, kTea), kStartTea + 2);
  EXPECT_EQ(sale.BalanceOf(seller, kTea), kStartTea - 2);
  EXPECT_EQ(sale.HeldInAll(kCash), 0);
  EXPECT_EQ(sale.HeldInAll(kTea), 0);
  EXPECT_EQ(sale.tally().holds.placed, 3u);
  EXPECT_EQ(sale.tally().holds.captured, 2u);
  EXPECT_EQ(sale.tally().lots.sold, 1u);
  EXPECT_EQ(sale.tally().sales[1].paid, static_cast<double>(price));
  EXPECT_TRUE(sale.ledger_.Audit()->ok);
}

TEST(Bidding, ABidOfTheMostEndsItAtOnce) {
  OneLot sale(R"("quantity": 1, "ticks": 100, "tax": "0%", "raise": "10%",
                 "bid": "100%")");
  sale.Steps(5);
  EXPECT_EQ(sale.tally().lots.sold, 1u);
  EXPECT_EQ(sale.tally().holds.placed, 2u);
}

TEST(Bidding, WhatNobodyBidsForIsLetGoOf) {
  OneLot sale;
  sale.Steps(1);
  sale.PassTo(sale.lot().closes);
  sale.Steps(1);
  EXPECT_EQ(sale.tally().lots.unsold, 1u);
  EXPECT_EQ(sale.tally().holds.released, 1u);
  sale.ExpectAllAsAtTheStart();
}

// The ledger lets go of it by itself; the house learns of it when it looks.
TEST(Bidding, WhatNobodyComesBackToExpires) {
  OneLot sale;
  sale.Steps(3);
  sale.PassTo(Tick(sale.lot().deadline.value() - 1));
  EXPECT_GT(sale.HeldInAll(kCash), 0);
  const Agent seller = sale.lot().seller;
  sale.PassTo(sale.lot().deadline);
  EXPECT_EQ(sale.HeldOf(seller, kTea), 0);
  sale.Steps(1);
  EXPECT_EQ(sale.tally().holds.expired, 3u);
  EXPECT_EQ(sale.tally().lots.unsold, 1u);
  EXPECT_EQ(sale.tally().lots.offered, 2u);
  EXPECT_EQ(sale.HeldInAll(kCash), 0);
  EXPECT_EQ(sale.HeldInAll(kTea), 2);
}

TEST(Bidding, WhoeverCannotPayInTheEndGetsNothing) {
  OneLot sale;
  sale.Steps(2);
  sale.PassTo(sale.lot().closes);
  sale.economy_.custody().Watch(
      sale.economy_.AccountOf(sale.lot().bidder, kCash));
  sale.Steps(1);
  EXPECT_EQ(sale.Step(), Outcome::kAccountFrozen);
  EXPECT_EQ(sale.lot().stage, LotStage::kUnpaid);
  sale.Steps(2);
  EXPECT_EQ(sale.tally().lots.called_off, 1u);
  EXPECT_EQ(sale.tally().lots.sold, 0u);
  EXPECT_EQ(sale.tally().sales[1].paid, 0);
  sale.ExpectAllAsAtTheStart();
}

TEST(Bidding, WhoeverCannotHandOverTheGoodsGetsNoMoney) {
  OneLot sale;
  sale.Steps(2);
  sale.PassTo(sale.lot().closes);
  sale.economy_.custody().Watch(
      sale.economy_.AccountOf(sale.lot().seller, kTea));
  EXPECT_EQ(sale.Step(), Outcome::kAccountFrozen);
  sale.Steps(2);
  EXPECT_EQ(sale.tally().lots.called_off, 1u);
  EXPECT_EQ(sale.lot().stage, LotStage::kEmpty);
  sale.ExpectAllAsAtTheStart();
}

TEST(Bidding, WhatDoesNotFitIntoTheBagStaysWithTheHouse) {
  OneLot sale(kTerms, R"(, "bag": 11)");
  sale.Steps(2);
  const Agent bidder = sale.lot().bidder;
  sale.PassTo(sale.lot().closes);
  sale.Steps(2);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(sale.Step(), Outcome::kAboveCeiling);
  EXPECT_EQ(sale.tally().lots.kept, 1u);
  EXPECT_EQ(sale.lot().stage, LotStage::kEmpty);
  EXPECT_EQ(sale.BalanceOf(bidder, kTea), kStartTea);
  EXPECT_EQ(sale.BalanceOf(sale.economy_.AuctionHouse(), kTea), 2);
}

TEST(Bidding, ABidderWhoIsCalledOffIsOutAndBidsBeginAnew) {
  OneLot sale;
  sale.Steps(2);
  const Minor opening = sale.lot().price;
  const std::array<Agent, 1> bidder = {sale.lot().bidder};
  CallOff(bidder, sale.worker_);
  EXPECT_EQ(sale.HeldInAll(kCash), 0);
  EXPECT_EQ(sale.HeldInAll(kTea), 2) << "the seller has done nothing";
  sale.Steps(1);
  EXPECT_EQ(sale.lot().price, opening);
}

TEST(Bidding, ASellerWhoIsCalledOffLetsAllBiddersGo) {
  OneLot sale;
  sale.Steps(3);
  const std::array<Agent, 1> seller = {sale.lot().seller};
  CallOff(seller, sale.worker_);
  sale.ExpectAllAsAtTheStart();
  EXPECT_EQ(sale.tally().lots.called_off, 1u);
  sale.Steps(1);
  EXPECT_EQ(sale.tally().lots.offered, 2u);
}

// Between the goods and the money: they go back.
TEST(Bidding, ABidderWhoIsCalledOffBeforeThePaymentGetsNothing) {
  OneLot sale;
  sale.Steps(2);
  sale.PassTo(sale.lot().closes);
  sale.Steps(1);
  ASSERT_EQ(sale.lot().stage, LotStage::kTaken);
  const std::array<Agent, 1> bidder = {sale.lot().bidder};
  CallOff(bidder, sale.worker_);
  sale.Steps(1);
  EXPECT_EQ(sale.tally().lots.called_off, 1u);
  sale.ExpectAllAsAtTheStart();
}

// --- Many at once -----------------------------------------------------------

// Few players and more lots than are visited in time, so that some expire.
constexpr std::string_view kMarket = R"({
  "name": "market", "agents": {"players": 20}, "assets": [
    {"code": "CASH", "start": {"players": 300000}},
    {"code": "TEA", "price": 10, "start": {"players": 900}, "bag": 1000}],
  "activities": [
    {"name": "sale", "kind": "bidding", "code": 10, "weight": 3,
     "goods": "TEA", "quantity": [1, 9], "bid": ["50%", "200%"], "raise": "10%",
     "tax": "5%", "lots": 1000, "ticks": [1, 3]},
    {"name": "gift", "kind": "gift", "code": 11, "weight": 2,
     "amount": [1, 50]},
    {"name": "fine", "kind": "fine", "code": 12, "weight": 1, "amount": 1}]})";

// What the journal says of each hold.
struct Rows {
  int placed = 0;
  int resolved = 0;
};

HoldCounts CountsIn(const Ledger& ledger, std::map<std::uint64_t, Rows>& all) {
  HoldCounts counts;
  JournalCursor cursor = ledger.OpenJournal().value();
  while (true) {
    const JournalBatch batch = cursor.Read().value();
    EXPECT_EQ(batch.missed_transfers, 0u);
    if (batch.entries.empty()) return counts;
    for (const Entry& entry : batch.entries) {
      if (entry.leg != 0 || entry.hold.is_none()) continue;
      Rows& rows = all[entry.hold.value()];
      const bool is_placed = entry.kind == EntryKind::kHold;
      ++(is_placed ? rows.placed : rows.resolved);
      counts.placed += is_placed ? 1 : 0;
      counts.captured += entry.kind == EntryKind::kCapture ? 1 : 0;
      counts.released += entry.kind == EntryKind::kRelease ? 1 : 0;
      counts.expired += entry.kind == EntryKind::kExpiry ? 1 : 0;
    }
  }
}

void ExpectEachHoldResolvedOnce(std::uint32_t threads, Mode mode) {
  SCOPED_TRACE(
      absl::StrCat(threads, " threads, ", std::string(ModeName(mode))));
  const Scenario scenario = Read(kMarket);
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(100, scenario), scenario).value();
  SimulateOptions options;
  options.threads = threads;
  options.transfers = 60'000;
  options.zipf = 0;
  options.mode = mode;
  Progress progress;
  RunResult run =
      RunEconomy(&economy, options, scenario.activities, progress).value();
  EXPECT_EQ(run.tally.posted(), 60'000u);
  const HoldCounts holds = run.tally.holds;
  const LotCounts lots = run.tally.lots;
  EXPECT_GT(holds.captured, 200u);
  // The more threads there are the fewer ticks pass.
  if (threads == 1) {
    EXPECT_GT(holds.expired, 0u);
  }
  EXPECT_LE(lots.standing(), 1000u);

  std::map<std::uint64_t, Rows> rows;
  const HoldCounts told = CountsIn(ledger, rows);
  EXPECT_EQ(told.placed, holds.placed);
  EXPECT_EQ(told.captured, holds.captured);
  EXPECT_EQ(told.released, holds.released);
  EXPECT_EQ(told.expired, holds.expired);
  for (const auto& [hold, its] : rows) {
    EXPECT_EQ(its.placed, 1) << hold;
    EXPECT_LE(its.resolved, 1) << hold;
  }
  const Figures figures =
      CollectFigures(economy, options, scenario.activities, std::move(run))
          .value();
  EXPECT_TRUE(figures.audit.ok);
  EXPECT_TRUE(figures.flows_match);
  EXPECT_TRUE(figures.holds_match);
}

TEST(ConcurrentBidding, EachHoldIsResolvedOnceAndTheTallyKnowsHow) {
  for (const std::uint32_t threads : {1u, 2u, 4u, 8u}) {
    ExpectEachHoldResolvedOnce(threads, Mode::kLocked);
  }
  ExpectEachHoldResolvedOnce(4, Mode::kOptimistic);
  ExpectEachHoldResolvedOnce(4, Mode::kAuto);
}

// Once nobody bids any more, time resolves what is open, and the run knows it.
TEST(ConcurrentBidding, WhatIsLeftBehindExpires) {
  const Scenario scenario = Read(WithEvent(
      R"({"at": "40%", "text": "the house closes", "close": "bidding"})"));
  for (const std::uint32_t threads : {1u, 2u}) {
    SCOPED_TRACE(threads);
    Ledger ledger = Ledger::Open().value();
    const Economy economy =
        Economy::Build(&ledger, PopulationFor(2000, scenario), scenario)
            .value();
    SimulateOptions options;
    options.threads = threads;
    options.transfers = 100'000;
    Progress progress;
    RunResult run = RunEconomy(&economy, options, scenario.activities, progress,
                               scenario.timeline)
                        .value();
    EXPECT_GT(run.tally.holds.placed, 500u);
    // No lot is open for longer than 6 ticks, and 8 more are to settle it. (Two
    // threads may have so few if the first of them hardly gets a processor.)
    const bool is_long_ago =
        ledger.now().value() > run.events.at(0).tick.value() + 14;
    ASSERT_TRUE(is_long_ago || threads > 1);
    if (is_long_ago) {
      EXPECT_GT(run.tally.holds.expired, 20u);
      EXPECT_EQ(run.tally.holds.open(), 0u);
    }
    const Figures figures =
        CollectFigures(economy, options, scenario.activities, std::move(run))
            .value();
    EXPECT_TRUE(figures.books_hold());
    for (const AssetFigures& asset : figures.assets) {
      EXPECT_TRUE(asset.held == Amount(0) || !is_long_ago) << asset.code;
    }
  }
}

}  // namespace
}  // namespace lockstep::tool
