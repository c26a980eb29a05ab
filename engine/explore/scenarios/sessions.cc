// Sessions that come and go, and ledgers that go before them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"
#include "engine/posting/session_pool.h"
#include "engine/posting/thread_session.h"

namespace lockstep::engine::explore {
namespace {

// Whose transfers need sessions that are not there from the beginning.
class Sessions : public MixedScenario {
 public:
  Sessions(const Setup& setup, std::vector<std::string_view> titles)
      : MixedScenario(setup, std::move(titles)), before_(ledger().GetStats()) {}

 protected:
  [[nodiscard]] Stats Since() {
    Stats stats = ledger().GetStats();
    for (std::size_t i = 0; i < stats.outcomes.size(); ++i) {
      stats.outcomes[i] -= before_.outcomes[i];
    }
    return stats;
  }

 private:
  void RunOther(int thread) override {
    const std::uint64_t posted = Since().posted();
    Require(posted <= 2, "what is counted was not posted");
    Saw(thread, posted);
  }
  std::string CheckMore() override {
    const Stats stats = Since();
    std::uint32_t posters = 0;
    for (int thread = 0; thread < threads(); ++thread) {
      for (const Outcome outcome : outcomes(thread)) --Of(counted_, outcome);
      if (!outcomes(thread).empty()) ++posters;
    }
    for (std::size_t i = 0; i < stats.outcomes.size(); ++i) {
      if (stats.outcomes[i] + counted_.outcomes[i] != 0) {
        return "a count is not what happened";
      }
    }
    // Besides the set-up's there were as many at once as threads that post.
    // Their places do for these two as well.
    const Session next = ledger().OpenSession().value();
    Session last = ledger().OpenSession().value();
    const Receipt posted = last.Transfer(account(1), account(2), Amount(1));
    if (!posted.ok()) return "a session cannot be used again";
    return posted.sequence().slot() <= std::max(posters, 2U)
               ? std::string()
               : "places of closed sessions are not used again";
  }

  static std::uint64_t& Of(Stats& stats, Outcome outcome) {
    return stats.outcomes[static_cast<std::size_t>(outcome)];
  }

  const Stats before_;
  Stats counted_;
};

// Each transfer has a session of its own, which is closed after it.
class SlotsChangeHands final : public Sessions {
 public:
  explicit SlotsChangeHands(const Setup& setup) : Sessions(setup, {}) {}

 private:
  void BeforePosting(int thread) override {
    opened_[static_cast<std::size_t>(thread)].emplace(
        ledger().OpenSession().value());
  }
  Receipt PostOne(int thread, const std::vector<Leg>& legs) override {
    Session mine = std::move(*opened_[static_cast<std::size_t>(thread)]);
    return mine.Transfer(legs[0].account, legs[1].account, legs[1].amount);
  }

  std::array<std::optional<Session>, sync::kMaxThreads> opened_;
};

// Threads post without asking for a session, and give it back as they end.
class ThreadSessions final : public Sessions {
 public:
  explicit ThreadSessions(const Setup& setup)
      : Sessions(setup, {"asks for the statistics"}) {}

 private:
  void BeforePosting(int) override {
    // So that the thread has a session: refused, but only after that.
    ledger().SetStatus(AccountId(), AccountStatus::kOpen);
  }
  Receipt PostOne(int, const std::vector<Leg>& legs) override {
    return ledger().Transfer(legs[0].account, legs[1].account, legs[1].amount);
  }
};

// Thread A destroys a ledger that the others have sessions of; B then uses
// another ledger, C ends. (Of a ledger what matters here is its pool.)
class LedgerGoesFirst final : public Scenario {
 public:
  explicit LedgerGoesFirst(int threads)
      : threads_(threads),
        first_(std::make_shared<SessionPool>(
            std::make_shared<Journal>(kChunkBytes))),
        second_(std::make_shared<SessionPool>(nullptr)),
        first_seen_(first_) {}

  int threads() const override { return threads_; }
  std::string TitleOf(int thread) const override {
    switch (thread) {
      case 0:
        return "destroys the first ledger";
      case 1:
        return "uses the first ledger, then the second";
      default:
        return "uses the first ledger";
    }
  }

  void Run(int thread) override {
    if (thread == 0) return Destroy();
    {
      const Result<SessionState*> mine = ThreadSession(first_);
      if (!mine || ThreadSession(first_).value() != *mine) {
        wrong_ = "a thread gets another session than it has";
      }
    }
    users_.fetch_add(1);
    if (thread == 2) return;
    saw_gone_ = is_gone_.load();
    if (!ThreadSession(second_)) {
      wrong_ = "a thread gets no session of another ledger";
    }
    if (saw_gone_ && threads_ == 2 && !first_seen_.expired()) {
      wrong_ = "a thread keeps the sessions of a ledger that is gone";
    }
  }

  std::string Check() override {
    if (!first_seen_.expired()) return "sessions outlive all who had one";
    return std::string(wrong_);
  }
  std::string FinalState() override { return saw_gone_ ? "gone" : "there"; }

 private:
  void Destroy() {
    while (users_.load() != threads_ - 1) sync::Pause();
    first_->Close();
    first_.reset();
    is_gone_.store(true);
  }

  const int threads_;
  std::shared_ptr<SessionPool> first_;
  std::shared_ptr<SessionPool> second_;
  const std::weak_ptr<SessionPool> first_seen_;
  sync::Atomic<int> users_ = 0;
  sync::Atomic<bool> is_gone_ = false;
  bool saw_gone_ = false;
  std::string_view wrong_;
};

}  // namespace

std::vector<NamedScenario> SessionScenarios() {
  const LegsOf there = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -2}, {1, 2}};
  const LegsOf apart = {{3, -1}, {4, 1}};
  const LedgerScenario::Setup slots = {.balances = {10, 10, 10, 10},
                                       .work = {{there, there}, {apart, apart}},
                                       .real_time = false,
                                       .has_sessions = false};
  const LedgerScenario::Setup threads = {.balances = {10, 10},
                                         .work = {{there}, {back}, {}},
                                         .real_time = false,
                                         .has_sessions = false};
  return {
      {"slots-change-hands",
       "sessions are opened and closed: what they leave goes to the next",
       MakeFrom<SlotsChangeHands>(slots), nullptr},
      {"thread-sessions", "threads that end give their sessions back",
       MakeFrom<ThreadSessions>(threads), nullptr},
      {"ledger-goes-first", "threads have sessions of a ledger that goes",
       [] { return std::make_unique<LedgerGoesFirst>(3); }, nullptr},
      {"ledger-is-let-go",
       "a thread lets go of a ledger that is gone when it uses another",
       [] { return std::make_unique<LedgerGoesFirst>(2); }, nullptr},
  };
}

}  // namespace lockstep::engine::explore
