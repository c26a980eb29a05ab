#include "engine/accounts/account.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

constexpr AccountStatus kAllStatuses[] = {
    AccountStatus::kOpen, AccountStatus::kDebitsFrozen,
    AccountStatus::kCreditsFrozen, AccountStatus::kFrozen,
    AccountStatus::kClosed};

static_assert(sizeof(Account) == 64 && alignof(Account) == 64);

TEST(AccountTest, KeepsAssetStatusAndCeilingFlagApart) {
  for (const std::uint32_t asset : {1U, 2U, 255U, 256U, kMaxAssets}) {
    for (const bool has_ceiling : {false, true}) {
      for (const AccountStatus made : kAllStatuses) {
        Account account(AssetId(asset), -5, has_ceiling, made);
        EXPECT_EQ(account.status(), made);
        for (const AccountStatus changed : kAllStatuses) {
          account.SetStatusLocked(changed);
          EXPECT_EQ(account.status(), changed);
          EXPECT_EQ(account.asset(), AssetId(asset));
          EXPECT_EQ(account.HasCeilingLocked(), has_ceiling);
        }
      }
    }
  }
}

TEST(AccountTest, BeginsEmptyAndUnlocked) {
  const Account account(AssetId(1), kInt128Min, false, AccountStatus::kOpen);
  EXPECT_EQ(account.word.Load(), 0U);
  EXPECT_TRUE(account.balance.LoadLocked() == 0);
  EXPECT_TRUE(account.held.LoadLocked() == 0);
  EXPECT_TRUE(account.floor.LoadLocked() == kInt128Min);
}

TEST(SharedInt128Test, KeepsAllBits) {
  const Int128 high_only = static_cast<Int128>(1) << 64;
  for (const Int128 value :
       {Int128{0}, Int128{1}, Int128{-1}, high_only, -high_only, high_only - 1,
        kInt128Max, kInt128Min}) {
    SharedInt128 shared;
    shared.StoreLocked(value);
    EXPECT_TRUE(shared.LoadLocked() == value);
    EXPECT_TRUE(shared.LoadShared() == value);
  }
}

TEST(AccountStatusTest, HasFixedValuesAndNames) {
  EXPECT_EQ(static_cast<int>(AccountStatus::kOpen), 0);
  EXPECT_EQ(static_cast<int>(AccountStatus::kDebitsFrozen), 1);
  EXPECT_EQ(static_cast<int>(AccountStatus::kCreditsFrozen), 2);
  EXPECT_EQ(static_cast<int>(AccountStatus::kFrozen), 3);
  EXPECT_EQ(static_cast<int>(AccountStatus::kClosed), 4);
  EXPECT_EQ(AccountStatusName(AccountStatus::kOpen), "open");
  EXPECT_EQ(AccountStatusName(AccountStatus::kDebitsFrozen), "debits_frozen");
  EXPECT_EQ(AccountStatusName(AccountStatus::kCreditsFrozen), "credits_frozen");
  EXPECT_EQ(AccountStatusName(AccountStatus::kFrozen), "frozen");
  EXPECT_EQ(AccountStatusName(AccountStatus::kClosed), "closed");
  EXPECT_EQ(AccountStatusName(static_cast<AccountStatus>(5)), "unknown_status");
}

}  // namespace
}  // namespace lockstep::engine
