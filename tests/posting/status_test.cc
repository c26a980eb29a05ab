// Ledger::SetStatus: its outcomes, their order, and that it is an operation
// like a transfer.

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::CoreWorld;
using test::LedgerState;
using test::SmallLedger;
using test::StateOf;

constexpr AccountStatus kNoStatus = static_cast<AccountStatus>(5);
constexpr AccountStatus kStatuses[] = {
    AccountStatus::kOpen, AccountStatus::kDebitsFrozen,
    AccountStatus::kCreditsFrozen, AccountStatus::kFrozen,
    AccountStatus::kClosed};

class SetStatusTest : public testing::TestWithParam<Concurrency> {
 protected:
  SmallLedger small_{{.concurrency = GetParam()}};
  Ledger& ledger_ = small_.ledger;
};

TEST_P(SetStatusTest, GoesFromEachStatusToEach) {
  const AccountId account = small_.Account();
  for (const AccountStatus from : kStatuses) {
    for (const AccountStatus to : kStatuses) {
      EXPECT_EQ(ledger_.SetStatus(account, from), Outcome::kOk);
      EXPECT_EQ(ledger_.SetStatus(account, to), Outcome::kOk);
      EXPECT_EQ(ledger_.GetAccount(account)->status, to);
    }
  }
}

TEST_P(SetStatusTest, RaisesTheVersionOfThatAccountAlone) {
  const AccountId account = small_.Account(5);
  const AccountId other = small_.Account(5);
  const Sequence before = ledger_.GetAccount(account)->version;
  const Sequence others = ledger_.GetAccount(other)->version;
  ASSERT_EQ(ledger_.SetStatus(account, AccountStatus::kFrozen), Outcome::kOk);
  const Sequence frozen = ledger_.GetAccount(account)->version;
  EXPECT_GT(frozen, before);
  EXPECT_GT(frozen, others) << "sequences rise along the session";
  ASSERT_EQ(ledger_.SetStatus(account, AccountStatus::kFrozen), Outcome::kOk);
  EXPECT_GT(ledger_.GetAccount(account)->version, frozen)
      << "even if it stays as it is";
  EXPECT_EQ(ledger_.GetAccount(other)->version, others);
}

TEST_P(SetStatusTest, TakesItsPlaceAmongTheTransfers) {
  const AccountId account = small_.Account(5);
  const Sequence first =
      ledger_.Transfer(small_.issuer, account, Amount(1)).sequence();
  ASSERT_EQ(ledger_.SetStatus(account, AccountStatus::kDebitsFrozen),
            Outcome::kOk);
  const Sequence set = ledger_.GetAccount(account)->version;
  const Sequence last =
      ledger_.Transfer(small_.issuer, account, Amount(1)).sequence();
  EXPECT_LT(first, set);
  EXPECT_LT(set, last);
}

TEST_P(SetStatusTest, LeavesEverythingElseAsItIs) {
  const AccountId account =
      small_.Account(5, {.floor = Amount(-5), .ceiling = Amount(50)});
  ASSERT_EQ(ledger_.SetStatus(account, AccountStatus::kFrozen), Outcome::kOk);
  const AccountInfo info = ledger_.GetAccount(account).value();
  EXPECT_EQ(info.balance, Amount(5));
  EXPECT_EQ(info.floor, Amount(-5));
  EXPECT_EQ(info.ceiling, Amount(50));
  EXPECT_EQ(info.asset, small_.gold);
  EXPECT_EQ(ledger_.GetHistory(account)->entries.size(), 2U)
      << "what funded it, and this";
  small_.ExpectSound();
}

TEST_P(SetStatusTest, ClosesOnlyWhatIsEmpty) {
  const AccountId rich = small_.Account(5);
  const AccountId debtor = small_.Account(0, {.floor = Amount(-5)});
  ASSERT_TRUE(ledger_.Transfer(debtor, rich, Amount(1)).ok());
  for (const AccountId account : {rich, debtor}) {
    const LedgerState before = StateOf(ledger_);
    EXPECT_EQ(ledger_.SetStatus(account, AccountStatus::kClosed),
              Outcome::kBalanceNotZero);
    EXPECT_TRUE(StateOf(ledger_) == before);
  }
  ASSERT_TRUE(ledger_.Transfer(rich, debtor, Amount(1)).ok());
  EXPECT_EQ(ledger_.SetStatus(debtor, AccountStatus::kClosed), Outcome::kOk);
}

