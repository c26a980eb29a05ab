// The machine itself, on the small programs by which memory models are known:
// it must show what the model allows, or no protocol would fail here, and must
// not show what the model forbids. Where it does less than the model, a test
// says so.

#include <gtest/gtest.h>

#include <cstdint>

#include "sync_primitives.h"
#include "tests/weak_memory/memory_model.h"

namespace lockstep::test::weak {
namespace {

using Number = engine::sync::Atomic<std::uint64_t>;
using engine::sync::Yield;

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr auto kAcquire = std::memory_order_acquire;
constexpr auto kRelease = std::memory_order_release;
constexpr auto kSeqCst = std::memory_order_seq_cst;

constexpr std::uint64_t kEnough = 10'000'000;

template <class AnyScenario>
Exploration Everything(int threads) {
  const Exploration exploration =
      Explore({"litmus", threads, Search::kEverything, kEnough,
               MakeScenario<AnyScenario>},
              kEnough);
  EXPECT_TRUE(exploration.is_failed || exploration.is_exhausted);
  return exploration;
}

template <class AnyScenario>
bool Shows(int threads) {
  return Everything<AnyScenario>(threads).is_failed;
}

// A flag is to say that a plain number is there.
template <std::memory_order kStore, std::memory_order kLoad>
class MessagePassing : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      message_.Store(1);
      is_there_.store(1, kStore);
    } else if (is_there_.load(kLoad) == 1) {
      Check(message_.Load() == 1, "the message is there");
    }
  }

 private:
  Plain message_;
  Number is_there_;
};

TEST(LitmusTest, AMessageNeedsReleaseAndAcquire) {
  EXPECT_TRUE((Shows<MessagePassing<kRelaxed, kRelaxed>>(2)));
  EXPECT_TRUE((Shows<MessagePassing<kRelease, kRelaxed>>(2)));
  EXPECT_TRUE((Shows<MessagePassing<kRelaxed, kAcquire>>(2)));
  EXPECT_FALSE((Shows<MessagePassing<kRelease, kAcquire>>(2)));
  EXPECT_FALSE((Shows<MessagePassing<kSeqCst, kSeqCst>>(2)));
}

// The same with a number that is atomic: not a race, but an old value.
template <std::memory_order kStore, std::memory_order kLoad>
class AtomicMessage : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      message_.store(1, kRelaxed);
      is_there_.store(1, kStore);
    } else if (is_there_.load(kLoad) == 1) {
      Check(message_.load(kRelaxed) == 1, "the message is there");
    }
  }

 private:
  Number message_;
  Number is_there_;
};

TEST(LitmusTest, ALoadMayReturnAnOldValue) {
  EXPECT_TRUE((Shows<AtomicMessage<kRelaxed, kAcquire>>(2)));
  EXPECT_TRUE((Shows<AtomicMessage<kRelease, kRelaxed>>(2)));
  EXPECT_FALSE((Shows<AtomicMessage<kRelease, kAcquire>>(2)));
}

// Each announces itself and looks for the other.
template <std::memory_order kStore, std::memory_order kLoad>
class StoreBuffering : public Scenario {
 public:
  void Run(int thread) override {
    announced_[thread].store(1, kStore);
    seen_[thread] = announced_[1 - thread].load(kLoad);
  }
  void After() override {
    Check(seen_[0] + seen_[1] > 0, "one of them sees the other");
  }

 private:
  Number announced_[2];
  std::uint64_t seen_[2] = {};  // each its thread's own
};

TEST(LitmusTest, StoresAreBufferedUnlessSequentiallyConsistent) {
  EXPECT_TRUE((Shows<StoreBuffering<kRelaxed, kRelaxed>>(2)));
  EXPECT_TRUE((Shows<StoreBuffering<kRelease, kAcquire>>(2)));
  EXPECT_FALSE((Shows<StoreBuffering<kSeqCst, kSeqCst>>(2)));
}

// Thread 1 hands on what thread 0 told it.
template <std::memory_order kHandOn>
class Causality : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      message_.Store(1);
      first_.store(1, kRelease);
    } else if (thread == 1) {
      if (first_.load(kAcquire) == 1) second_.store(1, kHandOn);
    } else if (second_.load(kAcquire) == 1) {
      Check(message_.Load() == 1, "the message came through");
    }
  }

 private:
  Plain message_;
  Number first_;
  Number second_;
};

TEST(LitmusTest, WhatIsHandedOnIsSeen) {
  EXPECT_TRUE(Shows<Causality<kRelaxed>>(3));
  EXPECT_FALSE(Shows<Causality<kRelease>>(3));
}

// One atomic alone: nobody sees it go back.
class Coherence : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      number_.store(1, kRelaxed);
      number_.store(2, kRelaxed);
      return;
    }
    const std::uint64_t before = number_.load(kRelaxed);
    Check(number_.load(kRelaxed) >= before, "it does not go back");
  }

 private:
  Number number_;
};

TEST(LitmusTest, OneAtomicIsCoherent) { EXPECT_FALSE(Shows<Coherence>(2)); }

