// Ids: what is asked for again is posted once, whatever it is; what is asked
// for otherwise is refused; and so many are remembered.

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::LedgerState;
using test::SmallLedger;
using test::StateOf;

constexpr Bits128 kId{7, 9};

class IdTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  explicit IdTest(std::uint32_t window = 4)
      : small_({.concurrency = std::get<Concurrency>(GetParam()),
                .id_window = window}) {}

  [[nodiscard]] static TransferOptions With(Bits128 id) {
    return {.mode = std::get<Mode>(GetParam()), .id = id};
  }
  Receipt Pay(std::int64_t amount, Bits128 id) {
    return ledger_.Transfer(alice_, bob_, Amount(amount), With(id));
  }
  // Posts `again` twice; the second time nothing may happen.
  void ExpectReplay(const std::function<Receipt()>& again) {
    const Receipt first = again();
    ASSERT_TRUE(first.ok()) << ledger_.Explain(first);
    EXPECT_FALSE(first.is_replay());
    const LedgerState before = StateOf(ledger_);
    const Stats counted = ledger_.GetStats();
    const Receipt second = again();
    ASSERT_TRUE(second.ok()) << ledger_.Explain(second);
    EXPECT_TRUE(second.is_replay());
    EXPECT_FALSE(second.is_dry_run());
    EXPECT_EQ(second.attempts(), 0U);
    EXPECT_EQ(second.sequence(), first.sequence());
    ASSERT_EQ(second.changes().size(), first.changes().size());
    for (std::size_t i = 0; i < first.changes().size(); ++i) {
      EXPECT_EQ(second.changes()[i].account, first.changes()[i].account);
      EXPECT_EQ(second.changes()[i].before, first.changes()[i].before);
      EXPECT_EQ(second.changes()[i].after, first.changes()[i].after);
    }
    EXPECT_TRUE(std::ranges::equal(second.flowed(), first.flowed()));
    EXPECT_TRUE(StateOf(ledger_) == before) << "a replay changed something";
    const Stats after = ledger_.GetStats();
    EXPECT_EQ(after.replays, counted.replays + 1);
    EXPECT_EQ(after.posted(), counted.posted());
    EXPECT_EQ(after.refused(), counted.refused());
    small_.ExpectSound();
  }
  // Something with an id that stands for something else.
  void ExpectTaken(const Receipt& receipt, IdField field, Sequence posted_as) {
    EXPECT_EQ(receipt.outcome(), Outcome::kIdTaken);
    EXPECT_EQ(receipt.refusal().id_field, field)
        << IdFieldName(receipt.refusal().id_field);
    EXPECT_EQ(receipt.refusal().posted_as, posted_as);
    EXPECT_NE(ledger_.Explain(receipt).find(IdFieldName(field)),
              std::string::npos)
        << ledger_.Explain(receipt);
  }

  const test::Watchdog watchdog_;
  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  const AccountId alice_ = small_.Account(1000);
  const AccountId bob_ = small_.Account(500);
  const AccountId carol_ = small_.Account(100);
};

TEST_P(IdTest, ATransferIsPostedOnce) {
  ExpectReplay([&] { return Pay(30, kId); });
  EXPECT_EQ(small_.Balance(bob_), Amount(530));
  EXPECT_EQ(Pay(30, {7, 8}).is_replay(), false) << "another id";
  EXPECT_EQ(Pay(30, {6, 9}).is_replay(), false) << "another id";
  EXPECT_EQ(Pay(30, {}).is_replay(), false) << "no id";
  EXPECT_EQ(Pay(30, {}).is_replay(), false) << "no id is not an id";
}

TEST_P(IdTest, AReplayIsTheFirstReceiptThoughMoreHasHappened) {
  ASSERT_TRUE(Pay(30, kId).ok());
  ASSERT_TRUE(Pay(5, {}).ok());
  ASSERT_EQ(ledger_.SetStatus(alice_, AccountStatus::kFrozen), Outcome::kOk);
  const Receipt again = Pay(30, kId);
  ASSERT_TRUE(again.is_replay());
  EXPECT_EQ(again.Find(alice_)->after, Amount(970));
  EXPECT_EQ(small_.Balance(alice_), Amount(965));
  EXPECT_EQ(ledger_.Explain(again), "posted before: 2 accounts had changed");
}

