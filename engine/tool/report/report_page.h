#pragma once

#include <string>

#include "engine/tool/report/report_data.h"

namespace lockstep::tool {

/// The report as one HTML page that needs nothing else: no network, no other
/// file, and no JavaScript to be complete. In light and in dark, on paper and
/// on a phone.
[[nodiscard]] std::string ReportPage(const ReportData& data);

}  // namespace lockstep::tool
