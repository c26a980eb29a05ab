#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::SmallLedger;

const std::string kTooLongKey(kMaxKeyBytes + 1, 'k');
const std::string kTooLongLabel(kMaxLabelBytes + 1, 'l');

TEST(AccountsTest, AreAsTheyWereMade) {
  SmallLedger small;
  const std::string key(kMaxKeyBytes, 'k');
  const std::string label(kMaxLabelBytes, 'l');
  const AccountId made =
      small.ledger
          .CreateAccount({.asset = small.gold,
                          .floor = Amount(-700),
                          .ceiling = Amount::FromHalves(3, 4),
                          .status = AccountStatus::kCreditsFrozen,
                          .owner = OwnerId(UINT64_MAX),
                          .purpose = PurposeId(UINT32_MAX),
                          .key = key,
                          .key_bits = {5, 6},
                          .label = label,
                          .user_data = {7, 8}})
          .value();
  const AccountInfo info = small.ledger.GetAccount(made).value();
  EXPECT_EQ(info.id, made);
  EXPECT_EQ(info.asset, small.gold);
  EXPECT_EQ(info.balance, Amount(0));
  EXPECT_EQ(info.held, Amount(0));
  EXPECT_EQ(info.floor, Amount(-700));
  EXPECT_EQ(info.ceiling, Amount::FromHalves(3, 4));
  EXPECT_EQ(info.status, AccountStatus::kCreditsFrozen);
  EXPECT_TRUE(info.version.is_none());
  EXPECT_EQ(info.owner, OwnerId(UINT64_MAX));
  EXPECT_EQ(info.purpose, PurposeId(UINT32_MAX));
  EXPECT_EQ(info.key, key);
  EXPECT_EQ(info.key_bits, (Bits128{5, 6}));
  EXPECT_EQ(info.label, label);
  EXPECT_EQ(info.user_data, (Bits128{7, 8}));
}

TEST(AccountsTest, ArePlainUnlessToldOtherwise) {
  SmallLedger small;
  const AccountId made =
      small.ledger.CreateAccount({.asset = small.gold}).value();
  const AccountInfo info = small.ledger.GetAccount(made).value();
  EXPECT_EQ(info.floor, Amount(0));
  EXPECT_EQ(info.ceiling, Amount::Max());
  EXPECT_EQ(info.status, AccountStatus::kOpen);
  EXPECT_TRUE(info.owner.is_none());
  EXPECT_TRUE(info.purpose.is_none());
  EXPECT_EQ(info.key, "");
  EXPECT_EQ(info.key_bits, Bits128());
  EXPECT_EQ(info.label, "");
  EXPECT_EQ(info.user_data, Bits128());
}

TEST(AccountsTest, ShowBalanceAndVersionOfTheLastTransfer) {
  SmallLedger small;
  const AccountId made = small.Account();
  const Receipt receipt =
      small.ledger.Transfer(small.issuer, made, Amount(150));
  ASSERT_TRUE(receipt.ok());
  const AccountInfo info = small.ledger.GetAccount(made).value();
  EXPECT_EQ(info.balance, Amount(150));
  EXPECT_EQ(info.version, receipt.sequence());
  EXPECT_EQ(small.ledger.GetAccount(small.issuer)->version, receipt.sequence());
}

TEST(AccountsTest, HaveDenseIds) {
  SmallLedger small;
  for (std::uint64_t id = 2; id < 100; ++id) {
    EXPECT_EQ(small.Account(), AccountId(id));
    EXPECT_EQ(small.ledger.account_count(), id);
  }
  EXPECT_FALSE(small.ledger.CreateAccount({}));
  EXPECT_EQ(small.Account(), AccountId(100)) << "a refusal takes no id";
}

TEST(AccountsTest, AreUnknownUnlessMade) {
  const SmallLedger small;
  for (const AccountId none :
       {AccountId(), AccountId(2), AccountId(UINT64_MAX)}) {
    EXPECT_EQ(small.ledger.GetAccount(none).error(), Outcome::kUnknownAccount);
    EXPECT_EQ(small.ledger.Balance(none).error(), Outcome::kUnknownAccount);
  }
}

