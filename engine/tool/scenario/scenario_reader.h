#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/tool/economy/scenario.h"
#include "engine/tool/scenario/json_tree.h"

namespace lockstep::tool {

// The parts of ReadScenario. Each throws a TextFault.

/// The longest name of an activity.
inline constexpr std::size_t kMaxNameBytes = 24;
/// The least code of an activity: 1 is what the agents' endowments carry.
inline constexpr std::uint64_t kMinCode = 2;

/// The keys that an object of a scenario's file may have, by the object's name:
/// "scenario", "agents", "asset", "activity", "event"... For the reader itself,
/// and for the test that compares them with what the schema says.
struct ObjectKeys {
  std::string_view object;
  std::vector<std::string_view> keys;
};
[[nodiscard]] std::span<const ObjectKeys> ScenarioKeys();
[[nodiscard]] std::span<const std::string_view> KeysOf(std::string_view object);

[[nodiscard]] std::vector<AssetTraits> ReadAssets(const JsonNode& list,
                                                  double elasticity);

[[nodiscard]] Activity ReadActivity(const JsonNode& node,
                                    std::span<const AssetTraits> assets);

/// Names and codes must each belong to one activity, and none may be called as
/// reports call what all agents start with: "endowment".
void CheckIsNew(const JsonNode& node, const Activity& activity,
                std::span<const Activity> others);

/// Changes some of the activities: { "quest": {"weight": 300}, ... }.
void ChangeActivities(const JsonNode& changes,
                      std::span<const AssetTraits> assets,
                      std::span<Activity> activities);

/// The activity must be one that can be done again and again, not what only an
/// event does once.
void MustBeRepeated(const JsonNode& at, const Activity& activity);

/// The activity with that name.
[[nodiscard]] Activity& FindActivity(const JsonNode& at, std::string_view name,
                                     std::span<Activity> activities);

/// The weights must sum to at least 1 and at most kMaxTotalWeight.
void CheckWeights(std::size_t line, std::span<const Activity> activities);

/// Reads the events: appends what only they begin to the activities, and fills
/// the timeline.
void ReadEvents(const JsonNode& list, Scenario& scenario);

/// { "who": "players", "count": 5 } among an event's keys; the count may be
/// left out.
[[nodiscard]] Sort ReadSort(const JsonNode& node);

}  // namespace lockstep::tool
