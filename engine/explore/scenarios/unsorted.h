#pragma once

#include <vector>

#include "engine/explore/scenarios/ledger_scenario.h"
#include "engine/posting/session_state.h"

namespace lockstep::engine::explore {

/// The same ledger, but its transfers are posted as one might do it who has not
/// heard of lock order: each takes the locks of its accounts in the order of
/// its legs. To show what comes of that.
class UnsortedScenario final : public LedgerScenario {
 public:
  /// Keeps a reference to `setup`.
  explicit UnsortedScenario(const Setup& setup);
  ~UnsortedScenario() override;

  /// It breaks the order; what is of interest is what happens then.
  bool ChecksLockOrder() const override { return false; }

 protected:
  Receipt PostOne(int thread, const std::vector<Leg>& legs) override;

 private:
  LedgerCore& core_;
  std::vector<SessionState*> states_;
};

}  // namespace lockstep::engine::explore
