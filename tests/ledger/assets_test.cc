#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::SmallLedger;

TEST(AssetsTest, AreAsTheyWereMade) {
  Ledger ledger = Ledger::Open().value();
  const AssetId euro = ledger.CreateAsset({.code = "EUR", .scale = 2}).value();
  const AssetId gems =
      ledger.CreateAsset({.code = "GEMS", .supply_cap = Amount(500)}).value();
  EXPECT_EQ(euro, AssetId(1));
  EXPECT_EQ(gems, AssetId(2));
  EXPECT_EQ(ledger.asset_count(), 2U);

  const AssetInfo info = ledger.GetAsset(euro).value();
  EXPECT_EQ(info.id, euro);
  EXPECT_EQ(info.code, "EUR");
  EXPECT_EQ(info.scale, 2);
  EXPECT_EQ(ledger.GetAsset(gems)->scale, 0);
}

TEST(AssetsTest, HaveAnIssuerWhoseFloorIsTheSupplyCap) {
  SmallLedger small;
  const AssetId capped =
      small.ledger.CreateAsset({.code = "GEMS", .supply_cap = Amount(500)})
          .value();
  const AccountInfo issuer =
      small.ledger.GetAccount(small.ledger.GetAsset(capped)->issuer).value();
  EXPECT_EQ(issuer.asset, capped);
  EXPECT_EQ(issuer.balance, Amount(0));
  EXPECT_EQ(issuer.floor, Amount(-500));
  EXPECT_EQ(issuer.ceiling, Amount::Max());
  EXPECT_EQ(issuer.status, AccountStatus::kOpen);
  EXPECT_TRUE(issuer.version.is_none());
  EXPECT_TRUE(issuer.owner.is_none());
  EXPECT_EQ(issuer.key, "");

  EXPECT_EQ(small.ledger.GetAccount(small.issuer)->floor,
            Negate(Amount::Max()).value())
      << "no cap is the largest cap";
}

TEST(AssetsTest, AreFoundByCode) {
  SmallLedger small;
  EXPECT_EQ(small.ledger.FindAsset("GOLD").value(), small.gold);
  EXPECT_EQ(small.ledger.FindAsset("gold").error(), Outcome::kUnknownAsset);
  EXPECT_EQ(small.ledger.FindAsset("GOL").error(), Outcome::kUnknownAsset);
  EXPECT_EQ(small.ledger.FindAsset("").error(), Outcome::kUnknownAsset);
}

TEST(AssetsTest, AreUnknownUnlessMade) {
  const SmallLedger small;
  for (const AssetId none : {AssetId(), AssetId(2), AssetId(UINT32_MAX)}) {
    EXPECT_EQ(small.ledger.GetAsset(none).error(), Outcome::kUnknownAsset);
    EXPECT_EQ(small.ledger.Supply(none).error(), Outcome::kUnknownAsset);
  }
}

TEST(AssetsTest, CopyTheirCode) {
  Ledger ledger = Ledger::Open().value();
  std::string code = "GOLD";
  const AssetId gold = ledger.CreateAsset({.code = code}).value();
  code = "IRON";
  EXPECT_EQ(ledger.GetAsset(gold)->code, "GOLD");
  EXPECT_EQ(ledger.FindAsset("GOLD").value(), gold);
}

TEST(AssetsTest, TakeAnyCodeWithoutSpacesAndControlCharacters) {
  Ledger ledger = Ledger::Open().value();
  const std::string longest(kMaxAssetCodeBytes, 'X');
  for (const std::string& code :
       {std::string("G"), std::string("gold-2/b"), std::string("€"),
        std::string("\xff\x80"), std::string("!~"), longest}) {
    const Result<AssetId> made = ledger.CreateAsset({.code = code});
    ASSERT_TRUE(made) << code;
    EXPECT_EQ(ledger.GetAsset(*made)->code, code);
    EXPECT_EQ(ledger.FindAsset(code).value(), *made);
  }
  for (const std::string& code :
       {std::string(), std::string(kMaxAssetCodeBytes + 1, 'X'),
        std::string("A B"), std::string(" A"), std::string("A\t"),
        std::string("A\n"), std::string("A\0B", 3), std::string("\x1f"),
        std::string("A\x7f")}) {
    EXPECT_EQ(ledger.CreateAsset({.code = code}).error(),
              Outcome::kInvalidAssetCode)
        << code;
  }
}

