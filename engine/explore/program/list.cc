#include "engine/explore/program/list.h"

#include <algorithm>
#include <cstddef>
#include <memory>

#include "absl/strings/str_cat.h"
#include "engine/explore/program/wrap.h"
#include "engine/explore/scenarios.h"
#include "nlohmann/json.hpp"
#include "sync_primitives.h"

namespace lockstep::engine::explore {

Cast CastOf(const MakeScenario& make) {
  Cast cast;
  const std::unique_ptr<Scenario> scenario = make();
  cast.setting = scenario->Setting();
  for (int thread = 0; thread < scenario->threads(); ++thread) {
    cast.threads.push_back(scenario->TitleOf(thread));
  }
  // What this thread keeps goes with the scenario, as after a run.
  sync::ThreadStorage::Of(-1).Clear();
  return cast;
}

std::string ListText() {
  std::size_t longest = 0;
  for (const NamedScenario& one : AllScenarios()) {
    longest = std::max(longest, one.name.size());
  }
  std::string text;
  for (const NamedScenario& one : AllScenarios()) {
    std::string head(one.name);
    head.resize(longest + 2, ' ');
    text += Hanging(head, one.summary);
  }
  absl::StrAppend(&text, "\nWith --unsorted too: ", NamesOfUnsorted(), ".\n");
  return text;
}

std::string ListJson() {
  auto all = nlohmann::ordered_json::array();
  for (const NamedScenario& one : AllScenarios()) {
    nlohmann::ordered_json entry = {
        {"name", one.name},
        {"summary", one.summary},
        {"unsorted", one.make_unsorted != nullptr},
        {"threads", CastOf(one.make).threads},
    };
    if (one.bound != NamedScenario::kUnbounded) {
      entry["preemptions"] = one.bound;
    }
    all.push_back(std::move(entry));
  }
  return all.dump(2) + "\n";
}

std::string NamesOfUnsorted() {
  std::vector<std::string> names;
  for (const NamedScenario& one : AllScenarios()) {
    if (one.make_unsorted != nullptr) names.emplace_back(one.name);
  }
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool is_last = i + 1 == names.size();
    absl::StrAppend(&text, i == 0 ? "" : is_last ? " and " : ", ", names[i]);
  }
  return text;
}

}  // namespace lockstep::engine::explore
