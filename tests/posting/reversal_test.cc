// Reversals: of all of a transfer, of parts, of several; once, and never more
// than there was; and every outcome that they add.

#include <gtest/gtest.h>

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

class ReversalTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  explicit ReversalTest(std::uint64_t journal_bytes = 1 << 20)
      : small_({.concurrency = std::get<Concurrency>(GetParam()),
                .journal_bytes = journal_bytes}) {}

  [[nodiscard]] static TransferOptions Options() {
    return {.mode = std::get<Mode>(GetParam())};
  }
  Sequence Pay(AccountId from, AccountId to, std::int64_t amount) {
    const Receipt receipt =
        ledger_.Transfer(from, to, Amount(amount), Options());
    EXPECT_TRUE(receipt.ok()) << ledger_.Explain(receipt);
    return receipt.sequence();
  }
  Receipt Reverse(Sequence transfer, const std::vector<Amount>& amounts = {}) {
    return ledger_.Reverse(
        {.transfer = transfer, .amounts = amounts, .options = Options()});
  }
  void ExpectRefused(const Receipt& receipt, Outcome outcome,
                     std::uint32_t leg = Refusal::kNoLeg) {
    EXPECT_EQ(receipt.outcome(), outcome) << ledger_.Explain(receipt);
    EXPECT_EQ(receipt.refusal().leg, leg) << ledger_.Explain(receipt);
  }
  // Forgets all that was posted so far, where the journal is small.
  void FillJournal() {
    const AccountId other = small_.Account(1);
    for (int i = 0; i < 3000; ++i) {
      Pay(i % 2 == 0 ? other : small_.issuer,
          i % 2 == 0 ? small_.issuer : other, 1);
    }
  }

  const test::Watchdog watchdog_;
  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  const AccountId alice_ = small_.Account(1000);
  const AccountId bob_ = small_.Account(500);
  const AccountId carol_ = small_.Account(100);
};

TEST_P(ReversalTest, TakesAllOfItBackOnce) {
  const Sequence paid = Pay(alice_, bob_, 30);
  TransferOptions options = Options();
  options.code = 5;
  options.description = "it was a mistake";
  const Receipt reversed = ledger_.Reverse(paid, options);
  ASSERT_TRUE(reversed.ok()) << ledger_.Explain(reversed);
  EXPECT_GT(reversed.sequence(), paid);
  EXPECT_EQ(reversed.Find(bob_)->before, Amount(530));
  EXPECT_EQ(small_.Balance(alice_), Amount(1000));
  EXPECT_EQ(small_.Balance(bob_), Amount(500));
  const Entry row = ledger_.GetHistory(alice_)->entries[0];
  EXPECT_EQ(row.kind, EntryKind::kReversal);
  EXPECT_EQ(row.reverses, paid);
  EXPECT_EQ(row.sequence, reversed.sequence());
  EXPECT_EQ(row.amount, Amount(30));
  EXPECT_EQ(row.counterpart, bob_);
  EXPECT_EQ(row.code, 5U);
  EXPECT_EQ(row.description, "it was a mistake");
  const LedgerState before = StateOf(ledger_);
  ExpectRefused(Reverse(paid), Outcome::kAlreadyReversed);
  ExpectRefused(Reverse(paid, {Amount(-1), Amount(1)}),
                Outcome::kAlreadyReversed);
  EXPECT_TRUE(StateOf(ledger_) == before);
  small_.ExpectSound();
}

TEST_P(ReversalTest, PartsNeverExceedTheWhole) {
  const Sequence paid = Pay(alice_, bob_, 30);
  EXPECT_TRUE(Reverse(paid, {Amount(-10), Amount(10)}).ok());
  EXPECT_TRUE(Reverse(paid, {Amount(-15), Amount(15)}).ok());
  const Receipt more = Reverse(paid, {Amount(-6), Amount(6)});
  ExpectRefused(more, Outcome::kReversalTooLarge, 0);
  EXPECT_EQ(more.refusal().available, Amount(-5));
  EXPECT_EQ(more.refusal().required, Amount(-6));
  EXPECT_EQ(more.refusal().account, alice_);
  EXPECT_EQ(ledger_.Explain(more),
            "reversal too large: of leg 0 (account " +
                std::to_string(alice_.value()) +
                ") -0.05 is left to take back, not -0.06");
  EXPECT_EQ(small_.Balance(bob_), Amount(505));
  const Receipt rest = Reverse(paid);
  ASSERT_TRUE(rest.ok());
  EXPECT_EQ(rest.Find(bob_)->after, Amount(500));
  ExpectRefused(Reverse(paid), Outcome::kAlreadyReversed);
  small_.ExpectSound();
}

