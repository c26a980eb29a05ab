#include "engine/explore/program/run_command.h"

#include <chrono>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/explore/program/report.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/base/progress.h"

namespace lockstep::engine::explore {
namespace {

std::unique_ptr<Search> MakeSearch(const ExploreOptions& options) {
  switch (options.way) {
    case Way::kPreemptionBounded:
      return PreemptionBounded(options.preemptions);
    case Way::kRandom:
      return Probabilistic(options.seed, options.depth, options.runs);
    case Way::kDepthFirst:
      break;
  }
  return DepthFirst(options.reduction);
}

Exploration ExploreWithProgress(const ExploreOptions& options) {
  using Clock = std::chrono::steady_clock;
  using std::chrono::milliseconds;
  tool::Progress progress;
  const Clock::time_point began = Clock::now();
  // What is over in a second needs no word.
  Clock::time_point next = began + std::chrono::seconds(1);
  ExploreLimits limits;
  limits.max_schedules = options.max;
  limits.stop_at_failure = options.first;
  limits.progress = [&](std::uint64_t schedules) {
    const Clock::time_point now = Clock::now();
    if (now < next) return;
    next = now + milliseconds(100);
    const std::chrono::duration<double> seconds = now - began;
    progress.Say(absl::StrFormat(
        "%s schedules, %.0f s, %s a second", tool::Grouped(schedules),
        seconds.count(),
        tool::Grouped(static_cast<std::uint64_t>(
            static_cast<double>(schedules) / seconds.count()))));
  };
  const std::unique_ptr<Search> search = MakeSearch(options);
  return Explore(options.make(), *search, limits);
}

Reply SearchAll(const ExploreOptions& options) {
  Found found;
  found.cast = CastOf(options.make());
  found.exploration = ExploreWithProgress(options);
  if (const auto& failure = found.exploration.first_failure) {
    found.first = Play(options.make(), failure->schedule, options.steps);
    if (!found.first->misfit.empty() || !found.first->failure) {
      return {ExitCode::kCouldNot,
              absl::StrCat("lockstep: the scenario does not do the same each "
                           "time: schedule ",
                           failure->schedule.ToString(),
                           " failed, and does not when it is played again\n")};
    }
  }
  return {
      found.first ? ExitCode::kBadSchedule : ExitCode::kGood,
      options.json ? SearchJson(options, found) : SearchText(options, found)};
}

// Whether the schedule is one of the scenario's other version.
bool FitsOtherVersion(const ExploreOptions& options) {
  ExploreOptions other = options;
  other.unsorted = !options.unsorted;
  return other.make() != nullptr &&
         Play(other.make(), other.replay, false).misfit.empty();
}

Reply ReplayOne(const ExploreOptions& options) {
  const Played played = Play(options.make(), options.replay, options.steps);
  if (!played.misfit.empty()) {
    return Complain(absl::StrCat(
        "the schedule is none of '", std::string(options.scenario->name), "'",
        options.unsorted ? " --unsorted" : "", ": ", played.misfit,
        !FitsOtherVersion(options) ? ""
        : options.unsorted         ? "; it is one without --unsorted"
                                   : "; it is one with --unsorted"));
  }
  const Cast cast = CastOf(options.make());
  return {played.failure ? ExitCode::kBadSchedule : ExitCode::kGood,
          options.json ? ReplayJson(options, cast, played)
                       : ReplayText(options, cast, played)};
}

}  // namespace

Reply RunCommand(const ExploreOptions& options) {
  return options.replay_text.empty() ? SearchAll(options) : ReplayOne(options);
}

}  // namespace lockstep::engine::explore
