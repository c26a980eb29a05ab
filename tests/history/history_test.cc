#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "engine/explore/history/history_checker.h"
#include "engine/explore/history/history_recorder.h"
#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep::test {
namespace {

using engine::explore::History;
using engine::explore::HistoryChecker;
using engine::explore::HistoryRecorder;
using engine::explore::StatesOf;
using engine::explore::Verdict;

constexpr int kHistoryThreads = 8;

// -1: not one of those that are recorded.
int& ThisThread() {
  thread_local int number = -1;
  return number;
}

// A ledger on which everything happens at once to a few accounts, and what
// happened.
class Crowd {
 public:
  explicit Crowd(std::uint64_t seed) : seed_(seed) {
    const AssetId silver =
        small_.ledger.CreateAsset({.code = "SILVER"}).value();
    for (const AssetId asset : {small_.gold, silver}) {
      hot_.emplace_back();
      for (int i = 0; i < 4; ++i) {
        hot_.back().push_back(small_.Account(1000, {.asset = asset}));
      }
    }
    history_.before = StatesOf(small_.ledger);
  }

  // A window: each thread does so much, then all that they did is checked.
  Verdict Run(std::uint64_t window, std::uint64_t each) {
    RunThreads(kHistoryThreads, [&](int thread) {
      ThisThread() = thread;
      std::mt19937_64 random(seed_ * 1'000'003 + window * kHistoryThreads +
                             static_cast<std::uint64_t>(thread));
      // Half of them have sessions of their own: a new one every window.
      Session session = small_.ledger.OpenSession().value();
      for (std::uint64_t i = 0; i < each; ++i) {
        Next(random, thread % 2 == 0 ? &session : nullptr);
      }
    });
    recorder_.Take(history_, StatesOf(small_.ledger));
    const auto began = std::chrono::steady_clock::now();
    Verdict verdict = checker_.Check(history_);
    checking_ += std::chrono::steady_clock::now() - began;
    Count();
    history_.StartNextWindow();
    return verdict;
  }

  // How often there was something of each kind.
  struct Counts {
    std::uint64_t operations = 0;
    std::uint64_t posted = 0;
    std::uint64_t refused = 0;
    std::uint64_t busy = 0;
    std::uint64_t audits = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t transactions = 0;
    std::uint64_t refused_transactions = 0;
    std::uint64_t reads = 0;
    std::uint64_t without_lock = 0;
    std::uint64_t statuses = 0;
    std::uint64_t sweeps = 0;
    std::uint64_t linked = 0;
    std::uint64_t holds = 0;
    std::uint64_t resolved = 0;
    std::uint64_t reversals = 0;
  };
  [[nodiscard]] std::uint64_t replays() const { return replays_; }
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] double CheckingSeconds() const { return checking_.count(); }
  // What audits in the middle of it had to say.
  [[nodiscard]] std::string AuditText() const {
    std::string text;
    for (const AuditFault& fault : faults_) {
      text += std::string(AuditRuleText(fault.rule)) + ": account " +
              std::to_string(fault.account.value()) + " at " +
              std::to_string(fault.sequence.value()) + ", expected " +
              FormatDecimal(fault.expected, 0) + ", found " +
              FormatDecimal(fault.found, 0) + "\n";
    }
    return text;
  }
  void ExpectSound() const { small_.ExpectSound(); }

 private:
  using Random = std::mt19937_64;

  void Next(Random& random, Session* session) {
    const std::uint64_t kind = random() % 1000;
    if (kind < 300) {
      Transfer(random, session);
    } else if (kind < 420) {
      Post(random, session);
    } else if (kind < 540) {
      Transact(random, session);
    } else if (kind < 590) {
      Sweep(random, session);
    } else if (kind < 640) {
      PostLinked(random, session);
    } else if (kind < 700) {
      Hold(random, session);
    } else if (kind < 760) {
      Resolve(random, session);
    } else if (kind < 800) {
      Reverse(random, session);
    } else if (kind < 850) {
      Read(random);
    } else if (kind < 950) {
      Look(random);
    } else if (kind < 990) {
      ChangeStatus(random);
    } else if (kind < 999) {
      Audit(kind % 2 == 0);
    } else {
      // For the transfers to come, of every thread.
      if (small_.ledger.account_count() < 60) small_.Account();
    }
  }

