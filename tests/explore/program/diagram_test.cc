#include "engine/explore/program/diagram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <sstream>
#include <string>

#include "engine/base/cache_line.h"

namespace lockstep::engine::explore {
namespace {

using sync::Event;
using sync::StepKind;
using testing::Each;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

void Step(Diagram& diagram, int thread, StepKind kind, bool is_write,
          const void* address) {
  Event event;
  event.thread = static_cast<std::uint8_t>(thread);
  event.kind = kind;
  event.is_write = is_write;
  diagram.OnStep(event, address);
}
void Write(Diagram& diagram, int thread, const void* address) {
  Step(diagram, thread, StepKind::kStore, true, address);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What an account's lock and balance would be at.
struct alignas(kCacheLineBytes) Place {
  std::byte bytes[kCacheLineBytes];
};

TEST(Diagram, HasAColumnForEachThreadAndARowForEachThingSaid) {
  Diagram diagram(false);
  diagram.OnNote(0, "begins 2 -> 3: 5");
  diagram.OnNote(0, "locks account 2");
  diagram.OnNote(1, "begins 3 -> 2: 1");
  diagram.OnNote(1, "waits for account 2");
  diagram.OnNote(0, "ends: refused");
  diagram.OnNote(1, "gives up on account 2");
  diagram.OnNote(1, "ends: busy");
  EXPECT_EQ(diagram.Draw(2),
            "     A                                    B\n"
            "  1  begins 2 -> 3: 5\n"
            "  2  locks account 2\n"
            "  3  |                                    begins 3 -> 2: 1\n"
            "  4  |                                    waits for account 2 (A "
            "has it)\n"
            "  5  ends: refused                        :\n"
            "  6                                       gives up on account 2\n"
            "  7                                       ends: busy\n");
}

TEST(Diagram, ALineIsDottedOnlyWhileItsThreadWaits) {
  Diagram diagram(false);
  diagram.OnNote(0, "waits for account 2");
  diagram.OnNote(1, "one");
  diagram.OnNote(0, "locks account 2");
  diagram.OnNote(1, "two");
  diagram.OnNote(0, "ends: posted");
  const std::vector<std::string> lines = LinesOf(diagram.Draw(2));
  ASSERT_THAT(lines, SizeIs(6));
  EXPECT_EQ(lines[2].substr(0, 6), "  2  :");
  EXPECT_EQ(lines[4].substr(0, 6), "  4  |");
}

// An engine says that it unlocks before it does, and others may come between.
TEST(Diagram, UnlockingIsDrawnWhenItIsDone) {
  Diagram diagram(false);
  const Place account = {};
  diagram.OnNote(0, "locks account 2");
  diagram.OnNote(0, "unlocks account 2");
  diagram.OnNote(1, "waits for account 2");
  Step(diagram, 0, StepKind::kLoad, false, &account);
  EXPECT_THAT(diagram.Draw(2), Not(HasSubstr("unlocks")));
  Write(diagram, 0, &account);
  diagram.OnNote(1, "locks account 2");
  const std::vector<std::string> lines = LinesOf(diagram.Draw(2));
  ASSERT_THAT(lines, SizeIs(5));
  EXPECT_THAT(lines[2], HasSubstr("waits for account 2 (A has it)"));
  EXPECT_THAT(lines[3], HasSubstr("unlocks account 2"));
  EXPECT_THAT(lines[4], HasSubstr("locks account 2"));
}

TEST(Diagram, NobodyHasWhatWasUnlocked) {
  Diagram diagram(false);
  const Place account = {};
  diagram.OnNote(0, "locks account 2");
  diagram.OnNote(0, "unlocks account 2");
  Write(diagram, 0, &account);
  diagram.OnNote(1, "waits for account 2");
  EXPECT_THAT(diagram.Draw(2), Not(HasSubstr("has it")));
  EXPECT_EQ(diagram.WhoWaits(), "B waits for account 2\n");
}

TEST(Diagram, ACircleComesInItsOrderAndBeforeThoseWhoWaitForIt) {
  Diagram diagram(false);
  diagram.OnNote(1, "locks account 2");
  diagram.OnNote(2, "locks account 3");
  diagram.OnNote(3, "locks account 4");
  diagram.OnNote(0, "waits for account 3");
  diagram.OnNote(1, "waits for account 4");
  diagram.OnNote(2, "waits for account 2");
  diagram.OnNote(3, "waits for account 3");
  EXPECT_EQ(diagram.WhoWaits(),
            "B waits for account 4, which D has\n"
            "D waits for account 3, which C has\n"
            "C waits for account 2, which B has\n"
            "A waits for account 3, which C has\n");
}

TEST(Diagram, NobodyWaitsWhoGotTheLockOrGaveItUp) {
  Diagram diagram(false);
  diagram.OnNote(0, "waits for account 2");
  diagram.OnNote(1, "waits for account 2");
  diagram.OnNote(0, "locks account 2");
  diagram.OnNote(1, "gives up on account 2");
  EXPECT_EQ(diagram.WhoWaits(), "");
}

TEST(Diagram, StepsGoByTheAccountThatTheyTouch) {
  const Place account = {};
  const Place other = {};
  for (const bool shows_steps : {false, true}) {
    Diagram diagram(shows_steps);
    Step(diagram, 0, StepKind::kLoad, false, &other);
    // Known by its name only later.
    Step(diagram, 1, StepKind::kLoad, false, &account);
    Step(diagram, 0, StepKind::kModify, true, &account);
    diagram.OnNote(0, "locks account 7");
    Write(diagram, 0, &account.bytes[8]);
    Step(diagram, 1, StepKind::kModify, false, &account);
    Step(diagram, 1, StepKind::kWaitChange, false, nullptr);
    EXPECT_EQ(diagram.steps(), 6u);
    const std::string drawn = diagram.Draw(2);
    if (!shows_steps) {
      EXPECT_EQ(drawn,
                "     A                                    B\n"
                "  1  locks account 7\n");
      continue;
    }
    EXPECT_EQ(drawn,
              "     A                                    B\n"
              "  1  - reads shared thing 1\n"
              "  2  |                                    - reads account 7's "
              "word\n"
              "  3  - swaps account 7's word             |\n"
              "  4  locks account 7                      |\n"
              "  5  - writes account 7's balance         |\n"
              "  6                                       - is too late to swap "
              "account 7's\n"
              "                                          word\n"
              "  7                                       - looks again\n");
  }
}

TEST(Diagram, FitsATerminalWithThreeThreadsAndKeepsMoreApart) {
  for (const int threads : {1, 2, 3, 8}) {
    Diagram diagram(false);
    diagram.OnNote(threads - 1, "locks account 4294967295");
    for (int thread = 0; thread < threads; ++thread) {
      diagram.OnNote(thread, "begins 3 -3, 2 +2, 4 +1, 17 +20, 18 -20, 20 +1");
      diagram.OnNote(thread, "waits for account 4294967295");
    }
    const std::vector<std::string> lines = LinesOf(diagram.Draw(threads));
    const std::size_t widest = threads <= 3 ? 80 : 5 + 8 * 18;
    EXPECT_THAT(lines, Each(SizeIs(Le(widest)))) << threads;
    // All that was said is there, though in pieces.
    EXPECT_GE(lines.size(), 2u + 2u * static_cast<std::size_t>(threads));
    EXPECT_EQ(lines[0].back(), static_cast<char>('A' + threads - 1));
    EXPECT_THAT(diagram.Draw(threads), HasSubstr("4294967295"));
  }
}

}  // namespace
}  // namespace lockstep::engine::explore
