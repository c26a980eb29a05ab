// When a transaction could be refused for several reasons, the documented order
// decides.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ways.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::CoreWorld;

const std::string kTransactTooLong(kMaxDescriptionBytes + 1, 'd');

// What is asked for; without a flaw it is posted.
struct TransactRequest {
  std::vector<AccountId> declared;
  TransferOptions options;
  bool is_inside = false;
  bool is_locked = false;
  bool has_no_sequence = false;
  bool refuses = false;
  bool decides_nothing = false;
  /// What is added to a decision before its legs.
  Amount move = Amount(1);
  std::vector<Leg> legs;
};

class TransactPrecedenceTest
    : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  struct Flaw {
    Outcome outcome;
    void (*add)(TransactPrecedenceTest& test, TransactRequest& request);
  };
  static const Flaw kTransactFlaws[];

  void AddLegs(TransactRequest& request, AccountId from, AccountId to,
               std::int64_t amount) const {
    request.legs.push_back({from, Amount(-amount)});
    request.legs.push_back({to, Amount(amount)});
    request.declared.push_back(from);
    request.declared.push_back(to);
  }

  Receipt Ask(const TransactRequest& request, bool& was_called) {
    const Sequence last = world_.session.last_sequence;
    if (request.is_locked) world_.Lock(rich_);
    if (request.has_no_sequence) world_.UseUpSequences();
    world_.session.inside = request.is_inside;
    const Receipt receipt = world_.Transact(
        request.declared,
        [&](AccountStates) {
          was_called = true;
          if (request.refuses) return Decision::Refuse(5);
          Decision decision;
          if (request.decides_nothing) return decision;
          decision.Move(rich_, other_, request.move);
          for (const Leg& leg : request.legs) {
            decision.Add(leg.account, leg.amount);
          }
          return decision;
        },
        request.options);
    world_.session.inside = false;
    if (request.has_no_sequence) world_.session.last_sequence = last;
    if (request.is_locked) world_.Unlock(rich_);
    return receipt;
  }

  // What of the flaws is there, and what comes of it.
  Outcome OutcomeOf(unsigned flaws);

  const test::Watchdog watchdog_;
  CoreWorld world_{std::get<Concurrency>(GetParam())};
  AssetId gems_ = world_.Asset("GEMS");
  AccountId rich_ = world_.Account(Amount(1'000'000'000));
  AccountId other_ = world_.Account(Amount(1'000'000'000));
  AccountId undeclared_ = world_.Account();
  AccountId jeweller_ = world_.Account(Amount(100), {.asset = gems_});
  AccountId debtor_ = world_.Account(Amount(0), {.floor = Amount::Min()});
  AccountId closed_ =
      world_.Account(Amount(0), {.status = AccountStatus::kClosed});
  AccountId frozen_ =
      world_.Account(Amount(9), {.status = AccountStatus::kFrozen});
  AccountId full_ =
      world_.Account(Subtract(Amount::Max(), Amount(1)).value(), {});
  AccountId empty_ = world_.Account();
  AccountId capped_ = world_.Account(Amount(96), {.ceiling = Amount(100)});
};

// In the documented order. None takes away what another one added, but that a
// decision that refuses has no legs to look at, and one without any legs
// neither.
const TransactPrecedenceTest::Flaw TransactPrecedenceTest::kTransactFlaws[] = {
    {Outcome::kInsideTransaction,
     [](TransactPrecedenceTest&, TransactRequest& r) { r.is_inside = true; }},
    {Outcome::kInvalidOption,
     [](TransactPrecedenceTest&, TransactRequest& r) {
       r.options.mode = static_cast<Mode>(3);
     }},
    {Outcome::kTooManyAccountsDeclared,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       while (r.declared.size() <= kMaxLegs) r.declared.push_back(t.rich_);
     }},
    {Outcome::kDescriptionTooLong,
     [](TransactPrecedenceTest&, TransactRequest& r) {
       r.options.description = kTransactTooLong;
     }},
    {Outcome::kUnknownAccount,
     [](TransactPrecedenceTest&, TransactRequest& r) {
       r.declared.push_back(AccountId(1'000'000));
     }},
    {Outcome::kBusy,
     [](TransactPrecedenceTest&, TransactRequest& r) { r.is_locked = true; }},
    {Outcome::kRefusedByFunction,
     [](TransactPrecedenceTest&, TransactRequest& r) { r.refuses = true; }},
    {Outcome::kNegativeAmount,
     [](TransactPrecedenceTest&, TransactRequest& r) { r.move = Amount(-1); }},
    {Outcome::kNoLegs, [](TransactPrecedenceTest&,
                          TransactRequest& r) { r.decides_nothing = true; }},
    {Outcome::kZeroAmount,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       t.AddLegs(r, t.rich_, t.other_, 0);
     }},
    {Outcome::kUndeclaredAccount,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       r.legs.push_back({t.undeclared_, Amount(1)});
     }},
    {Outcome::kUnbalanced,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       r.legs.push_back({t.jeweller_, Amount(1)});
       r.declared.push_back(t.jeweller_);
     }},
    {Outcome::kAccountClosed,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       t.AddLegs(r, t.rich_, t.closed_, 1);
     }},
    {Outcome::kAccountFrozen,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       t.AddLegs(r, t.frozen_, t.rich_, 1);
     }},
    {Outcome::kAmountOverflow,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       t.AddLegs(r, t.debtor_, t.full_, 2);
     }},
    {Outcome::kInsufficientFunds,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       t.AddLegs(r, t.empty_, t.rich_, 1);
     }},
    {Outcome::kAboveCeiling,
     [](TransactPrecedenceTest& t, TransactRequest& r) {
       t.AddLegs(r, t.rich_, t.capped_, 5);
     }},
    {Outcome::kSequenceExhausted,
     [](TransactPrecedenceTest&, TransactRequest& r) {
       r.has_no_sequence = true;
     }},
};

