#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/economy/activities.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "engine/tool/scenario/scenario_values.h"

namespace lockstep::tool {
namespace {

using Assets = std::span<const AssetTraits>;

constexpr std::size_t kMaxTexts = 32;
constexpr std::size_t kMaxRecipes = 16;
constexpr std::uint64_t kMaxQuantity = 10'000;
constexpr std::uint64_t kMaxRecipeWeight = 1'000;
constexpr std::string_view kReservedName = "endowment";

constexpr Share kNone = {0};
constexpr Share kLeast = {1};
constexpr Share kAll = {kWhole};
constexpr Share kHundredth = {kWhole / 100};
constexpr Share kTenfold = {10 * kWhole};

// Two legs for each ingredient: all of them must fit a transfer.
static_assert(2 * (kMaxGameAssets + kMaxGameAssets) <= kMaxLegs);

// --- Terms ------------------------------------------------------------------

void ReadAssetsDrawn(const JsonNode& node, Assets assets, Terms& terms) {
  terms.assets.clear();
  for (const JsonNode& code : ReadList(node, "assets", kMaxGameAssets)) {
    const Asset asset = ReadAsset(code, assets);
    terms.assets.push_back(asset);
    if (assets[Index(asset)].scale != assets[Index(terms.assets[0])].scale) {
      Complain(code,
               "one 'amount' for all of these cannot be: their scales differ");
    }
  }
}

void ReadGoods(const JsonNode& node, Assets assets, Terms& terms) {
  terms.assets.clear();
  for (const JsonNode& code : ReadList(node, "goods", kMaxGameAssets)) {
    terms.assets.push_back(ReadGood(code, assets));
  }
}

void ReadRequestAmount(const JsonNode& node, Assets assets, Terms& terms) {
  const Asset asset = terms.assets.empty() ? Asset::kMoney : terms.assets[0];
  terms.amount = ReadAmounts(node, "amount", assets[Index(asset)].scale, 1,
                             kMaxRequestAmount);
}

void ReadQuantity(const JsonNode& node, Assets, Terms& terms) {
  terms.quantity = ReadAmounts(node, "quantity", 0, 1, kMaxQuantity);
}

/// Bids are drawn in whole hundredths of the price.
void ReadBid(const JsonNode& node, Assets, Terms& terms) {
  const std::span<const JsonNode> ends = ReadList(node, "bid", 2);
  std::array<Minor, 2> percents = {};
  for (std::size_t i = 0; i < percents.size(); ++i) {
    const JsonNode& end = ends[std::min(i, ends.size() - 1)];
    const Share share = ReadShare(end, "bid", kHundredth, kTenfold);
    percents[i] = share.ppm / kHundredth.ppm;
    if (share.ppm % kHundredth.ppm != 0) {
      Complain(end, "'bid' takes whole percents");
    }
  }
  if (percents[0] > percents[1]) {
    Complain(node, "'bid' begins with the least");
  }
  terms.bid_percent = {percents[0], percents[1]};
}

/// A player's balance of it must be able to fall below zero, and it stands for
/// as much money, unit by unit.
void ReadDebt(const JsonNode& node, Assets assets, Terms& terms) {
  terms.debt = ReadAsset(node, assets);
  if (terms.debt == Asset::kMoney) {
    Complain(node, absl::StrCat(Shown(node),
                                " is the money (the first asset): debts are "
                                "kept in another"));
  }
  const AssetTraits& debt = assets[Index(terms.debt)];
  if (debt.credit == 0) {
    Complain(node,
             absl::StrCat("nobody can owe ", Shown(node),
                          ": this asset gives no 'credit' to its players"));
  }
  if (debt.scale != assets[0].scale) {
    Complain(node, absl::StrCat("debts in ", Shown(node),
                                " are of money: it has another scale"));
  }
}

/// An amount of money that is kept.
Minor ReadKept(const JsonNode& node, std::string_view key, Assets assets) {
  return ReadAmount(node, key, assets[0].scale, 0, kMaxStartAmount);
}

void ReadTexts(const JsonNode& node, Assets, Terms& terms) {
  terms.texts.clear();
  for (const JsonNode& text : ReadList(node, "texts", kMaxTexts)) {
    terms.texts.push_back(ReadText(text, "texts", kMaxDescriptionBytes));
  }
}

std::vector<Ingredient> ReadIngredients(const JsonNode* node,
                                        std::string_view key, Assets assets) {
  std::vector<Ingredient> ingredients;
  if (node == nullptr) return ingredients;
  MustBeObject(*node, absl::StrCat("'", std::string(key), "'"));
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const JsonNode& amount = node->items[i];
    const Asset asset = FindAsset(amount, node->keys[i], assets);
    ingredients.push_back(
        {asset, ReadAmounts(amount, key, assets[Index(asset)].scale, 1,
                            kMaxRequestAmount)});
  }
  return ingredients;
}

void ReadRecipes(const JsonNode& node, Assets assets, Terms& terms) {
  terms.recipes.clear();
  for (const JsonNode& item : ReadList(node, "recipes", kMaxRecipes)) {
    const ObjectReader reader(item, "a recipe", KeysOf("recipe"));
    Recipe recipe;
    if (const JsonNode* text = reader.Find("text")) {
      recipe.text = ReadText(*text, "text", kMaxDescriptionBytes);
    }
    if (const JsonNode* weight = reader.Find("weight")) {
      recipe.weight = static_cast<std::uint32_t>(
          ReadWhole(*weight, "weight", 1, kMaxRecipeWeight));
    }
    recipe.uses = ReadIngredients(reader.Find("uses"), "uses", assets);
    recipe.makes = ReadIngredients(reader.Find("makes"), "makes", assets);
    if (recipe.uses.empty() && recipe.makes.empty()) {
      Complain(item, "a recipe uses something, or makes something, or both");
    }
    terms.recipes.push_back(std::move(recipe));
  }
}

struct TermReader {
  std::string_view key;
  /// Events change numbers; what they are numbers of stays.
  bool can_change;
  void (*read)(const JsonNode& node, Assets assets, Terms& terms);
};

// In the order in which they are read: an amount's scale is its asset's.
constexpr auto kTermReaders = std::to_array<TermReader>({
    {"assets", false, ReadAssetsDrawn},
    {"goods", false, ReadGoods},
    {"good", false,
     [](const JsonNode& node, Assets assets, Terms& terms) {
       terms.assets = {ReadGood(node, assets)};
     }},
    {"amount", true, ReadRequestAmount},
    {"quantity", true, ReadQuantity},
    {"bid", true, ReadBid},
    {"tax", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.tax = ReadShare(node, "tax", kNone, kAll);
     }},
    {"fee", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       // A fee of nothing would be refused each time.
       terms.fee = ReadShare(node, "fee", kLeast, kAll);
     }},
    {"price", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.price = ReadShare(node, "price", kHundredth, kTenfold);
     }},
    {"spread", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.spread = ReadShare(node, "spread", kNone, kAll);
     }},
    {"bots", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.bots = ReadShare(node, "bots", kNone, kAll);
     }},
    {"shops", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.shops = ReadShare(node, "shops", kNone, kAll);
     }},
    {"share", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.share = ReadShare(node, "share", kHundredth, kAll);
     }},
    {"raise", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.raise = ReadShare(node, "raise", kHundredth, kAll);
     }},
    {"lots", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.lots =
           static_cast<std::uint32_t>(ReadWhole(node, "lots", 1, kMaxLots));
     }},
    {"ticks", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.ticks = ReadAmounts(node, "ticks", 0, 1, kMaxLotTicks);
     }},
    {"members", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.members = static_cast<std::uint32_t>(
           ReadWhole(node, "members", 1, kMaxPayingMembers));
     }},
    {"stock", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.stock =
           static_cast<Minor>(ReadWhole(node, "stock", 0, kMaxStartAmount));
     }},
    {"purse", true,
     [](const JsonNode& node, Assets assets, Terms& terms) {
       terms.purse = ReadKept(node, "purse", assets);
     }},
    {"debt", false, ReadDebt},
    {"interest", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.interest = ReadShare(node, "interest", kNone, kAll);
     }},
    {"reserve", true,
     [](const JsonNode& node, Assets, Terms& terms) {
       terms.reserve = ReadShare(node, "reserve", kNone, kTenfold);
     }},
    {"enough", true,
     [](const JsonNode& node, Assets assets, Terms& terms) {
       terms.enough = ReadKept(node, "enough", assets);
     }},
    {"texts", false, ReadTexts},
    {"recipes", false, ReadRecipes},
});

