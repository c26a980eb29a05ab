#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/scenario.h"
#include "engine/tool/scenario/json_tree.h"

namespace lockstep::tool {

/// Reads a scenario from its text. What the text leaves out is as in
/// DefaultScenarioText().
[[nodiscard]] std::variant<Scenario, TextFault> ReadScenario(
    std::string_view text);

/// Checks what depends on how many agents there are: that there are enough
/// accounts for the scenario's agents, and that no asset starts above its
/// cap. `accounts_given` says that the number comes from the command line.
[[nodiscard]] std::optional<TextFault> CheckPopulation(const Scenario& scenario,
                                                       std::uint64_t accounts,
                                                       bool accounts_given);

/// A file's text; "-" is the standard input. Or the error in a line: there is
/// no such file, it cannot be read, it is empty or larger than
/// kMaxScenarioBytes.
struct FileText {
  std::string text;
  std::optional<std::string> error;
};
[[nodiscard]] FileText ReadScenarioFile(const std::string& path);

/// "FILE:LINE:COLUMN: reason", without a column if there is none.
[[nodiscard]] std::string FaultText(const std::string& path,
                                    const TextFault& fault);

}  // namespace lockstep::tool
