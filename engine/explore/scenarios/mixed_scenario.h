#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/explore/scenarios/ledger_scenario.h"

namespace lockstep::engine::explore {

/// A ledger to which some threads post, while others do something else.
class MixedScenario : public LedgerScenario {
 public:
  /// Those without transfers in `setup` do something else: `titles` says what,
  /// in their order.
  MixedScenario(const Setup& setup, std::vector<std::string_view> titles);

  std::string TitleOf(int thread) const override;
  void Run(int thread) override;
  std::string Check() override;
  std::string FinalState() override;

 protected:
  /// What a thread does that posts no transfers.
  virtual void RunOther(int thread) = 0;
  /// After all threads have ended: what else is wrong; empty if nothing is.
  virtual std::string CheckMore() { return {}; }

  /// What a thread was told: part of the final state.
  void Saw(int thread, std::string_view what);
  void Saw(int thread, Outcome outcome) { Saw(thread, OutcomeName(outcome)); }
  void Saw(int thread, std::uint64_t number) {
    Saw(thread, std::to_string(number));
  }
  /// Has `post()` post, as an operation of the history that is to post these
  /// legs; notes what it gives.
  template <class Post>
  Receipt Recorded(int thread, std::uint32_t name, std::span<const Leg> legs,
                   const Post& post) {
    Record([&] { recorder().Begin(name, legs); });
    const Receipt receipt = post();
    Record([&] { recorder().End(receipt); });
    Saw(thread, receipt.outcome());
    return receipt;
  }
  /// Fails the run in the end, unless `holds`. The first complaint counts.
  void Require(bool holds, std::string_view complaint);

 private:
  const std::vector<std::string_view> titles_;
  const std::vector<std::vector<LegsOf>>& work_of_;
  std::vector<std::string> seen_;
  std::string complaint_;
};

}  // namespace lockstep::engine::explore
