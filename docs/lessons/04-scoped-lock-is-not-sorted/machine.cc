#include "04-scoped-lock-is-not-sorted/machine.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <thread>

namespace lockstep::lessons {

std::string DescribeMachine() {
  std::string name = "unknown processor";
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) {
      name = line.substr(line.find(':') + 2);
      break;
    }
  }
  return name + ", " + std::to_string(std::thread::hardware_concurrency()) +
         " cores";
}

Disturbance::Disturbance() : start_(Now()) {}

std::optional<double> Disturbance::Percent() const {
  const std::optional<Times> end = Now();
  if (!start_ || !end || end->all_s <= start_->all_s) return std::nullopt;
  const double others_s =
      (end->busy_s - start_->busy_s) - (end->mine_s - start_->mine_s);
  return std::max(0.0, 100 * others_s / (end->all_s - start_->all_s));
}

std::optional<Disturbance::Times> Disturbance::Now() {
  // "cpu user nice system idle iowait irq softirq steal", in hundredths of a
  // second, all cores together.
  constexpr double kTick_s = 0.01;
  std::ifstream file("/proc/stat");
  std::string cpu;
  if (!(file >> cpu) || cpu != "cpu") return std::nullopt;
  Times times;
  for (int field = 0; field < 8; ++field) {
    double ticks = 0;
    if (!(file >> ticks)) return std::nullopt;
    const bool is_idle = field == 3 || field == 4;
    times.all_s += ticks * kTick_s;
    if (!is_idle) times.busy_s += ticks * kTick_s;
  }
  times.mine_s = static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
  return times;
}

}  // namespace lockstep::lessons
