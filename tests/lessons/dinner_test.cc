// Lesson 04's dinners: that each way to lock is one, and that a dinner would
// notice if it were not.

#include "04-scoped-lock-is-not-sorted/dinner.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "04-scoped-lock-is-not-sorted/results.h"

namespace lockstep::lessons {
namespace {

Dinner SmallDinner(Hold::Kind kind) {
  return {.philosophers = 5,
          .meals_each = kind == Hold::Kind::kAsleep ? 3 : 200,
          .hold = {.kind = kind, .time = std::chrono::microseconds(300)},
          .fork_numbers = {}};
}

TEST(DinnerTest, EveryWayServesEveryMeal) {
  for (const Way& way : AllWays()) {
    for (const Hold::Kind kind : {Hold::Kind::kNothing, Hold::Kind::kAsleep}) {
      const Served served = Serve(way, SmallDinner(kind));
      EXPECT_EQ(served.fault, "") << way.name;
      EXPECT_GT(served.bill.meals_per_s, 0) << way.name;
    }
  }
}

TEST(DinnerTest, WaysThatOnlyWaitTryNothing) {
  for (const Way& way : AllWays()) {
    if (way.name != "ordered" && way.name != "global mutex") continue;
    const Served served = Serve(way, SmallDinner(Hold::Kind::kAsleep));
    EXPECT_EQ(served.bill.tries_in_vain_per_meal, 0) << way.name;
  }
}

TEST(DinnerTest, PersistentTriesInVainWhileOthersEat) {
  for (const Way& way : AllWays()) {
    if (way.name != "persistent") continue;
    const Served served = Serve(way, SmallDinner(Hold::Kind::kAsleep));
    EXPECT_GT(served.bill.tries_in_vain_per_meal, 0);
  }
}

void EatWithoutLocks(std::mutex&, Fork&, Fork&, Meal& meal) { meal.Eat(); }

void EatNothing(std::mutex&, Fork& a, Fork& b, Meal&) {
  const std::scoped_lock both(a, b);
}

TEST(DinnerTest, NoticesAMissedMeal) {
  const Served served =
      Serve({"eats nothing", EatNothing}, SmallDinner(Hold::Kind::kNothing));
  EXPECT_EQ(served.fault, "somebody missed a meal");
}

TEST(DinnerTest, NoticesAForkInTwoHands) {
  const Served served = Serve({"no locks", EatWithoutLocks},
                              {.philosophers = 4,
                               .meals_each = 50,
                               .hold = {.kind = Hold::Kind::kAsleep,
                                        .time = std::chrono::milliseconds(1)},
                               .fork_numbers = {}});
  EXPECT_EQ(served.fault, "two had the same fork at once");
}

TEST(DinnerTest, TableAndPlotShowEveryFigure) {
  Evening evening{.title = "an evening", .philosophers = {2, 16}, .bills = {}};
  for (std::size_t way = 0; way < AllWays().size(); ++way) {
    const double base = 1000.0 * static_cast<double>(way + 1);
    evening.bills.push_back({{base, 0.25, 7}, {base + 123, 1.5, 12'345}});
  }
  const std::string table = Table(evening);
  const std::string plot = Plot({evening});
  for (std::size_t way = 0; way < AllWays().size(); ++way) {
    const std::string base = std::to_string(way + 1);
    EXPECT_NE(table.find(base + "000"), std::string::npos) << table;
    EXPECT_NE(table.find(base + "123"), std::string::npos) << table;
    EXPECT_NE(plot.find(">" + base + "123<"), std::string::npos) << plot;
    EXPECT_NE(plot.find(">" + AllWays()[way].name + "<"), std::string::npos);
  }
  EXPECT_NE(table.find("0.25"), std::string::npos) << table;
  EXPECT_NE(table.find("12.3k"), std::string::npos) << table;
}

}  // namespace
}  // namespace lockstep::lessons
