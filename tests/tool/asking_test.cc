// Flows, conditions and rounds: as much as there is, only if something holds,
// and for many at once.

#include "engine/tool/economy/asking.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/economy/worker.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

constexpr Asset kOwed{2};

// A few players of one guild and a shop, all with these amounts of cash.
class Village {
 public:
  Village(std::string_view activities, Minor players, Minor guild = 0)
      : scenario_(Read(absl::StrCat(
            R"({"name": "village", "agents": {"players": 4, "guilds": 1,
                "shops": 1}, "assets": [{"code": "CASH",
                "start": {"players": )",
            players, R"(, "guilds": )", guild, R"(}},
                {"code": "TEA", "price": 10, "elasticity": 0,
                 "start": {"shops": 50}},
                {"code": "IOU", "price": 1, "credit": 100}],
                "activities": [)",
            std::string(activities), "]}"))) {}

  Minor BalanceOf(Agent agent, Asset asset = kCash) {
    return ToMinor(ledger_.Balance(economy_.AccountOf(agent, asset)).value());
  }
  Minor TownHas() { return BalanceOf(economy_.Town()); }
  AccountId Purse(Agent agent) { return economy_.AccountOf(agent, kCash); }
  std::uint64_t Count(Outcome outcome) {
    return worker_.tally().outcomes[static_cast<std::size_t>(outcome)];
  }

  Scenario scenario_;
  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ =
      Economy::Build(&ledger_, PopulationFor(100, scenario_), scenario_)
          .value();
  Worker worker_{
      &economy_, ledger_.OpenSession().value(), scenario_.activities, 5, 0, 0};
};

// --- Flows ------------------------------------------------------------------

constexpr std::string_view kBill = R"({"name": "bill", "kind": "guild_bill",
    "code": 10, "weight": 1, "amount": 25, "members": 3})";

TEST(GuildBill, IsPaidOutOfThePurseAndThenByMembersInTheirOrder) {
  Village village(kBill, 10, 9);
  ASSERT_EQ(village.worker_.PlayOne(), Outcome::kOk);
  EXPECT_EQ(village.TownHas(), 25);
  EXPECT_EQ(village.BalanceOf(village.economy_.Guild(0)), 0);
  // One gave all, the next one what was missing, and two nothing.
  std::array<int, 3> gave = {};
  std::uint32_t first = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const Minor left = village.BalanceOf({i});
    if (left == 0) first = i;
    gave[left == 0 ? 0 : left == 4 ? 1 : 2] += 1;
  }
  EXPECT_EQ(gave, (std::array<int, 3>{1, 1, 2}));
  EXPECT_EQ(village.BalanceOf({(first + 1) % 4}), 4) << "not in order";
}

TEST(GuildBill, IsPaidByThePurseAloneIfThatHasEnough) {
  Village village(kBill, 10, 100);
  ASSERT_EQ(village.worker_.PlayOne(), Outcome::kOk);
  EXPECT_EQ(village.BalanceOf(village.economy_.Guild(0)), 75);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(village.BalanceOf({i}), 10);
}

TEST(GuildBill, IsPaidWholeOrNotAtAll) {
  Village village(kBill, 5, 9);  // 24 at the most
  EXPECT_EQ(village.worker_.PlayOne(), Outcome::kTooLittleAvailable);
  EXPECT_EQ(village.TownHas(), 0);
  EXPECT_EQ(village.BalanceOf(village.economy_.Guild(0)), 9);
  for (std::uint32_t i = 0; i < 4; ++i) EXPECT_EQ(village.BalanceOf({i}), 5);
}

// --- Conditions -------------------------------------------------------------

constexpr std::string_view kMemberSale = R"({"name": "sale",
    "kind": "member_sale", "code": 10, "weight": 1, "goods": "TEA",
    "price": "100%", "tax": "0%", "purse": 50, "debt": "IOU"})";