// A part that leaves legs out, and then the rest.
TEST_P(ReversalTest, OfManyLegs) {
  const AssetId wood = ledger_.CreateAsset({.code = "WOOD"}).value();
  const AccountId a = small_.Account(10, {.asset = wood});
  const AccountId b = small_.Account(0, {.asset = wood});
  const Leg legs[] = {{alice_, Amount(-30)}, {a, Amount(-2)},
                      {bob_, Amount(20)},    {b, Amount(2)},
                      {carol_, Amount(15)},  {carol_, Amount(-5)}};
  const Sequence traded = ledger_.Post(legs, Options()).sequence();
  const Receipt part = Reverse(traded, {Amount(0), Amount(-1), Amount(0),
                                        Amount(1), Amount(0), Amount(0)});
  ASSERT_TRUE(part.ok()) << ledger_.Explain(part);
  EXPECT_EQ(part.changes().size(), 2U);
  ExpectRefused(Reverse(traded, {Amount(0), Amount(-2), Amount(0), Amount(2),
                                 Amount(0), Amount(0)}),
                Outcome::kReversalTooLarge, 1);
  // What a refusal names is a leg of the transfer, though others are left out.
  ASSERT_EQ(ledger_.SetStatus(b, AccountStatus::kFrozen), Outcome::kOk);
  ExpectRefused(Reverse(traded, {Amount(0), Amount(-1), Amount(0), Amount(1),
                                 Amount(0), Amount(0)}),
                Outcome::kAccountFrozen, 3);
  ASSERT_EQ(ledger_.SetStatus(b, AccountStatus::kOpen), Outcome::kOk);
  const Receipt rest = Reverse(traded);
  ASSERT_TRUE(rest.ok()) << ledger_.Explain(rest);
  EXPECT_EQ(small_.Balance(alice_), Amount(1000));
  EXPECT_EQ(small_.Balance(bob_), Amount(500));
  EXPECT_EQ(small_.Balance(carol_), Amount(100));
  EXPECT_EQ(small_.Balance(a), Amount(10));
  EXPECT_EQ(small_.Balance(b), Amount(0));
  small_.ExpectSound();
}

TEST_P(ReversalTest, OfFlowsCapturesTransactionsAndReversals) {
  const Flow flow[] = {{.from = carol_, .to = bob_}};
  const Sequence swept =
      ledger_.Post({.flows = flow, .options = Options()}).sequence();
  EXPECT_TRUE(Reverse(swept).ok());
  EXPECT_EQ(small_.Balance(carol_), Amount(100));
  const HoldId hold =
      ledger_.Hold({{alice_, Amount(-70)}, {bob_, Amount(70)}}, {}, Options())
          .sequence();
  const Amount part[] = {Amount(-40), Amount(40)};
  const Sequence captured = ledger_.Capture(hold, part, Options()).sequence();
  const Receipt back = Reverse(captured);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back.Find(alice_)->after, Amount(1000));
  const Sequence decided =
      ledger_
          .Transact(
              {alice_, bob_},
              [&](AccountStates) {
                return Decision().Move(alice_, bob_, Amount(3));
              },
              Options())
          .sequence();
  EXPECT_TRUE(Reverse(decided).ok());
  const Receipt again = Reverse(back.sequence());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(small_.Balance(alice_), Amount(960));
  ExpectRefused(Reverse(back.sequence()), Outcome::kAlreadyReversed);
  ExpectRefused(Reverse(captured), Outcome::kAlreadyReversed);
  small_.ExpectSound();
}

