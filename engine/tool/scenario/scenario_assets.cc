#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "engine/tool/scenario/scenario_values.h"

namespace lockstep::tool {
namespace {

// Scales above it leave too little room for amounts.
constexpr std::uint64_t kMaxGameScale = 6;
constexpr Minor kMaxSupplyCap = 1'000'000'000'000'000'000;
// A longer one would not fit its column of the summary.
constexpr std::size_t kMaxCodeBytes = 12;

void ReadStart(const JsonNode& node, AssetTraits& asset) {
  const ObjectReader reader(node, "'start'", KeysOf("start"));
  for (std::size_t sort = 0; sort < kSortCount; ++sort) {
    const std::string_view key = KeysOf("start")[sort];
    const JsonNode* const value = reader.Find(key);
    if (value == nullptr) continue;
    asset.start[sort] =
        ReadAmount(*value, key, asset.scale, 0, kMaxStartAmount);
  }
}

void ReadCap(const JsonNode& node, AssetTraits& asset) {
  asset.line = node.line;
  if (node.kind != JsonNode::Kind::kObject) {
    asset.supply_cap =
        ReadAmount(node, "supply_cap", asset.scale, 1, kMaxSupplyCap);
    return;
  }
  const ObjectReader reader(node, "'supply_cap'", KeysOf("supply_cap"));
  asset.cap_per_player = ReadAmount(reader.Need("per_player"), "per_player",
                                    asset.scale, 1, kMaxStartAmount);
}

/// What the money does not have: it is what others are priced in.
void ReadPrice(const ObjectReader& reader, const AssetTraits& money,
               double elasticity, AssetTraits& asset) {
  asset.list_price =
      ReadAmount(reader.Need("price"), "price", money.scale, 1, kMaxPrice);
  asset.elasticity = elasticity;
  if (const JsonNode* const own = reader.Find("elasticity")) {
    asset.elasticity = ReadNumber(*own, "elasticity", 0, kMaxElasticity);
  }
}

std::string ReadCode(const JsonNode& node) {
  std::string code = ReadText(node, "code", kMaxCodeBytes);
  if (code.find(' ') != std::string::npos) {
    Complain(node, "an asset's code has no spaces");
  }
  return code;
}

AssetTraits ReadAssetTraits(const JsonNode& node, const AssetTraits* money,
                            double elasticity) {
  const ObjectReader reader(node, "an asset", KeysOf("asset"));
  AssetTraits asset;
  asset.code = ReadCode(reader.Need("code"));
  if (const JsonNode* const scale = reader.Find("scale")) {
    asset.scale =
        static_cast<int>(ReadWhole(*scale, "scale", 0, kMaxGameScale));
  }
  if (money != nullptr) {
    ReadPrice(reader, *money, elasticity, asset);
  } else {
    for (const char* key : {"price", "elasticity", "credit"}) {
      if (const JsonNode* const value = reader.Find(key)) {
        Complain(*value, absl::StrCat("the first asset is the money: it has no "
                                      "'",
                                      key, "'"));
      }
    }
  }
  if (const JsonNode* const start = reader.Find("start")) {
    ReadStart(*start, asset);
  }
  if (const JsonNode* const bag = reader.Find("bag")) {
    asset.bag = ReadAmount(*bag, "bag", asset.scale,
                           std::max<Minor>(1, asset.start[0]), kMaxStartAmount);
  }
  if (const JsonNode* const credit = reader.Find("credit")) {
    asset.credit =
        ReadAmount(*credit, "credit", asset.scale, 1, kMaxStartAmount);
  }
  if (const JsonNode* const cap = reader.Find("supply_cap")) {
    ReadCap(*cap, asset);
  }
  return asset;
}

}  // namespace

std::vector<AssetTraits> ReadAssets(const JsonNode& list, double elasticity) {
  if (list.kind != JsonNode::Kind::kList || list.items.empty() ||
      list.items.size() > kMaxGameAssets) {
    Complain(list, absl::StrCat("'assets' takes a list of 1 to ",
                                kMaxGameAssets, ", not ", Shown(list)));
  }
  std::vector<AssetTraits> assets;
  for (const JsonNode& node : list.items) {
    const AssetTraits* const money = assets.empty() ? nullptr : &assets[0];
    AssetTraits asset = ReadAssetTraits(node, money, elasticity);
    for (const AssetTraits& other : assets) {
      if (other.code != asset.code) continue;
      Complain(node, absl::StrCat("there is an asset ", Shown(asset.code),
                                  " already"));
    }
    assets.push_back(std::move(asset));
  }
  return assets;
}

}  // namespace lockstep::tool
