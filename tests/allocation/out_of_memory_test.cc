// Memory that is out at any one moment: whatever was asked for is refused with
// kOutOfMemory, nothing has changed, no lock is left behind, and it works when
// there is memory again.

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/allocation/failing_calls.h"
#include "tests/allocation/scarce_memory.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::After;
using test::CallWithoutMemory;
using test::FailAllocation;
using test::FailEachAllocation;
using test::kLongCode;
using test::kLongKey;
using test::kPrepareNothing;
using test::Try;
using test::Watchdog;
using World = test::ScarceWorld;

class OutOfMemoryTest : public testing::Test {
 protected:
  const Watchdog watchdog_;
};

TEST_F(OutOfMemoryTest, NoLedgerIsOpened) {
  for (const std::uint64_t journal_bytes : {0U, 1U << 20}) {
    std::uint64_t nth = 0;
    for (;; ++nth) {
      const Try result = CallWithoutMemory(nth, After::kMemoryIsBack, [&] {
        return Ledger::Open({.journal_bytes = journal_bytes}).error();
      });
      if (!result.failed) break;
      EXPECT_EQ(result.outcome, Outcome::kOutOfMemory);
    }
    EXPECT_GE(nth, journal_bytes == 0 ? 2U : 3U);
  }
}

// --- Creating --------------------------------------------------------------

// Among so many others, so that the tables grow at some of these numbers.
TEST_F(OutOfMemoryTest, NoAssetIsCreated) {
  std::uint64_t most = 0;
  for (int others = 0; others <= 16; ++others) {
    SCOPED_TRACE(testing::Message() << others << " others");
    most = std::max(
        most,
        FailEachAllocation(
            [&](World& world) {
              for (int i = 0; i < others; ++i) {
                const std::string code = "OTHER" + std::to_string(i);
                ASSERT_TRUE(world.ledger.CreateAsset({.code = code}));
              }
            },
            [](World& world) {
              return world.ledger.CreateAsset({.code = kLongCode}).error();
            }));
    if (HasFailure()) return;
  }
  EXPECT_GE(most, 2U) << "the list, the codes";
}

TEST_F(OutOfMemoryTest, NoAccountIsCreated) {
  std::uint64_t most = 0;
  for (std::uint64_t others = 0; others <= 16; ++others) {
    SCOPED_TRACE(testing::Message() << others << " others");
    most = std::max(most, FailEachAllocation(
                              [&](World& world) {
                                for (std::uint64_t i = 1; i <= others; ++i) {
                                  const std::string key = std::to_string(i);
                                  world.small.Account(0, {.owner = OwnerId(i),
                                                          .key = key,
                                                          .key_bits = {i, 0}});
                                }
                              },
                              [](World& world) {
                                return world.ledger
                                    .CreateAccount({.asset = world.small.gold,
                                                    .owner = OwnerId(99),
                                                    .key = kLongKey,
                                                    .key_bits = {99, 0},
                                                    .label = kLongKey})
                                    .error();
                              }));
    if (HasFailure()) return;
  }
  EXPECT_GE(most, 3U) << "three tables of keys";
}

// The account that needs the next segment of the table, of hot accounts and of
// cold ones, and the one whose names need the next block.
TEST_F(OutOfMemoryTest, NoAccountIsCreatedWhereTheTableGrows) {
  const std::uint64_t allocations = FailEachAllocation(
      [](World& world) {
        while (world.ledger.account_count() < 4096) world.small.Account();
      },
      [](World& world) {
        return world.ledger.CreateAccount({.asset = world.small.gold}).error();
      });
  EXPECT_EQ(allocations, 2U) << "hot and cold";
}

TEST_F(OutOfMemoryTest, NoAccountIsCreatedWithoutRoomForItsNames) {
  std::uint64_t allocations = 0;
  // One of these numbers of labels fills the block that they lie in.
  for (int others = 248; others <= 254; ++others) {
    allocations += FailEachAllocation(
        [others](World& world) {
          for (int i = 0; i < others; ++i) {
            world.small.Account(0, {.label = kLongKey});
          }
        },
        [](World& world) {
          return world.ledger
              .CreateAccount({.asset = world.small.gold, .label = kLongKey})
              .error();
        });
  }
  EXPECT_GE(allocations, 1U);
}

// --- Sessions and posting --------------------------------------------------