TEST_P(IdTest, LegsFlowsAndConditions) {
  const Leg legs[] = {{alice_, Amount(-4)}, {carol_, Amount(4)}};
  const Flow flows[] = {{.from = alice_, .to = bob_, .at_most = Amount(2000)},
                        {.from = carol_, .to = bob_, .shares_limit = true}};
  const Condition conditions[] = {Require::BalanceAtMost(bob_, Amount(500))};
  ExpectReplay([&] {
    return ledger_.Post({.legs = legs,
                         .flows = flows,
                         .conditions = conditions,
                         .options = With(kId)});
  });
}

TEST_P(IdTest, TransactionsHoldsCapturesAndReleases) {
  int calls = 0;
  ExpectReplay([&] {
    return ledger_.Transact(
        {alice_, bob_, carol_},
        [&](AccountStates now) {
          ++calls;
          return Decision().Move(alice_, bob_, Amount(now[0].balance.low()));
        },
        With({1, 1}));
  });
  EXPECT_EQ(calls, 1) << "the function is not asked again";
  const Leg legs[] = {{bob_, Amount(-100)}, {carol_, Amount(100)}};
  HoldId hold;
  ExpectReplay([&] {
    const Receipt placed = ledger_.Hold(legs, Tick(10), With({1, 2}));
    hold = placed.sequence();
    return placed;
  });
  EXPECT_EQ(ledger_.GetAccount(bob_)->held, Amount(100));
  const Amount part[] = {Amount(-60), Amount(60)};
  ExpectReplay([&] { return ledger_.Capture(hold, part, With({1, 3})); });
  const HoldId other = ledger_.Hold(legs).sequence();
  ExpectReplay([&] { return ledger_.Release(other, With({1, 4})); });
  // Also once it could not be placed any more.
  ASSERT_EQ(ledger_.Advance(Tick(20)), Outcome::kOk);
  EXPECT_TRUE(ledger_.Hold(legs, Tick(10), With({1, 2})).is_replay());
  EXPECT_EQ(ledger_.Hold(legs, Tick(10), With({1, 5})).outcome(),
            Outcome::kInvalidDeadline);
}

TEST_P(IdTest, LinkedTransfersHaveOneTogether) {
  const Leg first[] = {{alice_, Amount(-4)}, {carol_, Amount(4)}};
  const Flow flow[] = {{.from = carol_, .to = bob_, .at_most = Amount(50)}};
  const TransferRequest requests[] = {
      {.legs = first, .options = With({8, 8})},  // which does not count
      {.flows = flow}};
  const LinkOptions options{.mode = std::get<Mode>(GetParam()), .id = kId};
  Receipt receipts[2];
  const BatchResult posted = ledger_.PostAll(requests, receipts, options);
  EXPECT_TRUE(posted.ok());
  EXPECT_EQ(posted.posted, 2U);
  EXPECT_FALSE(posted.is_replay);
  const LedgerState before = StateOf(ledger_);
  Receipt again[2];
  const BatchResult replayed = ledger_.PostAll(requests, again, options);
  EXPECT_TRUE(replayed.ok());
  EXPECT_EQ(replayed.posted, 0U);
  EXPECT_TRUE(replayed.is_replay);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(again[i].is_replay());
    EXPECT_EQ(again[i].sequence(), receipts[i].sequence());
    EXPECT_EQ(again[i].changes().size(), receipts[i].changes().size());
    EXPECT_TRUE(std::ranges::equal(again[i].flowed(), receipts[i].flowed()));
  }
  EXPECT_TRUE(ledger_.PostAll(requests, {}, options).is_replay) << "unasked";
  EXPECT_EQ(ledger_.GetStats().replays, 4U);
  EXPECT_TRUE(StateOf(ledger_) == before);
  EXPECT_FALSE(
      ledger_.Post({.legs = first, .options = With({8, 8})}).is_replay());
  // What differs is said of the transfer that differs.
  const TransferRequest other[] = {requests[0],
                                   {.flows = flow, .options = {.code = 1}}};
  Receipt refused[2];
  ledger_.PostAll(other, refused, options);
  ExpectTaken(refused[1], IdField::kCode, receipts[0].sequence());
  EXPECT_EQ(refused[0].outcome(), Outcome::kLinkedRefused);
  ledger_.PostAll({requests, 1}, {refused, 1}, options);
  ExpectTaken(refused[0], IdField::kTransfers, receipts[0].sequence());
}

