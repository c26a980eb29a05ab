// Every outcome that posting can give, how it comes about, and that a refusal
// changes nothing at all. (Those that need more than a transfer are in
// other_outcomes_test.cc, kOutOfMemory is in tests/allocation.)

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::ExpectRefused;
using test::kNoLeg;
using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Watchdog;

// Whether a call goes to the ledger or to a session of its own.
enum class Door { kLedger, kSession };

// A ledger with an account for every reason to refuse a transfer.
struct OutcomeWorld {
  explicit OutcomeWorld(Concurrency concurrency)
      : small({.concurrency = concurrency}) {
    const auto set = [this](AccountId account, AccountStatus status) {
      EXPECT_EQ(small.ledger.SetStatus(account, status), Outcome::kOk);
    };
    set(no_debits, AccountStatus::kDebitsFrozen);
    set(no_credits, AccountStatus::kCreditsFrozen);
    set(frozen, AccountStatus::kFrozen);
    set(closed, AccountStatus::kClosed);
    EXPECT_TRUE(small.ledger.Transfer(debtor, full, Amount::Max()).ok());
  }

  SmallLedger small;
  AccountId rich = small.Account(1000);
  AccountId poor = small.Account(1);
  AccountId capped = small.Account(90, {.ceiling = Amount(100)});
  AccountId no_debits = small.Account(1000);
  AccountId no_credits = small.Account(1000);
  AccountId frozen = small.Account(1000);
  AccountId closed = small.Account();

  AssetId gems = small.ledger.CreateAsset({.code = "GEMS"}).value();
  AccountId jeweller = small.Account(1000, {.asset = gems});

  // Another asset: all that a balance can be, and those who can owe as much.
  AssetId debts = small.ledger.CreateAsset({.code = "DEBTS"}).value();
  AccountId full = small.Account(0, {.asset = debts});
  AccountId debtor = small.Account(0, {.asset = debts, .floor = Amount::Min()});
  AccountId other_debtor =
      small.Account(0, {.asset = debts, .floor = Amount::Min()});

  AccountId none;
  AccountId unknown = AccountId(small.ledger.account_count() + 1);
};

struct RefusedTransfer {
  const char* what;
  Outcome outcome;
  std::uint32_t leg;
  AccountId OutcomeWorld::*from;
  AccountId OutcomeWorld::*to;
  std::int64_t amount;
  std::size_t description_bytes = 0;
};

constexpr RefusedTransfer kRefusedTransfers[] = {
    {"a description that is too long", Outcome::kDescriptionTooLong, kNoLeg,
     &OutcomeWorld::rich, &OutcomeWorld::poor, 10, kMaxDescriptionBytes + 1},
    {"nothing to move", Outcome::kZeroAmount, kNoLeg, &OutcomeWorld::rich,
     &OutcomeWorld::poor, 0},
    {"less than nothing to move", Outcome::kNegativeAmount, kNoLeg,
     &OutcomeWorld::rich, &OutcomeWorld::poor, -10},
    {"to itself", Outcome::kSameAccount, 1, &OutcomeWorld::rich,
     &OutcomeWorld::rich, 10},
    {"from nobody", Outcome::kUnknownAccount, 0, &OutcomeWorld::none,
     &OutcomeWorld::poor, 10},
    {"to nobody", Outcome::kUnknownAccount, 1, &OutcomeWorld::rich,
     &OutcomeWorld::none, 10},
    {"from an unknown account", Outcome::kUnknownAccount, 0,
     &OutcomeWorld::unknown, &OutcomeWorld::poor, 10},
    {"to an unknown account", Outcome::kUnknownAccount, 1, &OutcomeWorld::rich,
     &OutcomeWorld::unknown, 10},
    {"into another asset", Outcome::kAssetsDiffer, 1, &OutcomeWorld::rich,
     &OutcomeWorld::jeweller, 10},
    {"from a closed account", Outcome::kAccountClosed, 0, &OutcomeWorld::closed,
     &OutcomeWorld::poor, 10},
    {"to a closed account", Outcome::kAccountClosed, 1, &OutcomeWorld::rich,
     &OutcomeWorld::closed, 10},
    {"from an account whose debits are frozen", Outcome::kAccountFrozen, 0,
     &OutcomeWorld::no_debits, &OutcomeWorld::poor, 10},
    {"from a frozen account", Outcome::kAccountFrozen, 0, &OutcomeWorld::frozen,
     &OutcomeWorld::poor, 10},
    {"to an account whose credits are frozen", Outcome::kAccountFrozen, 1,
     &OutcomeWorld::rich, &OutcomeWorld::no_credits, 10},
    {"to a frozen account", Outcome::kAccountFrozen, 1, &OutcomeWorld::rich,
     &OutcomeWorld::frozen, 10},
    {"more than a balance can be", Outcome::kAmountOverflow, 1,
     &OutcomeWorld::other_debtor, &OutcomeWorld::full, 1},
    {"more than there is", Outcome::kInsufficientFunds, 0, &OutcomeWorld::poor,
     &OutcomeWorld::rich, 10},
    {"more than may be there", Outcome::kAboveCeiling, 1, &OutcomeWorld::rich,
     &OutcomeWorld::capped, 11},
};