TEST_F(OutOfMemoryTest, NoSessionIsOpened) {
  for (int others = 0; others <= 9; ++others) {
    SCOPED_TRACE(testing::Message() << others << " others");
    std::vector<Session> sessions;
    const std::uint64_t allocations = FailEachAllocation(
        [&](World& world) {
          sessions.clear();
          for (int i = 0; i < others; ++i) {
            sessions.push_back(world.ledger.OpenSession().value());
          }
        },
        [](World& world) {
          Result<Session> session = world.ledger.OpenSession();
          if (!session) return session.error();
          return session->Transfer(world.rich, world.poor, Amount(1)).outcome();
        });
    EXPECT_GE(allocations, 3U) << "the session, its stream, a chunk";
    if (HasFailure()) return;
  }
}

TEST_F(OutOfMemoryTest, AThreadsFirstTransferIsRefused) {
  const std::uint64_t allocations =
      FailEachAllocation(kPrepareNothing, [](World& world) {
        return world.ledger.Transfer(world.rich, world.poor, Amount(1))
            .outcome();
      });
  EXPECT_GE(allocations, 4U) << "the thread's list besides";
}

TEST_F(OutOfMemoryTest, AThreadsFirstPostIsRefused) {
  FailEachAllocation(kPrepareNothing, [](World& world) {
    return world.ledger
        .Post({{world.rich, Amount(-2)},
               {world.poor, Amount(1)},
               {world.small.issuer, Amount(1)}})
        .outcome();
  });
}

TEST_F(OutOfMemoryTest, AThreadsFirstStatusIsNotSet) {
  FailEachAllocation([](World& world) { world.small.Account(); },
                     [](World& world) {
                       return world.ledger.SetStatus(
                           AccountId(world.ledger.account_count()),
                           AccountStatus::kFrozen);
                     });
}

Outcome TransferWithoutMemory(World& world, AccountId to, std::int64_t amount,
                              const TransferOptions& options = {}) {
  const FailAllocation fail(0, After::kMemoryIsOut);
  return world.session->Transfer(world.rich, to, Amount(amount), options)
      .outcome();
}

// Fills so many chunks of the journal, so that no record finds room any more.
// Without memory, or the session would prepare another one in time.
void FillChunks(World& world, int chunks) {
  world.session = world.ledger.OpenSession().value();
  const std::string description(kMaxDescriptionBytes, 'd');
  for (int chunk = 1; chunk <= chunks; ++chunk) {
    ASSERT_TRUE(
        world.session->Transfer(world.rich, world.poor, Amount(1)).ok());
    // First large records, so that it does not take many, then small ones.
    while (TransferWithoutMemory(world, world.poor, 1,
                                 {.description = description}) ==
           Outcome::kOk) {
    }
    while (TransferWithoutMemory(world, world.poor, 1) == Outcome::kOk) {
    }
    ASSERT_EQ(TransferWithoutMemory(world, world.poor, 1),
              Outcome::kOutOfMemory);
  }
}

// The lists of chunks grow at some of these numbers.
TEST_F(OutOfMemoryTest, ATransferWithoutRoomInTheJournalIsRefused) {
  std::uint64_t most = 0;
  for (const int chunks : {1, 2, 63, 64}) {
    SCOPED_TRACE(testing::Message() << chunks << " chunks");
    const std::uint64_t allocations = FailEachAllocation(
        [chunks](World& world) { FillChunks(world, chunks); },
        [](World& world) {
          return world.session->Transfer(world.rich, world.poor, Amount(1))
              .outcome();
        });
    EXPECT_GE(allocations, 1U);
    most = std::max(most, allocations);
    if (HasFailure()) return;
  }
  EXPECT_GE(most, 2U) << "the chunk, and a longer list";
}

TEST_F(OutOfMemoryTest, WhatHasRoomInTheJournalNeedsNoMemory) {
  World world;
  FillChunks(world, 1);
  EXPECT_EQ(TransferWithoutMemory(world, world.poor, 1), Outcome::kOutOfMemory);
  ASSERT_TRUE(world.session->Transfer(world.rich, world.poor, Amount(1)).ok());
  EXPECT_EQ(TransferWithoutMemory(world, world.poor, 1), Outcome::kOk);
}

