#pragma once

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lockstep::bench {

/// A second thread that does nothing for as long as this lives. The C library's
/// mutexes leave out their atomic instructions in a process that has only ever
/// had one thread, which no program with a use for mutexes is.
class SecondThread {
 public:
  SecondThread();
  ~SecondThread();
  SecondThread(const SecondThread&) = delete;
  SecondThread& operator=(const SecondThread&) = delete;

 private:
  std::jthread thread_;
};

/// How much of the machine somebody else has, from when this is made.
class Neighbours {
 public:
  Neighbours() : begin_(Look()) {}

  /// "43 % of the machine had other things to do", or nothing if that was too
  /// little to matter.
  [[nodiscard]] std::string Describe() const;

 private:
  struct Used {
    double all_s = 0;   ///< of all cores together, idle or not
    double busy_s = 0;  ///< by whomever
    double by_us_s = 0;
  };
  static Used Look();

  Used begin_;
};

/// What a result depends on, by name: the processor, the system, how this was
/// built and with what.
using Facts = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Facts DescribeMachine();

/// How long a cache line takes from one core to another, from the first core
/// that we may use to each of some others: a sentence.
[[nodiscard]] std::string MeasureHandOver();

/// What makes this build's figures worthless, as a sentence; empty if nothing.
[[nodiscard]] std::string BuildWarning();

}  // namespace lockstep::bench
