// What a log may tell that could not have been posted is a fault; and what
// order it is told in does not matter.

#include "engine/recovery/replay.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/log/batch_writer.h"
#include "engine/log/log_fault.h"
#include "engine/posting/id_content.h"
#include "engine/snapshot/live_snapshots.h"
#include "lockstep/lockstep.h"
#include "tests/recovery/disk_ledger.h"

namespace lockstep::engine {
namespace {

// The parts of a ledger, and one cut that is replayed into them.
class Replayed {
 public:
  // GOLD, ann and bob are made in it. `tell(writer)` tells the rest, by rising
  // slot.
  explicit Replayed(const std::function<void(BatchWriter&)>& tell,
                    std::uint64_t accounts_before = 0) {
    std::vector<std::byte> room(std::size_t{1} << 16);
    BatchWriter writer(room, Tick(5));
    tell(writer);
    writer.BeginRun(kCreationSlot, 0, accounts_before);
    Creation gold;
    gold.account = AccountId(accounts_before + 1);
    gold.made_asset = AssetId(1);
    gold.asset = {.code = "GOLD", .supply_cap = Amount(1000)};
    EXPECT_TRUE(writer.Add(gold));
    for (const std::uint64_t account : {std::uint64_t{2}, std::uint64_t{3}}) {
      Creation made;
      made.account = AccountId(accounts_before + account);
      made.options.asset = AssetId(1);
      EXPECT_TRUE(writer.Add(made));
    }
    Replay::Batch batch;
    batch.bytes = writer.Finish(batch.head, 0);
    Replay replay(
        {accounts, directory, holds, ids, reversals, clock, nullptr, 2});
    fault = replay.Apply(std::span<const Replay::Batch>(&batch, 1));
    if (fault == LogFault::kNone) fault = replay.Finish();
    last = replay.last();
  }

  [[nodiscard]] AccountView View(AccountId account) const {
    return ViewAccount(accounts, account);
  }

  AccountTable accounts;
  Directory directory{accounts};
  LiveSnapshots snapshots{accounts};
  HoldTable holds;
  IdTable ids{2, snapshots.clock()};
  ReversalTable reversals;
  TickClock clock{TickSource::kHost};
  LogFault fault = LogFault::kNone;
  Sequence last;
};

void Tell(BatchWriter& writer, const LogRecord& record) {
  writer.BeginRun(record.sequence.slot(), 1, record.sequence.counter() - 1);
  ASSERT_TRUE(writer.Add(record));
}

const std::array<Leg, 2> kFive = {Leg{kMint, Amount(-5)}, Leg{kAnn, Amount(5)}};

LogRecord Transfer(std::uint64_t counter, std::uint32_t slot,
                   std::span<const Leg> legs = kFive) {
  LogRecord record;
  record.sequence = Sequence(counter, slot);
  record.legs = legs;
  return record;
}

LogRecord StatusOf(AccountId account, AccountStatus status,
                   std::uint64_t counter, std::uint32_t slot) {
  LogRecord record;
  record.kind = EntryKind::kStatus;
  record.sequence = Sequence(counter, slot);
  record.account = account;
  record.status = status;
  return record;
}

TEST(Replay, SumsWhatMoved) {
  const Replayed ledger([](BatchWriter& writer) {
    Tell(writer, Transfer(7, 0));
    Tell(writer, Transfer(3, 1));
  });
  ASSERT_EQ(ledger.fault, LogFault::kNone);
  EXPECT_EQ(ledger.View(kAnn).balance, 10);
  EXPECT_EQ(ledger.View(kMint).balance, -10);
  EXPECT_EQ(ledger.View(kAnn).version, Sequence(7, 0));
  EXPECT_EQ(ledger.View(kBob).version, Sequence());
  EXPECT_EQ(ledger.last, Sequence(7, 0));
  EXPECT_EQ(ledger.clock.Now(), Tick(5));
}

TEST(Replay, TheHighestSequenceSaysWhatAnAccountIs) {
  for (const bool is_first_higher : {true, false}) {
    const Replayed ledger([&](BatchWriter& writer) {
      Tell(writer,
           StatusOf(kAnn, AccountStatus::kFrozen, is_first_higher ? 9 : 4, 0));
      Tell(writer,
           StatusOf(kAnn, AccountStatus::kOpen, is_first_higher ? 4 : 9, 1));
    });
    ASSERT_EQ(ledger.fault, LogFault::kNone);
    EXPECT_EQ(ledger.View(kAnn).status,
              is_first_higher ? AccountStatus::kFrozen : AccountStatus::kOpen);
  }
}

TEST(Replay, RemembersTheNewestIdsInOrder) {
  std::vector<std::byte> content;
  const TransferRequest request{.legs = kFive};
  IdContent::OfRequest(std::span<const TransferRequest>(&request, 1))
      .AppendTo(content);
  const Replayed ledger([&](BatchWriter& writer) {
    // Told slot by slot, posted otherwise: sequences are not positions.
    for (const auto& [slot, number] :
         {std::pair{0U, 8U}, std::pair{1U, 6U}, std::pair{2U, 7U}}) {
      LogRecord record = Transfer(90 - 10 * number, slot);
      record.id.id = {1, number};
      record.id.number = number;
      record.id.content = content;
      Tell(writer, record);
    }
  });
  ASSERT_EQ(ledger.fault, LogFault::kNone);
  const auto known = ledger.ids.RememberedAt(9);
  ASSERT_EQ(known.size(), 2U) << "as many as the window says";
  EXPECT_EQ(known[0].first, (Bits128{1, 7})) << "the oldest first";
  EXPECT_EQ(known[1].first, (Bits128{1, 8}));
}

TEST(Replay, AHoldIsOpenUntilItIsResolvedWhicheverIsReadFirst) {
  const std::array<Leg, 2> legs = {Leg{kAnn, Amount(-3)}, Leg{kBob, Amount(3)}};
  for (const bool is_resolved : {false, true}) {
    const Replayed ledger([&](BatchWriter& writer) {
      LogRecord released = Transfer(9, 0, legs);
      released.kind = EntryKind::kRelease;
      released.refers_to = Sequence(4, 2);
      if (is_resolved) Tell(writer, released);
      Tell(writer, Transfer(2, 1));
      LogRecord hold = Transfer(4, 2, legs);
      hold.kind = EntryKind::kHold;
      hold.deadline = Tick(50);
      Tell(writer, hold);
    });
    ASSERT_EQ(ledger.fault, LogFault::kNone);
    EXPECT_EQ(ledger.View(kAnn).held, is_resolved ? 0 : 3);
    EXPECT_EQ(ledger.holds.WhyNotOpen(Sequence(4, 2)),
              is_resolved ? Outcome::kUnknownHold : Outcome::kOk);
    EXPECT_EQ(ledger.holds.NextDue(Tick(50)),
              is_resolved ? Sequence() : Sequence(4, 2));
  }
}

struct Hostile {
  const char* what;
  LogFault fault;
  std::function<void(BatchWriter&)> tell;
};

TEST(Replay, WhatCouldNotHaveBeenPostedIsAFault) {
  const std::array<Leg, 2> unknown = {Leg{kMint, Amount(-5)},
                                      Leg{AccountId(4), Amount(5)}};
  const std::array<Leg, 2> unbalanced = {Leg{kMint, Amount(-5)},
                                         Leg{kAnn, Amount(6)}};
  const std::array<Amount, 2> all = {Amount(-5), Amount(5)};
  const std::vector<Hostile> cases = {
      {"an account that is none", LogFault::kUnknownAccount,
       [&](BatchWriter& writer) { Tell(writer, Transfer(1, 0, unknown)); }},
      {"legs that do not sum to zero", LogFault::kUnbalanced,
       [&](BatchWriter& writer) { Tell(writer, Transfer(1, 0, unbalanced)); }},
      {"a status of no account", LogFault::kUnknownAccount,
       [](BatchWriter& writer) {
         Tell(writer, StatusOf(AccountId(9), AccountStatus::kFrozen, 1, 0));
       }},
      {"a look at no account", LogFault::kUnknownAccount,
       [](BatchWriter& writer) {
         const std::array<AccountId, 1> seen = {AccountId(77)};
         LogRecord record = Transfer(1, 0);
         record.seen = seen;
         Tell(writer, record);
       }},
      {"a sequence again", LogFault::kRepeated,
       [](BatchWriter& writer) {
         Tell(writer, Transfer(3, 0));
         writer.BeginRun(0, 2, 2);
         ASSERT_TRUE(writer.Add(Transfer(3, 0)));
       }},
      {"a hold that was never placed", LogFault::kHold,
       [](BatchWriter& writer) {
         LogRecord record = Transfer(4, 0);
         record.kind = EntryKind::kRelease;
         record.refers_to = Sequence(2, 1);
         Tell(writer, record);
       }},
      {"more taken back than there was", LogFault::kReversal,
       [&](BatchWriter& writer) {
         for (const std::uint64_t counter :
              {std::uint64_t{4}, std::uint64_t{5}}) {
           LogRecord record = Transfer(counter, 0);
           record.kind = EntryKind::kReversal;
           record.refers_to = Sequence(2, 1);
           record.parts = all;
           writer.BeginRun(0, counter, counter - 1);
           ASSERT_TRUE(writer.Add(record));
         }
       }},
      {"routes where there are none", LogFault::kRoute,
       [](BatchWriter& writer) {
         LogRecord record;
         record.kind = EntryKind::kRoute;
         record.sequence = Sequence(1, 0);
         record.is_allowed = true;
         Tell(writer, record);
       }},
      {"an id without its content", LogFault::kId,
       [](BatchWriter& writer) {
         LogRecord record = Transfer(1, 0);
         record.id.id = {1, 2};
         record.id.number = 1;
         Tell(writer, record);
       }},
  };
  for (const Hostile& hostile : cases) {
    SCOPED_TRACE(hostile.what);
    EXPECT_EQ(Replayed(hostile.tell).fault, hostile.fault);
  }
  EXPECT_EQ(Replayed([](BatchWriter&) {}, 3).fault, LogFault::kCreation)
      << "accounts that others must have been before";
}

}  // namespace
}  // namespace lockstep::engine
