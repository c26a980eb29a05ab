#include "bench/options.h"

#include <charconv>

namespace lockstep::bench {
namespace {

// Reads "--name=value"; null if it is another option.
const char* ValueOf(const char* argument, std::string_view name) {
  const std::string prefix = "--" + std::string(name) + "=";
  return std::string_view(argument).starts_with(prefix)
             ? argument + prefix.size()
             : nullptr;
}

bool ReadNumber(std::string_view text, std::uint64_t& number) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// What the user's choice of Google's flags says about ours.
void HeedGoogleFlag(std::string_view argument, Options& options,
                    bool& filtered) {
  const auto is = [argument](std::string_view name) {
    return argument.starts_with("--benchmark_" + std::string(name));
  };
  if (is("list_tests")) options.list = true;
  if (is("filter")) filtered = true;
  if (is("format") || is("report_aggregates_only") ||
      is("display_aggregates_only") || is("counters_tabular")) {
    options.table = false;
  }
}

// Turns that interleave, few and short: a run takes a minute or two.
std::vector<std::string> DefaultGoogleFlags(bool smoke) {
  if (smoke) return {"--benchmark_min_time=0.001"};
  return {"--benchmark_min_time=0.05", "--benchmark_repetitions=3",
          "--benchmark_enable_random_interleaving=true"};
}

}  // namespace

Options ParseOptions(std::span<char* const> arguments) {
  Options options;
  std::vector<std::string> typed;
  std::string_view only;
  bool filtered = false;
  for (const char* const argument : arguments.subspan(1)) {
    const std::string_view text = argument;
    if (text == "--help" || text == "-h") {
      options.help = true;
    } else if (text == "--smoke") {
      options.smoke = true;
    } else if (const char* const seed = ValueOf(argument, "seed")) {
      if (!ReadNumber(seed, options.seed)) {
        options.complaint = "--seed wants a whole number, as in --seed=7";
      }
    } else if (const char* const part = ValueOf(argument, "only")) {
      only = part;
      if (only != "rows" && only != "summary" && only != "modes") {
        options.complaint = "--only wants rows, summary or modes";
      }
    } else if (text.starts_with("--benchmark_") || text.starts_with("--v=")) {
      HeedGoogleFlag(text, options, filtered);
      typed.emplace_back(text);
    } else {
      options.complaint =
          "there is no option " + std::string(text) + " (see --help)";
    }
  }
  options.rows = only.empty() || only == "rows";
  // Who asks for some rows wants those rows, and who asks for a machine's
  // format nothing else beside it.
  const bool is_whole = only.empty() && !filtered && options.table;
  options.summary = only == "summary" || is_whole;
  options.modes = only == "modes" || is_whole;
  options.google = DefaultGoogleFlags(options.smoke);
  options.google.insert(options.google.end(), typed.begin(), typed.end());
  return options;
}

std::string_view HelpText() {
  return R"(lockstep_bench [OPTIONS]

Measures lockstep's transfers beside what one would write by hand, and
locks beside each other, in one run. bench/README.md explains each row.

  --smoke          a moment of every row: shows that all of them work, and
                   says nothing about speed
  --only=rows      only the rows: each contestant, over accounts and threads
  --only=summary   only the summary: lockstep and the hand-written transfers
                   taking turns, their ratios, and the bar
  --only=modes     only the modes: locked, optimistic and auto taking turns over
                   a list of rows, conflicts, and how well auto chooses
  --seed=N         draws other accounts and amounts; otherwise 1
  --help           this page

All flags of Google Benchmark work, among them:

  --benchmark_filter=REGEX      only the rows whose names match (no summary)
  --benchmark_list_tests        list the rows
  --benchmark_repetitions=N     otherwise 3, in random order
  --benchmark_min_time=SECONDS  otherwise 0.05 for each repetition
  --benchmark_format=json       Google's own formats (console, json, csv)
  --benchmark_out=FILE          write the rows to a file as well, as JSON

Rows are named family/contestant/variant, as in locks/mcs/accounts:10; to
Google's filter /manual_time/threads:N comes behind that. A row whose
contestant loses money, or refuses what it should do, is void.

Exit status: 0 if every row is valid, 1 if one is void, 2 if an option is
wrong. A bar that is missed is no error.
)";
}

}  // namespace lockstep::bench
