// Ledgers with a log, as hosts see them, on the real file system.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

constexpr AccountId kMint{1};
constexpr AccountId kAnn{2};

// A folder of the test's own, gone when it ends.
class LogTest : public testing::Test {
 protected:
  LogTest() {
    std::string name = (fs::temp_directory_path() / "lockstep-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder + "/ledger";
  }
  ~LogTest() override { fs::remove_all(folder); }

  [[nodiscard]] LedgerOptions Options() const {
    return {.directory = path, .log_segment_bytes = std::uint64_t{1} << 20};
  }
  Result<Ledger> Open() { return Ledger::Open(Options(), &report); }
  // With GOLD and the account of ann.
  Ledger Make() {
    Ledger ledger = Open().value();
    EXPECT_TRUE(ledger.CreateAsset({.code = "GOLD"}));
    EXPECT_TRUE(ledger.CreateAccount({.asset = AssetId(1), .key = "ann"}));
    return ledger;
  }
  [[nodiscard]] std::string FirstSegment() const {
    return path + "/segment-0000000001";
  }

  std::string folder;
  std::string path;
  LogReport report;
};

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

const TransferOptions kSynced = {.durability = Durability::kSync};

unsigned ModeOf(const std::string& path) {
  struct stat about {};
  EXPECT_EQ(::stat(path.c_str(), &about), 0) << path;
  return about.st_mode & 0777;
}

TEST_F(LogTest, WhatWasDurableIsThereAgain) {
  {
    Ledger ledger = Make();
    EXPECT_TRUE(report.was_created);
    const Receipt receipt = ledger.Transfer(kMint, kAnn, Amount(5), kSynced);
    EXPECT_TRUE(receipt.is_durable());
    EXPECT_EQ(ledger.WaitDurable(receipt.sequence()), Outcome::kOk);
    const Receipt later = ledger.Transfer(kMint, kAnn, Amount(2));
    EXPECT_FALSE(later.is_durable());
    EXPECT_EQ(ledger.WaitDurable(later.sequence()), Outcome::kOk);
    EXPECT_EQ(ledger.Advance(Tick(9)), Outcome::kOk);
  }
  Ledger again = Open().value();
  EXPECT_TRUE(report.was_sealed);
  EXPECT_FALSE(report.was_created);
  EXPECT_EQ(report.operations, 2U);
  EXPECT_EQ(report.tail_bytes, 0U);
  EXPECT_EQ(again.Balance(again.FindAccount("ann").value()).value(), Amount(7));
  EXPECT_EQ(again.now(), Tick(9));
  EXPECT_TRUE(again.Audit()->ok);
  // And it goes on where it was.
  const Receipt next = again.Transfer(kMint, kAnn, Amount(1), kSynced);
  EXPECT_TRUE(next.is_durable());
  EXPECT_GT(next.sequence(), report.last);
}

TEST_F(LogTest, OnlyItsOwnerMayLookAtIt) {
  const Ledger ledger = Make();
  EXPECT_EQ(ModeOf(path), 0700U);
  EXPECT_EQ(ModeOf(FirstSegment()), 0600U);
}

TEST_F(LogTest, NobodyElseOpensItMeanwhile) {
  Ledger ledger = Make();
  LogReport other;
  EXPECT_EQ(Ledger::Open(Options(), &other).error(), Outcome::kLogInUse);
  EXPECT_FALSE(other.reason.empty());
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_refused =
        Ledger::Open(Options()).error() == Outcome::kLogInUse;
    ::_exit(is_refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(LogTest, AForkedProcessWritesNothing) {
  Ledger ledger = Make();
  ASSERT_EQ(ledger.Flush(), Outcome::kOk);
  const std::string before = BytesOf(FirstSegment());
  const pid_t child = ::fork();
  if (child == 0) {
    const bool is_durable =
        ledger.Transfer(kMint, kAnn, Amount(1), kSynced).is_durable();
    const bool is_refused = ledger.Flush() == Outcome::kLogFailed;
    { const Ledger gone = std::move(ledger); }
    ::_exit(!is_durable && is_refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(BytesOf(FirstSegment()) == before);
}

TEST_F(LogTest, IsNoLinkAndNoFile) {
  std::ofstream(folder + "/file") << "no log";
  LedgerOptions options = Options();
  const std::string file = folder + "/file";
  options.directory = file;
  EXPECT_EQ(Ledger::Open(options, &report).error(), Outcome::kLogForeign);
  const std::string missing = folder + "/no/such";
  options.directory = missing;
  EXPECT_EQ(Ledger::Open(options, &report).error(), Outcome::kLogFailed);
  EXPECT_EQ(report.system_error, ENOENT);
  { const Ledger ledger = Make(); }
  fs::rename(FirstSegment(), folder + "/elsewhere");
  fs::create_symlink(folder + "/elsewhere", FirstSegment());
  EXPECT_EQ(Open().error(), Outcome::kLogForeign);
}

TEST_F(LogTest, SaysWhatIsDamagedAndWhere) {
  {
    Ledger ledger = Make();
    ASSERT_TRUE(ledger.Transfer(kMint, kAnn, Amount(5), kSynced).is_durable());
  }
  {
    std::fstream file(FirstSegment(),
                      std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(4096 + 60);
    file.put('?');
  }
  EXPECT_EQ(Open().error(), Outcome::kLogDamaged);
  EXPECT_EQ(report.file, "segment-0000000001");
  EXPECT_EQ(report.offset, 4096U);
  EXPECT_FALSE(report.reason.empty());
}

TEST_F(LogTest, WithoutOneNothingIsDurable) {
  test::SmallLedger small;
  const AccountId ann = small.Account();
  EXPECT_EQ(small.ledger.Flush(), Outcome::kLogOff);
  EXPECT_EQ(small.ledger.WaitDurable(Sequence(1, 0)), Outcome::kLogOff);
  EXPECT_EQ(
      small.ledger.Transfer(small.issuer, ann, Amount(1), kSynced).outcome(),
      Outcome::kLogOff);
  EXPECT_EQ(small.ledger.Balance(ann).value(), Amount());
}

TEST_F(LogTest, BadOptionsAreRefused) {
  LedgerOptions options = Options();
  options.log_segment_bytes = 4096;
  EXPECT_EQ(Ledger::Open(options).error(), Outcome::kInvalidOption);
  options = {};
  options.flush_every = std::chrono::seconds(1);  // of what?
  EXPECT_EQ(Ledger::Open(options).error(), Outcome::kInvalidOption);
  Ledger ledger = Make();
  EXPECT_EQ(ledger.WaitDurable(Sequence()), Outcome::kInvalidOption);
  EXPECT_EQ(ledger.WaitDurable(Sequence(999, 3)), Outcome::kInvalidOption);
  TransferOptions how;
  how.durability = static_cast<Durability>(9);
  EXPECT_EQ(ledger.Transfer(kMint, kAnn, Amount(1), how).outcome(),
            Outcome::kInvalidOption);
  EXPECT_EQ(ledger.TakeSnapshot()->Clone(Options()).error(),
            Outcome::kInvalidOption);
  EXPECT_TRUE(ledger.Clone());
}

TEST_F(LogTest, BatchesWaitOnce) {
  Ledger ledger = Make();
  const std::array<Leg, 2> legs = {Leg{kMint, Amount(-1)},
                                   Leg{kAnn, Amount(1)}};
  const std::vector<TransferRequest> many(500, TransferRequest{.legs = legs});
  std::vector<Receipt> receipts(many.size());
  const BatchResult each =
      ledger.PostEach(many, receipts, {.durability = Durability::kSync});
  EXPECT_TRUE(each.is_durable);
  EXPECT_TRUE(receipts.front().is_durable());
  EXPECT_TRUE(receipts.back().is_durable());
  const std::span<const TransferRequest> two(many.data(), 2);
  EXPECT_TRUE(
      ledger.PostAll(two, {}, {.durability = Durability::kSync}).is_durable);
  EXPECT_FALSE(ledger.PostAll(two).is_durable);
}

TEST_F(LogTest, BatchesWaitForWhatTheyGiveAgain) {
  Ledger ledger = Make();
  const std::array<Leg, 2> legs = {Leg{kMint, Amount(-1)},
                                   Leg{kAnn, Amount(1)}};
  const TransferRequest once{.legs = legs, .options = {.id = {1, 1}}};
  ASSERT_TRUE(ledger.Post(once).ok());
  const std::array<TransferRequest, 2> requests = {once, TransferRequest{}};
  std::array<Receipt, 2> receipts;
  const BatchResult result =
      ledger.PostEach(requests, receipts, {.durability = Durability::kSync});
  EXPECT_EQ(result.posted, 0U);
  EXPECT_FALSE(result.ok());
  EXPECT_TRUE(receipts[0].is_replay());
  EXPECT_TRUE(receipts[0].is_durable());
}

TEST_F(LogTest, IdsAreThereAgainHoweverManyAreWrittenAtOnce) {
  constexpr std::uint64_t kIds = 9000;
  const std::string text(kMaxDescriptionBytes, 'x');
  const auto pay = [&](Ledger& ledger, std::uint64_t number, bool is_dry) {
    return ledger.Transfer(
        kMint, kAnn, Amount(1),
        {.description = text, .dry_run = is_dry, .id = {2, number}});
  };
  {
    Ledger ledger = Make();
    for (std::uint64_t i = 1; i <= kIds; ++i) {
      ASSERT_TRUE(pay(ledger, i, false).ok());
    }
    ASSERT_EQ(ledger.Flush(), Outcome::kOk);  // in several batches
  }
  Ledger again = Open().value();
  EXPECT_EQ(report.operations, kIds);
  for (const std::uint64_t id : {std::uint64_t{1}, kIds / 2, kIds}) {
    EXPECT_TRUE(pay(again, id, true).is_replay()) << id;
  }
  EXPECT_FALSE(pay(again, kIds + 1, true).is_replay());
}

TEST_F(LogTest, AThreadOfItsOwnFlushes) {
  LedgerOptions options = Options();
  options.flush_every = std::chrono::milliseconds(1);
  Ledger ledger = Ledger::Open(options).value();
  ASSERT_TRUE(ledger.CreateAsset({.code = "GOLD"}));
  ASSERT_TRUE(ledger.CreateAccount({.asset = AssetId(1)}));
  const auto size_of_used = [&] {
    return BytesOf(FirstSegment()).find_last_not_of('\0');
  };
  const std::size_t before = size_of_used();
  ASSERT_TRUE(ledger.Transfer(kMint, kAnn, Amount(1)).ok());
  while (size_of_used() <= before) std::this_thread::yield();
}

TEST_F(LogTest, ManySegmentsAreOneLog) {
  const std::string text(kMaxDescriptionBytes, 'x');
  {
    Ledger ledger = Make();
    for (int i = 0; i < 20'000; ++i) {
      ASSERT_TRUE(
          ledger.Transfer(kMint, kAnn, Amount(1), {.description = text}).ok());
      if (i % 500 == 0) {
        ASSERT_EQ(ledger.Flush(), Outcome::kOk);
      }
    }
  }
  EXPECT_TRUE(fs::exists(path + "/segment-0000000005"));
  Ledger again = Open().value();
  EXPECT_EQ(again.Balance(kAnn).value(), Amount(20'000));
  EXPECT_EQ(report.operations, 20'000U);
}

TEST_F(LogTest, ConcurrentWaitersShareAFlush) {
  constexpr int kThreads = 8;
  const auto count = static_cast<int>(test::Scaled(200));
  {
    Ledger ledger = Make();
    std::vector<std::thread> threads;
    threads.reserve(kThreads);
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < count; ++i) {
          EXPECT_TRUE(
              ledger.Transfer(kMint, kAnn, Amount(1), kSynced).is_durable());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  Ledger again = Open().value();
  EXPECT_EQ(again.Balance(kAnn).value(), Amount(kThreads * count));
}

// Without a word a process is killed again and again; what it had said was
// durable is there. (The machine does not end here, so what was written and not
// synced is there, too: this cannot find a synchronization that is missing.)
TEST_F(LogTest, AKilledProcessLosesNothingItHadPromised) {
  { const Ledger ledger = Make(); }
  std::mt19937_64 random(test::Seed());
  std::uint64_t promised = 0;
  const std::uint64_t rounds = test::Scaled(30);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE(test::SeedTrace(test::Seed()));
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      Result<Ledger> ledger = Ledger::Open(Options());
      if (!ledger) ::_exit(3);
      for (;;) {
        if (!ledger->Transfer(kMint, kAnn, Amount(1), kSynced).is_durable()) {
          ::_exit(4);
        }
        if (::write(pipe[1], "+", 1) != 1) ::_exit(5);
      }
    }
    ::close(pipe[1]);
    // So many promises, and then at any moment.
    std::uint64_t left = 1 + random() % 40;
    char one = 0;
    while (left > 0 && ::read(pipe[0], &one, 1) == 1) {
      --left;
      ++promised;
    }
    EXPECT_EQ(left, 0U) << "it ended by itself";
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    while (::read(pipe[0], &one, 1) == 1) ++promised;
    ::close(pipe[0]);
    Ledger again = Open().value();
    const Amount there = again.Balance(kAnn).value();
    EXPECT_GE(there, Amount(static_cast<std::int64_t>(promised)));
    promised = there.low();
    EXPECT_TRUE(again.Audit()->ok);
    if (HasFailure()) return;
  }
  std::cout << rounds << " kills, " << promised << " promises\n";
}

}  // namespace
}  // namespace lockstep
