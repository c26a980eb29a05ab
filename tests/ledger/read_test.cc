// Ledger::Read: several accounts at one moment.

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/support/account_states.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

class ReadTest : public testing::TestWithParam<Concurrency> {
 protected:
  std::vector<AccountState> Expected(const std::vector<AccountId>& accounts) {
    std::vector<AccountState> states;
    for (const AccountId account : accounts) {
      states.push_back(PresentState(small_.ledger, account));
    }
    return states;
  }

  SmallLedger small_{{.concurrency = GetParam()}};
  const Ledger& ledger_ = small_.ledger;
  AccountId alice_ = small_.Account(100, {.floor = Amount(-5)});
  AccountId bob_ = small_.Account(7, {.ceiling = Amount(70)});
  AccountId frozen_ = small_.Account(0, {.status = AccountStatus::kFrozen});
};

TEST_P(ReadTest, GivesWhatIsNamedAsItIsNamed) {
  const std::vector<AccountId> accounts = {frozen_, alice_,        bob_,
                                           alice_,  small_.issuer, frozen_};
  ExpectSame(ledger_.Read(accounts).value(), Expected(accounts));
  EXPECT_EQ(ledger_.Read({bob_}).value().at(0).balance, Amount(7));
  EXPECT_EQ(ledger_.Read({bob_}).value().at(0).ceiling, Amount(70));
}

TEST_P(ReadTest, NothingIsReadIfNothingIsNamed) {
  EXPECT_TRUE(ledger_.Read(std::vector<AccountId>()).value().empty());
  EXPECT_EQ(ledger_.Read({}, {}), Outcome::kOk);
}

TEST_P(ReadTest, ChangesNothing) {
  const std::vector<AccountState> before = PresentStates(ledger_);
  ASSERT_TRUE(ledger_.Read({alice_, bob_}));
  ExpectSame(PresentStates(ledger_), before);
}

// Around the most that are looked at without a snapshot.
TEST_P(ReadTest, AsManyAsOneLikes) {
  for (const std::size_t count :
       {kMaxLegs - 1, kMaxLegs, kMaxLegs + 1, 10 * kMaxLegs}) {
    std::vector<AccountId> accounts = small_.Accounts(
        static_cast<int>(count) - 1, static_cast<std::int64_t>(count));
    accounts.push_back(accounts.front());
    ExpectSame(ledger_.Read(accounts).value(), Expected(accounts));
    accounts.back() = AccountId(ledger_.account_count() + 1);
    EXPECT_EQ(ledger_.Read(accounts).error(), Outcome::kUnknownAccount);
  }
}

TEST_P(ReadTest, IntoWhatIsThere) {
  std::vector<AccountState> states(5);
  states[2].balance = Amount(-1);
  const AccountId accounts[] = {bob_, alice_};
  EXPECT_EQ(ledger_.Read(accounts, states), Outcome::kOk);
  EXPECT_TRUE(IsSame(states[0], PresentState(ledger_, bob_)));
  EXPECT_TRUE(IsSame(states[1], PresentState(ledger_, alice_)));
  EXPECT_EQ(states[2].balance, Amount(-1)) << "and no further";
}

TEST_P(ReadTest, WhatIsRefusedIsLeftAsItWas) {
  const AccountId unknown(1'000'000);
  const AccountId none;
  for (const std::size_t count : {std::size_t{3}, kMaxLegs + 5}) {
    AccountState before;
    before.balance = Amount(-77);
    std::vector<AccountState> states(count, before);
    const auto expect_untouched = [&] {
      ExpectSame(states, std::vector<AccountState>(count, before));
    };
    std::vector<AccountId> accounts(count, alice_);
    for (const AccountId wrong : {unknown, none}) {
      accounts.back() = wrong;
      EXPECT_EQ(ledger_.Read(accounts, states), Outcome::kUnknownAccount);
      EXPECT_EQ(ledger_.Read(accounts).error(), Outcome::kUnknownAccount);
      expect_untouched();
      // There is not enough room besides, which is seen first.
      EXPECT_EQ(ledger_.Read(accounts, std::span(states).first(count - 1)),
                Outcome::kInvalidOption);
      expect_untouched();
    }
    accounts.back() = bob_;
    EXPECT_EQ(ledger_.Read(accounts, std::span(states).first(count - 1)),
              Outcome::kInvalidOption);
    expect_untouched();
    EXPECT_EQ(ledger_.Read(accounts, states), Outcome::kOk);
  }
}

TEST_P(ReadTest, ALedgerThatWasMovedFromIsNotRead) {
  const Ledger kept = std::move(small_.ledger);
  const AccountId unknown(1'000'000);
  AccountState state;
  EXPECT_EQ(ledger_.Read({alice_}).error(), Outcome::kLedgerClosed);
  const AccountId accounts[] = {unknown, alice_};
  EXPECT_EQ(ledger_.Read(accounts, std::span(&state, 1)),
            Outcome::kLedgerClosed);
}

INSTANTIATE_TEST_SUITE_P(All, ReadTest,
                         testing::Values(Concurrency::kMultiThread,
                                         Concurrency::kSingleThread),
                         [](const auto& param) {
                           return param.param == Concurrency::kMultiThread
                                      ? "MultiThread"
                                      : "SingleThread";
                         });

}  // namespace
}  // namespace lockstep::test
