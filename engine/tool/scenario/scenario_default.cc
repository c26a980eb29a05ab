#include <cstdlib>
#include <string_view>
#include <variant>

#include "engine/tool/economy/scenario.h"
#include "engine/tool/scenario/scenario_file.h"

namespace lockstep::tool {
namespace {

// docs/scenarios/README.md explains each key.
constexpr std::string_view kText = R"json({
  "name": "the economy of a game",
  "description": "Quests mint, repairs burn, the auction is taxed.",

  "accounts": 100000,
  "seed": 1,
  "zipf": 1.1,

  "agents": {
    "shops": {"per_thousand": 5, "least": 2},
    "guilds": {"per_thousand": 10},
    "banks": {"per_thousand": 1, "most": 16}
  },

  "assets": [
    {"code": "GOLD", "scale": 2,
     "start": {"players": 300.00, "shops": 20000.00, "banks": 20000.00}},
    {"code": "GEM", "price": 12.50, "supply_cap": {"per_player": 20},
     "start": {"players": 5, "shops": 2000, "banks": 2000}},
    {"code": "ORE", "price": 1.20, "bag": 250,
     "start": {"players": 10, "shops": 500, "banks": 500}},
    {"code": "WOOD", "price": 0.80, "bag": 250,
     "start": {"players": 10, "shops": 500, "banks": 500}},
    {"code": "POTION", "price": 4.50, "bag": 60,
     "start": {"players": 3, "shops": 200, "banks": 200}},
    {"code": "SWORD", "price": 18.00, "bag": 20,
     "start": {"players": 1, "shops": 50, "banks": 50}},
    {"code": "NOTE", "scale": 2, "price": 0.01, "elasticity": 0,
     "credit": 200.00}
  ],

  "activities": [
    {"name": "quest", "kind": "mint", "code": 101, "weight": 150,
     "assets": "GOLD", "amount": [5.00, 45.00],
     "texts": ["rats in the cellar", "the miller's ring",
               "wolves at the pass", "a letter to the abbot"]},
    {"name": "gather", "kind": "mint", "code": 102, "weight": 130,
     "assets": ["ORE", "WOOD"], "amount": [1, 5]},
    {"name": "treasure", "kind": "mint", "code": 103, "weight": 20,
     "assets": "GEM", "amount": [1, 3], "texts": "treasure"},
    {"name": "daily reward", "kind": "reward_round", "code": 104, "weight": 12,
     "assets": "GOLD", "amount": [1.00, 5.00], "texts": "welcome back"},
    {"name": "repair", "kind": "burn", "code": 201, "weight": 95,
     "assets": "GOLD", "amount": [5.00, 50.00]},
    {"name": "listing fee", "kind": "listing_fee", "code": 202, "weight": 60,
     "goods": ["ORE", "WOOD", "POTION", "SWORD"], "quantity": [1, 20],
     "fee": "2%"},
    {"name": "adventure", "kind": "burn", "code": 203, "weight": 60,
     "assets": ["SWORD", "POTION"], "amount": 1},
    {"name": "enchant", "kind": "craft", "code": 204, "weight": 25,
     "recipes": {"uses": {"GEM": [1, 2], "GOLD": 10.00}}},
    {"name": "craft", "kind": "craft", "code": 301, "weight": 80,
     "recipes": [
       {"text": "a sword", "weight": 1,
        "uses": {"ORE": 5, "WOOD": 2}, "makes": {"SWORD": 1}},
       {"text": "a potion", "weight": 2,
        "uses": {"WOOD": 3}, "makes": {"POTION": 1}}
     ]},
    {"name": "auction", "kind": "auction", "code": 401, "weight": 110,
     "goods": ["ORE", "WOOD", "POTION", "SWORD"], "quantity": [1, 3],
     "bid": ["70%", "130%"], "tax": "5%", "bots": "12.5%"},
    {"name": "buy from shop", "kind": "shop_sale", "code": 402, "weight": 60,
     "goods": ["ORE", "WOOD", "POTION", "SWORD"], "price": "115%", "tax": "5%"},
    {"name": "sell to shop", "kind": "shop_purchase", "code": 403, "weight": 60,
     "goods": ["ORE", "WOOD", "POTION", "SWORD"], "price": "85%"},
    {"name": "exchange", "kind": "exchange", "code": 404, "weight": 35,
     "good": "GEM", "quantity": [1, 3], "spread": "2%"},
    {"name": "market making", "kind": "market_maker", "code": 405, "weight": 20,
     "goods": ["ORE", "WOOD"], "quantity": [1, 10], "spread": "5%",
     "stock": 600, "purse": 1000.00},
    {"name": "bidding", "kind": "bidding", "code": 406, "weight": 60,
     "goods": ["ORE", "WOOD", "POTION", "SWORD"], "quantity": [1, 5],
     "bid": ["60%", "140%"], "raise": "5%", "tax": "5%", "lots": 60,
     "ticks": [2, 6]},
    {"name": "member sale", "kind": "member_sale", "code": 407, "weight": 20,
     "goods": ["POTION", "SWORD"], "price": "95%", "tax": "5%",
     "purse": 20.00, "debt": "NOTE"},
    {"name": "gift", "kind": "gift", "code": 501, "weight": 40,
     "amount": [0.50, 20.00]},
    {"name": "rent", "kind": "rent", "code": 502, "weight": 30,
     "amount": [3.00, 9.00], "shops": "25%"},
    {"name": "guild dues", "kind": "guild_dues", "code": 503, "weight": 38,
     "amount": [2.00, 10.00], "texts": "dues"},
    {"name": "guild payroll", "kind": "guild_payroll", "code": 504, "weight": 4,
     "share": "50%", "texts": "payday"},
    {"name": "festival", "kind": "festival", "code": 505, "weight": 2,
     "share": "50%", "texts": "a feast for all"},
    {"name": "fine", "kind": "fine", "code": 506, "weight": 1,
     "amount": 25.00, "texts": "cheating"},
    {"name": "loan", "kind": "lender", "code": 507, "weight": 15,
     "debt": "NOTE", "amount": [20.00, 100.00], "interest": "5%",
     "reserve": "20%", "enough": 500.00},
    {"name": "poll tax", "kind": "tax_round", "code": 508, "weight": 15,
     "amount": [1.00, 4.00]},
    {"name": "guild bill", "kind": "guild_bill", "code": 509, "weight": 8,
     "amount": [40.00, 120.00], "members": 8, "texts": "repairs of the hall"}
  ],

  "events": []
}
)json";

}  // namespace

std::string_view DefaultScenarioText() noexcept { return kText; }

const Scenario& DefaultScenario() {
  static const Scenario scenario = [] {
    auto read = ReadScenario(kText);
    // A fault in it would show in every test of the program.
    if (std::holds_alternative<TextFault>(read)) std::abort();
    return std::get<Scenario>(std::move(read));
  }();
  return scenario;
}

}  // namespace lockstep::tool
