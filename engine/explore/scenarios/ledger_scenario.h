#pragma once

#include <string>
#include <vector>

#include "engine/explore/scenario.h"
#include "lockstep/lockstep.h"

namespace lockstep::engine::explore {

/// A leg, its account by number from 1.
struct LegOf {
  int account = 0;
  std::int64_t amount = 0;
};
/// A transfer's legs. Two legs are posted as `Transfer` does, others as `Post`.
using LegsOf = std::vector<LegOf>;

/// "1 -> 2: 5", or "1 -5, 2 +3, 3 +2".
[[nodiscard]] std::string Describe(const LegsOf& legs);

/// A ledger with a few accounts of one asset, and threads with a session each
/// that post to them. What is to hold for every schedule of every ledger is
/// checked here; more is up to those who inherit.
class LedgerScenario : public Scenario {
 public:
  struct Setup {
    /// What the accounts, from 1 on, have at the beginning.
    std::vector<std::int64_t> balances;
    /// What each thread posts, one after the other.
    std::vector<std::vector<LegsOf>> work;
    LedgerOptions options = {.journal_bytes = 0};
  };

  explicit LedgerScenario(const Setup& setup);

  int threads() const override;
  std::string TitleOf(int thread) const override;
  void Run(int thread) override;
  /// The audit, and that every account holds what the posted transfers left.
  std::string Check() override;
  std::string FinalState() override;

 protected:
  /// Posts the next transfer of a thread. Here, as the engine does.
  virtual void PostOne(int thread, const LegsOf& legs);

  [[nodiscard]] Ledger& ledger() noexcept { return ledger_; }
  [[nodiscard]] AccountId account(int number) const {
    return accounts_[static_cast<std::size_t>(number - 1)];
  }
  [[nodiscard]] Session& session(int thread) {
    return sessions_[static_cast<std::size_t>(thread)];
  }

 private:
  const Setup& setup_;
  Ledger ledger_;
  AssetId asset_;
  std::vector<AccountId> accounts_;
  std::vector<Session> sessions_;
  // What became of each thread's transfers.
  std::vector<std::vector<Outcome>> outcomes_;
};

}  // namespace lockstep::engine::explore
