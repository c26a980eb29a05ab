// Optimistic mode when somebody else gets in between. Each conflict is provoked
// for certain: the function itself lets another thread change what it has seen,
// and waits for it to end.

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <thread>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::CoreWorld;
using test::SmallLedger;
using test::StateOf;
using test::Watchdog;

// What another thread does while the function runs.
template <class Work>
void Meanwhile(const Work& work) {
  std::jthread other(work);
  other.join();
}

class ConflictTest : public testing::TestWithParam<Concurrency> {
 protected:
  static TransferOptions Optimistic(std::uint16_t attempts,
                                    AfterLastAttempt then) {
    using std::chrono::nanoseconds;
    return {.mode = Mode::kOptimistic,
            .retry = {.attempts = attempts,
                      .then = then,
                      .base_delay = nanoseconds(1),
                      .max_delay = nanoseconds(10)}};
  }
  static TransferOptions RefuseAfter(std::uint16_t attempts) {
    return Optimistic(attempts, AfterLastAttempt::kRefuse);
  }
  static TransferOptions LockAfter(std::uint16_t attempts) {
    return Optimistic(attempts, AfterLastAttempt::kLock);
  }

  // Somebody pays the account one unit, on another thread.
  void Pay(AccountId account) {
    Meanwhile([&] {
      EXPECT_TRUE(ledger_.Transfer(small_.issuer, account, Amount(1)).ok());
    });
  }
  std::uint64_t retries() const { return ledger_.GetStats().retries; }

  const Watchdog watchdog_;
  SmallLedger small_{{.concurrency = GetParam()}};
  Ledger& ledger_ = small_.ledger;
  AccountId alice_ = small_.Account(1000);
  AccountId bob_ = small_.Account(50);
  AccountId carol_ = small_.Account(7);
};

TEST_P(ConflictTest, TheFunctionRunsAgainOnWhatThereIsThen) {
  std::vector<Amount> seen;
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates states) {
        seen.push_back(states[0].balance);
        if (seen.size() == 1) Pay(alice_);
        // Everything that there is.
        return Decision().Move(alice_, bob_, states[0].balance);
      },
      RefuseAfter(2));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(seen, (std::vector<Amount>{Amount(1000), Amount(1001)}));
  EXPECT_EQ(receipt.attempts(), 2U);
  EXPECT_EQ(receipt.Find(alice_)->before, Amount(1001));
  EXPECT_EQ(small_.Balance(alice_), Amount(0));
  EXPECT_EQ(small_.Balance(bob_), Amount(1051));
  EXPECT_EQ(retries(), 1U);
  small_.ExpectSound();
}

TEST_P(ConflictTest, AfterTheLastAttemptItIsRefused) {
  for (const std::uint16_t attempts : std::to_array<std::uint16_t>({1, 2, 5})) {
    SCOPED_TRACE(testing::Message() << attempts << " attempts");
    const Stats counted = ledger_.GetStats();
    const Amount before = small_.Balance(alice_);
    std::uint16_t calls = 0;
    const Receipt receipt = ledger_.Transact(
        {alice_, bob_},
        [&](AccountStates) {
          ++calls;
          Pay(alice_);
          return Decision().Move(alice_, bob_, Amount(100));
        },
        RefuseAfter(attempts));
    EXPECT_EQ(receipt.outcome(), Outcome::kConflict);
    EXPECT_EQ(receipt.attempts(), attempts);
    EXPECT_TRUE(receipt.changes().empty());
    EXPECT_EQ(receipt.refusal().leg, Refusal::kNoLeg);
    EXPECT_EQ(calls, attempts);
    EXPECT_EQ(small_.Balance(alice_), Add(before, Amount(calls)).value())
        << "nothing happened but what the others did";
    const Stats since = test::Since(counted, ledger_.GetStats());
    EXPECT_EQ(since.of(Outcome::kConflict), 1U);
    EXPECT_EQ(since.retries, attempts - 1U)
        << "the last one was not made again";
    EXPECT_EQ(since.posted(), calls);
    EXPECT_EQ(ledger_.Explain(receipt).rfind("conflict: ", 0), 0U);
  }
  EXPECT_EQ(small_.Balance(bob_), Amount(50));
  EXPECT_TRUE(ledger_.Transfer(alice_, bob_, Amount(1)).ok()) << "no lock";
  small_.ExpectSound();
}

