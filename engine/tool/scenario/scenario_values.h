#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tool/economy/scenario.h"
#include "engine/tool/scenario/json_tree.h"

namespace lockstep::tool {

// How the values of a scenario's file are read. Each of these throws a
// TextFault with the value's line if it is not as it should be; `key` is what
// the complaint calls it.

/// The members of an object. All its keys must be among `keys`.
class ObjectReader {
 public:
  /// `what` is what the complaints call the object: "an asset".
  ObjectReader(const JsonNode& node, std::string_view what,
               std::span<const std::string_view> keys);

  [[nodiscard]] std::size_t line() const noexcept { return node_.line; }

  /// The value of one of the keys; null if it is not there.
  [[nodiscard]] const JsonNode* Find(std::string_view key) const;
  /// The same, but it must be there.
  [[nodiscard]] const JsonNode& Need(std::string_view key) const;

 private:
  const JsonNode& node_;
  std::string_view what_;
  std::span<const std::string_view> keys_;
};

/// For objects whose keys are names that the file itself gives.
void MustBeObject(const JsonNode& node, std::string_view what);

[[noreturn]] void Complain(const JsonNode& node, std::string reason);

/// A value as it is shown in a complaint: short, in a line, printable.
[[nodiscard]] std::string Shown(const JsonNode& node);
[[nodiscard]] std::string Shown(std::string_view text);

/// " (did you mean 'amount'?)" if one of the words is like it, else nothing.
[[nodiscard]] std::string DidYouMean(std::string_view word,
                                     std::span<const std::string_view> words);

/// From 1 to `max_bytes` bytes without control characters, those included that
/// turn the direction of what follows: names reach terminals and pages.
[[nodiscard]] std::string ReadText(const JsonNode& node, std::string_view key,
                                   std::size_t max_bytes);
[[nodiscard]] std::uint64_t ReadWhole(const JsonNode& node,
                                      std::string_view key, std::uint64_t min,
                                      std::uint64_t max);
[[nodiscard]] double ReadNumber(const JsonNode& node, std::string_view key,
                                double min, double max);
/// A number with at most `scale` decimals, in minor units.
[[nodiscard]] Minor ReadAmount(const JsonNode& node, std::string_view key,
                               int scale, Minor min, Minor max);
/// One amount, or a list of the least and the most.
[[nodiscard]] Range ReadAmounts(const JsonNode& node, std::string_view key,
                                int scale, Minor min, Minor max);
/// A text such as "12.5%", with at most four decimals.
[[nodiscard]] Share ReadShare(const JsonNode& node, std::string_view key,
                              Share min, Share max);
/// The items of a list with at least one and at most `max` items; of a value
/// that is no list, itself.
[[nodiscard]] std::span<const JsonNode> ReadList(const JsonNode& node,
                                                 std::string_view key,
                                                 std::size_t max);
/// The asset with that code; `at` is where the code is written.
[[nodiscard]] Asset FindAsset(const JsonNode& at, std::string_view code,
                              std::span<const AssetTraits> assets);
[[nodiscard]] Asset ReadAsset(const JsonNode& node,
                              std::span<const AssetTraits> assets);
/// The same, but not the money.
[[nodiscard]] Asset ReadGood(const JsonNode& node,
                             std::span<const AssetTraits> assets);

}  // namespace lockstep::tool
