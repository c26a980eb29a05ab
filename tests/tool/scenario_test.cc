// What a scenario's file may say, and what is said about one that does not.

#include "engine/tool/economy/scenario.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/scenario/scenario_file.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Scenario Read(std::string_view text) {
  auto read = ReadScenario(text);
  const auto* const fault = std::get_if<TextFault>(&read);
  EXPECT_EQ(fault, nullptr)
      << text << "\n"
      << (fault == nullptr ? "" : FaultText("FILE", *fault));
  return fault == nullptr ? std::get<Scenario>(read) : Scenario{};
}

// "LINE: reason", or "LINE:COLUMN: reason".
std::string FaultIn(std::string_view text) {
  const auto read = ReadScenario(text);
  const auto* const fault = std::get_if<TextFault>(&read);
  return fault == nullptr ? "none" : FaultText("", *fault).substr(1);
}

// A member in line 2 of a scenario that is otherwise the default one.
std::string With(std::string_view member) {
  return absl::StrCat("{\"name\": \"test\",\n", std::string(member), "}");
}

// An event in line 2.
std::string WithEvent(std::string_view event) {
  return With(absl::StrCat("\"events\": [", std::string(event), "]"));
}

const Activity& Named(std::string_view name,
                      const std::vector<Activity>& activities) {
  for (const Activity& activity : activities) {
    if (activity.name == name) return activity;
  }
  ADD_FAILURE() << "no activity " << name;
  return activities.front();
}

// --- What is read
// -------------------------------------------------------------

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
  const Population population = PopulationFor(6 * 503, scenario);
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

// --- What is complained of ---------------------------------------------------

struct Bad {
  std::string text;
  std::string fault;
};

void ExpectFaults(const std::vector<Bad>& cases) {
  for (const Bad& bad : cases) EXPECT_EQ(FaultIn(bad.text), bad.fault);
}

TEST(ScenarioFaults, OfTheWhole) {
  ExpectFaults({
      {"{\"name\": \"x\",}",
       "1:14: syntax error while parsing object key - unexpected '}'; expected "
       "string literal"},
      {"[1]", "1: a scenario is an object, { }, not a list of 1"},
      {"{\n}", "1: a scenario lacks its 'name'"},
      {With("\"seed\": 1,\n\"seed\": 2"),
       "3: the key 'seed' is there already, in line 2"},
      {With("\"sede\": 1"),
       "2: a scenario has no key 'sede' (did you mean 'seed'?)"},
      {With("\"zzzzzz\": 1"), "2: a scenario has no key 'zzzzzz'"},
      {With("\"seed\": -1"),
       "2: 'seed' takes a whole number from 0 to 18,446,744,073,709,551,615, "
       "not -1"},
      {With("\"seed\": \"one\""),
       "2: 'seed' takes a whole number from 0 to 18,446,744,073,709,551,615, "
       "not 'one'"},
      {With("\"zipf\": 0.5"),
       "2: 'zipf' takes 0 or a number from 1.01 to 5, not 0.5"},
      {With("\"zipf\": 7"), "2: 'zipf' takes a number from 0 to 5, not 7"},
      {With("\"elasticity\": -1"),
       "2: 'elasticity' takes a number from 0 to 4, not -1"},
      {"{\"name\": \"a\\u0007b\"}",
       "1: 'name' takes a text of 1 to 60 bytes without control characters, "
       "not 'a?b'"},
  });
}

TEST(ScenarioFaults, OfAgentsAndAssets) {
  const auto assets = [](std::string_view list) {
    return With(absl::StrCat("\"assets\": [", std::string(list), "]"));
  };
  const std::string money = R"({"code": "GOLD", "scale": 2},)";
  ExpectFaults({
      {With("\"agents\": {\"playres\": 1}"),
       "2: 'agents' has no key 'playres' (did you mean 'players'?)"},
      {With("\"agents\": {\"players\": {\"per_thousand\": 1}}"),
       "2: 'players' takes a whole number from 1 to 100,000,000, not an "
       "object"},
      {With("\"agents\": {\"shops\": {\n\"per_thousand\": 901}}"),
       "3: 'per_thousand' takes a whole number from 0 to 900, not 901"},
      {assets(""), "2: 'assets' takes a list of 1 to 16, not a list of 0"},
      {assets(money + "\n" + R"({"code": "GOLD", "price": 1})"),
       "3: there is an asset 'GOLD' already"},
      {assets(R"({"code": "GOLD", "price": 1})"),
       "2: the first asset is the money: it has no 'price'"},
      {assets(money + R"({"code": "ORE"})"), "2: an asset lacks its 'price'"},
      {assets(money + R"({"code": "ORE", "price": 0.001})"),
       "2: 'price' takes a number from 0.01 to 1,000,000.00, with at most 2 "
       "decimals, not 0.001"},
      {assets(R"({"code": "GO LD"})"), "2: an asset's code has no spaces"},
      {assets(R"({"code": "G", "scale": 7})"),
       "2: 'scale' takes a whole number from 0 to 6, not 7"},
      {assets(R"({"code": "G", "start": {"players": 5}, "bag": 4})"),
       "2: 'bag' takes a number from 5 to 10,000,000,000, with at most 0 "
       "decimals, not 4"},
      {assets(R"({"code": "CASH", "scale": 2})"),
       "2: these assets need activities of their own, for with those that are "
       "played by default: there is no asset 'GOLD'"},
  });
}