TEST_F(OutOfMemoryTest, ComesAfterTheShapeAndBeforeTheState) {
  World world;
  const AccountId closed =
      world.small.Account(0, {.status = AccountStatus::kClosed});
  const AssetId gems = world.ledger.CreateAsset({.code = "GEMS"}).value();
  const AccountId jeweller = world.small.Account(0, {.asset = gems});
  FillChunks(world, 1);
  const auto transfer = [&](AccountId to, std::int64_t amount) {
    return TransferWithoutMemory(world, to, amount);
  };
  const auto post = [&](AccountId to, std::int64_t amount) {
    const FailAllocation fail(0, After::kMemoryIsOut);
    return world.session->Post({{world.rich, Amount(-1)}, {to, Amount(amount)}})
        .outcome();
  };
  EXPECT_EQ(transfer(world.poor, 0), Outcome::kZeroAmount);
  EXPECT_EQ(transfer(jeweller, 1), Outcome::kAssetsDiffer);
  EXPECT_EQ(transfer(closed, 1), Outcome::kOutOfMemory);
  EXPECT_EQ(transfer(world.poor, INT64_MAX), Outcome::kOutOfMemory);
  EXPECT_EQ(post(jeweller, 1), Outcome::kUnbalanced);
  EXPECT_EQ(post(closed, 1), Outcome::kOutOfMemory);
}

// --- Looking ---------------------------------------------------------------

// Rows of several sessions, and descriptions that need memory.
void WriteRows(World& world) {
  const std::string description(100, 'd');
  for (int i = 0; i < 5; ++i) {
    Session session = world.ledger.OpenSession().value();
    Session other = world.ledger.OpenSession().value();
    for (Session* each : {&session, &other}) {
      ASSERT_TRUE(each->Transfer(world.rich, world.poor, Amount(1),
                                 {.description = description})
                      .ok());
    }
  }
}

// --- Routes ----------------------------------------------------------------

// Lets each allocation of a call to a ledger with one route fail, and sees that
// nothing comes of the call then.
template <class Call>
void FailEachAllocationWithRoutes(const Call& call) {
  std::uint64_t refused = 0;
  for (std::uint64_t nth = 0; !testing::Test::HasFailure(); ++nth) {
    SCOPED_TRACE(testing::Message() << "allocation " << nth);
    Ledger ledger = Ledger::Open({.routes_only = true}).value();
    const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
    ASSERT_TRUE(ledger.CreateAccount({.asset = gold}));
    ASSERT_EQ(ledger.AllowRoute({}), Outcome::kOk);
    const Bits128 digest = ledger.Digest().value();
    const Try result = CallWithoutMemory(nth, After::kMemoryIsBack,
                                         [&] { return call(ledger); });
    if (result.outcome == Outcome::kOk) {
      if (!result.failed) break;
      continue;
    }
    ++refused;
    EXPECT_EQ(result.outcome, Outcome::kOutOfMemory);
    EXPECT_EQ(ledger.GetRoutes().value(), std::vector<Route>{Route()});
    EXPECT_EQ(ledger.Digest().value(), digest);
    EXPECT_EQ(call(ledger), Outcome::kOk) << "now that there is memory";
    EXPECT_TRUE(ledger.Audit()->ok);
  }
  EXPECT_GE(refused, 2U);
}

TEST_F(OutOfMemoryTest, NoRouteIsAllowed) {
  FailEachAllocationWithRoutes([](Ledger& ledger) {
    return ledger.AllowRoute({1, 2, 3});
  });
}

TEST_F(OutOfMemoryTest, NoRouteIsForbidden) {
  FailEachAllocationWithRoutes(
      [](Ledger& ledger) { return ledger.ForbidRoute({}); });
}

TEST_F(OutOfMemoryTest, NothingGoesAlongARoute) {
  FailEachAllocationWithRoutes([](Ledger& ledger) {
    return ledger.Transfer(AccountId(1), AccountId(2), Amount(1)).outcome();
  });
}

// Nothing moves then, so nothing is judged by routes.
TEST_F(OutOfMemoryTest, WhoLetsGoOfAHoldNeedsNoneForRoutes) {
  Ledger ledger =
      Ledger::Open({.journal_bytes = 0, .routes_only = true}).value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const AccountId alice = ledger.CreateAccount({.asset = gold}).value();
  ASSERT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  const std::vector<Leg> legs = {{AccountId(1), Amount(-5)},
                                 {alice, Amount(5)}};
  Session shop = ledger.OpenSession().value();
  Session desk = ledger.OpenSession().value();
  const Receipt hold = shop.Hold(legs);
  ASSERT_TRUE(hold.ok());
  const FailAllocation out(0, After::kMemoryIsOut);
  EXPECT_EQ(desk.Release(hold.sequence()).outcome(), Outcome::kOk);
  EXPECT_FALSE(out.happened());
}

