#include <cstddef>
#include <utility>

#include "engine/explore/program/diagram.h"
#include "engine/explore/program/report.h"
#include "nlohmann/json.hpp"

namespace lockstep::engine::explore {
namespace {

using Json = nlohmann::ordered_json;

Json CastJson(const ExploreOptions& options, const Cast& cast) {
  Json threads = Json::array();
  for (std::size_t i = 0; i < cast.threads.size(); ++i) {
    threads.push_back(
        {{"name", LetterOf(static_cast<int>(i))}, {"does", cast.threads[i]}});
  }
  return {{"scenario", options.scenario->name},
          {"unsorted", options.unsorted},
          {"setting", cast.setting},
          {"threads", std::move(threads)}};
}

Json SearchedJson(const ExploreOptions& options) {
  switch (options.way) {
    case Way::kPreemptionBounded:
      return {{"way", "preemptions"}, {"preemptions", options.preemptions}};
    case Way::kRandom:
      return {{"way", "random"},
              {"runs", options.runs},
              {"depth", options.depth},
              {"seed", options.seed}};
    case Way::kDepthFirst:
      break;
  }
  switch (options.reduction) {
    case Reduction::kNone:
      return {{"way", "exhaustive"}, {"reduction", "none"}};
    case Reduction::kSleepSets:
      return {{"way", "exhaustive"}, {"reduction", "sleep-sets"}};
    case Reduction::kSourceSets:
      break;
  }
  return {{"way", "exhaustive"}, {"reduction", "source-sets"}};
}

Json FailureJson(const Played& played) {
  if (!played.failure) return nullptr;
  return {{"kind", NameOf(played.failure->kind)},
          {"what", played.failure->what},
          {"schedule", played.failure->schedule.ToString()}};
}

std::string Dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string SearchJson(const ExploreOptions& options, const Found& found) {
  const Exploration& result = found.exploration;
  Json json = CastJson(options, found.cast);
  json["search"] = SearchedJson(options);
  json["exhausted"] = result.exhausted;
  json["schedules"] = result.schedules;
  json["redundant"] = result.redundant;
  json["steps"] = result.steps;
  json["most_steps"] = result.most_steps;
  json["deadlocks"] = result.deadlocks;
  json["failures"] = result.failures;
  json["seconds"] = result.seconds;
  json["first_failure"] = nullptr;
  if (found.first) {
    json["first_failure"] = FailureJson(*found.first);
    json["first_failure"]["after_schedules"] = result.first_failure_at;
    json["first_failure"]["diagram"] = found.first->diagram;
  }
  return Dump(json);
}

std::string ReplayJson(const ExploreOptions& options, const Cast& cast,
                       const Played& played) {
  Json json = CastJson(options, cast);
  json["replay"] = options.replay.ToString();
  json["steps"] = played.steps;
  json["failure"] = FailureJson(played);
  json["diagram"] = played.diagram;
  return Dump(json);
}

}  // namespace lockstep::engine::explore
