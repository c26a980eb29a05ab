#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include "tests/allocation/scarce_memory.h"
#include "tests/posting/ledger_state.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {

/// Texts that do not fit into a std::string without an allocation.
inline const std::string kLongKey(kMaxKeyBytes, 'k');
inline const std::string kLongCode(kMaxAssetCodeBytes, 'X');

/// A ledger to be asked for what takes memory.
struct ScarceWorld {
  SmallLedger small{{.journal_bytes = 64 << 20}};
  Ledger& ledger = small.ledger;
  AccountId rich = small.Account(1'000'000);
  AccountId poor = small.Account(0, {.label = kLongKey});
  std::optional<Session> session;
  std::optional<Snapshot> snapshot;
  std::optional<JournalCursor> cursor;
};

/// One try of a call whose nth allocation fails, in a thread of its own: what
/// the thread has from calls before cannot help it.
struct Try {
  Outcome outcome = Outcome::kOk;
  bool failed = false;  // it asked for memory so often
};
template <class Call>
Try CallWithoutMemory(std::uint64_t nth, After after, const Call& call) {
  Try result;
  std::jthread([&] {
    const FailAllocation fail(nth, after);
    result.outcome = call();
    result.failed = fail.happened();
  }).join();
  return result;
}

/// Everything that takes a lock.
inline void ExpectWorks(ScarceWorld& world) {
  EXPECT_TRUE(world.ledger.Transfer(world.rich, world.poor, Amount(1)).ok());
  EXPECT_TRUE(world.ledger.Transfer(world.poor, world.rich, Amount(1)).ok());
  EXPECT_TRUE(world.ledger.CreateAsset({.code = "LATER"}));
  EXPECT_TRUE(world.ledger.CreateAccount(
      {.asset = world.small.gold, .owner = OwnerId(77), .key = "later"}));
  EXPECT_TRUE(world.ledger.FindAccount("later"));
  EXPECT_TRUE(world.ledger.OpenSession());
  world.small.ExpectSound();
}

/// Lets each of the allocations that `call` makes in a fresh world fail, and
/// returns how many of them it cannot do without. (It can do without those that
/// only make the next call faster.) `prepare` fills the world.
template <class Prepare, class Call>
std::uint64_t FailEachAllocation(const Prepare& prepare, const Call& call) {
  std::uint64_t needed = 0;
  for (const After after : {After::kMemoryIsBack, After::kMemoryIsOut}) {
    std::uint64_t refused = 0;
    for (std::uint64_t nth = 0; !testing::Test::HasFailure(); ++nth) {
      SCOPED_TRACE(testing::Message() << "allocation " << nth);
      ScarceWorld world;
      prepare(world);
      const LedgerState before = StateOf(world.ledger);
      const Try result =
          CallWithoutMemory(nth, after, [&] { return call(world); });
      if (result.outcome == Outcome::kOk) {
        ExpectWorks(world);
        if (!result.failed) break;
        continue;
      }
      ++refused;
      EXPECT_EQ(result.outcome, Outcome::kOutOfMemory);
      EXPECT_TRUE(result.failed);
      EXPECT_TRUE(StateOf(world.ledger) == before);
      EXPECT_EQ(call(world), Outcome::kOk) << "now that there is memory";
      ExpectWorks(world);
    }
    needed = std::max(needed, refused);
  }
  return needed;
}

inline const auto kPrepareNothing = [](ScarceWorld&) {};

}  // namespace lockstep::test
