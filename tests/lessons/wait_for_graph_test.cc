// The graph that the lessons look for circles with.

#include "01-two-locks/wait_for_graph.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lockstep::lessons {
namespace {

using Names = std::vector<std::string>;

// A thread for each list of locks, which it takes one after the other; all meet
// after the first one. If they come to wait in a circle, the party `victim`
// gives up. Returns the circle, and who got all of its locks.
struct Played {
  Circle circle;
  std::vector<bool> has_finished;
};

Played Play(const std::vector<std::vector<std::size_t>>& lists,
            std::size_t victim = 0) {
  std::array<Lock, 4> locks = {
      {{.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}}};
  std::vector<Party> parties(lists.size());
  std::vector<Party*> pointers;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    parties[i].name = std::to_string(i);
    pointers.push_back(&parties[i]);
  }
  WaitForGraph graph(pointers);
  std::vector<char> finished(lists.size(), 0);
  Circle circle;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < lists.size(); ++i) {
      threads.emplace_back([&, i] {
        std::size_t taken = 0;
        for (; taken < lists[i].size(); ++taken) {
          if (!graph.Acquire(parties[i], locks[lists[i][taken]])) break;
          graph.AwaitEachHasTried();
        }
        finished[i] = taken == lists[i].size() ? 1 : 0;
        while (taken > 0) graph.Release(locks[lists[i][--taken]]);
        graph.Finish(parties[i]);
      });
    }
    circle = graph.AwaitCircleOrEnd();
    if (!circle.empty()) graph.Abort(parties[victim]);
  }
  return {std::move(circle), {finished.begin(), finished.end()}};
}

Names PartiesOf(const Circle& circle) {
  Names names;
  for (const Wait& wait : circle) names.push_back(wait.party);
  return names;
}

TEST(WaitForGraphTest, FindsACircleOfTwoAndTheVictimSetsTheOtherFree) {
  const Played played = Play({{0, 1}, {1, 0}}, 1);
  ASSERT_EQ(PartiesOf(played.circle), (Names{"0", "1"}));
  EXPECT_EQ(played.circle[0].lock, "b");
  EXPECT_EQ(played.circle[0].holder, "1");
  EXPECT_EQ(played.circle[1].lock, "a");
  EXPECT_EQ(played.circle[1].holder, "0");
  EXPECT_EQ(played.has_finished, (std::vector<bool>{true, false}));
}

TEST(WaitForGraphTest, FindsACircleOfFour) {
  const Played played = Play({{0, 1}, {1, 2}, {2, 3}, {3, 0}});
  EXPECT_EQ(PartiesOf(played.circle), (Names{"0", "1", "2", "3"}));
  EXPECT_EQ(played.has_finished, (std::vector<bool>{false, true, true, true}));
}

TEST(WaitForGraphTest, FindsACircleOfOne) {
  const Played played = Play({{0, 0}});
  EXPECT_EQ(PartiesOf(played.circle), (Names{"0"}));
}

TEST(WaitForGraphTest, LeavesOutWhoOnlyWaitsForTheCircle) {
  // The third one waits for the first two, and nobody waits for it.
  const Played played = Play({{0, 1}, {1, 0}, {2, 0}});
  EXPECT_EQ(PartiesOf(played.circle), (Names{"0", "1"}));
  EXPECT_EQ(played.has_finished, (std::vector<bool>{false, true, true}));
}

TEST(WaitForGraphTest, SeesNoCircleInALineOfWaits) {
  for (int round = 0; round < 50; ++round) {
    const Played played = Play({{0, 1}, {1, 2}, {2, 3}, {3}});
    ASSERT_TRUE(played.circle.empty()) << Describe(played.circle);
    ASSERT_EQ(played.has_finished, (std::vector<bool>(4, true)));
  }
}

TEST(WaitForGraphTest, LetsOnlyOneInAtATime) {
  Lock lock{.name = "a"};
  Party there{.name = "there"};
  Party back{.name = "back"};
  WaitForGraph graph({&there, &back});
  int count = 0;  // guarded by the lock
  const auto add = [&](Party& self) {
    for (int i = 0; i < 2000; ++i) {
      const Held held(graph, self, lock);
      const int seen = count;
      if (i % 16 == 0) std::this_thread::yield();
      count = seen + 1;
    }
  };
  {
    const std::jthread first(add, std::ref(there));
    const std::jthread second(add, std::ref(back));
  }
  EXPECT_EQ(count, 4000);
}

TEST(WaitForGraphTest, DrawsTheCircle) {
  const Circle circle = {{"x->y", "y", "y->x"}, {"y->x", "x", "x->y"}};
  EXPECT_EQ(Describe(circle),
            "  x->y waits for y, held by y->x\n"
            "  y->x waits for x, held by x->y\n");
  EXPECT_EQ(Draw(circle),
            "  .-> x->y\n"
            "  |     | waits for\n"
            "  |    [y]\n"
            "  |     | held by\n"
            "  |   y->x\n"
            "  |     | waits for\n"
            "  |    [x]\n"
            "  |     | held by\n"
            "  '-----'\n");
}

}  // namespace
}  // namespace lockstep::lessons