// Each is refused with nothing changed.
TEST_P(ReversalTest, WhatIsRefused) {
  const Sequence paid = Pay(alice_, bob_, 30);
  const HoldId hold =
      ledger_.Hold({{alice_, Amount(-7)}, {bob_, Amount(7)}}).sequence();
  ASSERT_EQ(ledger_.SetStatus(carol_, AccountStatus::kOpen), Outcome::kOk);
  const Sequence status = ledger_.GetAccount(carol_)->version;
  const std::vector<Amount> many(kMaxLegs + 1, Amount(1));
  const std::vector<Leg> legs(kMaxLegs + 1, Leg{alice_, Amount(1)});
  const Leg other[] = {{alice_, Amount(-31)}, {bob_, Amount(31)}};
  const Leg others[] = {{alice_, Amount(-30)}, {carol_, Amount(30)}};
  const Leg fewer[] = {{alice_, Amount(-30)}};
  const std::string text(kMaxDescriptionBytes + 1, 'x');
  const Sequence unheard(paid.counter() + 1000, paid.slot());
  const Sequence elsewhere(paid.counter(), 77);
  struct Row {
    const char* what;
    Reversal reversal;
    Outcome outcome;
    std::uint32_t leg = Refusal::kNoLeg;
  };
  const std::vector<Amount> wrong_sign = {Amount(1), Amount(-1)};
  const std::vector<Amount> too_much = {Amount(-30), Amount(31)};
  const std::vector<Amount> too_few = {Amount(-30)};
  const std::vector<Amount> nothing = {Amount(0), Amount(0)};
  const std::vector<Amount> unbalanced = {Amount(-2), Amount(1)};
  const Row rows[] = {
      {"no transfer", {}, Outcome::kTransferForgotten},
      {"none with legs", {.legs = other}, Outcome::kTransferForgotten},
      {"to come", {.transfer = unheard}, Outcome::kTransferForgotten},
      {"to come, with legs",
       {.transfer = unheard, .legs = other},
       Outcome::kTransferForgotten},
      {"of nobody", {.transfer = elsewhere}, Outcome::kTransferForgotten},
      {"a hold", {.transfer = hold}, Outcome::kNotReversible},
      {"a status", {.transfer = status}, Outcome::kNotReversible},
      {"many amounts",
       {.transfer = paid, .amounts = many},
       Outcome::kTooManyLegs},
      {"many legs", {.transfer = paid, .legs = legs}, Outcome::kTooManyLegs},
      {"other legs",
       {.transfer = paid, .legs = other},
       Outcome::kInvalidReversal,
       0},
      {"another account",
       {.transfer = paid, .legs = others},
       Outcome::kInvalidReversal,
       1},
      {"fewer legs",
       {.transfer = paid, .legs = fewer},
       Outcome::kInvalidReversal},
      {"too few",
       {.transfer = paid, .amounts = too_few},
       Outcome::kInvalidReversal},
      {"signs",
       {.transfer = paid, .amounts = wrong_sign},
       Outcome::kInvalidReversal,
       0},
      {"too much",
       {.transfer = paid, .amounts = too_much},
       Outcome::kInvalidReversal,
       1},
      {"nothing",
       {.transfer = paid, .amounts = nothing},
       Outcome::kNothingToMove},
      {"unbalanced",
       {.transfer = paid, .amounts = unbalanced},
       Outcome::kUnbalanced,
       0},
      {"a long text",
       {.transfer = paid, .options = {.description = text}},
       Outcome::kDescriptionTooLong},
      {"no mode",
       {.transfer = paid, .options = {.mode = static_cast<Mode>(9)}},
       Outcome::kInvalidOption},
  };
  const LedgerState before = StateOf(ledger_);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.what);
    Reversal reversal = row.reversal;
    if (row.outcome != Outcome::kInvalidOption) {
      reversal.options.mode = Options().mode;
    }
    ExpectRefused(ledger_.Reverse(reversal), row.outcome, row.leg);
  }
  EXPECT_TRUE(StateOf(ledger_) == before);
  EXPECT_TRUE(Reverse(paid).ok()) << "and none of them counted";
}

TEST_P(ReversalTest, IsJudgedLikeAnyTransfer) {
  const Sequence paid = Pay(alice_, bob_, 30);
  Pay(bob_, carol_, 525);
  ExpectRefused(Reverse(paid), Outcome::kInsufficientFunds, 1);
  Pay(carol_, bob_, 525);
  ASSERT_EQ(ledger_.SetLimits(alice_, Amount(0), Amount(999)), Outcome::kOk);
  ExpectRefused(Reverse(paid), Outcome::kAboveCeiling, 0);
  ASSERT_EQ(ledger_.SetLimits(alice_, Amount(0), Amount::Max()), Outcome::kOk);
  ASSERT_EQ(ledger_.SetStatus(bob_, AccountStatus::kFrozen), Outcome::kOk);
  ASSERT_EQ(ledger_.SetStatus(alice_, AccountStatus::kCreditsFrozen),
            Outcome::kOk);
  ExpectRefused(Reverse(paid), Outcome::kAccountFrozen, 0);
  const LedgerState before = StateOf(ledger_);
  TransferOptions dry = Options();
  dry.dry_run = true;
  Reversal reversal{.transfer = paid, .despite_freeze = true, .options = dry};
  const Receipt tried = ledger_.Reverse(reversal);
  EXPECT_TRUE(tried.is_dry_run());
  EXPECT_EQ(tried.Find(bob_)->after, Amount(500));
  EXPECT_TRUE(StateOf(ledger_) == before);
  reversal.options = Options();
  EXPECT_TRUE(ledger_.Reverse(reversal).ok());
  EXPECT_EQ(ledger_.GetAccount(bob_)->status, AccountStatus::kFrozen);
  small_.ExpectSound();
}