  AccountId Hot(Random& random, std::size_t asset) const {
    // Now and then one that was made meanwhile, or an issuer.
    if (random() % 16 == 0) {
      return AccountId(1 + random() % small_.ledger.account_count());
    }
    return hot_[asset][random() % hot_[asset].size()];
  }

  // In every mode, with all kinds of patience.
  static TransferOptions AnyOptions(Random& random) {
    TransferOptions options;
    const std::uint64_t kind = random() % 8;
    if (kind == 0) options.wait = Wait::Never();
    if (kind == 1) options.wait = Wait::AtMost(std::chrono::microseconds(1));
    options.mode = static_cast<Mode>(random() % 3);
    if (random() % 2 == 0) {
      options.retry = {.attempts = static_cast<std::uint16_t>(1 + random() % 3),
                       .then = static_cast<AfterLastAttempt>(random() % 2)};
    }
    return options;
  }

  void Transfer(Random& random, Session* session) {
    const std::size_t asset = random() % hot_.size();
    const AccountId from = Hot(random, asset);
    const AccountId to = Hot(random, asset);
    // Some are more than anybody has.
    const auto amount = static_cast<std::int64_t>(1 + random() % 400);
    const std::array<Leg, 2> legs = {
        {{from, Amount(-amount)}, {to, Amount(amount)}}};
    const TransferOptions options = AnyOptions(random);
    recorder_.Begin(transfer_name_, legs);
    recorder_.End(
        session != nullptr
            ? session->Transfer(from, to, Amount(amount), options)
            : small_.ledger.Transfer(from, to, Amount(amount), options));
  }

  // Two to six legs, of one asset or two, some on the same account.
  void Post(Random& random, Session* session) {
    std::vector<Leg> legs;
    for (std::uint64_t pair = 1 + random() % 3; pair-- > 0;) {
      const std::size_t asset = random() % hot_.size();
      const auto amount = static_cast<std::int64_t>(1 + random() % 200);
      legs.push_back(
          {hot_[asset][random() % hot_[asset].size()], Amount(-amount)});
      legs.push_back(
          {hot_[asset][random() % hot_[asset].size()], Amount(amount)});
    }
    const TransferOptions options = AnyOptions(random);
    recorder_.Begin(post_name_, legs);
    recorder_.End(session != nullptr ? session->Post(legs, options)
                                     : small_.ledger.Post(legs, options));
  }

  // Calls `function` with whatever this thread posts through.
  template <class Function>
  auto Through(Session* session, const Function& function) {
    return session != nullptr ? function(*session) : function(small_.ledger);
  }

  // Two accounts of one asset, and an amount between them.
  std::array<Leg, 2> Payment(Random& random) {
    const std::size_t asset = random() % hot_.size();
    const auto amount = static_cast<std::int64_t>(1 + random() % 200);
    const AccountId from = hot_[asset][random() % hot_[asset].size()];
    return {{{from, Amount(-amount)}, {Hot(random, asset), Amount(amount)}}};
  }

  // All that two accounts have goes to a third one; with an id, which others
  // use for something else.
  void Sweep(Random& random, Session* session) {
    const std::vector<AccountId>& hot = hot_[random() % hot_.size()];
    const std::size_t first = random() % hot.size();
    const auto other = [&](std::size_t by) {
      return hot[(first + by) % hot.size()];
    };
    const Flow flows[] = {
        {.from = hot[first], .to = other(1), .at_most = Amount(50)},
        {.from = other(2), .to = other(1), .shares_limit = true}};
    TransferOptions options = AnyOptions(random);
    if (random() % 2 == 0) options.id = {0, 1 + random() % 64};
    recorder_.Begin(sweep_name_);
    const Receipt receipt = Through(session, [&](auto& door) {
      return door.Post({.flows = flows, .options = options});
    });
    if (receipt.is_replay()) {  // which posted nothing
      recorder_.End(Outcome::kIdTaken);
      ++replays_;
      return;
    }
    EndMoved(receipt);
  }

