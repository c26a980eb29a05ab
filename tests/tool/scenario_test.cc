// What a scenario's file may say.

#include "engine/tool/economy/scenario.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/scenario/scenario_file.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Activity& Named(std::string_view name,
                      const std::vector<Activity>& activities) {
  for (const Activity& activity : activities) {
    if (activity.name == name) return activity;
  }
  ADD_FAILURE() << "no activity " << name;
  return activities.front();
}

// --- What is read ----------------------------------------------------------

TEST(Scenario, WithNothingButANameIsTheDefaultOne) {
  const Scenario scenario = Read(R"({"name": "mine"})");
  const Scenario& by_default = DefaultScenario();
  EXPECT_EQ(scenario.name, "mine");
  EXPECT_EQ(scenario.accounts, 100'000u);
  EXPECT_EQ(scenario.seed, 1u);
  EXPECT_EQ(scenario.zipf, 1.1);
  ASSERT_EQ(scenario.assets.size(), by_default.assets.size());
  ASSERT_EQ(scenario.activities.size(), by_default.activities.size());
  for (std::size_t i = 0; i < scenario.activities.size(); ++i) {
    EXPECT_EQ(scenario.activities[i].name, by_default.activities[i].name);
    EXPECT_EQ(scenario.activities[i].weight, by_default.activities[i].weight);
  }
  EXPECT_TRUE(scenario.timeline.empty());
}

TEST(Scenario, AmountsAreExact) {
  const Scenario scenario = Read(R"({
    "name": "test",
    "assets": [{"code": "EUR", "scale": 3, "start": {"players": 0.105}},
               {"code": "TEA", "price": 2.675, "bag": 7}],
    "activities": [{"name": "wage", "kind": "mint", "code": 10, "weight": 1,
                    "assets": "EUR", "amount": [0.001, 99999.997]},
                   {"name": "tea", "kind": "shop_sale", "code": 11, "weight": 2,
                    "goods": "TEA", "price": "100.0001%", "tax": "7.7%"}]})");
  EXPECT_EQ(scenario.assets[0].start[0], 105);
  EXPECT_EQ(scenario.assets[1].list_price, 2675);
  EXPECT_EQ(scenario.assets[1].bag, 7);
  EXPECT_EQ(scenario.activities[0].terms.amount.low, 1);
  EXPECT_EQ(scenario.activities[0].terms.amount.high, 99'999'997);
  EXPECT_EQ(scenario.activities[1].terms.price.ppm, 1'000'001);
  EXPECT_EQ(scenario.activities[1].terms.tax.ppm, 77'000);
}

TEST(Scenario, TheTermsOfThoseWhoDecideAreRead) {
  const Scenario scenario = Read(R"({
    "name": "test",
    "assets": [{"code": "EUR", "scale": 2},
               {"code": "TEA", "scale": 1, "price": 2.60},
               {"code": "IOU", "scale": 2, "price": 0.01, "credit": 70.50}],
    "activities": [{"name": "trade", "kind": "market_maker", "code": 10,
                    "weight": 1, "goods": "TEA", "quantity": [2, 9],
                    "spread": "2.5%", "stock": 700, "purse": 12.34},
                   {"name": "lend", "kind": "lender", "code": 11, "weight": 2,
                    "debt": "IOU", "amount": [1.00, 5.00], "interest": "3%",
                    "reserve": "250%", "enough": 0.07}]})");
  EXPECT_EQ(scenario.assets[1].credit, 0);
  EXPECT_EQ(scenario.assets[2].credit, 7050);
  const Terms& trade = scenario.activities[0].terms;
  EXPECT_EQ(trade.assets, std::vector<Asset>{Asset{1}});
  EXPECT_EQ(trade.spread.ppm, 25'000);
  EXPECT_EQ(trade.stock, 700);
  EXPECT_EQ(trade.purse, 1234);
  const Terms& lend = scenario.activities[1].terms;
  EXPECT_EQ(lend.debt, Asset{2});
  EXPECT_EQ(lend.amount.high, 500);
  EXPECT_EQ(lend.interest.ppm, 30'000);
  EXPECT_EQ(lend.reserve.ppm, 2'500'000);
  EXPECT_EQ(lend.enough, 7);
}

TEST(Scenario, TheTermsOfThoseWhoBidAndAskForMoreAreRead) {
  const Scenario scenario = Read(R"({
    "name": "test",
    "assets": [{"code": "EUR", "scale": 2}, {"code": "TEA", "price": 2.60}],
    "activities": [{"name": "sale", "kind": "bidding", "code": 10, "weight": 1,
                    "goods": "TEA", "quantity": 1, "bid": ["50%", "150%"],
                    "raise": "2.5%", "tax": "0%", "lots": 12, "ticks": [3, 9]},
                   {"name": "bill", "kind": "guild_bill", "code": 11,
                    "weight": 2, "amount": 1.00, "members": 31},
                   {"name": "wages", "kind": "reward_round", "code": 12,
                    "weight": 1000, "assets": "EUR", "amount": 0.50}]})");
  const Terms& sale = scenario.activities[0].terms;
  EXPECT_EQ(sale.raise.ppm, 25'000);
  EXPECT_EQ(sale.lots, 12u);
  EXPECT_EQ(sale.ticks.low, 3);
  EXPECT_EQ(sale.ticks.high, 9);
  EXPECT_FALSE(scenario.activities[0].is_in_rounds);
  EXPECT_EQ(scenario.activities[1].terms.members, 31u);
  EXPECT_FALSE(scenario.activities[1].creates);
  EXPECT_TRUE(scenario.activities[2].is_in_rounds);
  EXPECT_TRUE(scenario.activities[2].creates);
}

TEST(Scenario, ADeskFreesAtItsEndOrAtOnce) {
  const Scenario scenario = Read(WithEvent(R"(
    {"at": 10, "until": 20, "text": "slow", "desk": {"name": "d", "code": 900}},
    {"at": 30, "text": "fast", "desk": {"name": "e", "code": 901}})"));
  ASSERT_EQ(scenario.timeline.size(), 3u);
  const auto desk = [&](std::size_t i) {
    return std::get<Desk>(scenario.timeline[i].deed);
  };
  EXPECT_FALSE(desk(0).frees_at_once || desk(0).is_over);
  EXPECT_TRUE(desk(1).is_over);
  EXPECT_EQ(desk(1).activity, desk(0).activity);
  EXPECT_TRUE(desk(2).frees_at_once);
  EXPECT_EQ(scenario.activities[desk(2).activity].name, "e");
}

TEST(Scenario, ADupeThatIsLeftEndsInNothing) {
  const Scenario scenario = Read(WithEvent(R"(
    {"at": 10, "until": 20, "text": "bug", "dupe": {"name": "b", "asset": "ORE",
     "amount": 1, "weight": 1, "culprits": 1, "code": 900, "found": "left"}})"));
  ASSERT_EQ(scenario.timeline.size(), 2u);
  EXPECT_TRUE(
      std::holds_alternative<std::monostate>(scenario.timeline[1].deed));
  EXPECT_EQ(scenario.timeline[1].text, "bug: over");
  EXPECT_EQ(Named("b", scenario.timeline[1].activities).weight, 0u);
}

TEST(Scenario, ElasticityIsForAllGoodsThatHaveNoneOfTheirOwn) {
  const Scenario scenario = Read(R"({
    "name": "test", "elasticity": 0.5,
    "assets": [{"code": "GOLD"}, {"code": "A", "price": 1},
               {"code": "B", "price": 1, "elasticity": 2}],
    "activities": [{"name": "a", "kind": "mint", "code": 10, "weight": 1,
                    "assets": "A", "amount": 1}]})");
  EXPECT_EQ(scenario.assets[0].elasticity, 0);
  EXPECT_EQ(scenario.assets[1].elasticity, 0.5);
  EXPECT_EQ(scenario.assets[2].elasticity, 2);
}

TEST(Scenario, AChangeAtTheStartIsThereAtTheStart) {
  const Scenario scenario =
      Read(With(R"("change": {"quest": {"weight": 7, "amount": 1.25}})"));
  const Activity& quest = Named("quest", scenario.activities);
  EXPECT_EQ(quest.weight, 7u);
  EXPECT_EQ(quest.terms.amount.low, 125);
  EXPECT_EQ(quest.terms.texts.size(), 4u) << "what is not changed stays";
}

TEST(Scenario, AgentsAreANumberOrAPart) {
  const Scenario scenario = Read(With(R"("agents": {
    "shops": 7, "guilds": {"per_thousand": 100, "most": 20}})"));
  const Population population = PopulationFor(7 * 503, scenario);
  EXPECT_EQ(population.shops, 7u);
  EXPECT_EQ(population.guilds, 20u);
  EXPECT_EQ(population.banks, 1u) << "as by default";
  EXPECT_EQ(population.players, 500u - 7 - 20 - 1);

  const Scenario fixed = Read(With(R"("agents": {"players": 2000})"));
  const Population other = PopulationFor(100, fixed);
  EXPECT_EQ(other.players, 2000u);
  EXPECT_EQ(other.shops, 10u) << "a part of the players";
}

TEST(Scenario, RulesChangeAtAnEventAndBackAtItsEnd) {
  const Scenario scenario = Read(WithEvent(R"(
    {"at": "75%", "text": "more", "change": {"quest": {"weight": 200}}},
    {"at": "50%", "until": "75%", "text": "rush",
     "change": {"quest": {"weight": 300}}},
    {"at": "25%", "text": "tax", "change": {"auction": {"tax": "15%"}}})"));
  struct Expected {
    std::int64_t percent;
    const char* text;
    std::uint32_t quest;
    std::int64_t tax;
  };
  const std::vector<Expected> expected = {{25, "tax", 150, 15},
                                          {50, "rush", 300, 15},
                                          {75, "rush: over", 150, 15},
                                          {75, "more", 200, 15}};
  ASSERT_EQ(scenario.timeline.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const Moment& moment = scenario.timeline[i];
    EXPECT_EQ(moment.at.value, expected[i].percent * kWhole / 100);
    EXPECT_EQ(moment.text, expected[i].text);
    EXPECT_EQ(Named("quest", moment.activities).weight, expected[i].quest);
    EXPECT_EQ(Named("auction", moment.activities).terms.tax.ppm,
              expected[i].tax * kWhole / 100);
  }
  EXPECT_EQ(Named("quest", scenario.activities).weight, 150u);
}

TEST(Scenario, WhatIsOpenedIsClosedBefore) {
  const Scenario scenario = Read(WithEvent(R"(
    {"at": 100, "until": 200, "text": "toll", "open":
      {"name": "toll", "kind": "burn", "code": 250, "weight": 80,
       "assets": "GOLD", "amount": 5}},
    {"at": 150, "text": "no quests", "close": ["quest", "gather"]})"));
  EXPECT_EQ(Named("toll", scenario.activities).weight, 0u);
  ASSERT_EQ(scenario.timeline.size(), 3u);
  EXPECT_TRUE(scenario.timeline[0].at.is_tick);
  EXPECT_EQ(Named("toll", scenario.timeline[0].activities).weight, 80u);
  EXPECT_EQ(Named("quest", scenario.timeline[0].activities).weight, 150u);
  EXPECT_EQ(Named("quest", scenario.timeline[1].activities).weight, 0u);
  EXPECT_EQ(Named("gather", scenario.timeline[1].activities).weight, 0u);
  EXPECT_EQ(Named("toll", scenario.timeline[2].activities).weight, 0u);
  EXPECT_EQ(Named("quest", scenario.timeline[2].activities).weight, 0u);
}

TEST(Scenario, AChangeOfAWeightOpensNothingAndReopensNothing) {
  const Scenario scenario = Read(WithEvent(R"(
    {"at": 10, "text": "toll", "open":
      {"name": "toll", "kind": "burn", "code": 250, "weight": 80,
       "assets": "GOLD", "amount": 5}},
    {"at": 5, "until": 20, "text": "steep", "change":
      {"toll": {"weight": 500, "amount": 9}}},
    {"at": 15, "text": "no quests", "close": "quest"},
    {"at": 16, "text": "quests", "change": {"quest": {"weight": 7}}},
    {"at": 30, "text": "no toll", "close": "toll"})"));
  const std::vector<std::pair<std::uint32_t, std::uint32_t>> toll_and_quest = {
      {0, 150}, {500, 150}, {500, 0}, {500, 0}, {80, 0}, {0, 0}};
  ASSERT_EQ(scenario.timeline.size(), toll_and_quest.size());
  for (std::size_t i = 0; i < toll_and_quest.size(); ++i) {
    const auto& rules = scenario.timeline[i].activities;
    EXPECT_EQ(Named("toll", rules).weight, toll_and_quest[i].first) << i;
    EXPECT_EQ(Named("quest", rules).weight, toll_and_quest[i].second) << i;
  }
  EXPECT_EQ(Named("toll", scenario.timeline[1].activities).terms.amount.low,
            900);
}

// --- Keys -------------------------------------------------------------------

// An object with all the keys of an object's list, but one, which has a value
// that no key takes: a list in a list in a list.
TEST(ScenarioKeys, AreEachRead) {
  const std::string good_activity =
      R"("name": "a", "code": 9, "weight": 1, "kind": )";
  const std::string odd = ": [[[]]]";
  // Terms are read by the first kind that has them.
  const std::vector<std::pair<std::string_view, std::string>> kinds = {
      {"assets", R"("mint", "amount": 1)"},
      {"amount", R"("mint", "assets": "ORE")"},
      {"texts", R"("mint", "assets": "ORE", "amount": 1)"},
      {"goods", R"("shop_purchase", "price": "1%")"},
      {"price", R"("shop_purchase", "goods": "ORE")"},
      {"good", R"("exchange", "quantity": 1, "spread": "1%")"},
      {"quantity", R"("exchange", "good": "GEM", "spread": "1%")"},
      {"spread", R"("exchange", "good": "GEM", "quantity": 1)"},
      {"fee", R"("listing_fee", "goods": "ORE", "quantity": 1)"},
      {"bid", R"("auction", "goods": "ORE", "quantity": 1, "tax": "1%")"},
      {"tax", R"("auction", "goods": "ORE", "quantity": 1, "bid": "90%")"},
      {"bots",
       R"("auction", "goods": "ORE", "quantity": 1, "bid": "90%", "tax": "1%"
       )"},
      {"raise", R"("bidding", "goods": "ORE", "quantity": 1, "bid": "90%",
                   "tax": "1%", "lots": 1, "ticks": 1)"},
      {"lots", R"("bidding", "goods": "ORE", "quantity": 1, "bid": "90%",
                  "raise": "1%", "tax": "1%", "ticks": 1)"},
      {"ticks", R"("bidding", "goods": "ORE", "quantity": 1, "bid": "90%",
                   "raise": "1%", "tax": "1%", "lots": 1)"},
      {"members", R"("guild_bill", "amount": 1)"},
      {"shops", R"("rent", "amount": 1)"},
      {"share", R"("festival")"},
      {"recipes", R"("craft")"},
      {"stock", R"("market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "1%", "purse": 1)"},
      {"purse", R"("market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "1%", "stock": 1)"},
      {"debt", R"("lender", "amount": 1, "interest": "1%", "reserve": "1%",
                  "enough": 1)"},
      {"interest", R"("lender", "debt": "NOTE", "amount": 1, "reserve": "1%",
                      "enough": 1)"},
      {"reserve", R"("lender", "debt": "NOTE", "amount": 1, "interest": "1%",
                     "enough": 1)"},
      {"enough", R"("lender", "debt": "NOTE", "amount": 1, "interest": "1%",
                    "reserve": "1%")"},
  };
  for (const std::string_view key : KeysOf("activity")) {
    if (key == "name" || key == "kind" || key == "code" || key == "weight") {
      continue;
    }
    bool is_tried = false;
    for (const auto& [its_key, kind] : kinds) {
      if (its_key != key) continue;
      is_tried = true;
      const std::string fault = FaultIn(
          With(absl::StrCat("\"activities\": [{", good_activity, kind, ", \"",
                            std::string(key), "\"", odd, "}]")));
      EXPECT_NE(fault, "none") << key;
      EXPECT_THAT(fault, Not(HasSubstr("has no key"))) << key;
    }
    EXPECT_TRUE(is_tried) << key;
  }
  for (const std::string_view key : KeysOf("scenario")) {
    if (key == "$schema") continue;  // for editors; any value will do
    const std::string name = key == "name" ? "" : R"("name": "x", )";
    const std::string fault = FaultIn(
        absl::StrCat("{", name, "\"", std::string(key), "\"", odd, "}"));
    EXPECT_NE(fault, "none") << key;
  }
  for (const std::string_view key : KeysOf("event")) {
    const std::string fault = FaultIn(WithEvent(absl::StrCat(
        "{\"", std::string(key), "\"", odd, key == "at" ? "" : ", \"at\": 5",
        key == "text" ? "" : ", \"text\": \"t\"", "}")));
    EXPECT_NE(fault, "none") << key;
    EXPECT_THAT(fault, Not(HasSubstr("has one of"))) << key;
  }
}

// An object within a scenario, with all the keys that it may have.
struct Sample {
  std::string_view object;
  std::string before;
  std::vector<std::pair<std::string, std::string>> members;
  std::string after;

  // With another value for one of the keys.
  std::string Text(std::string_view other_key = {}) const {
    std::string text = before;
    for (const auto& [key, value] : members) {
      absl::StrAppend(&text, text == before ? "" : ", ", "\"", key,
                      "\": ", key == other_key ? "[[[]]]" : value);
    }
    return text + after;
  }
};

std::vector<Sample> Samples() {
  const std::string event =
      R"({"name": "x", "events": [{"at": 5, "text": "t", )";
  const std::string asset =
      R"({"name": "x", "assets": [{"code": "GOLD"}, {"code": "TEA", "price": 1,
          )";
  const std::string rest = R"(], "activities": [{"name": "a", "kind": "gift",
      "code": 9, "weight": 1, "amount": 1}]})";
  return {
      {"agents",
       R"({"name": "x", "agents": {)",
       {{"players", "5"}, {"shops", "1"}, {"guilds", "1"}, {"banks", "1"}},
       "}}"},
      {"agent_rule",
       R"({"name": "x", "agents": {"shops": {)",
       {{"per_thousand", "1"}, {"least", "1"}, {"most", "1"}},
       "}}}"},
      {"asset",
       R"({"name": "x", "assets": [{"code": "GOLD"}, {)",
       {{"code", "\"TEA\""},
        {"scale", "0"},
        {"price", "1"},
        {"elasticity", "1"},
        {"start", "{}"},
        {"bag", "1"},
        {"credit", "1"},
        {"supply_cap", "1"}},
       "}" + rest},
      {"start",
       asset + R"("start": {)",
       {{"players", "1"}, {"shops", "1"}, {"guilds", "1"}, {"banks", "1"}},
       "}}" + rest},
      {"supply_cap",
       asset + R"("supply_cap": {)",
       {{"per_player", "1"}},
       "}}" + rest},
      {"recipe",
       R"({"name": "x", "activities": [{"name": "a", "kind": "craft",
           "code": 9, "weight": 1, "recipes": {)",
       {{"text", "\"t\""},
        {"weight", "1"},
        {"uses", "{\"ORE\": 1}"},
        {"makes", "{\"ORE\": 1}"}},
       "}}]}"},
      {"dupe",
       event + R"("dupe": {)",
       {{"name", "\"d\""},
        {"asset", "\"ORE\""},
        {"amount", "1"},
        {"weight", "1"},
        {"culprits", "1"},
        {"from_rank", "2"},
        {"code", "900"},
        {"found", "\"seized\""},
        {"found_code", "905"}},
       "}}]}"},
      {"freeze",
       event + R"("freeze": {)",
       {{"who", "\"banks\""}, {"count", "1"}},
       "}}]}"},
      {"grant",
       event + R"("grant": {)",
       {{"name", "\"g\""},
        {"who", "\"banks\""},
        {"count", "1"},
        {"asset", "\"ORE\""},
        {"amount", "1"},
        {"code", "900"}},
       "}}]}"},
      {"desk",
       event + R"("desk": {)",
       {{"name", "\"d\""}, {"code", "900"}},
       "}}]}"},
  };
}

TEST(ScenarioKeys, OfObjectsWithinAreEachRead) {
  for (const Sample& sample : Samples()) {
    EXPECT_EQ(FaultIn(sample.Text()), "none") << sample.object;
    std::vector<std::string_view> keys;
    for (const auto& [key, value] : sample.members) {
      keys.push_back(key);
      EXPECT_NE(FaultIn(sample.Text(key)), "none")
          << sample.object << "'s " << key;
    }
    EXPECT_THAT(keys,
                ::testing::UnorderedElementsAreArray(KeysOf(sample.object)))
        << sample.object;
  }
}

}  // namespace
}  // namespace lockstep::tool
