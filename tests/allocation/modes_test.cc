// Posting takes no memory in whatever mode, nor do transaction functions, nor
// reads into what is there.

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <tuple>
#include <vector>

#include "engine/ledger/ledger_core.h"
#include "tests/allocation/scarce_memory.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::CountAllocations;
using test::SmallLedger;

class ModeMemoryTest
    : public testing::TestWithParam<std::tuple<Concurrency, Mode, bool>> {
 protected:
  static LedgerOptions Options() {
    LedgerOptions options;
    options.concurrency = std::get<Concurrency>(GetParam());
    if (!std::get<bool>(GetParam())) options.journal_bytes = 0;
    return options;
  }
  const TransferOptions options_ = {.mode = std::get<Mode>(GetParam())};
  SmallLedger small_{Options()};
  Ledger& ledger_ = small_.ledger;
  Session session_ = ledger_.OpenSession().value();
};

TEST_P(ModeMemoryTest, NeitherTransfersNorPostsNorTransactionsTakeAny) {
  const std::vector<AccountId> accounts = small_.Accounts(kMaxLegs, 1000);
  std::vector<Leg> legs;
  for (std::size_t i = 0; i < kMaxLegs; ++i) {
    legs.push_back({accounts[i], Amount(i % 2 == 0 ? 1 : -1)});
  }
  ASSERT_TRUE(session_.Transfer(accounts[0], accounts[1], Amount(1)).ok());
  const CountAllocations allocations;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(
        session_.Transfer(accounts[0], accounts[1], Amount(1), options_).ok());
    ASSERT_TRUE(session_.Post(legs, options_).ok());
    ASSERT_TRUE(session_
                    .Transact(
                        accounts,
                        [&](AccountStates) { return test::Decide(legs); },
                        options_)
                    .ok());
  }
  EXPECT_EQ(allocations.count(), 0U);
}

TEST_P(ModeMemoryTest, ARefusalTakesNone) {
  const AccountId rich = small_.Account(1000);
  const AccountId poor = small_.Account(0);
  const AccountId closed =
      small_.Account(0, {.status = AccountStatus::kClosed});
  const std::vector<AccountId> too_many(kMaxLegs + 1, rich);
  ASSERT_TRUE(session_.Transfer(rich, poor, Amount(1)).ok());
  const std::array<AccountId, 3> declared = {rich, poor, closed};
  const auto transact = [&](const auto& decide) {
    return session_
        .Transact(
            declared, [&](AccountStates) { return decide(Decision()); },
            options_)
        .outcome();
  };
  const CountAllocations allocations;
  EXPECT_EQ(session_.Transfer(poor, rich, Amount(2), options_).outcome(),
            Outcome::kInsufficientFunds);
  EXPECT_EQ(
      session_
          .Post({{poor, Amount(-2)}, {rich, Amount(1)}, {rich, Amount(1)}},
                options_)
          .outcome(),
      Outcome::kInsufficientFunds);
  EXPECT_EQ(transact([&](Decision d) { return d; }), Outcome::kNoLegs);
  EXPECT_EQ(transact([&](Decision) { return Decision::Refuse(1); }),
            Outcome::kRefusedByFunction);
  EXPECT_EQ(transact([&](Decision d) { return d.Move(rich, poor, {}); }),
            Outcome::kZeroAmount);
  EXPECT_EQ(transact([&](Decision d) {
              return d.Move(rich, small_.issuer, Amount(1));
            }),
            Outcome::kUndeclaredAccount);
  EXPECT_EQ(transact([&](Decision d) { return d.Add(rich, Amount(1)); }),
            Outcome::kUnbalanced);
  EXPECT_EQ(
      transact([&](Decision d) { return d.Move(rich, closed, Amount(1)); }),
      Outcome::kAccountClosed);
  EXPECT_EQ(session_
                .Transact(
                    too_many, [](AccountStates) { return Decision::Refuse(); },
                    options_)
                .outcome(),
            Outcome::kTooManyAccountsDeclared);
  EXPECT_EQ(allocations.count(), 0U);
}

TEST_P(ModeMemoryTest, AConflictTakesNone) {
  const AccountId from = small_.Account(1000);
  const AccountId to = small_.Account();
  ASSERT_TRUE(session_.Transfer(from, to, Amount(1)).ok());
  engine::AccountWord& word =
      engine::LedgerCore::Of(ledger_).accounts().Hot(to).word;
  const AccountId declared[] = {from, to};
  const CountAllocations allocations;
  const Receipt receipt = session_.Transact(
      declared,
      [&](AccountStates) {
        // Somebody has it now.
        EXPECT_TRUE(word.TryLock<Concurrency::kMultiThread>());
        return Decision().Move(from, to, Amount(1));
      },
      {.mode = Mode::kOptimistic,
       .retry = {.attempts = 1, .then = AfterLastAttempt::kRefuse}});
  EXPECT_EQ(allocations.count(), 0U);
  EXPECT_EQ(receipt.outcome(), Outcome::kConflict);
  word.UnlockUnchanged();
}

TEST_P(ModeMemoryTest, ReadingIntoWhatIsThereTakesNone) {
  const std::vector<AccountId> accounts = small_.Accounts(kMaxLegs, 1000);
  std::vector<AccountState> states(kMaxLegs);
  const CountAllocations allocations;
  EXPECT_EQ(ledger_.Read(accounts, states), Outcome::kOk);
  EXPECT_EQ(allocations.count(), 0U);
  EXPECT_EQ(states.back().balance, Amount(1000));
}

INSTANTIATE_TEST_SUITE_P(
    All, ModeMemoryTest,
    testing::Combine(test::EachConcurrency(), testing::ValuesIn(test::kModes),
                     testing::Bool()),
    [](const auto& param) {
      return testing::PrintToString(std::get<Concurrency>(param.param)) +
             testing::PrintToString(std::get<Mode>(param.param)) +
             (std::get<bool>(param.param) ? "WithJournal" : "WithoutJournal");
    });

}  // namespace
}  // namespace lockstep