struct RefusedPost {
  const char* what;
  Outcome outcome;
  std::uint32_t leg;
  struct NamedLeg {
    AccountId OutcomeWorld::*account;
    std::int64_t amount;
  };
  std::vector<NamedLeg> legs;
  std::size_t description_bytes = 0;
};

const RefusedPost kRefusedPosts[] = {
    {"nothing", Outcome::kNoLegs, kNoLeg, {}},
    {"more legs than there may be", Outcome::kTooManyLegs, kNoLeg,
     std::vector<RefusedPost::NamedLeg>(kMaxLegs + 1,
                                        {&OutcomeWorld::rich, 10})},
    {"a description that is too long",
     Outcome::kDescriptionTooLong,
     kNoLeg,
     {{&OutcomeWorld::rich, -10}, {&OutcomeWorld::poor, 10}},
     kMaxDescriptionBytes + 1},
    {"a leg of nothing",
     Outcome::kZeroAmount,
     1,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::capped, 0},
      {&OutcomeWorld::poor, 10}}},
    {"a leg of nobody",
     Outcome::kUnknownAccount,
     2,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::poor, 5},
      {&OutcomeWorld::none, 5}}},
    {"a leg of an unknown account",
     Outcome::kUnknownAccount,
     0,
     {{&OutcomeWorld::unknown, -10}, {&OutcomeWorld::poor, 10}}},
    {"a leg without another",
     Outcome::kUnbalanced,
     0,
     {{&OutcomeWorld::rich, -10}}},
    {"legs that make money",
     Outcome::kUnbalanced,
     0,
     {{&OutcomeWorld::rich, -10}, {&OutcomeWorld::poor, 11}}},
    {"assets that balance only together",
     Outcome::kUnbalanced,
     0,
     {{&OutcomeWorld::rich, -10}, {&OutcomeWorld::jeweller, 10}}},
    {"a second asset that does not balance",
     Outcome::kUnbalanced,
     2,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::poor, 10},
      {&OutcomeWorld::jeweller, -1}}},
    {"a closed account",
     Outcome::kAccountClosed,
     1,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::closed, 5},
      {&OutcomeWorld::poor, 5}}},
    {"a closed account that would stay empty",
     Outcome::kAccountClosed,
     1,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::closed, 5},
      {&OutcomeWorld::closed, -5},
      {&OutcomeWorld::poor, 10}}},
    {"out of frozen debits",
     Outcome::kAccountFrozen,
     0,
     {{&OutcomeWorld::no_debits, -10},
      {&OutcomeWorld::rich, -10},
      {&OutcomeWorld::poor, 20}}},
    {"into frozen credits",
     Outcome::kAccountFrozen,
     2,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::poor, 5},
      {&OutcomeWorld::no_credits, 5}}},
    {"through a frozen account",
     Outcome::kAccountFrozen,
     1,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::frozen, 10},
      {&OutcomeWorld::frozen, -10},
      {&OutcomeWorld::poor, 10}}},
    {"more than a balance can be",
     Outcome::kAmountOverflow,
     2,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::poor, 10},
      {&OutcomeWorld::full, 1},
      {&OutcomeWorld::other_debtor, -1}}},
    {"more than there is",
     Outcome::kInsufficientFunds,
     1,
     {{&OutcomeWorld::rich, -10},
      {&OutcomeWorld::poor, -10},
      {&OutcomeWorld::no_debits, 20}}},
    {"more than there is, in two legs",
     Outcome::kInsufficientFunds,
     0,
     {{&OutcomeWorld::rich, -600},
      {&OutcomeWorld::rich, -401},
      {&OutcomeWorld::poor, 1001}}},
    {"more than may be there",
     Outcome::kAboveCeiling,
     1,
     {{&OutcomeWorld::rich, -11}, {&OutcomeWorld::capped, 11}}},
    {"more than may be there, in two legs",
     Outcome::kAboveCeiling,
     1,
     {{&OutcomeWorld::rich, -11},
      {&OutcomeWorld::capped, 6},
      {&OutcomeWorld::capped, 5}}},
};