TEST_F(OutOfMemoryTest, NoAccountIsShown) {
  const std::uint64_t allocations = FailEachAllocation(
      [](World& world) { world.small.Account(0, {.key = kLongKey}); },
      [](World& world) {
        return world.ledger.GetAccount(AccountId(world.ledger.account_count()))
            .error();
      });
  EXPECT_GE(allocations, 1U);
}

TEST_F(OutOfMemoryTest, NoAssetIsShown) {
  const std::uint64_t allocations = FailEachAllocation(
      [](World& world) {
        ASSERT_TRUE(world.ledger.CreateAsset({.code = kLongCode}));
      },
      [](World& world) { return world.ledger.GetAsset(AssetId(2)).error(); });
  EXPECT_GE(allocations, 1U);
}

TEST_F(OutOfMemoryTest, NoSupplyIsShown) {
  FailEachAllocation(
      [](World& world) {
        ASSERT_TRUE(world.ledger.CreateAsset({.code = kLongCode}));
      },
      [](World& world) { return world.ledger.Supply(AssetId(2)).error(); });
}

TEST_F(OutOfMemoryTest, NoHistoryIsGiven) {
  const std::uint64_t allocations = FailEachAllocation(
      WriteRows,
      [](World& world) { return world.ledger.GetHistory(world.rich).error(); });
  EXPECT_GE(allocations, 10U);
}

TEST_F(OutOfMemoryTest, NoJournalIsOpened) {
  const std::uint64_t allocations = FailEachAllocation(
      WriteRows,
      [](World& world) { return world.ledger.OpenJournal().error(); });
  EXPECT_GE(allocations, 1U);
}

TEST_F(OutOfMemoryTest, NoRowsAreReadAndNoneIsLost) {
  const auto prepare = [](World& world) {
    WriteRows(world);
    world.cursor = world.ledger.OpenJournal().value();
    // The rows that the world itself wrote.
    ASSERT_EQ(world.cursor->Read(2).value().entries.size(), 2U);
  };
  const std::uint64_t allocations =
      FailEachAllocation(prepare, [](World& world) {
        const Result<JournalBatch> batch = world.cursor->Read(10);
        if (!batch) return batch.error();
        EXPECT_EQ(batch->entries.size(), 10U);
        EXPECT_EQ(batch->missed_transfers, 0U);
        EXPECT_EQ(batch->entries.front().balance_after, Amount(1'000'000 - 1))
            << "the cursor is where it was";
        return Outcome::kOk;
      });
  EXPECT_GE(allocations, 10U);
}

TEST_F(OutOfMemoryTest, NothingIsAudited) {
  const std::uint64_t allocations = FailEachAllocation(
      [](World& world) {
        WriteRows(world);
        // So that the audit's table of accounts grows.
        for (int i = 0; i < 20; ++i) world.small.Account(1);
      },
      [](World& world) {
        const Result<AuditReport> report = world.ledger.Audit();
        if (!report) return report.error();
        EXPECT_TRUE(report->ok);
        return Outcome::kOk;
      });
  EXPECT_GE(allocations, 5U);
}

TEST_F(OutOfMemoryTest, NoDigestIsGiven) {
  const std::uint64_t allocations = FailEachAllocation(
      [](World& world) {
        ASSERT_TRUE(world.ledger.CreateAsset({.code = kLongCode}));
      },
      [](World& world) { return world.ledger.Digest().error(); });
  EXPECT_GE(allocations, 1U);
}

TEST_F(OutOfMemoryTest, NothingIsExplained) {
  World world;
  const Receipt receipt =
      world.ledger.Transfer(world.poor, world.rich, Amount(1));
  ASSERT_EQ(receipt.outcome(), Outcome::kInsufficientFunds);
  const std::string sentence = world.ledger.Explain(receipt);
  EXPECT_EQ(sentence.rfind("insufficient funds: account 3", 0), 0U);
  std::uint64_t nth = 0;
  for (;; ++nth) {
    std::string without_memory;
    const Try result = CallWithoutMemory(nth, After::kMemoryIsOut, [&] {
      without_memory = world.ledger.Explain(receipt);
      return Outcome::kOk;
    });
    if (!result.failed) break;
    EXPECT_EQ(without_memory, "");
    EXPECT_EQ(world.ledger.Explain(receipt), sentence);
  }
  EXPECT_GE(nth, 3U);
}

}  // namespace
}  // namespace lockstep