  void EndMoved(const Receipt& receipt) {
    std::vector<Leg> moved;
    for (const AccountChange& change : receipt.changes()) {
      moved.push_back(
          {change.account, Subtract(change.after, change.before).value()});
    }
    recorder_.Moved(moved);
    recorder_.End(receipt);
  }

  // To those who watch, linked transfers are one.
  void PostLinked(Random& random, Session* session) {
    const std::array<Leg, 2> first = Payment(random);
    const std::array<Leg, 2> second = Payment(random);
    const TransferRequest requests[] = {{.legs = first}, {.legs = second}};
    const std::array<Leg, 4> all = {first[0], first[1], second[0], second[1]};
    Receipt receipts[2];
    const TransferOptions options = AnyOptions(random);
    recorder_.Begin(linked_name_, all);
    Through(session, [&](auto& door) {
      return door.PostAll(
          requests, receipts,
          {.wait = options.wait, .mode = options.mode, .retry = options.retry});
    });
    recorder_.End(receipts[1].outcome() == Outcome::kLinkedRefused
                      ? receipts[0]
                      : receipts[1]);
    if (receipts[1].ok()) Remember(posted_, {receipts[1].sequence(), {}});
  }

  void Hold(Random& random, Session* session) {
    const std::array<Leg, 2> legs = Payment(random);
    const TransferOptions options = AnyOptions(random);
    recorder_.Begin(hold_name_);
    const Receipt receipt = Through(
        session, [&](auto& door) { return door.Hold(legs, Tick(), options); });
    recorder_.End(receipt);
    if (receipt.ok()) Remember(holds_, {receipt.sequence(), legs});
  }

  // Whoever is late finds that another one was there before.
  void Resolve(Random& random, Session* session) {
    const Known hold = Recall(holds_, random);
    if (hold.sequence.is_none()) return;
    const TransferOptions options = AnyOptions(random);
    const bool captures = random() % 2 == 0;
    recorder_.Begin(resolve_name_, captures ? std::span<const Leg>(hold.legs)
                                            : std::span<const Leg>());
    const Receipt receipt = Through(session, [&](auto& door) {
      return captures ? door.Capture(hold.sequence, {}, options)
                      : door.Release(hold.sequence, options);
    });
    recorder_.End(receipt);
    if (receipt.ok() && captures) Remember(posted_, hold);
  }

  void Reverse(Random& random, Session* session) {
    const Known transfer = Recall(posted_, random);
    if (transfer.sequence.is_none()) return;
    const TransferOptions options = AnyOptions(random);
    recorder_.Begin(reverse_name_);
    EndMoved(Through(session, [&](auto& door) {
      return door.Reverse(transfer.sequence, options);
    }));
  }

  // What was posted, for others to go on with; the last ones.
  struct Known {
    Sequence sequence;
    std::array<Leg, 2> legs;
  };
  void Remember(std::vector<Known>& list, const Known& known) {
    const std::scoped_lock lock(known_mutex_);
    if (list.size() == 40) list.erase(list.begin());
    list.push_back(known);
  }
  Known Recall(const std::vector<Known>& list, Random& random) {
    const std::scoped_lock lock(known_mutex_);
    return list.empty() ? Known() : list[random() % list.size()];
  }