TEST_P(ReversalTest, AClosedAccountIsNotOpenedByIt) {
  const Sequence paid = Pay(carol_, bob_, 100);
  ASSERT_EQ(ledger_.SetStatus(carol_, AccountStatus::kClosed), Outcome::kOk);
  ExpectRefused(
      ledger_.Reverse(
          {.transfer = paid, .despite_freeze = true, .options = Options()}),
      Outcome::kAccountClosed, 0);
}

TEST_P(ReversalTest, SeveralAreTakenBackTogetherOrNotAtAll) {
  const Sequence first = Pay(alice_, bob_, 30);
  const Sequence second = Pay(bob_, carol_, 20);
  const Sequence third = Pay(carol_, alice_, 120);
  const LinkOptions how{.mode = Options().mode};
  // The third one must come first, or carol has not enough for the second one.
  Receipt receipts[3];
  const Reversal in_order[] = {
      {.transfer = first}, {.transfer = second}, {.transfer = third}};
  const LedgerState before = StateOf(ledger_);
  const BatchResult refused = ledger_.ReverseAll(in_order, receipts, how);
  EXPECT_EQ(refused.outcome, Outcome::kInsufficientFunds);
  EXPECT_EQ(refused.first_refused, 1U);
  ExpectRefused(receipts[1], Outcome::kInsufficientFunds, 1);
  EXPECT_EQ(receipts[0].outcome(), Outcome::kLinkedRefused);
  EXPECT_TRUE(StateOf(ledger_) == before);
  const Reversal twice[] = {{.transfer = third}, {.transfer = third}};
  EXPECT_EQ(ledger_.ReverseAll(twice, {}, how).outcome,
            Outcome::kInvalidReversal);
  const Reversal one_unknown[] = {{.transfer = third}, {}};
  const BatchResult unknown = ledger_.ReverseAll(one_unknown, {}, how);
  EXPECT_EQ(unknown.outcome, Outcome::kTransferForgotten);
  EXPECT_EQ(unknown.first_refused, 1U);
  EXPECT_TRUE(StateOf(ledger_) == before);
  const Reversal backwards[] = {
      {.transfer = third}, {.transfer = second}, {.transfer = first}};
  const BatchResult done = ledger_.ReverseAll(backwards, receipts, how);
  EXPECT_TRUE(done.ok());
  EXPECT_EQ(done.posted, 3U);
  EXPECT_EQ(receipts[1].sequence().counter(),
            receipts[0].sequence().counter() + 1);
  EXPECT_EQ(small_.Balance(alice_), Amount(1000));
  EXPECT_EQ(small_.Balance(bob_), Amount(500));
  EXPECT_EQ(small_.Balance(carol_), Amount(100));
  EXPECT_EQ(ledger_.ReverseAll(backwards, {}, how).outcome,
            Outcome::kAlreadyReversed);
  EXPECT_TRUE(ledger_.ReverseAll({}, {}, how).ok());
  const std::vector<Reversal> many(kMaxLinkedLegs + 1);
  EXPECT_EQ(ledger_.ReverseAll(many, {}, how).outcome, Outcome::kTooManyLegs);
  small_.ExpectSound();
}

TEST_P(ReversalTest, ClonesKnowWhatWasTakenBack) {
  const Sequence whole = Pay(alice_, bob_, 30);
  const Sequence part = Pay(alice_, bob_, 20);
  ASSERT_TRUE(Reverse(whole).ok());
  ASSERT_TRUE(Reverse(part, {Amount(-5), Amount(5)}).ok());
  const Snapshot snapshot = ledger_.TakeSnapshot().value();
  ASSERT_TRUE(Reverse(part).ok());
  Ledger clone = snapshot.Clone().value();
  EXPECT_EQ(clone.Reverse(whole).outcome(), Outcome::kAlreadyReversed);
  const Receipt rest = clone.Reverse(part);
  ASSERT_TRUE(rest.ok()) << clone.Explain(rest);
  EXPECT_EQ(rest.Find(alice_)->after, Amount(1000));
  EXPECT_EQ(clone.Reverse(part).outcome(), Outcome::kAlreadyReversed);
  // What it has no rows of must be told; and its own sequences are others.
  const Sequence third = Pay(alice_, bob_, 1);
  const Receipt own = clone.Transfer(alice_, bob_, Amount(9));
  EXPECT_TRUE(clone.Reverse(own.sequence()).ok());
  EXPECT_EQ(clone.Balance(alice_).value(), Amount(1000));
  EXPECT_TRUE(Reverse(third).ok());
  EXPECT_TRUE(clone.Audit()->ok);
}

