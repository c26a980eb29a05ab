#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/small_ledger.h"

namespace lockstep::test {
namespace {

// Two accounts with keys, made in one order or the other.
struct Pair {
  explicit Pair(bool swapped, LedgerOptions options = {}) : small(options) {
    AccountOptions alices;
    alices.key = "alice";
    AccountOptions bobs;
    bobs.key = "bob";
    bobs.floor = Amount(-50);
    if (swapped) bob = small.Account(0, bobs);
    alice = small.Account(0, alices);
    if (!swapped) bob = small.Account(0, bobs);
    Pay(small.issuer, alice, 100);
  }
  void Pay(AccountId from, AccountId to, int amount) {
    ASSERT_TRUE(small.ledger.Transfer(from, to, Amount(amount)).ok());
  }
  Bits128 Digest() { return small.ledger.Digest().value(); }

  SmallLedger small;
  AccountId alice;
  AccountId bob;
};

TEST(Digest, SameStateSameDigest) {
  Pair one(false);
  Pair other(true,
             {.concurrency = Concurrency::kSingleThread, .journal_bytes = 0});
  EXPECT_EQ(one.Digest(), other.Digest()) << "whatever the order of making";
  // By different ways, at different times, to the same state.
  one.Pay(one.alice, one.bob, 30);
  EXPECT_NE(one.Digest(), other.Digest());
  ASSERT_EQ(other.small.ledger.Advance(Tick(5)), Outcome::kOk);
  other.Pay(other.alice, other.bob, 50);
  other.Pay(other.bob, other.alice, 20);
  EXPECT_EQ(one.Digest(), other.Digest());
}

TEST(Digest, EveryPartOfTheStateCounts) {
  Pair base(false);
  const Bits128 digest = base.Digest();
  EXPECT_NE(digest, Bits128());
  {
    Pair other(false);
    ASSERT_EQ(other.small.ledger.SetStatus(other.bob, AccountStatus::kFrozen),
              Outcome::kOk);
    EXPECT_NE(other.Digest(), digest) << "the status";
  }
  {
    Pair other(false);
    static_cast<void>(other.small.Account());
    EXPECT_NE(other.Digest(), digest) << "which accounts there are";
  }
  const auto digest_of = [](const AccountOptions& options,
                            const std::string& code = "GOLD") {
    Ledger ledger = Ledger::Open().value();
    AccountOptions with_asset = options;
    with_asset.asset = ledger.CreateAsset({.code = code}).value();
    EXPECT_TRUE(ledger.CreateAccount(with_asset));
    return ledger.Digest().value();
  };
  AccountOptions plain;
  plain.key = "k";
  const Bits128 plain_digest = digest_of(plain);
  EXPECT_EQ(digest_of(plain), plain_digest);
  EXPECT_NE(digest_of(plain, "GEM"), plain_digest) << "the asset";
  AccountOptions changed = plain;
  changed.floor = Amount(-1);
  EXPECT_NE(digest_of(changed), plain_digest) << "the floor";
  changed = plain;
  changed.ceiling = Amount(1);
  EXPECT_NE(digest_of(changed), plain_digest) << "the ceiling";
  changed = plain;
  changed.key = "l";
  EXPECT_NE(digest_of(changed), plain_digest) << "the key";
  changed = plain;
  changed.key_bits = {0, 1};
  EXPECT_NE(digest_of(changed), plain_digest) << "the key bits";
  changed = plain;
  changed.owner = OwnerId(1);
  EXPECT_NE(digest_of(changed), plain_digest) << "the owner";
  changed.purpose = PurposeId(1);
  AccountOptions no_purpose = plain;
  no_purpose.owner = OwnerId(1);
  EXPECT_NE(digest_of(changed), digest_of(no_purpose)) << "the purpose";
}

TEST(Digest, RefusalsAndReadingLeaveItAlone) {
  Pair pair(false);
  const Bits128 digest = pair.Digest();
  EXPECT_EQ(
      pair.small.ledger.Transfer(pair.alice, pair.bob, Amount(101)).outcome(),
      Outcome::kInsufficientFunds);
  pair.small.ExpectSound();
  EXPECT_EQ(pair.Digest(), digest);
}

TEST(Digest, OfAMovedFromLedgerIsRefused) {
  SmallLedger small;
  const Ledger taken = std::move(small.ledger);
  EXPECT_EQ(small.ledger.Digest().error(), Outcome::kLedgerClosed);
  EXPECT_EQ(small.ledger.Audit().error(), Outcome::kLedgerClosed);
}

}  // namespace
}  // namespace lockstep::test
