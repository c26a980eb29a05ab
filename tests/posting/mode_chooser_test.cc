#include "engine/posting/mode_chooser.h"

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

using Experience = ModeChooser::Experience;

// What transactions take in each mode, as a test has it.
struct ChooserWorld {
  std::int64_t locked_ns = 0;
  std::int64_t optimistic_ns = 0;

  [[nodiscard]] std::int64_t Of(Mode mode) const {
    return mode == Mode::kOptimistic ? optimistic_ns : locked_ns;
  }
};

struct Tally {
  int optimistic = 0;
  int timed = 0;
};

Tally Live(Experience& experience, const ChooserWorld& world,
           int transactions) {
  Tally tally;
  for (int i = 0; i < transactions; ++i) {
    bool is_timed = false;
    const Mode mode = experience.Next(is_timed);
    EXPECT_TRUE(mode == Mode::kLocked || mode == Mode::kOptimistic);
    tally.optimistic += mode == Mode::kOptimistic ? 1 : 0;
    if (!is_timed) continue;
    ++tally.timed;
    experience.Learn(mode, world.Of(mode));
  }
  return tally;
}

TEST(ModeChooser, SettlesOnTheFasterMode) {
  Experience experience;
  Live(experience, {1000, 500}, 20'000);
  EXPECT_GT(Live(experience, {1000, 500}, 10'000).optimistic, 9'500);
  Experience other;
  Live(other, {500, 1000}, 20'000);
  EXPECT_LT(Live(other, {500, 1000}, 10'000).optimistic, 500);
}

TEST(ModeChooser, ChangesItsMindWhenTheWorldChanges) {
  Experience experience;
  Live(experience, {500, 1000}, 50'000);
  // It looks again, though ever more rarely.
  Live(experience, {1000, 500}, 400'000);
  EXPECT_GT(Live(experience, {1000, 500}, 10'000).optimistic, 9'500);
}

TEST(ModeChooser, BeginsLocked) {
  Experience experience;
  EXPECT_EQ(
      Live(experience, {1000, 1}, ModeChooser::kFirstTrialEvery).optimistic, 0);
}

// Two that are as good: it stays with what it has.
TEST(ModeChooser, DoesNotChaseNoise) {
  Experience experience;
  Live(experience, {1000, 990}, 20'000);
  EXPECT_LT(Live(experience, {1000, 990}, 10'000).optimistic, 500);
}

TEST(ModeChooser, TheShorterTheyAreTheFewerAreTimed) {
  Experience quick;
  Live(quick, {100, 200}, 20'000);
  EXPECT_LT(Live(quick, {100, 200}, 100'000).timed, 1'000) << "one in 256";
  Experience slow;
  Live(slow, {100'000, 200'000}, 2'000);
  EXPECT_EQ(Live(slow, {100'000, 200'000}, 1'000).timed, 1'000);
}

// One that lost its processor for a while says nothing about the mode.
TEST(ModeChooser, OneLongTimeIsNotTheUsual) {
  Experience experience;
  const ChooserWorld world = {500, 1000};
  Live(experience, world, 50'000);
  bool is_timed = false;
  Mode mode = Mode::kOptimistic;
  do {
    mode = experience.Next(is_timed);
  } while (!is_timed || mode != Mode::kLocked);
  experience.Learn(mode, 1'000'000'000);
  EXPECT_LT(Live(experience, world, 100'000).optimistic, 10'000);
}

TEST(ModeChooser, EachKindHasItsOwnExperience) {
  ModeChooser chooser;
  constexpr std::uintptr_t kOne = 0x1000;
  constexpr std::uintptr_t kOther = 0x1010;
  const auto live = [&](std::uintptr_t kind, const ChooserWorld& world) {
    int optimistic = 0;
    for (int i = 0; i < 50'000; ++i) {
      const ModeChooser::Choice choice = chooser.Choose(kind);
      optimistic += choice.mode == Mode::kOptimistic ? 1 : 0;
      if (choice.experience != nullptr) {
        choice.experience->Learn(choice.mode, world.Of(choice.mode));
      }
    }
    return optimistic;
  };
  live(kOne, {1000, 500});
  live(kOther, {500, 1000});
  EXPECT_GT(live(kOne, {1000, 500}), 45'000);
  EXPECT_LT(live(kOther, {500, 1000}), 5'000);
}

}  // namespace
}  // namespace lockstep::engine
