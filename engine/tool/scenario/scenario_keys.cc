#include <algorithm>

#include "engine/tool/scenario/scenario_reader.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

const std::vector<ObjectKeys>& AllKeys() {
  static const std::vector<ObjectKeys> keys = {
      {"scenario",
       {"$schema", "name", "description", "accounts", "seed", "zipf",
        "elasticity", "agents", "assets", "activities", "change", "events"}},
      {"agents", {"players", "shops", "guilds", "banks"}},
      {"agent_rule", {"per_thousand", "least", "most"}},
      {"asset",
       {"code", "scale", "price", "elasticity", "start", "bag", "credit",
        "supply_cap"}},
      {"start", {"players", "shops", "guilds", "banks"}},
      {"supply_cap", {"per_player"}},
      {"activity",
       {"name",     "kind",    "code",     "weight", "assets", "goods",
        "good",     "amount",  "quantity", "bid",    "raise",  "tax",
        "fee",      "price",   "spread",   "bots",   "shops",  "share",
        "lots",     "ticks",   "members",  "stock",  "purse",  "debt",
        "interest", "reserve", "enough",   "texts",  "recipes"}},
      {"recipe", {"text", "weight", "uses", "makes"}},
      {"event",
       {"at", "until", "text", "change", "open", "close", "dupe", "freeze",
        "grant", "desk"}},
      {"dupe",
       {"name", "asset", "amount", "weight", "culprits", "from_rank", "code",
        "found", "found_code"}},
      {"freeze", {"who", "count"}},
      {"grant", {"name", "who", "count", "asset", "amount", "code"}},
      {"desk", {"name", "code"}},
  };
  return keys;
}

}  // namespace

std::span<const ObjectKeys> ScenarioKeys() { return AllKeys(); }

std::span<const std::string_view> KeysOf(std::string_view object) {
  const auto found = std::find_if(
      AllKeys().begin(), AllKeys().end(),
      [&](const ObjectKeys& keys) { return keys.object == object; });
  Expects(found != AllKeys().end());
  return found->keys;
}

}  // namespace lockstep::tool
