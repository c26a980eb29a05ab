#include "engine/tool/simulate.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/tool/base/interrupt.h"
#include "engine/tool/base/progress.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/report/report_data.h"
#include "engine/tool/report/report_file.h"
#include "engine/tool/report/report_json.h"
#include "engine/tool/report/report_page.h"
#include "engine/tool/report/report_picture.h"
#include "engine/tool/report/summary.h"
#include "engine/tool/scenario/scenario_file.h"

namespace lockstep::tool {
namespace {

/// Says what went wrong in a line.
ExitCode Fail(ExitCode exit_code, const std::string& complaint) {
  std::fprintf(stderr, "lockstep: %s\n", complaint.c_str());
  return exit_code;
}

std::string CouldNot(std::string_view what, Outcome why) {
  return absl::StrCat("could not ", std::string(what), ": ",
                      std::string(OutcomeMeaning(why)));
}

/// Colours are for terminals whose owners did not decline (no-color.org).
bool WantsColour() {
  const char* const no_color = std::getenv("NO_COLOR");
  const char* const terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 &&
         (no_color == nullptr || *no_color == '\0') && terminal != nullptr &&
         std::string_view(terminal) != "dumb";
}

/// Finds the scenario and what it leaves open in the options. The complaint in
/// a line, if there is one.
std::optional<std::string> Prepare(SimulateOptions& options,
                                   Scenario& scenario) {
  const std::string& path = options.scenario;
  if (path.empty()) {
    scenario = DefaultScenario();
  } else {
    const FileText file = ReadScenarioFile(path);
    if (file.error) return absl::StrCat("lockstep: ", *file.error);
    auto read = ReadScenario(file.text);
    if (const auto* const fault = std::get_if<TextFault>(&read)) {
      return FaultText(path, *fault);
    }
    scenario = std::get<Scenario>(std::move(read));
  }
  if (options.no_events) scenario.timeline.clear();
  if (!options.given.accounts) options.accounts = scenario.accounts;
  if (!options.given.seed) options.seed = scenario.seed;
  if (!options.given.zipf) options.zipf = scenario.zipf;
  const auto fault =
      CheckPopulation(scenario, options.accounts, options.given.accounts);
  if (fault) return FaultText(path, *fault);
  return std::nullopt;
}

Result<Figures> Play(Ledger& ledger, const SimulateOptions& options,
                     const Scenario& scenario, std::string& stage) {
  Progress progress;
  progress.Say("building the economy ...");
  stage = "build the economy";
  const Result<Economy> economy = Economy::Build(
      &ledger, PopulationFor(options.accounts, scenario), scenario);
  if (!economy) return economy.error();

  stage = "play";
  Result<RunResult> run = RunEconomy(&*economy, options, scenario.activities,
                                     progress, scenario.timeline);
  if (!run) return run.error();

  stage = "audit the ledger";
  progress.Say("auditing ...");
  return CollectFigures(*economy, options, scenario.activities,
                        *std::move(run));
}

/// Whether two paths lead to one file, or would. "-" and none lead to none.
bool IsSameFile(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  if (a.empty() || b.empty() || a == "-" || b == "-") return false;
  std::error_code ignored;
  if (fs::equivalent(a, b, ignored)) return !fs::is_character_file(a, ignored);
  const fs::path real_a = fs::weakly_canonical(a, ignored);
  return !real_a.empty() && real_a == fs::weakly_canonical(b, ignored);
}

/// Opens the files that were asked for. The first error, in a line.
std::optional<std::string> OpenFiles(const SimulateOptions& options,
                                     ReportFiles& files) {
  if (IsSameFile(options.json, options.report)) {
    return "--json and --report name the same file";
  }
  if (IsSameFile(options.scenario, options.json)) {
    return "--json would write over the scenario";
  }
  if (IsSameFile(options.scenario, options.report)) {
    return "--report would write over the scenario";
  }
  std::optional<std::string> error;
  if (!options.json.empty()) error = files.json.Open(options.json);
  if (!error && !options.report.empty()) {
    error = files.page.Open(options.report);
  }
  return error;
}

/// The page of plots, or their picture if the file's name asks for that.
std::string Drawn(const Figures& figures) {
  const ReportData data = ReportDataOf(figures);
  return absl::EndsWithIgnoreCase(figures.options.report, ".svg")
             ? ReportPicture(data)
             : ReportPage(data);
}

}  // namespace

ExitCode Report(const Figures& figures, ReportFiles& files) {
  const SimulateOptions& options = figures.options;
  std::optional<std::string> error;
  const bool is_quiet = options.json == "-" || options.report == "-";
  if (!is_quiet) {
    error = WriteToStandardOutput(Summary(figures, WantsColour()));
  }
  if (!error && !options.json.empty()) {
    error = files.json.Write(JsonReport(figures));
  }
  if (!error && !options.report.empty()) {
    {
      Progress progress;
      progress.Say(absl::StrCat("drawing ", options.report, " ..."));
      error = files.page.Write(Drawn(figures));
    }
    if (!error && !is_quiet) {
      error = WriteToStandardOutput(
          absl::StrCat("  report   ", options.report, "\n"));
    }
  }
  if (error) return Fail(ExitCode::kFailed, *error);
  if (!figures.books_hold()) {
    return Fail(ExitCode::kFailed, "the audit found the books broken");
  }
  if (figures.run.end == RunEnd::kStalled) {
    return Fail(ExitCode::kFailed, "the run was given up: all is refused");
  }
  return ExitCode::kOk;
}

ExitCode Simulate(SimulateOptions options) {
  Scenario scenario;
  if (auto complaint = Prepare(options, scenario)) {
    // Whatever the file is called, it stays one line.
    std::replace_if(
        complaint->begin(), complaint->end(),
        [](unsigned char c) { return c < ' ' || c == 0x7F; }, '?');
    // Without "lockstep:" in front, so that editors find the file and line.
    std::fprintf(stderr, "%s\n", complaint->c_str());
    return ExitCode::kBadOption;
  }
  CatchInterrupts();  // from here on something will look whether there was one
  ReportFiles files;
  if (const auto error = OpenFiles(options, files)) {
    return Fail(ExitCode::kBadOption, *error);
  }
  Result<Ledger> ledger =
      Ledger::Open({.journal_bytes = options.journal_mib << 20});
  if (!ledger) {
    return Fail(ExitCode::kFailed, CouldNot("open a ledger", ledger.error()));
  }
  std::string stage;
  try {
    const Result<Figures> figures = Play(*ledger, options, scenario, stage);
    if (!figures) {
      return Fail(ExitCode::kFailed, CouldNot(stage, figures.error()));
    }
    return Report(*figures, files);
  } catch (const std::bad_alloc&) {
    return Fail(ExitCode::kFailed, CouldNot(stage, Outcome::kOutOfMemory));
  } catch (const std::system_error& error) {
    return Fail(ExitCode::kFailed,
                absl::StrCat("could not start ", options.threads,
                             " threads: ", error.code().message()));
  }
}

}  // namespace lockstep::tool