TEST_P(ConflictTest, OrItIsDoneInLockedMode) {
  for (const std::uint16_t attempts : std::to_array<std::uint16_t>({1, 2, 5})) {
    SCOPED_TRACE(testing::Message() << attempts << " attempts");
    const Stats counted = ledger_.GetStats();
    std::uint16_t calls = 0;
    const Receipt receipt = ledger_.Transact(
        {alice_, bob_},
        [&](AccountStates states) {
          // The last time everything is locked: nobody could get in between.
          if (++calls <= attempts) Pay(bob_);
          return Decision()
              .Move(alice_, bob_, Amount(1))
              .Move(bob_, alice_, states[1].balance);
        },
        LockAfter(attempts));
    ASSERT_TRUE(receipt.ok());
    EXPECT_EQ(receipt.attempts(), attempts + 1U);
    EXPECT_EQ(calls, attempts + 1);
    EXPECT_EQ(small_.Balance(bob_), Amount(1)) << "it saw all that was paid";
    const Stats since = test::Since(counted, ledger_.GetStats());
    EXPECT_EQ(since.retries, attempts);
    EXPECT_EQ(since.posted(), attempts + 1U);
    EXPECT_EQ(since.refused(), 0U);
  }
  small_.ExpectSound();
}

TEST_P(ConflictTest, WhatIsOnlyLookedAtMustNotHaveChangedEither) {
  std::vector<Amount> seen;
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_, carol_},
      [&](AccountStates states) {
        seen.push_back(states[2].balance);
        if (seen.size() == 1) Pay(carol_);
        return Decision().Move(alice_, bob_, Amount(1));
      },
      RefuseAfter(2));
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(seen, (std::vector<Amount>{Amount(7), Amount(8)}));
  EXPECT_EQ(receipt.attempts(), 2U);
}

// Two accounts must not both be emptied; each of two functions looks at both
// and empties one. Neither writes what the other one wrote.
TEST_P(ConflictTest, WriteSkewIsRefused) {
  const AccountId left = small_.Account(60);
  const AccountId right = small_.Account(60);
  const auto withdraw = [&](AccountId from) {
    return [=, this](AccountStates states) {
      const Amount both = Add(states[0].balance, states[1].balance).value();
      if (both < Amount(100)) return Decision::Refuse(1);
      return Decision().Move(from, alice_, Amount(60));
    };
  };
  Receipt second;
  const Receipt first = ledger_.Transact(
      {left, right, alice_},
      [&](AccountStates states) {
        if (second.outcome() == Outcome::kLedgerClosed) {
          Meanwhile([&] {
            second = ledger_.Transact({left, right, alice_}, withdraw(right),
                                      RefuseAfter(1));
          });
        }
        return withdraw(left)(states);
      },
      RefuseAfter(1));
  EXPECT_TRUE(second.ok());
  EXPECT_EQ(first.outcome(), Outcome::kConflict);
  EXPECT_EQ(small_.Balance(left), Amount(60));
  EXPECT_EQ(small_.Balance(right), Amount(0));
  EXPECT_EQ(
      ledger_.Transact({left, right, alice_}, withdraw(left), RefuseAfter(1))
          .outcome(),
      Outcome::kRefusedByFunction);
}

// To have been looked at by somebody is a change: the other half of the above.
TEST_P(ConflictTest, WhatSomebodyOnlyLookedAtHasChanged) {
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates) {
        Meanwhile([&] {
          EXPECT_TRUE(ledger_
                          .Transact({alice_, carol_, small_.issuer},
                                    [&](AccountStates) {
                                      return Decision().Move(small_.issuer,
                                                             carol_, Amount(1));
                                    })
                          .ok());
        });
        return Decision().Move(alice_, bob_, Amount(1));
      },
      RefuseAfter(1));
  EXPECT_EQ(receipt.outcome(), Outcome::kConflict);
}

TEST_P(ConflictTest, ABalanceThatIsThereAgainHasChanged) {
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates) {
        Meanwhile([&] {
          EXPECT_TRUE(ledger_.Transfer(alice_, carol_, Amount(5)).ok());
          EXPECT_TRUE(ledger_.Transfer(carol_, alice_, Amount(5)).ok());
        });
        return Decision().Move(alice_, bob_, Amount(1));
      },
      RefuseAfter(1));
  EXPECT_EQ(receipt.outcome(), Outcome::kConflict);
}

TEST_P(ConflictTest, AStatusIsPartOfWhatWasSeen) {
  std::vector<AccountStatus> seen;
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates states) {
        seen.push_back(states[1].status);
        if (seen.size() == 1) {
          Meanwhile([&] {
            EXPECT_EQ(ledger_.SetStatus(bob_, AccountStatus::kFrozen),
                      Outcome::kOk);
          });
        }
        return Decision().Move(alice_, bob_, Amount(1));
      },
      RefuseAfter(2));
  EXPECT_EQ(receipt.outcome(), Outcome::kAccountFrozen);
  EXPECT_EQ(receipt.attempts(), 2U);
  EXPECT_EQ(seen, (std::vector<AccountStatus>{AccountStatus::kOpen,
                                              AccountStatus::kFrozen}));
}

