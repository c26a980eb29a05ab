#include "engine/tool/economy/custody.h"

#include <barrier>
#include <cstdint>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {
namespace {

class CustodyTest : public ::testing::Test {
 protected:
  AccountId NewAccount() {
    return ledger_.CreateAccount({.asset = asset_}).value();
  }
  AccountStatus StatusOf(AccountId account) {
    return ledger_.GetAccount(account)->status;
  }

  Ledger ledger_ = Ledger::Open().value();
  AssetId asset_ = ledger_.CreateAsset({.code = "GOLD"}).value();
  Custody custody_{&ledger_};
};

TEST_F(CustodyTest, TheStrictestKeeperDecides) {
  const AccountId account = NewAccount();
  const AccountId other = NewAccount();
  custody_.Watch(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kDebitsFrozen);
  custody_.Lock(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kFrozen);
  custody_.BeginSeizure(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kCreditsFrozen);
  custody_.Lock(account);
  custody_.Watch(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kCreditsFrozen);
  custody_.EndSeizure(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kFrozen);
  custody_.Unlock(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kFrozen) << "one lock is left";
  custody_.Unlock(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kDebitsFrozen);
  custody_.Unwatch(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kDebitsFrozen) << "one looks";
  custody_.Unwatch(account);
  EXPECT_EQ(StatusOf(account), AccountStatus::kOpen);
  EXPECT_EQ(StatusOf(other), AccountStatus::kOpen);
}

TEST_F(CustodyTest, NoKeeperIsLostBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 100'000;
  const AccountId kept = NewAccount();
  const AccountId freed = NewAccount();
  std::barrier start(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        for (int round = 0; round < kRounds; ++round) {
          for (const AccountId account : {kept, freed}) {
            custody_.Watch(account);
            custody_.Lock(account);
          }
          // The last lock of one thread stays.
          const bool stays = i == 0 && round + 1 == kRounds;
          if (!stays) custody_.Unlock(kept);
          custody_.Unlock(freed);
          for (const AccountId account : {kept, freed}) {
            custody_.Unwatch(account);
          }
        }
      });
    }
  }
  EXPECT_EQ(StatusOf(kept), AccountStatus::kFrozen);
  EXPECT_EQ(StatusOf(freed), AccountStatus::kOpen);
  custody_.Unlock(kept);
  EXPECT_EQ(StatusOf(kept), AccountStatus::kOpen);
}

}  // namespace
}  // namespace lockstep::tool