TEST(AccountsTest, CopyTheirTexts) {
  SmallLedger small;
  std::string key = "key";
  std::string label = "label";
  const AccountId made = small.Account(0, {.key = key, .label = label});
  key = "new";
  label = "other";
  EXPECT_EQ(small.ledger.GetAccount(made)->key, "key");
  EXPECT_EQ(small.ledger.GetAccount(made)->label, "label");
  EXPECT_EQ(small.ledger.FindAccount("key").value(), made);
}

// --- Lookups ---------------------------------------------------------------

TEST(AccountsTest, AreFoundByKey) {
  SmallLedger small;
  const AccountId one = small.Account(0, {.key = "one"});
  const AccountId two = small.Account(0, {.key = "two"});
  EXPECT_EQ(small.ledger.FindAccount("one").value(), one);
  EXPECT_EQ(small.ledger.FindAccount("two").value(), two);
  EXPECT_EQ(small.ledger.FindAccount("three").error(),
            Outcome::kUnknownAccount);
}

TEST(AccountsTest, AreFoundByBits) {
  SmallLedger small;
  const AccountId one = small.Account(0, {.key_bits = {1, 0}});
  const AccountId other = small.Account(0, {.key_bits = {0, 1}});
  EXPECT_EQ(small.ledger.FindAccount(Bits128{1, 0}).value(), one);
  EXPECT_EQ(small.ledger.FindAccount(Bits128{0, 1}).value(), other);
  EXPECT_EQ(small.ledger.FindAccount(Bits128{1, 1}).error(),
            Outcome::kUnknownAccount);
}

TEST(AccountsTest, AreFoundByOwnerPurposeAndAsset) {
  SmallLedger small;
  const AssetId gems = small.ledger.CreateAsset({.code = "GEMS"}).value();
  const OwnerId alice(1);
  const OwnerId bob(2);
  const PurposeId escrow(9);
  const AccountId wallet = small.Account(0, {.owner = alice});
  const AccountId held = small.Account(0, {.owner = alice, .purpose = escrow});
  const AccountId bobs = small.Account(0, {.owner = bob});
  const AccountId jewels = small.Account(0, {.asset = gems, .owner = alice});
  const auto find = [&](OwnerId owner, PurposeId purpose, AssetId asset) {
    return small.ledger.FindAccount(owner, purpose, asset);
  };
  EXPECT_EQ(find(alice, {}, small.gold).value(), wallet);
  EXPECT_EQ(find(alice, escrow, small.gold).value(), held);
  EXPECT_EQ(find(bob, {}, small.gold).value(), bobs);
  EXPECT_EQ(find(alice, {}, gems).value(), jewels);
  EXPECT_EQ(find(bob, escrow, small.gold).error(), Outcome::kUnknownAccount);
  EXPECT_EQ(find(alice, escrow, gems).error(), Outcome::kUnknownAccount);
}

TEST(AccountsTest, AreNotFoundByWhatTheyLack) {
  SmallLedger small;
  small.Account();
  small.Account(0, {.purpose = PurposeId(3)});
  EXPECT_EQ(small.ledger.FindAccount("").error(), Outcome::kUnknownAccount);
  EXPECT_EQ(small.ledger.FindAccount(Bits128{}).error(),
            Outcome::kUnknownAccount);
  EXPECT_EQ(
      small.ledger.FindAccount(OwnerId(), PurposeId(), small.gold).error(),
      Outcome::kUnknownAccount);
  EXPECT_EQ(
      small.ledger.FindAccount(OwnerId(), PurposeId(3), small.gold).error(),
      Outcome::kUnknownAccount);
}

TEST(AccountsTest, MayShareWhateverIsNoKey) {
  SmallLedger small;
  const AccountOptions same = {
      .purpose = PurposeId(3), .label = "alice", .user_data = {1, 2}};
  EXPECT_NE(small.Account(0, same), small.Account(0, same));
}

