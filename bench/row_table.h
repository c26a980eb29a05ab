#pragma once

#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace lockstep::bench {

/// Collects rows as they are measured, which is in random order, and prints
/// them as a table in the order in which they were registered. Google's own
/// reporters print seven lines for each.
class RowTable final : public benchmark::BenchmarkReporter {
 public:
  explicit RowTable(std::ostream& out) : out_(out) {}

  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;

 private:
  struct Row {
    std::string name;
    std::int64_t threads = 1;
    std::vector<double> ns;  ///< for one operation, by repetition
    std::string fault;
  };

  void Print(const Row& row);

  std::ostream& out_;
  std::map<std::int64_t, Row> rows_;  ///< by place in the programme
};

}  // namespace lockstep::bench