TEST(MemberSale, LooksAtTheGuildThatHasNoPartInIt) {
  Village village(kMemberSale, 100, 49);
  const AccountId guild = village.Purse(village.economy_.Guild(0));
  EXPECT_EQ(village.worker_.PlayOne(), Outcome::kConditionNotMet);
  ASSERT_TRUE(village.ledger_
                  .Transfer(village.economy_.IssuerOf(kCash), guild, Amount(1))
                  .ok());
  EXPECT_EQ(village.worker_.PlayOne(), Outcome::kOk);
  EXPECT_EQ(village.BalanceOf(village.economy_.Shop(0), kTea), 49);
  EXPECT_EQ(village.BalanceOf(village.economy_.Guild(0)), 50) << "it pays not";
  village.economy_.custody().Watch(guild);
  EXPECT_EQ(village.worker_.PlayOne(), Outcome::kConditionNotMet);
  village.economy_.custody().Unwatch(guild);
  EXPECT_EQ(village.worker_.PlayOne(), Outcome::kOk);
}

TEST(MemberSale, IsNotForDebtors) {
  Village village(kMemberSale, 100, 50);
  for (std::uint32_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(village.ledger_
                    .Transfer(village.economy_.AccountOf({i}, kOwed),
                              village.economy_.AccountOf(
                                  village.economy_.Bank(0), kOwed),
                              Amount(1))
                    .ok());
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(village.worker_.PlayOne(), Outcome::kConditionNotMet);
  }
}

// The condition is true at the moment of the sale, whatever others do to the
// guild meanwhile. The journal's order is one that explains all.
TEST(ConcurrentConditions, AreTrueWhenTheSaleIsPosted) {
  const Scenario scenario = Read(R"({
    "name": "guilds", "agents": {"players": 12, "guilds": 2, "shops": 2},
    "assets": [{"code": "CASH", "start": {"players": 5000, "guilds": 50}},
               {"code": "TEA", "price": 1, "start": {"shops": 100000}}],
    "activities": [
      {"name": "sale", "kind": "member_sale", "code": 10, "weight": 2,
       "goods": "TEA", "price": "100%", "tax": "0%", "purse": 40},
      {"name": "dues", "kind": "guild_dues", "code": 11, "weight": 1,
       "amount": [1, 20]},
      {"name": "bill", "kind": "guild_bill", "code": 12, "weight": 1,
       "amount": [1, 30], "members": 2}]})");
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic}) {
    Ledger ledger = Ledger::Open().value();
    const Economy economy =
        Economy::Build(&ledger, PopulationFor(100, scenario), scenario).value();
    SimulateOptions options;
    options.threads = 4;
    options.transfers = 30'000;
    options.zipf = 0;
    options.mode = mode;
    Progress progress;
    const Tally tally =
        RunEconomy(&economy, options, scenario.activities, progress)
            .value()
            .tally;
    EXPECT_GT(
        tally.outcomes[static_cast<std::size_t>(Outcome::kConditionNotMet)],
        100u);
    EXPECT_GT(tally.activities[0].posted, 100u);
    std::array<Minor, 2> purses = {50, 50};
    JournalCursor cursor = ledger.OpenJournal().value();
    while (true) {
      const JournalBatch batch = cursor.Read().value();
      if (batch.entries.empty()) break;
      for (const Entry& entry : batch.entries) {
        for (std::uint32_t guild = 0; guild < 2; ++guild) {
          if (entry.account == economy.AccountOf(economy.Guild(guild), kCash)) {
            purses[guild] = ToMinor(entry.balance_after);
          }
        }
        const bool is_player =
            entry.account.value() <
            economy.AccountOf(economy.Shop(0), kCash).value();
        if (entry.code != 10 || entry.leg != 0 || !is_player) continue;
        const std::uint32_t guild =
            economy.GuildOf(economy.OwnerOf(entry.account).number);
        ASSERT_GE(purses[guild], 40);
      }
    }
  }
}

// --- Rounds -----------------------------------------------------------------

constexpr std::string_view kTaxes = R"(
    {"name": "gift", "kind": "gift", "code": 10, "weight": 1, "amount": 1},
    {"name": "tax", "kind": "tax_round", "code": 11, "weight": 40,
     "amount": 7})";

TEST(Rounds, TakeWhatThereIsAndOneRefusalHindersNobody) {
  Village village(kTaxes, 10);
  village.economy_.custody().Watch(village.Purse({0}));
  const std::uint64_t posted = village.worker_.PlayRound(1000);
  // Three of them pay 7 and then 3; then there is nothing to take.
  EXPECT_EQ(posted, 6u);
  EXPECT_EQ(village.TownHas(), 30);
  EXPECT_EQ(village.BalanceOf({0}), 10);
  EXPECT_GT(village.Count(Outcome::kAccountFrozen), 0u);
  EXPECT_GT(village.Count(Outcome::kNothingToMove), 0u);
  EXPECT_EQ(village.worker_.tally().activities[1].posted, 6u);
  EXPECT_EQ(village.worker_.tally().activities[1].refused, 34u);
  EXPECT_EQ(village.worker_.tally().activities[0].posted, 0u);
  EXPECT_EQ(village.worker_.tally().rounds, 1u);
}

TEST(Rounds, MintUnderTheirOwnCodesAndAreNeverLongerThanAsked) {
  Village village(R"(
    {"name": "gift", "kind": "gift", "code": 10, "weight": 1, "amount": 1},
    {"name": "wages", "kind": "reward_round", "code": 11, "weight": 30,
     "assets": "CASH", "amount": [2, 5], "texts": "wages"},
    {"name": "tea", "kind": "reward_round", "code": 12, "weight": 20,
     "assets": "TEA", "amount": 1})",
                  0);
  EXPECT_EQ(village.worker_.RoundSize(), 50u);
  EXPECT_EQ(village.worker_.PlayRound(0), 0u);
  EXPECT_EQ(village.worker_.PlayRound(35), 35u);
  EXPECT_EQ(village.worker_.PlayRound(1000), 50u);
  const Tally& tally = village.worker_.tally();
  EXPECT_EQ(tally.activities[1].posted, 60u);
  EXPECT_EQ(tally.activities[2].posted, 25u);
  EXPECT_EQ(tally.activities[2].minted[1], 25);
  Minor cash = 0;
  for (std::uint32_t i = 0; i < 4; ++i) cash += village.BalanceOf({i});
  EXPECT_EQ(tally.activities[1].minted[0], cash);
  std::uint64_t wages = 0;
  JournalCursor cursor = village.ledger_.OpenJournal().value();
  const JournalBatch batch = cursor.Read().value();
  for (const Entry& entry : batch.entries) {
    if (entry.code == 11 && entry.leg == 0 && entry.description == "wages") {
      ++wages;
    }
  }
  EXPECT_EQ(wages, 60u);
}

// A round may be larger than what is left of the run.
TEST(Rounds, ComeOncePerTickAndARunIsStillAsLongAsAsked) {
  const Scenario scenario = Read(R"({"name": "wages", "agents": {"players": 50},
    "assets": [{"code": "CASH", "start": {"players": 1000}}], "activities": [
    {"name": "gift", "kind": "gift", "code": 10, "weight": 1, "amount": 1},
    {"name": "wages", "kind": "reward_round", "code": 11, "weight": 999,
     "assets": "CASH", "amount": 1}]})");
  for (const std::uint32_t threads : {1u, 2u, 7u}) {
    for (const std::uint64_t transfers : {1024u, 2000u, 5000u, 30'001u}) {
      Ledger ledger = Ledger::Open().value();
      const Economy economy =
          Economy::Build(&ledger, PopulationFor(100, scenario), scenario)
              .value();
      SimulateOptions options;
      options.threads = threads;
      options.transfers = transfers;
      Progress progress;
      const Tally tally =
          RunEconomy(&economy, options, scenario.activities, progress)
              .value()
              .tally;
      EXPECT_EQ(tally.posted(), transfers) << threads;
      EXPECT_LE(tally.rounds, ledger.now().value());
      EXPECT_EQ(tally.activities[1].posted, tally.in_rounds);
      if (threads == 1 && transfers == 30'001) {
        EXPECT_EQ(tally.rounds, ledger.now().value());
        EXPECT_GT(tally.rounds, 10u);
      }
    }
  }
}

}  // namespace
}  // namespace lockstep::tool
