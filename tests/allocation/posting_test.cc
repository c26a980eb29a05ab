// Posting and refusing take no memory.

#include <gtest/gtest.h>

#include <new>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "engine/base/pages.h"
#include "tests/allocation/scarce_memory.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::CountAllocations;
using test::SmallLedger;

// So few that their records fit into one chunk of the journal.
constexpr int kTransfers = 100;

// With one concurrency or the other, and with the journal on or off.
class PostingMemoryTest
    : public testing::TestWithParam<std::tuple<Concurrency, bool>> {
 protected:
  static LedgerOptions Options() {
    LedgerOptions options;
    options.concurrency = std::get<Concurrency>(GetParam());
    if (!std::get<bool>(GetParam())) options.journal_bytes = 0;
    return options;
  }
};

TEST_P(PostingMemoryTest, ATransferTakesNone) {
  SmallLedger small(Options());
  const AccountId one = small.Account(1'000);
  const AccountId other = small.Account(1'000);
  Session session = small.ledger.OpenSession().value();
  ASSERT_TRUE(session.Transfer(one, other, Amount(1)).ok());
  const std::string description(kMaxDescriptionBytes, 'd');

  const CountAllocations allocations;
  for (int i = 0; i < kTransfers; ++i) {
    ASSERT_TRUE(small.ledger.Transfer(one, other, Amount(1)).ok());
    ASSERT_TRUE(session
                    .Transfer(other, one, Amount(1),
                              {.description = description, .code = 7})
                    .ok());
  }
  EXPECT_EQ(allocations.count(), 0U);
}

TEST_P(PostingMemoryTest, APostTakesNoneHoweverManyLegs) {
  for (std::size_t count = 2; count <= kMaxLegs; ++count) {
    SmallLedger small(Options());
    std::vector<Leg> legs;
    for (std::size_t i = 1; i < count; ++i) {
      legs.push_back({small.Account(), Amount(1)});
    }
    legs.push_back({small.Account(1'000), Amount(1 - static_cast<int>(count))});
    // What Account posted may have been to the last of a chunk.
    Session session = small.ledger.OpenSession().value();
    ASSERT_TRUE(session.Post(legs).ok());

    const CountAllocations allocations;
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(session.Post(legs).ok());
    EXPECT_EQ(allocations.count(), 0U) << count << " legs";
  }
}

// As many assets as there can be legs of.
TEST_P(PostingMemoryTest, APostTakesNoneHoweverManyAssets) {
  SmallLedger small(Options());
  std::vector<Leg> legs;
  while (legs.size() < kMaxLegs) {
    const std::string code = "ASSET" + std::to_string(legs.size());
    const AssetId asset = small.ledger.CreateAsset({.code = code}).value();
    legs.push_back({small.ledger.GetAsset(asset)->issuer, Amount(-1)});
    legs.push_back({small.Account(0, {.asset = asset}), Amount(1)});
  }
  ASSERT_TRUE(small.ledger.Post(legs).ok());
  const CountAllocations allocations;
  ASSERT_TRUE(small.ledger.Post(legs).ok());
  legs.pop_back();
  ASSERT_EQ(small.ledger.Post(legs).outcome(), Outcome::kUnbalanced);
  EXPECT_EQ(allocations.count(), 0U);
}

TEST_P(PostingMemoryTest, ARefusalTakesNone) {
  SmallLedger small(Options());
  Ledger& ledger = small.ledger;
  const AccountId rich = small.Account(1'000);
  const AccountId poor = small.Account();
  const AccountId capped = small.Account(0, {.ceiling = Amount(5)});
  const AccountId frozen = small.Account(0, {.status = AccountStatus::kFrozen});
  const AccountId closed = small.Account(0, {.status = AccountStatus::kClosed});
  const AssetId gems = ledger.CreateAsset({.code = "GEMS"}).value();
  const AccountId jeweller = small.Account(10, {.asset = gems});
  const AccountId full = small.Account();
  const AccountId debtor = small.Account(0, {.floor = Amount::Min()});
  ASSERT_TRUE(ledger.Transfer(debtor, full, Amount::Max()).ok());
  const AccountId nobody(99);
  const std::string long_text(kMaxDescriptionBytes + 1, 'd');
  const std::vector<Leg> too_many(kMaxLegs + 1, {rich, Amount(1)});

  const auto transfer = [&](AccountId from, AccountId to, std::int64_t amount) {
    return ledger.Transfer(from, to, Amount(amount)).outcome();
  };
  const auto post = [&](AccountId from, AccountId to, std::int64_t amount) {
    return ledger.Post({{from, Amount(-amount)}, {to, Amount(amount)}})
        .outcome();
  };
  const auto refuse_all = [&] {
    EXPECT_EQ(transfer(rich, poor, 0), Outcome::kZeroAmount);
    EXPECT_EQ(transfer(rich, poor, -1), Outcome::kNegativeAmount);
    EXPECT_EQ(transfer(rich, rich, 1), Outcome::kSameAccount);
    EXPECT_EQ(transfer(rich, jeweller, 1), Outcome::kAssetsDiffer);
    EXPECT_EQ(ledger.Transfer(rich, poor, Amount(1), {.description = long_text})
                  .outcome(),
              Outcome::kDescriptionTooLong);
    EXPECT_EQ(ledger.Post(std::span<const Leg>()).outcome(), Outcome::kNoLegs);
    EXPECT_EQ(ledger.Post(too_many).outcome(), Outcome::kTooManyLegs);
    EXPECT_EQ(post(rich, jeweller, 1), Outcome::kUnbalanced);
    EXPECT_EQ(post(rich, poor, 0), Outcome::kZeroAmount);
    EXPECT_EQ(transfer(rich, nobody, 1), Outcome::kUnknownAccount);
    EXPECT_EQ(post(rich, nobody, 1), Outcome::kUnknownAccount);
    EXPECT_EQ(transfer(rich, closed, 1), Outcome::kAccountClosed);
    EXPECT_EQ(post(rich, closed, 1), Outcome::kAccountClosed);
    EXPECT_EQ(transfer(rich, frozen, 1), Outcome::kAccountFrozen);
    EXPECT_EQ(post(rich, frozen, 1), Outcome::kAccountFrozen);
    EXPECT_EQ(transfer(rich, full, 1), Outcome::kAmountOverflow);
    EXPECT_EQ(post(rich, full, 1), Outcome::kAmountOverflow);
    EXPECT_EQ(transfer(poor, rich, 1), Outcome::kInsufficientFunds);
    EXPECT_EQ(post(poor, rich, 1), Outcome::kInsufficientFunds);
    EXPECT_EQ(transfer(rich, capped, 6), Outcome::kAboveCeiling);
    EXPECT_EQ(post(rich, capped, 6), Outcome::kAboveCeiling);
  };
  const CountAllocations allocations;
  refuse_all();
  EXPECT_EQ(allocations.count(), 0U);
}

TEST_P(PostingMemoryTest, LookingTakesNoneEither) {
  SmallLedger small(Options());
  Ledger& ledger = small.ledger;
  const std::string code(kMaxAssetCodeBytes, 'X');
  const std::string key(kMaxKeyBytes, 'k');
  const AssetId asset = ledger.CreateAsset({.code = code}).value();
  const AccountId account = small.Account(
      5, {.asset = asset, .owner = OwnerId(1), .key = key, .key_bits = {1, 2}});

  const CountAllocations allocations;
  EXPECT_EQ(ledger.Balance(account).value(), Amount(5));
  EXPECT_EQ(ledger.FindAsset(code).value(), asset);
  EXPECT_EQ(ledger.FindAccount(key).value(), account);
  EXPECT_EQ(ledger.FindAccount(Bits128{1, 2}).value(), account);
  EXPECT_EQ(ledger.FindAccount(OwnerId(1), {}, asset).value(), account);
  EXPECT_EQ(ledger.SetStatus(account, AccountStatus::kFrozen), Outcome::kOk);
  EXPECT_EQ(ledger.Advance(Tick(1)), Outcome::kOk);
  EXPECT_EQ(ledger.GetStats().posted(), 1U);
  EXPECT_EQ(allocations.count(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    All, PostingMemoryTest,
    testing::Combine(testing::Values(Concurrency::kMultiThread,
                                     Concurrency::kSingleThread),
                     testing::Bool()),
    [](const auto& param) {
      return std::string(std::get<Concurrency>(param.param) ==
                                 Concurrency::kMultiThread
                             ? "MultiThread"
                             : "SingleThread") +
             (std::get<bool>(param.param) ? "WithJournal" : "WithoutJournal");
    });

// The counters themselves, without which the tests above could not fail.
TEST(CountAllocationsTest, SeesEveryFormOfNew) {
  // Called as functions, because a compiler may leave out expressions.
  constexpr std::align_val_t kWide{128};
  const CountAllocations allocations;
  ::operator delete(::operator new(8));
  ::operator delete[](::operator new[](8));
  ::operator delete(::operator new(8, std::nothrow));
  ::operator delete[](::operator new[](8, std::nothrow));
  ::operator delete(::operator new(8, kWide), kWide);
  ::operator delete[](::operator new[](8, kWide), kWide);
  ::operator delete(::operator new(8, kWide, std::nothrow), kWide);
  ::operator delete[](::operator new[](8, kWide, std::nothrow), kWide);
  EXPECT_EQ(allocations.count(), 8U);
}

TEST(CountAllocationsTest, SeesMemoryStraightFromTheSystem) {
  const CountAllocations allocations;
  EXPECT_FALSE(engine::Pages::Allocate(4096).empty());
  EXPECT_EQ(allocations.count(), 1U);
}

}  // namespace
}  // namespace lockstep