class SmallJournalTest : public ReversalTest {
 protected:
  SmallJournalTest() : ReversalTest(1) {}
};

TEST_P(SmallJournalTest, WhatIsForgottenNeedsItsLegs) {
  const Sequence paid = Pay(alice_, bob_, 30);
  const Sequence partly = Pay(alice_, bob_, 7);
  ASSERT_TRUE(Reverse(partly, {Amount(-2), Amount(2)}).ok());
  FillJournal();
  const LedgerState before = StateOf(ledger_);
  ExpectRefused(Reverse(paid), Outcome::kTransferForgotten);
  const Leg unbalanced[] = {{alice_, Amount(-30)}, {bob_, Amount(31)}};
  const Leg unknown[] = {{alice_, Amount(-30)}, {AccountId(999), Amount(30)}};
  const Leg zero[] = {{alice_, Amount(0)}, {bob_, Amount(0)}};
  const auto with = [&](std::span<const Leg> legs) {
    return ledger_.Reverse(
        {.transfer = paid, .legs = legs, .options = Options()});
  };
  ExpectRefused(with(unbalanced), Outcome::kUnbalanced, 0);
  ExpectRefused(with(unknown), Outcome::kUnknownAccount, 1);
  ExpectRefused(with(zero), Outcome::kZeroAmount, 0);
  EXPECT_TRUE(StateOf(ledger_) == before);
  // One that was refused does not say what the legs are.
  const Leg large[] = {{alice_, Amount(-9999)}, {bob_, Amount(9999)}};
  ExpectRefused(with(large), Outcome::kInsufficientFunds, 1);
  const Leg legs[] = {{alice_, Amount(-30)}, {bob_, Amount(30)}};
  ASSERT_TRUE(with(legs).ok());
  ExpectRefused(with(legs), Outcome::kAlreadyReversed);
  ExpectRefused(Reverse(paid), Outcome::kAlreadyReversed);
  ExpectRefused(with(large), Outcome::kInvalidReversal, 0);
  EXPECT_TRUE(Reverse(partly).ok()) << "its legs are known";
  EXPECT_EQ(small_.Balance(alice_), Amount(1000));
  small_.ExpectSound();
}

class NoJournalTest : public ReversalTest {
 protected:
  NoJournalTest() : ReversalTest(0) {}
};

TEST_P(NoJournalTest, NeedsTheLegsAlways) {
  const Sequence paid = Pay(alice_, bob_, 30);
  ExpectRefused(Reverse(paid), Outcome::kTransferForgotten);
  const Leg legs[] = {{alice_, Amount(-30)}, {bob_, Amount(30)}};
  EXPECT_TRUE(
      ledger_.Reverse({.transfer = paid, .legs = legs, .options = Options()})
          .ok());
  ExpectRefused(Reverse(paid), Outcome::kAlreadyReversed);
}

// The smallest amount has no opposite.
TEST_P(ReversalTest, TheSmallestAmountStays) {
  const AccountId debtor = small_.Account(0, {.floor = Amount::Min()});
  const AccountId creditor = small_.Account();
  const Leg legs[] = {
      {debtor, Amount::Min()}, {creditor, Amount::Max()}, {carol_, Amount(1)}};
  const Receipt posted = ledger_.Post(legs, Options());
  ASSERT_TRUE(posted.ok()) << ledger_.Explain(posted);
  ExpectRefused(Reverse(posted.sequence()), Outcome::kAmountOverflow, 0);
}

INSTANTIATE_TEST_SUITE_P(All, ReversalTest, test::EachMode(), test::NameOfMode);
INSTANTIATE_TEST_SUITE_P(All, SmallJournalTest, test::EachMode(),
                         test::NameOfMode);
INSTANTIATE_TEST_SUITE_P(All, NoJournalTest, test::EachMode(),
                         test::NameOfMode);

}  // namespace
}  // namespace lockstep
