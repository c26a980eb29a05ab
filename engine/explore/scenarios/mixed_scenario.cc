#include "engine/explore/scenarios/mixed_scenario.h"

#include <cstddef>
#include <utility>

namespace lockstep::engine::explore {

MixedScenario::MixedScenario(const Setup& setup,
                             std::vector<std::string_view> titles)
    : LedgerScenario(setup),
      titles_(std::move(titles)),
      work_of_(setup.work),
      seen_(setup.work.size()) {}

std::string MixedScenario::TitleOf(int thread) const {
  std::size_t others_before = 0;
  for (int i = 0; i < thread; ++i) {
    if (work_of_[static_cast<std::size_t>(i)].empty()) ++others_before;
  }
  const bool posts = !work_of_[static_cast<std::size_t>(thread)].empty();
  return posts ? LedgerScenario::TitleOf(thread)
               : std::string(titles_.at(others_before));
}

void MixedScenario::Run(int thread) {
  if (work_of_[static_cast<std::size_t>(thread)].empty()) {
    RunOther(thread);
  } else {
    LedgerScenario::Run(thread);
  }
}

std::string MixedScenario::Check() {
  if (!complaint_.empty()) return complaint_;
  const std::string wrong = LedgerScenario::Check();
  return wrong.empty() ? CheckMore() : wrong;
}

std::string MixedScenario::FinalState() {
  std::string text = LedgerScenario::FinalState();
  for (const std::string& seen : seen_) text += "| " + seen;
  return text;
}

void MixedScenario::Saw(int thread, std::string_view what) {
  std::string& seen = seen_[static_cast<std::size_t>(thread)];
  seen += what;
  seen += ' ';
}

void MixedScenario::Require(bool holds, std::string_view complaint) {
  if (!holds && complaint_.empty()) complaint_ = complaint;
}

}  // namespace lockstep::engine::explore
