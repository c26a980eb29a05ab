// Disks that fail, and logs that were damaged: what was promised is kept or the
// ledger is not opened, and nothing is ever said that is not so.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "engine/log/log_names.h"
#include "engine/log/segment_header.h"
#include "tests/recovery/disk_ledger.h"
#include "tests/recovery/workload.h"
#include "tests/support/faulty_disk.h"
#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

// GOLD with one account.
void Found(Ledger& ledger) {
  ASSERT_TRUE(ledger.CreateAsset({.code = "GOLD"}));
  ASSERT_TRUE(ledger.CreateAccount({.asset = AssetId(1), .key = "ann"}));
}

class FailingDisk : public testing::Test {
 protected:
  FailingDisk() { Found(ledger); }
  // The next step fails, or all from then on do.
  void FailNext(bool all, IoOutcome with = IoOutcome::kFailed) {
    disk.faults.fail_at = disk.steps();
    disk.faults.all_from_then_on = all;
    disk.faults.fails_with = with;
  }

  FaultyDisk disk;
  Ledger ledger = OpenOn(disk).value();
};

TEST_F(FailingDisk, PostedButNotDurableIsSaidAndNothingIsPostedAfter) {
  ASSERT_TRUE(ledger.Transfer(kMint, kAnn, Amount(5), Sync()).is_durable());
  FailNext(false);
  const Receipt receipt = ledger.Transfer(kMint, kAnn, Amount(7), Sync());
  EXPECT_TRUE(receipt.ok());
  EXPECT_FALSE(receipt.is_durable());
  EXPECT_EQ(ledger.Balance(kAnn).value(), Amount(12)) << "reads go on";
  // The disk would work again, and is not believed.
  EXPECT_EQ(ledger.Flush(), Outcome::kLogFailed);
  EXPECT_EQ(ledger.WaitDurable(receipt.sequence()), Outcome::kLogFailed);
  EXPECT_EQ(ledger.Transfer(kMint, kAnn, Amount(1)).outcome(),
            Outcome::kLogFailed);
  EXPECT_EQ(ledger.Balance(kAnn).value(), Amount(12));
}

TEST_F(FailingDisk, EverythingThatWouldChangeItIsRefused) {
  const std::array<Leg, 2> legs = {Leg{kMint, Amount(-1)},
                                   Leg{kAnn, Amount(1)}};
  const HoldId hold = ledger.Hold(legs).sequence();
  FailNext(true);
  ASSERT_EQ(ledger.Flush(), Outcome::kLogFailed);
  const Bits128 digest = ledger.Digest().value();
  const auto pay = [](const AccountStates&) {
    return Decision().Move(kMint, kAnn, Amount(1));
  };
  const std::array<AccountId, 2> declared = {kMint, kAnn};
  const std::array<TransferRequest, 1> requests = {
      TransferRequest{.legs = legs}};
  const auto failed = Outcome::kLogFailed;
  EXPECT_EQ(ledger.Post(legs).outcome(), failed);
  EXPECT_EQ(ledger.Post(requests.front()).outcome(), failed);
  EXPECT_EQ(ledger.PostAll(requests).outcome, failed);
  EXPECT_EQ(ledger.PostEach(requests).outcome, failed);
  EXPECT_EQ(ledger.Transact(declared, pay).outcome(), failed);
  EXPECT_EQ(ledger.Hold(legs).outcome(), failed);
  EXPECT_EQ(ledger.Capture(hold).outcome(), failed);
  EXPECT_EQ(ledger.Release(hold).outcome(), failed);
  EXPECT_EQ(
      ledger.Reverse({.transfer = Sequence(1, 0), .legs = legs}).outcome(),
      failed);
  EXPECT_EQ(ledger.SetStatus(kAnn, AccountStatus::kFrozen), failed);
  EXPECT_EQ(ledger.SetLimits(kAnn, Amount(), Amount(5)), failed);
  EXPECT_EQ(ledger.CreateAsset({.code = "INK"}).error(), failed);
  EXPECT_EQ(ledger.CreateAccount({.asset = AssetId(1)}).error(), failed);
  EXPECT_EQ(ledger.Digest().value(), digest);
  EXPECT_TRUE(ledger.Audit()->ok);
}

// Each step of a workload fails once, or it and all after it; then the process
// ends, and the next one finds what the system had in memory, or the power is
// cut as well.
TEST(FailingDisks, AtEveryStepLoseNothingThatWasDurable) {
  const std::vector<std::string> states = Workload::AllStates();
  std::uint64_t failures = 0;
  for (const bool all : {false, true}) {
    for (std::uint64_t fail_at = 0;; ++fail_at) {
      SCOPED_TRACE(testing::Message() << "step " << fail_at << " fails, and "
                                      << (all ? "all" : "none") << " after");
      FaultyDisk disk;
      disk.faults = {.fail_at = fail_at, .all_from_then_on = all};
      std::size_t durable = 0;
      std::size_t done = 0;
      {
        Result<Ledger> ledger = OpenOn(disk);
        Workload workload;
        while (ledger && workload.done() < Workload::kOperations) {
          if (workload.Do(*ledger)) durable = workload.done();
        }
        done = workload.done();
      }
      if (disk.steps() <= fail_at) break;
      ++failures;
      for (const int way : {0, 1, 2}) {
        SCOPED_TRACE(way == 0   ? "the process ends"
                     : way == 1 ? "nothing is kept"
                                : "all is kept");
        FaultyDisk left =
            way == 0
                ? disk
                : disk.AfterPowerCut([&](std::size_t) { return way == 2; });
        left.Mend();
        LogReport report;
        Result<Ledger> again = OpenOn(left, report);
        ASSERT_TRUE(again) << OutcomeName(again.error()) << ": "
                           << report.reason << " in " << report.file << " at "
                           << report.offset;
        const std::string state = Workload::Describe(*again);
        std::size_t found = durable;
        while (found <= done && states[found] != state) ++found;
        ASSERT_LE(found, done) << "from " << durable << "\n" << state;
        // What nobody synced is durable now, though the one before said not.
        EXPECT_EQ(again->Flush(), Outcome::kOk);
        FaultyDisk later =
            left.AfterPowerCut([](std::size_t) { return false; });
        Result<Ledger> third = OpenOn(later);
        ASSERT_TRUE(third);
        EXPECT_EQ(Workload::Describe(*third), state);
      }
    }
  }
  EXPECT_GT(failures, 100U);
  std::cout << failures << " failures of a step\n";
}

// Where no thread writes, whoever has no patience must.
TEST_F(FailingDisk, ABacklogIsWrittenByWhoDoesNotWait) {
  const std::string text(kMaxDescriptionBytes, 'x');
  const TransferOptions never = {.description = text, .wait = Wait::Never()};
  std::uint64_t busy = 0;
  for (int i = 0; i < 5000; ++i) {
    const Receipt receipt = ledger.Transfer(kMint, kAnn, Amount(1), never);
    busy += receipt.outcome() == Outcome::kBusy ? 1U : 0U;
  }
  EXPECT_EQ(busy, 0U);
  FailNext(true);
  Outcome last = Outcome::kOk;
  for (int i = 0; i < 5000 && last == Outcome::kOk; ++i) {
    last = ledger.Transfer(kMint, kAnn, Amount(1), never).outcome();
  }
  EXPECT_EQ(last, Outcome::kLogFailed);
}

TEST_F(FailingDisk, ThatIsFullLosesNothingOnceThereIsSpace) {
  ASSERT_TRUE(ledger.Transfer(kMint, kAnn, Amount(5), Sync()).is_durable());
  FailNext(true, IoOutcome::kNoSpace);
  EXPECT_FALSE(ledger.Transfer(kMint, kAnn, Amount(7), Sync()).is_durable());
  FaultyDisk left = disk.AfterPowerCut([](std::size_t) { return false; });
  Result<Ledger> again = OpenOn(left);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->Balance(kAnn).value(), Amount(5));
}

// --- Damage ------------------------------------------------------------------

// A small log that was not closed, and what its ledger had.
struct UnclosedLog {
  UnclosedLog() {
    Result<Ledger> ledger = OpenOn(disk);
    states.push_back(ledger->Digest().value());
    Found(*ledger);
    states.push_back(ledger->Digest().value());
    for (int i = 1; i <= 4; ++i) {
      ledger->Transfer(kMint, kAnn, Amount(i), Sync());
      states.push_back(ledger->Digest().value());
    }
    open = disk;  // copies share their files, so:
    open = disk.AfterPowerCut([](std::size_t) { return true; });
  }
  FaultyDisk disk;
  FaultyDisk open;
  std::vector<Bits128> states;
};

std::size_t UsedBytes(const std::vector<std::byte>& file) {
  std::size_t used = file.size();
  while (used > 0 && file[used - 1] == std::byte{}) --used;
  return used;
}