class OutcomesTest
    : public testing::TestWithParam<std::tuple<Concurrency, Mode, Door>> {
 protected:
  OutcomesTest() : world_(std::get<Concurrency>(GetParam())) {
    if (std::get<Door>(GetParam()) == Door::kSession) {
      session_ = world_.small.ledger.OpenSession().value();
    }
  }

  Receipt Transfer(AccountId from, AccountId to, Amount amount,
                   TransferOptions options = {}) {
    options.mode = std::get<Mode>(GetParam());
    return session_ ? session_->Transfer(from, to, amount, options)
                    : world_.small.ledger.Transfer(from, to, amount, options);
  }
  Receipt Post(std::span<const Leg> legs, TransferOptions options = {}) {
    options.mode = std::get<Mode>(GetParam());
    return session_ ? session_->Post(legs, options)
                    : world_.small.ledger.Post(legs, options);
  }

  // A transfer that leaves balances as they are, when the one back follows.
  Sequence PostThereAndBack() {
    EXPECT_TRUE(Transfer(world_.rich, world_.poor, Amount(1)).ok());
    return Transfer(world_.poor, world_.rich, Amount(1)).sequence();
  }

  // Calls `provoke`, which is to be refused, and fails if anything changes.
  template <class Provoke>
  void ExpectNothingChanges(Outcome outcome, const Provoke& provoke) {
    const Ledger& ledger = world_.small.ledger;
    const Sequence last = PostThereAndBack();
    const LedgerState before = StateOf(ledger);
    const Stats counted = ledger.GetStats();
    provoke();
    test::ExpectCounted(test::Since(counted, ledger.GetStats()), outcome);
    // No lock is left behind either, or this would not end.
    EXPECT_TRUE(StateOf(ledger) == before);
    EXPECT_EQ(PostThereAndBack().counter(), last.counter() + 2)
        << "a refusal spends no sequence";
  }

  const Watchdog watchdog_;
  OutcomeWorld world_;
  std::optional<Session> session_;
};

TEST_P(OutcomesTest, ARefusedTransferChangesNothing) {
  for (const RefusedTransfer& refused : kRefusedTransfers) {
    SCOPED_TRACE(refused.what);
    const std::string description(refused.description_bytes, 'd');
    ExpectNothingChanges(refused.outcome, [&] {
      const AccountId parties[] = {world_.*refused.from, world_.*refused.to};
      const Receipt receipt =
          Transfer(parties[0], parties[1], Amount(refused.amount),
                   {.description = description});
      ExpectRefused(receipt, refused.outcome, refused.leg,
                    refused.leg == kNoLeg ? AccountId() : parties[refused.leg]);
    });
  }
}