TEST_P(IdTest, InABatchEachHasItsOwn) {
  const Leg legs[] = {{alice_, Amount(-4)}, {carol_, Amount(4)}};
  const TransferRequest requests[] = {{.legs = legs, .options = With({2, 1})},
                                      {.legs = legs, .options = With({2, 2})},
                                      {.legs = legs, .options = With({2, 1})}};
  Receipt receipts[3];
  const BatchResult posted = ledger_.PostEach(requests, receipts);
  EXPECT_TRUE(posted.ok());
  EXPECT_EQ(posted.posted, 2U);
  EXPECT_TRUE(receipts[2].is_replay());
  EXPECT_EQ(receipts[2].sequence(), receipts[0].sequence());
}

// Each row differs from the first request in one thing.
TEST_P(IdTest, OtherContentIsRefusedAndNamed) {
  const Leg legs[] = {{alice_, Amount(-4)}, {carol_, Amount(4)}};
  const Flow flows[] = {{.from = alice_, .to = bob_, .at_most = Amount(2)}};
  const Condition conditions[] = {Require::BalanceAtLeast(bob_, Amount(1))};
  TransferOptions options = With(kId);
  options.code = 3;
  options.user_data = {4, 5};
  options.description = "a purse";
  const TransferRequest base{.legs = legs,
                             .flows = flows,
                             .conditions = conditions,
                             .options = options};
  const Receipt posted = ledger_.Post(base);
  ASSERT_TRUE(posted.ok());

  const Leg other_legs[] = {{alice_, Amount(-5)}, {carol_, Amount(5)}};
  const Leg other_order[] = {legs[1], legs[0]};
  const Leg other_payee[] = {{alice_, Amount(-4)}, {bob_, Amount(4)}};
  std::vector<Flow> other_flows(5, flows[0]);
  other_flows[0].at_most = Amount(3);
  other_flows[1].at_least = Amount(1);
  other_flows[2].to = carol_;
  other_flows[3].from = carol_;
  std::vector<Condition> other_conditions = {
      Require::BalanceAtLeast(bob_, Amount(0)),
      Require::BalanceAtMost(bob_, Amount(1)),
      Require::BalanceAtLeast(alice_, Amount(1)),
      Require::StatusEquals(bob_, AccountStatus::kOpen),
      Require::VersionEquals(bob_, Sequence(1))};

  struct Row {
    IdField field;
    TransferRequest request;
  };
  std::vector<Row> rows;
  const auto row = [&](IdField field) -> TransferRequest& {
    return rows.emplace_back(Row{field, base}).request;
  };
  row(IdField::kLegs).legs = other_legs;
  row(IdField::kLegs).legs = other_order;
  row(IdField::kLegs).legs = other_payee;
  row(IdField::kLegs).legs = {};
  for (int i = 0; i < 4; ++i) {
    row(IdField::kFlows).flows = {&other_flows[static_cast<std::size_t>(i)], 1};
  }
  row(IdField::kFlows).flows = {};
  for (const Condition& condition : other_conditions) {
    row(IdField::kConditions).conditions = {&condition, 1};
  }
  row(IdField::kConditions).conditions = {};
  row(IdField::kCode).options.code = 4;
  row(IdField::kUserData).options.user_data = {4, 6};
  row(IdField::kUserData).options.user_data = {5, 5};
  row(IdField::kDescription).options.description = "a purses";
  row(IdField::kDescription).options.description = "";
  // The first difference is named.
  TransferRequest& two = row(IdField::kLegs);
  two.legs = other_legs;
  two.options.code = 9;

  const LedgerState before = StateOf(ledger_);
  for (const Row& other : rows) {
    SCOPED_TRACE(IdFieldName(other.field));
    ExpectTaken(ledger_.Post(other.request), other.field, posted.sequence());
  }
  const Amount amounts[] = {Amount(-1), Amount(1)};
  ExpectTaken(ledger_.Hold(legs, {}, options), IdField::kOperation,
              posted.sequence());
  ExpectTaken(ledger_.Capture(HoldId(99), amounts, options),
              IdField::kOperation, posted.sequence());
  ExpectTaken(ledger_.Release(HoldId(99), options), IdField::kOperation,
              posted.sequence());
  ExpectTaken(ledger_.Transact(
                  {alice_}, [](AccountStates) { return Decision(); }, options),
              IdField::kOperation, posted.sequence());
  ExpectTaken(ledger_.Reverse(posted.sequence(), options), IdField::kOperation,
              posted.sequence());
  EXPECT_TRUE(StateOf(ledger_) == before);
  // How it is posted is not content.
  TransferRequest again = base;
  again.options.wait = Wait::Never();
  again.options.mode = Mode::kOptimistic;
  again.options.retry.attempts = 3;
  EXPECT_TRUE(ledger_.Post(again).is_replay());
}

