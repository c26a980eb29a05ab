// Which snapshots live, which states are kept for them, and for how long.

#include "engine/snapshot/live_snapshots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "engine/snapshot/image_stock.h"
#include "tests/posting/core_world.h"
#include "tests/posting/ways.h"
#include "tests/support/watchdog.h"

namespace lockstep::engine {
namespace {

// --- The clock and the stock -----------------------------------------------

TEST(EpochClock, KeepsBothHalves) {
  EpochClock clock(EpochClock::kFirst);
  EXPECT_EQ(clock.Load().epoch, 1U);
  EXPECT_EQ(clock.Load().wanted_below, 0U);
  for (const EpochClock::Reading reading :
       {EpochClock::Reading{2, 2}, EpochClock::Reading{UINT32_MAX, 1},
        EpochClock::Reading{UINT32_MAX, UINT32_MAX},
        EpochClock::Reading{7, 0}}) {
    clock.Store(reading);
    EXPECT_EQ(clock.Load().epoch, reading.epoch);
    EXPECT_EQ(clock.Load().wanted_below, reading.wanted_below);
  }
  EXPECT_EQ(EpochClock(9).Load().epoch, 9U);
}

TEST(ImageStock, StaysEmptyUntilItIsFilledForTheFirstTime) {
  ImageStock stock;
  stock.Refill();
  EXPECT_EQ(stock.size(), 0U);
  ASSERT_TRUE(stock.Fill());
  EXPECT_EQ(stock.size(), ImageStock::kFull);
  std::vector<Image*> taken;
  for (std::size_t i = 0; i < ImageStock::kFull; ++i) {
    taken.push_back(stock.Take());
    EXPECT_EQ(taken.back()->next, nullptr);
    EXPECT_EQ(taken.back()->older, nullptr);
  }
  EXPECT_EQ(stock.size(), 0U);
  std::sort(taken.begin(), taken.end());
  EXPECT_EQ(std::unique(taken.begin(), taken.end()), taken.end());
  stock.Refill();
  EXPECT_EQ(stock.size(), ImageStock::kFull);
  for (Image* const image : taken) delete image;
}

// --- Which live ------------------------------------------------------------

TEST(LiveSnapshots, EachTakeBeginsAnEpoch) {
  const AccountTable accounts;
  LiveSnapshots snapshots(accounts);
  const auto now = [&] { return snapshots.clock().Load(); };
  EXPECT_EQ(now().epoch, EpochClock::kFirst);
  EXPECT_EQ(now().wanted_below, 0U) << "nothing is kept for nobody";
  const std::uint32_t first = snapshots.Take().value();
  EXPECT_EQ(first, EpochClock::kFirst);
  EXPECT_EQ(now().epoch, first + 1);
  EXPECT_EQ(now().wanted_below, first + 1);
  const std::uint32_t second = snapshots.Take().value();
  EXPECT_EQ(second, first + 1);
  EXPECT_EQ(now().wanted_below, second + 1);
  snapshots.End(second);
  EXPECT_EQ(now().epoch, second + 1) << "epochs only rise";
  EXPECT_EQ(now().wanted_below, first + 1);
  const std::uint32_t third = snapshots.Take().value();
  snapshots.End(first);
  EXPECT_EQ(now().wanted_below, third + 1);
  snapshots.End(third);
  EXPECT_EQ(now().epoch, third + 1);
  EXPECT_EQ(now().wanted_below, 0U);
}

TEST(LiveSnapshots, ThereAreOnlySoManyEpochs) {
  const AccountTable accounts;
  LiveSnapshots snapshots(accounts, EpochClock::kLast - 2);
  const std::uint32_t first = snapshots.Take().value();
  const std::uint32_t last = snapshots.Take().value();
  EXPECT_EQ(last, EpochClock::kLast - 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(snapshots.Take().error(), Outcome::kTooManySnapshots);
    EXPECT_EQ(snapshots.clock().Load().epoch, EpochClock::kLast);
    EXPECT_EQ(snapshots.clock().Load().wanted_below, EpochClock::kLast);
  }
  // Also when none lives any more: it is their number in all that counts.
  snapshots.End(last);
  snapshots.End(first);
  EXPECT_EQ(snapshots.Take().error(), Outcome::kTooManySnapshots);
  EXPECT_EQ(snapshots.clock().Load().wanted_below, 0U);
}

// --- What is kept for them -------------------------------------------------

class ImagesTest : public testing::TestWithParam<Concurrency> {
 protected:
  std::uint32_t Take() { return world_.core.snapshots().Take().value(); }
  void End(std::uint32_t epoch) { world_.core.snapshots().End(epoch); }
  void Pay(AccountId from, AccountId to) {
    ASSERT_TRUE(world_.Transfer(from, to, Amount(1), {}).ok());
  }
  // How many states of an account are kept. Nobody else is at work.
  std::size_t Kept(AccountId account) {
    std::size_t count = 0;
    std::uint32_t epoch = UINT32_MAX;
    for (const Image* image = world_.core.accounts().ImagesLocked(account);
         image != nullptr; image = image->older) {
      EXPECT_EQ(image->account, account);
      EXPECT_LT(image->epoch, epoch) << "the latest first";
      EXPECT_LT(image->epoch, image->replaced_in);
      EXPECT_LE(image->replaced_in, epoch);
      epoch = image->epoch;
      ++count;
    }
    return count;
  }
  std::size_t KeptInAll() {
    std::size_t count = 0;
    for (std::uint64_t id = 1; id <= world_.core.accounts().count(); ++id) {
      count += Kept(AccountId(id));
    }
    return count;
  }
  Int128 BalanceAt(std::uint32_t epoch, AccountId account) {
    return ViewAtCut(world_.core.accounts(), account, epoch).balance;
  }