// A read-modify-write of another thread's, however weak, hands on a release.
class ReleaseSequence : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      message_.Store(1);
      number_.store(1, kRelease);
    } else if (thread == 1) {
      number_.fetch_add(2, kRelaxed);
    } else if (number_.load(kAcquire) == 3) {
      Check(message_.Load() == 1, "the message came through");
    }
  }

 private:
  Plain message_;
  Number number_;
};

TEST(LitmusTest, AnExchangeHandsOnARelease) {
  EXPECT_FALSE(Shows<ReleaseSequence>(3));
}

// A store after a release, by the same thread. In C++11 it still handed the
// release on, since C++20 it does not.
class StoreAfterRelease : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      message_.Store(1);
      number_.store(1, kRelease);
      number_.store(2, kRelaxed);
    } else if (number_.load(kAcquire) == 2) {
      Check(message_.Load() == 1, "the message is there");
    }
  }

 private:
  Plain message_;
  Number number_;
};

TEST(LitmusTest, CannotShowThatAStoreEndsARelease) {
  EXPECT_FALSE(Shows<StoreAfterRelease>(2));  // C++20 would show it
}

// Each writes after what it reads.
class LoadBuffering : public Scenario {
 public:
  void Run(int thread) override {
    seen_[thread] = numbers_[thread].load(kRelaxed);
    numbers_[1 - thread].store(1, kRelaxed);
  }
  void After() override {
    Check(seen_[0] + seen_[1] < 2, "nobody reads what is not yet written");
  }

 private:
  Number numbers_[2];
  std::uint64_t seen_[2] = {};  // each its thread's own
};

TEST(LitmusTest, CannotShowAStoreBeforeALoad) {
  EXPECT_FALSE(Shows<LoadBuffering>(2));  // the model would show it
}

// What a thread makes while others run is not there for those who do not
// synchronize with it.
class MadeMeanwhile : public Scenario {
 public:
  void Run(int thread) override {
    if (thread == 0) {
      Number* const made = new (place_) Number(7);
      made_.store(made, kRelaxed);
    } else if (Number* const made = made_.load(kAcquire)) {
      Check(made->load(kRelaxed) == 7, "it is whole");
    }
  }

 private:
  alignas(Number) std::byte place_[sizeof(Number)];
  engine::sync::Atomic<Number*> made_ = nullptr;
};

TEST(LitmusTest, WhatIsNotPublishedIsNotThere) {
  const Exploration exploration = Everything<MadeMeanwhile>(2);
  EXPECT_TRUE(exploration.is_failed);
  EXPECT_EQ(exploration.what, "ACCESS TO UNINITIALIZED VARIABLE");
}

// Both take the same number from zero to one; no update is lost.
class Exchange : public Scenario {
 public:
  void Run(int /*thread*/) override {
    std::uint64_t seen = number_.load(kRelaxed);
    while (!number_.compare_exchange_weak(seen, seen + 1, kRelaxed, kRelaxed)) {
    }
  }
  void After() override {
    Check(number_.load(kRelaxed) == 2, "no update is lost");
  }

 private:
  Number number_;
};

TEST(LitmusTest, AnExchangeLosesNoUpdate) { EXPECT_FALSE(Shows<Exchange>(2)); }

template <bool kLocks>
class Mutex : public Scenario {
 public:
  void Run(int /*thread*/) override {
    if (kLocks) mutex_.lock();
    sum_.Store(sum_.Load() + 1);
    // Some step between: only there is the other thread let in.
    step_.fetch_add(1, kRelaxed);
    if (kLocks) mutex_.unlock();
  }
  void After() override { Check(sum_.Load() == 2, "both counted"); }

 private:
  engine::sync::PlainMutex mutex_;
  Plain sum_;
  Number step_;
};

TEST(LitmusTest, AMutexExcludes) {
  EXPECT_TRUE(Shows<Mutex<false>>(2));
  EXPECT_FALSE(Shows<Mutex<true>>(2));
}

// Waits for what nobody does.
class WaitsForNothing : public Scenario {
 public:
  void Run(int thread) override {
    while (thread == 0 && number_.load(kRelaxed) == 0) Yield();
  }

 private:
  Number number_;
};

TEST(LitmusTest, WaitingForEverIsSeen) {
  const Exploration exploration = Everything<WaitsForNothing>(2);
  EXPECT_TRUE(exploration.is_failed);
  EXPECT_EQ(exploration.what, "LIVELOCK");
}

// A failure can be looked at: the history names what each thread did, and
// where.
TEST(LitmusTest, AFailedRunTellsItsHistory) {
  using Broken = MessagePassing<kRelaxed, kRelaxed>;
  const Protocol protocol = {"litmus", 2, Search::kRandom, 1000,
                             MakeScenario<Broken>};
  const Exploration once = Explore(protocol, 1000, WantHistory::kYes);
  ASSERT_TRUE(once.is_failed);
  EXPECT_NE(once.history.find("litmus_test.cc"), std::string::npos);
  EXPECT_NE(once.history.find("relaxed"), std::string::npos);
  const Exploration again = Explore(protocol, 1000, WantHistory::kYes);
  EXPECT_EQ(again.runs, once.runs);
  EXPECT_EQ(again.what, once.what);
}

}  // namespace
}  // namespace lockstep::test::weak
