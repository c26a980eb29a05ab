// What the searches find, on scenarios small enough to know the answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <gsl/assert>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/explore/explorer.h"
#include "sync_primitives.h"
#include "tests/explore/small_scenario.h"

namespace lockstep::engine::explore {
namespace {

using testing::HasSubstr;

// --- Two locks taken crosswise -----------------------------------------------

struct TwoMutexes {
  std::array<sync::PlainMutex, 2> mutexes;

  void LockBoth(int first, int second) {
    mutexes.at(static_cast<std::size_t>(first)).lock();
    mutexes.at(static_cast<std::size_t>(second)).lock();
    mutexes.at(static_cast<std::size_t>(second)).unlock();
    mutexes.at(static_cast<std::size_t>(first)).unlock();
  }
};

MakeScenario Crosswise() {
  return Make<TwoMutexes>({[](TwoMutexes& two) { two.LockBoth(0, 1); },
                           [](TwoMutexes& two) { two.LockBoth(1, 0); }});
}
MakeScenario InOrder() {
  return Make<TwoMutexes>({[](TwoMutexes& two) { two.LockBoth(0, 1); },
                           [](TwoMutexes& two) { two.LockBoth(0, 1); }});
}

TEST(Exploring, CrosswiseLocksDeadlockInOneOfThreeSchedules) {
  const Exploration found = ExploreAll(Crosswise());
  EXPECT_TRUE(found.exhausted);
  // One first, the other first, each has one.
  EXPECT_EQ(found.schedules, 3U);
  EXPECT_EQ(found.deadlocks, 1U);
  ASSERT_TRUE(found.first_failure.has_value());
  EXPECT_EQ(found.first_failure->kind, FailureKind::kDeadlock);
  EXPECT_THAT(found.first_failure->what,
              HasSubstr("A waits for a mutex, which B has"));
  EXPECT_THAT(found.first_failure->what,
              HasSubstr("B waits for a mutex, which A has"));
}

TEST(Exploring, LocksInOrderNeverDeadlock) {
  const Exploration found = ExploreAll(InOrder());
  EXPECT_TRUE(found.exhausted);
  EXPECT_EQ(found.schedules, 2U);
  EXPECT_EQ(found.failures, 0U);
}

TEST(Exploring, UnreducedSearchRunsEveryInterleaving) {
  // Four steps each, of which the order is free as long as nobody waits:
  // counted by hand for one mutex and two steps each, A B or B A.
  const MakeScenario make = Make<TwoMutexes>({[](TwoMutexes& two) {
                                                two.mutexes[0].lock();
                                                two.mutexes[0].unlock();
                                              },
                                              [](TwoMutexes& two) {
                                                two.mutexes[1].lock();
                                                two.mutexes[1].unlock();
                                              }});
  EXPECT_EQ(ExploreAll(make, Reduction::kNone).schedules, 6U);  // 4 over 2
  EXPECT_EQ(ExploreAll(make, Reduction::kSleepSets).schedules, 1U);
  EXPECT_EQ(ExploreAll(make, Reduction::kSourceSets).schedules, 1U);
}

TEST(Exploring, ReplayDeadlocksAgain) {
  const Exploration found = ExploreAll(Crosswise());
  ASSERT_TRUE(found.first_failure.has_value());
  const std::string text = found.first_failure->schedule.ToString();
  const auto schedule = Schedule::Parse(text);
  ASSERT_TRUE(schedule.has_value()) << text;
  const Replayed again = ReplayOnce(Crosswise(), *schedule);
  EXPECT_TRUE(again.fits);
  ASSERT_TRUE(again.failure.has_value());
  EXPECT_EQ(again.failure->what, found.first_failure->what);
  EXPECT_EQ(again.failure->schedule.ToString(), text);
}

TEST(Exploring, ReplayOfWhatTheScenarioDoesNotAllow) {
  // B cannot lock what A has.
  const auto schedule = Schedule::Parse("AB2");
  ASSERT_TRUE(schedule.has_value());
  EXPECT_FALSE(ReplayOnce(InOrder(), *schedule).fits);
  // Nor is there a C.
  EXPECT_FALSE(ReplayOnce(InOrder(), *Schedule::Parse("C")).fits);
  EXPECT_TRUE(ReplayOnce(InOrder(), *Schedule::Parse("A2")).fits);
}

TEST(Exploring, DeadlocksLeaveNothingBehind) {
  // Each abandons two threads and what they had allocated.
  struct Heavy {
    TwoMutexes two;
    std::vector<char> memory = std::vector<char>(1 << 20);
  };
  const auto work = [](Heavy& heavy) {
    const std::vector<char> mine(1 << 20);
    heavy.two.LockBoth(0, 1);
  };
  const auto reverse = [](Heavy& heavy) {
    const std::vector<char> mine(1 << 20);
    heavy.two.LockBoth(1, 0);
  };
  const MakeScenario make = Make<Heavy>({work, reverse});
  const auto schedule = Schedule::Parse("AB");
  for (int i = 0; i < 1000; ++i) {  // 3 GB, if they stayed
    const Replayed replayed = ReplayOnce(make, *schedule);
    ASSERT_TRUE(replayed.failure.has_value());
    ASSERT_EQ(replayed.failure->kind, FailureKind::kDeadlock);
  }
}

// --- A counter that two raise ------------------------------------------------

struct Counter {
  sync::Atomic<int> count = 0;

  void RaiseCarelessly() { count.store(count.load() + 1); }
  void Raise() { count.fetch_add(1); }
};

std::string IsNotTwo(const Counter& counter) {
  return counter.count.load() == 2 ? "" : "a raise was lost";
}

MakeScenario Careless() {
  const auto work = [](Counter& counter) { counter.RaiseCarelessly(); };
  return Make<Counter>({work, work}, &IsNotTwo);
}

TEST(Exploring, FindsALostRaise) {
  const Exploration found = ExploreAll(Careless());
  EXPECT_TRUE(found.exhausted);
  ASSERT_TRUE(found.first_failure.has_value());
  EXPECT_EQ(found.first_failure->kind, FailureKind::kUnsound);
  EXPECT_EQ(found.first_failure->what, "a raise was lost");
  // Both load before either stores, in whatever order: of 4 over 2 schedules
  // those in which one is over before the other begins are good.
  EXPECT_EQ(ExploreAll(Careless(), Reduction::kNone).failures, 4U);
  EXPECT_EQ(ExploreAll(Careless(), Reduction::kNone).schedules, 6U);
}

TEST(Exploring, FindsNothingWhereNothingIsLost) {
  const auto work = [](Counter& counter) { counter.Raise(); };
  const Exploration found = ExploreAll(Make<Counter>({work, work}, &IsNotTwo));
  EXPECT_TRUE(found.exhausted);
  EXPECT_EQ(found.failures, 0U);
  EXPECT_EQ(found.schedules, 2U);
}

TEST(Exploring, OnePreemptionLosesARaiseAndNoneDoesNot) {
  const auto none = PreemptionBounded(0);
  const Exploration calm = Explore(Careless(), *none);
  EXPECT_EQ(calm.schedules, 2U);
  EXPECT_EQ(calm.failures, 0U);
  EXPECT_FALSE(calm.exhausted);  // of what is possible, not of the bound
  const auto one = PreemptionBounded(1);
  EXPECT_GT(Explore(Careless(), *one).failures, 0U);
}

TEST(Exploring, RandomSchedulesFindALostRaise) {
  // Depth 2: at least one run in (2 threads * 4 steps) finds it.
  const auto search = Probabilistic(1, 2, 200);
  const Exploration found = Explore(Careless(), *search);
  EXPECT_EQ(found.schedules, 200U);
  EXPECT_FALSE(found.exhausted);
  EXPECT_GT(found.failures, 200U / 8);
  // Depth 1 never interrupts anybody.
  const auto shallow = Probabilistic(1, 1, 200);
  EXPECT_EQ(Explore(Careless(), *shallow).failures, 0U);
}

TEST(Exploring, SameSeedSameSchedules) {
  const auto schedules = [](std::uint64_t seed) {
    std::vector<std::string> all;
    ExploreLimits limits;
    limits.on_trace = [&all](const std::vector<sync::Event>& trace) {
      all.push_back(Schedule(trace).ToString());
    };
    const auto search = Probabilistic(seed, 3, 50);
    static_cast<void>(Explore(Careless(), *search, limits));
    return all;
  };
  EXPECT_EQ(schedules(7), schedules(7));
  EXPECT_NE(schedules(7), schedules(8));
}

TEST(Exploring, StopsWhereItIsTold) {
  const auto search = DepthFirst(Reduction::kNone);
  const Exploration some = Explore(Careless(), *search, {.max_schedules = 4});
  EXPECT_EQ(some.schedules, 4U);
  EXPECT_FALSE(some.exhausted);
  const auto all = DepthFirst(Reduction::kNone);
  EXPECT_TRUE(Explore(Careless(), *all, {.max_schedules = 6}).exhausted);
  const auto first = DepthFirst(Reduction::kSourceSets);
  const Exploration found =
      Explore(Careless(), *first, {.stop_at_failure = true});
  EXPECT_EQ(found.failures, 1U);
  EXPECT_EQ(found.first_failure_at, found.schedules);
}

// --- Other ends --------------------------------------------------------------

TEST(Exploring, FindsALivelock) {
  // Each lets the other go first, for ever.
  struct Polite {
    std::array<sync::Atomic<bool>, 2> wants{};
  };
  const auto polite = [](Polite& they, std::size_t me) {
    they.wants.at(me).store(true);
    while (they.wants.at(1 - me).load()) {
      they.wants.at(me).store(false);
      they.wants.at(me).store(true);
    }
    they.wants.at(me).store(false);
  };
  static const auto& both = polite;
  const MakeScenario make = Make<Polite>({[](Polite& they) { both(they, 0); },
                                          [](Polite& they) { both(they, 1); }});
  const auto search = DepthFirst(Reduction::kSourceSets);
  const Exploration found = Explore(make, *search, {.stop_at_failure = true});
  ASSERT_TRUE(found.first_failure.has_value());
  EXPECT_EQ(found.first_failure->kind, FailureKind::kLivelock);
}

TEST(Exploring, WhoWaitsForAChangeThatNeverComesIsDeadlocked) {
  const auto waits = [](Counter& counter) {
    while (counter.count.load() == 0) sync::Pause();
  };
  const auto raises = [](Counter& counter) { counter.Raise(); };
  const Exploration found = ExploreAll(Make<Counter>({waits, raises, waits}));
  EXPECT_TRUE(found.exhausted);
  EXPECT_EQ(found.failures, 0U);
  EXPECT_EQ(ExploreAll(Make<Counter>({waits, waits})).deadlocks, 1U);
}

TEST(Exploring, ABrokenContractEndsTheRunAndNotTheProgram) {
  const auto raises = [](Counter& counter) noexcept {
    Expects(counter.count.fetch_add(1) == 0);
  };
  const Exploration found = ExploreAll(Make<Counter>({raises, raises}));
  EXPECT_EQ(found.schedules, 2U);
  EXPECT_EQ(found.failures, 2U);
  EXPECT_EQ(found.first_failure->kind, FailureKind::kBroken);
}

TEST(Exploring, OneBrokenRunIsFollowedByGoodOnes) {
  // Only who comes first breaks it: the runs after that one are good.
  struct First {
    sync::Atomic<int> first = -1;
  };
  const auto enters = [](First& shared, int me) {
    int nobody = -1;
    shared.first.compare_exchange_strong(nobody, me);
  };
  static const auto& enter = enters;
  const MakeScenario make =
      Make<First>({[](First& shared) {
                     enter(shared, 0);
                     Expects(shared.first.load() != 0);
                   },
                   [](First& shared) { enter(shared, 1); }});
  for (int i = 0; i < 1000; ++i) {
    const Exploration found = ExploreAll(make);
    ASSERT_EQ(found.failures, 1U);
    ASSERT_GT(found.schedules, 1U);
  }
}

TEST(Exploring, AFailureDoesNotHideWhatComesAfterIt) {
  // Where A finds x still 0, the run ends before C has stored it: B, who fails
  // more seriously if C was first, must have its turn nevertheless.
  struct Cut {
    sync::Atomic<int> x = 0;
    sync::Atomic<int> y = 0;
  };
  const MakeScenario make =
      Make<Cut>({[](Cut& cut) { Expects(cut.x.load() != 0); },
                 [](Cut& cut) {
                   if (cut.y.load() != 0)
                     sync::running_scheduler->Fail("serious");
                 },
                 [](Cut& cut) {
                   cut.x.store(1);
                   cut.y.store(1);
                 }});
  const auto search = DepthFirst(Reduction::kSourceSets);
  ExploreLimits limits;
  limits.collect_final_states = true;
  EXPECT_TRUE(Explore(make, *search, limits).final_states.contains("serious"));
}

TEST(Exploring, NoticesAScenarioThatIsNotTheSameEachTime) {
  struct Fickle {
    sync::PlainMutex mutex;
    sync::Atomic<int> count = 0;
  };
  static int runs = 0;
  const auto locks = [](Fickle& fickle) {
    fickle.mutex.lock();
    fickle.count.fetch_add(1);
    fickle.mutex.unlock();
  };
  const auto locks_or_not = [](Fickle& fickle) {
    if (++runs % 2 == 0) fickle.count.fetch_add(1);
    fickle.mutex.lock();
    fickle.count.fetch_add(1);
    fickle.mutex.unlock();
  };
  const Exploration found =
      ExploreAll(Make<Fickle>({locks_or_not, locks}), Reduction::kNone);
  EXPECT_FALSE(found.exhausted);
  ASSERT_TRUE(found.first_failure.has_value());
  EXPECT_THAT(found.first_failure->what, HasSubstr("not the same each time"));
}

TEST(Exploring, SaysWhatEachWaitsFor) {
  struct Both {
    sync::PlainSharedMutex mutex;
    sync::Atomic<int> count = 0;
  };
  const MakeScenario make = Make<Both>({[](Both& both) {
                                          both.mutex.lock_shared();
                                          both.mutex.lock();
                                        },
                                        [](Both& both) {
                                          while (both.count.load() == 0) {
                                            sync::Pause();
                                          }
                                        }});
  const Exploration found = ExploreAll(make);
  ASSERT_TRUE(found.first_failure.has_value());
  EXPECT_EQ(found.first_failure->what,
            "deadlock\nA waits for a mutex that is shared\n"
            "B waits for a change of what it looked at");
}

TEST(Exploring, ThrowingInTheMiddleOfAStepMeetsNobodyElsesException) {
  const auto throws = [](Counter& counter) {
    try {
      throw std::to_string(counter.count.fetch_add(1));
    } catch (const std::string& mine) {
      counter.count.fetch_add(10);  // others throw and catch meanwhile
      Expects(mine == "0" || mine == "1" || mine == "10" || mine == "11");
    }
  };
  EXPECT_EQ(ExploreAll(Make<Counter>({throws, throws})).failures, 0U);
}

TEST(Exploring, FindsWhatIsNotFreed) {
  struct Leaky {
    sync::Atomic<int*> kept = nullptr;

    ~Leaky() { delete kept.load(); }
  };
  // Who comes second leaves the first one's behind.
  const auto keeps = [](Leaky& leaky) {
    if (leaky.kept.load() == nullptr) leaky.kept.store(new int(7));
  };
  const Exploration found = ExploreAll(Make<Leaky>({keeps, keeps}));
  EXPECT_TRUE(found.exhausted);
  ASSERT_TRUE(found.first_failure.has_value());
  EXPECT_EQ(found.first_failure->kind, FailureKind::kLeak);
  EXPECT_LT(found.failures, found.schedules);
}

// --- Schedules as text -------------------------------------------------------

TEST(Schedules, AreReadAsTheyAreWritten) {
  for (const char* const text : {"", "A", "A2", "ABA", "A12B3A5", "H"}) {
    const auto schedule = Schedule::Parse(text);
    ASSERT_TRUE(schedule.has_value()) << text;
    EXPECT_EQ(schedule->ToString(), text);
  }
  EXPECT_EQ(Schedule::Parse("AAB1")->ToString(), "A2B");
}

TEST(Schedules, AreRefusedIfTheyAreNone) {
  for (const char* const text :
       {"a", "I", "2", "A0", "A-1", "A 2", "A2 ", "A99999999999999999999",
        "A20001", "A10001B10001", "A2,B"}) {
    EXPECT_FALSE(Schedule::Parse(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace lockstep::engine::explore
