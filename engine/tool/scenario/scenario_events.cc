#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/economy/activities.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/scenario/scenario_reader.h"
#include "engine/tool/scenario/scenario_values.h"

namespace lockstep::tool {
namespace {

constexpr std::size_t kMaxEventTextBytes = 100;
constexpr std::uint64_t kMaxTick = 1'000'000'000'000;
constexpr std::uint64_t kMaxCulprits = 1'000;
constexpr std::uint64_t kMaxRank = 1'000'000;

using Deed = decltype(Moment::deed);

/// An event as it is read, before its times are put in order.
struct Event {
  std::size_t line = 0;
  EventTime at;
  std::optional<EventTime> until;
  std::string text;
  /// What it does to the rules from `at` on, until `until`.
  const JsonNode* change = nullptr;
  struct Opened {
    std::size_t activity = 0;
    std::uint32_t weight = 0;
  };
  std::optional<Opened> opened;
  std::vector<std::size_t> closed;
  /// What is done at its beginning and at its end.
  Deed deed;
  Deed last_deed;
};

EventTime ReadTime(const JsonNode& node, std::string_view key) {
  // Either of the two readers would complain of what the other takes.
  try {
    if (node.kind == JsonNode::Kind::kText) {
      return {false, ReadShare(node, key, {0}, {kWhole}).ppm};
    }
    return {true, static_cast<std::int64_t>(ReadWhole(node, key, 0, kMaxTick))};
  } catch (const TextFault&) {
    Complain(node, absl::StrCat("'", std::string(key),
                                "' takes a text from \"0%\" to \"100%\" with "
                                "at most 4 decimals, or a tick from 0 to ",
                                Grouped(kMaxTick), ", not ", Shown(node)));
  }
}

/// Reads what an event does; one function for each of the keys that say it.
class DeedReader {
 public:
  DeedReader(Scenario& scenario, Event& event)
      : scenario_(scenario), event_(event) {}

  void Change(const JsonNode& node);
  void Open(const JsonNode& node);
  void Close(const JsonNode& node);
  void Dupe(const JsonNode& node);
  void Freeze(const JsonNode& node);
  void Grant(const JsonNode& node);
  void Desk(const JsonNode& node);

 private:
  /// Adds an activity that only this event lets happen. Returns its place.
  std::size_t Add(const JsonNode& node, Activity activity);
  std::uint32_t ReadCode(const JsonNode& node, std::string_view key);

