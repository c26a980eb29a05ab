// The fraud desk: what it finds in the journal, whom it freezes, and what it
// gets back.

#include "engine/tool/economy/fraud_desk.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/economy/bidding.h"
#include "engine/tool/economy/director.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kDesk = R"({"at": "50%", "until": "90%",
    "text": "the desk", "desk": {"name": "desk", "code": 950}})";

// The default economy with some events, and nobody who plays.
class Quiet {
 public:
  explicit Quiet(std::string_view events, std::uint64_t journal_mib = 64)
      : scenario_(Read(absl::StrCat(R"({"name": "test", "events": [)",
                                    std::string(events), "]}"))),
        ledger_(Ledger::Open({.journal_bytes = journal_mib << 20}).value()) {}

  void Dupe(std::uint32_t player, Minor amount, Asset asset = kGold,
            std::uint32_t code = 901) {
    Move(economy_.IssuerOf(asset), Account(player, asset), amount, code);
  }
  void Move(AccountId from, AccountId to, Minor amount, std::uint32_t code) {
    ASSERT_TRUE(
        ledger_.Transfer(from, to, Amount(amount), {.code = code}).ok());
  }
  AccountId Account(std::uint32_t player, Asset asset = kGold) {
    return economy_.AccountOf(economy_.Player(player), asset);
  }
  Minor BalanceOf(std::uint32_t player, Asset asset = kGold) {
    return ToMinor(ledger_.Balance(Account(player, asset)).value());
  }
  AccountStatus StatusOf(std::uint32_t player, Asset asset = kGold) {
    return ledger_.GetAccount(Account(player, asset))->status;
  }
  void PassTo(double fraction) {
    director_.Perform(
        {.fraction = fraction, .tick = Tick(++tick_), .seconds = 0}, worker_);
  }

  Scenario scenario_;
  Ledger ledger_;
  Economy economy_ =
      Economy::Build(&ledger_, PopulationFor(2000, scenario_), scenario_)
          .value();
  Worker worker_{
      &economy_, ledger_.OpenSession().value(), scenario_.activities, 1, 0,
      1.1};
  Director director_{&economy_, scenario_.activities, scenario_.timeline};
  std::uint64_t tick_ = 0;  // of the events' time
};

