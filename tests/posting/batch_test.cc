// PostAll and PostEach: several transfers, linked or in a row.

#include <gtest/gtest.h>

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

// A transfer between two, which lives as long as the test needs it.
struct Payment {
  Payment(AccountId from, AccountId to, std::int64_t amount)
      : legs{{from, Amount(-amount)}, {to, Amount(amount)}} {}
  Leg legs[2];
};

std::vector<TransferRequest> RequestsOf(const std::vector<Payment>& payments) {
  std::vector<TransferRequest> requests;
  for (const Payment& payment : payments) {
    requests.push_back({.legs = payment.legs});
  }
  return requests;
}

class BatchTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  BatchTest() : small_({.concurrency = std::get<Concurrency>(GetParam())}) {}

  [[nodiscard]] static LinkOptions Link() {
    return {.mode = std::get<Mode>(GetParam())};
  }
  std::vector<TransferRequest> InMode(const std::vector<Payment>& payments) {
    std::vector<TransferRequest> requests = RequestsOf(payments);
    for (TransferRequest& request : requests) {
      request.options.mode = std::get<Mode>(GetParam());
    }
    return requests;
  }

  const test::Watchdog watchdog_;
  SmallLedger small_;
  const AccountId a_ = small_.Account(100);
  const AccountId b_ = small_.Account();
  const AccountId c_ = small_.Account();
};

TEST_P(BatchTest, LaterOnesSeeEarlierOnes) {
  const std::vector<Payment> payments = {
      {a_, b_, 100}, {b_, c_, 100}, {c_, a_, 99}};
  const std::vector<TransferRequest> requests = RequestsOf(payments);
  std::vector<Receipt> receipts(3);
  const BatchResult result = small_.ledger.PostAll(requests, receipts, Link());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.posted, 3U);
  EXPECT_EQ(result.first_refused, BatchResult::kNone);
  EXPECT_EQ(small_.Balance(a_), Amount(99));
  EXPECT_EQ(small_.Balance(b_), Amount(0));
  EXPECT_EQ(small_.Balance(c_), Amount(1));
  EXPECT_EQ(receipts[1].Find(b_)->before, Amount(100));
  EXPECT_EQ(receipts[1].Find(b_)->after, Amount(0));
  EXPECT_EQ(receipts[2].Find(a_)->after, Amount(99));
  // One sequence each, one after the other; all are left at the last one.
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_EQ(receipts[i].sequence().counter(),
              receipts[i - 1].sequence().counter() + 1);
  }
  for (const AccountId account : {a_, b_, c_}) {
    EXPECT_EQ(small_.ledger.GetAccount(account)->version,
              receipts[2].sequence());
  }
  const JournalBatch rows = small_.ledger.OpenJournal()->Read(SIZE_MAX).value();
  ASSERT_GE(rows.entries.size(), 6U);
  EXPECT_EQ(rows.entries.back().sequence, receipts[2].sequence());
  EXPECT_EQ(rows.entries.back().balance_after, Amount(99));
  EXPECT_EQ(small_.ledger.GetStats().posted(), 4U);
  small_.ExpectSound();
  // And the next one goes on behind them.
  EXPECT_EQ(small_.ledger.Transfer(a_, b_, Amount(1)).sequence().counter(),
            receipts[2].sequence().counter() + 1);
}