// --- The order of the checks -----------------------------------------------

struct AccountFlaw {
  Outcome outcome;
  void (*add)(AccountOptions& options);
};

// In the documented order; those of one outcome are apart from each other.
constexpr std::array kAccountFlaws = {
    AccountFlaw{Outcome::kUnknownAsset,
                [](AccountOptions& o) { o.asset = AssetId(99); }},
    AccountFlaw{Outcome::kInvalidLimits,
                [](AccountOptions& o) { o.floor = Amount(1); }},
    AccountFlaw{Outcome::kInvalidLimits,
                [](AccountOptions& o) { o.ceiling = Amount(-1); }},
    AccountFlaw{
        Outcome::kInvalidStatus,
        [](AccountOptions& o) { o.status = static_cast<AccountStatus>(5); }},
    AccountFlaw{Outcome::kInvalidText,
                [](AccountOptions& o) { o.label = kTooLongLabel; }},
    AccountFlaw{Outcome::kKeyExists,
                [](AccountOptions& o) { o.key = "taken"; }},
    AccountFlaw{Outcome::kKeyExists,
                [](AccountOptions& o) {
                  o.key_bits = {4, 2};
                }},
};

// Every set of flaws gives the outcome of the first one, and changes nothing.
TEST(AccountsTest, AreRefusedForTheFirstOfSeveralReasons) {
  SmallLedger small;
  small.Account(0, {.key = "taken", .key_bits = {4, 2}});
  const Bits128 before = small.ledger.Digest().value();
  for (unsigned set = 1; set < (1U << kAccountFlaws.size()); ++set) {
    AccountOptions options{.asset = small.gold, .owner = OwnerId(7)};
    Outcome first = Outcome::kOk;
    for (std::size_t i = kAccountFlaws.size(); i-- > 0;) {
      if ((set >> i & 1) == 0) continue;
      kAccountFlaws[i].add(options);
      first = kAccountFlaws[i].outcome;
    }
    EXPECT_EQ(small.ledger.CreateAccount(options).error(), first);
  }
  EXPECT_EQ(small.ledger.account_count(), 2U);
  EXPECT_EQ(small.ledger.Digest().value(), before);
  EXPECT_EQ(small.ledger.FindAccount(OwnerId(7), {}, small.gold).error(),
            Outcome::kUnknownAccount);
}

TEST(AccountsTest, HaveLimitsThatABalanceOfZeroKeeps) {
  SmallLedger small;
  const auto create = [&](Amount floor, Amount ceiling) {
    return small.ledger
        .CreateAccount(
            {.asset = small.gold, .floor = floor, .ceiling = ceiling})
        .error();
  };
  EXPECT_EQ(create(Amount(0), Amount(0)), Outcome::kOk);
  EXPECT_EQ(create(Amount::Min(), Amount::Max()), Outcome::kOk);
  EXPECT_EQ(create(Amount(1), Amount::Max()), Outcome::kInvalidLimits);
  EXPECT_EQ(create(Amount::Max(), Amount::Max()), Outcome::kInvalidLimits);
  EXPECT_EQ(create(Amount(0), Amount(-1)), Outcome::kInvalidLimits);
  EXPECT_EQ(create(Amount::Min(), Amount::Min()), Outcome::kInvalidLimits);
}

TEST(AccountsTest, MayBeMadeWithAnyStatus) {
  SmallLedger small;
  for (int value = 0; value <= 255; ++value) {
    const auto status = static_cast<AccountStatus>(value);
    const Result<AccountId> made =
        small.ledger.CreateAccount({.asset = small.gold, .status = status});
    if (value > 4) {
      EXPECT_EQ(made.error(), Outcome::kInvalidStatus);
    } else {
      EXPECT_EQ(small.ledger.GetAccount(made.value())->status, status);
    }
  }
}

