#include "engine/tool/run.h"

#include <array>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/tool/interrupt.h"
#include "engine/tool/progress.h"
#include "gtest/gtest.h"
#include "lockstep/lockstep.h"
#include "tests/tool/default_game.h"

namespace lockstep::tool {
namespace {

class RunTest : public ::testing::Test {
 protected:
  RunResult Play(
      std::uint32_t threads, std::uint64_t transfers,
      std::span<const Activity> activities = DefaultScenario().activities) {
    SimulateOptions options;
    options.threads = threads;
    options.transfers = transfers;
    return RunEconomy(&economy_, options, activities, progress_).value();
  }

  Ledger ledger_ = Ledger::Open().value();
  Economy economy_ = Economy::Build(&ledger_, PopulationFor(1000)).value();
  Progress progress_;
};

TEST_F(RunTest, PostsExactlyAsManyTransfersAsAsked) {
  const std::uint64_t before = ledger_.GetStats().posted();
  std::uint64_t in_all = 0;
  for (const std::uint32_t threads : {1u, 2u, 7u}) {
    for (const std::uint64_t transfers : {1u, 63u, 64u, 65u, 5000u}) {
      const RunResult result = Play(threads, transfers);
      EXPECT_EQ(result.tally.posted(), transfers);
      EXPECT_EQ(result.end, RunEnd::kDone);
      in_all += transfers;
    }
  }
  const std::uint64_t after = ledger_.GetStats().posted();
  EXPECT_GE(after - before, in_all);
  EXPECT_TRUE(ledger_.Audit()->ok);
}

TEST_F(RunTest, CountsWhatTheLedgerCounts) {
  const Stats before = ledger_.GetStats();
  const RunResult result = Play(2, 20'000);
  const Stats after = ledger_.GetStats();
  for (std::size_t i = 1; i < kOutcomeCount; ++i) {
    EXPECT_EQ(result.tally.outcomes[i], after.outcomes[i] - before.outcomes[i])
        << OutcomeName(static_cast<Outcome>(i));
    EXPECT_EQ(result.tally.outcomes[i] > 0, !result.tally.examples[i].empty());
  }
}

TEST_F(RunTest, StopsWhenTheTimeIsOver) {
  SimulateOptions options;
  options.threads = 2;
  options.seconds = 0.05;
  const RunResult result =
      RunEconomy(&economy_, options, DefaultScenario().activities, progress_)
          .value();
  EXPECT_GE(result.seconds, 0.05);
  EXPECT_GT(result.tally.posted(), 0u);
  EXPECT_EQ(result.end, RunEnd::kDone);
}

TEST_F(RunTest, GivesUpWhenEverythingIsRefused) {
  static const std::array kHopeless = std::to_array<Activity>(
      {{"nothing", 1, 1, [](Worker& worker) {
          return worker.Transfer(worker.economy().IssuerOf(kGold),
                                 worker.DrawPurse(kGold), 0);
        }}});
  const RunResult result = Play(2, 10, kHopeless);
  EXPECT_EQ(result.end, RunEnd::kStalled);
  EXPECT_EQ(result.tally.posted(), 0u);
  EXPECT_EQ(
      result.tally.outcomes[static_cast<std::size_t>(Outcome::kZeroAmount)],
      result.tally.refused());
}

TEST_F(RunTest, AnInterruptEndsItEarly) {
  // In a process of its own, whose flag then stays raised.
  EXPECT_EXIT(
      {
        CatchInterrupts();
        std::raise(SIGINT);
        const RunResult result = Play(1, UINT64_MAX);
        std::_Exit(result.end == RunEnd::kInterrupted ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace lockstep::tool