TEST_P(SetStatusTest, ClosesABalanceOnlyIfAllOfItIsZero) {
  // Its lower half is zero, its upper half is not.
  const AccountId account = small_.Account();
  ASSERT_TRUE(
      ledger_.Transfer(small_.issuer, account, Amount::FromHalves(1, 0)).ok());
  EXPECT_EQ(ledger_.SetStatus(account, AccountStatus::kClosed),
            Outcome::kBalanceNotZero);
}

TEST_P(SetStatusTest, IsNotCountedAsATransfer) {
  const AccountId account = small_.Account();
  const Stats before = ledger_.GetStats();
  EXPECT_EQ(ledger_.SetStatus(account, AccountStatus::kClosed), Outcome::kOk);
  EXPECT_EQ(ledger_.SetStatus(account, kNoStatus), Outcome::kInvalidStatus);
  EXPECT_EQ(ledger_.GetStats().outcomes, before.outcomes);
}

INSTANTIATE_TEST_SUITE_P(All, SetStatusTest, test::EachConcurrency(),
                         testing::PrintToStringParamName());

// --- The order of the checks -----------------------------------------------

class SetStatusOrderTest : public testing::TestWithParam<Concurrency> {
 protected:
  // What can be wrong, in the documented order. A closed status is what the
  // balance is checked for; no status at all comes before that anyway.
  static constexpr Outcome kOrder[] = {
      Outcome::kInsideTransaction, Outcome::kInvalidStatus,
      Outcome::kUnknownAccount,    Outcome::kBusy,
      Outcome::kBalanceNotZero,    Outcome::kSequenceExhausted};

  Outcome Ask(unsigned flaws) {
    const auto has = [flaws](Outcome outcome) {
      for (std::size_t i = 0; i < std::size(kOrder); ++i) {
        if (kOrder[i] == outcome) return (flaws >> i & 1) != 0;
      }
      return false;
    };
    const AccountId account =
        world_.Account(Amount(has(Outcome::kBalanceNotZero) ? 5 : 0));
    const Sequence last = world_.session.last_sequence;
    if (has(Outcome::kBusy)) world_.Lock(account);
    if (has(Outcome::kSequenceExhausted)) world_.UseUpSequences();
    world_.session.inside = has(Outcome::kInsideTransaction);
    const Outcome outcome = world_.core.SetStatus(
        world_.session,
        has(Outcome::kUnknownAccount) ? AccountId(1'000'000) : account,
        has(Outcome::kInvalidStatus) ? kNoStatus : AccountStatus::kClosed,
        Wait::Never());
    world_.session.inside = false;
    world_.session.last_sequence = last;
    if (has(Outcome::kBusy)) world_.Unlock(account);
    EXPECT_FALSE(world_.IsLocked(account));
    const bool is_closed =
        ViewAccount(world_.core.accounts(), account).status ==
        AccountStatus::kClosed;
    EXPECT_EQ(is_closed, outcome == Outcome::kOk);
    return outcome;
  }

  const test::Watchdog watchdog_;
  CoreWorld world_{GetParam()};
};

TEST_P(SetStatusOrderTest, OfEverySetOfFlawsTheFirstDecides) {
  for (unsigned flaws = 0; flaws < (1U << std::size(kOrder)); ++flaws) {
    Outcome first = Outcome::kOk;
    for (std::size_t i = std::size(kOrder); i-- > 0;) {
      if ((flaws >> i & 1) != 0) first = kOrder[i];
    }
    EXPECT_EQ(Ask(flaws), first);
  }
}

INSTANTIATE_TEST_SUITE_P(All, SetStatusOrderTest, test::EachConcurrency(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep
