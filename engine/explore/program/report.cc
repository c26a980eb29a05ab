#include "engine/explore/program/report.h"

#include <cstddef>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/explore/program/diagram.h"
#include "engine/explore/program/wrap.h"
#include "engine/tool/base/numerals.h"

namespace lockstep::engine::explore {
namespace {

using tool::Grouped;
using tool::Plural;

std::string CommandLine(const ExploreOptions& options,
                        const std::string& schedule) {
  return absl::StrCat("lockstep explore ", std::string(options.scenario->name),
                      options.unsorted ? " --unsorted" : "", " --replay ",
                      schedule);
}

std::string CastText(const ExploreOptions& options, const Cast& cast) {
  std::string text =
      Hanging(absl::StrCat(std::string(options.scenario->name),
                           options.unsorted ? ", unsorted: " : ": "),
              options.scenario->summary);
  if (!cast.setting.empty()) text += Hanging("  at first  ", cast.setting);
  for (std::size_t thread = 0; thread < cast.threads.size(); ++thread) {
    text += Hanging(
        absl::StrCat("  thread ", LetterOf(static_cast<int>(thread)), "  "),
        cast.threads[thread]);
  }
  if (options.unsorted) {
    text += "  each transfer takes its locks in the order of its legs\n";
  }
  return text + "\n";
}

std::string WayText(const ExploreOptions& options) {
  switch (options.way) {
    case Way::kPreemptionBounded:
      return absl::StrCat(
          "every schedule with at most ",
          Plural(static_cast<std::uint64_t>(options.preemptions),
                 "preemption"));
    case Way::kRandom:
      return absl::StrCat(Plural(options.runs, "random schedule"), ", depth ",
                          options.depth, ", seed ", options.seed);
    case Way::kDepthFirst:
      break;
  }
  switch (options.reduction) {
    case Reduction::kNone:
      return "every schedule";
    case Reduction::kSleepSets:
      return "every schedule that matters (sleep sets)";
    case Reduction::kSourceSets:
      break;
  }
  return "every schedule that matters (source sets)";
}

// Whether it ended before it had gone through all that was to be searched.
bool IsCutShort(const ExploreOptions& options, const Exploration& found) {
  if (found.exhausted) return false;
  return (options.first && found.failures > 0) ||
         found.schedules >= options.max;
}

std::string EndText(const ExploreOptions& options, const Exploration& found) {
  if (found.exhausted) return "exhausted: there are no more of them";
  if (options.first && found.failures > 0) {
    return "bounded: stopped at the first bad one";
  }
  if (IsCutShort(options, found)) {
    return absl::StrCat("bounded: stopped after --max ", Grouped(options.max));
  }
  if (options.way == Way::kRandom) return "bounded: random ones are not all";
  return "bounded: all of these, but there are others";
}

// Everything about a failure but its diagram.
std::string FailureText(const ExploreOptions& options, const Played& played) {
  const std::string schedule = played.failure->schedule.ToString();
  std::string what = played.failure->what;
  if (what.empty() || what.back() != '\n') what += '\n';
  return absl::StrCat(what, "\nIts schedule is ", schedule,
                      "; to see it again:\n  ", CommandLine(options, schedule),
                      "\n");
}

}  // namespace

std::string SearchText(const ExploreOptions& options, const Found& found) {
  const Exploration& result = found.exploration;
  std::string text = CastText(options, found.cast);
  absl::StrAppend(&text, "searched   ", WayText(options), "\n");
  absl::StrAppend(&text, "ended      ", EndText(options, result), "\n");
  absl::StrAppendFormat(&text, "ran        %s in %.2f s, of %s at most\n",
                        Plural(result.schedules, "schedule"), result.seconds,
                        Plural(result.most_steps, "step"));
  absl::StrAppend(&text, "deadlocks  ", Grouped(result.deadlocks), "\n");
  absl::StrAppend(&text, "otherwise  ",
                  Grouped(result.failures - result.deadlocks),
                  " go wrong in another way\n");
  if (!found.first) return text;
  absl::StrAppend(&text, "\nThe first bad one, after ",
                  Plural(result.first_failure_at - 1, "good one"), ":\n\n",
                  found.first->diagram, "\n",
                  FailureText(options, *found.first));
  return text;
}

std::string ReplayText(const ExploreOptions& options, const Cast& cast,
                       const Played& played) {
  std::string text = CastText(options, cast);
  absl::StrAppend(&text, played.diagram, "\n");
  if (played.failure) {
    absl::StrAppend(&text, FailureText(options, played));
  } else {
    absl::StrAppend(&text, "It ends well, after ", Plural(played.steps, "step"),
                    ".\n");
  }
  return text;
}

}  // namespace lockstep::engine::explore
