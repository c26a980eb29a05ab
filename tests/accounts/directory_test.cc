#include "engine/accounts/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

using testing::ElementsAre;

class DirectoryTest : public testing::Test {
 protected:
  AssetId Asset(std::string_view code) {
    return *directory_.CreateAsset({.code = code});
  }

  AccountTable accounts_;
  Directory directory_{accounts_};
};

TEST_F(DirectoryTest, GivesEveryAssetAnIssuer) {
  const AssetId gold = Asset("GOLD");
  const AssetId gems = Asset("GEMS");
  EXPECT_EQ(gold, AssetId(1));
  EXPECT_EQ(gems, AssetId(2));
  EXPECT_EQ(directory_.GetAsset(gold)->issuer, AccountId(1));
  EXPECT_EQ(directory_.GetAsset(gems)->issuer, AccountId(2));
  EXPECT_EQ(accounts_.count(), 2U);
  EXPECT_EQ(accounts_.Hot(AccountId(2)).asset(), gems);
}

TEST_F(DirectoryTest, ListsTheCodesInOrderOfIds) {
  EXPECT_TRUE(directory_.AssetCodes().empty());
  for (const char* const code : {"GOLD", "GEMS", "EUR"}) Asset(code);
  EXPECT_THAT(directory_.AssetCodes(), ElementsAre("GOLD", "GEMS", "EUR"));
  EXPECT_EQ(directory_.asset_count(), 3U);
}

TEST_F(DirectoryTest, FindsManyAssets) {
  constexpr std::uint32_t kMany = 3000;
  for (std::uint32_t i = 1; i <= kMany; ++i) {
    ASSERT_EQ(Asset("ASSET-" + std::to_string(i)), AssetId(i));
  }
  for (std::uint32_t i = 1; i <= kMany; ++i) {
    const std::string code = "ASSET-" + std::to_string(i);
    ASSERT_EQ(*directory_.FindAsset(code), AssetId(i));
    ASSERT_EQ(directory_.GetAsset(AssetId(i))->code, code);
  }
}

// An account is found by each of its three keys, among many of others.
TEST_F(DirectoryTest, FindsAHundredThousandAccounts) {
  constexpr std::uint64_t kMany = 100'000;
  const AssetId gold = Asset("GOLD");
  const AssetId gems = Asset("GEMS");
  const auto key_of = [](std::uint64_t i) {
    return "player/" + std::to_string(i);
  };
  std::vector<AccountId> made;
  for (std::uint64_t i = 0; i < kMany; ++i) {
    const std::string key = key_of(i);
    const Result<AccountId> account = directory_.CreateAccount(
        {.asset = i % 2 == 0 ? gold : gems,
         .owner = OwnerId(1 + i / 2),
         .purpose = PurposeId(static_cast<std::uint32_t>(i % 3)),
         .key = key,
         .key_bits = {i, ~i}});
    ASSERT_TRUE(account);
    made.push_back(*account);
  }
  for (std::uint64_t i = 0; i < kMany; ++i) {
    ASSERT_EQ(*directory_.FindAccount(key_of(i)), made[i]);
    ASSERT_EQ(*directory_.FindAccount(Bits128{i, ~i}), made[i]);
    ASSERT_EQ(
        *directory_.FindAccount(OwnerId(1 + i / 2),
                                PurposeId(static_cast<std::uint32_t>(i % 3)),
                                i % 2 == 0 ? gold : gems),
        made[i]);
    ASSERT_EQ(accounts_.Cold(made[i]).names.key(), key_of(i));
  }
  EXPECT_FALSE(directory_.FindAccount(key_of(kMany)));
  EXPECT_FALSE(directory_.FindAccount(Bits128{kMany, ~kMany}));
}

}  // namespace
}  // namespace lockstep::engine
