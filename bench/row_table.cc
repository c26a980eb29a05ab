#include "bench/row_table.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "bench/duel.h"

namespace lockstep::bench {
namespace {

// What became of a run is said differently since version 1.8 of the library.
template <class Run>
bool IsVoid(const Run& run) {
  if constexpr (requires { run.error_occurred; }) {
    return run.error_occurred;
  } else {
    return run.skipped != decltype(run.skipped){};
  }
}

template <class Run>
std::string FaultOf(const Run& run) {
  if constexpr (requires { run.error_message; }) {
    return run.error_message;
  } else {
    return run.skip_message;
  }
}

std::string FamilyOf(const std::string& name) {
  return name.substr(0, name.find('/'));
}

}  // namespace

bool RowTable::ReportContext(const Context&) { return true; }

void RowTable::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.run_type != Run::RT_Iteration) continue;
    Row& row = rows_[run.family_index];
    row.name = run.run_name.function_name;
    row.threads = run.threads;
    if (IsVoid(run)) {
      row.fault = FaultOf(run);
    } else {
      // Operations of all threads, by the clock on the wall.
      row.ns.push_back(1e9 / run.counters.at("items_per_second").value);
    }
  }
}

void RowTable::Finalize() {
  std::string family;
  for (const auto& [place, row] : rows_) {
    if (family != FamilyOf(row.name)) {
      family = FamilyOf(row.name);
      out_ << absl::StrFormat("\n%-47s %7s %9s   %-20s %9s\n", family,
                              "threads", "ns each", "(least to most)",
                              "million/s");
    }
    Print(row);
  }
  out_.flush();
}

void RowTable::Print(const Row& row) {
  out_ << absl::StrFormat("%-47s %7d ", row.name, row.threads);
  if (!row.fault.empty() || row.ns.empty()) {
    out_ << "VOID: " << row.fault << "\n";
    return;
  }
  const double median = EstimateMedian(row.ns).median;
  const auto [least, most] = std::minmax_element(row.ns.begin(), row.ns.end());
  out_ << absl::StrFormat("%9.1f   %-20s %9.1f\n", median,
                          absl::StrFormat("(%.1f to %.1f)", *least, *most),
                          1e3 / median);
}

}  // namespace lockstep::bench