TEST(ScenarioFaults, OfActivities) {
  const auto activity = [](std::string_view members) {
    return With(
        absl::StrCat(R"("activities": [{"name": "a", "code": 9, "weight": 1, )",
                     std::string(members), "}]"));
  };
  ExpectFaults({
      {With("\"activities\": []"),
       "2: 'activities' takes a list of 1 to 100, not a list of 0"},
      {activity(R"("kind": "mnit")"),
       "2: there is no kind of activity 'mnit' (did you mean 'mint'?)"},
      {activity(R"("kind": "mint", "assets": "GOLD")"),
       "2: an activity of the kind 'mint' lacks its 'amount'"},
      {activity(R"("kind": "mint", "assets": "GLOD", "amount": 1)"),
       "2: there is no asset 'GLOD' (did you mean 'GOLD'?)"},
      {activity("\"kind\": \"mint\", \"assets\": [\"ORE\",\n\"GOLD\"], "
                "\"amount\": 1"),
       "3: one 'amount' for all of these cannot be: their scales differ"},
      {activity(R"("kind": "mint", "assets": "ORE", "amount": [3, 2])"),
       "2: 'amount' begins with the least, and 3 is more than 2"},
      {activity(R"("kind": "mint", "assets": "ORE", "amount": [3])"),
       "2: 'amount' takes a number, or a list of the least and the most, not a "
       "list of 1"},
      {activity(R"("kind": "mint", "assets": "ORE", "amount": 1, "tax": 1)"),
       "2: an activity of the kind 'mint' has no key 'tax'"},
      {activity(R"("kind": "shop_purchase", "goods": "GOLD", "price": "1%")"),
       "2: 'GOLD' is the money (the first asset): it cannot be bought for "
       "itself"},
      {activity(R"("kind": "shop_purchase", "goods": "ORE", "price": 85)"),
       "2: 'price' takes a text from \"1%\" to \"1000%\" with at most 4 "
       "decimals, not 85"},
      {activity(R"("kind": "listing_fee", "goods": "ORE", "quantity": 1,
                   "fee": "0%")"),
       "3: 'fee' takes a text from \"0.0001%\" to \"100%\" with at most 4 "
       "decimals, not '0%'"},
      {With(R"("activities": [{"name": "endowment", "kind": "gift", "code": 9,
                               "weight": 1, "amount": 1}])"),
       "2: no activity can be called 'endowment': that is what agents start "
       "with"},
      {activity(R"("kind": "craft", "recipes": [{"uses": {"ORR": 1}}])"),
       "2: there is no asset 'ORR' (did you mean 'ORE'?)"},
      {activity(R"("kind": "craft", "recipes": {}, "x": 1)"),
       "2: an activity has no key 'x'"},
      {activity(R"("kind": "craft", "recipes": {})"),
       "2: a recipe uses something, or makes something, or both"},
      {With(R"("activities": [
         {"name": "a", "kind": "gift", "code": 9, "weight": 1, "amount": 1},
         {"name": "a", "kind": "gift", "code": 8, "weight": 1, "amount": 1}])"),
       "4: there is an activity 'a' already"},
      {With(R"("activities": [
         {"name": "a", "kind": "gift", "code": 9, "weight": 1, "amount": 1},
         {"name": "b", "kind": "gift", "code": 9, "weight": 1, "amount": 1}])"),
       "4: the code 9 is that of 'a' already"},
      {With(R"("activities": [
         {"name": "a", "kind": "gift", "code": 9, "weight": 0, "amount": 1}])"),
       "2: from here on the activities' weights sum to 0, not to a number from "
       "1 to 10,000"},
      {With(R"("change": {"qest": {"weight": 1}})"),
       "2: there is no activity 'qest' (did you mean 'quest'?)"},
      {With(R"("change": {"quest": {"tax": "1%"}})"),
       "2: a change of 'quest' has no key 'tax'"},
      {With(R"("change": {"quest": {"weight": 9151}})"),
       "2: from here on the activities' weights sum to 10,001, not to a number "
       "from 1 to 10,000"},
  });
}

