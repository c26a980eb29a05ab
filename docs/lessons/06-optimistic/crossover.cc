// When it is faster to think outside the locks: threads that think for a while
// about two accounts, and threads that quickly move money between the same
// accounts.

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "04-scoped-lock-is-not-sorted/machine.h"
#include "06-optimistic/crossing.h"
#include "06-optimistic/race.h"

namespace {

using lockstep::Mode;
using lockstep::lessons::DescribeMachine;
using lockstep::lessons::Finish;
using lockstep::lessons::Pace;
using lockstep::lessons::Race;
using lockstep::lessons::RunRace;
using lockstep::lessons::Trial;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::array<int, 8> kThinking_us = {0, 1, 2, 5, 10, 20, 50, 100};
constexpr int kMaxAccounts = 1'000'000;
constexpr int kMaxPayers = 100;
constexpr int kFullRounds = 5;
constexpr milliseconds kFullLength(400);
constexpr milliseconds kShortLength(20);

struct Options {
  bool full = false;
  int accounts = 500;
  int payers = 3;
  std::string svg;
};

bool ParseNumber(std::string_view text, int least, int most, int& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end && number >= least &&
         number <= most;
}

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--full") {
      options.full = true;
      continue;
    }
    if (++i == argc) return false;
    const std::string_view value = argv[i];
    if (argument == "--svg") {
      options.svg = value;
    } else if (argument == "--accounts") {
      if (!ParseNumber(value, 2, kMaxAccounts, options.accounts)) return false;
    } else if (argument == "--payers") {
      if (!ParseNumber(value, 1, kMaxPayers, options.payers)) return false;
    } else {
      return false;
    }
  }
  return true;
}

double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// The median race, each figure for itself.
Pace MedianOf(const std::vector<Pace>& paces) {
  Pace median;
  for (const auto field : {&Pace::thoughts_per_s, &Pace::payments_per_s,
                           &Pace::tries_per_thought, &Pace::cores}) {
    std::vector<double> values;
    for (const Pace& pace : paces) values.push_back(pace.*field);
    median.*field = Median(values);
  }
  return median;
}

// One kind of race, and how it went each time.
struct Course {
  Race race;
  std::vector<Pace> paces = {};
};

// For each time to think: apart, locked, optimistic.
std::vector<Course> AllCourses(const Options& options) {
  Race race{.accounts = options.accounts,
            .payers = options.payers,
            .length = options.full ? kFullLength : kShortLength};
  std::vector<Course> courses;
  for (const int us : kThinking_us) {
    race.thinking = microseconds(us);
    race.mode = Mode::kLocked;
    race.apart = true;
    courses.push_back({race});
    race.apart = false;
    courses.push_back({race});
    race.mode = Mode::kOptimistic;
    courses.push_back({race});
  }
  return courses;
}

std::vector<Trial> Summarize(const std::vector<Course>& courses) {
  std::vector<Trial> trials;
  for (std::size_t i = 0; i + 2 < courses.size(); i += 3) {
    const Race& race = courses[i].race;
    trials.push_back({.thinking = race.thinking,
                      .thinkers = race.thinkers,
                      .payers = race.payers,
                      .apart = MedianOf(courses[i].paces),
                      .locked = MedianOf(courses[i + 1].paces),
                      .optimistic = MedianOf(courses[i + 2].paces)});
  }
  return trials;
}

// How many cores the threads had in half of all races, at the least.
double MedianCores(const std::vector<Course>& courses) {
  std::vector<double> cores;
  for (const Course& course : courses) {
    for (const Pace& pace : course.paces) cores.push_back(pace.cores);
  }
  return Median(cores);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) {
    std::cerr
        << "lesson-06-crossover [--full] [--accounts N] [--payers N] "
           "[--svg FILE]\n"
           "  --full        a minute instead of a second: medians of 5 runs\n"
           "  --accounts N  that the threads share (500)\n"
           "  --payers N    beside the one thinker (3)\n"
           "  --svg FILE    draws what was measured\n";
    return 2;
  }
  std::cout << DescribeMachine() << "; "
            << (options.full ? "medians of 5 runs" : "one run") << "\n"
            << "1 thinker, " << options.payers << " payers, "
            << options.accounts << " accounts\n\n";

  // Each round has all races, so that what disturbs the machine for a while
  // disturbs all of them.
  std::vector<Course> courses = AllCourses(options);
  std::string faults;
  const int rounds = options.full ? kFullRounds : 1;
  for (int round = 0; round < rounds; ++round) {
    for (Course& course : courses) {
      const Finish finish = RunRace(course.race);
      course.paces.push_back(finish.pace);
      if (!finish.fault.empty()) faults += finish.fault + "\n";
    }
  }
  const std::vector<Trial> trials = Summarize(courses);
  std::cout << Table(trials) << "\n"
            << WhereItCrosses(trials) << "\n"
            << "the threads had ";
  std::cout.precision(2);
  std::cout << MedianCores(courses) << " cores\n"
            << courses.size() * static_cast<std::size_t>(rounds) << " races: "
            << (faults.empty() ? "the money is all there\n"
                               : "NOT all went well\n" + faults);

  if (!options.svg.empty()) {
    std::ofstream file(options.svg);
    file << Plot(trials);
    if (!file.flush()) {
      std::cerr << "could not write " << options.svg << "\n";
      return 1;
    }
  }
  return faults.empty() ? 0 : 1;
}
