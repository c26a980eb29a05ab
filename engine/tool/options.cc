#include "engine/tool/options.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "engine/tool/base/complaint.h"
#include "engine/tool/base/numerals.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/scenario.h"
#include "engine/tool/help.h"
#include "lockstep/version.h"

namespace lockstep::tool {
namespace {

/// The options as they were typed.
struct Typed {
  std::string accounts;
  std::string threads;
  std::string seconds;
  std::string transfers;
  std::string seed;
  std::string zipf;
  std::string journal;
  std::string mode;
  std::string json;
  std::string scenario;
  bool no_events = false;
  bool print_scenario = false;
  std::string report;
};

/// Thrown by the readers below, caught by ParseCommandLine: what is wrong with
/// an option, in a line.
struct BadOption {
  std::string complaint;
};

constexpr std::uint64_t kMaxJournalMib = std::uint64_t{1} << 20;
constexpr std::uint64_t kMaxTransfers = 1'000'000'000'000'000;
constexpr double kMinSeconds = 0.01;
constexpr double kMaxSeconds = 30 * 24 * 3600;

/// Reads "4096", "250k", "2M" or "1G" into `value`, unless the option was not
/// given.
template <class Number>
void ReadWhole(std::string_view name, std::string_view text, std::uint64_t min,
               std::uint64_t max, Number& value) {
  if (text.empty()) return;
  const std::optional<std::uint64_t> number = ReadNumeral(text);
  if (!number || *number > max || *number < min) {
    throw BadOption{absl::StrCat(std::string(name),
                                 " takes a whole number from ", min, " to ",
                                 max, ", not '", std::string(text), "'")};
  }
  value = static_cast<Number>(*number);
}

/// Reads a number such as "0.5". False if it is none.
bool ReadNumber(std::string_view text, double& value) {
  const char* const end = text.data() + text.size();
  const auto result =
      std::from_chars(text.data(), end, value, std::chars_format::fixed);
  return result.ec == std::errc{} && result.ptr == end;
}

void ReadSeconds(std::string_view text, double& seconds) {
  if (text.empty()) return;
  if (ReadNumber(text, seconds) && seconds >= kMinSeconds &&
      seconds <= kMaxSeconds) {
    return;
  }
  throw BadOption{absl::StrCat("--seconds takes a number from ", kMinSeconds,
                               " to ", static_cast<std::uint64_t>(kMaxSeconds),
                               ", not '", std::string(text), "'")};
}

void ReadZipf(std::string_view text, double& zipf) {
  if (text.empty()) return;
  if (ReadNumber(text, zipf) &&
      (zipf == 0 || (zipf >= kMinZipf && zipf <= kMaxZipf))) {
    return;
  }
  throw BadOption{absl::StrCat("--zipf takes 0 or a number from ", kMinZipf,
                               " to ", kMaxZipf, ", not '", std::string(text),
                               "'")};
}

void ReadMode(std::string_view text, Mode& mode) {
  if (text.empty()) return;
  for (const Mode known : {Mode::kLocked, Mode::kOptimistic, Mode::kAuto}) {
    if (text != ModeName(known)) continue;
    mode = known;
    return;
  }
  throw BadOption{
      absl::StrCat("--mode takes 'locked', 'optimistic' or 'auto', not '",
                   std::string(text), "'")};
}

SimulateOptions Understand(const Typed& typed, std::uint32_t default_threads) {
  SimulateOptions options;
  options.threads = default_threads;
  ReadWhole("--accounts", typed.accounts, kMinEconomyAccounts,
            kMaxEconomyAccounts, options.accounts);
  ReadWhole("--threads", typed.threads, 1, kMaxThreads, options.threads);
  ReadSeconds(typed.seconds, options.seconds);
  if (!typed.transfers.empty()) {
    if (!typed.seconds.empty()) {
      throw BadOption{"--seconds and --transfers exclude each other"};
    }
    ReadWhole("--transfers", typed.transfers, 1, kMaxTransfers,
              options.transfers.emplace());
  }
  ReadWhole("--seed", typed.seed, 0, UINT64_MAX, options.seed);
  ReadZipf(typed.zipf, options.zipf);
  ReadWhole("--journal", typed.journal, 0, kMaxJournalMib, options.journal_mib);
  ReadMode(typed.mode, options.mode);
  options.json = typed.json;
  options.scenario = typed.scenario;
  options.no_events = typed.no_events;
  options.given = {.accounts = !typed.accounts.empty(),
                   .seed = !typed.seed.empty(),
                   .zipf = !typed.zipf.empty()};
  options.report = typed.report;
  if (options.json == "-" && options.report == "-") {
    throw BadOption{"--json and --report cannot both be '-'"};
  }
  return options;
}

void AddSimulateOptions(CLI::App& simulate, Typed& typed,
                        std::uint32_t default_threads) {
  const SimulateOptions defaults;
  // An empty value would pass for an option that was not given.
  const CLI::Validator not_empty(
      [](std::string& text) {
        return text.empty() ? std::string("a value is missing") : std::string();
      },
      "");
  const auto add = [&](const char* name, std::string& text, const char* unit,
                       const std::string& description) {
    simulate.add_option(name, text, description)
        ->option_text(unit)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->check(not_empty);
  };
  add("--accounts", typed.accounts, "N",
      absl::StrCat("Accounts in the ledger, at most: one of each asset for\n"
                   "each player, shop, guild and bank. Default: ",
                   defaults.accounts));
  add("--threads", typed.threads, "N",
      absl::StrCat("Threads that play, 1 to ", kMaxThreads,
                   ". Default: one for each\nprocessor, here ",
                   default_threads));
  add("--seconds", typed.seconds, "S",
      absl::StrCat("Stop after this time. Default: ", defaults.seconds));
  add("--transfers", typed.transfers, "N",
      "Stop after exactly so many posted transfers instead");
  add("--seed", typed.seed, "N",
      absl::StrCat("Where the random numbers start. Default: ", defaults.seed));
  add("--zipf", typed.zipf, "X",
      absl::StrCat("How much the popular few do: 0 (all alike) or ", kMinZipf,
                   "\nto ", kMaxZipf, ". Default: ", defaults.zipf));
  add("--journal", typed.journal, "MIB",
      absl::StrCat("Memory for the journal, in MiB, before it forgets its\n"
                   "oldest rows; 0: no journal. Default: ",
                   defaults.journal_mib));
  add("--mode", typed.mode, "MODE",
      "How transfers keep others away: locked, optimistic, or auto\n"
      "(whichever of the two seems faster). Default: locked");
  add("--json", typed.json, "FILE",
      "Write the figures there too; '-': to the standard output,\nand no "
      "summary");
  add("--scenario", typed.scenario, "FILE",
      "Play the economy that this JSON file describes; '-': from\nthe standard "
      "input. It may set other defaults");
  simulate.add_flag("--no-events", typed.no_events,
                    "Leave out the scenario's events, to see what they change");
  simulate.add_flag("--print-scenario", typed.print_scenario,
                    "Print the economy that is played by default as such a\n"
                    "file, to start from, and play nothing");
  add("--report", typed.report, "FILE",
      "Write a page of plots there, for a browser; '-': as above.\nA name that "
      "ends in .svg: a picture of four of them");
}

Reply Complain(std::string complaint) {
  return {ExitCode::kBadOption,
          ComplaintLine(std::move(complaint), "lockstep simulate")};
}

}  // namespace

std::variant<SimulateOptions, Reply> ParseCommandLine(
    int argc, const char* const* argv, std::uint32_t default_threads) {
  Typed typed;
  CLI::App app(std::string(kProgramSummary), "lockstep");
  app.get_formatter()->column_width(20);
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "lockstep " LOCKSTEP_VERSION_STRING "\n",
                       "Show the version");
  app.footer(std::string(kProgramFooter));
  CLI::App* const simulate =
      app.add_subcommand("simulate", std::string(kSimulateSummary));
  simulate->footer(std::string(kSimulateFooter));
  AddSimulateOptions(*simulate, typed, default_threads);
  // Only for the list: it is a program of its own, and never gets here.
  app.add_subcommand("explore", std::string(kExploreSummary));

  try {
    app.parse(argc, argv);
    if (!simulate->parsed()) return Reply{ExitCode::kOk, app.help()};
    const SimulateOptions options = Understand(typed, default_threads);
    if (!typed.print_scenario) return options;
    if (!typed.scenario.empty()) {
      throw BadOption{"--scenario and --print-scenario exclude each other"};
    }
    return Reply{ExitCode::kOk, std::string(DefaultScenarioText())};
  } catch (const CLI::CallForHelp&) {
    return Reply{ExitCode::kOk, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return Reply{ExitCode::kOk, version.what()};
  } catch (const CLI::ExtrasError&) {
    return Complain(
        absl::StrCat(simulate->parsed() ? "'lockstep simulate'" : "'lockstep'",
                     " takes no '", app.remaining(true).front(), "'"));
  } catch (const CLI::ArgumentMismatch& error) {
    // What it says of the option's type would not help: each takes one value.
    const std::string_view what = error.what();
    return Complain(absl::StrCat(std::string(what.substr(0, what.find(':'))),
                                 ": a value is missing"));
  } catch (const CLI::ParseError& error) {
    return Complain(error.what());
  } catch (const BadOption& bad) {
    return Complain(bad.complaint);
  }
}

}  // namespace lockstep::tool
