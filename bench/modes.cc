#include "bench/modes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/duel.h"
#include "bench/machine.h"
#include "bench/mode_rows.h"

namespace lockstep::bench {
namespace {

// The bars for kAuto: its speed beside that of the better fixed mode, by
// geometric mean over the rows, and in any one row.
constexpr double kMeanBar = 0.95;
constexpr double kRowBar = 0.85;

constexpr int kRounds = 41;
constexpr int kSmokeRounds = 3;
// A turn should take about so long in all, beside the system's time slices.
constexpr double kTurn_ns = 20e6;

const std::vector<std::string> kContestants = {"locked", "optimistic", "auto"};
constexpr std::size_t kLocked = 0;
constexpr std::size_t kOptimistic = 1;
constexpr std::size_t kAuto = 2;

struct Outcome {
  std::string_view row;
  Times times;
  /// Attempts given up for each transaction posted, by contestant.
  std::vector<double> aborts;
};

std::uint64_t OperationsATurn(const ModeRow& row, bool smoke) {
  if (smoke) return kBatch;
  const double one_ns = 100 + static_cast<double>(row.thinking_ns) +
                        20 * static_cast<double>(row.legs);
  const double wanted = kTurn_ns / one_ns / static_cast<double>(kBatch);
  return kBatch * static_cast<std::uint64_t>(std::max(1.0, wanted));
}

Outcome PlayRow(const Field& field, const ModeRow& row, std::uint64_t seed,
                bool smoke, Ruling& ruling) {
  const Match match{&field, kContestants, row.threads,
                    OperationsATurn(row, smoke)};
  std::vector<std::uint64_t> before;
  for (const std::string& name : kContestants) {
    before.push_back(field.Find(name).Get().Retries());
  }
  Outcome outcome{row.name, {}, {}};
  const int rounds = smoke ? kSmokeRounds : kRounds;
  Play(match, rounds, seed, ruling, outcome.times);
  const double posted = static_cast<double>(match.operations_a_turn) *
                        (rounds + 1) * row.threads;  // one to warm up
  for (std::size_t i = 0; i < kContestants.size(); ++i) {
    const std::uint64_t retries =
        field.Find(kContestants[i]).Get().Retries() - before[i];
    outcome.aborts.push_back(static_cast<double>(retries) / posted);
  }
  return outcome;
}

// How fast kAuto is beside the better of the fixed modes: better by its median.
Estimate AutoBesideBetter(const Outcome& outcome) {
  const bool locked_is_better =
      EstimateMedian(outcome.times[kLocked]).median <=
      EstimateMedian(outcome.times[kOptimistic]).median;
  return EstimateRatio(outcome.times[locked_is_better ? kLocked : kOptimistic],
                       outcome.times[kAuto]);
}

void PrintRow(const Outcome& outcome, std::ostream& out) {
  const auto ns = [&](std::size_t contestant) {
    return EstimateMedian(outcome.times[contestant]).median;
  };
  // How fast optimism is beside locking.
  const Estimate optimism =
      EstimateRatio(outcome.times[kLocked], outcome.times[kOptimistic]);
  const Estimate choice = AutoBesideBetter(outcome);
  out << absl::StrFormat(
      "%-13s %9.1f %9.1f %9.1f   %4.2f (%.2f to %.2f)  %6.3f %6.3f   "
      "%4.2f (%.2f to %.2f)\n",
      std::string(outcome.row), ns(kLocked), ns(kOptimistic), ns(kAuto),
      optimism.median, optimism.low, optimism.high, outcome.aborts[kOptimistic],
      outcome.aborts[kAuto], choice.median, choice.low, choice.high);
  out.flush();
}

void PrintBars(const std::vector<Outcome>& outcomes, bool smoke,
               std::ostream& out) {
  double logs = 0;
  Estimate worst{.median = 2, .low = 2, .high = 2};
  std::string_view worst_row;
  for (const Outcome& outcome : outcomes) {
    const Estimate choice = AutoBesideBetter(outcome);
    logs += std::log(choice.median);
    if (choice.median >= worst.median) continue;
    worst = choice;
    worst_row = outcome.row;
  }
  const double mean = std::exp(logs / static_cast<double>(outcomes.size()));
  const auto judge = [smoke](bool met) {
    return smoke ? "not judged in a smoke run" : met ? "met" : "missed";
  };
  out << absl::StrFormat(
             "\nbar: auto beside the better fixed mode, geometric mean at "
             "least %.2f: %s (%.3f)\n",
             kMeanBar, judge(mean >= kMeanBar), mean)
      << absl::StrFormat(
             "bar: no row clearly below %.2f: %s (lowest: %s, %.2f, 95 %% "
             "interval %.2f to %.2f)\n",
             kRowBar, judge(worst.high >= kRowBar), std::string(worst_row),
             worst.median, worst.low, worst.high);
}

}  // namespace

void PrintModes(const Programme& programme, std::uint64_t seed, bool smoke,
                Ruling& ruling, std::ostream& out) {
  out << "\nThe modes: a transaction whose function looks at its accounts, "
         "thinks, and lets the first\npay the others. The base case has 2 "
         "legs, 1,000 accounts drawn alike, 1 us of thinking and\n2 threads; "
         "every other row differs from it in what its name says. Nanoseconds a "
         "transaction,\nall threads together; speeds beside each other (above "
         "1: faster) with the 95 % interval.\n\n"
      << "row              locked optimistic    auto   optimistic/locked    "
         "aborts: opt.  auto   auto/better\n";
  const Neighbours neighbours;
  std::vector<Outcome> outcomes;
  for (const ModeRow& row : ModeRows()) {
    const auto field =
        std::find_if(programme.begin(), programme.end(), [&](const Field& f) {
          return f.family == "modes" && f.variant == row.name;
        });
    outcomes.push_back(PlayRow(*field, row, seed, smoke, ruling));
    PrintRow(outcomes.back(), out);
  }
  const std::string remark = neighbours.Describe();
  if (!remark.empty()) out << "Beware, " << remark << ".\n";
  PrintBars(outcomes, smoke, out);
}

}  // namespace lockstep::bench