/// What is done in rounds is done as often as its weight says in each of them.
std::uint32_t ReadWeight(const JsonNode& node, const Activity& activity) {
  return static_cast<std::uint32_t>(
      ReadWhole(node, "weight", 0,
                activity.is_in_rounds ? kMaxRoundWeight : kMaxTotalWeight));
}

const ActivityKind& ReadKind(const JsonNode& node) {
  std::vector<std::string_view> names;
  for (const ActivityKind& kind : ActivityKinds()) {
    if (node.kind == JsonNode::Kind::kText && kind.name == node.text) {
      return kind;
    }
    names.push_back(kind.name);
  }
  Complain(node, absl::StrCat("there is no kind of activity ", Shown(node),
                              DidYouMean(node.text, names)));
}

bool Contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Activity ReadActivity(const JsonNode& node, Assets assets) {
  const ObjectReader any(node, "an activity", KeysOf("activity"));
  const ActivityKind& kind = ReadKind(any.Need("kind"));
  std::vector<std::string_view> keys = {"name", "kind", "code", "weight"};
  keys.insert(keys.end(), kind.needed.begin(), kind.needed.end());
  keys.insert(keys.end(), kind.optional.begin(), kind.optional.end());
  const std::string what =
      absl::StrCat("an activity of the kind '", std::string(kind.name), "'");
  const ObjectReader reader(node, what, keys);

  Activity activity;
  activity.name = ReadText(reader.Need("name"), "name", kMaxNameBytes);
  activity.code = static_cast<std::uint32_t>(
      ReadWhole(reader.Need("code"), "code", kMinCode, UINT32_MAX));
  activity.perform = kind.perform;
  activity.is_in_rounds = kind.is_in_rounds;
  activity.creates = kind.creates;
  activity.weight = ReadWeight(reader.Need("weight"), activity);
  for (const TermReader& term : kTermReaders) {
    const bool is_needed = Contains(kind.needed, term.key);
    if (!is_needed && !Contains(kind.optional, term.key)) continue;
    const JsonNode* const value =
        is_needed ? &reader.Need(term.key) : reader.Find(term.key);
    if (value != nullptr) term.read(*value, assets, activity.terms);
  }
  return activity;
}

void CheckIsNew(const JsonNode& node, const Activity& activity,
                std::span<const Activity> others) {
  if (activity.name == kReservedName) {
    Complain(node,
             absl::StrCat("no activity can be called ", Shown(activity.name),
                          ": that is what agents start with"));
  }
  for (const Activity& other : others) {
    if (other.name == activity.name) {
      Complain(node, absl::StrCat("there is an activity ", Shown(activity.name),
                                  " already"));
    }
    if (other.code == activity.code) {
      Complain(node, absl::StrCat("the code ", activity.code, " is that of ",
                                  Shown(other.name), " already"));
    }
  }
}

Activity& FindActivity(const JsonNode& at, std::string_view name,
                       std::span<Activity> activities) {
  std::vector<std::string_view> names;
  for (Activity& activity : activities) {
    if (activity.name == name) return activity;
    names.push_back(activity.name);
  }
  Complain(at, absl::StrCat("there is no activity ", Shown(name),
                            DidYouMean(name, names)));
}

void MustBeRepeated(const JsonNode& at, const Activity& activity) {
  if (activity.perform != nullptr) return;
  Complain(at,
           absl::StrCat(Shown(activity.name), " is done by its event alone"));
}

void ChangeActivities(const JsonNode& changes, Assets assets,
                      std::span<Activity> activities) {
  MustBeObject(changes, "'change'");
  for (std::size_t i = 0; i < changes.items.size(); ++i) {
    const JsonNode& change = changes.items[i];
    Activity& activity = FindActivity(change, changes.keys[i], activities);
    MustBeRepeated(change, activity);
    std::vector<std::string_view> keys = {"weight"};
    for (const ActivityKind& kind : ActivityKinds()) {
      if (kind.perform != activity.perform) continue;
      for (const TermReader& term : kTermReaders) {
        const bool is_its = Contains(kind.needed, term.key) ||
                            Contains(kind.optional, term.key);
        if (is_its && term.can_change) keys.push_back(term.key);
      }
    }
    const std::string what = absl::StrCat("a change of ", Shown(activity.name));
    const ObjectReader reader(change, what, keys);
    for (const TermReader& term : kTermReaders) {
      if (!Contains(keys, term.key)) continue;
      if (const JsonNode* const value = reader.Find(term.key)) {
        term.read(*value, assets, activity.terms);
      }
    }
    if (const JsonNode* const weight = reader.Find("weight")) {
      activity.weight = ReadWeight(*weight, activity);
    }
  }
}

void CheckWeights(std::size_t line, std::span<const Activity> activities) {
  std::uint64_t sum = 0;
  std::uint64_t drawn = 0;
  for (const Activity& activity : activities) {
    sum += activity.weight;
    if (!activity.is_in_rounds) drawn += activity.weight;
  }
  if (drawn >= 1 && sum <= kMaxTotalWeight) return;
  if (sum >= 1 && drawn == 0) {
    throw TextFault{line, 0,
                    "from here on nothing is done but in rounds: something "
                    "else needs a weight"};
  }
  throw TextFault{
      line, 0,
      absl::StrCat("from here on the activities' weights sum to ", Grouped(sum),
                   ", not to a number from 1 to ", Grouped(kMaxTotalWeight))};
}

}  // namespace lockstep::tool
