// Snapshots, reads and clones when there is no memory, and posting while a
// snapshot lives, which must keep what it replaces.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "engine/snapshot/image_stock.h"
#include "tests/allocation/failing_calls.h"
#include "tests/allocation/scarce_memory.h"
#include "tests/support/account_states.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::After;
using test::CallWithoutMemory;
using test::FailAllocation;
using test::FailEachAllocation;
using test::kPrepareNothing;
using SnapshotWorld = test::ScarceWorld;

class SnapshotMemoryTest : public testing::Test {
 protected:
  const test::Watchdog watchdog_;
};

void TakeSnapshot(SnapshotWorld& world) {
  world.snapshot = world.ledger.TakeSnapshot().value();
}

TEST_F(SnapshotMemoryTest, NoneIsTaken) {
  const std::uint64_t allocations = FailEachAllocation(
      kPrepareNothing,
      [](SnapshotWorld& world) { return world.ledger.TakeSnapshot().error(); });
  EXPECT_GE(allocations, 1U);
}

// The list of those that live grows at some of these numbers.
TEST_F(SnapshotMemoryTest, NoneIsTakenBesideOthers) {
  std::uint64_t most = 0;
  for (std::size_t others = 1; others <= 5; ++others) {
    std::vector<Snapshot> taken;
    const auto prepare = [&](SnapshotWorld& world) {
      taken.clear();
      while (taken.size() < others) {
        taken.push_back(world.ledger.TakeSnapshot().value());
      }
    };
    // Two, since what is looked at before has made room for one.
    const auto take_two = [](SnapshotWorld& world) {
      const Result<Snapshot> one = world.ledger.TakeSnapshot();
      if (!one) return one.error();
      return world.ledger.TakeSnapshot().error();
    };
    most = std::max(most, FailEachAllocation(prepare, take_two));
  }
  EXPECT_GE(most, 3U) << "the snapshots, and a longer list";
}

TEST_F(SnapshotMemoryTest, NothingIsRead) {
  EXPECT_EQ(FailEachAllocation(
                kPrepareNothing,
                [](SnapshotWorld& world) {
                  return world.ledger.Read({world.rich, world.poor}).error();
                }),
            1U);
}

TEST_F(SnapshotMemoryTest, NothingIsReadWhereItTakesASnapshot) {
  const std::uint64_t allocations =
      FailEachAllocation(kPrepareNothing, [](SnapshotWorld& world) {
        // Nothing here may ask for memory itself.
        std::array<AccountId, kMaxLegs + 1> many;
        many.fill(world.rich);
        std::array<AccountState, kMaxLegs + 1> states;
        const Outcome outcome = world.ledger.Read(many, states);
        EXPECT_EQ(states[7].id.is_none(), outcome != Outcome::kOk);
        return outcome;
      });
  EXPECT_GE(allocations, 1U);
}

TEST_F(SnapshotMemoryTest, UnknownAccountsNeedNoMemoryToBeUnknown) {
  SnapshotWorld world;
  const FailAllocation fail(0, After::kMemoryIsOut);
  EXPECT_EQ(world.ledger.Read({world.rich, AccountId(99)}).error(),
            Outcome::kUnknownAccount);
}

TEST_F(SnapshotMemoryTest, NothingIsAddedUp) {
  const std::uint64_t allocations = FailEachAllocation(
      TakeSnapshot,
      [](SnapshotWorld& world) { return world.snapshot->Totals().error(); });
  EXPECT_GE(allocations, 2U) << "the issuers, the totals";
}

TEST_F(SnapshotMemoryTest, NobodyIsTheRichest) {
  const std::uint64_t allocations = FailEachAllocation(
      [](SnapshotWorld& world) {
        for (int i = 0; i < 10; ++i) world.small.Account(i);
        TakeSnapshot(world);
      },
      [](SnapshotWorld& world) {
        const auto top = world.snapshot->Top(world.small.gold, 9);
        EXPECT_TRUE(!top || top->size() == 9);
        return top.error();
      });
  EXPECT_GE(allocations, 2U) << "the list grows";
}

TEST_F(SnapshotMemoryTest, NothingIsSpread) {
  const std::uint64_t allocations =
      FailEachAllocation(TakeSnapshot, [](SnapshotWorld& world) {
        const Amount bounds[] = {Amount(1), Amount(2)};
        return world.snapshot->Histogram(world.small.gold, bounds).error();
      });
  EXPECT_GE(allocations, 1U);
}

TEST_F(SnapshotMemoryTest, ThePastIsNotAuditedNorDigested) {
  EXPECT_GE(FailEachAllocation(TakeSnapshot,
                               [](SnapshotWorld& world) {
                                 return world.snapshot->Audit().error();
                               }),
            2U);
  EXPECT_GE(FailEachAllocation(TakeSnapshot,
                               [](SnapshotWorld& world) {
                                 return world.snapshot->Digest().error();
                               }),
            1U);
}

TEST_F(SnapshotMemoryTest, NothingIsCloned) {
  const auto prepare = [](SnapshotWorld& world) {
    const std::string code(kMaxAssetCodeBytes, 'C');
    ASSERT_TRUE(world.ledger.CreateAsset({.code = code}));
    world.small.Account(5, {.owner = OwnerId(3), .key = "three"});
    TakeSnapshot(world);
  };
  const auto clone = [](SnapshotWorld& world) {
    const Result<Ledger> cloned = world.snapshot->Clone();
    if (!cloned) return cloned.error();
    EXPECT_EQ(cloned->account_count(), world.snapshot->account_count());
    return Outcome::kOk;
  };
  EXPECT_GE(FailEachAllocation(prepare, clone), 10U);
}