Outcome TransactPrecedenceTest::OutcomeOf(unsigned flaws) {
  TransactRequest request;
  request.options = {.wait = Wait::Never(), .mode = std::get<Mode>(GetParam())};
  request.declared = {rich_, other_};
  // From the last on, so that what fills up comes when all others are there.
  for (std::size_t i = std::size(kTransactFlaws); i-- > 0;) {
    if ((flaws >> i & 1) != 0) kTransactFlaws[i].add(*this, request);
  }
  bool was_called = false;
  const Receipt receipt = Ask(request, was_called);
  EXPECT_EQ(receipt.refusal().reason,
            receipt.outcome() == Outcome::kRefusedByFunction ? 5U : 0U);
  // What is refused beforehand does not call it, all else does.
  constexpr Outcome kBeforehand[] = {
      Outcome::kInsideTransaction,       Outcome::kInvalidOption,
      Outcome::kTooManyAccountsDeclared, Outcome::kDescriptionTooLong,
      Outcome::kUnknownAccount,          Outcome::kBusy};
  const bool is_beforehand =
      std::find(std::begin(kBeforehand), std::end(kBeforehand),
                receipt.outcome()) != std::end(kBeforehand);
  EXPECT_NE(was_called, is_beforehand) << OutcomeName(receipt.outcome());
  return receipt.outcome();
}

// All sets: those of three and more can be had as well as pairs.
TEST_P(TransactPrecedenceTest, OfEverySetOfFlawsTheFirstDecides) {
  constexpr std::size_t kCount = std::size(kTransactFlaws);
  const auto at = [](Outcome outcome) {
    std::size_t i = 0;
    while (kTransactFlaws[i].outcome != outcome) ++i;
    return i;
  };
  // Faults are found while a decision is made, so one that makes none has none.
  const unsigned no_legs = 1U << at(Outcome::kNoLegs);
  const unsigned fault = 1U << at(Outcome::kNegativeAmount);
  for (std::size_t first = 0; first < kCount; ++first) {
    for (std::size_t second = first; second < kCount; ++second) {
      for (std::size_t third = second; third < kCount; ++third) {
        const unsigned flaws = 1U << first | 1U << second | 1U << third;
        if ((flaws & no_legs) != 0 && (flaws & fault) != 0) continue;
        EXPECT_EQ(OutcomeOf(flaws), kTransactFlaws[first].outcome)
            << OutcomeName(kTransactFlaws[second].outcome) << " and "
            << OutcomeName(kTransactFlaws[third].outcome);
      }
    }
  }
  EXPECT_EQ(OutcomeOf(0), Outcome::kOk);
}