TEST_P(BatchTest, OneRefusedRefusesAll) {
  const std::vector<Payment> payments = {
      {a_, b_, 100}, {b_, c_, 101}, {c_, a_, 1}};
  const std::vector<TransferRequest> requests = RequestsOf(payments);
  const LedgerState before = StateOf(small_.ledger);
  const Stats counted = small_.ledger.GetStats();
  std::vector<Receipt> receipts(3);
  const BatchResult result = small_.ledger.PostAll(requests, receipts, Link());
  EXPECT_TRUE(StateOf(small_.ledger) == before);
  EXPECT_EQ(result.outcome, Outcome::kInsufficientFunds);
  EXPECT_EQ(result.first_refused, 1U);
  EXPECT_EQ(result.posted, 0U);
  EXPECT_EQ(receipts[0].outcome(), Outcome::kLinkedRefused);
  EXPECT_EQ(receipts[0].refusal().transfer, 1U);
  EXPECT_EQ(receipts[1].outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(receipts[1].refusal().leg, 0U);
  EXPECT_EQ(receipts[1].refusal().transfer, 1U);
  EXPECT_EQ(receipts[1].refusal().available, Amount(100)) << "as it would be";
  EXPECT_EQ(receipts[2].outcome(), Outcome::kLinkedRefused);
  const Stats since = test::Since(counted, small_.ledger.GetStats());
  EXPECT_EQ(since.of(Outcome::kInsufficientFunds), 1U);
  EXPECT_EQ(since.of(Outcome::kLinkedRefused), 2U);
  EXPECT_EQ(since.posted(), 0U);
}

// The limits hold after each, not only at the end.
TEST_P(BatchTest, LimitsHoldInBetween) {
  const std::vector<Payment> payments = {{b_, c_, 5}, {a_, b_, 5}};
  const BatchResult result =
      small_.ledger.PostAll(RequestsOf(payments), {}, Link());
  EXPECT_EQ(result.outcome, Outcome::kInsufficientFunds);
  EXPECT_EQ(result.first_refused, 0U);
}

TEST_P(BatchTest, ShapesAreCheckedFirst) {
  // The first one would be refused for funds, but that is seen later.
  const std::vector<Payment> payments = {{b_, c_, 5}, {a_, AccountId(), 5}};
  const std::vector<TransferRequest> requests = RequestsOf(payments);
  const BatchResult result = small_.ledger.PostAll(requests, {}, Link());
  EXPECT_EQ(result.outcome, Outcome::kUnknownAccount);
  EXPECT_EQ(result.first_refused, 1U);
}

TEST_P(BatchTest, NoneIsFine) {
  const LedgerState before = StateOf(small_.ledger);
  EXPECT_TRUE(small_.ledger.PostAll({}, {}, Link()).ok());
  EXPECT_TRUE(small_.ledger.PostEach({}).ok());
  EXPECT_TRUE(StateOf(small_.ledger) == before);
}

TEST_P(BatchTest, AsManyAsFit) {
  std::vector<AccountId> many = small_.Accounts(kMaxLinkedLegs, 10);
  std::vector<Payment> payments;
  for (std::size_t i = 0; i + 1 < many.size(); i += 2) {
    payments.push_back({many[i], many[i + 1], 1});
  }
  ASSERT_EQ(payments.size(), kMaxLinkedLegs / 2);
  std::vector<TransferRequest> requests = RequestsOf(payments);
  const std::string text(kMaxDescriptionBytes, 'd');
  for (TransferRequest& request : requests) request.options.description = text;
  EXPECT_TRUE(small_.ledger.PostAll(requests, {}, Link()).ok());
  for (std::size_t i = 0; i < many.size(); ++i) {
    EXPECT_EQ(small_.Balance(many[i]), Amount(i % 2 == 0 ? 9 : 11));
  }
  payments.push_back({a_, b_, 1});
  requests = RequestsOf(payments);
  const BatchResult result = small_.ledger.PostAll(requests, {}, Link());
  EXPECT_EQ(result.outcome, Outcome::kTooManyLegs);
  EXPECT_EQ(result.first_refused, kMaxLinkedLegs / 2);
  small_.ExpectSound();
}

// Snapshots see all of a batch or nothing of it, however many images it needs.
TEST_P(BatchTest, ASnapshotKeepsWhatABatchChanges) {
  std::vector<AccountId> many = small_.Accounts(kMaxLinkedLegs, 10);
  std::vector<Payment> payments;
  for (std::size_t i = 0; i + 1 < many.size(); i += 2) {
    payments.push_back({many[i], many[i + 1], 1});
  }
  const Snapshot snapshot = small_.ledger.TakeSnapshot().value();
  ASSERT_TRUE(small_.ledger.PostAll(RequestsOf(payments), {}, Link()).ok());
  for (const AccountId account : many) {
    EXPECT_EQ(snapshot.Balance(account).value(), Amount(10));
  }
}

TEST_P(BatchTest, ReceiptsForAllOrNone) {
  const std::vector<Payment> payments = {{a_, b_, 1}, {a_, b_, 1}};
  const std::vector<TransferRequest> requests = RequestsOf(payments);
  std::vector<Receipt> receipts(1);
  EXPECT_EQ(small_.ledger.PostAll(requests, receipts, Link()).outcome,
            Outcome::kInvalidOption);
  EXPECT_EQ(receipts[0].outcome(), Outcome::kInvalidOption);
  std::vector<Outcome> outcomes(3);
  EXPECT_EQ(small_.ledger.PostEach(requests, outcomes).outcome,
            Outcome::kInvalidOption);
  EXPECT_EQ(outcomes[2], Outcome::kInvalidOption);
  EXPECT_EQ(small_.ledger.PostAll(requests, {}, {.mode = static_cast<Mode>(9)})
                .outcome,
            Outcome::kInvalidOption);
  EXPECT_EQ(small_.Balance(a_), Amount(100));
}

TEST_P(BatchTest, ADryBatchChangesNothing) {
  const std::vector<Payment> payments = {{a_, b_, 100}, {b_, c_, 100}};
  const std::vector<TransferRequest> requests = RequestsOf(payments);
  const LedgerState before = StateOf(small_.ledger);
  std::vector<Receipt> receipts(2);
  LinkOptions options = Link();
  options.dry_run = true;
  const BatchResult result = small_.ledger.PostAll(requests, receipts, options);
  EXPECT_TRUE(StateOf(small_.ledger) == before);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.posted, 0U);
  EXPECT_TRUE(receipts[1].is_dry_run());
  EXPECT_EQ(receipts[1].Find(c_)->after, Amount(100));
}

