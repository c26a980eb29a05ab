#include "engine/tool/scenario/scenario_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/numerals.h"
#include "gsl/assert"

namespace lockstep::tool {
namespace {

constexpr std::size_t kMaxShownBytes = 40;
constexpr int kShareScale = 4;  // "0.0001%" is a millionth

std::string Quoted(std::string_view text) {
  return absl::StrCat("'", std::string(text), "'");
}

/// How many letters must be typed, dropped or changed to make one word of the
/// other (V. Levenshtein, 1965).
std::size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

[[noreturn]] void Expected(const JsonNode& node, std::string_view key,
                           std::string_view what) {
  Complain(node, absl::StrCat(Quoted(key), " takes ", std::string(what),
                              ", not ", Shown(node)));
}

std::string Decimal(Minor amount, int scale) {
  return GroupDigits(FormatDecimal(Amount(amount), scale));
}

/// "12.5%", without zeros that say nothing.
std::string Percent(Share share) {
  std::string digits = FormatDecimal(Amount(share.ppm), kShareScale);
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return absl::StrCat("\"", digits, "%\"");
}

/// How many bytes the character at the beginning takes if it controls how a
/// text is shown, else 0. Besides the ASCII ones these are the C1 controls
/// (U+0080 to U+009F), the line and paragraph separators, and those that turn
/// the direction of what follows.
std::size_t ControlBytes(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < ' ' || first == 0x7F) return 1;
  if (first < 0x80) return 0;
  if (text.size() >= 2 && first == 0xC2) {
    return static_cast<unsigned char>(text[1]) < 0xA0 ? 2 : 0;
  }
  static constexpr std::string_view kOthers[] = {
      "\u061C", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B",
      "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"};
  for (const std::string_view other : kOthers) {
    if (text.starts_with(other)) return other.size();
  }
  return 0;
}

bool IsPlain(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ControlBytes(text.substr(i)) > 0) return false;
  }
  return true;
}

}  // namespace

void Complain(const JsonNode& node, std::string reason) {
  throw TextFault{node.line, 0, std::move(reason)};
}

std::string Shown(std::string_view text) {
  std::size_t end = std::min(text.size(), kMaxShownBytes);
  // A character that was cut in two would be no UTF-8.
  const auto is_inside = [&](std::size_t at) {
    return at > 0 && at < text.size() && (text[at] & 0xC0) == 0x80;
  };
  while (is_inside(end)) --end;
  std::string shown;
  for (std::size_t i = 0; i < end;) {
    const std::size_t control = ControlBytes(text.substr(i));
    shown += control > 0 ? '?' : text[i];
    i += std::max<std::size_t>(control, 1);
  }
  if (end < text.size()) shown += "...";
  return Quoted(shown);
}

std::string Shown(const JsonNode& node) {
  switch (node.kind) {
    case JsonNode::Kind::kText:
      return Shown(std::string_view(node.text));
    case JsonNode::Kind::kNumber:
      return node.text.substr(0, kMaxShownBytes);
    case JsonNode::Kind::kNull:
    case JsonNode::Kind::kTruth:
      return node.text;
    case JsonNode::Kind::kList:
      return absl::StrCat("a list of ", node.items.size());
    case JsonNode::Kind::kObject:
      return "an object";
  }
  return "";
}

std::string DidYouMean(std::string_view word,
                       std::span<const std::string_view> words) {
  std::string_view best;
  // Words that differ in more than a third are not alike, but for two letters
  // that changed places.
  std::size_t least =
      std::max<std::size_t>(word.size() / 3, word.size() > 3 ? 2 : 1) + 1;
  if (word.size() > kMaxShownBytes) return "";
  for (const std::string_view candidate : words) {
    const std::size_t distance = Distance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best.empty() ? ""
                      : absl::StrCat(" (did you mean ", Quoted(best), "?)");
}

void MustBeObject(const JsonNode& node, std::string_view what) {
  if (node.kind == JsonNode::Kind::kObject) return;
  Complain(node, absl::StrCat(std::string(what), " is an object, { }, not ",
                              Shown(node)));
}

ObjectReader::ObjectReader(const JsonNode& node, std::string_view what,
                           std::span<const std::string_view> keys)
    : node_(node), what_(what), keys_(keys) {
  MustBeObject(node, what);
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (std::find(keys.begin(), keys.end(), node.keys[i]) != keys.end()) {
      continue;
    }
    const std::string_view key = node.keys[i];
    Complain(node.items[i], absl::StrCat(std::string(what), " has no key ",
                                         Shown(key), DidYouMean(key, keys)));
  }
}

const JsonNode* ObjectReader::Find(std::string_view key) const {
  Expects(std::find(keys_.begin(), keys_.end(), key) != keys_.end());
  const auto place = std::find(node_.keys.begin(), node_.keys.end(), key);
  if (place == node_.keys.end()) return nullptr;
  return &node_.items[static_cast<std::size_t>(place - node_.keys.begin())];
}

const JsonNode& ObjectReader::Need(std::string_view key) const {
  const JsonNode* const value = Find(key);
  if (value == nullptr) {
    Complain(node_,
             absl::StrCat(std::string(what_), " lacks its ", Quoted(key)));
  }
  return *value;
}

