#pragma once

#include "engine/tool/economy/figures.h"
#include "engine/tool/options.h"
#include "engine/tool/report/report_file.h"

namespace lockstep::tool {

/// `lockstep simulate`: reads the scenario, builds the economy, lets it be
/// played, reports.
[[nodiscard]] ExitCode Simulate(SimulateOptions options);

/// The files that a run was asked to write.
struct ReportFiles {
  ReportFile json;
  ReportFile page;
};

/// Its last part: prints the summary, writes the files, and judges. Exit code
/// kOk only if the books hold and all was written.
[[nodiscard]] ExitCode Report(const Figures& figures, ReportFiles& files);

}  // namespace lockstep::tool