TEST(AccountsTest, HaveKeyAndLabelWithinTheirLimits) {
  SmallLedger small;
  const auto create = [&](std::string_view key, std::string_view label) {
    return small.ledger
        .CreateAccount({.asset = small.gold, .key = key, .label = label})
        .error();
  };
  EXPECT_EQ(create(kTooLongKey, ""), Outcome::kInvalidText);
  EXPECT_EQ(create("", kTooLongLabel), Outcome::kInvalidText);
  EXPECT_EQ(create(std::string(10'000, 'k'), ""), Outcome::kInvalidText);
  EXPECT_EQ(create(std::string_view(kTooLongKey).substr(1),
                   std::string_view(kTooLongLabel).substr(1)),
            Outcome::kOk);
}

TEST(AccountsTest, HaveKeysOfTheirOwn) {
  SmallLedger small;
  const AssetId gems = small.ledger.CreateAsset({.code = "GEMS"}).value();
  const auto create = [&](AccountOptions options) {
    if (options.asset.is_none()) options.asset = small.gold;
    return small.ledger.CreateAccount(options).error();
  };
  const PurposeId escrow(9);
  EXPECT_EQ(create({.owner = OwnerId(1), .key = "a", .key_bits = {1, 1}}),
            Outcome::kOk);

  EXPECT_EQ(create({.key = "a"}), Outcome::kKeyExists);
  EXPECT_EQ(create({.asset = gems, .key = "a"}), Outcome::kKeyExists)
      << "a key is unique in the ledger, not in the asset";
  EXPECT_EQ(create({.key_bits = {1, 1}}), Outcome::kKeyExists);
  EXPECT_EQ(create({.owner = OwnerId(1)}), Outcome::kKeyExists);
  EXPECT_EQ(create({.owner = OwnerId(1), .key = "b", .key_bits = {2, 2}}),
            Outcome::kKeyExists)
      << "one key that is taken is enough";
  EXPECT_EQ(small.ledger.FindAccount("b").error(), Outcome::kUnknownAccount)
      << "the keys of a refused account stay free";
  EXPECT_EQ(small.ledger.FindAccount(Bits128{2, 2}).error(),
            Outcome::kUnknownAccount);

  EXPECT_EQ(create({.owner = OwnerId(1), .purpose = escrow}), Outcome::kOk);
  EXPECT_EQ(create({.asset = gems, .owner = OwnerId(1)}), Outcome::kOk);
  EXPECT_EQ(create({.key = "b", .key_bits = {2, 2}}), Outcome::kOk);
}

// Ids, balances and keys stay right while the ledger grows to a size where its
// tables have grown many times.
TEST(AccountsTest, CanBeAHundredThousand) {
  constexpr std::uint64_t kMany = 100'000;
  SmallLedger small({.journal_bytes = 0});
  const auto key_of = [](std::uint64_t i) {
    return std::to_string(i) + "/player";
  };
  const AccountId first(small.ledger.account_count() + 1);
  for (std::uint64_t i = 0; i < kMany; ++i) {
    const std::string key = key_of(i);
    const Result<AccountId> made = small.ledger.CreateAccount(
        {.asset = small.gold, .key = key, .user_data = {i, 0}});
    ASSERT_TRUE(made);
    ASSERT_EQ(*made, AccountId(first.value() + i));
    ASSERT_TRUE(small.ledger.Transfer(small.issuer, *made, Amount(i + 1)).ok());
  }
  for (std::uint64_t i = 0; i < kMany; ++i) {
    const AccountId account = small.ledger.FindAccount(key_of(i)).value();
    ASSERT_EQ(account, AccountId(first.value() + i));
    const AccountInfo info = small.ledger.GetAccount(account).value();
    ASSERT_EQ(info.key, key_of(i));
    ASSERT_EQ(info.user_data, (Bits128{i, 0}));
    ASSERT_EQ(info.balance, Amount(i + 1));
  }
  EXPECT_EQ(small.ledger.Supply(small.gold).value(),
            Amount(kMany * (kMany + 1) / 2));
  small.ExpectSound();
}

}  // namespace
}  // namespace lockstep
