#include "engine/tool/economy/chronicle.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/run.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/support/threads.h"
#include "tests/tool/default_game.h"
#include "tests/tool/scenario_texts.h"

namespace lockstep::tool {
namespace {

using std::chrono::milliseconds;

constexpr auto kPosted = static_cast<std::size_t>(Outcome::kOk);
constexpr auto kBusy = static_cast<std::size_t>(Outcome::kBusy);
constexpr std::size_t kSwordIndex = Index(kSword);

/// A worker's tally that grows as told.
struct Growing {
  Tally tally{1};

  void Grow(std::uint64_t posted, std::uint64_t latency_ns) {
    tally.outcomes[kPosted] += posted;
    ++tally.outcomes[kBusy];
    tally.sales[kSwordIndex].quantity += 2;
    tally.sales[kSwordIndex].paid += 3600;
    tally.latency.Record(latency_ns);
  }
};

std::uint64_t PostedIn(const Interval& interval) {
  return interval.outcomes[kPosted];
}

std::uint64_t TimedIn(const Interval& interval) {
  std::uint64_t sum = 0;
  for (const auto& recorded : interval.latency) sum += recorded.count;
  return sum;
}

TEST(IntervalLog, NotesWhatWasAddedSinceTheLastInterval) {
  Growing worker;
  IntervalLog log;
  worker.Grow(10, 100);
  log.Begin(1, worker.tally);
  worker.Grow(5, 200);
  worker.Grow(6, 100'000);
  log.Begin(4, worker.tally);
  log.Begin(4, worker.tally);
  ASSERT_EQ(log.intervals().size(), 3u);
  const Interval& first = log.intervals()[0];
  const Interval& second = log.intervals()[1];
  EXPECT_EQ(first.number, 0u);
  EXPECT_EQ(PostedIn(first), 10u);
  EXPECT_EQ(first.outcomes[kBusy], 1u);
  EXPECT_EQ(first.sales[kSwordIndex].paid, 3600);
  EXPECT_EQ(TimedIn(first), 1u);
  EXPECT_EQ(second.number, 1u);
  EXPECT_EQ(PostedIn(second), 11u);
  EXPECT_EQ(second.sales[kSwordIndex].quantity, 4);
  ASSERT_EQ(second.latency.size(), 2u);
  EXPECT_EQ(second.latency[1].bucket, LatencyHistogram::BucketOf(100'000));
  EXPECT_EQ(PostedIn(log.intervals()[2]), 0u);
}

TEST(IntervalLog, KeepsEverythingInBoundedRoomHoweverLongItGets) {
  std::mt19937_64 random(3);
  Growing worker;
  IntervalLog log;
  std::uint64_t number = 0;
  for (int i = 0; i < 10'000; ++i) {
    worker.Grow(random() % 100, 50 + random() % 1'000'000);
    number += 1 + random() % 3;  // a late one leaves numbers out
    log.Begin(number, worker.tally);
    ASSERT_LT(log.intervals().size(), kMostIntervals);
  }
  EXPECT_GE(log.intervals().size(), kMostIntervals / 4) << "too coarse";

  std::uint64_t posted = 0;
  std::uint64_t timed = 0;
  double paid = 0;
  for (std::size_t i = 0; i < log.intervals().size(); ++i) {
    const Interval& interval = log.intervals()[i];
    posted += PostedIn(interval);
    timed += TimedIn(interval);
    paid += interval.sales[kSwordIndex].paid;
    if (i == 0) continue;
    const Interval& before = log.intervals()[i - 1];
    EXPECT_LT(before.number >> log.shift(), interval.number >> log.shift());
  }
  EXPECT_EQ(posted, worker.tally.outcomes[kPosted]);
  EXPECT_EQ(timed, worker.tally.latency.count());
  EXPECT_EQ(paid, worker.tally.sales[kSwordIndex].paid);
}

TEST(Interval, MergesLatenciesBucketByBucket) {
  Interval one;
  one.latency = {{.bucket = 1, .count = 10}, {.bucket = 5, .count = 1}};
  Interval other;
  other.latency = {{.bucket = 0, .count = 3},
                   {.bucket = 5, .count = 2},
                   {.bucket = 9, .count = 4}};
  Merge(one, other);
  ASSERT_EQ(one.latency.size(), 4u);
  const std::vector<std::size_t> buckets = {0, 1, 5, 9};
  const std::vector<std::uint64_t> counts = {3, 10, 3, 4};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(one.latency[i].bucket, buckets[i]);
    EXPECT_EQ(one.latency[i].count, counts[i]);
  }
}

class ObserverTest : public ::testing::Test {
 protected:
  ObserverTest() { observer_.Start(start_); }

  std::uint64_t BeginAt(milliseconds time) {
    observer_.Look();
    return observer_.Begin(start_ + time);
  }
  Chronicle FinishAt(milliseconds time, std::vector<const IntervalLog*> logs) {
    return std::move(observer_).Finish(start_ + time, logs);
  }

  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ = Economy::Build(&ledger_, PopulationFor(1000)).value();
  Observer::Clock::time_point start_ = Observer::Clock::now();
  Observer observer_{&economy_, milliseconds(10)};
};

TEST_F(ObserverTest, PutsTogetherWhatTheWorkersDidInEachInterval) {
  Growing one;
  Growing other;
  IntervalLog one_log;
  IntervalLog other_log;
  one.Grow(100, 50);
  other.Grow(1, 50);
  EXPECT_EQ(BeginAt(milliseconds(10)), 1u);
  one_log.Begin(1, one.tally);
  other_log.Begin(1, other.tally);
  one.Grow(200, 50);
  // Late, by more than an interval; one worker notices and one does not.
  EXPECT_EQ(BeginAt(milliseconds(34)), 3u);
  one_log.Begin(3, one.tally);
  other.Grow(2, 50);
  one.Grow(400, 50);
  one_log.Begin(3, one.tally);
  other_log.Begin(1, other.tally);

  const Chronicle chronicle =
      FinishAt(milliseconds(40), {&one_log, &other_log});
  ASSERT_EQ(chronicle.intervals.size(), 3u);
  ASSERT_EQ(chronicle.observations.size(), 4u);
  EXPECT_EQ(PostedIn(chronicle.intervals[0]), 101u);
  EXPECT_EQ(PostedIn(chronicle.intervals[1]), 202u);
  EXPECT_EQ(PostedIn(chronicle.intervals[2]), 400u);
  EXPECT_EQ(TimedIn(chronicle.intervals[0]), 2u);
  EXPECT_DOUBLE_EQ(chronicle.observations[0].seconds, 0);
  EXPECT_DOUBLE_EQ(chronicle.observations[1].seconds, 0.010);
  EXPECT_DOUBLE_EQ(chronicle.observations[2].seconds, 0.034);
  EXPECT_DOUBLE_EQ(chronicle.observations[3].seconds, 0.040);
}

TEST_F(ObserverTest, AShortRestBelongsToTheIntervalBefore) {
  Growing worker;
  IntervalLog log;
  worker.Grow(100, 50);
  log.Begin(BeginAt(milliseconds(10)), worker.tally);
  worker.Grow(1, 50);
  log.Begin(1, worker.tally);
  const Chronicle chronicle = FinishAt(milliseconds(11), {&log});
  ASSERT_EQ(chronicle.intervals.size(), 1u);
  EXPECT_EQ(PostedIn(chronicle.intervals[0]), 101u);
  EXPECT_DOUBLE_EQ(chronicle.observations[1].seconds, 0.011);
}

TEST_F(ObserverTest, ARunThatNobodyLookedAtHasOneInterval) {
  Growing worker;
  IntervalLog log;
  worker.Grow(7, 50);
  log.Begin(0, worker.tally);
  const Chronicle chronicle = FinishAt(milliseconds(1), {&log});
  ASSERT_EQ(chronicle.intervals.size(), 1u);
  EXPECT_EQ(PostedIn(chronicle.intervals[0]), 7u);
  EXPECT_EQ(chronicle.observations.size(), 2u);
}

TEST_F(ObserverTest, LooksLessOftenTheLongerTheRunAndLosesNothing) {
  std::mt19937_64 random(5);
  Growing busy;
  Growing sleepy;
  IntervalLog busy_log;
  IntervalLog sleepy_log;
  std::uint64_t looks = 0;
  const auto end = start_ + std::chrono::minutes(30);
  for (auto now = observer_.due(); now < end; now = observer_.due()) {
    ++looks;
    observer_.Look();
    const auto late = std::chrono::microseconds(random() % 30'000);
    const std::uint64_t number = observer_.Begin(now + late);
    busy.Grow(random() % 100, 100);
    busy_log.Begin(number, busy.tally);
    if (random() % 50 != 0) continue;
    sleepy.Grow(1, 100);
    sleepy_log.Begin(number, sleepy.tally);
  }
  busy_log.Begin(busy_log.current(), busy.tally);
  sleepy_log.Begin(sleepy_log.current(), sleepy.tally);
  EXPECT_LT(looks, 4000u) << "180,000 steps went by";
  const Chronicle chronicle =
      FinishAt(milliseconds(30 * 60 * 1000), {&busy_log, &sleepy_log});
  EXPECT_LE(chronicle.intervals.size(), kMostIntervals);
  EXPECT_GE(chronicle.intervals.size(), kMostIntervals / 4);
  ASSERT_EQ(chronicle.observations.size(), chronicle.intervals.size() + 1);
  std::uint64_t posted = 0;
  for (std::size_t i = 0; i < chronicle.intervals.size(); ++i) {
    posted += PostedIn(chronicle.intervals[i]);
    EXPECT_LT(chronicle.observations[i].seconds,
              chronicle.observations[i + 1].seconds);
  }
  EXPECT_EQ(posted,
            busy.tally.outcomes[kPosted] + sleepy.tally.outcomes[kPosted]);
}

class ConcurrentChronicleTest : public ::testing::Test {
 protected:
  static RunResult Play(Ledger& ledger, SimulateOptions options) {
    const Economy economy =
        Economy::Build(&ledger, PopulationFor(1000)).value();
    Progress progress;
    return RunEconomy(&economy, options, DefaultScenario().activities, progress)
        .value();
  }
};

TEST_F(ConcurrentChronicleTest, AddsUpToTheTally) {
  Ledger ledger = Ledger::Open().value();
  SimulateOptions options;
  options.threads = 3;
  options.seconds = 0.6;  // for a few looks on a busy machine, too
  options.report = "somewhere";
  const RunResult run = Play(ledger, options);
  const Chronicle& chronicle = run.chronicle;
  ASSERT_EQ(chronicle.observations.size(), chronicle.intervals.size() + 1);

  Interval sum;
  for (const Interval& interval : chronicle.intervals) Merge(sum, interval);
  EXPECT_EQ(sum.outcomes, run.tally.outcomes);
  EXPECT_GT(
      std::count_if(chronicle.intervals.begin(), chronicle.intervals.end(),
                    [](const Interval& i) { return PostedIn(i) > 0; }),
      2)
      << "the workers must notice that intervals begin";
  EXPECT_EQ(TimedIn(sum), run.tally.latency.count());
  for (std::size_t i = 0; i < kDefaultAssets; ++i) {
    EXPECT_EQ(sum.sales[i].quantity, run.tally.sales[i].quantity);
    EXPECT_EQ(sum.sales[i].paid, run.tally.sales[i].paid);
  }
  EXPECT_GT(run.tally.sales[kSwordIndex].quantity, 0);
  EXPECT_EQ(run.tally.sales[Index(kGold)].quantity, 0);

  const Observation& last = chronicle.observations.back();
  EXPECT_DOUBLE_EQ(last.seconds, run.seconds);
  for (std::size_t i = 0; i < Index(kNote); ++i) {
    const AssetId asset(static_cast<std::uint32_t>(i + 1));
    EXPECT_EQ(last.supplies[i], ToMinor(ledger.Supply(asset).value()));
  }
  EXPECT_EQ(
      last.supplies[Index(kNote)],
      ToMinor(
          ledger.Balance(ledger.FindAccount("bank 1/NOTE").value()).value()));
  EXPECT_EQ(chronicle.observations.front().gini, 0);
  EXPECT_GT(last.gini, 0);
}

// Each coin is made of one nugget or turned back into one, so whenever one
// looks there are as many of both together.
TEST_F(ConcurrentChronicleTest, LooksAtAllAssetsAtOneMoment) {
  const Scenario scenario = Read(R"({
    "name": "alchemy", "agents": {"players": 50}, "zipf": 0,
    "assets": [{"code": "COIN", "start": {"players": 1000}},
               {"code": "NUGGET", "price": 1, "start": {"players": 1000}}],
    "activities": [{"name": "alchemy", "kind": "craft", "code": 2, "weight": 1,
      "recipes": [{"uses": {"COIN": [7, 7]}, "makes": {"NUGGET": 7}},
                  {"uses": {"NUGGET": 5}, "makes": {"COIN": 5}}]}]})");
  Ledger ledger = Ledger::Open().value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(1000, scenario), scenario).value();
  constexpr int kLooks = 200;
  const auto start = Observer::Clock::now();
  Observer observer(&economy, milliseconds(10));
  observer.Start(start);
  std::atomic<bool> is_over = false;
  test::RunThreads(3, [&](int number) {
    if (number > 0) {
      Worker worker(&economy, ledger.OpenSession().value(), scenario.activities,
                    1, static_cast<std::uint32_t>(number), 0,
                    number == 1 ? Mode::kLocked : Mode::kOptimistic);
      while (!is_over) worker.PlayOne();
      return;
    }
    // After each look it waits until somebody has posted: there is news.
    std::uint64_t posted = 0;
    for (int i = 1; i <= kLooks; ++i) {
      observer.Look();
      observer.Begin(start + milliseconds(10 * i));
      while (ledger.GetStats().posted() == posted) std::this_thread::yield();
      posted = ledger.GetStats().posted();
    }
    is_over = true;
  });
  const Chronicle chronicle =
      std::move(observer).Finish(start + milliseconds(10 * kLooks + 10), {});
  ASSERT_GT(chronicle.observations.size(), kLooks / 2u);
  std::set<Minor> coins;
  for (const Observation& seen : chronicle.observations) {
    EXPECT_EQ(seen.supplies[0] + seen.supplies[1], 100'000);
    coins.insert(seen.supplies[0]);
  }
  EXPECT_GT(coins.size(), 10u) << "nobody played";
}

TEST_F(ConcurrentChronicleTest, IsEmptyWhereNoReportWasAskedFor) {
  Ledger ledger = Ledger::Open().value();
  SimulateOptions options;
  options.transfers = 1000;
  const RunResult run = Play(ledger, options);
  EXPECT_TRUE(run.chronicle.observations.empty());
  EXPECT_TRUE(run.chronicle.intervals.empty());
}

}  // namespace
}  // namespace lockstep::tool
