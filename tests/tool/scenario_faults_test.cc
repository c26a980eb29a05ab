// What is said about a scenario's file that is not as it should be.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "engine/tool/economy/scenario.h"
#include "engine/tool/scenario/scenario_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

using ::testing::HasSubstr;

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
      {assets(R"({"code": "GOLD", "credit": 5})"),
       "2: the first asset is the money: it has no 'credit'"},
      {assets(money + R"({"code": "IOU", "price": 1, "credit": 0})"),
       "2: 'credit' takes a number from 1 to 10,000,000,000, with at most 0 "
       "decimals, not 0"},
      {With(R"("assets": [{"code": "GOLD"},
         {"code": "IOU", "scale": 2, "price": 1, "credit": 5}],
         "activities": [{"name": "a", "kind": "lender", "code": 9, "weight": 1,
           "debt": "IOU", "amount": 1, "interest": "1%", "reserve": "1%",
           "enough": 1}])"),
       "5: debts in 'IOU' are of money: it has another scale"},
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
      {activity(R"("kind": "market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "5%", "stock": -1, "purse": 0)"),
       "3: 'stock' takes a whole number from 0 to 10,000,000,000, not -1"},
      {activity(R"("kind": "market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "5%", "stock": 1.5, "purse": 0)"),
       "3: 'stock' takes a whole number from 0 to 10,000,000,000, not 1.5"},
      {activity(R"("kind": "market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "101%", "stock": 1, "purse": 0)"),
       "3: 'spread' takes a text from \"0%\" to \"100%\" with at most 4 "
       "decimals, not '101%'"},
      {activity(R"("kind": "market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "5%", "stock": 1, "purse": 0.001)"),
       "3: 'purse' takes a number from 0.00 to 100,000,000.00, with at most 2 "
       "decimals, not 0.001"},
      {activity(R"("kind": "market_maker", "goods": "ORE", "quantity": 1,
                   "spread": "5%", "purse": 0)"),
       "2: an activity of the kind 'market_maker' lacks its 'stock'"},
      {activity(R"("kind": "lender", "debt": "GOLD", "amount": 1,
                   "interest": "1%", "reserve": "1%", "enough": 1)"),
       "2: 'GOLD' is the money (the first asset): debts are kept in another"},
      {activity(R"("kind": "lender", "debt": "ORE", "amount": 1,
                   "interest": "1%", "reserve": "1%", "enough": 1)"),
       "2: nobody can owe 'ORE': this asset gives no 'credit' to its players"},
      {activity(R"("kind": "lender", "debt": "NOTE", "amount": 1,
                   "interest": "1%", "reserve": "1001%", "enough": 1)"),
       "3: 'reserve' takes a text from \"0%\" to \"1000%\" with at most 4 "
       "decimals, not '1001%'"},
      {activity(R"("kind": "lender", "debt": "NOTE", "amount": 1,
                   "interest": "1%", "reserve": "1%")"),
       "2: an activity of the kind 'lender' lacks its 'enough'"},
      {With(R"("change": {"loan": {"debt": "NOTE"}})"),
       "2: a change of 'loan' has no key 'debt'"},
      {activity(R"("kind": "bidding", "goods": "ORE", "quantity": 1,
                   "bid": "90%", "raise": "0%", "tax": "1%", "lots": 5,
                   "ticks": 1)"),
       "3: 'raise' takes a text from \"1%\" to \"100%\" with at most 4 "
       "decimals, not '0%'"},
      {activity(R"("kind": "bidding", "goods": "ORE", "quantity": 1,
                   "bid": "90%", "raise": "5%", "tax": "1%", "lots": 10001,
                   "ticks": 1)"),
       "3: 'lots' takes a whole number from 1 to 10,000, not 10001"},
      {activity(R"("kind": "bidding", "goods": "ORE", "quantity": 1,
                   "bid": "90%", "raise": "5%", "tax": "1%", "lots": 5,
                   "ticks": [3, 2])"),
       "4: 'ticks' begins with the least, and 3 is more than 2"},
      {activity(R"("kind": "bidding", "goods": "ORE", "quantity": 1,
                   "bid": "90%", "raise": "5%", "tax": "1%", "ticks": 2)"),
       "2: an activity of the kind 'bidding' lacks its 'lots'"},
      {activity(R"("kind": "guild_bill", "amount": 1, "members": 32)"),
       "2: 'members' takes a whole number from 1 to 31, not 32"},
      {activity(R"("kind": "member_sale", "goods": "ORE", "price": "95%",
                   "tax": "1%", "purse": 1, "debt": "GEM")"),
       "3: nobody can owe 'GEM': this asset gives no 'credit' to its players"},
      {With(R"("activities": [{"name": "a", "kind": "tax_round", "code": 9,
                               "weight": 1001, "amount": 1}])"),
       "3: 'weight' takes a whole number from 0 to 1,000, not 1001"},
      {activity(R"("kind": "tax_round", "amount": 1)"),
       "2: from here on nothing is done but in rounds: something else needs a "
       "weight"},
      {With(R"("change": {"poll tax": {"weight": 1001}})"),
       "2: 'weight' takes a whole number from 0 to 1,000, not 1001"},
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
      {With(R"("change": {"quest": {"weight": 9001}})"),
       "2: from here on the activities' weights sum to 10,001, not to a number "
       "from 1 to 10,000"},
  });
}

TEST(ScenarioFaults, OfEvents) {
  const std::string one_of =
      "2: an event has one of 'change', 'open', 'close', 'dupe', 'freeze', "
      "'grant' and 'desk'";
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
      {WithEvent(R"({"at": 4, "text": "t", "dupe": {"name": "d", "asset": "ORE",
                     "amount": 1, "weight": 1, "culprits": 1, "code": 900,
                     "found": "burned"}})"),
       "4: 'found' takes 'seized' or 'left', not 'burned'"},
      {WithEvent(R"({"at": 4, "text": "t", "dupe": {"name": "d", "asset": "ORE",
                     "amount": 1, "weight": 1, "culprits": 1, "code": 900,
                     "found": "left", "found_code": 901}})"),
       "4: what is left needs no 'found_code'"},
      {WithEvent(R"({"at": 4, "text": "t", "desk": {"name": "quest",
                     "code": 900}})"),
       "2: there is an activity 'quest' already"},
      {WithEvent(R"({"at": 4, "text": "t", "desk": {"name": "d", "code": 900}},
                    {"at": 5, "text": "t", "close": "d"})"),
       "3: 'd' is done by its event alone"},
      {WithEvent("{\"at\": 4, \"text\": \"t\", \"change\":"
                 "{\"quest\": {\"weight\": 5000}}},\n"
                 "{\"at\": 5, \"text\": \"t\", \"change\":"
                 "{\"repair\": {\"weight\": 5000}}}"),
       "3: from here on the activities' weights sum to 10,905, not to a number "
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
  EXPECT_EQ(fault(capped, 100), "none") << "7 players, 2 shops and a bank";
  EXPECT_THAT(fault(capped, 2000), HasSubstr("which is above the cap"));
  const std::string late = WithEvent(
      R"({"at": 4, "text": "t", "dupe": {"name": "d", "asset": "ORE",
          "amount": 1, "weight": 1, "culprits": 1, "from_rank": 500,
          "code": 900}})");
  EXPECT_EQ(fault(late, 10'000), "none");
  EXPECT_EQ(fault(late, 1000),
            "2: the culprits of 'd' are from rank 500 on, and there are only "
            "135 players");
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

}  // namespace
}  // namespace lockstep::tool