TEST(ScenarioFaults, OfEvents) {
  const std::string one_of =
      "2: an event has one of 'change', 'open', 'close', 'dupe', 'freeze' and "
      "'grant'";
  ExpectFaults({
      {With("\"events\": {}"),
       "2: 'events' takes a list of at most 50 events, not an object"},
      {WithEvent(R"({"at": "4%", "text": "t"})"), one_of},
      {WithEvent(R"({"at": "4%", "text": "t", "close": "quest",
                     "freeze": {"who": "banks"}})"),
       one_of},
      {WithEvent(R"({"text": "t", "close": "quest"})"),
       "2: an event lacks its 'at'"},
      {WithEvent(R"({"at": "101%", "text": "t", "close": "quest"})"),
       "2: 'at' takes a text from \"0%\" to \"100%\" with at most 4 decimals, "
       "or a tick from 0 to 1,000,000,000,000, not '101%'"},
      {WithEvent(R"({"at": 1.5, "text": "t", "close": "quest"})"),
       "2: 'at' takes a text from \"0%\" to \"100%\" with at most 4 decimals, "
       "or a tick from 0 to 1,000,000,000,000, not 1.5"},
      {WithEvent("{\"at\": \"4%\", \"text\": \"t\", \"close\": \"quest\",\n"
                 "\"until\": \"4%\"}"),
       "3: 'until' must be later than 'at'"},
      {WithEvent("{\"at\": \"4%\", \"text\": \"t\", \"close\": \"quest\",\n"
                 "\"until\": 400}"),
       "3: 'at' and 'until' are both parts of the run or both ticks"},
      {WithEvent("{\"at\": \"4%\", \"text\": \"t\", \"close\": \"quest\"},\n"
                 "{\"at\": 5, \"text\": \"t\", \"close\": \"quest\"}"),
       "3: a run's parts and ticks cannot be put in one order: the event in "
       "line 2 is given by the other"},
      {WithEvent(R"({"at": 4, "text": "t", "close": "qest"})"),
       "2: there is no activity 'qest' (did you mean 'quest'?)"},
      {WithEvent(R"({"at": 4, "text": "t", "freeze": {"who": "bank"}})"),
       "2: 'who' takes 'players', 'shops', 'guilds' or 'banks', not 'bank' "
       "(did you mean 'banks'?)"},
      {WithEvent(R"({"at": 4, "until": 5, "text": "t", "grant": {"name": "g",
                     "who": "players", "asset": "ORE", "amount": 1,
                     "code": 900}})"),
       "2: a grant is given at once: it takes no 'until'"},
      {WithEvent(R"({"at": 4, "text": "t", "grant": {"name": "g",
                     "who": "players", "asset": "SWORD", "code": 900,
                     "amount": 21}})"),
       "4: nobody could take it: a player's bag holds 20 SWORD"},
      {WithEvent(R"({"at": 4, "text": "t", "grant": {"name": "endowment",
                     "who": "players", "asset": "ORE", "amount": 1,
                     "code": 900}})"),
       "2: no activity can be called 'endowment': that is what agents start "
       "with"},
      {WithEvent(R"({"at": 4, "text": "t", "grant": {"name": "g",
                     "who": "players", "asset": "ORE", "amount": 1,
                     "code": 900}},
                    {"at": 5, "text": "t", "close": "g"})"),
       "5: 'g' is done by its event alone"},
      {WithEvent(R"({"at": 4, "text": "t", "dupe": {"name": "d", "asset": "ORE",
                     "amount": 1, "weight": 1, "culprits": 1, "code": 101}})"),
       "2: the code 101 is that of 'quest' already"},
      {WithEvent(R"({"at": 4, "text": "t", "open": {"name": "quest",
                     "kind": "gift", "code": 900, "weight": 1, "amount": 1}})"),
       "2: there is an activity 'quest' already"},
      {WithEvent(R"({"at": 4, "text": "t", "dupe": {"name": "d", "asset": "ORE",
           "amount": 1, "weight": 1, "culprits": 1, "code": 900}},
         {"at": 5, "text": "t", "change": {"d found": {"weight": 1}}})"),
       "4: 'd found' is done by its event alone"},
      {WithEvent("{\"at\": 4, \"text\": \"t\", \"change\":"
                 "{\"quest\": {\"weight\": 5000}}},\n"
                 "{\"at\": 5, \"text\": \"t\", \"change\":"
                 "{\"repair\": {\"weight\": 5000}}}"),
       "3: from here on the activities' weights sum to 10,755, not to a number "
       "from 1 to 10,000"},
  });
}

