#pragma once

#include <cstddef>
#include <vector>

#include "engine/tool/report/plot.h"
#include "engine/tool/report/report_data.h"

namespace lockstep::tool {

// The plots of the report. Those of one asset or good are small: several stand
// side by side.

[[nodiscard]] LinePlot ThroughputPlot(const ReportData& data);
[[nodiscard]] LinePlot LatencyPlot(const ReportData& data);
[[nodiscard]] LinePlot SupplyPlot(const ReportData& data,
                                  const ReportAsset& asset);
[[nodiscard]] LinePlot PricePlot(const ReportData& data,
                                 const ReportGood& good);
[[nodiscard]] LinePlot LorenzPlot(const ReportData& data);
[[nodiscard]] LinePlot GiniPlot(const ReportData& data);
/// The most frequent reasons, by how many are refused in a second.
[[nodiscard]] LinePlot RefusalsPlot(const ReportData& data);

}  // namespace lockstep::tool
