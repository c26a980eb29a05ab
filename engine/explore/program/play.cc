#include "engine/explore/program/play.h"

#include "absl/strings/str_cat.h"
#include "engine/explore/program/diagram.h"
#include "engine/explore/program/list.h"

namespace lockstep::engine::explore {
namespace {

// Why the run that took `steps` steps is not the one that was asked for.
std::string MisfitOf(const Schedule& schedule, std::size_t steps,
                     std::size_t threads) {
  const auto turn = static_cast<std::size_t>(schedule.turns()[steps]);
  const std::string name = LetterOf(static_cast<int>(turn));
  if (turn >= threads) {
    return absl::StrCat("its step ", steps + 1, " is ", name,
                        "'s, and there is no thread ", name);
  }
  return absl::StrCat("its step ", steps + 1, " is ", name,
                      "'s, who has ended or waits then");
}

}  // namespace

Played Play(const MakeScenario& make, const Schedule& schedule,
            bool shows_steps) {
  Diagram diagram(shows_steps);
  const Cast cast = CastOf(make);
  Replayed replayed = ReplayOnce(make, schedule, &diagram);
  Played played;
  played.steps = diagram.steps();
  if (replayed.is_left_over) {
    played.misfit =
        absl::StrCat("it has ", schedule.turns().size(),
                     " steps, and the run ends after ", played.steps);
    return played;
  }
  if (!replayed.fits) {
    played.misfit = MisfitOf(schedule, played.steps, cast.threads.size());
    return played;
  }
  played.failure = std::move(replayed.failure);
  played.diagram = diagram.Draw(static_cast<int>(cast.threads.size()));
  if (played.failure && played.failure->kind == FailureKind::kDeadlock) {
    const std::string who = diagram.WhoWaits();
    if (!who.empty()) played.failure->what = "deadlock\n" + who;
  }
  return played;
}

std::string NameOf(FailureKind kind) {
  switch (kind) {
    case FailureKind::kDeadlock:
      return "deadlock";
    case FailureKind::kLivelock:
      return "livelock";
    case FailureKind::kBroken:
      return "broken";
    case FailureKind::kUnsound:
      return "unsound";
    case FailureKind::kLeak:
      return "leak";
  }
  return "failure";
}

}  // namespace lockstep::engine::explore