TEST(ScenarioFaults, OfNumbersThatDoNotFitThePopulation) {
  const auto fault = [](std::string_view text, std::uint64_t accounts,
                        bool is_given = false) {
    const auto found = CheckPopulation(Read(text), accounts, is_given);
    return found ? FaultText("", *found).substr(1) : "none";
  };
  EXPECT_EQ(fault(With("\"seed\": 1"), 100), "none");
  EXPECT_THAT(fault(With("\"agents\": {\"shops\": 50}"), 100),
              HasSubstr("100 accounts are too few"));
  const std::string fixed = With("\"agents\": {\n\"players\": 1000}");
  EXPECT_EQ(fault(fixed, 100'000), "none");
  EXPECT_THAT(fault(fixed, 100'000, true), HasSubstr("3: the number of"));
  EXPECT_THAT(fault(With("\"agents\": {\"players\": 90000000}"), 1000),
              HasSubstr("there can be 100,000,000"));
  const std::string capped = absl::StrReplaceAll(
      std::string(DefaultScenarioText()), {{"{\"per_player\": 20}", "6100"}});
  EXPECT_EQ(fault(capped, 100), "none") << "9 players, 2 shops and a bank";
  EXPECT_THAT(fault(capped, 2000), HasSubstr("which is above the cap"));
  const std::string late = WithEvent(
      R"({"at": 4, "text": "t", "dupe": {"name": "d", "asset": "ORE",
          "amount": 1, "weight": 1, "culprits": 1, "from_rank": 500,
          "code": 900}})");
  EXPECT_EQ(fault(late, 10'000), "none");
  EXPECT_EQ(fault(late, 1000),
            "2: the culprits of 'd' are from rank 500 on, and there are only "
            "159 players");
}

TEST(ScenarioFaults, OfTooFewAccountsAreWhereTheirNumberIs) {
  const auto line = [](std::string_view members, bool is_given) {
    const auto fault = CheckPopulation(Read(With(members)), 100, is_given);
    return fault ? fault->line : 0;
  };
  const char* const both =
      "\"seed\": 1,\n\"accounts\": 100,\n\"agents\": {\"shops\": 50}";
  EXPECT_EQ(line(both, false), 3u);
  EXPECT_EQ(line(both, true), 4u) << "the number is the command line's";
  EXPECT_EQ(line("\n\"agents\": {\"shops\": 50}", false), 3u);
}

TEST(ScenarioFaults, ShowNamesThatEndInTheMiddleOfNoCharacter) {
  std::string name;
  for (int i = 0; i < 30; ++i) name += "\u00e4";
  const auto shown_of = [](const std::string& unknown) {
    return FaultIn(With("\"change\": {\"" + unknown + "\": {}}"));
  };
  EXPECT_EQ(shown_of(name),
            "2: there is no activity '" + name.substr(0, 40) + "...'");
  EXPECT_EQ(shown_of("a" + name),
            "2: there is no activity 'a" + name.substr(0, 38) + "...'");
  EXPECT_EQ(shown_of(name.substr(0, 40)),
            "2: there is no activity '" + name.substr(0, 40) + "'");
}

TEST(ScenarioFaults, OfNamesThatSteerTerminals) {
  for (const std::string_view bad :
       {"\\u001b", "\x7f", "\xc2\x80", "\xc2\x9b", "\xc2\x9f", "\u061c",
        "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066",
        "\u2069"}) {
    const std::string written(bad);
    EXPECT_EQ(FaultIn("{\"name\": \"a" + written + "b\"}"),
              "1: 'name' takes a text of 1 to 60 bytes without control "
              "characters, not 'a?b'")
        << written;
    EXPECT_EQ(FaultIn(With("\"change\": {\"x" + written + "\": {}}")),
              "2: there is no activity 'x?'");
  }
  for (const std::string_view good : {"\u00a0", "\u00e9", "\u200d", "\u2027",
                                      "\u202f", "\u206a", "\U0001f409"}) {
    EXPECT_EQ(Read("{\"name\": \"" + std::string(good) + "\"}").name, good);
  }
}

// --- Keys
// ----------------------------------------------------------------------

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
      {"shops", R"("rent", "amount": 1)"},
      {"share", R"("festival")"},
      {"recipes", R"("craft")"},
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