  // Moves something between two accounts if four of them, which it only looks
  // at, have an even sum of balances.
  void Transact(Random& random, Session* session) {
    const std::size_t asset = random() % hot_.size();
    const auto amount = static_cast<std::int64_t>(1 + random() % 300);
    const AccountId from = hot_[asset][random() % hot_[asset].size()];
    const AccountId to = Hot(random, asset);
    const std::array<Leg, 2> legs = {
        {{from, Amount(-amount)}, {to, Amount(amount)}}};
    std::vector<AccountId> declared = {from, to};
    for (std::size_t i = 0; i < 4; ++i) declared.push_back(Hot(random, i % 2));
    std::shuffle(declared.begin(), declared.end(), random);
    const TransferOptions options = AnyOptions(random);
    const auto decide = [&](AccountStates states) {
      std::uint64_t odd = 0;
      for (const AccountState& state : states) odd ^= state.balance.low() & 1;
      if (odd != 0) return Decision::Refuse(1);
      return Decision().Add(from, legs[0].amount).Add(to, legs[1].amount);
    };
    recorder_.Begin(transact_name_, legs);
    recorder_.End(session != nullptr
                      ? session->Transact(declared, decide, options)
                      : small_.ledger.Transact(declared, decide, options));
  }

  // Mostly a few; now and then so many that it takes a snapshot.
  void Read(Random& random) {
    std::vector<AccountId> accounts(random() % 16 == 0 ? kMaxLegs + 1
                                                       : 2 + random() % 5);
    for (AccountId& account : accounts) {
      account = Hot(random, random() % hot_.size());
    }
    recorder_.Begin(read_name_);
    recorder_.End(small_.ledger.Read(accounts).error());
  }

  void Look(Random& random) {
    const AccountId account = Hot(random, random() % hot_.size());
    recorder_.Begin(look_name_);
    const AccountInfo info = small_.ledger.GetAccount(account).value();
    recorder_.Read(info.id, info.version, info.balance);
    recorder_.End(Outcome::kOk);
  }

  // Mostly open, so that transfers go on.
  void ChangeStatus(Random& random) {
    const auto status = random() % 8 == 0
                            ? static_cast<AccountStatus>(random() % 5)
                            : AccountStatus::kOpen;
    const AccountId account = Hot(random, random() % hot_.size());
    recorder_.Begin(status_name_);
    recorder_.EndStatusChange(small_.ledger.SetStatus(account, status));
  }

  void Audit(bool digest) {
    recorder_.Begin(audit_name_);
    if (digest) {
      EXPECT_TRUE(small_.ledger.Digest());
      recorder_.End(Outcome::kOk);
      return;
    }
    const AuditReport report = small_.ledger.Audit().value();
    recorder_.End(Outcome::kOk);
    const std::scoped_lock lock(faults_mutex_);
    for (const AuditFault& fault : report.faults) {
      if (faults_.size() < kMaxAuditFaults) faults_.push_back(fault);
    }
  }

  void Count() {
    for (const engine::explore::Operation& operation : history_.operations) {
      ++counts_.operations;
      counts_.posted += operation.posted() ? 1U : 0U;
      counts_.refused += operation.outcome != Outcome::kOk ? 1U : 0U;
      counts_.busy += operation.outcome == Outcome::kBusy ? 1U : 0U;
      counts_.conflicts += operation.outcome == Outcome::kConflict ? 1U : 0U;
      counts_.transactions +=
          operation.name == transact_name_ && operation.posted() ? 1U : 0U;
      counts_.refused_transactions +=
          operation.outcome == Outcome::kRefusedByFunction ? 1U : 0U;
      counts_.reads += operation.name == read_name_ ? 1U : 0U;
      counts_.audits += operation.name == audit_name_ ? 1U : 0U;
      counts_.without_lock += operation.name == look_name_ ? 1U : 0U;
      const auto posted_as = [&](std::uint32_t name) {
        return operation.name == name && operation.posted() ? 1U : 0U;
      };
      counts_.sweeps += posted_as(sweep_name_);
      counts_.linked += posted_as(linked_name_);
      counts_.holds += posted_as(hold_name_);
      counts_.resolved += posted_as(resolve_name_);
      counts_.reversals += posted_as(reverse_name_);
      counts_.statuses +=
          operation.name == status_name_ && operation.posted() ? 1U : 0U;
    }
  }

