#pragma once

#include <string>
#include <vector>

#include "04-scoped-lock-is-not-sorted/dinner.h"

namespace lockstep::lessons {

/// All dinners of one kind of hold: `bills[i][j]` is that of the way i with
/// `philosophers[j]`.
struct Evening {
  std::string title;
  std::vector<int> philosophers;
  std::vector<std::vector<Bill>> bills;
};

/// The evening as a table of text, and all of them as a picture: with the most
/// philosophers, what each way serves and what it burns.
[[nodiscard]] std::string Table(const Evening& evening);
[[nodiscard]] std::string Plot(const std::vector<Evening>& evenings);

}  // namespace lockstep::lessons
