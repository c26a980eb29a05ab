// Statuses, patience and time, while others post.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "engine/accounts/account_table.h"
#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/row_follower.h"
#include "engine/explore/scenarios/topics.h"
#include "engine/locking/sorted_legs.h"

namespace lockstep::engine::explore {
namespace {

// The last thread sets account 1 to a status in which nothing may move it.
class StopAccount : public MixedScenario {
 public:
  StopAccount(const Setup& setup, std::string_view title, AccountStatus status)
      : MixedScenario(setup, {title}),
        status_(status),
        name_(recorder().AddName(std::string(title))) {}

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const Outcome outcome = ledger().SetStatus(account(1), status_);
    Record([&] { recorder().EndStatusChange(outcome); });
    Saw(thread, outcome);
    if (outcome != Outcome::kOk) {
      return Require(outcome == Outcome::kBalanceNotZero &&
                         status_ == AccountStatus::kClosed,
                     "the status is not set, for no reason that there is");
    }
    has_stopped_ = true;
    after_ = ledger().GetAccount(account(1)).value();
    Require(after_.status == status_, "the status is another than was set");
    Saw(thread, FormatDecimal(after_.balance, 0));
  }
  std::string CheckMore() override {
    if (!has_stopped_) return {};
    const AccountInfo end = ledger().GetAccount(account(1)).value();
    if (end.version != after_.version || end.balance != after_.balance) {
      return "somebody posted to an account in which nothing may move";
    }
    return {};
  }

  const AccountStatus status_;
  const std::uint32_t name_;
  bool has_stopped_ = false;
  AccountInfo after_;
};

// The last thread makes what account 1 has at the beginning its floor, or
// something else if that is no longer so. Nobody ever takes it below.
class RaiseFloor final : public MixedScenario {
 public:
  explicit RaiseFloor(const Setup& setup)
      : MixedScenario(setup, {"raises the floor of account 2"}),
        floor_(setup.balances[0]) {}

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(name_); });
    const Outcome outcome =
        ledger().SetLimits(account(1), floor_, Amount::Max());
    Record([&] { recorder().EndStatusChange(outcome); });
    Saw(thread, outcome);
    has_raised_ = outcome == Outcome::kOk;
    Require(has_raised_ || outcome == Outcome::kOutsideLimits,
            "the floor is not set, for no reason that there is");
  }
  std::string CheckMore() override {
    const AccountInfo end = ledger().GetAccount(account(1)).value();
    const bool was_paid = outcomes(0)[0] == Outcome::kOk;
    if (was_paid == has_raised_) {
      return "not just one of a payment and a floor against it is posted";
    }
    return has_raised_ && (end.floor != floor_ || end.balance < floor_)
               ? "an account is below its floor"
               : "";
  }

  const Amount floor_;
  const std::uint32_t name_ = recorder().AddName("raises the floor of 2");
  bool has_raised_ = false;
};

class FreezeAndPay final : public StopAccount {
 public:
  explicit FreezeAndPay(const Setup& setup)
      : StopAccount(setup, "freezes account 2", AccountStatus::kFrozen) {}
};
class CloseAndPay final : public StopAccount {
 public:
  explicit CloseAndPay(const Setup& setup)
      : StopAccount(setup, "closes account 2", AccountStatus::kClosed) {}
};

// Thread B does not wait for locks, at first; then, whatever came of that, it
// does.
class NeverWait final : public LedgerScenario {
 public:
  using LedgerScenario::LedgerScenario;

  std::string TitleOf(int thread) const override {
    return LedgerScenario::TitleOf(thread) +
           (thread == 1 ? " (the first one without waiting)" : "");
  }

 private:
  Receipt PostOne(int thread, const std::vector<Leg>& legs) override {
    const bool waits = thread != 1 || !outcomes(thread).empty();
    return session(thread).Transfer(
        legs[0].account, legs[1].account, legs[1].amount,
        {.wait = waits ? Wait::Forever() : Wait::Never()});
  }
  std::string Check() override {
    for (int thread = 0; thread < threads(); ++thread) {
      for (std::size_t i = 0; i < outcomes(thread).size(); ++i) {
        const Outcome outcome = outcomes(thread)[i];
        if (outcome == Outcome::kOk) continue;
        if (outcome == Outcome::kBusy && thread == 1 && i == 0) continue;
        return "who waits as long as it takes is refused";
      }
    }
    return LedgerScenario::Check();
  }
};

// Thread B waits for locks, but not for ever; thread A takes and releases one
// of them, again and again. On the locks alone: B has waited for so long
// already that it is at the end of its patience soon.
class Patience final : public Scenario {
 public:
  Patience() {
    for (int i = 0; i < 2; ++i) {
      if (!table_.ReserveOne()) std::abort();
      table_.Add(AssetId(1), 0, AccountStatus::kOpen, ColdAccount());
    }
    static_cast<void>(wait_.Begin());
    for (int i = 0; i < kLooksBefore; ++i) static_cast<void>(wait_.Again());
  }

  int threads() const override { return 2; }
  std::string TitleOf(int thread) const override {
    return thread == 0 ? "locks account 2, four times"
                       : "locks accounts 1 and 2, if it need not wait long";
  }

