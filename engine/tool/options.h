#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

namespace lockstep::tool {

/// How the program ends.
enum class ExitCode : int {
  kOk = 0,
  /// The audit found a fault, or the run or its report could not be finished.
  kFailed = 1,
  /// The command line makes no sense.
  kBadOption = 2,
};

/// The most threads that `--threads` takes.
inline constexpr std::uint64_t kMaxThreads = 256;

/// What `lockstep simulate` was asked for.
struct SimulateOptions {
  std::uint64_t accounts = 100'000;
  std::uint32_t threads = 1;
  /// How long to run; without meaning if there is a number of transfers.
  double seconds = 5;
  std::optional<std::uint64_t> transfers;
  std::uint64_t seed = 1;
  double zipf = 1.1;
  std::uint64_t journal_mib = 64;
  /// Empty: no file. "-": the standard output.
  std::string json;
  /// Empty: the scenario that is played by default. "-": the standard input.
  std::string scenario;
  /// Leave out the scenario's events, to see what they change.
  bool no_events = false;
  /// Which of those that a scenario may decide were on the command line, which
  /// then wins.
  struct Given {
    bool accounts = false;
    bool seed = false;
    bool zipf = false;
  };
  Given given;
  /// The same, for the page of plots.
  std::string report;
};

/// What to print, and where, instead of running anything.
struct Reply {
  ExitCode exit_code = ExitCode::kOk;
  /// For the standard output if the exit code is kOk, else for the standard
  /// error. Ends with a line feed.
  std::string text;
};

/// Understands a command line. Never prints, never throws but for want of
/// memory. `default_threads` is what a run takes without `--threads`.
[[nodiscard]] std::variant<SimulateOptions, Reply> ParseCommandLine(
    int argc, const char* const* argv, std::uint32_t default_threads);

}  // namespace lockstep::tool
