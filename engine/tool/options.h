#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "engine/tool/economy/simulate_options.h"

namespace lockstep::tool {

/// How the program ends.
enum class ExitCode : int {
  kOk = 0,
  /// The audit found a fault, or the run or its report could not be finished.
  kFailed = 1,
  /// The command line makes no sense.
  kBadOption = 2,
  /// `lockstep explore`, where 1 is a bad schedule: it could not be done.
  kCouldNotExplore = 3,
};

/// The most threads that `--threads` takes.
inline constexpr std::uint64_t kMaxThreads = 256;

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