  void Run(int thread) override {
    if (thread == 0) {
      for (int i = 0; i < 4; ++i) LockAndRelease(table_, AccountId(2));
      return;
    }
    {
      const AccountsInOrder<2> both(table_, AccountId(1), AccountId(2));
      SortedLegs<Concurrency::kMultiThread, 2> locks(both, wait_);
      has_locked_ = locks.try_lock();
      if (has_locked_) locks.unlock();
    }
    // Whoever gave up holds nothing, and can have it all.
    LockAndRelease(table_, AccountId(1));
    LockAndRelease(table_, AccountId(2));
  }

  std::string Check() override {
    for (std::uint64_t id = 1; id <= 2; ++id) {
      if (AccountWord::IsLocked(table_.Hot(AccountId(id)).word.Load())) {
        return "an account stays locked";
      }
    }
    return {};
  }
  std::string FinalState() override {
    return has_locked_ ? "locked" : "gave up";
  }

 private:
  static constexpr int kLooksBefore = 64;

  static void LockAndRelease(const AccountTable& table, AccountId id) {
    LockWait forever(Wait::Forever());
    const AccountsInOrder<1> one(table, id);
    SortedLegs<Concurrency::kMultiThread, 1> lock(one, forever);
    lock.lock();
    lock.unlock();
  }

  AccountTable table_;
  LockWait wait_{Wait::AtMost(std::chrono::nanoseconds(1))};
  bool has_locked_ = false;
};

// Two threads each set the time and then post.
class AdvanceAndPost final : public MixedScenario {
 public:
  explicit AdvanceAndPost(const Setup& setup)
      : MixedScenario(setup, {"sets the time to 10, and pays 2 -> 3",
                              "sets the time to 20, and pays 3 -> 2",
                              "looks at the time, twice"}) {
    rows_.Start(ledger());
    cursor_ = std::make_unique<JournalCursor>(ledger().OpenJournal().value());
    while (!cursor_->Read().value().entries.empty()) {
    }
  }

 private:
  void RunOther(int thread) override {
    if (thread == 2) {
      const Tick first = ledger().now();
      const Tick second = ledger().now();
      Require(first <= second, "time runs backwards");
      Saw(thread, first.value());
      return Saw(thread, second.value());
    }
    const Tick to(thread == 0 ? 10 : 20);
    const Outcome outcome = ledger().Advance(to);
    Saw(thread, outcome);
    Require(outcome == Outcome::kOk ||
                (outcome == Outcome::kTimeRunsBackwards && thread == 0),
            "the time cannot be set to what is to come");
    const AccountId from = account(1 + thread);
    const AccountId payee = account(2 - thread);
    const std::vector<Leg> legs = {{from, Amount(-1)}, {payee, Amount(1)}};
    Record([&] { recorder().Begin(name_, legs); });
    const Receipt receipt = session(thread).Transfer(
        from, payee, Amount(1),
        {.code = static_cast<std::uint32_t>(to.value())});
    Record([&] { recorder().End(receipt); });
  }
  std::string CheckMore() override {
    const std::vector<Entry> rows = cursor_->Read().value().entries;
    const std::string_view wrong = rows_.Follow(rows);
    if (!wrong.empty()) return std::string(wrong);
    for (const Entry& row : rows) {
      if (row.tick < Tick(row.code)) return "a row is before its own time";
    }
    return ledger().now() == Tick(20) ? std::string()
                                      : "the time is not the last one set";
  }

  const std::uint32_t name_ = recorder().AddName("payment");
  RowFollower rows_;
  std::unique_ptr<JournalCursor> cursor_;
};

}  // namespace

std::vector<NamedScenario> StatusScenarios() {
  const LegsOf there = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -3}, {1, 3}};
  const LedgerScenario::Setup freeze = {{10, 10}, {{there, back}, {}}};
  const LedgerScenario::Setup close = {{0, 10}, {{back, there}, {}}};
  const LedgerScenario::Setup floor = {{10, 10}, {{there}, {}}};
  LedgerScenario::Setup floor_optimistic = floor;
  floor_optimistic.how = {Optimistic(1)};
  const LedgerScenario::Setup impatient = {
      .balances = {10, 10, 10},
      .work = {{{{2, -1}, {3, 1}}}, {{{1, -2}, {2, 2}}, {{1, -3}, {3, 3}}}}};
  const LedgerScenario::Setup time = {
      .balances = {10, 10},
      .work = {{}, {}, {}},
      .options = {.journal_bytes = std::uint64_t{1} << 20},
      .real_time = false};
  return {
      {"freeze-and-pay", "an account is frozen while a thread posts to it",
       MakeFrom<FreezeAndPay>(freeze), nullptr},
      {"close-and-pay",
       "an account is closed, if it is empty, while a thread posts to it",
       MakeFrom<CloseAndPay>(close), nullptr},
      {"raise-floor-and-pay",
       "an account's floor is raised to what it has while a thread takes some",
       MakeFrom<RaiseFloor>(floor), nullptr},
      {"raise-floor-optimistic", "the same, the payment optimistic",
       MakeFrom<RaiseFloor>(floor_optimistic), nullptr},
      {"never-wait", "a thread that does not wait for locks, and then does",
       MakeFrom<NeverWait>(impatient), nullptr},
      {"patience", "a thread that gives up on a lock, having another one",
       [] { return std::make_unique<Patience>(); }, nullptr},
      {"advance-and-post", "two threads set the time and post",
       MakeFrom<AdvanceAndPost>(time), nullptr},
  };
}

}  // namespace lockstep::engine::explore
