#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/explore/history/history.h"
#include "engine/explore/history/history_recorder.h"
#include "engine/explore/scenario.h"
#include "lockstep/lockstep.h"
#include "sync_primitives.h"

namespace lockstep::engine::explore {

/// A leg, its account by number from 1; 0 is the asset's issuer.
struct LegOf {
  int account = 0;
  std::int64_t amount = 0;
};
/// A transfer's legs. Two legs are posted as `Transfer` does, others as `Post`.
using LegsOf = std::vector<LegOf>;

/// Optimistic mode with so many attempts.
[[nodiscard]] TransferOptions Optimistic(
    std::uint16_t attempts, AfterLastAttempt then = AfterLastAttempt::kLock);

/// "2 -> 3: 5", or "2 -5, 3 +3, 4 +2": the accounts by their ids, which is how
/// locks and findings call them. (The asset's issuer is 1, so an id is one more
/// than the number that a LegOf has.)
[[nodiscard]] std::string Describe(std::span<const Leg> legs);

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
    /// Whether it matters which call was over before which other one began.
    /// Then the history has that order too, and there is more to explore.
    bool real_time = true;
    /// Whether each thread has a session from the beginning.
    bool has_sessions = true;
    /// How each thread posts; for those beyond its end, and those who do as
    /// they please: as a host does that says nothing.
    std::vector<TransferOptions> how = {};
  };

  /// Keeps a reference to `setup`.
  explicit LedgerScenario(const Setup& setup);

  int threads() const override;
  std::string Setting() const override;
  std::string TitleOf(int thread) const override;
  void Run(int thread) override;
  /// The audit, and the history of what the threads did.
  std::string Check() override;
  std::string FinalState() override;

 protected:
  /// What a thread does before each transfer, as no part of it.
  virtual void BeforePosting(int /*thread*/) {}
  /// Posts one transfer of a thread's. Here, as a host does.
  virtual Receipt PostOne(int thread, const std::vector<Leg>& legs);

  /// What was posted before is not part of the history. For constructors.
  void StartHistory() { history_.before = StatesOf(ledger_); }
  /// How the transfers of a thread ended, those that have.
  [[nodiscard]] const std::vector<Outcome>& outcomes(int thread) const {
    return outcomes_[static_cast<std::size_t>(thread)];
  }

  [[nodiscard]] Ledger& ledger() noexcept { return ledger_; }
  [[nodiscard]] AssetId asset() const noexcept { return asset_; }
  [[nodiscard]] AccountId account(int number) const {
    return accounts_[static_cast<std::size_t>(number)];
  }
  /// How a thread is to post.
  [[nodiscard]] const TransferOptions& how(int thread) const;
  [[nodiscard]] Session& session(int thread) {
    return sessions_[static_cast<std::size_t>(thread)];
  }
  /// For operations besides the transfers. To be told within Record.
  [[nodiscard]] HistoryRecorder& recorder() noexcept { return recorder_; }
  /// Calls `tell()`, so that its reading of the clock is a step where it is to
  /// be one.
  template <class Tell>
  void Record(Tell&& tell) {
    if (setup_.real_time) return tell();
    const sync::Unscheduled looks_only;
    tell();
  }

 private:
  struct Task {
    std::uint32_t name = 0;
    std::vector<Leg> legs;
  };

  const Setup& setup_;
  Ledger ledger_;
  AssetId asset_;
  HistoryRecorder recorder_;
  History history_;
  std::vector<AccountId> accounts_;  // by number
  std::vector<Session> sessions_;
  // What each thread is to post, and what became of it.
  std::vector<std::vector<Task>> work_;
  std::vector<std::vector<Outcome>> outcomes_;
};

}  // namespace lockstep::engine::explore
