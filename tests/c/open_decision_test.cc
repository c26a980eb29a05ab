#include "engine/c/open_decision.h"

#include <gtest/gtest.h>

#include <array>
#include <barrier>
#include <cstddef>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "tests/support/threads.h"

namespace lockstep::engine {
namespace {

TEST(OpenDecisionTest, IsFoundWhileItIsOpen) {
  Decision decision;
  std::optional<OpenDecision> open(std::in_place, decision);
  lockstep_decision* const handle = open->handle();
  EXPECT_NE(handle, nullptr);
  EXPECT_EQ(OpenDecision::Find(handle), &decision);
  EXPECT_EQ(OpenDecision::Find(nullptr), nullptr);
  open.reset();
  EXPECT_EQ(OpenDecision::Find(handle), nullptr);
}

TEST(OpenDecisionTest, IsNotTheOneThatWasThereBefore) {
  std::set<lockstep_decision*> seen;
  Decision decision;
  for (int i = 0; i < 1000; ++i) {
    const OpenDecision open(decision);
    for (lockstep_decision* const old : seen) {
      EXPECT_EQ(OpenDecision::Find(old), nullptr);
    }
    seen.insert(open.handle());
  }
  EXPECT_EQ(seen.size(), 1000U);
}

// Neither while both have one open, each its first or its second ...
TEST(ConcurrentOpenDecisionTest, IsNoneOfAnotherThread) {
  constexpr int kThreads = 4;
  std::array<lockstep_decision*, kThreads> handles{};
  std::barrier together(kThreads);
  test::RunThreads(kThreads, [&](int number) {
    Decision decision;
    const auto mine = static_cast<std::size_t>(number);
    for (int i = 0; i < 2; ++i) {
      const OpenDecision open(decision);
      handles[mine] = open.handle();
      together.arrive_and_wait();
      for (std::size_t other = 0; other < kThreads; ++other) {
        EXPECT_EQ(OpenDecision::Find(handles[other]),
                  other == mine ? &decision : nullptr);
      }
      together.arrive_and_wait();
    }
  });
}

// ... nor when one thread has ended and the next one has its stack.
TEST(OpenDecisionTest, IsNoneOfAThreadThatHasEnded) {
  std::set<lockstep_decision*> seen;
  for (int i = 0; i < 20; ++i) {
    std::jthread([&] {
      Decision decision;
      const OpenDecision open(decision);
      EXPECT_TRUE(seen.insert(open.handle()).second);
    }).join();
  }
}

}  // namespace
}  // namespace lockstep::engine