  const test::Watchdog watchdog_;
  test::CoreWorld world_{GetParam()};
  AccountId alice_ = world_.Account(Amount(1000));
  AccountId bob_ = world_.Account(Amount(1000));
  AccountId carol_ = world_.Account(Amount(1000));
};

TEST_P(ImagesTest, NothingIsKeptForNobody) {
  Pay(alice_, bob_);
  EXPECT_EQ(KeptInAll(), 0U);
  EXPECT_EQ(world_.session.images.size(), 0U) << "nor got ready";
  End(Take());
  Pay(alice_, bob_);
  EXPECT_EQ(KeptInAll(), 0U);
}

TEST_P(ImagesTest, TheFirstChangeKeepsAStateAndNoOther) {
  const std::uint32_t cut = Take();
  for (int i = 0; i < 5; ++i) {
    Pay(alice_, bob_);
    EXPECT_EQ(Kept(alice_), 1U);
    EXPECT_EQ(Kept(bob_), 1U);
    EXPECT_EQ(Kept(carol_), 0U) << "it has not changed";
  }
  EXPECT_EQ(BalanceAt(cut, alice_), 1000);
  EXPECT_EQ(BalanceAt(cut, carol_), 1000);
  EXPECT_EQ(world_.session.images.size(), ImageStock::kFull)
      << "what was taken was replaced";
  End(cut);
  EXPECT_EQ(KeptInAll(), 0U);
}

TEST_P(ImagesTest, WhatIsRefusedKeepsNothing) {
  const std::uint32_t cut = Take();
  EXPECT_FALSE(world_.Transfer(alice_, bob_, Amount(5000), {}).ok());
  const Sequence last = world_.session.last_sequence;
  world_.UseUpSequences();
  EXPECT_EQ(world_.Transfer(alice_, bob_, Amount(1), {}).outcome(),
            Outcome::kSequenceExhausted);
  world_.session.last_sequence = last;
  EXPECT_EQ(KeptInAll(), 0U);
  EXPECT_EQ(BalanceAt(cut, alice_), 1000);
  End(cut);
}

TEST_P(ImagesTest, OneStateServesAllThatNeedIt) {
  const std::uint32_t first = Take();
  const std::uint32_t second = Take();
  const std::uint32_t third = Take();
  Pay(alice_, bob_);
  EXPECT_EQ(KeptInAll(), 2U);
  for (const std::uint32_t cut : {first, second, third}) {
    EXPECT_EQ(BalanceAt(cut, alice_), 1000);
  }
  End(third);
  EXPECT_EQ(KeptInAll(), 2U);
  End(first);
  EXPECT_EQ(KeptInAll(), 2U);
  EXPECT_EQ(BalanceAt(second, alice_), 1000);
  End(second);
  EXPECT_EQ(KeptInAll(), 0U);
}

// Between two snapshots that live, what only those needed that ended is not
// kept.
TEST_P(ImagesTest, AStateGoesWithTheLastThatNeedsIt) {
  std::vector<std::uint32_t> cuts;
  for (int i = 0; i < 5; ++i) {
    cuts.push_back(Take());
    Pay(alice_, bob_);
  }
  EXPECT_EQ(Kept(alice_), 5U);
  End(cuts[2]);
  EXPECT_EQ(Kept(alice_), 4U);
  End(cuts[3]);
  EXPECT_EQ(Kept(alice_), 3U);
  EXPECT_EQ(BalanceAt(cuts[0], alice_), 1000);
  EXPECT_EQ(BalanceAt(cuts[1], alice_), 999);
  EXPECT_EQ(BalanceAt(cuts[4], alice_), 996);
  for (const std::size_t i : {0U, 4U, 1U}) End(cuts[i]);
  EXPECT_EQ(KeptInAll(), 0U);
}

// A state that is replaced while nobody wants it any more is not kept, and an
// older one that is wanted is found behind it.
TEST_P(ImagesTest, StatesThatNobodyWantsAreLeftOut) {
  const std::uint32_t first = Take();
  Pay(alice_, bob_);  // 999
  const std::uint32_t second = Take();
  End(second);
  Pay(alice_, bob_);  // 998, after a cut that is gone
  EXPECT_EQ(Kept(alice_), 1U);
  const std::uint32_t third = Take();
  Pay(alice_, bob_);
  EXPECT_EQ(Kept(alice_), 2U);
  EXPECT_EQ(BalanceAt(first, alice_), 1000);
  EXPECT_EQ(BalanceAt(third, alice_), 998);
  End(first);
  EXPECT_EQ(BalanceAt(third, alice_), 998);
  End(third);
  EXPECT_EQ(KeptInAll(), 0U);
}

// In every order: never more states of an account than snapshots live, each of
// them finds its own, and in the end there is none.
TEST_P(ImagesTest, NoMoreIsKeptThanThereAreSnapshots) {
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
  do {
    std::array<std::uint32_t, 4> cuts{};
    std::array<Int128, 4> alices{};
    const auto alice = [&] {
      return ViewAccount(world_.core.accounts(), alice_).balance;
    };
    for (std::size_t i = 0; i < 4; ++i) {
      alices[i] = alice();
      cuts[i] = Take();
      if (i != 2) Pay(alice_, bob_);
      if (i % 2 == 1) Pay(bob_, carol_);
    }
    for (std::size_t ended = 0; ended < 4; ++ended) {
      End(cuts[order[ended]]);
      for (const AccountId account : {alice_, bob_, carol_}) {
        EXPECT_LE(Kept(account), 3 - ended);
      }
      for (std::size_t i = ended + 1; i < 4; ++i) {
        EXPECT_EQ(BalanceAt(cuts[order[i]], alice_), alices[order[i]]);
      }
      Pay(ended % 2 == 0 ? bob_ : carol_, alice_);
      for (const AccountId account : {alice_, bob_, carol_}) {
        EXPECT_LE(Kept(account), 3 - ended);
      }
    }
    ASSERT_EQ(KeptInAll(), 0U) << testing::PrintToString(order);
  } while (std::next_permutation(order.begin(), order.end()));
}

// What an operation keeps can be all that it locks.
TEST_P(ImagesTest, AsManyAccountsAsThereMayBe) {
  std::vector<AccountId> accounts;
  std::vector<Leg> legs;
  for (std::size_t i = 0; i < kMaxLegs; ++i) {
    accounts.push_back(world_.Account(Amount(10)));
    legs.push_back({accounts.back(), Amount(i % 2 == 0 ? 1 : -1)});
  }
  for (const Mode mode : test::kModes) {
    const std::uint32_t cut = Take();
    ASSERT_TRUE(world_.Post(legs, {.mode = mode}).ok());
    EXPECT_EQ(KeptInAll(), kMaxLegs);
    End(cut);
    EXPECT_EQ(KeptInAll(), 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(All, ImagesTest, test::EachConcurrency(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep::engine
