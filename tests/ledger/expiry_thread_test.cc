// The thread that lets holds expire without anybody's doing.

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::SmallLedger;

TEST(ConcurrentExpiryThreadTest, LetsHoldsExpire) {
  const test::Watchdog watchdog;
  SmallLedger small({.tick_source = TickSource::kSystemClock,
                     .expire_every = milliseconds(1)});
  Ledger& ledger = small.ledger;
  const AccountId alice = small.Account(100);
  const AccountId bob = small.Account();
  const Leg legs[] = {{alice, Amount(-30)}, {bob, Amount(30)}};
  const Tick soon(ledger.now().value() + 5'000'000);
  const HoldId due = ledger.Hold(legs, soon).sequence();
  const HoldId kept = ledger.Hold(legs).sequence();
  while (ledger.GetHold(due)->status == HoldStatus::kOpen) {
    std::this_thread::yield();
  }
  EXPECT_EQ(ledger.GetHold(due)->status, HoldStatus::kExpired);
  EXPECT_GE(ledger.now(), soon);
  EXPECT_EQ(ledger.GetHold(kept)->status, HoldStatus::kOpen);
  EXPECT_EQ(ledger.GetAccount(alice)->held, Amount(30));
  small.ExpectSound();
}

// Its sleep does not hold up whoever closes the ledger.
TEST(ConcurrentExpiryThreadTest, EndsWithTheLedger) {
  const test::Watchdog watchdog;
  { const SmallLedger small({.expire_every = hours(1)}); }
  for (int i = 0; i < 50; ++i) {
    const SmallLedger small({.expire_every = std::chrono::nanoseconds(1)});
  }
}

TEST(ConcurrentExpiryThreadTest, ClonesHaveNone) {
  const test::Watchdog watchdog;
  SmallLedger small({.expire_every = hours(1)});
  const AccountId alice = small.Account(100);
  const AccountId bob = small.Account();
  const Leg legs[] = {{alice, Amount(-30)}, {bob, Amount(30)}};
  const HoldId hold = small.ledger.Hold(legs, Tick(5)).sequence();
  Ledger clone = small.ledger.Clone().value();
  EXPECT_EQ(clone.Advance(Tick(5)), Outcome::kOk);
  EXPECT_EQ(clone.GetHold(hold)->status, HoldStatus::kExpired);
  EXPECT_EQ(small.ledger.GetHold(hold)->status, HoldStatus::kOpen);
}

TEST(ExpiryThreadTest, WhatMakesNoSense) {
  EXPECT_EQ(Ledger::Open({.expire_every = milliseconds(-1)}).error(),
            Outcome::kInvalidOption);
  EXPECT_EQ(Ledger::Open({.concurrency = Concurrency::kSingleThread,
                          .expire_every = milliseconds(1)})
                .error(),
            Outcome::kInvalidOption);
}

}  // namespace
}  // namespace lockstep
