#pragma once

#include <string>

#include "engine/tool/report/report_data.h"

namespace lockstep::tool {

/// Four plots of the report and the figures that matter, as an SVG that stands
/// alone: for a README, in light and in dark.
[[nodiscard]] std::string ReportPicture(const ReportData& data);

}  // namespace lockstep::tool