  Scenario& scenario_;
  Event& event_;
};

std::size_t DeedReader::Add(const JsonNode& node, Activity activity) {
  CheckIsNew(node, activity, scenario_.activities);
  activity.weight = 0;
  scenario_.activities.push_back(std::move(activity));
  return scenario_.activities.size() - 1;
}

std::uint32_t DeedReader::ReadCode(const JsonNode& node, std::string_view key) {
  return static_cast<std::uint32_t>(
      ReadWhole(node, key, kMinCode, UINT32_MAX - 1));
}

void DeedReader::Change(const JsonNode& node) {
  // On a copy, to see at once whether it can be done.
  std::vector<Activity> scratch = scenario_.activities;
  ChangeActivities(node, scenario_.assets, scratch);
  event_.change = &node;
}

void DeedReader::Open(const JsonNode& node) {
  Activity activity = ReadActivity(node, scenario_.assets);
  const std::uint32_t weight = activity.weight;
  event_.opened = {Add(node, std::move(activity)), weight};
}

void DeedReader::Close(const JsonNode& node) {
  for (const JsonNode& item : ReadList(node, "close", kMaxActivities)) {
    const std::string name = ReadText(item, "close", kMaxNameBytes);
    const Activity& found = FindActivity(item, name, scenario_.activities);
    MustBeRepeated(item, found);
    event_.closed.push_back(
        static_cast<std::size_t>(&found - scenario_.activities.data()));
  }
}

/// What is done about a dupe when it is found: whether it is nothing.
bool IsLeft(const ObjectReader& dupe) {
  const JsonNode* const found = dupe.Find("found");
  if (found == nullptr) return false;
  const bool is_text = found->kind == JsonNode::Kind::kText;
  if (!is_text || (found->text != "seized" && found->text != "left")) {
    Complain(*found, absl::StrCat("'found' takes 'seized' or 'left', not ",
                                  Shown(*found)));
  }
  if (found->text == "seized") return false;
  if (const JsonNode* const code = dupe.Find("found_code")) {
    Complain(*code, "what is left needs no 'found_code'");
  }
  return true;
}

void DeedReader::Dupe(const JsonNode& node) {
  const ObjectReader reader(node, "a dupe", KeysOf("dupe"));
  Activity dupe;
  dupe.name = ReadText(reader.Need("name"), "name", kMaxNameBytes - 6);
  dupe.code = ReadCode(reader.Need("code"), "code");
  dupe.perform = PerformDupe;
  const Asset asset = ReadAsset(reader.Need("asset"), scenario_.assets);
  dupe.terms.assets = {asset};
  dupe.terms.amount =
      ReadAmounts(reader.Need("amount"), "amount",
                  scenario_.assets[Index(asset)].scale, 1, kMaxRequestAmount);
  Culprits& culprits = dupe.terms.culprits;
  culprits.line = node.line;
  culprits.count = static_cast<std::uint32_t>(
      ReadWhole(reader.Need("culprits"), "culprits", 1, kMaxCulprits));
  if (const JsonNode* const rank = reader.Find("from_rank")) {
    culprits.first = static_cast<std::uint32_t>(
        ReadWhole(*rank, "from_rank", 1, kMaxRank) - 1);
  }
  const auto weight = static_cast<std::uint32_t>(
      ReadWhole(reader.Need("weight"), "weight", 1, kMaxTotalWeight));

  event_.opened = {Add(node, std::move(dupe)), weight};
  if (IsLeft(reader)) return;
  const Activity& opened = scenario_.activities[event_.opened->activity];
  Activity confiscation;
  confiscation.name = absl::StrCat(opened.name, " found");
  const JsonNode* const found_code = reader.Find("found_code");
  confiscation.code = found_code != nullptr
                          ? ReadCode(*found_code, "found_code")
                          : opened.code + 1;
  Confiscate found{opened.terms.culprits, asset, 0};
  found.activity = Add(node, std::move(confiscation));
  event_.last_deed = found;
}

Group ReadGroup(const ObjectReader& reader) {
  Group group{.sort = ReadSort(reader.Need("who"))};
  if (const JsonNode* const count = reader.Find("count")) {
    group.count = static_cast<std::uint32_t>(
        ReadWhole(*count, "count", 1, kMaxEconomyAccounts));
  }
  return group;
}

void DeedReader::Freeze(const JsonNode& node) {
  const ObjectReader reader(node, "a freeze", KeysOf("freeze"));
  const Group who = ReadGroup(reader);
  event_.deed = tool::Freeze{who, false};
  event_.last_deed = tool::Freeze{who, true};
}

void DeedReader::Grant(const JsonNode& node) {
  const ObjectReader reader(node, "a grant", KeysOf("grant"));
  if (event_.until) {
    Complain(node, "a grant is given at once: it takes no 'until'");
  }
  Activity activity;
  activity.name = ReadText(reader.Need("name"), "name", kMaxNameBytes);
  activity.code = ReadCode(reader.Need("code"), "code");
  activity.creates = true;
  tool::Grant grant{.who = ReadGroup(reader),
                    .asset = ReadAsset(reader.Need("asset"), scenario_.assets)};
  const AssetTraits& asset = scenario_.assets[Index(grant.asset)];
  const JsonNode& amount = reader.Need("amount");
  grant.amount =
      ReadAmount(amount, "amount", asset.scale, 1, kMaxRequestAmount);
  const bool has_bag = grant.who.sort == Sort::kPlayer && asset.bag > 0;
  if (has_bag && grant.amount > asset.bag) {
    Complain(amount, absl::StrCat("nobody could take it: a player's bag holds ",
                                  FormatDecimal(Amount(asset.bag), asset.scale),
                                  " ", asset.code));
  }
  grant.activity = Add(node, std::move(activity));
  event_.deed = grant;
}

void DeedReader::Desk(const JsonNode& node) {
  const ObjectReader reader(node, "a desk", KeysOf("desk"));
  Activity activity;
  activity.name = ReadText(reader.Need("name"), "name", kMaxNameBytes);
  activity.code = ReadCode(reader.Need("code"), "code");
  const std::size_t place = Add(node, std::move(activity));
  event_.deed =
      tool::Desk{.activity = place, .frees_at_once = !event_.until.has_value()};
  event_.last_deed = tool::Desk{.activity = place, .is_over = true};
}

struct DeedKey {
  std::string_view key;
  void (DeedReader::*read)(const JsonNode& node);
};

constexpr std::array<DeedKey, 7> kDeeds = {{
    {"change", &DeedReader::Change},
    {"open", &DeedReader::Open},
    {"close", &DeedReader::Close},
    {"dupe", &DeedReader::Dupe},
    {"freeze", &DeedReader::Freeze},
    {"grant", &DeedReader::Grant},
    {"desk", &DeedReader::Desk},
}};

Event ReadEvent(const JsonNode& node, Scenario& scenario) {
  const ObjectReader reader(node, "an event", KeysOf("event"));
  Event event;
  event.line = node.line;
  event.at = ReadTime(reader.Need("at"), "at");
  event.text = ReadText(reader.Need("text"), "text", kMaxEventTextBytes);
  if (const JsonNode* const until = reader.Find("until")) {
    event.until = ReadTime(*until, "until");
    if (event.until->is_tick != event.at.is_tick) {
      Complain(*until,
               "'at' and 'until' are both parts of the run or both "
               "ticks");
    }
    if (event.until->value <= event.at.value) {
      Complain(*until, "'until' must be later than 'at'");
    }
  }
  int deeds = 0;
  for (const DeedKey& deed : kDeeds) {
    const JsonNode* const value = reader.Find(deed.key);
    if (value == nullptr) continue;
    (DeedReader(scenario, event).*deed.read)(*value);
    ++deeds;
  }
  if (deeds != 1) {
    Complain(node,
             "an event has one of 'change', 'open', 'close', 'dupe', 'freeze', "
             "'grant' and 'desk'");
  }
  return event;
}

/// The beginning or the end of an event.
struct Point {
  EventTime at;
  const Event* event = nullptr;
  bool is_end = false;
};

std::vector<Point> PointsInOrder(const std::vector<Event>& events) {
  std::vector<Point> points;
  for (const Event& event : events) {
    points.push_back({event.at, &event, false});
    if (event.until) points.push_back({*event.until, &event, true});
  }
  // What ends makes room for what begins.
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) {
    if (a.at.value != b.at.value) return a.at.value < b.at.value;
    if (a.is_end != b.is_end) return a.is_end;
    return a.event < b.event;  // as they stand in the file
  });
  return points;
}