// --- Posting while a snapshot lives ----------------------------------------

struct Operation {
  const char* what;
  Outcome (*post)(SnapshotWorld& world, Mode mode);
};

constexpr Operation kOperations[] = {
    {"a transfer",
     [](SnapshotWorld& world, Mode mode) {
       return world.session
           ->Transfer(world.rich, world.poor, Amount(1), {.mode = mode})
           .outcome();
     }},
    {"a post",
     [](SnapshotWorld& world, Mode mode) {
       return world.session
           ->Post({{world.rich, Amount(-2)},
                   {world.poor, Amount(1)},
                   {world.small.issuer, Amount(1)}},
                  {.mode = mode})
           .outcome();
     }},
    {"a transaction",
     [](SnapshotWorld& world, Mode mode) {
       return world.session
           ->Transact({world.small.issuer, world.poor, world.rich},
                      [&](AccountStates) {
                        return Decision().Move(world.rich, world.poor,
                                               Amount(1));
                      },
                      {.mode = mode})
           .outcome();
     }},
};

TEST_F(SnapshotMemoryTest, WhatCannotBeKeptIsNotChanged) {
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic}) {
    for (const Operation& operation : kOperations) {
      SCOPED_TRACE(operation.what);
      std::vector<AccountState> then;
      const std::uint64_t allocations = FailEachAllocation(
          [&](SnapshotWorld& world) {
            world.session = world.ledger.OpenSession().value();
            TakeSnapshot(world);
            then = test::StatesIn(*world.snapshot);
          },
          [&](SnapshotWorld& world) {
            const Outcome outcome = operation.post(world, mode);
            // Not by an allocating look: there is no memory.
            EXPECT_EQ(world.snapshot->Balance(world.rich).value(),
                      then[world.rich.value() - 1].balance);
            return outcome;
          });
      EXPECT_GE(allocations, 2U);
      if (HasFailure()) return;
    }
  }
}

TEST_F(SnapshotMemoryTest, NoStatusIsSetThatCannotBeKept) {
  const std::uint64_t allocations = FailEachAllocation(
      [](SnapshotWorld& world) {
        world.small.Account();
        // The thread's session has to be there, or it is that which fails.
        TakeSnapshot(world);
      },
      [](SnapshotWorld& world) {
        return world.ledger.SetStatus(AccountId(world.ledger.account_count()),
                                      AccountStatus::kFrozen);
      });
  EXPECT_GE(allocations, 4U + engine::ImageStock::kFull)
      << "the thread's session, and its stock";
}

// What a warm session keeps, it has got beforehand: nothing is asked for under
// the locks, so without any memory at all it goes on until its stock is empty.
TEST_F(SnapshotMemoryTest, AWarmSessionGoesOnFromItsStock) {
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic}) {
    SnapshotWorld world;
    const std::vector<AccountId> accounts = world.small.Accounts(
        static_cast<int>(engine::ImageStock::kFull) + 2, 100);
    world.session = world.ledger.OpenSession().value();
    TakeSnapshot(world);
    ASSERT_TRUE(world.session->Transfer(world.rich, world.poor, Amount(1)).ok())
        << "now it is warm";
    const auto transfer = [&](std::size_t first, Wait wait) {
      return world.session->Transfer(accounts[first], accounts[first + 1],
                                     Amount(1), {.wait = wait, .mode = mode});
    };
    {
      const FailAllocation fail(0, After::kMemoryIsOut);
      std::size_t first = 0;
      for (; first < engine::ImageStock::kFull; first += 2) {
        ASSERT_TRUE(transfer(first, Wait::Forever()).ok());
        // And what has changed already needs no more.
        ASSERT_TRUE(transfer(first, Wait::Forever()).ok());
      }
      const Receipt refused = transfer(first, Wait::Forever());
      EXPECT_EQ(refused.outcome(), Outcome::kOutOfMemory);
      EXPECT_EQ(refused.attempts(), 1U);
      EXPECT_TRUE(transfer(0, Wait::Never()).ok());
      EXPECT_EQ(transfer(first, Wait::Never()).outcome(), Outcome::kOutOfMemory)
          << "and not busy: no lock is left";
    }
    for (const AccountId account : accounts) {
      EXPECT_EQ(world.snapshot->Balance(account).value(), Amount(100));
    }
    EXPECT_TRUE(transfer(engine::ImageStock::kFull, Wait::Never()).ok());
    world.small.ExpectSound();
  }
}

TEST_F(SnapshotMemoryTest, WhatIsRefusedForItselfNeedsNoMemory) {
  SnapshotWorld world;
  const AccountId closed =
      world.small.Account(0, {.status = AccountStatus::kClosed});
  world.session = world.ledger.OpenSession().value();
  TakeSnapshot(world);
  const FailAllocation fail(0, After::kMemoryIsOut);
  // In optimistic mode what is refused is never locked.
  EXPECT_EQ(
      world.session
          ->Transfer(world.rich, closed, Amount(1), {.mode = Mode::kOptimistic})
          .outcome(),
      Outcome::kAccountClosed);
  // In locked mode the room comes first, as documented.
  EXPECT_EQ(world.session->Transfer(world.rich, closed, Amount(1)).outcome(),
            Outcome::kOutOfMemory);
  EXPECT_EQ(world.session->Transfer(world.rich, closed, Amount(0)).outcome(),
            Outcome::kZeroAmount);
}

}  // namespace
}  // namespace lockstep