TEST_P(TransactPrecedenceTest, NoAccountsComeBeforeTheDescription) {
  TransactRequest request;
  request.options = {.description = kTransactTooLong,
                     .mode = std::get<Mode>(GetParam())};
  bool was_called = false;
  EXPECT_EQ(Ask(request, was_called).outcome(), Outcome::kNoAccounts);
  request.options.mode = static_cast<Mode>(7);
  EXPECT_EQ(Ask(request, was_called).outcome(), Outcome::kInvalidOption);
  request.is_inside = true;
  EXPECT_EQ(Ask(request, was_called).outcome(), Outcome::kInsideTransaction);
  EXPECT_FALSE(was_called);
}

INSTANTIATE_TEST_SUITE_P(All, TransactPrecedenceTest, test::EachMode(),
                         test::NameOfMode);

// --- Modes and policies that make no sense ---------------------------------

using RetryPolicyTest = testing::TestWithParam<Concurrency>;

TEST_P(RetryPolicyTest, OneThatMakesNoSenseIsRefusedUnlessNothingConflicts) {
  CoreWorld world(GetParam());
  const AccountId from = world.Account(Amount(1000));
  const AccountId to = world.Account();
  using std::chrono::nanoseconds;
  const RetryPolicy nonsense[] = {
      {.attempts = 0},
      {.attempts = RetryPolicy::kMaxAttempts + 1},
      {.attempts = UINT16_MAX},
      {.then = static_cast<AfterLastAttempt>(2)},
      {.base_delay = nanoseconds(-1)},
      {.max_delay = nanoseconds(-1)},
      {.base_delay = nanoseconds::min(), .max_delay = nanoseconds::min()}};
  const RetryPolicy sense[] = {
      {},
      {.attempts = 1},
      {.attempts = RetryPolicy::kMaxAttempts},
      {.then = AfterLastAttempt::kRefuse},
      {.base_delay = nanoseconds(0), .max_delay = nanoseconds(0)},
      {.base_delay = nanoseconds::max(), .max_delay = nanoseconds(1)}};
  const Leg legs[] = {{from, Amount(-1)}, {to, Amount(1)}};
  const auto ask = [&](Mode mode, const RetryPolicy& retry, Outcome expected) {
    const TransferOptions options = {.mode = mode, .retry = retry};
    EXPECT_EQ(world.Transfer(from, to, Amount(1), options).outcome(), expected);
    EXPECT_EQ(world.Post(legs, options).outcome(), expected);
    const AccountId declared[] = {from, to};
    EXPECT_EQ(
        world
            .Transact(
                declared, [&](AccountStates) { return test::Decide(legs); },
                options)
            .outcome(),
        expected);
  };
  for (const Mode mode : test::kModes) {
    SCOPED_TRACE(testing::PrintToString(mode));
    for (const RetryPolicy& retry : sense) ask(mode, retry, Outcome::kOk);
    for (const RetryPolicy& retry : nonsense) {
      // In locked mode nobody looks at it.
      ask(mode, retry,
          mode == Mode::kLocked ? Outcome::kOk : Outcome::kInvalidOption);
    }
  }
  for (const int mode : {3, 4, 255}) {
    ask(static_cast<Mode>(mode), {}, Outcome::kInvalidOption);
  }
}

INSTANTIATE_TEST_SUITE_P(All, RetryPolicyTest, test::EachConcurrency(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep
