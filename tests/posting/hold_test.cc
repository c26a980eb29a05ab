// Holds: placed, captured in full or in part, released, expired; and every
// outcome that they add.

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

class HoldTest : public testing::TestWithParam<test::ConcurrencyAndMode> {
 protected:
  HoldTest() : small_({.concurrency = std::get<Concurrency>(GetParam())}) {}

  [[nodiscard]] static TransferOptions Options() {
    return {.mode = std::get<Mode>(GetParam())};
  }
  // A hold of so much from alice to bob.
  HoldId Place(std::int64_t amount, Tick deadline = {}) {
    const Receipt receipt =
        ledger_.Hold({{alice_, Amount(-amount)}, {bob_, Amount(amount)}},
                     deadline, Options());
    EXPECT_TRUE(receipt.ok()) << OutcomeName(receipt.outcome());
    return receipt.sequence();
  }
  Outcome Capture(HoldId hold, const std::vector<Amount>& amounts = {}) {
    return ledger_.Capture(hold, amounts, Options()).outcome();
  }
  Outcome Release(HoldId hold) {
    return ledger_.Release(hold, Options()).outcome();
  }
  Outcome Pay(AccountId from, AccountId to, std::int64_t amount) {
    return ledger_.Transfer(from, to, Amount(amount), Options()).outcome();
  }
  [[nodiscard]] Amount Held(AccountId account) const {
    return ledger_.GetAccount(account)->held;
  }
  [[nodiscard]] HoldStatus StatusOf(HoldId hold) const {
    return ledger_.GetHold(hold)->status;
  }

  const test::Watchdog watchdog_;
  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  const AccountId alice_ = small_.Account(100);
  const AccountId bob_ = small_.Account(50, {.ceiling = Amount(120)});
  const AccountId carol_ = small_.Account();
};

TEST_P(HoldTest, WhatIsHeldIsNotAvailable) {
  const HoldId hold = Place(70);
  EXPECT_EQ(small_.Balance(alice_), Amount(100)) << "nothing has moved";
  EXPECT_EQ(small_.Balance(bob_), Amount(50));
  EXPECT_EQ(Held(alice_), Amount(70));
  EXPECT_EQ(Held(bob_), Amount(0));
  EXPECT_EQ(ledger_.Read({alice_})->at(0).available(), Amount(30));
  EXPECT_EQ(Pay(alice_, carol_, 31), Outcome::kInsufficientFunds);
  EXPECT_EQ(
      ledger_.Hold({{alice_, Amount(-31)}, {carol_, Amount(31)}}, {}, Options())
          .outcome(),
      Outcome::kInsufficientFunds);
  EXPECT_EQ(Pay(alice_, carol_, 30), Outcome::kOk);
  EXPECT_EQ(StatusOf(hold), HoldStatus::kOpen);
  // A flow takes what is available.
  const Flow sweep[] = {{.from = alice_, .to = carol_}};
  EXPECT_EQ(ledger_.Post({.flows = sweep, .options = Options()}).outcome(),
            Outcome::kNothingToMove);
  small_.ExpectSound();
}

TEST_P(HoldTest, CapturedInFull) {
  const HoldId hold = Place(70);
  const Receipt receipt = ledger_.Capture(hold, {}, Options());
  ASSERT_TRUE(receipt.ok());
  EXPECT_GT(receipt.sequence(), hold);
  EXPECT_EQ(receipt.Find(alice_)->before, Amount(100));
  EXPECT_EQ(receipt.Find(alice_)->after, Amount(30));
  EXPECT_EQ(small_.Balance(bob_), Amount(120));
  EXPECT_EQ(Held(alice_), Amount(0));
  EXPECT_EQ(StatusOf(hold), HoldStatus::kCaptured);
  small_.ExpectSound();
}

TEST_P(HoldTest, CapturedInPart) {
  const Receipt placed = ledger_.Hold(
      {{alice_, Amount(-60)}, {bob_, Amount(40)}, {carol_, Amount(20)}}, {},
      Options());
  ASSERT_TRUE(placed.ok());
  EXPECT_EQ(Capture(placed.sequence(), {Amount(-15), Amount(15), Amount(0)}),
            Outcome::kOk);
  EXPECT_EQ(small_.Balance(alice_), Amount(85));
  EXPECT_EQ(small_.Balance(bob_), Amount(65));
  EXPECT_EQ(small_.Balance(carol_), Amount(0));
  EXPECT_EQ(Held(alice_), Amount(0)) << "the rest is released";
  EXPECT_EQ(Capture(placed.sequence()), Outcome::kHoldCaptured);
  small_.ExpectSound();
}

TEST_P(HoldTest, Released) {
  const HoldId hold = Place(70);
  EXPECT_EQ(Release(hold), Outcome::kOk);
  EXPECT_EQ(Held(alice_), Amount(0));
  EXPECT_EQ(small_.Balance(alice_), Amount(100));
  EXPECT_EQ(StatusOf(hold), HoldStatus::kReleased);
  EXPECT_EQ(Pay(alice_, carol_, 100), Outcome::kOk);
  small_.ExpectSound();
}

TEST_P(HoldTest, ResolvedOnce) {
  const HoldId captured = Place(10);
  const HoldId released = Place(10);
  const HoldId expired = Place(10, Tick(5));
  ASSERT_EQ(Capture(captured), Outcome::kOk);
  ASSERT_EQ(Release(released), Outcome::kOk);
  ASSERT_EQ(ledger_.Advance(Tick(5)), Outcome::kOk);
  const LedgerState before = StateOf(ledger_);
  EXPECT_EQ(Capture(captured), Outcome::kHoldCaptured);
  EXPECT_EQ(Release(captured), Outcome::kHoldCaptured);
  EXPECT_EQ(Capture(released), Outcome::kHoldReleased);
  EXPECT_EQ(Release(released), Outcome::kHoldReleased);
  EXPECT_EQ(Capture(expired), Outcome::kHoldExpired);
  EXPECT_EQ(Release(expired), Outcome::kHoldExpired);
  EXPECT_EQ(Capture(HoldId()), Outcome::kUnknownHold);
  EXPECT_EQ(Release(HoldId(captured.value() + (1 << 20))),
            Outcome::kUnknownHold);
  EXPECT_TRUE(StateOf(ledger_) == before);
}

// By (deadline, id), each as an operation of its own.
TEST_P(HoldTest, ExpireInOrder) {
  const HoldId third = Place(1, Tick(20));
  const HoldId first = Place(2, Tick(10));
  const HoldId second = Place(3, Tick(10));
  const HoldId later = Place(4, Tick(21));
  const HoldId never = Place(5);
  JournalCursor cursor = ledger_.OpenJournal().value();
  static_cast<void>(cursor.Read(SIZE_MAX));
  EXPECT_EQ(ledger_.Advance(Tick(9)), Outcome::kOk);
  EXPECT_TRUE(cursor.Read()->entries.empty());
  EXPECT_EQ(ledger_.Advance(Tick(20)), Outcome::kOk);
  const JournalBatch batch = cursor.Read().value();
  ASSERT_EQ(batch.entries.size(), 6U);
  const HoldId order[] = {first, second, third};
  for (std::size_t i = 0; i < 3; ++i) {
    const Entry& row = batch.entries[2 * i];
    EXPECT_EQ(row.kind, EntryKind::kExpiry);
    EXPECT_EQ(row.hold, order[i]);
    EXPECT_EQ(row.account, alice_);
    EXPECT_EQ(row.tick, Tick(20));
    EXPECT_EQ(row.amount, Amount(0));
    EXPECT_TRUE(row.held.is_negative());
    EXPECT_EQ(StatusOf(order[i]), HoldStatus::kExpired);
  }
  EXPECT_EQ(Held(alice_), Amount(9));
  EXPECT_EQ(StatusOf(later), HoldStatus::kOpen);
  EXPECT_EQ(StatusOf(never), HoldStatus::kOpen);
  small_.ExpectSound();
}

// A clock that runs by itself expires nothing: but no hold is captured late.
TEST_P(HoldTest, PastItsDeadlineItCannotBeCaptured) {
  SmallLedger ticking({.concurrency = std::get<Concurrency>(GetParam()),
                       .tick_source = TickSource::kSystemClock});
  const AccountId payer = ticking.Account(10);
  const AccountId payee = ticking.Account();
  // Late enough that the clock, which moves every few milliseconds, has not
  // come to it while the hold is placed; soon enough to wait for.
  const Tick deadline(ticking.ledger.now().value() + 50'000'000);
  const Receipt placed = ticking.ledger.Hold(
      {{payer, Amount(-4)}, {payee, Amount(4)}}, deadline, Options());
  ASSERT_TRUE(placed.ok());
  while (ticking.ledger.now() < deadline) {
  }
  EXPECT_EQ(ticking.ledger.GetHold(placed.sequence())->status,
            HoldStatus::kOpen);
  EXPECT_EQ(ticking.ledger.Capture(placed.sequence(), {}, Options()).outcome(),
            Outcome::kHoldExpired);
  EXPECT_EQ(ticking.ledger.GetHold(placed.sequence())->status,
            HoldStatus::kOpen);
  EXPECT_EQ(ticking.ledger.ExpireHolds(), Outcome::kOk);
  EXPECT_EQ(ticking.ledger.GetHold(placed.sequence())->status,
            HoldStatus::kExpired);
  EXPECT_EQ(ticking.ledger.GetAccount(payer)->held, Amount(0));
}

// More than can be told as held is refused, and not wrapped round.
TEST_P(HoldTest, NoMoreIsHeldThanFits) {
  const AssetId debts = ledger_.CreateAsset({.code = "DEBTS"}).value();
  const AccountId full =
      small_.Account(0, {.asset = debts, .floor = Amount(-10)});
  const AccountId one = small_.Account(0, {.asset = debts});
  const AccountId other = small_.Account(0, {.asset = debts});
  const AccountId issuer = ledger_.GetAsset(debts)->issuer;
  ASSERT_TRUE(ledger_.Transfer(issuer, full, Amount::Max()).ok());
  const Amount most = Negate(Amount::Max()).value();
  const Receipt receipt = ledger_.Hold({{full, most},
                                        {full, Amount(-10)},
                                        {one, Amount::Max()},
                                        {other, Amount(10)}},
                                       {}, Options());
  EXPECT_EQ(receipt.outcome(), Outcome::kAmountOverflow);
  EXPECT_EQ(receipt.refusal().leg, 0U);
  EXPECT_EQ(receipt.refusal().available, Amount::Max());
  // A leg of the smallest number has no positive twin.
  const AccountId owing =
      small_.Account(0, {.asset = debts, .floor = Amount::Min()});
  EXPECT_EQ(ledger_
                .Hold({{owing, Amount::Min()},
                       {one, Amount::Max()},
                       {other, Amount(1)}},
                      {}, Options())
                .outcome(),
            Outcome::kAmountOverflow);
  EXPECT_EQ(ledger_.Hold({{full, most}, {one, Amount::Max()}}, {}, Options())
                .outcome(),
            Outcome::kOk);
  EXPECT_EQ(ledger_.Read({full})->at(0).available(), Amount(0));
  small_.ExpectSound();
}

TEST_P(HoldTest, TheJournalTells) {
  JournalCursor cursor = ledger_.OpenJournal().value();
  static_cast<void>(cursor.Read(SIZE_MAX));
  TransferOptions options = Options();
  options.code = 7;
  options.description = "a bid";
  const Receipt placed = ledger_.Hold(
      {{alice_, Amount(-60)}, {bob_, Amount(60)}}, Tick(9), options);
  options.description = "sold";
  ASSERT_TRUE(placed.ok());
  const Amount part[] = {Amount(-50), Amount(50)};
  const Receipt captured = ledger_.Capture(placed.sequence(), part, options);
  ASSERT_TRUE(captured.ok());
  const std::vector<Entry> rows = cursor.Read()->entries;
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].kind, EntryKind::kHold);
  EXPECT_EQ(rows[0].hold, placed.sequence());
  EXPECT_EQ(rows[0].sequence, placed.sequence());
  EXPECT_EQ(rows[0].amount, Amount(0));
  EXPECT_EQ(rows[0].held, Amount(60));
  EXPECT_EQ(rows[0].balance_after, Amount(100));
  EXPECT_EQ(rows[0].counterpart, bob_);
  EXPECT_EQ(rows[0].code, 7U);
  EXPECT_EQ(rows[0].description, "a bid");
  EXPECT_EQ(rows[1].held, Amount(0)) << "who is paid has nothing held";
  EXPECT_EQ(rows[2].kind, EntryKind::kCapture);
  EXPECT_EQ(rows[2].hold, placed.sequence());
  EXPECT_EQ(rows[2].sequence, captured.sequence());
  EXPECT_EQ(rows[2].amount, Amount(-50));
  EXPECT_EQ(rows[2].held, Amount(-60));
  EXPECT_EQ(rows[2].balance_after, Amount(50));
  EXPECT_EQ(rows[2].description, "sold");
  EXPECT_EQ(rows[3].amount, Amount(50));
  const HoldInfo info = ledger_.GetHold(placed.sequence()).value();
  EXPECT_EQ(info.id, placed.sequence());
  EXPECT_EQ(info.deadline, Tick(9));
  EXPECT_EQ(info.code, 7U);
  ASSERT_EQ(info.legs.size(), 2U);
  EXPECT_EQ(info.legs[1].amount, Amount(60));
}

TEST_P(HoldTest, WhatCannotBeHeldChangesNothing) {
  ASSERT_EQ(ledger_.Advance(Tick(10)), Outcome::kOk);
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AccountId jeweller = small_.Account(9, {.asset = gems});
  const AccountId frozen = small_.Account(9);
  ASSERT_EQ(ledger_.SetStatus(frozen, AccountStatus::kFrozen), Outcome::kOk);
  const struct {
    std::vector<Leg> legs;
    Tick deadline;
    Outcome outcome;
    std::uint32_t leg;
  } refused[] = {
      {{}, {}, Outcome::kNoLegs, Refusal::kNoLeg},
      {{{alice_, Amount(0)}}, {}, Outcome::kZeroAmount, 0},
      {{{alice_, Amount(-1)}, {jeweller, Amount(1)}},
       {},
       Outcome::kUnbalanced,
       0},
      {{{alice_, Amount(-2)}, {bob_, Amount(1)}, {alice_, Amount(1)}},
       {},
       Outcome::kSameAccount,
       2},
      {{{alice_, Amount(-1)}, {bob_, Amount(1)}},
       Tick(10),
       Outcome::kInvalidDeadline,
       Refusal::kNoLeg},
      {{{alice_, Amount(-101)}, {bob_, Amount(101)}},
       Tick(1),
       Outcome::kInvalidDeadline,
       Refusal::kNoLeg},
      {{{alice_, Amount(-1)}, {frozen, Amount(1)}},
       {},
       Outcome::kAccountFrozen,
       1},
      {{{alice_, Amount(-101)}, {carol_, Amount(101)}},
       {},
       Outcome::kInsufficientFunds,
       0},
      {{{alice_, Amount(-71)}, {bob_, Amount(71)}},
       {},
       Outcome::kAboveCeiling,
       1},
  };
  const LedgerState before = StateOf(ledger_);
  for (const auto& one : refused) {
    const Receipt receipt = ledger_.Hold(one.legs, one.deadline, Options());
    EXPECT_EQ(receipt.outcome(), one.outcome);
    EXPECT_EQ(receipt.refusal().leg, one.leg);
  }
  EXPECT_TRUE(StateOf(ledger_) == before);
  EXPECT_EQ(Held(alice_), Amount(0));
}

TEST_P(HoldTest, WhatCannotBeCapturedStaysHeld) {
  const HoldId hold = Place(70);
  const std::string text(kMaxDescriptionBytes + 1, 'd');
  TransferOptions wordy = Options();
  wordy.description = text;
  const struct {
    std::vector<Amount> amounts;
    Outcome outcome;
    std::uint32_t leg;
  } refused[] = {
      {{Amount(-1)}, Outcome::kInvalidCapture, Refusal::kNoLeg},
      {{Amount(-71), Amount(71)}, Outcome::kInvalidCapture, 0},
      {{Amount(1), Amount(-1)}, Outcome::kInvalidCapture, 0},
      {{Amount(-1), Amount(71)}, Outcome::kInvalidCapture, 1},
      {{Amount(0), Amount(0)}, Outcome::kNothingToMove, Refusal::kNoLeg},
      {{Amount(-2), Amount(1)}, Outcome::kUnbalanced, 0},
  };
  for (const auto& one : refused) {
    const Receipt receipt = ledger_.Capture(hold, one.amounts, Options());
    EXPECT_EQ(receipt.outcome(), one.outcome);
    EXPECT_EQ(receipt.refusal().leg, one.leg);
  }
  EXPECT_EQ(ledger_.Capture(hold, {}, wordy).outcome(),
            Outcome::kDescriptionTooLong);
  EXPECT_EQ(ledger_.Release(hold, wordy).outcome(),
            Outcome::kDescriptionTooLong);
  // Limits and statuses are looked at again.
  ASSERT_EQ(Pay(small_.issuer, bob_, 1), Outcome::kOk);
  const Receipt full = ledger_.Capture(hold, {}, Options());
  EXPECT_EQ(full.outcome(), Outcome::kAboveCeiling);
  EXPECT_EQ(full.refusal().leg, 1U);
  ASSERT_EQ(ledger_.SetStatus(bob_, AccountStatus::kCreditsFrozen),
            Outcome::kOk);
  EXPECT_EQ(Capture(hold, {Amount(-1), Amount(1)}), Outcome::kAccountFrozen);
  EXPECT_EQ(Held(alice_), Amount(70));
  EXPECT_EQ(StatusOf(hold), HoldStatus::kOpen);
  // To let go needs nobody's leave.
  ASSERT_EQ(ledger_.SetStatus(alice_, AccountStatus::kFrozen), Outcome::kOk);
  EXPECT_EQ(Release(hold), Outcome::kOk);
  small_.ExpectSound();
}

TEST_P(HoldTest, AnAccountWithHoldsCannotClose) {
  const AccountId owing = small_.Account(0, {.floor = Amount(-10)});
  const Receipt placed =
      ledger_.Hold({{owing, Amount(-5)}, {carol_, Amount(5)}}, {}, Options());
  ASSERT_TRUE(placed.ok());
  EXPECT_EQ(ledger_.SetStatus(owing, AccountStatus::kClosed),
            Outcome::kHeldNotZero);
  EXPECT_EQ(Release(placed.sequence()), Outcome::kOk);
  EXPECT_EQ(ledger_.SetStatus(owing, AccountStatus::kClosed), Outcome::kOk);
}

TEST_P(HoldTest, LimitsLeaveRoomForWhatIsHeld) {
  Place(70);
  EXPECT_EQ(ledger_.SetLimits(alice_, Amount(31), Amount::Max()),
            Outcome::kOutsideLimits);
  EXPECT_EQ(ledger_.SetLimits(alice_, Amount(30), Amount::Max()), Outcome::kOk);
}

TEST_P(HoldTest, ADryRunOfEach) {
  TransferOptions dry = Options();
  dry.dry_run = true;
  const Leg legs[] = {{alice_, Amount(-7)}, {bob_, Amount(7)}};
  const HoldId hold = Place(70);
  const LedgerState before = StateOf(ledger_);
  EXPECT_TRUE(ledger_.Hold(legs, {}, dry).is_dry_run());
  const Receipt captured = ledger_.Capture(hold, {}, dry);
  EXPECT_TRUE(captured.is_dry_run());
  EXPECT_EQ(captured.Find(bob_)->after, Amount(120));
  EXPECT_TRUE(ledger_.Release(hold, dry).is_dry_run());
  EXPECT_TRUE(StateOf(ledger_) == before);
  EXPECT_EQ(Held(alice_), Amount(70));
  EXPECT_EQ(StatusOf(hold), HoldStatus::kOpen);
}

TEST_P(HoldTest, SnapshotsAndClonesHaveThemAsTheyWere) {
  const HoldId kept = Place(30);
  const HoldId captured = Place(20, Tick(50));
  const Snapshot snapshot = ledger_.TakeSnapshot().value();
  const HoldId late = Place(10);
  ASSERT_EQ(Capture(captured), Outcome::kOk);
  ASSERT_EQ(Release(kept), Outcome::kOk);
  EXPECT_EQ(snapshot.Get(alice_)->held, Amount(50));
  EXPECT_TRUE(snapshot.Audit()->ok);
  Ledger clone = snapshot.Clone().value();
  EXPECT_TRUE(clone.Audit()->ok);
  EXPECT_EQ(clone.GetAccount(alice_)->held, Amount(50));
  EXPECT_EQ(clone.GetHold(captured)->status, HoldStatus::kOpen);
  EXPECT_EQ(clone.GetHold(late).error(), Outcome::kUnknownHold);
  // It goes on by itself, and no new hold takes an old one's id.
  const AccountId fresh =
      clone.CreateAccount({.asset = small_.gold, .floor = Amount(-9)}).value();
  const AccountId other = clone.CreateAccount({.asset = small_.gold}).value();
  const Receipt placed = clone.Hold({{fresh, Amount(-1)}, {other, Amount(1)}});
  ASSERT_TRUE(placed.ok());
  EXPECT_GT(placed.sequence(), captured);
  EXPECT_EQ(clone.Capture(kept).outcome(), Outcome::kOk);
  EXPECT_EQ(clone.Advance(Tick(50)), Outcome::kOk);
  EXPECT_EQ(clone.GetHold(captured)->status, HoldStatus::kExpired);
  EXPECT_EQ(clone.GetAccount(alice_)->held, Amount(0));
  EXPECT_TRUE(clone.Audit()->ok);
  EXPECT_EQ(StatusOf(late), HoldStatus::kOpen);
  small_.ExpectSound();
}

// A bounded number of those that are resolved is remembered.
TEST_P(HoldTest, OldOnesAreForgotten) {
  const HoldId first = Place(1);
  ASSERT_EQ(Release(first), Outcome::kOk);
  HoldId last;
  for (std::size_t i = 0; i < kResolvedHoldsKept; ++i) {
    last = Place(1);
    ASSERT_EQ(Release(last), Outcome::kOk);
  }
  EXPECT_EQ(Release(first), Outcome::kUnknownHold);
  EXPECT_EQ(Release(last), Outcome::kHoldReleased);
  small_.ExpectSound();
}

TEST_P(HoldTest, ThroughASession) {
  Session session = ledger_.OpenSession().value();
  const Receipt placed =
      session.Hold({{alice_, Amount(-7)}, {bob_, Amount(7)}}, {}, Options());
  ASSERT_TRUE(placed.ok());
  EXPECT_TRUE(session.Capture(placed.sequence(), {}, Options()).ok());
  EXPECT_EQ(session.Release(placed.sequence(), Options()).outcome(),
            Outcome::kHoldCaptured);
  const Session gone = std::move(session);
  EXPECT_EQ(session.Release(placed.sequence()).outcome(),
            Outcome::kLedgerClosed);
}

INSTANTIATE_TEST_SUITE_P(All, HoldTest, test::EachMode(), test::NameOfMode);

}  // namespace
}  // namespace lockstep