// Opens a copy with one file changed; gives which of the states it has, or none
// if it was refused.
template <class Change>
std::size_t StateAfter(const UnclosedLog& log, const Change& change) {
  FaultyDisk disk = log.open.AfterPowerCut([](std::size_t) { return true; });
  change(*disk.Find(SegmentName(1)));
  LogReport report;
  Result<Ledger> ledger = OpenOn(disk, report);
  if (!ledger) {
    EXPECT_FALSE(report.reason.empty());
    EXPECT_TRUE(ledger.error() == Outcome::kLogDamaged ||
                ledger.error() == Outcome::kLogForeign ||
                ledger.error() == Outcome::kLogNewer ||
                ledger.error() == Outcome::kInvalidOption)
        << OutcomeName(ledger.error());
    return SIZE_MAX;
  }
  EXPECT_TRUE(ledger->Audit()->ok);
  const Bits128 digest = ledger->Digest().value();
  for (std::size_t i = 0; i < log.states.size(); ++i) {
    if (log.states[i] == digest) return i;
  }
  ADD_FAILURE() << "a state that there never was";
  return SIZE_MAX;
}

TEST(DamagedLog, EveryBitThatFlipsIsSeen) {
  UnclosedLog log;
  const std::size_t used = UsedBytes(*log.open.Find(SegmentName(1)));
  const std::size_t last = log.states.size() - 1;
  std::size_t refused = 0;
  std::size_t cut = 0;
  for (std::size_t byte = 0; byte < used + 64; ++byte) {
    for (int bit = 0; bit < 8; ++bit) {
      SCOPED_TRACE(testing::Message() << "bit " << bit << " of byte " << byte);
      const std::size_t state =
          StateAfter(log, [&](std::vector<std::byte>& file) {
            file[byte] ^= std::byte{1} << bit;
          });
      if (state == SIZE_MAX) {
        ++refused;
      } else if (state == last - 1) {
        ++cut;  // in the last batch, of which nobody says that it was durable
      } else {
        // Behind the end there is nothing to lose.
        EXPECT_TRUE(state == last && byte >= used - 8);
      }
    }
    if (HasFailure()) return;
  }
  std::cout << refused << " flips refused, " << cut << " cut off\n";
  EXPECT_GT(refused, cut);
  EXPECT_GT(cut, 400U);
}

TEST(DamagedLog, WhereverItIsCutShortItIsSeen) {
  UnclosedLog log;
  const std::size_t used = UsedBytes(*log.open.Find(SegmentName(1)));
  for (std::size_t bytes = 0; bytes < used + 64; ++bytes) {
    SCOPED_TRACE(testing::Message() << bytes << " bytes are left");
    const std::size_t state = StateAfter(
        log, [&](std::vector<std::byte>& file) { file.resize(bytes); });
    EXPECT_EQ(state, SIZE_MAX) << "a file has another size than it says";
    // As if the rest had never been written: that may be so, if it is a batch.
    StateAfter(log, [&](std::vector<std::byte>& file) {
      std::fill(file.begin() + static_cast<std::ptrdiff_t>(bytes), file.end(),
                std::byte{});
    });
    if (HasFailure()) return;
  }
}

TEST(DamagedLog, IsLeftAsItIs) {
  UnclosedLog log;
  FaultyDisk disk = log.open.AfterPowerCut([](std::size_t) { return true; });
  (*disk.Find(SegmentName(1)))[kSegmentHeaderBytes + 100] ^= std::byte{1};
  const std::uint64_t before = disk.Fingerprint();
  LogReport report;
  EXPECT_EQ(OpenOn(disk, report).error(), Outcome::kLogDamaged);
  EXPECT_EQ(report.file, SegmentName(1));
  EXPECT_GE(report.offset, kSegmentHeaderBytes);
  EXPECT_EQ(disk.Fingerprint(), before);
  EXPECT_EQ(disk.steps(), 0U);
}

TEST(DamagedLog, ThatCannotBeReadIsNotCalledDamaged) {
  UnclosedLog log;
  log.open.faults.unreadable_from = 8192;
  LogReport report;
  EXPECT_EQ(OpenOn(log.open, report).error(), Outcome::kLogFailed);
  EXPECT_EQ(log.open.steps(), 0U);
  log.open.faults.unreadable_from = 0;
  EXPECT_EQ(OpenOn(log.open, report).error(), Outcome::kLogFailed);
  log.open.Mend();
  EXPECT_TRUE(OpenOn(log.open));
}

TEST(DamagedLog, OfOtherOptionsIsNotOpened) {
  UnclosedLog log;
  LedgerOptions options = DiskOptions();
  options.routes_only = true;
  LogReport report;
  EXPECT_EQ(OpenOn(log.open, report, options).error(), Outcome::kInvalidOption);
  EXPECT_FALSE(report.reason.empty());
}

}  // namespace
}  // namespace lockstep::engine