TEST_P(IdTest, OtherHoldsCapturesTransactionsAndReversals) {
  const Leg legs[] = {{alice_, Amount(-4)}, {carol_, Amount(4)}};
  const Sequence placed = ledger_.Hold(legs, Tick(9), With({3, 1})).sequence();
  ExpectTaken(ledger_.Hold(legs, Tick(8), With({3, 1})), IdField::kDeadline,
              placed);
  ExpectTaken(ledger_.Hold(legs, {}, With({3, 1})), IdField::kDeadline, placed);
  const Amount two[] = {Amount(-2), Amount(2)};
  const Amount one[] = {Amount(-1), Amount(1)};
  const Sequence captured =
      ledger_.Capture(placed, two, With({3, 2})).sequence();
  ExpectTaken(ledger_.Capture(placed, one, With({3, 2})), IdField::kAmounts,
              captured);
  ExpectTaken(ledger_.Capture(HoldId(1), two, With({3, 2})), IdField::kHold,
              captured);
  ExpectTaken(ledger_.Release(placed, With({3, 2})), IdField::kOperation,
              captured);
  const Sequence decided =
      ledger_
          .Transact(
              {alice_, bob_},
              [&](AccountStates) {
                return Decision().Move(alice_, bob_, Amount(1));
              },
              With({3, 3}))
          .sequence();
  ExpectTaken(ledger_.Transact(
                  {bob_, alice_}, [&](AccountStates) { return Decision(); },
                  With({3, 3})),
              IdField::kAccounts, decided);
  const Sequence reversed =
      ledger_
          .Reverse(
              {.transfer = captured, .amounts = one, .options = With({3, 4})})
          .sequence();
  ExpectTaken(ledger_.Reverse({.transfer = captured, .options = With({3, 4})}),
              IdField::kAmounts, reversed);
  ExpectTaken(
      ledger_.Reverse(
          {.transfer = decided, .amounts = one, .options = With({3, 4})}),
      IdField::kTransfer, reversed);
  EXPECT_TRUE(
      ledger_
          .Reverse(
              {.transfer = captured, .amounts = one, .options = With({3, 4})})
          .is_replay());
}