  const std::uint64_t seed_;
  // A small journal: it is looked through by every audit.
  SmallLedger small_{{.journal_bytes = std::uint64_t{256} << 10}};
  std::vector<std::vector<AccountId>> hot_;  // by asset
  HistoryRecorder recorder_{kHistoryThreads, [] { return ThisThread(); }};
  const std::uint32_t transfer_name_ = recorder_.AddName("transfer");
  const std::uint32_t post_name_ = recorder_.AddName("post");
  const std::uint32_t transact_name_ = recorder_.AddName("transact");
  const std::uint32_t read_name_ = recorder_.AddName("read");
  const std::uint32_t look_name_ = recorder_.AddName("look");
  const std::uint32_t status_name_ = recorder_.AddName("set status");
  const std::uint32_t audit_name_ = recorder_.AddName("audit");
  const std::uint32_t sweep_name_ = recorder_.AddName("sweep");
  const std::uint32_t linked_name_ = recorder_.AddName("linked transfers");
  const std::uint32_t hold_name_ = recorder_.AddName("hold");
  const std::uint32_t resolve_name_ = recorder_.AddName("resolve a hold");
  const std::uint32_t reverse_name_ = recorder_.AddName("reversal");
  std::atomic<std::uint64_t> replays_ = 0;
  std::mutex known_mutex_;
  std::vector<Known> holds_;
  std::vector<Known> posted_;
  History history_;
  HistoryChecker checker_;
  Counts counts_;
  std::mutex faults_mutex_;
  std::vector<AuditFault> faults_;
  std::chrono::duration<double> checking_{};
};

// Whatever happens at once, it is as if it had happened one after the other, in
// an order that everybody could have seen from outside.
TEST(ConcurrentHistory, IsStrictlySerializable) {
  constexpr std::uint64_t kEach = 5000;
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  Crowd crowd(seed);
  const std::uint64_t windows = Scaled(30);
  for (std::uint64_t window = 0; window < windows; ++window) {
    const Watchdog watchdog;
    const Verdict verdict = crowd.Run(window, kEach);
    ASSERT_TRUE(verdict.ok()) << "window " << window << "\n" << verdict.Text();
    ASSERT_GT(verdict.dependency_count, kEach);
    ASSERT_EQ(crowd.AuditText(), "") << "window " << window;
  }
  crowd.ExpectSound();
  const Crowd::Counts& counts = crowd.counts();
  EXPECT_GT(counts.posted, counts.operations / 8);
  EXPECT_GT(counts.refused, counts.operations / 100);
  EXPECT_GT(counts.busy, 0U);
  EXPECT_GT(counts.conflicts, 0U);
  EXPECT_GT(counts.transactions, counts.operations / 50);
  EXPECT_GT(counts.refused_transactions, counts.operations / 50);
  EXPECT_GT(counts.reads, 0U);
  EXPECT_GT(counts.audits, 0U);
  EXPECT_GT(counts.without_lock, 0U);
  EXPECT_GT(counts.statuses, 0U);
  EXPECT_GT(counts.sweeps, counts.operations / 200);
  EXPECT_GT(counts.linked, counts.operations / 200);
  EXPECT_GT(counts.holds, counts.operations / 200);
  EXPECT_GT(counts.resolved, counts.operations / 400);
  EXPECT_GT(counts.reversals, counts.operations / 1000);
  EXPECT_GT(crowd.replays(), 0U);
  RecordProperty("operations", std::to_string(counts.operations));
  RecordProperty("posted", std::to_string(counts.posted));
  RecordProperty("refused", std::to_string(counts.refused));
  RecordProperty("checked_a_second",
                 std::to_string(static_cast<double>(counts.operations) /
                                crowd.CheckingSeconds()));
}

}  // namespace
}  // namespace lockstep::test
