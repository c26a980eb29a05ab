#pragma once

#include <cstdint>
#include <vector>

#include "engine/explore/history/account_chains.h"
#include "engine/explore/history/findings.h"
#include "engine/money/exact_sum.h"

namespace lockstep::engine::explore {

/// What can be said of operations without asking how they depend on each other:
/// their sequences, their legs, and that they changed what they say.
class OperationChecks {
 public:
  void Check(const History& history, const AccountPlaces& places,
             Findings& findings);

 private:
  // An operation whose sequence is not above that of the one before it in its
  // session.
  struct NotRising {
    std::uint32_t before;
    std::uint32_t operation;
  };
  struct AssetSum {
    AssetId asset;
    ExactSum sum;
  };

  void CheckPlaces(const History& history, const AccountPlaces& places,
                   Findings& findings) const;
  void CheckVersions(const History& history, std::uint32_t number,
                     Findings& findings) const;
  void CheckLegs(const History& history, const AccountPlaces& places,
                 std::uint32_t number, Findings& findings);
  void CheckAssets(const History& history, const AccountPlaces& places,
                   std::uint32_t number, Findings& findings);
  void CheckSequences(const History& history, Findings& findings);
  void TellSequences(const History& history,
                     const std::vector<NotRising>& not_rising,
                     Findings& findings) const;

  std::vector<ExactSum> net_;  // by place; all zero between operations
  std::vector<AssetSum> sums_;
  std::vector<std::uint32_t> by_return_;
  std::vector<Sequence> last_;        // by slot
  std::vector<std::uint32_t> whose_;  // by slot; those of `last_`
};

}  // namespace lockstep::engine::explore
