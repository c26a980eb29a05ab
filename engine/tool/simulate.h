#pragma once

#include "engine/tool/figures.h"
#include "engine/tool/options.h"
#include "engine/tool/report_file.h"

namespace lockstep::tool {

/// `lockstep simulate`: reads the scenario, builds the economy, lets it be
/// played, reports.
[[nodiscard]] ExitCode Simulate(SimulateOptions options);

/// Its last part: prints the summary, writes the JSON file, and judges. Exit
/// code kOk only if the books hold and all was written.
[[nodiscard]] ExitCode Report(const Figures& figures, ReportFile& json);

}  // namespace lockstep::tool
