// lockstep_bench: how fast lockstep is beside what one would write by hand.

#include <benchmark/benchmark.h>

#include <iostream>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/bare_contestants.h"
#include "bench/machine.h"
#include "bench/modes.h"
#include "bench/moves.h"
#include "bench/options.h"
#include "bench/programme.h"
#include "bench/row_table.h"
#include "bench/rows.h"
#include "bench/ruling.h"
#include "bench/summary.h"

namespace lockstep::bench {
namespace {

// Google Benchmark wants arguments as main gets them.
bool StartGoogle(std::vector<std::string>& arguments) {
  arguments.insert(arguments.begin(), "lockstep_bench");
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  benchmark::Initialize(&count, pointers.data());
  return !benchmark::ReportUnrecognizedArguments(count, pointers.data());
}

void Introduce(const Options& options, std::ostream& out) {
  Facts facts = DescribeMachine();
  facts.emplace_back("hand-over of a cache line", MeasureHandOver());
  facts.emplace_back("seed", absl::StrCat(options.seed));
  for (const auto& [name, value] : facts) {
    out << absl::StrFormat("%-26s %s\n", name, value);
    benchmark::AddCustomContext(name, value);
  }
  const std::string warning = BuildWarning();
  if (!warning.empty()) out << "WARNING: " << warning << "\n";
  out.flush();
}

// False if the user's filter leaves none.
bool RunRows(const Options& options, int rows, std::ostream& out) {
  if (!options.table) return benchmark::RunSpecifiedBenchmarks() > 0;
  out << "\nRunning up to " << rows
      << " rows in turns; the table comes when all are through.\n";
  out.flush();
  RowTable table(out);
  const Neighbours neighbours;
  const bool any = benchmark::RunSpecifiedBenchmarks(&table) > 0;
  const std::string remark = neighbours.Describe();
  if (!remark.empty()) {
    out << "\nBeware, " << remark << ".\n";
    out.flush();
  }
  return any;
}

// The count of the money is worth nothing if it cannot fail.
bool LossIsNoticed(std::uint64_t seed) {
  const auto losing =
      MakeLosingPair(std::make_shared<const Moves>(kFewAccounts, seed));
  losing->NewWorker()->Run(0, kBatch);
  return !losing->FindFault().empty();
}

// Looks once more at the books of everybody who took part.
void RuleOnBooks(const Programme& programme, Ruling& ruling) {
  for (const Field& field : programme) {
    for (const auto& entrant : field.entrants) {
      if (entrant->Made() == nullptr) continue;
      const std::string fault = entrant->Made()->FindFaultSlowly();
      if (fault.empty()) continue;
      ruling.Void(
          absl::StrCat(field.family, "/", entrant->name(), "/", field.variant),
          fault);
    }
  }
}

int Close(const Ruling& ruling, std::ostream& out) {
  for (const std::string& row : ruling.voided()) {
    out << "VOID: " << row << "\n";
  }
  if (!ruling.voided().empty()) return 1;
  out << "\nEvery row is valid: " << ruling.confirmed()
      << " times the money was counted, and it was all there.\n";
  return 0;
}

int Fail(int status, std::string_view complaint) {
  std::cerr << "lockstep_bench: " << complaint << "\n";
  return status;
}

int Main(std::span<char* const> arguments) {
  Options options = ParseOptions(arguments);
  if (options.help) {
    std::cout << HelpText();
    return 0;
  }
  if (!options.complaint.empty()) return Fail(2, options.complaint);
  if (!StartGoogle(options.google)) return 2;  // which said why
  // A format for machines has the standard output to itself.
  std::ostream& out = options.table ? std::cout : std::cerr;
  const SecondThread second_thread;
  const Programme programme = MakeProgramme(options.seed);
  Ruling ruling;
  const int rows = RegisterRows(programme, ruling);
  if (options.list) {
    benchmark::RunSpecifiedBenchmarks();
    return 0;
  }
  Introduce(options, out);
  if (!LossIsNoticed(options.seed)) {
    return Fail(1, "money was lost on purpose and nobody noticed");
  }
  if (options.rows && !RunRows(options, rows, out)) {
    return Fail(2, "no row has such a name (see --benchmark_list_tests)");
  }
  if (options.summary) {
    PrintSummary(programme, options.seed, options.smoke, ruling, out);
  }
  if (options.modes) {
    PrintModes(programme, options.seed, options.smoke, ruling, out);
  }
  RuleOnBooks(programme, ruling);
  return Close(ruling, out);
}

}  // namespace
}  // namespace lockstep::bench

int main(int argc, char** argv) {
  return lockstep::bench::Main({argv, static_cast<std::size_t>(argc)});
}
