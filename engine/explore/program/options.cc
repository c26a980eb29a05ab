#include "engine/explore/program/options.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "engine/explore/program/help.h"
#include "engine/explore/program/list.h"
#include "engine/tool/base/complaint.h"
#include "engine/tool/base/numerals.h"
#include "lockstep/version.h"

namespace lockstep::engine::explore {
namespace {

/// The options as they were typed.
struct Typed {
  std::string scenario;
  std::string replay;
  std::string reduction;
  std::string preemptions;
  std::string runs;
  std::string depth;
  std::string seed;
  std::string max;
  bool unsorted = false;
  bool list = false;
  bool json = false;
  bool steps = false;
  bool first = false;
};

/// Thrown by the readers below, caught by ParseCommandLine: what is wrong, in a
/// line.
struct BadOption {
  std::string complaint;
};

constexpr std::uint64_t kMaxPreemptions = 1'000;
constexpr std::uint64_t kMaxDepth = 100;
constexpr std::uint64_t kMaxCount = 1'000'000'000'000'000;

template <class Number>
void ReadWhole(const std::string& name, const std::string& text,
               std::uint64_t min, std::uint64_t max, Number& value) {
  if (text.empty()) return;
  const std::optional<std::uint64_t> number = tool::ReadNumeral(text);
  if (!number || *number < min || *number > max) {
    throw BadOption{absl::StrCat(name, " takes a whole number from ", min,
                                 " to ", max, ", not '", text, "'")};
  }
  value = static_cast<Number>(*number);
}

Reduction ReadReduction(const std::string& text) {
  if (text.empty() || text == "source-sets") return Reduction::kSourceSets;
  if (text == "sleep-sets") return Reduction::kSleepSets;
  if (text == "none") return Reduction::kNone;
  throw BadOption{absl::StrCat(
      "--reduction takes none, sleep-sets or source-sets, not '", text, "'")};
}

// Options of which only one can be meant.
void ExpectOneAtMost(const std::vector<std::pair<std::string, bool>>& options) {
  std::string given;
  for (const auto& [name, is_given] : options) {
    if (!is_given) continue;
    if (!given.empty()) {
      throw BadOption{
          absl::StrCat(given, " and ", name, " exclude each other")};
    }
    given = name;
  }
}

void ExpectWith(const std::string& name, bool is_given,
                const std::string& other, bool is_other_given) {
  if (is_given && !is_other_given) {
    throw BadOption{absl::StrCat(name, " says something only with ", other)};
  }
}

const NamedScenario* ReadScenario(const Typed& typed) {
  if (typed.scenario.empty()) {
    throw BadOption{
        "which scenario? 'lockstep explore --list' shows those there are"};
  }
  const NamedScenario* const found = FindScenario(typed.scenario);
  if (found == nullptr) {
    throw BadOption{absl::StrCat("there is no scenario '", typed.scenario,
                                 "': 'lockstep explore --list' shows those "
                                 "there are")};
  }
  if (typed.unsorted && found->make_unsorted == nullptr) {
    throw BadOption{absl::StrCat("'", typed.scenario,
                                 "' has no unsorted version; ",
                                 NamesOfUnsorted(), " have")};
  }
  return found;
}

// What is searched unless the options say otherwise.
void SetWay(const Typed& typed, ExploreOptions& options) {
  options.reduction = ReadReduction(typed.reduction);
  if (!typed.preemptions.empty()) {
    options.way = Way::kPreemptionBounded;
    ReadWhole("--preemptions", typed.preemptions, 0, kMaxPreemptions,
              options.preemptions);
  } else if (!typed.runs.empty()) {
    options.way = Way::kRandom;
    ReadWhole("--random", typed.runs, 1, kMaxCount, options.runs);
  } else if (typed.reduction.empty() &&
             options.scenario->bound != NamedScenario::kUnbounded) {
    options.way = Way::kPreemptionBounded;
    options.preemptions = options.scenario->bound;
  }
  ReadWhole("--depth", typed.depth, 1, kMaxDepth, options.depth);
  ReadWhole("--seed", typed.seed, 0, UINT64_MAX, options.seed);
  ReadWhole("--max", typed.max, 1, kMaxCount, options.max);
}

ExploreOptions Understand(const Typed& typed) {
  const bool replays = !typed.replay.empty();
  const bool is_random = !typed.runs.empty();
  ExpectOneAtMost({{"--reduction", !typed.reduction.empty()},
                   {"--preemptions", !typed.preemptions.empty()},
                   {"--random", is_random},
                   {"--replay", replays}});
  ExpectOneAtMost({{"--replay", replays}, {"--max", !typed.max.empty()}});
  ExpectOneAtMost({{"--replay", replays}, {"--first", typed.first}});
  ExpectWith("--depth", !typed.depth.empty(), "--random", is_random);
  ExpectWith("--seed", !typed.seed.empty(), "--random", is_random);
  ExploreOptions options;
  options.scenario = ReadScenario(typed);
  options.unsorted = typed.unsorted;
  options.json = typed.json;
  options.steps = typed.steps;
  options.first = typed.first;
  options.replay_text = typed.replay;
  SetWay(typed, options);
  if (!replays) return options;
  const std::optional<Schedule> schedule = Schedule::Parse(typed.replay);
  if (!schedule) {
    throw BadOption{absl::StrCat(
        "--replay takes a schedule such as A12BA3 (a thread, A to H, and how "
        "many steps it takes in a row), not '",
        typed.replay, "'")};
  }
  options.replay = *schedule;
  return options;
}

void AddOptions(CLI::App& app, Typed& typed) {
  // An empty value would pass for an option that was not given.
  const CLI::Validator not_empty(
      [](std::string& text) {
        return text.empty() ? std::string("a value is missing") : std::string();
      },
      "");
  const auto add = [&](const char* name, std::string& text, const char* unit,
                       const char* description) {
    app.add_option(name, text, description)
        ->option_text(unit)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->check(not_empty);
  };
  app.add_option("SCENARIO", typed.scenario, "Which one; --list shows them all")
      ->option_text(" ");
  app.add_flag("--list", typed.list, "List the scenarios");
  app.add_flag("--unsorted", typed.unsorted,
               "Each transfer takes its locks in the order of its\nlegs");
  add("--replay", typed.replay, "SCHEDULE",
      "Play this schedule alone, and draw it");
  app.add_flag("--steps", typed.steps,
               "Draw every step, and not only what the threads say\nthey do");
  app.add_flag("--first", typed.first, "Stop at the first bad schedule");
  add("--max", typed.max, "N", "Stop after so many schedules");
  add("--reduction", typed.reduction, "WAY",
      "How to leave out schedules that are like others:\nnone, sleep-sets or "
      "source-sets. Default: source-sets");
  add("--preemptions", typed.preemptions, "N",
      "Interrupt threads that could go on N times at most");
  add("--random", typed.runs, "RUNS", "So many schedules at random");
  add("--depth", typed.depth, "D",
      "With --random: look for bugs that take D steps in a\ncertain order. "
      "Default: 3");
  add("--seed", typed.seed, "S",
      "With --random: where the random numbers start.\nDefault: 1");
  app.add_flag("--json", typed.json, "Print all of it as JSON instead");
}

}  // namespace

Reply Complain(std::string complaint) {
  return {ExitCode::kBadOption,
          tool::ComplaintLine(std::move(complaint), "lockstep explore")};
}

std::variant<ExploreOptions, Reply> ParseCommandLine(int argc,
                                                     const char* const* argv) {
  Typed typed;
  CLI::App app(std::string(kExploreSummary), "lockstep explore");
  app.get_formatter()->column_width(24);
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "lockstep " LOCKSTEP_VERSION_STRING "\n",
                       "Show the version");
  app.footer(std::string(kExploreFooter));
  AddOptions(app, typed);
  try {
    app.parse(argc, argv);
    if (!typed.list) return Understand(typed);
    if (!typed.scenario.empty()) {
      throw BadOption{"--list takes no scenario: it shows all"};
    }
    return Reply{ExitCode::kGood, typed.json ? ListJson() : ListText()};
  } catch (const CLI::CallForHelp&) {
    return Reply{ExitCode::kGood, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return Reply{ExitCode::kGood, version.what()};
  } catch (const CLI::ExtrasError&) {
    return Complain(absl::StrCat("'lockstep explore' takes no '",
                                 app.remaining(true).front(), "'"));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view what = error.what();
    return Complain(absl::StrCat(std::string(what.substr(0, what.find(':'))),
                                 ": a value is missing"));
  } catch (const CLI::ParseError& error) {
    return Complain(error.what());
  } catch (const BadOption& bad) {
    return Complain(bad.complaint);
  }
}

}  // namespace lockstep::engine::explore