TEST_P(BatchTest, EachIsByItself) {
  const std::vector<Payment> payments = {{a_, b_, 60},
                                         {a_, c_, 60},
                                         {b_, c_, 60},
                                         {a_, AccountId(), 1},
                                         {a_, a_, 1}};
  const std::vector<TransferRequest> requests = InMode(payments);
  std::vector<Outcome> outcomes(5);
  const BatchResult result = small_.ledger.PostEach(requests, outcomes);
  EXPECT_EQ(outcomes, (std::vector{Outcome::kOk, Outcome::kInsufficientFunds,
                                   Outcome::kOk, Outcome::kUnknownAccount,
                                   Outcome::kOk}));
  EXPECT_EQ(result.posted, 3U);
  EXPECT_EQ(result.outcome, Outcome::kInsufficientFunds);
  EXPECT_EQ(result.first_refused, 1U);
  EXPECT_EQ(small_.Balance(c_), Amount(60));
  small_.ExpectSound();
}

TEST_P(BatchTest, EachStopsWhereAsked) {
  const std::vector<Payment> payments = {
      {a_, b_, 60}, {a_, c_, 60}, {b_, c_, 60}};
  const std::vector<TransferRequest> requests = InMode(payments);
  std::vector<Receipt> receipts(3);
  const BatchResult result =
      small_.ledger.PostEach(requests, receipts, {.stop_at_refusal = true});
  EXPECT_EQ(receipts[0].outcome(), Outcome::kOk);
  EXPECT_EQ(receipts[1].outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(receipts[2].outcome(), Outcome::kNotAttempted);
  EXPECT_EQ(result.posted, 1U);
  EXPECT_EQ(small_.Balance(c_), Amount(0));
  EXPECT_EQ(small_.ledger.GetStats().of(Outcome::kNotAttempted), 0U)
      << "what was not attempted is not counted";
}

TEST_P(BatchTest, EachKeepsConditionsAndFlows) {
  const Payment payment(a_, b_, 10);
  const Condition unmet[] = {Require::BalanceEquals(c_, Amount(1))};
  const Flow flow[] = {{.from = a_, .to = c_, .at_most = Amount(7)}};
  std::vector<TransferRequest> requests = {
      {.legs = payment.legs, .conditions = unmet},
      {.legs = payment.legs, .flows = flow}};
  std::vector<Outcome> outcomes(2);
  small_.ledger.PostEach(requests, outcomes);
  EXPECT_EQ(outcomes, (std::vector{Outcome::kConditionNotMet, Outcome::kOk}));
  EXPECT_EQ(small_.Balance(a_), Amount(83));
  EXPECT_EQ(small_.Balance(c_), Amount(7));
}

// The assets of a two-leg request are judged as those of any other.
TEST_P(BatchTest, EachRefusesAsPostDoes) {
  const AssetId gems = small_.ledger.CreateAsset({.code = "GEMS"}).value();
  const AccountId jeweller = small_.Account(10, {.asset = gems});
  const std::vector<Payment> payments = {{a_, jeweller, 1}, {a_, b_, 0}};
  const std::vector<TransferRequest> requests = InMode(payments);
  std::vector<Outcome> outcomes(2);
  small_.ledger.PostEach(requests, outcomes);
  EXPECT_EQ(outcomes,
            (std::vector{Outcome::kUnbalanced, Outcome::kZeroAmount}));
}

TEST_P(BatchTest, ThroughASession) {
  Session session = small_.ledger.OpenSession().value();
  const std::vector<Payment> payments = {{a_, b_, 1}, {b_, c_, 1}};
  EXPECT_EQ(session.PostAll(RequestsOf(payments), {}, Link()).posted, 2U);
  EXPECT_EQ(session.PostEach(InMode(payments)).posted, 2U);
  const Flow flow[] = {{.from = c_, .to = a_}};
  EXPECT_EQ(session.Post({.flows = flow}).flowed()[0], Amount(2));
  const Session gone = std::move(session);
  EXPECT_EQ(session.PostAll(RequestsOf(payments)).outcome,
            Outcome::kLedgerClosed);
  EXPECT_EQ(session.PostEach(RequestsOf(payments)).outcome,
            Outcome::kLedgerClosed);
  EXPECT_EQ(session.PostAll({}).outcome, Outcome::kLedgerClosed);
  EXPECT_EQ(session.PostEach({}).outcome, Outcome::kLedgerClosed);
}

TEST_P(BatchTest, InsideAFunctionAllAreRefused) {
  const std::vector<Payment> payments = {{a_, b_, 1}, {b_, c_, 1}};
  const AccountId declared[] = {a_, b_};
  std::vector<Outcome> outcomes(2);
  BatchResult linked;
  small_.ledger.Transact(declared, [&](AccountStates) {
    linked = small_.ledger.PostAll(RequestsOf(payments));
    small_.ledger.PostEach(RequestsOf(payments), outcomes);
    return Decision::Refuse();
  });
  EXPECT_EQ(linked.outcome, Outcome::kInsideTransaction);
  EXPECT_EQ(outcomes, (std::vector{Outcome::kInsideTransaction,
                                   Outcome::kInsideTransaction}));
}

INSTANTIATE_TEST_SUITE_P(All, BatchTest, test::EachMode(), test::NameOfMode);

}  // namespace
}  // namespace lockstep