std::string TextOf(const Point& point) {
  const std::string& text = point.event->text;
  if (!point.is_end) return text;
  const bool is_dupe =
      std::holds_alternative<Confiscate>(point.event->last_deed);
  return absl::StrCat(text, is_dupe ? ": found" : ": over");
}

/// The activities as they are with the changes of the active ones among the
/// events, which are made in the order of the file. No change of a weight
/// begins what is not open.
std::vector<Activity> RulesWith(const std::vector<const Event*>& active,
                                const std::vector<Event>& events,
                                const Scenario& scenario) {
  std::vector<Activity> activities = scenario.activities;
  for (const Event* const event : active) {
    if (event->opened) {
      activities[event->opened->activity].weight = event->opened->weight;
    }
    if (event->change != nullptr) {
      ChangeActivities(*event->change, scenario.assets, activities);
    }
  }
  for (const Event& event : events) {
    const bool is_active =
        std::find(active.begin(), active.end(), &event) != active.end();
    if (event.opened && !is_active) {
      activities[event.opened->activity].weight = 0;
    }
    if (!is_active) continue;
    for (const std::size_t closed : event.closed) {
      activities[closed].weight = 0;
    }
  }
  return activities;
}

}  // namespace

Sort ReadSort(const JsonNode& node) {
  const std::span<const std::string_view> sorts = KeysOf("agents");
  const auto place = std::find(sorts.begin(), sorts.end(), node.text);
  if (node.kind != JsonNode::Kind::kText || place == sorts.end()) {
    Complain(node, absl::StrCat("'who' takes 'players', 'shops', 'guilds' or "
                                "'banks', not ",
                                Shown(node), DidYouMean(node.text, sorts)));
  }
  return static_cast<Sort>(place - sorts.begin());
}

void ReadEvents(const JsonNode& list, Scenario& scenario) {
  if (list.kind != JsonNode::Kind::kList || list.items.size() > kMaxEvents) {
    Complain(list, absl::StrCat("'events' takes a list of at most ", kMaxEvents,
                                " events, not ", Shown(list)));
  }
  std::vector<Event> events;
  for (const JsonNode& node : list.items) {
    events.push_back(ReadEvent(node, scenario));
    if (events.back().at.is_tick != events.front().at.is_tick) {
      Complain(node, absl::StrCat(
                         "a run's parts and ticks cannot be put in one order: "
                         "the event in line ",
                         events.front().line, " is given by the other"));
    }
  }
  std::vector<const Event*> active;
  for (const Point& point : PointsInOrder(events)) {
    const Event& event = *point.event;
    if (point.is_end) {
      active.erase(std::find(active.begin(), active.end(), &event));
    } else {
      // In the order of the file, which is that of their addresses.
      active.insert(std::upper_bound(active.begin(), active.end(), &event),
                    &event);
    }
    scenario.timeline.push_back(
        {.at = point.at,
         .text = TextOf(point),
         .activities = RulesWith(active, events, scenario),
         .deed = point.is_end ? event.last_deed : event.deed});
    CheckWeights(event.line, scenario.timeline.back().activities);
  }
}

}  // namespace lockstep::tool
