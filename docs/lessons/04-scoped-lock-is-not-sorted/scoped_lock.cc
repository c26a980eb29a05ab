// What try-and-back-off costs beside ordered locking: six ways to lock two of
// several mutexes, in dinners of philosophers.

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "04-scoped-lock-is-not-sorted/dinner.h"
#include "04-scoped-lock-is-not-sorted/machine.h"
#include "04-scoped-lock-is-not-sorted/results.h"
#include "04-scoped-lock-is-not-sorted/ways.h"

namespace {

using lockstep::lessons::AllWays;
using lockstep::lessons::Bill;
using lockstep::lessons::DescribeMachine;
using lockstep::lessons::Disturbance;
using lockstep::lessons::Evening;
using lockstep::lessons::Hold;
using lockstep::lessons::Serve;
using lockstep::lessons::Served;
using lockstep::lessons::Way;

struct Options {
  bool full = false;
  std::string svg;
};

struct HoldPlan {
  std::string title;
  Hold hold;
  std::int64_t short_meals;  // of all philosophers together
  std::int64_t full_meals;
};

constexpr int kFullRounds = 5;
constexpr std::array<int, 3> kPhilosophers = {2, 4, 16};

const std::array<HoldPlan, 3>& Plans() {
  using std::chrono::microseconds;
  static const std::array<HoldPlan, 3> plans = {{
      {"nothing done while holding both", {}, 16'000, 1'600'000},
      {"20 us of computing while holding both",
       {.kind = Hold::Kind::kComputing, .time = microseconds(20)},
       960,
       9600},
      {"1 ms asleep while holding both",
       {.kind = Hold::Kind::kAsleep, .time = microseconds(1000)},
       64,
       480},
  }};
  return plans;
}

double Median(std::vector<double> values) {
  const auto middle =
      values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

// The median dinner, each figure for itself.
Bill MedianOf(const std::vector<Bill>& bills) {
  Bill median;
  for (const auto field : {&Bill::meals_per_s, &Bill::tries_in_vain_per_meal,
                           &Bill::cpu_us_per_meal}) {
    std::vector<double> values;
    for (const Bill& bill : bills) values.push_back(bill.*field);
    median.*field = Median(values);
  }
  return median;
}

// One kind of dinner, and what it cost each time.
struct Course {
  const HoldPlan& plan;
  const Way& way;
  int philosophers;
  std::vector<Bill> bills = {};
};

std::vector<Course> AllCourses() {
  std::vector<Course> courses;
  for (const HoldPlan& plan : Plans()) {
    for (const Way& way : AllWays()) {
      for (const int philosophers : kPhilosophers) {
        courses.push_back({plan, way, philosophers});
      }
    }
  }
  return courses;
}

// Serves each course once and returns what went wrong, a line each.
std::string ServeRound(bool full, std::vector<Course>& courses) {
  std::string faults;
  for (Course& course : courses) {
    const std::int64_t meals =
        full ? course.plan.full_meals : course.plan.short_meals;
    const Served served =
        Serve(course.way, {.philosophers = course.philosophers,
                           .meals_each = meals / course.philosophers,
                           .hold = course.plan.hold});
    course.bills.push_back(served.bill);
    if (!served.fault.empty()) {
      faults += course.way.name + ": " + served.fault + "\n";
    }
  }
  return faults;
}

std::vector<Evening> Summarize(const std::vector<Course>& courses) {
  std::vector<Evening> evenings;
  auto course = courses.begin();
  for (const HoldPlan& plan : Plans()) {
    Evening& evening = evenings.emplace_back();
    evening.title = plan.title;
    evening.philosophers.assign(kPhilosophers.begin(), kPhilosophers.end());
    for (std::size_t way = 0; way < AllWays().size(); ++way) {
      std::vector<Bill>& row = evening.bills.emplace_back();
      for (std::size_t i = 0; i < kPhilosophers.size(); ++i) {
        row.push_back(MedianOf((course++)->bills));
      }
    }
  }
  return evenings;
}

bool Parse(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--full") {
      options.full = true;
    } else if (argument == "--svg" && i + 1 < argc) {
      options.svg = argv[++i];
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!Parse(argc, argv, options)) {
    std::cerr
        << "lesson-04-scoped-lock [--full] [--svg FILE]\n"
           "  --full      minutes instead of a second: medians of 5 runs\n"
           "  --svg FILE  draws what was measured\n";
    return 2;
  }
  std::cout << DescribeMachine() << "; "
            << (options.full ? "medians of 5 runs" : "one run") << "\n\n";

  // Each round has all courses, so that what disturbs the machine for a while
  // disturbs all of them.
  const Disturbance disturbance;
  const int rounds = options.full ? kFullRounds : 1;
  std::vector<Course> courses = AllCourses();
  std::string faults;
  for (int round = 0; round < rounds; ++round) {
    faults += ServeRound(options.full, courses);
  }
  const std::vector<Evening> evenings = Summarize(courses);
  for (const Evening& evening : evenings) std::cout << Table(evening) << "\n";
  if (const std::optional<double> percent = disturbance.Percent()) {
    std::cout << "other programs took " << std::lround(*percent)
              << " % of the machine meanwhile\n";
  }
  std::cout << courses.size() * static_cast<std::size_t>(rounds) << " dinners: "
            << (faults.empty() ? "no meal lost, no fork in two hands\n"
                               : "NOT all went well\n" + faults);

  if (!options.svg.empty()) {
    std::ofstream file(options.svg);
    file << Plot(evenings);
    if (!file.flush()) {
      std::cerr << "could not write " << options.svg << "\n";
      return 1;
    }
  }
  return faults.empty() ? 0 : 1;
}
