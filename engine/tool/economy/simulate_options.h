#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lockstep/mode.h"

namespace lockstep::tool {

/// A mode as `--mode` takes it.
[[nodiscard]] constexpr std::string_view ModeName(Mode mode) noexcept {
  switch (mode) {
    case Mode::kLocked:
      return "locked";
    case Mode::kOptimistic:
      return "optimistic";
    case Mode::kAuto:
      return "auto";
  }
  return "";
}

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
  /// In which all agents' transfers are posted.
  Mode mode = Mode::kLocked;
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

}  // namespace lockstep::tool
