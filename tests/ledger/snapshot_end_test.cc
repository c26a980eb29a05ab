// Where a snapshot may end.

#include <gtest/gtest.h>

#include <optional>
#include <utility>

#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::SmallLedger;

class SnapshotEndTest : public testing::Test {
 protected:
  // A snapshot is ended by a transaction function that moves one, after the
  // accounts have changed.
  void EndInsideFunction(std::optional<Snapshot>& snapshot, Mode mode) {
    const auto end_and_move = [&](AccountStates) {
      snapshot.reset();
      return Decision().Move(payer_, payee_, Amount(1));
    };
    MoveOne();
    EXPECT_TRUE(
        small_.ledger.Transact({payer_, payee_}, end_and_move, {.mode = mode})
            .ok());
  }
  void MoveOne() {
    EXPECT_TRUE(small_.ledger.Transfer(payer_, payee_, Amount(1)).ok());
  }

  const test::Watchdog watchdog_;
  SmallLedger small_;
  AccountId payer_ = small_.Account(100);
  AccountId payee_ = small_.Account();
};

// It would take the locks of the accounts that have changed since, which in
// locked mode the function's own thread holds.
TEST_F(SnapshotEndTest, MayComeInsideATransactionFunction) {
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic}) {
    std::optional<Snapshot> snapshot = small_.ledger.TakeSnapshot().value();
    EndInsideFunction(snapshot, mode);
    const Amount before = small_.Balance(payee_);
    const Snapshot later = small_.ledger.TakeSnapshot().value();
    MoveOne();
    EXPECT_EQ(later.Balance(payee_).value(), before);
  }
  small_.ExpectSound();
}

// Another one has the same moment, and goes on having it.
TEST_F(SnapshotEndTest, LeavesAnotherWhatItNeeds) {
  const Amount before = small_.Balance(payee_);
  const Snapshot kept = small_.ledger.TakeSnapshot().value();
  for (const Mode mode : {Mode::kLocked, Mode::kOptimistic}) {
    std::optional<Snapshot> snapshot = small_.ledger.TakeSnapshot().value();
    EndInsideFunction(snapshot, mode);
    EXPECT_EQ(kept.Balance(payee_).value(), before);
    small_.ExpectSound();  // with snapshots of its own
    EXPECT_EQ(kept.Balance(payee_).value(), before);
  }
}

// The ledger may go with it, and what is left to be done then need not be.
TEST_F(SnapshotEndTest, MayBeTheEndOfAnotherLedger) {
  std::optional<SmallLedger> other(std::in_place);
  std::optional<Snapshot> last = other->ledger.TakeSnapshot().value();
  other->Account(5);
  other.reset();
  const auto end = [&](AccountStates) {
    last.reset();
    return Decision::Refuse();
  };
  EXPECT_EQ(small_.ledger.Transact({payer_}, end).outcome(),
            Outcome::kRefusedByFunction);
}

}  // namespace
}  // namespace lockstep
