#include "engine/c/handle_table.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <set>
#include <vector>

#include "tests/support/settings.h"
#include "tests/support/threads.h"

namespace lockstep::engine {
namespace {

using HandleKind = Handled::Kind;
using Sharing = HandleTable::Sharing;
using Handle = HandleTable::Handle;

// Counts its own end, and knows whether it is there.
class Thing final : public Handled {
 public:
  explicit Thing(std::atomic<int>& ended) : ended_(ended) {}
  ~Thing() override {
    is_there_ = false;
    ++ended_;
  }
  [[nodiscard]] bool is_there() const { return is_there_; }

  /// Not atomic: one visitor at a time, or a data race.
  int visits = 0;

 private:
  std::atomic<int>& ended_;
  bool is_there_ = true;
};

class HandleTableTest : public testing::Test {
 protected:
  Handle Add(HandleKind kind = HandleKind::kLedger,
             Sharing sharing = Sharing::kShared) {
    return table_.Add(std::make_unique<Thing>(ended_), kind, sharing).value();
  }
  Outcome Visit(Handle handle, HandleKind kind = HandleKind::kLedger) {
    return HandleTable::Visit(table_, handle, kind).outcome();
  }

  std::atomic<int> ended_ = 0;
  HandleTable table_;
};

TEST_F(HandleTableTest, GivesTheObjectUntilItIsClosed) {
  const Handle handle = Add();
  EXPECT_NE(handle, 0u);
  {
    const HandleTable::Visit visit(table_, handle, HandleKind::kLedger);
    ASSERT_EQ(visit.outcome(), Outcome::kOk);
    EXPECT_TRUE(static_cast<Thing&>(visit.object()).is_there());
  }
  EXPECT_EQ(ended_, 0);
  EXPECT_EQ(table_.Close(handle, HandleKind::kLedger), Outcome::kOk);
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(Visit(handle), Outcome::kInvalidHandle);
  EXPECT_EQ(table_.Close(handle, HandleKind::kLedger), Outcome::kInvalidHandle);
  EXPECT_EQ(ended_, 1);
}

TEST_F(HandleTableTest, RefusesWhatItNeverGaveOut) {
  const Handle handle = Add();
  EXPECT_EQ(Visit(0), Outcome::kInvalidHandle);
  EXPECT_EQ(Visit(UINT64_MAX), Outcome::kInvalidHandle);
  EXPECT_EQ(Visit(handle + 1), Outcome::kInvalidHandle);
  EXPECT_EQ(Visit(handle - 1), Outcome::kInvalidHandle);
  EXPECT_EQ(Visit(handle + (Handle{1} << 32)), Outcome::kInvalidHandle);
  EXPECT_EQ(Visit(handle), Outcome::kOk);
  table_.Close(handle, HandleKind::kLedger);
}

TEST_F(HandleTableTest, TellsKindsApart) {
  const Handle session = Add(HandleKind::kSession);
  EXPECT_EQ(Visit(session, HandleKind::kLedger), Outcome::kInvalidHandle);
  EXPECT_EQ(table_.Close(session, HandleKind::kJournal),
            Outcome::kInvalidHandle);
  // Also when the handle itself was tampered with to say another kind.
  const Handle ledger = Add(HandleKind::kLedger);
  const Handle forged = (ledger & ~(Handle{0xFF} << 24)) | Handle{2} << 24;
  EXPECT_EQ(Visit(forged, HandleKind::kSession), Outcome::kInvalidHandle);
  EXPECT_EQ(Visit(session, HandleKind::kSession), Outcome::kOk);
  table_.Close(session, HandleKind::kSession);
  table_.Close(ledger, HandleKind::kLedger);
  EXPECT_EQ(ended_, 2);
}

// Who only looks keeps nothing alive, and is kept out by nobody.
TEST_F(HandleTableTest, LooksWithoutEntering) {
  const Handle handle = Add(HandleKind::kSession, Sharing::kExclusive);
  EXPECT_EQ(table_.Look(handle, HandleKind::kSession), Outcome::kOk);
  EXPECT_EQ(table_.Look(handle, HandleKind::kLedger), Outcome::kInvalidHandle);
  EXPECT_EQ(table_.Look(0, HandleKind::kSession), Outcome::kInvalidHandle);
  EXPECT_EQ(table_.Look(handle + 1, HandleKind::kSession),
            Outcome::kInvalidHandle);
  {
    const HandleTable::Visit visit(table_, handle, HandleKind::kSession);
    EXPECT_EQ(table_.Look(handle, HandleKind::kSession), Outcome::kOk);
  }
  table_.Close(handle, HandleKind::kSession);
  EXPECT_EQ(ended_, 1);
  EXPECT_EQ(table_.Look(handle, HandleKind::kSession), Outcome::kInvalidHandle);
}

TEST_F(HandleTableTest, UsesPlacesAgainUnderOtherNumbers) {
  std::set<Handle> seen;
  constexpr std::uint64_t kPlaceMask = (1 << 24) - 1;
  for (int i = 0; i < 1000; ++i) {
    const Handle handle = Add();
    EXPECT_EQ(handle & kPlaceMask, 1u);
    // Those that stood for this place before do not stand for what is there
    // now.
    if (!seen.empty()) {
      EXPECT_EQ(Visit(*seen.begin()), Outcome::kInvalidHandle);
      EXPECT_EQ(Visit(*seen.rbegin()), Outcome::kInvalidHandle);
      EXPECT_EQ(table_.Close(*seen.rbegin(), HandleKind::kLedger),
                Outcome::kInvalidHandle);
    }
    EXPECT_TRUE(seen.insert(handle).second);
    EXPECT_EQ(table_.Close(handle, HandleKind::kLedger), Outcome::kOk);
  }
  for (const Handle old : seen) {
    EXPECT_EQ(Visit(old), Outcome::kInvalidHandle);
  }
}

TEST_F(HandleTableTest, KeepsTheObjectWhileSomeoneIsInside) {
  const Handle handle = Add();
  {
    const HandleTable::Visit visit(table_, handle, HandleKind::kLedger);
    EXPECT_EQ(table_.Close(handle, HandleKind::kLedger), Outcome::kOk);
    EXPECT_EQ(ended_, 0);
    EXPECT_TRUE(static_cast<Thing&>(visit.object()).is_there());
    EXPECT_EQ(Visit(handle), Outcome::kInvalidHandle);
    EXPECT_EQ(table_.Close(handle, HandleKind::kLedger),
              Outcome::kInvalidHandle);
    const Handle other = Add();
    EXPECT_NE(other, handle);  // its place is not free yet
    EXPECT_EQ(ended_, 0);
    table_.Close(other, HandleKind::kLedger);
    EXPECT_EQ(ended_, 1);
  }
  EXPECT_EQ(ended_, 2);
}

TEST_F(HandleTableTest, LetsOneInWhereOneOnlyMayBe) {
  const Handle handle = Add(HandleKind::kSession, Sharing::kExclusive);
  const auto visit_alone = [&] {
    return HandleTable::Visit(table_, handle, HandleKind::kSession).outcome();
  };
  {
    const HandleTable::Visit visit(table_, handle, HandleKind::kSession);
    EXPECT_EQ(visit_alone(), Outcome::kInsideTransaction);
  }
  EXPECT_EQ(visit_alone(), Outcome::kOk);
  table_.Close(handle, HandleKind::kSession);
  EXPECT_EQ(visit_alone(), Outcome::kInvalidHandle);
}

TEST_F(HandleTableTest, UsesNoPlaceBeyondItsLastGeneration) {
  HandleTable table(HandleTable::kLastGeneration - 1);
  const auto add = [&] {
    return table
        .Add(std::make_unique<Thing>(ended_), HandleKind::kLedger,
             Sharing::kShared)
        .value();
  };
  const Handle first = add();
  EXPECT_EQ(table.Close(first, HandleKind::kLedger), Outcome::kOk);
  const Handle last = add();
  EXPECT_EQ(last & 0xFFFFFF, first & 0xFFFFFF);
  EXPECT_EQ(table.Close(last, HandleKind::kLedger), Outcome::kOk);
  const Handle elsewhere = add();
  EXPECT_NE(elsewhere & 0xFFFFFF, first & 0xFFFFFF);
  for (const Handle gone : {first, last}) {
    EXPECT_EQ(HandleTable::Visit(table, gone, HandleKind::kLedger).outcome(),
              Outcome::kInvalidHandle);
  }
  table.Close(elsewhere, HandleKind::kLedger);
  EXPECT_EQ(ended_, 3);
}

TEST_F(HandleTableTest, IsFullAtItsLimit) {
  std::vector<Handle> handles;
  handles.reserve(HandleTable::kMaxHandles);
  for (std::uint32_t i = 0; i < HandleTable::kMaxHandles; ++i) {
    const Result<Handle> handle = table_.Add(
        std::make_unique<Thing>(ended_), HandleKind::kLedger, Sharing::kShared);
    ASSERT_TRUE(handle);
    handles.push_back(*handle);
  }
  const Result<Handle> one_too_many = table_.Add(
      std::make_unique<Thing>(ended_), HandleKind::kLedger, Sharing::kShared);
  EXPECT_EQ(one_too_many.error(), Outcome::kTooManyHandles);
  EXPECT_EQ(ended_, 1);  // what it was to stand for is not kept
  table_.Close(handles[500], HandleKind::kLedger);
  const Handle again = Add();
  EXPECT_EQ(Visit(again), Outcome::kOk);
  EXPECT_EQ(Visit(handles[500]), Outcome::kInvalidHandle);
  handles[500] = again;
  for (const Handle handle : handles) table_.Close(handle, HandleKind::kLedger);
  EXPECT_EQ(static_cast<std::uint32_t>(ended_), HandleTable::kMaxHandles + 2);
}

// All use handles and close them, each closed once whoever tries: nobody meets
// an object that is gone, and each goes exactly once.
TEST(ConcurrentHandleTableTest, ClosesOnceWhileOthersUseIt) {
  constexpr int kThreads = 4;
  constexpr std::size_t kHandles = 8;
  const std::uint64_t rounds = test::Scaled(300);
  HandleTable table;
  std::atomic<int> ended = 0;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::array<Handle, kHandles> handles;
    for (Handle& handle : handles) {
      handle = table
                   .Add(std::make_unique<Thing>(ended), HandleKind::kLedger,
                        Sharing::kShared)
                   .value();
    }
    std::atomic<int> closed = 0;
    test::RunThreads(kThreads, [&](int number) {
      for (std::size_t i = 0; i < kHandles; ++i) {
        for (int again = 0; again < 3; ++again) {
          const HandleTable::Visit visit(
              table, handles[(i + static_cast<std::size_t>(number)) % kHandles],
              HandleKind::kLedger);
          if (visit.outcome() != Outcome::kOk) continue;
          EXPECT_TRUE(static_cast<Thing&>(visit.object()).is_there());
        }
        if (table.Close(handles[i], HandleKind::kLedger) == Outcome::kOk)
          ++closed;
      }
    });
    ASSERT_EQ(closed, static_cast<int>(kHandles));
    ASSERT_EQ(static_cast<std::uint64_t>(ended), (round + 1) * kHandles);
  }
}

// Those who are let in alone see what the one before did, and are alone.
TEST(ConcurrentHandleTableTest, HandsAnExclusiveObjectOn) {
  const std::uint64_t rounds = test::Scaled(20000);
  HandleTable table;
  std::atomic<int> ended = 0;
  const Handle handle = table
                            .Add(std::make_unique<Thing>(ended),
                                 HandleKind::kSession, Sharing::kExclusive)
                            .value();
  std::atomic<int> visits = 0;
  test::RunThreads(3, [&](int) {
    for (std::uint64_t i = 0; i < rounds; ++i) {
      const HandleTable::Visit visit(table, handle, HandleKind::kSession);
      if (visit.outcome() != Outcome::kOk) {
        EXPECT_EQ(visit.outcome(), Outcome::kInsideTransaction);
        continue;
      }
      ++static_cast<Thing&>(visit.object()).visits;
      ++visits;
    }
  });
  {
    const HandleTable::Visit visit(table, handle, HandleKind::kSession);
    EXPECT_EQ(static_cast<Thing&>(visit.object()).visits, visits);
  }
  EXPECT_GT(visits, 0);
  table.Close(handle, HandleKind::kSession);
  EXPECT_EQ(ended, 1);
}

}  // namespace
}  // namespace lockstep::engine