TEST(AssetsTest, HaveAScaleWithinItsLimits) {
  Ledger ledger = Ledger::Open().value();
  EXPECT_TRUE(ledger.CreateAsset({.code = "A", .scale = 0}));
  EXPECT_TRUE(ledger.CreateAsset({.code = "B", .scale = kMaxScale}));
  for (const int scale : {-1, kMaxScale + 1, INT32_MIN, INT32_MAX}) {
    EXPECT_EQ(ledger.CreateAsset({.code = "C", .scale = scale}).error(),
              Outcome::kInvalidScale);
  }
}

TEST(AssetsTest, HaveASupplyCapThatIsNotNegative) {
  Ledger ledger = Ledger::Open().value();
  EXPECT_TRUE(ledger.CreateAsset({.code = "A", .supply_cap = Amount(0)}));
  for (const Amount cap : {Amount(-1), Amount::Min()}) {
    EXPECT_EQ(ledger.CreateAsset({.code = "B", .supply_cap = cap}).error(),
              Outcome::kInvalidLimits);
  }
}

// --- The order of the checks -----------------------------------------------

struct AssetFlaw {
  Outcome outcome;
  void (*add)(AssetOptions& options);
};

constexpr AssetFlaw kCodeFlaw = {Outcome::kInvalidAssetCode,
                                 [](AssetOptions& o) { o.code = "A B"; }};
constexpr AssetFlaw kScaleFlaw = {Outcome::kInvalidScale,
                                  [](AssetOptions& o) { o.scale = 19; }};
constexpr AssetFlaw kCapFlaw = {Outcome::kInvalidLimits, [](AssetOptions& o) {
                                  o.supply_cap = Amount(-1);
                                }};
constexpr AssetFlaw kTakenFlaw = {Outcome::kAssetExists,
                                  [](AssetOptions& o) { o.code = "GOLD"; }};

// Every set of flaws gives the outcome of the first one.
TEST(AssetsTest, AreRefusedForTheFirstOfSeveralReasons) {
  SmallLedger small;
  // A code that is invalid cannot be taken as well.
  for (const auto& flaws : {std::array{kCodeFlaw, kScaleFlaw, kCapFlaw},
                            std::array{kScaleFlaw, kCapFlaw, kTakenFlaw}}) {
    for (unsigned set = 1; set < (1U << flaws.size()); ++set) {
      AssetOptions options{.code = "NEW"};
      Outcome first = Outcome::kOk;
      for (std::size_t i = flaws.size(); i-- > 0;) {
        if ((set >> i & 1) == 0) continue;
        flaws[i].add(options);
        first = flaws[i].outcome;
      }
      EXPECT_EQ(small.ledger.CreateAsset(options).error(), first);
    }
  }
}

TEST(AssetsTest, LeaveNothingBehindWhenRefused) {
  SmallLedger small;
  const Bits128 before = small.ledger.Digest().value();
  for (const AssetFlaw& flaw : {kCodeFlaw, kScaleFlaw, kCapFlaw, kTakenFlaw}) {
    AssetOptions options{.code = "NEW"};
    flaw.add(options);
    EXPECT_EQ(small.ledger.CreateAsset(options).error(), flaw.outcome);
  }
  EXPECT_EQ(small.ledger.asset_count(), 1U);
  EXPECT_EQ(small.ledger.account_count(), 1U);
  EXPECT_EQ(small.ledger.Digest().value(), before);
  EXPECT_EQ(small.ledger.FindAsset("NEW").error(), Outcome::kUnknownAsset);
  EXPECT_EQ(small.ledger.CreateAsset({.code = "NEW"}).value(), AssetId(2));
}

}  // namespace
}  // namespace lockstep
