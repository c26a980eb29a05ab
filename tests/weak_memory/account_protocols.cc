// One account: its lock, and reading it without.

#include "engine/accounts/account.h"
#include "engine/accounts/account_table.h"
#include "engine/locking/account_lock.h"
#include "tests/weak_memory/protocols.h"

namespace lockstep::test::weak {
namespace {

using engine::Account;
using engine::AccountView;
using engine::JoinHalves;

constexpr AccountId kOnly{1};

void Lock(Account& account) {
  engine::LockWait wait(Wait::Forever());
  const bool locked =
      engine::LockAccount<Concurrency::kMultiThread>(account, kOnly, wait);
  Check(locked, "who waits for ever gets the lock");
}

void Unlock(Account& account, Sequence version) {
  engine::UnlockAccount(account, kOnly, version);
}

// Each thread adds to a plain number under the lock, and leaves a version
// every other time.
template <int kThreads, int kRounds>
class MutualExclusion : public Scenario {
 public:
  void Run(int /*thread*/) override {
    for (int round = 0; round < kRounds; ++round) {
      Lock(account_);
      const std::uint64_t sum = sum_.Load() + 1;
      sum_.Store(sum);
      Unlock(account_, round % 2 == 0 ? Sequence(sum) : Sequence());
    }
  }
  void After() override {
    Check(sum_.Load() == kThreads * kRounds, "every addition counted");
  }

 private:
  Account account_{AssetId(1), 0, false, AccountStatus::kOpen};
  Plain sum_;
};

// What an operation that leaves `version` writes: into both halves, so that a
// mix is seen.
engine::Int128 AmountAt(std::uint64_t version) {
  return JoinHalves(version, version);
}
AccountStatus StatusAt(std::uint64_t version) {
  return static_cast<AccountStatus>(version % 4);
}

// Which fields a writer changes.
constexpr unsigned kBalance = 1;
constexpr unsigned kHeld = 2;
constexpr unsigned kStatus = 4;
constexpr unsigned kCeiling = 8;
constexpr unsigned kAll = kBalance | kHeld | kStatus;

// The last thread reads without the lock; the others write under it.
template <int kThreads, int kRounds, unsigned kFields>
class UnlockedRead : public Scenario {
 public:
  UnlockedRead() { cold_.ceiling = CeilingAt(0); }

  void Run(int thread) override {
    for (int round = 0; round < kRounds; ++round) {
      if (thread == kThreads - 1) {
        Read();
      } else {
        Write();
      }
    }
  }

 private:
  void Write() {
    Lock(account_);
    const std::uint64_t version = account_.word.VersionLocked().value() + 1;
    if constexpr ((kFields & kBalance) != 0) {
      account_.balance.StoreLocked(AmountAt(version));
    }
    if constexpr ((kFields & kHeld) != 0) {
      account_.held.StoreLocked(AmountAt(version));
    }
    if constexpr ((kFields & kCeiling) != 0) {
      engine::StoreCeilingLocked(account_, cold_, CeilingAt(version));
    }
    if constexpr ((kFields & kStatus) != 0) {
      account_.SetStatusLocked(StatusAt(version));
    }
    Unlock(account_, Sequence(version));
  }

  void Read() {
    const engine::AccountView view =
        engine::LookUntilOneView(account_, [&](std::uint64_t word) {
          return engine::ViewSharedWith(
              account_, word,
              [&]() -> const engine::ColdAccount& { return cold_; });
        });
    const std::uint64_t version = view.version.value();
    const auto of = [version](unsigned field) {
      return (kFields & field) != 0 ? version : 0;
    };
    Check(view.balance == AmountAt(of(kBalance)),
          "the balance is that version's");
    Check(view.held == AmountAt(of(kHeld)), "what is held is that version's");
    Check(view.status == StatusAt(of(kStatus)), "the status is that version's");
    Check(view.ceiling == CeilingAt(version), "the ceiling is that version's");
    Check(view.version >= last_read_, "versions do not go back");
    last_read_ = view.version;
  }

  // There is one at first, and then none, and so on.
  static engine::Int128 CeilingAt(std::uint64_t version) {
    const bool is_any = (kFields & kCeiling) != 0 && version % 2 == 0;
    return is_any ? AmountAt(version) : engine::kInt128Max;
  }

  Account account_{AssetId(1), 0, (kFields & kCeiling) != 0, StatusAt(0)};
  engine::ColdAccount cold_;
  Sequence last_read_;  // the reader's own
};

// More than there are.
constexpr std::uint64_t kEnough = 1'000'000'000;

constexpr Protocol kProtocols[] = {
    {"lock_all_schedules", 2, Search::kEverything, kEnough,
     MakeScenario<MutualExclusion<2, 1>>},
    {"lock_of_two_threads", 2, Search::kRandom, 50'000,
     MakeScenario<MutualExclusion<2, 3>>},
    {"lock_of_three_threads", 3, Search::kRandom, 50'000,
     MakeScenario<MutualExclusion<3, 2>>},
    {"read_balance_all_schedules", 2, Search::kEverything, kEnough,
     MakeScenario<UnlockedRead<2, 1, kBalance>>},
    {"read_status_all_schedules", 2, Search::kEverything, kEnough,
     MakeScenario<UnlockedRead<2, 1, kStatus>>},
    // Exhausted at ten times the usual scale: 8 million.
    {"read_ceiling_all_schedules", 2, Search::kEverything, 1'500'000,
     MakeScenario<UnlockedRead<2, 1, kCeiling>>},
    {"read_beside_a_writer", 2, Search::kRandom, 50'000,
     MakeScenario<UnlockedRead<2, 2, kAll>>},
    {"read_beside_two_writers", 3, Search::kRandom, 50'000,
     MakeScenario<UnlockedRead<3, 2, kAll>>},
    // Exhausted at ten times the usual scale: 14 million.
    {"read_everything_all_schedules", 2, Search::kEverything, 1'500'000,
     MakeScenario<UnlockedRead<2, 1, kAll>>},
};

}  // namespace

std::span<const Protocol> AccountProtocols() { return kProtocols; }

}  // namespace lockstep::test::weak