TEST(FraudDesk, TakesBackWhatIsLeftAndSaysWhatIsNot) {
  Quiet game(kDesk);
  const Minor start = game.BalanceOf(3);
  game.Dupe(3, 10'000);
  game.Dupe(3, 5000);
  game.Dupe(8, 2000);
  // One of them has passed most of it on, with what was honestly had.
  game.Move(game.Account(3), game.Account(4), 15'000 + start - 400, 501);
  game.PassTo(0.6);
  ASSERT_EQ(game.director_.frauds().size(), 1u);
  const Fraud& fraud = game.director_.frauds()[0];
  EXPECT_EQ(fraud.code, 901u);
  EXPECT_EQ(fraud.asset, kGold);
  EXPECT_EQ(fraud.created, 17'000);
  EXPECT_EQ(fraud.destroyed, 0);
  EXPECT_EQ(fraud.culprits, 2u);
  EXPECT_EQ(fraud.gained, 17'000);
  EXPECT_EQ(fraud.recovered, 2400);
  EXPECT_EQ(fraud.lost(), 14'600);
  EXPECT_EQ(game.BalanceOf(3), 0);
  EXPECT_EQ(game.BalanceOf(8), start) << "what was honestly had stays";
  EXPECT_EQ(game.BalanceOf(4), 2 * start + 15'000 - 400);
  EXPECT_EQ(game.director_.marks()[0].text,
            "the desk, 2 players frozen, code 901: 24.00 GOLD of 170.00 GOLD "
            "taken back");
}

// The rows of what was posted under the desk's code.
std::vector<Entry> RowsOfDesk(const Ledger& ledger) {
  JournalCursor cursor = ledger.OpenJournal().value();
  std::vector<Entry> rows = cursor.Read(100'000).value().entries;
  std::erase_if(rows, [](const Entry& row) { return row.code != 950; });
  return rows;
}

TEST(FraudDesk, ReversesTheNewestGiftsFirst) {
  Quiet game(kDesk);
  const Minor start = game.BalanceOf(3);
  std::vector<Sequence> gifts;
  for (const Minor amount : {1000, 2000, 4000}) {
    game.Dupe(3, amount);
    gifts.push_back(game.ledger_.GetAccount(game.Account(3))->version);
  }
  game.Move(game.Account(3), game.Account(4), start + 2500, 501);
  game.PassTo(0.6);
  EXPECT_EQ(game.director_.frauds().at(0).reversed, 2u);
  EXPECT_EQ(game.director_.frauds().at(0).recovered, 4500);
  EXPECT_EQ(game.BalanceOf(3), 0);
  const std::vector<Entry> rows = RowsOfDesk(game.ledger_);
  ASSERT_EQ(rows.size(), 4u);
  for (const Entry& row : rows) EXPECT_EQ(row.kind, EntryKind::kReversal);
  EXPECT_EQ(rows[0].reverses, gifts[2]);
  EXPECT_EQ(rows[2].reverses, gifts[1]);
  EXPECT_EQ(ToMinor(rows[2].amount) + ToMinor(rows[3].amount), 0);
  EXPECT_EQ(std::max(rows[2].amount, rows[3].amount), Amount(500));
}

// What came otherwise than from the issuer alone has no gift to reverse.
TEST(FraudDesk, DrainsWhatCameByMoreLegs) {
  Quiet game(kDesk);
  const Minor start = game.BalanceOf(3);
  ASSERT_TRUE(game.ledger_
                  .Post({{game.economy_.IssuerOf(kGold), Amount(-300)},
                         {game.Account(3), Amount(300)},
                         {game.economy_.IssuerOf(kGold), Amount(-200)},
                         {game.Account(5), Amount(200)}},
                        {.code = 901})
                  .ok());
  game.PassTo(0.6);
  EXPECT_EQ(game.director_.frauds().at(0).gained, 500);
  EXPECT_EQ(game.director_.frauds().at(0).reversed, 0u);
  EXPECT_EQ(game.director_.frauds().at(0).recovered, 500);
  EXPECT_EQ(game.BalanceOf(3), start);
  EXPECT_EQ(game.BalanceOf(5), start);
}

// A journal that small has long forgotten the gift.
TEST(FraudDesk, DrainsWhatTheJournalHasForgotten) {
  Quiet game(kDesk, 1);
  const Minor start = game.BalanceOf(3);
  game.PassTo(0.1);  // from here on it follows
  game.Dupe(3, 700);
  game.PassTo(0.2);
  for (int i = 0; i < 30'000; ++i) {
    game.Move(game.Account(5), game.Account(6), 1, 501);
    game.Move(game.Account(6), game.Account(5), 1, 501);
    if (i % 100 == 0) game.PassTo(0.2);
  }
  game.PassTo(0.6);
  EXPECT_EQ(game.director_.frauds().at(0).reversed, 0u);
  EXPECT_EQ(game.director_.frauds().at(0).recovered, 700);
  EXPECT_EQ(game.BalanceOf(3), start);
}

TEST(FraudDesk, FreezesUntilItIsOver) {
  Quiet game(kDesk);
  game.Dupe(3, 100, kOre);
  game.PassTo(0.6);
  for (const Asset asset : {kGold, kOre, kSword}) {
    EXPECT_EQ(game.StatusOf(3, asset), AccountStatus::kFrozen);
    EXPECT_EQ(game.StatusOf(4, asset), AccountStatus::kOpen);
  }
  game.PassTo(0.9);
  EXPECT_EQ(game.StatusOf(3, kOre), AccountStatus::kOpen);
  EXPECT_EQ(game.StatusOf(3, kGold), AccountStatus::kOpen);
  EXPECT_EQ(game.director_.marks()[1].text, "the desk: over, 1 player freed");
}

TEST(FraudDesk, FreesAtOnceIfItHasNoEnd) {
  Quiet game(R"({"at": "50%", "text": "the desk",
                 "desk": {"name": "desk", "code": 950}})");
  game.Dupe(3, 100);
  game.PassTo(0.6);
  EXPECT_EQ(game.StatusOf(3), AccountStatus::kOpen);
  EXPECT_EQ(game.director_.frauds()[0].recovered, 100);
}

TEST(FraudDesk, LooksAtEachAssetOfEachCode) {
  Quiet game(kDesk);
  game.Dupe(3, 100, kGold, 901);
  game.Dupe(3, 5, kOre, 901);
  game.Dupe(5, 2, kSword, 501);  // gifts create nothing
  game.PassTo(0.6);
  ASSERT_EQ(game.director_.frauds().size(), 3u);
  EXPECT_EQ(game.director_.frauds()[0].code, 501u);
  EXPECT_EQ(game.director_.frauds()[0].recovered, 2);
  EXPECT_EQ(game.director_.frauds()[1].recovered, 100);
  EXPECT_EQ(game.director_.frauds()[2].recovered, 5);
  EXPECT_THAT(game.director_.marks()[0].text, HasSubstr("2 players frozen"));
}

TEST(FraudDesk, ReckonsWhatWasGivenBackUnderTheSameCode) {
  Quiet game(kDesk);
  game.Dupe(3, 100);
  game.Dupe(5, 100);
  game.Move(game.Account(3), game.economy_.IssuerOf(kGold), 30, 901);
  game.Move(game.Account(5), game.economy_.IssuerOf(kGold), 100, 901);
  game.PassTo(0.6);
  const Fraud& fraud = game.director_.frauds().at(0);
  EXPECT_EQ(fraud.destroyed, 130);
  EXPECT_EQ(fraud.gained, 70);
  EXPECT_EQ(fraud.culprits, 1u);
  EXPECT_EQ(fraud.recovered, 70);
  EXPECT_EQ(game.StatusOf(5), AccountStatus::kOpen);
}

TEST(FraudDesk, LetsGoOfWhatCulpritsHaveBid) {
  Quiet game(kDesk);
  const Minor start = game.BalanceOf(3);
  game.Dupe(3, 7000);
  const Receipt hold =
      game.ledger_.Hold({{game.Account(3), Amount(-start - 6900)},
                         {game.Account(4), Amount(start + 6900)}},
                        Tick(100));
  Lot& lot = game.economy_.lots().at(0);
  lot.stage = LotStage::kOpen;
  lot.deadline = Tick(100);
  lot.best = {.id = hold.sequence(),
              .payer = game.economy_.Player(3),
              .asset = kGold,
              .amount = start + 6900};
  game.PassTo(0.6);
  EXPECT_EQ(game.director_.frauds().at(0).recovered, 7000);
  EXPECT_EQ(game.BalanceOf(3), start);
}

// More than one transfer can name.
TEST(FraudDesk, FindsAsManyAsThereAre) {
  Quiet game(kDesk);
  const Minor start = game.BalanceOf(0);
  for (std::uint32_t i = 0; i < 100; ++i) game.Dupe(i, 10 + i);
  game.PassTo(0.6);
  const Fraud& fraud = game.director_.frauds().at(0);
  EXPECT_EQ(fraud.culprits, 100u);
  EXPECT_EQ(fraud.recovered, 100 * 10 + 99 * 50);
  for (std::uint32_t i = 0; i < 100; ++i) EXPECT_EQ(game.BalanceOf(i), start);
}

TEST(FraudDesk, FindsNothingTwice) {
  Quiet game(absl::StrCat(std::string(kDesk), R"(, {"at": "95%",
    "text": "again", "desk": {"name": "again", "code": 951}})"));
  game.Dupe(3, 100);
  game.PassTo(0.92);
  game.Dupe(4, 50);
  game.PassTo(1);
  ASSERT_EQ(game.director_.frauds().size(), 2u);
  EXPECT_EQ(game.director_.frauds()[1].gained, 50);
  EXPECT_EQ(game.director_.frauds()[1].culprits, 1u);
}

TEST(FraudDesk, NeedsAJournal) {
  Quiet game(kDesk, 0);
  game.Dupe(3, 100);
  game.PassTo(1);
  EXPECT_EQ(game.director_.marks()[0].text,
            "the desk, which finds nothing without a journal");
  EXPECT_EQ(game.director_.marks()[1].text, "the desk: over, 0 players freed");
  EXPECT_TRUE(game.director_.frauds().empty());
  EXPECT_EQ(game.StatusOf(3), AccountStatus::kOpen);
}

// Quests, crafts, rewards and grants are meant to create.
TEST(FraudDesk, FindsNothingWhereThereIsNothing) {
  const Scenario scenario = Read(WithEvent(absl::StrCat(R"(
    {"at": "10%", "text": "dole", "grant": {"name": "dole", "who": "players",
     "asset": "GOLD", "amount": 1.00, "code": 911}}, )",
                                                        std::string(kDesk))));
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(2000, scenario), scenario).value();
  SimulateOptions options;
  options.transfers = 30'000;
  Progress progress;
  const RunResult run = RunEconomy(&economy, options, scenario.activities,
                                   progress, scenario.timeline)
                            .value();
  ASSERT_EQ(run.events.size(), 3u);
  EXPECT_EQ(run.events[1].text, "the desk, which finds nothing");
}

TEST(ConcurrentFraud, IsFoundAndTakenBackWhileOthersPlayOn) {
  const Scenario scenario = Read(WithEvent(R"(
    {"at": "10%", "until": "50%", "text": "bug", "dupe": {"name": "bug",
     "asset": "GOLD", "amount": [5.00, 20.00], "weight": 200, "culprits": 5,
     "code": 901, "found": "left"}},
    {"at": "75%", "until": "90%", "text": "desk", "desk": {"name": "desk",
     "code": 950}})"));
  for (const std::uint32_t threads : {1u, 2u, 4u, 8u}) {
    SCOPED_TRACE(threads);
    Ledger ledger = Ledger::Open().value();
    const Economy economy =
        Economy::Build(&ledger, PopulationFor(2000, scenario), scenario)
            .value();
    SimulateOptions options;
    options.threads = threads;
    options.transfers = 60'000;
    Progress progress;
    RunResult run = RunEconomy(&economy, options, scenario.activities, progress,
                               scenario.timeline)
                        .value();
    ASSERT_EQ(run.events.size(), 4u);
    ASSERT_EQ(run.frauds.size(), 1u);
    const Fraud& fraud = run.frauds[0];
    const std::size_t count = scenario.activities.size();
    const ActivityTally& bug = run.tally.activities[count - 2];
    const ActivityTally& desk = run.tally.activities[count - 1];
    // Whoever was interrupted may play by the old rules even after the desk.
    EXPECT_LE(fraud.created, bug.minted[0]);
    if (threads == 1) {
      EXPECT_EQ(fraud.created, bug.minted[0]);
    }
    EXPECT_EQ(fraud.recovered, desk.burned[0]);
    EXPECT_EQ(fraud.gained, fraud.created);
    EXPECT_EQ(fraud.culprits, 5u);
    EXPECT_GT(fraud.recovered, 0);
    const Figures figures =
        CollectFigures(economy, options, scenario.activities, std::move(run))
            .value();
    EXPECT_TRUE(figures.books_hold());
    EXPECT_NE(
        ledger.GetAccount(economy.AccountOf(economy.Player(0), kOre))->status,
        AccountStatus::kFrozen);
  }
}

}  // namespace
}  // namespace lockstep::tool
