#pragma once

#include <optional>
#include <string>

namespace lockstep::lessons {

/// The processor's name and the number of its cores, as Linux tells them.
[[nodiscard]] std::string DescribeMachine();

/// How much of the machine other programs took meanwhile. A figure that was
/// measured on a busy machine says little.
class Disturbance {
 public:
  Disturbance();
  /// In percent of all cores; none where the system does not tell.
  [[nodiscard]] std::optional<double> Percent() const;

 private:
  struct Times {
    double busy_s = 0;
    double all_s = 0;
    double mine_s = 0;
  };
  [[nodiscard]] static std::optional<Times> Now();

  std::optional<Times> start_;
};

}  // namespace lockstep::lessons
