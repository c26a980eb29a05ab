// The power is cut at every step that a workload takes on the disk, in many
// ways; and again while what is left is recovered, and after that.

#include <gtest/gtest.h>

#include <cstdint>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/recovery/disk_ledger.h"
#include "tests/recovery/workload.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

using test::Scaled;
using test::Seed;
using test::SeedTrace;

// Does the workload until the disk stops, and says how many operations were
// durable by then, and how many were begun.
struct Progress {
  std::size_t durable = 0;
  std::size_t begun = 0;
};
Progress Play(FaultyDisk& disk, Progress progress = {},
              std::size_t most = Workload::kOperations) {
  Result<Ledger> ledger = OpenOn(disk);
  if (!ledger) return progress;
  Workload workload(progress.begun);
  while (workload.done() < Workload::kOperations && most > 0 &&
         disk.steps() <= disk.faults.cut_at) {
    --most;
    ++progress.begun;
    if (workload.Do(*ledger)) progress.durable = workload.done();
  }
  return progress;
}

// Tries disks after power cuts.
class Crashes {
 public:
  Crashes() : states_(Workload::AllStates()) {}

  // One way in which the power was cut.
  void Try(const FaultyDisk& left, const Progress& progress, int depth) {
    ++tried_;
    const std::uint64_t fingerprint = left.Fingerprint();
    if (!seen_.insert({fingerprint, progress.durable}).second) return;
    ++different_;
    FaultyDisk disk = left.AfterPowerCut([](std::size_t) { return true; });
    LogReport report;
    Result<Ledger> ledger = OpenOn(disk, report);
    ASSERT_TRUE(ledger) << OutcomeName(ledger.error()) << ": " << report.reason
                        << " in " << report.file << " at " << report.offset;
    const std::string state = Workload::Describe(*ledger);
    const std::size_t last = std::min(progress.begun, states_.size() - 1);
    SCOPED_TRACE(testing::Message() << "recovery " << depth);
    std::size_t found = progress.durable;
    while (found <= last && states_[found] != state) ++found;
    ASSERT_LE(found, last) << "recovered is none of the states from "
                           << progress.durable << " to " << last << ":\n"
                           << state << "\nbut for example\n"
                           << states_[progress.durable];
    ASSERT_TRUE(ledger->Audit()->ok);
    // Of some also what the power is cut three times in.
    constexpr std::uint64_t kStride = 8;
    if (depth == 1 && different_ % kStride == 0 && deep_left_ > 0) {
      --deep_left_;
      ++depth;
    }
    if (depth > 0) TryAgain(left, progress, found, depth);
  }

  [[nodiscard]] std::uint64_t tried() const { return tried_; }
  [[nodiscard]] std::uint64_t different() const { return different_; }
  std::mt19937_64 random{Seed()};

  // All ways that come to mind, and some that do not.
  template <class Function>
  void ForEachWay(const FaultyDisk& disk, std::uint64_t at_random,
                  const Function& function) {
    const std::size_t undecided = disk.Undecided();
    function([](std::size_t) { return false; });
    function([](std::size_t) { return true; });
    for (std::size_t i = 0; i < std::min<std::size_t>(undecided, 40); ++i) {
      function([i](std::size_t number) { return number == i; });
      function([i](std::size_t number) { return number != i; });
      function([i](std::size_t number) { return number < i; });
    }
    for (std::uint64_t i = 0; i < at_random; ++i) {
      const std::uint64_t seed = random();
      function([seed](std::size_t number) {
        return (std::hash<std::uint64_t>()(seed ^
                                           (number * 0x9E3779B97F4A7C15)) >>
                    17 &
                1) != 0;
      });
    }
  }

 private:
  // Cuts the power while that is recovered, and as the workload goes on from
  // what was found.
  void TryAgain(const FaultyDisk& left, const Progress& progress,
                std::size_t found, int depth) {
    constexpr std::size_t kMore = 3;
    for (std::uint64_t cut_at = 0;; ++cut_at) {
      FaultyDisk disk = left.AfterPowerCut([](std::size_t) { return true; });
      disk.faults.cut_at = cut_at;
      Progress later = {progress.durable, found};
      later = Play(disk, later, kMore);
      ForEachWay(disk, 8, [&](const auto& keeps) {
        if (testing::Test::HasFatalFailure()) return;
        Try(disk.AfterPowerCut(keeps), later, depth - 1);
      });
      if (disk.steps() <= cut_at || testing::Test::HasFatalFailure()) return;
    }
  }

  const std::vector<std::string> states_;
  std::set<std::pair<std::uint64_t, std::size_t>> seen_;
  // Where rounds are few because each takes long, far fewer of these.
  std::uint64_t deep_left_ = Scaled(Scaled(Scaled(160)));
  std::uint64_t tried_ = 0;
  std::uint64_t different_ = 0;
};

TEST(PowerCut, AnEndedLedgerIsAsItWas) {
  const std::vector<std::string> states = Workload::AllStates();
  FaultyDisk disk;
  Play(disk);
  LogReport report;
  Result<Ledger> again = OpenOn(disk, report);
  ASSERT_TRUE(again) << OutcomeName(again.error()) << ": " << report.reason
                     << " in " << report.file << " at " << report.offset;
  EXPECT_TRUE(report.was_sealed);
  EXPECT_EQ(Workload::Describe(*again), states.back());
  EXPECT_TRUE(again->Audit()->ok);
  std::cout << disk.steps() << " steps\n";
}

TEST(PowerCut, AtEveryStepLosesNothingThatWasDurable) {
  SCOPED_TRACE(SeedTrace(Seed()));
  FaultyDisk whole;
  Play(whole);
  const std::uint64_t steps = whole.steps();
  Crashes crashes;
  for (std::uint64_t cut_at = 0; cut_at < steps; ++cut_at) {
    SCOPED_TRACE(testing::Message() << "cut at step " << cut_at);
    FaultyDisk disk;
    disk.faults.cut_at = cut_at;
    const Progress progress = Play(disk);
    crashes.ForEachWay(disk, Scaled(100), [&](const auto& keeps) {
      if (testing::Test::HasFatalFailure()) return;
      crashes.Try(disk.AfterPowerCut(keeps), progress, 1);
    });
    if (HasFatalFailure()) return;
  }
  std::cout << crashes.tried() << " crash states of " << steps << " steps, "
            << crashes.different() << " different\n";
}

}  // namespace
}  // namespace lockstep::engine
