#include "engine/explore/schedule.h"

#include <charconv>

namespace lockstep::engine::explore {

Schedule::Schedule(const std::vector<sync::Event>& trace) {
  turns_.reserve(trace.size());
  for (const sync::Event& event : trace) turns_.push_back(event.thread);
}

std::optional<Schedule> Schedule::Parse(std::string_view text) {
  Schedule schedule;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    const int thread = *at++ - 'A';
    if (thread < 0 || thread >= sync::kMaxThreads) return std::nullopt;
    std::size_t count = 1;
    if (at != end && *at >= '0' && *at <= '9') {
      const auto read = std::from_chars(at, end, count);
      if (read.ec != std::errc() || count == 0) return std::nullopt;
      at = read.ptr;
    }
    if (schedule.turns_.size() + count > sync::Scheduler::kMaxSteps) {
      return std::nullopt;
    }
    schedule.turns_.insert(schedule.turns_.end(), count, thread);
  }
  return schedule;
}

std::string Schedule::ToString() const {
  std::string text;
  for (std::size_t i = 0; i < turns_.size();) {
    std::size_t end = i;
    while (end < turns_.size() && turns_[end] == turns_[i]) ++end;
    text += sync::LetterOf(turns_[i]);
    if (end - i > 1) text += std::to_string(end - i);
    i = end;
  }
  return text;
}

}  // namespace lockstep::engine::explore
