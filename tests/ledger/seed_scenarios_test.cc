// Three scenarios that any engine for transfers is asked for first.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string_view>
#include <vector>

#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"
#include "tests/support/threads.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::Scaled;
using test::SmallLedger;
using test::Watchdog;

// What people type, in GOLD.
Amount Gold(std::string_view text) { return ParseDecimal(text, 2).value(); }

// --- A transfer that is validated, recorded and answered -------------------

class ValidatedTransferTest : public testing::Test {
 protected:
  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  AccountId tenant_ = small_.Account(50'000, {.label = "tenant"});
  AccountId landlord_ = small_.Account(2'000, {.label = "landlord"});
};

TEST_F(ValidatedTransferTest, RefusesAnAmountThatIsNotPositive) {
  EXPECT_EQ(ledger_.Transfer(tenant_, landlord_, Gold("0.00")).outcome(),
            Outcome::kZeroAmount);
  EXPECT_EQ(ledger_.Transfer(tenant_, landlord_, Gold("-150.00")).outcome(),
            Outcome::kNegativeAmount);
}

TEST_F(ValidatedTransferTest, RefusesTheSameAccountOnBothSides) {
  EXPECT_EQ(ledger_.Transfer(tenant_, tenant_, Gold("150.00")).outcome(),
            Outcome::kSameAccount);
}

TEST_F(ValidatedTransferTest, RefusesAnAccountThatIsNotFound) {
  const AccountId nobody(404);
  const Receipt from = ledger_.Transfer(nobody, landlord_, Gold("150.00"));
  EXPECT_EQ(from.outcome(), Outcome::kUnknownAccount);
  EXPECT_EQ(from.refusal().account, nobody);
  EXPECT_EQ(ledger_.Transfer(tenant_, nobody, Gold("150.00")).outcome(),
            Outcome::kUnknownAccount);
}

TEST_F(ValidatedTransferTest, RefusesMoreThanIsAvailableAndSaysHowMuch) {
  const Receipt receipt = ledger_.Transfer(landlord_, tenant_, Gold("150.00"));
  EXPECT_EQ(receipt.outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(receipt.refusal().available, Gold("20.00"));
  EXPECT_EQ(receipt.refusal().required, Gold("150.00"));
  EXPECT_EQ(ledger_.Explain(receipt),
            "insufficient funds: account 3 (landlord) has 20.00 GOLD, needs "
            "150.00");
  EXPECT_EQ(small_.Balance(landlord_), Gold("20.00"));
  EXPECT_EQ(small_.Balance(tenant_), Gold("500.00"));
}

TEST_F(ValidatedTransferTest, AnswersWithTheNewBalancesAndTheAttempt) {
  const Receipt receipt = ledger_.Transfer(tenant_, landlord_, Gold("150.00"));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.attempts(), 1U);
  EXPECT_EQ(FormatDecimal(receipt.Find(tenant_)->after, 2), "350.00");
  EXPECT_EQ(FormatDecimal(receipt.Find(landlord_)->after, 2), "170.00");
  EXPECT_EQ(small_.Balance(tenant_), Gold("350.00"));
  EXPECT_EQ(small_.Balance(landlord_), Gold("170.00"));
}

TEST_F(ValidatedTransferTest, LogsBothSidesOfTheTransfer) {
  constexpr std::uint32_t kRent = 12;
  ASSERT_EQ(ledger_.Advance(Tick(77)), Outcome::kOk);
  const Receipt receipt =
      ledger_.Transfer(tenant_, landlord_, Gold("150.00"),
                       {.description = "Rent payment", .code = kRent});
  const Entry out = ledger_.GetHistory(tenant_).value().entries.front();
  const Entry in = ledger_.GetHistory(landlord_).value().entries.front();

  EXPECT_EQ(out.account, tenant_);
  EXPECT_EQ(out.amount, Gold("-150.00"));
  EXPECT_EQ(out.balance_after, Gold("350.00"));
  EXPECT_EQ(out.counterpart, landlord_);
  EXPECT_EQ(out.leg, 0U);

  EXPECT_EQ(in.account, landlord_);
  EXPECT_EQ(in.amount, Gold("150.00"));
  EXPECT_EQ(in.balance_after, Gold("170.00"));
  EXPECT_EQ(in.counterpart, tenant_);
  EXPECT_EQ(in.leg, 1U);

  for (const Entry& row : {out, in}) {
    EXPECT_EQ(row.description, "Rent payment");
    EXPECT_EQ(row.code, kRent);
    EXPECT_EQ(row.asset, small_.gold);
    EXPECT_EQ(row.sequence, receipt.sequence());
    EXPECT_EQ(row.tick, Tick(77));
  }
}

TEST_F(ValidatedTransferTest, LogsNothingOfARefusedOne) {
  JournalCursor cursor = ledger_.OpenJournal().value();
  ASSERT_EQ(cursor.Read().value().entries.size(), 4U);
  EXPECT_FALSE(ledger_.Transfer(landlord_, tenant_, Gold("150.00")).ok());
  EXPECT_TRUE(cursor.Read().value().entries.empty());
}

// --- Transfers back and forth, at the same time ----------------------------

class OppositeTransfersTest : public testing::Test {
 protected:
  const Watchdog watchdog_;
  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
  AccountId one_ = small_.Account(1'000);
  AccountId other_ = small_.Account(1'000);
};

TEST_F(OppositeTransfersTest, OneTransferIsARecordTwoEntriesAndTwoBalances) {
  const Receipt transfer = ledger_.Transfer(one_, other_, Amount(10));
  ASSERT_TRUE(transfer.ok());
  ASSERT_EQ(transfer.changes().size(), 2U);

  JournalCursor cursor = ledger_.OpenJournal().value();
  std::vector<Entry> entries = cursor.Read().value().entries;
  std::erase_if(entries, [&](const Entry& entry) {
    return entry.sequence != transfer.sequence();
  });
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].account, one_);
  EXPECT_EQ(entries[0].amount, Amount(-10));
  EXPECT_EQ(entries[1].account, other_);
  EXPECT_EQ(entries[1].amount, Amount(10));
  for (const Entry& entry : entries) {
    EXPECT_EQ(entry.balance_after, transfer.Find(entry.account)->after);
    EXPECT_EQ(entry.balance_after, small_.Balance(entry.account));
  }
}

using ConcurrentOppositeTransfersTest = OppositeTransfersTest;

TEST_F(ConcurrentOppositeTransfersTest, FiveEachWayEndWhereTheyBegan) {
  std::vector<Receipt> receipts(10);
  test::RunThreads(10, [&](int thread) {
    const bool is_back = thread % 2 == 1;
    receipts[static_cast<std::size_t>(thread)] = ledger_.Transfer(
        is_back ? other_ : one_, is_back ? one_ : other_, Amount(10));
  });
  // In the order in which they came about, each found what the one before left.
  std::map<Sequence, const Receipt*> in_order;
  for (const Receipt& receipt : receipts) {
    ASSERT_TRUE(receipt.ok());
    in_order[receipt.sequence()] = &receipt;
  }
  EXPECT_EQ(in_order.size(), receipts.size());
  Amount balance(1'000);
  for (const auto& [sequence, receipt] : in_order) {
    EXPECT_EQ(receipt->Find(one_)->before, balance);
    balance = receipt->Find(one_)->after;
    EXPECT_EQ(Add(balance, receipt->Find(other_)->after).value(),
              Amount(2'000));
  }
  EXPECT_EQ(small_.Balance(one_), Amount(1'000));
  EXPECT_EQ(small_.Balance(other_), Amount(1'000));
  small_.ExpectSound();
}

TEST_F(ConcurrentOppositeTransfersTest, AMillionOnEightThreadsDoNotDeadlock) {
  constexpr int kThreads = 8;
  const std::uint64_t each = Scaled(1'000'000) / kThreads;
  const AccountId deep_one = small_.Account(1'000'000'000);
  const AccountId deep_other = small_.Account(1'000'000'000);
  test::RunThreads(kThreads, [&](int thread) {
    const bool is_back = thread % 2 == 1;
    const AccountId from = is_back ? deep_other : deep_one;
    const AccountId to = is_back ? deep_one : deep_other;
    for (std::uint64_t i = 0; i < each; ++i) {
      if (!ledger_.Transfer(from, to, Amount(10)).ok()) {
        ADD_FAILURE() << "a transfer was refused";
        return;
      }
    }
  });
  EXPECT_EQ(small_.Balance(deep_one), Amount(1'000'000'000));
  EXPECT_EQ(small_.Balance(deep_other), Amount(1'000'000'000));
  EXPECT_EQ(ledger_.GetStats().posted(), kThreads * each + 4);
  small_.ExpectSound();
}

// --- One event that books several legs at once -----------------------------

// Accounts by owner and purpose, and an event that ties the rows together.
class ManyLeggedBookingTest : public testing::Test {
 protected:
  static constexpr PurposeId kPrepaid{1};
  static constexpr PurposeId kFees{2};

  void Open(std::uint64_t owner, PurposeId purpose, std::int64_t balance = 0) {
    small_.Account(balance, {.owner = OwnerId(owner), .purpose = purpose});
  }
  AccountId Find(std::uint64_t owner, PurposeId purpose) {
    return ledger_.FindAccount(OwnerId(owner), purpose, small_.gold).value();
  }

  Amount PrepaidOf(std::uint64_t owner) {
    return small_.Balance(Find(owner, kPrepaid));
  }

  // Books an equal amount from owner 0's prepaid account to everybody else's,
  // in one transfer of so many legs.
  void BookAndCheck(std::size_t leg_count);

  SmallLedger small_;
  Ledger& ledger_ = small_.ledger;
};

TEST_F(ManyLeggedBookingTest, OneAccountPaysTwoInOneBooking) {
  Open(1, kPrepaid, 1'000);
  Open(2, kPrepaid);
  Open(1, kFees);
  Open(3, kFees);
  const Bits128 event = {0, 4711};
  const Receipt booking = ledger_.Post({{Find(1, kPrepaid), Amount(-100)},
                                        {Find(2, kPrepaid), Amount(95)},
                                        {Find(3, kFees), Amount(5)}},
                                       {.user_data = event});
  ASSERT_TRUE(booking.ok());
  EXPECT_EQ(PrepaidOf(1), Amount(900));
  EXPECT_EQ(PrepaidOf(2), Amount(95));
  EXPECT_EQ(small_.Balance(Find(3, kFees)), Amount(5));
  EXPECT_EQ(small_.Balance(Find(1, kFees)), Amount(0));
  for (const AccountId account :
       {Find(1, kPrepaid), Find(2, kPrepaid), Find(3, kFees)}) {
    const Entry row = ledger_.GetHistory(account).value().entries.front();
    EXPECT_EQ(row.user_data, event);
    EXPECT_EQ(row.sequence, booking.sequence());
    EXPECT_TRUE(row.counterpart.is_none()) << "there are two others";
  }
}

void ManyLeggedBookingTest::BookAndCheck(std::size_t leg_count) {
  const Bits128 event = {leg_count, 1};
  std::vector<Leg> legs;
  for (std::size_t i = 1; i < leg_count; ++i) {
    legs.push_back({Find(1 + i, kPrepaid), Amount(10)});
  }
  const Amount total(10 * (leg_count - 1));
  // The payer in the middle: its place among the legs does not matter.
  legs.insert(legs.begin() + static_cast<std::ptrdiff_t>(legs.size() / 2),
              {Find(1, kPrepaid), Negate(total).value()});
  const Amount before = PrepaidOf(1);
  const Receipt booking = ledger_.Post(legs, {.user_data = event});
  ASSERT_TRUE(booking.ok());
  EXPECT_EQ(booking.changes().size(), leg_count);
  EXPECT_EQ(PrepaidOf(1), Subtract(before, total).value());

  std::size_t rows = 0;
  for (const Leg& leg : legs) {
    const History history =
        ledger_.GetHistory(leg.account, {.limit = 1}).value();
    const Entry& row = history.entries.front();
    EXPECT_EQ(row.user_data, event);
    EXPECT_EQ(row.sequence, booking.sequence());
    EXPECT_EQ(row.leg, rows++);
    EXPECT_EQ(row.amount, leg.amount);
    EXPECT_EQ(row.balance_after, small_.Balance(leg.account));
  }
}

TEST_F(ManyLeggedBookingTest, AnyNumberOfLegsIsBookedAsOne) {
  Open(1, kPrepaid, 1'000'000);
  for (std::uint64_t owner = 2; owner <= kMaxLegs; ++owner) {
    Open(owner, kPrepaid);
  }
  for (std::size_t legs = 2; legs <= kMaxLegs; ++legs) {
    SCOPED_TRACE(legs);
    BookAndCheck(legs);
  }
  // Each owner was paid in every booking that had a leg for it.
  for (std::uint64_t owner = 2; owner <= kMaxLegs; ++owner) {
    EXPECT_EQ(PrepaidOf(owner), Amount(10 * (kMaxLegs - owner + 1)));
  }
  small_.ExpectSound();
}

TEST_F(ManyLeggedBookingTest, AllLegsAreBookedOrNone) {
  Open(1, kPrepaid, 100);
  Open(2, kPrepaid);
  Open(3, kFees);
  const Receipt booking = ledger_.Post({{Find(2, kPrepaid), Amount(95)},
                                        {Find(3, kFees), Amount(6)},
                                        {Find(1, kPrepaid), Amount(-101)}});
  EXPECT_EQ(booking.outcome(), Outcome::kInsufficientFunds);
  EXPECT_EQ(booking.refusal().leg, 2U);
  EXPECT_EQ(PrepaidOf(1), Amount(100));
  EXPECT_EQ(PrepaidOf(2), Amount(0));
  EXPECT_EQ(small_.Balance(Find(3, kFees)), Amount(0));
}

using ConcurrentManyLeggedBookingTest = ManyLeggedBookingTest;

TEST_F(ConcurrentManyLeggedBookingTest, BookingsInOppositeOrdersDoNotDeadlock) {
  const Watchdog watchdog;
  const std::vector<AccountId> accounts = small_.Accounts(5, 1'000'000);
  const std::uint64_t rounds = Scaled(20'000);
  test::RunThreads(6, [&](int thread) {
    // Each thread has the accounts in an order of its own, and pays from the
    // first to the others.
    std::vector<AccountId> mine = accounts;
    std::rotate(mine.begin(), mine.begin() + thread % 5, mine.end());
    if (thread % 2 == 1) std::reverse(mine.begin(), mine.end());
    const std::vector<Leg> legs = {{mine[0], Amount(-4)},
                                   {mine[1], Amount(1)},
                                   {mine[2], Amount(1)},
                                   {mine[3], Amount(1)},
                                   {mine[4], Amount(1)}};
    for (std::uint64_t i = 0; i < rounds; ++i) {
      EXPECT_TRUE(ledger_.Post(legs).ok());
    }
  });
  EXPECT_EQ(ledger_.Supply(small_.gold).value(), Amount(5'000'000));
  small_.ExpectSound();
}

}  // namespace
}  // namespace lockstep
