#include "bench/summary.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/duel.h"
#include "bench/machine.h"

namespace lockstep::bench {
namespace {

// How long a turn is and how often it comes. More threads than cores need turns
// that are long beside the system's time slices.
struct Schedule {
  int threads;
  std::uint64_t operations_a_turn;
  int rounds;
};
constexpr Schedule kSchedules[] = {
    {1, 1 << 16, 101}, {2, 1 << 17, 51}, {8, 1 << 16, 31}};
constexpr Schedule kSmokeSchedules[] = {
    {1, 1 << 12, 5}, {2, 1 << 12, 5}, {8, 1 << 12, 5}};

// The bar is played again and again until it is decided, so many times at most.
constexpr int kBarSets = 5;
// The time of a transfer beside the minimal-lock pair's that is aimed at.
constexpr double kMinimalPairAim = 1.75;

constexpr std::string_view kOurs = "lockstep";

Match MakeMatch(const Field& field, const Schedule& schedule) {
  Match match{&field, {}, schedule.threads, schedule.operations_a_turn};
  for (const auto& entrant : field.entrants) {
    if (entrant->max_threads() >= schedule.threads) {
      match.names.push_back(entrant->name());
    }
  }
  return match;
}

std::size_t PlaceOf(const Match& match, std::string_view name) {
  return static_cast<std::size_t>(
      std::find(match.names.begin(), match.names.end(), name) -
      match.names.begin());
}

// How many times as fast lockstep is as the contestant at `place`.
Estimate Speed(const Match& match, const Times& times, std::size_t place) {
  return EstimateRatio(times[place], times[PlaceOf(match, kOurs)]);
}

void PrintMatch(const Match& match, const Times& times,
                const std::string& remark, std::ostream& out) {
  const std::size_t ours = PlaceOf(match, kOurs);
  out << absl::StrFormat(
      "\n%d accounts, %d thread%s: lockstep %.1f ns a transfer%s\n",
      match.field->accounts, match.threads, match.threads == 1 ? "" : "s",
      EstimateMedian(times[ours]).median,
      remark.empty() ? "" : absl::StrCat("\n  (", remark, ")"));
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i == ours) continue;
    const Estimate speed = Speed(match, times, i);
    out << absl::StrFormat("  %-36s %8.1f ns   %6.2f x   (%.2f to %.2f)\n",
                           match.field->Find(match.names[i]).label(),
                           EstimateMedian(times[i]).median, speed.median,
                           speed.low, speed.high);
  }
  out.flush();
}

std::string_view Judge(const Estimate& speed, double at_least) {
  if (speed.low >= at_least) return "met";
  if (speed.high < at_least) return "missed";
  return "undecided";
}

void PrintBar(const Match& match, const Times& times, bool smoke,
              std::ostream& out) {
  const Estimate mutex = Speed(match, times, PlaceOf(match, "mutex_pair"));
  const Estimate minimal = EstimateRatio(times[PlaceOf(match, kOurs)],
                                         times[PlaceOf(match, "minimal_pair")]);
  out << "\nbar: two-leg transfer, 1,000 accounts, journal off, 1 thread: at "
         "least as fast as the std::mutex pair: "
      << (smoke ? "not judged in a smoke run" : Judge(mutex, 1)) << "\n"
      << absl::StrFormat("     %.2f times as fast, 95 %% interval %.2f to %.2f",
                         mutex.median, mutex.low, mutex.high)
      << absl::StrFormat(", %d rounds\n", times[0].size())
      << absl::StrFormat(
             "     It takes %.2f times as long as the minimal-lock pair (%.2f "
             "to %.2f); %.2f is aimed at.\n",
             minimal.median, minimal.low, minimal.high, kMinimalPairAim);
}

// The match that the bar is about.
bool IsBar(const Match& match) {
  return match.field->accounts == kFewAccounts && match.threads == 1;
}

}  // namespace

void PrintSummary(const Programme& programme, std::uint64_t seed, bool smoke,
                  Ruling& ruling, std::ostream& out) {
  out << "\nlockstep against what one would write by hand: the two-leg "
         "transfer, journal off where\nnothing is said. Medians of turns that "
         "alternate in this run; \"x\": how many times as fast\nlockstep is "
         "(above 1: lockstep is faster); in brackets the 95 % interval.\n";
  Match bar;
  Times bar_times;
  for (const Field& field : programme) {
    if (field.family != "transfer") continue;
    for (const Schedule& schedule : smoke ? kSmokeSchedules : kSchedules) {
      if (std::count(field.threads.begin(), field.threads.end(),
                     schedule.threads) == 0) {
        continue;
      }
      const Match match = MakeMatch(field, schedule);
      Times times;
      const Neighbours neighbours;
      Play(match, schedule.rounds, seed, ruling, times);
      if (IsBar(match)) {
        const std::size_t mutex = PlaceOf(match, "mutex_pair");
        for (int set = 1; !smoke && set < kBarSets; ++set) {
          if (Judge(Speed(match, times, mutex), 1) != "undecided") break;
          Play(match, schedule.rounds, seed + static_cast<std::uint64_t>(set),
               ruling, times);
        }
        bar = match;
        bar_times = times;
      }
      PrintMatch(match, times, neighbours.Describe(), out);
    }
  }
  PrintBar(bar, bar_times, smoke, out);
}

}  // namespace lockstep::bench