TEST_P(IdTest, ARefusedOneDoesNotUseItUp) {
  EXPECT_EQ(Pay(5000, kId).outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(Pay(0, kId).outcome(), Outcome::kZeroAmount);
  EXPECT_EQ(ledger_
                .Transact(
                    {alice_}, [](AccountStates) { return Decision::Refuse(3); },
                    With(kId))
                .outcome(),
            Outcome::kRefusedByFunction);
  struct Thrown {};
  EXPECT_THROW(ledger_.Transact(
                   {alice_}, [](AccountStates) -> Decision { throw Thrown(); },
                   With(kId)),
               Thrown);
  TransferOptions dry = With(kId);
  dry.dry_run = true;
  const Receipt tried = ledger_.Transfer(alice_, bob_, Amount(30), dry);
  EXPECT_TRUE(tried.is_dry_run());
  EXPECT_FALSE(tried.is_replay());
  ExpectReplay([&] { return Pay(30, kId); });
  const Receipt dry_again = ledger_.Transfer(alice_, bob_, Amount(30), dry);
  EXPECT_TRUE(dry_again.is_dry_run() && dry_again.is_replay());
}

// The documented order: the shape first, then the id, then the state.
TEST_P(IdTest, PrecedenceOfItsOutcomes) {
  ASSERT_TRUE(Pay(30, kId).ok());
  EXPECT_EQ(Pay(-1, kId).outcome(), Outcome::kNegativeAmount);
  EXPECT_EQ(
      ledger_.Transfer(alice_, AccountId(99), Amount(1), With(kId)).outcome(),
      Outcome::kUnknownAccount);
  EXPECT_EQ(Pay(5000, kId).outcome(), Outcome::kIdTaken);
  std::vector<Amount> many(kMaxLegs + 1);
  EXPECT_EQ(ledger_.Capture(HoldId(99), many, With(kId)).outcome(),
            Outcome::kInvalidCapture);
}

// With a window of four.
TEST_P(IdTest, EachIsRememberedUntilSoManyOthersWerePosted) {
  const auto id = [](std::uint64_t n) { return Bits128{0, n}; };
  for (std::uint64_t n = 1; n <= 4; ++n) ASSERT_TRUE(Pay(1, id(n)).ok());
  EXPECT_TRUE(Pay(1, id(1)).is_replay()) << "three others were posted";
  EXPECT_EQ(Pay(5000, id(5)).outcome(), Outcome::kInsufficientFunds);
  EXPECT_TRUE(Pay(1, id(1)).is_replay()) << "what is refused does not count";
  EXPECT_TRUE(Pay(1, id(2)).is_replay());
  ASSERT_TRUE(Pay(1, {}).ok());
  EXPECT_TRUE(Pay(1, id(1)).is_replay()) << "nor what has none, nor replays";
  ASSERT_FALSE(Pay(1, id(5)).is_replay());
  EXPECT_TRUE(Pay(1, id(2)).is_replay());
  EXPECT_FALSE(Pay(1, id(1)).is_replay()) << "four others were posted";
  EXPECT_FALSE(Pay(2, id(2)).is_replay()) << "and so it went on";
  EXPECT_TRUE(Pay(1, id(4)).is_replay());
}

TEST_P(IdTest, RowsHaveThem) {
  const Receipt posted = Pay(30, kId);
  const Leg legs[] = {{alice_, Amount(-4)}, {carol_, Amount(4)}};
  TransferOptions options = With({4, 4});
  options.description = "with a text of some length";
  const Receipt held = ledger_.Hold(legs, {}, options);
  const History history = ledger_.GetHistory(alice_).value();
  ASSERT_GE(history.entries.size(), 3U);
  EXPECT_EQ(history.entries[0].sequence, held.sequence());
  EXPECT_EQ(history.entries[0].id, (Bits128{4, 4}));
  EXPECT_EQ(history.entries[0].description, options.description);
  EXPECT_EQ(history.entries[1].sequence, posted.sequence());
  EXPECT_EQ(history.entries[1].id, kId);
  EXPECT_EQ(history.entries[2].id, Bits128());
}

TEST_P(IdTest, ClonesRememberThoseOfTheirMoment) {
  ASSERT_TRUE(Pay(1, {0, 1}).ok());
  ASSERT_TRUE(Pay(2, {0, 2}).ok());
  const Snapshot snapshot = ledger_.TakeSnapshot().value();
  // Both are forgotten here by the time that the clone is made.
  for (std::uint64_t n = 3; n <= 7; ++n) ASSERT_TRUE(Pay(1, {0, n}).ok());
  EXPECT_FALSE(Pay(1, {0, 1}).is_replay());
  Ledger clone = snapshot.Clone().value();
  const auto pay = [&](std::int64_t amount, std::uint64_t n) {
    return clone.Transfer(alice_, bob_, Amount(amount), With({0, n}));
  };
  EXPECT_TRUE(pay(1, 1).is_replay());
  EXPECT_TRUE(pay(2, 2).is_replay());
  EXPECT_EQ(pay(1, 2).outcome(), Outcome::kIdTaken);
  EXPECT_FALSE(pay(1, 3).is_replay()) << "not of that moment";
  EXPECT_TRUE(clone.Audit()->ok);
}

class IdsOffTest : public IdTest {
 protected:
  IdsOffTest() : IdTest(0) {}
};

TEST_P(IdsOffTest, WhatHasOneIsRefused) {
  const LedgerState before = StateOf(ledger_);
  EXPECT_EQ(Pay(30, kId).outcome(), Outcome::kIdsOff);
  EXPECT_EQ(Pay(-1, kId).outcome(), Outcome::kNegativeAmount);
  EXPECT_TRUE(StateOf(ledger_) == before);
  EXPECT_TRUE(Pay(30, {}).ok());
}

INSTANTIATE_TEST_SUITE_P(All, IdTest, test::EachMode(), test::NameOfMode);
INSTANTIATE_TEST_SUITE_P(All, IdsOffTest, test::EachMode(), test::NameOfMode);

}  // namespace
}  // namespace lockstep