std::string ReadText(const JsonNode& node, std::string_view key,
                     std::size_t max_bytes) {
  const bool is_text = node.kind == JsonNode::Kind::kText &&
                       !node.text.empty() && node.text.size() <= max_bytes;
  if (!is_text || !IsPlain(node.text)) {
    Expected(node, key,
             absl::StrCat("a text of 1 to ", max_bytes,
                          " bytes without control characters"));
  }
  return node.text;
}

std::uint64_t ReadWhole(const JsonNode& node, std::string_view key,
                        std::uint64_t min, std::uint64_t max) {
  std::uint64_t value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto result = std::from_chars(node.text.data(), end, value);
  const bool is_whole = node.kind == JsonNode::Kind::kNumber &&
                        result.ec == std::errc{} && result.ptr == end;
  if (!is_whole || value < min || value > max) {
    Expected(node, key,
             absl::StrCat("a whole number from ", Grouped(min), " to ",
                          Grouped(max)));
  }
  return value;
}

double ReadNumber(const JsonNode& node, std::string_view key, double min,
                  double max) {
  double value = 0;
  const char* const end = node.text.data() + node.text.size();
  const auto result = std::from_chars(node.text.data(), end, value);
  const bool is_number = node.kind == JsonNode::Kind::kNumber &&
                         result.ec == std::errc{} && result.ptr == end;
  if (!is_number || !(value >= min && value <= max)) {
    Expected(node, key, absl::StrCat("a number from ", min, " to ", max));
  }
  return value;
}

Minor ReadAmount(const JsonNode& node, std::string_view key, int scale,
                 Minor min, Minor max) {
  if (node.kind == JsonNode::Kind::kNumber) {
    const Result<Amount> amount = ParseDecimal(node.text, scale);
    if (amount && *amount >= Amount(min) && *amount <= Amount(max)) {
      return ToMinor(*amount);
    }
  }
  Expected(node, key,
           absl::StrCat("a number from ", Decimal(min, scale), " to ",
                        Decimal(max, scale), ", with at most ", scale,
                        scale == 1 ? " decimal" : " decimals"));
}

Range ReadAmounts(const JsonNode& node, std::string_view key, int scale,
                  Minor min, Minor max) {
  if (node.kind != JsonNode::Kind::kList) {
    const Minor amount = ReadAmount(node, key, scale, min, max);
    return {amount, amount};
  }
  if (node.items.size() != 2) {
    Expected(node, key, "a number, or a list of the least and the most");
  }
  const Range range = {ReadAmount(node.items[0], key, scale, min, max),
                       ReadAmount(node.items[1], key, scale, min, max)};
  if (range.low > range.high) {
    Complain(node, absl::StrCat(Quoted(key), " begins with the least, and ",
                                node.items[0].text, " is more than ",
                                node.items[1].text));
  }
  return range;
}

Share ReadShare(const JsonNode& node, std::string_view key, Share min,
                Share max) {
  std::string_view digits = node.text;
  if (node.kind == JsonNode::Kind::kText && digits.ends_with('%')) {
    digits.remove_suffix(1);
    const Result<Amount> ppm = ParseDecimal(digits, kShareScale);
    if (ppm && *ppm >= Amount(min.ppm) && *ppm <= Amount(max.ppm)) {
      return {ToMinor(*ppm)};
    }
  }
  Expected(node, key,
           absl::StrCat("a text from ", Percent(min), " to ", Percent(max),
                        " with at most ", kShareScale, " decimals"));
}

std::span<const JsonNode> ReadList(const JsonNode& node, std::string_view key,
                                   std::size_t max) {
  if (node.kind != JsonNode::Kind::kList) return {&node, 1};
  if (node.items.empty() || node.items.size() > max) {
    Expected(node, key, absl::StrCat("a list of 1 to ", max));
  }
  return node.items;
}

Asset FindAsset(const JsonNode& at, std::string_view code,
                std::span<const AssetTraits> assets) {
  std::vector<std::string_view> codes;
  for (const AssetTraits& asset : assets) codes.push_back(asset.code);
  const auto place = std::find(codes.begin(), codes.end(), code);
  if (place == codes.end()) {
    Complain(at, absl::StrCat("there is no asset ", Shown(code),
                              DidYouMean(code, codes)));
  }
  return static_cast<Asset>(place - codes.begin());
}

Asset ReadAsset(const JsonNode& node, std::span<const AssetTraits> assets) {
  if (node.kind != JsonNode::Kind::kText) {
    Complain(node,
             absl::StrCat("an asset is named by its code, not ", Shown(node)));
  }
  return FindAsset(node, node.text, assets);
}

Asset ReadGood(const JsonNode& node, std::span<const AssetTraits> assets) {
  const Asset asset = ReadAsset(node, assets);
  if (asset == Asset::kMoney) {
    Complain(node, absl::StrCat(Shown(node),
                                " is the money (the first asset): it cannot "
                                "be bought for itself"));
  }
  return asset;
}

}  // namespace lockstep::tool
