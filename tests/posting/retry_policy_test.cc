// A policy for conflicts where there are none.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::SmallLedger;

TEST(RetryPolicyTest, IsOfNoAccountInLockedMode) {
  SmallLedger small;
  const AccountId payer = small.Account(10);
  const AccountId payee = small.Account();
  const auto move_one = [&](AccountStates) {
    return Decision().Move(payer, payee, Amount(1));
  };
  for (const RetryPolicy& senseless :
       {RetryPolicy{.attempts = 0},
        RetryPolicy{.attempts = RetryPolicy::kMaxAttempts + 1},
        RetryPolicy{.then = static_cast<AfterLastAttempt>(2)},
        RetryPolicy{.base_delay = std::chrono::nanoseconds(-1)},
        RetryPolicy{.max_delay = std::chrono::nanoseconds(-1)}}) {
    for (const Mode mode : {Mode::kLocked, Mode::kOptimistic, Mode::kAuto}) {
      const Outcome outcome =
          mode == Mode::kLocked ? Outcome::kOk : Outcome::kInvalidOption;
      const TransferOptions options = {.mode = mode, .retry = senseless};
      EXPECT_EQ(
          small.ledger.Transfer(payer, payee, Amount(1), options).outcome(),
          outcome);
      EXPECT_EQ(
          small.ledger.Post({{payee, Amount(-1)}, {payer, Amount(1)}}, options)
              .outcome(),
          outcome);
      EXPECT_EQ(
          small.ledger.Transact({payer, payee}, move_one, options).outcome(),
          outcome);
    }
  }
  EXPECT_EQ(small.Balance(payee), Amount(5));
}

}  // namespace
}  // namespace lockstep
