#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::bench {

/// What to do.
struct Options {
  bool help = false;
  bool smoke = false;
  bool rows = true;
  bool summary = true;
  bool modes = true;
  /// Print our own table of rows, not one of Google's formats.
  bool table = true;
  /// The rows are only to be listed.
  bool list = false;
  std::uint64_t seed = 1;
  /// For Google Benchmark: our defaults, then what the user typed, so that the
  /// latter wins.
  std::vector<std::string> google;
  /// What is wrong with the command line, in a sentence; empty if nothing.
  std::string complaint;
};

[[nodiscard]] Options ParseOptions(std::span<char* const> arguments);

[[nodiscard]] std::string_view HelpText();

}  // namespace lockstep::bench