TEST_P(OutcomesTest, ARefusedPostChangesNothing) {
  for (const RefusedPost& refused : kRefusedPosts) {
    SCOPED_TRACE(refused.what);
    const std::string description(refused.description_bytes, 'd');
    std::vector<Leg> legs;
    for (const auto& [account, amount] : refused.legs) {
      legs.push_back({world_.*account, Amount(amount)});
    }
    // Unbalanced legs have an asset to blame and not an account.
    const bool is_of_account =
        refused.leg != kNoLeg && refused.outcome != Outcome::kUnbalanced;
    ExpectNothingChanges(refused.outcome, [&] {
      const Receipt receipt = Post(legs, {.description = description});
      ExpectRefused(receipt, refused.outcome, refused.leg,
                    is_of_account ? legs[refused.leg].account : AccountId());
    });
  }
}

TEST_P(OutcomesTest, APostedTransferChangesWhatItSays) {
  const Ledger& ledger = world_.small.ledger;
  const Stats counted = ledger.GetStats();
  const Receipt receipt = Transfer(world_.rich, world_.poor, Amount(10));
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.outcome(), Outcome::kOk);
  EXPECT_EQ(receipt.attempts(), 1U);
  EXPECT_EQ(receipt.refusal().leg, kNoLeg) << "there is no refusal to show";
  test::ExpectCounted(test::Since(counted, ledger.GetStats()), Outcome::kOk);

  ASSERT_EQ(receipt.changes().size(), 2U);
  EXPECT_EQ(receipt.Find(world_.rich)->before, Amount(1000));
  EXPECT_EQ(receipt.Find(world_.rich)->after, Amount(990));
  EXPECT_EQ(receipt.Find(world_.poor)->before, Amount(1));
  EXPECT_EQ(receipt.Find(world_.poor)->after, Amount(11));
  EXPECT_EQ(receipt.Find(world_.capped), nullptr);
  for (const AccountId account : {world_.rich, world_.poor}) {
    EXPECT_EQ(ledger.Balance(account).value(), receipt.Find(account)->after);
    EXPECT_EQ(ledger.GetAccount(account)->version, receipt.sequence());
  }
}

TEST_P(OutcomesTest, APostGivesEachAccountOnceByRisingId) {
  const Receipt receipt = Post(std::vector<Leg>{
      {world_.poor, Amount(30)},
      {world_.rich, Amount(-20)},
      {world_.jeweller, Amount(-1)},
      {world_.rich, Amount(-10)},
      {world_.small.ledger.GetAsset(world_.gems)->issuer, Amount(1)}});
  ASSERT_TRUE(receipt.ok());
  ASSERT_EQ(receipt.changes().size(), 4U);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_LT(receipt.changes()[i - 1].account, receipt.changes()[i].account);
  }
  EXPECT_EQ(receipt.Find(world_.rich)->before, Amount(1000));
  EXPECT_EQ(receipt.Find(world_.rich)->after, Amount(970));
  EXPECT_EQ(receipt.Find(world_.poor)->after, Amount(31));
}

INSTANTIATE_TEST_SUITE_P(
    All, OutcomesTest,
    testing::Combine(test::EachConcurrency(), testing::ValuesIn(test::kModes),
                     testing::Values(Door::kLedger, Door::kSession)),
    [](const auto& param) {
      return testing::PrintToString(std::get<Concurrency>(param.param)) +
             testing::PrintToString(std::get<Mode>(param.param)) +
             (std::get<Door>(param.param) == Door::kLedger ? "Ledger"
                                                           : "Session");
    });

}  // namespace
}  // namespace lockstep
