// Which accesses to plain fields the scheduler takes for data races, and which
// not.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <gsl/assert>

#include "sync_primitives.h"
#include "tests/explore/small_scenario.h"

namespace lockstep::engine::explore {
namespace {

struct Message {
  sync::Plain<int> text = 0;
  sync::Atomic<bool> is_there = false;
  sync::PlainMutex mutex;
};

template <std::memory_order kStore, std::memory_order kLoad>
MakeScenario Handing() {
  return Make<Message>({[](Message& message) {
                          message.text = 7;
                          message.is_there.store(true, kStore);
                        },
                        [](Message& message) {
                          if (message.is_there.load(kLoad))
                            Expects(message.text == 7);
                        }});
}

TEST(DataRaces, ReleaseAndAcquireMakeOrder) {
  const Exploration found = ExploreAll(
      Handing<std::memory_order_release, std::memory_order_acquire>());
  EXPECT_TRUE(found.exhausted);
  EXPECT_EQ(found.schedules, 2U);
  EXPECT_EQ(found.failures, 0U);
}

TEST(DataRaces, RelaxedOrdersDoNot) {
  const std::array scenarios = {
      Handing<std::memory_order_relaxed, std::memory_order_acquire>(),
      Handing<std::memory_order_release, std::memory_order_relaxed>(),
  };
  for (const MakeScenario& make : scenarios) {
    const Exploration found = ExploreAll(make);
    ASSERT_TRUE(found.first_failure.has_value());
    EXPECT_EQ(found.first_failure->kind, FailureKind::kBroken);
    EXPECT_EQ(found.first_failure->what,
              "data race: A wrote a plain int, and nothing makes B who reads "
              "it come after");
  }
}

TEST(DataRaces, AMutexMakesOrder) {
  const auto with = [](Message& message) {
    message.mutex.lock();
    message.text = message.text + 1;
    message.mutex.unlock();
  };
  EXPECT_EQ(ExploreAll(Make<Message>({with, with})).failures, 0U);
  const auto without = [](Message& message) {
    message.text = message.text + 1;
    message.is_there.store(true);
  };
  EXPECT_GT(ExploreAll(Make<Message>({with, without})).failures, 0U);
}

TEST(DataRaces, AModificationPassesOnWhatWasReleasedBefore) {
  // C acquires from B's relaxed modification what A released: a release
  // sequence. From B's relaxed store it would not.
  struct Chain {
    sync::Plain<int> text = 0;
    sync::Atomic<int> step = 0;
  };
  const auto first = [](Chain& chain) {
    chain.text = 7;
    chain.step.store(1, std::memory_order_release);
  };
  const auto third = [](Chain& chain) {
    if (chain.step.load(std::memory_order_acquire) == 2) {
      Expects(chain.text == 7);
    }
  };
  const auto modifies = [](Chain& chain) {
    int one = 1;
    chain.step.compare_exchange_strong(one, 2, std::memory_order_relaxed);
  };
  const auto stores = [](Chain& chain) {
    if (chain.step.load(std::memory_order_relaxed) == 1) {
      chain.step.store(2, std::memory_order_relaxed);
    }
  };
  EXPECT_EQ(ExploreAll(Make<Chain>({first, modifies, third})).failures, 0U);
  EXPECT_GT(ExploreAll(Make<Chain>({first, stores, third})).failures, 0U);
}

TEST(DataRaces, ThoseWhoShareAMutexAreNotInOrder) {
  struct Shared {
    sync::PlainSharedMutex mutex;
    sync::Plain<int> text = 0;
  };
  const auto shares = [](Shared& shared) {
    shared.mutex.lock_shared();
    shared.text += 1;
    shared.mutex.unlock_shared();
  };
  const auto locks = [](Shared& shared) {
    shared.mutex.lock();
    shared.text += 1;
    shared.mutex.unlock();
  };
  EXPECT_GT(ExploreAll(Make<Shared>({shares, shares})).failures, 0U);
  EXPECT_EQ(ExploreAll(Make<Shared>({shares, locks})).failures, 0U);
}

TEST(DataRaces, WhoUsesAFieldComesAfterItsMakingAndBeforeItsEnd) {
  struct Boxed {
    sync::Atomic<sync::Plain<int>*> box = nullptr;
    ~Boxed() { delete box.load(); }
  };
  const auto makes = [](Boxed& boxed) {
    boxed.box.store(new sync::Plain<int>(7), std::memory_order_relaxed);
  };
  const auto makes_well = [](Boxed& boxed) {
    boxed.box.store(new sync::Plain<int>(7), std::memory_order_release);
  };
  const auto reads = [](Boxed& boxed) {
    const auto* const box = boxed.box.load(std::memory_order_acquire);
    if (box != nullptr) Expects(*box == 7);
  };
  EXPECT_GT(ExploreAll(Make<Boxed>({makes, reads})).failures, 0U);
  EXPECT_EQ(ExploreAll(Make<Boxed>({makes_well, reads})).failures, 0U);
}

}  // namespace
}  // namespace lockstep::engine::explore
