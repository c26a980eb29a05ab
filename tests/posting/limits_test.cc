// What an account's limits and status let through: floors, ceilings, what is
// frozen, and the range of an amount.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::SmallLedger;
using test::Way;

class LimitsTest : public testing::TestWithParam<Way> {
 protected:
  Receipt Move(AccountId from, AccountId to, Amount amount) {
    return GetParam().Transfer(ledger_, from, to, amount);
  }
  Outcome Move(AccountId from, AccountId to, std::int64_t amount) {
    return Move(from, to, Amount(amount)).outcome();
  }
  Receipt Post(const std::vector<Leg>& legs) {
    return GetParam().Post(ledger_, legs);
  }
  Outcome Set(AccountId account, AccountStatus status) {
    return small_.ledger.SetStatus(account, status);
  }

  SmallLedger small_{{.concurrency = GetParam().concurrency}};
  Ledger& ledger_ = small_.ledger;
  AccountId rich_ = small_.Account(1'000'000);
};

// --- Floors ----------------------------------------------------------------

TEST_P(LimitsTest, AnAccountCanBeEmptiedAndNotMore) {
  const AccountId account = small_.Account(100);
  EXPECT_EQ(Move(account, rich_, 101), Outcome::kInsufficientFunds);
  EXPECT_EQ(Move(account, rich_, 100), Outcome::kOk);
  EXPECT_EQ(Move(account, rich_, 1), Outcome::kInsufficientFunds);
  EXPECT_EQ(small_.Balance(account), Amount(0));
}

TEST_P(LimitsTest, AnOverdraftEndsAtTheFloor) {
  const AccountId account = small_.Account(100, {.floor = Amount(-50)});
  EXPECT_EQ(Move(account, rich_, 151), Outcome::kInsufficientFunds);
  EXPECT_EQ(Move(account, rich_, 120), Outcome::kOk);
  EXPECT_EQ(small_.Balance(account), Amount(-20));
  EXPECT_EQ(Move(account, rich_, 31), Outcome::kInsufficientFunds);
  EXPECT_EQ(Move(account, rich_, 30), Outcome::kOk);
  EXPECT_EQ(small_.Balance(account), Amount(-50));
  EXPECT_EQ(Move(rich_, account, 1), Outcome::kOk);
  EXPECT_EQ(small_.Balance(account), Amount(-49));
}

TEST_P(LimitsTest, AFloorRefusalSaysWhatThereIsAndWhatItTakes) {
  const AccountId account = small_.Account(100, {.floor = Amount(-50)});
  const Refusal by_transfer = Move(account, rich_, Amount(160)).refusal();
  const Refusal by_post = Post({{rich_, Amount(160)},
                                {account, Amount(40)},
                                {account, Amount(-200)}})
                              .refusal();
  for (const Refusal& refusal : {by_transfer, by_post}) {
    EXPECT_EQ(refusal.account, account);
    EXPECT_EQ(refusal.available, Amount(100));
    EXPECT_EQ(refusal.limit, Amount(-50));
    EXPECT_EQ(refusal.required, Amount(160)) << "all its legs together";
  }
  EXPECT_EQ(by_transfer.leg, 0U);
  EXPECT_EQ(by_post.leg, 1U);
}

// --- Ceilings --------------------------------------------------------------

TEST_P(LimitsTest, AnAccountCanBeFilledToItsCeilingAndNotMore) {
  const AccountId account = small_.Account(0, {.ceiling = Amount(100)});
  EXPECT_EQ(Move(rich_, account, 101), Outcome::kAboveCeiling);
  EXPECT_EQ(Move(rich_, account, 99), Outcome::kOk);
  EXPECT_EQ(Move(rich_, account, 2), Outcome::kAboveCeiling);
  EXPECT_EQ(Move(rich_, account, 1), Outcome::kOk);
  EXPECT_EQ(small_.Balance(account), Amount(100));
  EXPECT_EQ(Move(account, rich_, 1), Outcome::kOk) << "it may be left again";
}

TEST_P(LimitsTest, ACeilingOfZeroKeepsAnAccountEmptyOrInDebt) {
  const AccountId account =
      small_.Account(0, {.floor = Amount(-10), .ceiling = Amount(0)});
  EXPECT_EQ(Move(rich_, account, 1), Outcome::kAboveCeiling);
  EXPECT_EQ(Move(account, rich_, 10), Outcome::kOk);
  EXPECT_EQ(Move(rich_, account, 10), Outcome::kOk);
}

TEST_P(LimitsTest, ACeilingRefusalSaysWhatThereIsAndWhatWouldCome) {
  const AccountId account = small_.Account(90, {.ceiling = Amount(100)});
  const Refusal by_transfer = Move(rich_, account, Amount(20)).refusal();
  const Refusal by_post =
      Post({{account, Amount(-5)}, {rich_, Amount(-20)}, {account, Amount(25)}})
          .refusal();
  for (const Refusal& refusal : {by_transfer, by_post}) {
    EXPECT_EQ(refusal.account, account);
    EXPECT_EQ(refusal.available, Amount(90));
    EXPECT_EQ(refusal.limit, Amount(100));
    EXPECT_EQ(refusal.required, Amount(20)) << "all its legs together";
  }
  EXPECT_EQ(by_transfer.leg, 1U);
  EXPECT_EQ(by_post.leg, 0U);
}

// --- Several legs of one account -------------------------------------------

TEST_P(LimitsTest, OnlyTheNetChangeCounts) {
  const AccountId account = small_.Account(60, {.ceiling = Amount(100)});
  // More goes out than there is, and more comes in than may stay.
  EXPECT_EQ(Post({{account, Amount(-1000)},
                  {rich_, Amount(990)},
                  {account, Amount(10)}})
                .outcome(),
            Outcome::kInsufficientFunds);
  EXPECT_EQ(Post({{account, Amount(-1000)},
                  {rich_, Amount(60)},
                  {account, Amount(940)}})
                .outcome(),
            Outcome::kOk);
  EXPECT_EQ(small_.Balance(account), Amount(0));
  EXPECT_EQ(Post({{account, Amount(940)},
                  {account, Amount(-1000)},
                  {rich_, Amount(60)}})
                .outcome(),
            Outcome::kInsufficientFunds);
  EXPECT_EQ(Post({{account, Amount(5000)},
                  {rich_, Amount(-100)},
                  {account, Amount(-4900)}})
                .outcome(),
            Outcome::kOk);
  EXPECT_EQ(small_.Balance(account), Amount(100));
}

TEST_P(LimitsTest, AnAccountMayMoveNothingOnBalance) {
  const AccountId account = small_.Account(0, {.ceiling = Amount(0)});
  const Receipt receipt = Post({{account, Amount(7)},
                                {rich_, Amount(3)},
                                {account, Amount(-7)},
                                {rich_, Amount(-3)}});
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.Find(account)->before, Amount(0));
  EXPECT_EQ(receipt.Find(account)->after, Amount(0));
  EXPECT_EQ(ledger_.GetAccount(account)->version, receipt.sequence())
      << "it is part of the transfer all the same";
  const History history = ledger_.GetHistory(account).value();
  ASSERT_EQ(history.entries.size(), 2U);
  EXPECT_EQ(history.entries[0].amount, Amount(-7));
  EXPECT_EQ(history.entries[1].amount, Amount(7));
  for (const Entry& row : history.entries) {
    EXPECT_EQ(row.balance_after, Amount(0));
  }
}

TEST_P(LimitsTest, OneAccountAloneCanBeAWholeTransfer) {
  const AccountId account = small_.Account(5);
  const Receipt receipt = Post({{account, Amount(-9)}, {account, Amount(9)}});
  EXPECT_TRUE(receipt.ok());
  ASSERT_EQ(receipt.changes().size(), 1U);
  const History history = ledger_.GetHistory(account, {.limit = 2}).value();
  EXPECT_TRUE(history.entries[0].counterpart.is_none())
      << "there is no other account";
}

// --- Statuses --------------------------------------------------------------

TEST_P(LimitsTest, AFrozenDirectionLeavesTheOtherOneOpen) {
  const AccountId account = small_.Account(100);
  const auto ways = [&](AccountStatus status) {
    EXPECT_EQ(Set(account, status), Outcome::kOk);
    return std::pair(Move(account, rich_, 1), Move(rich_, account, 1));
  };
  using Ways = std::pair<Outcome, Outcome>;
  constexpr Outcome kOk = Outcome::kOk;
  constexpr Outcome kFrozen = Outcome::kAccountFrozen;
  EXPECT_EQ(ways(AccountStatus::kOpen), Ways(kOk, kOk));
  EXPECT_EQ(ways(AccountStatus::kDebitsFrozen), Ways(kFrozen, kOk));
  EXPECT_EQ(ways(AccountStatus::kCreditsFrozen), Ways(kOk, kFrozen));
  EXPECT_EQ(ways(AccountStatus::kFrozen), Ways(kFrozen, kFrozen));
  EXPECT_EQ(ways(AccountStatus::kOpen), Ways(kOk, kOk));
}

TEST_P(LimitsTest, FrozenLooksAtEachLegAndNotAtTheirSum) {
  const AccountId account = small_.Account(100);
  const std::vector<Leg> in = {
      {rich_, Amount(-20)}, {account, Amount(30)}, {account, Amount(-10)}};
  const std::vector<Leg> out = {
      {rich_, Amount(20)}, {account, Amount(10)}, {account, Amount(-30)}};
  ASSERT_EQ(Set(account, AccountStatus::kDebitsFrozen), Outcome::kOk);
  EXPECT_EQ(Post(in).refusal().leg, 2U);
  EXPECT_EQ(Post(out).refusal().leg, 2U);
  ASSERT_EQ(Set(account, AccountStatus::kCreditsFrozen), Outcome::kOk);
  EXPECT_EQ(Post(in).refusal().leg, 1U);
  EXPECT_EQ(Post(out).refusal().leg, 1U);
  EXPECT_EQ(Post(in).outcome(), Outcome::kAccountFrozen);
  ASSERT_EQ(Set(account, AccountStatus::kOpen), Outcome::kOk);
  EXPECT_EQ(Post(in).outcome(), Outcome::kOk);
}

TEST_P(LimitsTest, NothingMovesThroughAClosedAccount) {
  const AccountId account = small_.Account(0, {.floor = Amount(-100)});
  ASSERT_EQ(Set(account, AccountStatus::kClosed), Outcome::kOk);
  EXPECT_EQ(Move(rich_, account, 1), Outcome::kAccountClosed);
  EXPECT_EQ(Move(account, rich_, 1), Outcome::kAccountClosed);
  EXPECT_EQ(Post({{account, Amount(1)}, {account, Amount(-1)}}).outcome(),
            Outcome::kAccountClosed);
  ASSERT_EQ(Set(account, AccountStatus::kOpen), Outcome::kOk);
  EXPECT_EQ(Move(account, rich_, 1), Outcome::kOk);
}

// --- Supply ----------------------------------------------------------------

TEST_P(LimitsTest, NoMoreIsIssuedThanTheCap) {
  const AssetId gems =
      ledger_.CreateAsset({.code = "GEMS", .supply_cap = Amount(500)}).value();
  const AccountId issuer = ledger_.GetAsset(gems)->issuer;
  const AccountId holder = small_.Account(0, {.asset = gems});
  const AccountId other = small_.Account(0, {.asset = gems});
  EXPECT_EQ(Move(issuer, holder, 501), Outcome::kInsufficientFunds);
  EXPECT_EQ(Move(issuer, holder, 300), Outcome::kOk);
  EXPECT_EQ(Move(issuer, other, 200), Outcome::kOk);
  EXPECT_EQ(ledger_.Supply(gems).value(), Amount(500));
  const Receipt more = Move(issuer, holder, Amount(1));
  EXPECT_EQ(more.outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(more.refusal().leg, 0U);
  EXPECT_EQ(more.refusal().account, issuer);
  EXPECT_EQ(more.refusal().limit, Amount(-500));

  // What goes back can be issued again.
  EXPECT_EQ(Move(holder, other, 300), Outcome::kOk);
  EXPECT_EQ(ledger_.Supply(gems).value(), Amount(500));
  EXPECT_EQ(Move(other, issuer, 120), Outcome::kOk);
  EXPECT_EQ(ledger_.Supply(gems).value(), Amount(380));
  EXPECT_EQ(Move(issuer, holder, 121), Outcome::kInsufficientFunds);
  EXPECT_EQ(Move(issuer, holder, 120), Outcome::kOk);
  small_.ExpectSound();
}

TEST_P(LimitsTest, WithoutACapAsMuchIsIssuedAsAnAmountCanSay) {
  const AssetId gems = ledger_.CreateAsset({.code = "GEMS"}).value();
  const AccountId issuer = ledger_.GetAsset(gems)->issuer;
  const AccountId holder = small_.Account(0, {.asset = gems});
  const AccountId other = small_.Account(0, {.asset = gems});
  EXPECT_EQ(ledger_.Supply(gems).value(), Amount(0));
  EXPECT_TRUE(Move(issuer, holder, Amount::Max()).ok());
  EXPECT_EQ(ledger_.Supply(gems).value(), Amount::Max());
  EXPECT_EQ(Move(issuer, other, 1), Outcome::kInsufficientFunds);
  small_.ExpectSound();
}

INSTANTIATE_TEST_SUITE_P(All, LimitsTest, test::EachWay(),
                         testing::PrintToStringParamName());

// --- The range of an amount ------------------------------------------------

class AmountRangeTest : public testing::TestWithParam<Way> {
 protected:
  AccountId Account() { return small_.Account(0, {.floor = Amount::Min()}); }
  // An account with a balance of anything at all.
  AccountId Account(Amount balance) {
    const AccountId made = Account();
    Leg in = {made, balance};
    std::vector<Leg> legs = {in};
    // The smallest amount has no positive twin, so two others give it.
    if (balance == Amount::Min()) {
      legs.push_back({Account(), Amount(1)});
      balance = Add(balance, Amount(1)).value();
    }
    legs.push_back({Account(), Negate(balance).value()});
    EXPECT_TRUE(small_.ledger.Post(legs).ok());
    return made;
  }

  Receipt Post(const std::vector<Leg>& legs) {
    return GetParam().Post(small_.ledger, legs);
  }

  // The outcome of the legs, which must be the same in every order.
  Outcome InEveryOrder(std::vector<Leg> legs) {
    const auto lower = [](const Leg& a, const Leg& b) {
      return std::pair(a.account, a.amount) < std::pair(b.account, b.amount);
    };
    std::sort(legs.begin(), legs.end(), lower);
    const Outcome outcome = PostAndTakeBack(legs);
    while (std::next_permutation(legs.begin(), legs.end(), lower)) {
      EXPECT_EQ(PostAndTakeBack(legs), outcome);
    }
    return outcome;
  }

  // Leaves the balances as they were.
  Outcome PostAndTakeBack(const std::vector<Leg>& legs) {
    const Receipt receipt = Post(legs);
    std::vector<Leg> back;
    for (const Leg& leg : legs) {
      // The negative of the smallest amount, in two legs.
      const Amount most = std::max(leg.amount, Negate(Amount::Max()).value());
      back.push_back({leg.account, Negate(most).value()});
      if (most != leg.amount) back.push_back({leg.account, Amount(1)});
    }
    if (receipt.ok()) {
      EXPECT_TRUE(small_.ledger.Post(back).ok());
    }
    return receipt.outcome();
  }

  SmallLedger small_{
      {.concurrency = GetParam().concurrency, .journal_bytes = 1 << 20}};
  const Amount max_ = Amount::Max();
  const Amount min_ = Amount::Min();
};

TEST_P(AmountRangeTest, BalancesReachBothEnds) {
  const AccountId high = Account();
  const AccountId low = Account();
  EXPECT_TRUE(GetParam().Transfer(small_.ledger, low, high, max_).ok());
  EXPECT_EQ(small_.Balance(high), max_);
  EXPECT_EQ(small_.Balance(low), Negate(max_).value());
  EXPECT_EQ(
      GetParam().Transfer(small_.ledger, Account(), high, Amount(1)).outcome(),
      Outcome::kAmountOverflow);
  EXPECT_TRUE(
      GetParam().Transfer(small_.ledger, low, Account(), Amount(1)).ok());
  EXPECT_EQ(small_.Balance(low), min_);
  const Receipt below =
      GetParam().Transfer(small_.ledger, low, Account(), Amount(1));
  EXPECT_EQ(below.outcome(), Outcome::kAmountOverflow)
      << "and not funds: there is no such number";
  EXPECT_EQ(below.refusal().leg, 0U);
  small_.ExpectSound();
}

TEST_P(AmountRangeTest, ABalanceMayGoFromOneEndToTheOther) {
  const AccountId low = Account(min_);
  const AccountId others[] = {Account(), Account(), Account()};
  // min + max + max + 1 = max
  EXPECT_EQ(InEveryOrder({{low, max_},
                          {low, max_},
                          {low, Amount(1)},
                          {others[0], Negate(max_).value()},
                          {others[1], Negate(max_).value()},
                          {others[2], Amount(-1)}}),
            Outcome::kOk);
  EXPECT_EQ(InEveryOrder({{low, max_},
                          {low, max_},
                          {low, Amount(2)},
                          {others[0], Negate(max_).value()},
                          {others[1], Negate(max_).value()},
                          {others[2], Amount(-2)}}),
            Outcome::kAmountOverflow);
}

TEST_P(AmountRangeTest, OnlyTheResultMustFit) {
  const AccountId full = Account(max_);
  const AccountId other = Account();
  EXPECT_EQ(InEveryOrder({{full, Amount(1)},
                          {full, Amount(-1)},
                          {other, max_},
                          {other, Negate(max_).value()}}),
            Outcome::kOk);
  EXPECT_EQ(InEveryOrder({{full, max_}, {full, min_}, {other, Amount(1)}}),
            Outcome::kOk);
  EXPECT_EQ(
      InEveryOrder(
          {{full, max_}, {full, Amount(-7)}, {full, min_}, {other, Amount(8)}}),
      Outcome::kOk);
  EXPECT_EQ(
      InEveryOrder(
          {{full, max_}, {full, Amount(2)}, {full, min_}, {other, Amount(-1)}}),
      Outcome::kAmountOverflow);
}

TEST_P(AmountRangeTest, SumsFarOutOfRangeAreExact) {
  const AccountId account = Account();
  const AccountId other = Account();
  // Eight times the smallest amount and back: 2^130 on the way.
  std::vector<Leg> legs(8, {account, min_});
  legs.insert(legs.end(), 8, {account, max_});
  legs.push_back({other, Amount(8)});
  EXPECT_TRUE(Post(legs).ok());
  EXPECT_EQ(small_.Balance(account), Amount(-8));

  legs.back() = {other, Amount(7)};
  EXPECT_EQ(Post(legs).outcome(), Outcome::kUnbalanced);
  EXPECT_EQ(Post(legs).refusal().required, Amount(-1));

  // 2^128 in all is not zero, though its last 128 bits are.
  const std::vector<Leg> wrapped = {
      {account, max_}, {account, max_}, {other, Amount(2)}};
  const Receipt receipt = Post(wrapped);
  EXPECT_EQ(receipt.outcome(), Outcome::kUnbalanced);
  EXPECT_EQ(receipt.refusal().required, max_) << "as much as can be said";
  EXPECT_EQ(Post({{account, min_}, {other, min_}}).refusal().required, min_);
}

TEST_P(AmountRangeTest, WhatIsRequiredIsSaidAsFarAsItCanBe) {
  const AccountId poor = small_.Account();
  const AccountId other = Account();
  const Receipt receipt =
      Post({{poor, min_}, {other, max_}, {other, Amount(1)}});
  EXPECT_EQ(receipt.outcome(), Outcome::kAmountOverflow)
      << "which the other one meets, and is checked before funds";
  const Receipt funds =
      Post({{poor, min_}, {Account(), max_}, {other, Amount(1)}});
  EXPECT_EQ(funds.outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(funds.refusal().required, max_);
}

INSTANTIATE_TEST_SUITE_P(All, AmountRangeTest, test::EachWay(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep
