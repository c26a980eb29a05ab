#include "engine/accounts/account_table.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

// Crosses several of the table's segments, the first of which has 4096.
constexpr std::uint64_t kManyAccounts = 40'000;

AccountId AddOne(AccountTable& table, Int128 floor = 0,
                 const ColdAccount& cold = {}) {
  EXPECT_TRUE(table.ReserveOne());
  return table.Add(AssetId(1), floor, AccountStatus::kOpen, cold);
}

TEST(AccountTableTest, NumbersAccountsFromOneWithoutGaps) {
  AccountTable table;
  EXPECT_EQ(table.count(), 0U);
  for (std::uint64_t id = 1; id <= kManyAccounts; ++id) {
    ASSERT_EQ(AddOne(table), AccountId(id));
    ASSERT_EQ(table.count(), id);
  }
}

TEST(AccountTableTest, ContainsNothingButItsAccounts) {
  AccountTable table;
  EXPECT_FALSE(table.Contains(AccountId())) << "none, of none";
  EXPECT_FALSE(table.Contains(AccountId(1)));
  AddOne(table);
  AddOne(table);
  EXPECT_TRUE(table.Contains(AccountId(1)));
  EXPECT_TRUE(table.Contains(AccountId(2)));
  EXPECT_FALSE(table.Contains(AccountId()));
  EXPECT_FALSE(table.Contains(AccountId(3)));
  EXPECT_FALSE(table.Contains(AccountId(UINT64_MAX)));
  EXPECT_FALSE(table.Contains(AccountId((std::uint64_t{1} << 32) + 1)))
      << "ids are not cut off at 32 bits";
}

TEST(AccountTableTest, DoesNotAddByReserving) {
  AccountTable table;
  EXPECT_TRUE(table.ReserveOne());
  EXPECT_TRUE(table.ReserveOne());
  EXPECT_EQ(table.count(), 0U);
  EXPECT_FALSE(table.Contains(AccountId(1)));
}

TEST(AccountTableTest, KeepsHotAndColdOfAnAccountTogetherAsItGrows) {
  AccountTable table;
  std::vector<const Account*> hot;
  std::vector<const ColdAccount*> cold;
  for (std::uint64_t i = 1; i <= kManyAccounts; ++i) {
    ColdAccount beside;
    beside.owner = OwnerId(i);
    const AccountId id = AddOne(table, -static_cast<Int128>(i), beside);
    hot.push_back(&table.Hot(id));
    cold.push_back(&table.Cold(id));
  }
  for (std::uint64_t i = 1; i <= kManyAccounts; ++i) {
    const AccountId id(i);
    ASSERT_EQ(&table.Hot(id), hot[i - 1]) << "accounts never move";
    ASSERT_EQ(&table.Cold(id), cold[i - 1]);
    ASSERT_TRUE(hot[i - 1]->floor.LoadLocked() == -static_cast<Int128>(i));
    ASSERT_EQ(cold[i - 1]->owner, OwnerId(i));
  }
}

TEST(AccountTableTest, LooksForACeilingOnlyWhereThereIsOne) {
  AccountTable table;
  ColdAccount cold;
  for (const auto& [ceiling, is_one] :
       {std::pair{kInt128Max, false}, std::pair{kInt128Max - 1, true},
        std::pair{Int128{0}, true}}) {
    cold.ceiling = ceiling;
    EXPECT_EQ(table.Hot(AddOne(table, 0, cold)).HasCeilingLocked(), is_one);
  }
}

TEST(ViewAccountTest, SeesEverythingUnderTheWord) {
  AccountTable table;
  const AccountId id = AddOne(table, -7);
  Account& account = table.Hot(id);
  account.balance.StoreLocked(11);
  account.held.StoreLocked(3);
  account.SetStatusLocked(AccountStatus::kCreditsFrozen);
  table.SetCeilingLocked(id, 13);
  account.word.Unlock(Sequence(5, 2));
  const AccountView view = ViewAccount(table, id);
  EXPECT_TRUE(view.balance == 11);
  EXPECT_TRUE(view.held == 3);
  EXPECT_TRUE(view.floor == -7);
  EXPECT_TRUE(view.ceiling == 13);
  EXPECT_EQ(view.status, AccountStatus::kCreditsFrozen);
  EXPECT_EQ(view.version, Sequence(5, 2));
}

}  // namespace
}  // namespace lockstep::engine
