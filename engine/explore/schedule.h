#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync_primitives.h"

namespace lockstep::engine::explore {

/// Whose turn it was, step by step. As text it is a letter for each thread, A
/// to H, and how many steps it took in a row: "A12BA3" is twelve of A's, one of
/// B's, three of A's.
class Schedule {
 public:
  Schedule() = default;
  explicit Schedule(const std::vector<sync::Event>& trace);
  /// None if the text is no schedule.
  static std::optional<Schedule> Parse(std::string_view text);

  [[nodiscard]] std::string ToString() const;
  [[nodiscard]] const std::vector<int>& turns() const noexcept {
    return turns_;
  }

 private:
  std::vector<int> turns_;
};

}  // namespace lockstep::engine::explore