TEST_P(ConflictTest, WhatWasNotDeclaredMayChange) {
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates) {
        Pay(carol_);
        return Decision().Move(alice_, bob_, Amount(1));
      },
      RefuseAfter(1));
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.attempts(), 1U);
  EXPECT_EQ(retries(), 0U);
}

// What was seen was of one moment, so what follows from it was true then.
TEST_P(ConflictTest, ARefusalNeedsNoLock) {
  const Receipt by_function = ledger_.Transact(
      {bob_, alice_},
      [&](AccountStates) {
        Pay(bob_);
        return Decision::Refuse(4);
      },
      RefuseAfter(1));
  EXPECT_EQ(by_function.outcome(), Outcome::kRefusedByFunction);
  EXPECT_EQ(by_function.refusal().reason, 4U);
  const Receipt by_state = ledger_.Transact(
      {bob_, alice_},
      [&](AccountStates states) {
        const Amount more = Add(states[0].balance, Amount(1)).value();
        Pay(bob_);  // now it would be enough
        return Decision().Move(bob_, alice_, more);
      },
      RefuseAfter(1));
  EXPECT_EQ(by_state.outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(by_state.refusal().available, Amount(51));
  EXPECT_EQ(by_state.refusal().required, Amount(52));
  EXPECT_EQ(retries(), 0U);
}

TEST_P(ConflictTest, TheLastOfVeryManyAttempts) {
  std::uint32_t calls = 0;
  TransferOptions options = RefuseAfter(300);
  options.retry.base_delay = options.retry.max_delay =
      std::chrono::nanoseconds(0);
  const Receipt receipt = ledger_.Transact(
      {alice_, bob_},
      [&](AccountStates) {
        ++calls;
        Pay(alice_);
        return Decision().Move(alice_, bob_, Amount(1));
      },
      options);
  EXPECT_EQ(receipt.outcome(), Outcome::kConflict);
  EXPECT_EQ(receipt.attempts(), 300U);
  EXPECT_EQ(calls, 300U);
}

INSTANTIATE_TEST_SUITE_P(All, ConflictTest, test::EachConcurrency(),
                         testing::PrintToStringParamName());

// --- Locks that others hold ------------------------------------------------

class LockedByOthersTest : public testing::TestWithParam<Concurrency> {
 protected:
  // A transfer during whose first run somebody locks the payee, and not again.
  Receipt TransactAndLock(const RetryPolicy& retry) {
    const AccountId declared[] = {payer_, payee_};
    calls_ = 0;
    return world_.Transact(
        declared,
        [&](AccountStates) {
          if (++calls_ == 1) world_.Lock(payee_);
          return Decision().Move(payer_, payee_, Amount(1));
        },
        {.wait = Wait::Never(), .mode = Mode::kOptimistic, .retry = retry});
  }
  // The lock is still the other's, and there is none besides.
  void ExpectAsItWas() {
    EXPECT_FALSE(world_.IsLocked(payer_));
    EXPECT_TRUE(world_.IsLocked(payee_));
    world_.Unlock(payee_);
    EXPECT_TRUE(world_.Transfer(payer_, payee_, Amount(1), {}).ok());
  }

  const Watchdog watchdog_;
  CoreWorld world_{GetParam()};
  AccountId payer_ = world_.Account(Amount(1000));
  AccountId payee_ = world_.Account();
  int calls_ = 0;
};

TEST_P(LockedByOthersTest, AreAConflict) {
  const Receipt receipt =
      TransactAndLock({.attempts = 1, .then = AfterLastAttempt::kRefuse});
  EXPECT_EQ(receipt.outcome(), Outcome::kConflict);
  EXPECT_EQ(receipt.attempts(), 1U);
  ExpectAsItWas();
}

TEST_P(LockedByOthersTest, AreWaitedForBeforeTheNextLook) {
  const Receipt receipt =
      TransactAndLock({.attempts = 2, .then = AfterLastAttempt::kRefuse});
  EXPECT_EQ(receipt.outcome(), Outcome::kBusy);
  EXPECT_EQ(receipt.attempts(), 2U);
  EXPECT_EQ(calls_, 1);
  ExpectAsItWas();
}

TEST_P(LockedByOthersTest, AreWaitedForInLockedMode) {
  const Receipt receipt =
      TransactAndLock({.attempts = 1, .then = AfterLastAttempt::kLock});
  EXPECT_EQ(receipt.outcome(), Outcome::kBusy);
  EXPECT_EQ(receipt.attempts(), 2U);
  EXPECT_EQ(calls_, 1);
  ExpectAsItWas();
}

INSTANTIATE_TEST_SUITE_P(All, LockedByOthersTest, test::EachConcurrency(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep
