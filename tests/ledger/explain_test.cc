#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/posting/receipt_writer.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::SmallLedger;

// A receipt as the engine would write it.
Receipt Refused(Outcome outcome, const Refusal& refusal = {}) {
  Receipt receipt;
  engine::ReceiptWriter(receipt).Refuse(outcome, 0, refusal);
  return receipt;
}

class ExplainTest : public testing::Test {
 protected:
  std::string Transfer(AccountId from, AccountId to, std::int64_t amount) {
    return ledger_.Explain(ledger_.Transfer(from, to, Amount(amount)));
  }
  std::string Post(const std::vector<Leg>& legs) {
    return ledger_.Explain(ledger_.Post(legs));
  }

  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  AssetId gems_ = ledger_.CreateAsset({.code = "GEMS"}).value();
  AccountId plain_ = small_.Account(100'000);          // 3
  AccountId bob_ = small_.Account(0, {.key = "bob"});  // 4
  AccountId capped_ = small_.Account(
      9'000, {.ceiling = Amount(10'000), .label = "purse"});   // 5
  AccountId jeweller_ = small_.Account(50, {.asset = gems_});  // 6
  AccountId alice_ =
      small_.Account(1'000, {.key = "a1", .label = "alice"});  // 7
};

TEST_F(ExplainTest, SaysWhatThereIsAndWhatIsNeeded) {
  EXPECT_EQ(Transfer(alice_, plain_, 15'000),
            "insufficient funds: account 7 (alice) has 10.00 GOLD, needs "
            "150.00");
}

TEST_F(ExplainTest, CountsTheLegsOfAnAccountTogether) {
  EXPECT_EQ(Post({{plain_, Amount(12'345)},
                  {alice_, Amount(-10'000)},
                  {alice_, Amount(-2'345)}}),
            "insufficient funds: account 7 (alice) has 10.00 GOLD, needs "
            "123.45");
}

TEST_F(ExplainTest, NamesTheFloorWhereItIsNotZero) {
  const AccountId debtor =
      small_.Account(0, {.floor = Amount(-500), .label = "carol"});
  ASSERT_EQ(debtor, AccountId(8));
  ASSERT_TRUE(ledger_.Transfer(debtor, plain_, Amount(200)).ok());
  EXPECT_EQ(Transfer(debtor, plain_, 301),
            "insufficient funds: account 8 (carol) has -2.00 GOLD and a floor "
            "of -5.00, needs 3.01");
}

TEST_F(ExplainTest, WritesAmountsWithTheDecimalsOfTheirAsset) {
  EXPECT_EQ(Transfer(jeweller_, ledger_.GetAsset(gems_)->issuer, 51),
            "insufficient funds: account 6 has 50 GEMS, needs 51");
}

TEST_F(ExplainTest, NamesAnAccountByLabelElseByKeyElseById) {
  EXPECT_NE(Transfer(alice_, plain_, 15'000).find("account 7 (alice) "),
            std::string::npos);
  EXPECT_NE(Transfer(bob_, plain_, 15'000).find("account 4 (bob) "),
            std::string::npos);
  EXPECT_NE(Transfer(plain_, bob_, 200'000).find("account 3 has "),
            std::string::npos);
}

TEST_F(ExplainTest, SaysHowMuchTooMuchItWouldBe) {
  EXPECT_EQ(Transfer(plain_, capped_, 1'001),
            "above ceiling: account 5 (purse) has 90.00 GOLD and a ceiling of "
            "100.00, would get 10.01");
}

TEST_F(ExplainTest, SaysWhichLegsAreWrong) {
  EXPECT_EQ(Post({{plain_, Amount(-5)}, {bob_, Amount(0)}, {bob_, Amount(5)}}),
            "zero amount: leg 1 (account 4 (bob)) is zero");
  EXPECT_EQ(Post({{plain_, Amount(-5)}, {AccountId(99), Amount(5)}}),
            "unknown account: there is no account 99 (leg 1)");
  EXPECT_EQ(Transfer(AccountId(), bob_, 5),
            "unknown account: there is no account 0 (leg 0)");
  EXPECT_EQ(Transfer(alice_, alice_, 5),
            "same account: account 7 (alice) is on both sides");
  EXPECT_EQ(Transfer(alice_, jeweller_, 5),
            "assets differ: account 6 holds GEMS, the payer something else");
}

TEST_F(ExplainTest, SaysWhatTheLegsSumTo) {
  EXPECT_EQ(Post({{alice_, Amount(-500)}, {bob_, Amount(505)}}),
            "unbalanced: the legs sum to 0.05 GOLD, not to zero");
  EXPECT_EQ(
      Post({{alice_, Amount(-5)}, {bob_, Amount(5)}, {jeweller_, Amount(-3)}}),
      "unbalanced: the legs sum to -3 GEMS, not to zero");
}

TEST_F(ExplainTest, SaysWhoIsClosedOrFrozen) {
  ASSERT_EQ(ledger_.SetStatus(bob_, AccountStatus::kClosed), Outcome::kOk);
  EXPECT_EQ(Transfer(alice_, bob_, 5),
            "account closed: account 4 (bob) is closed (leg 1)");
  ASSERT_EQ(ledger_.SetStatus(alice_, AccountStatus::kDebitsFrozen),
            Outcome::kOk);
  EXPECT_EQ(Transfer(alice_, plain_, 5),
            "account frozen: account 7 (alice) is frozen in this direction "
            "(leg 0)");
}

TEST_F(ExplainTest, SaysWhoCannotHoldSoMuch) {
  const AccountId source = small_.Account(0, {.floor = Amount::Min()});
  ASSERT_TRUE(ledger_.Transfer(source, bob_, Amount::Max()).ok());
  EXPECT_EQ(Transfer(plain_, bob_, 100),
            "amount overflow: account 4 (bob) has "
            "1701411834604692317316873037158841057.27 GOLD, too much for a "
            "change by 1.00");
}

TEST_F(ExplainTest, SaysWhatWasPosted) {
  EXPECT_EQ(Transfer(plain_, bob_, 5), "posted: 2 accounts changed");
  EXPECT_EQ(
      Post({{plain_, Amount(-5)}, {bob_, Amount(4)}, {alice_, Amount(1)}}),
      "posted: 3 accounts changed");
}

TEST_F(ExplainTest, SaysWhatOtherOutcomesMean) {
  EXPECT_EQ(Transfer(plain_, bob_, 0), "zero amount: an amount is zero");
  EXPECT_EQ(Transfer(plain_, bob_, -5),
            "negative amount: the amount of a transfer with a direction is "
            "negative");
  EXPECT_EQ(Post({}), "no legs: the transfer has no legs");
}

// Whatever the outcome, and however little is known of it, there is a sentence
// that begins with its name.
TEST_F(ExplainTest, HasASentenceForEveryOutcome) {
  Refusal odd;
  odd.leg = 3;
  odd.account = AccountId(99);
  odd.asset = AssetId(99);
  for (std::size_t i = 1; i < kOutcomeCount; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    std::string title(OutcomeName(outcome));
    std::replace(title.begin(), title.end(), '_', ' ');
    for (const Refusal& refusal : {Refusal(), odd}) {
      const std::string sentence = ledger_.Explain(Refused(outcome, refusal));
      EXPECT_EQ(sentence.rfind(title + ": ", 0), 0U) << sentence;
      EXPECT_GT(sentence.size(), title.size() + 2) << sentence;
      EXPECT_NE(sentence.back(), '.') << sentence;
    }
  }
  EXPECT_EQ(
      ledger_.Explain(Refused(Outcome::kBusy)),
      "busy: what it needs stayed locked for longer than the caller waits");
}

TEST_F(ExplainTest, KnowsLessOfAReceiptFromElsewhere) {
  Refusal refusal;
  refusal.account = AccountId(99);
  refusal.asset = AssetId(99);
  refusal.available = Amount(10);
  refusal.required = Amount(20);
  EXPECT_EQ(ledger_.Explain(Refused(Outcome::kInsufficientFunds, refusal)),
            "insufficient funds: account 99 has 10 asset 99, needs 20");
}

TEST_F(ExplainTest, SaysTheMeaningOnceTheLedgerWasMovedFrom) {
  const Receipt receipt = ledger_.Transfer(alice_, plain_, Amount(15'000));
  const Ledger moved_into = std::move(ledger_);
  EXPECT_EQ(ledger_.Explain(receipt),
            OutcomeMeaning(Outcome::kInsufficientFunds));
  EXPECT_EQ(ledger_.Explain(Receipt()), OutcomeMeaning(Outcome::kLedgerClosed));
}

}  // namespace
}  // namespace lockstep
