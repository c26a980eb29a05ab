// Whether a transfer is refused, and why, does not depend on the order of its
// legs; nor does what it does.

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/posting/core_world.h"
#include "tests/posting/ways.h"
#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::CoreWorld;
using test::Scaled;
using test::Seed;
using test::SeedTrace;
using test::Way;

// A few accounts that are all near some limit.
struct TightWorld {
  explicit TightWorld(Concurrency concurrency) : world(concurrency) {}

  CoreWorld world;
  AssetId gems = world.Asset("GEMS");
  std::vector<AccountId> accounts = {
      world.Account(Amount(5)),
      world.Account(Amount(0), {.floor = Amount(-5)}),
      world.Account(Amount(5), {.ceiling = Amount(8)}),
      world.Account(Amount(5), {.status = AccountStatus::kDebitsFrozen}),
      world.Account(Subtract(Amount::Max(), Amount(3)).value()),
      world.Account(Amount(5), {.asset = gems}),
      world.Account(Amount(5), {.asset = gems, .ceiling = Amount(9)}),
  };
};

// What happened, but for what may depend on the order of the legs.
struct Ending {
  Outcome outcome = Outcome::kOk;
  std::vector<Amount> balances;

  friend bool operator==(const Ending&, const Ending&) = default;
};

Ending PostAnew(const Way& way, const std::vector<Leg>& legs) {
  TightWorld tight(way.concurrency);
  Ending ending;
  ending.outcome = way.Post(tight.world, legs).outcome();
  for (const AccountId account : tight.accounts) {
    ending.balances.push_back(engine::ToAmount(
        ViewAccount(tight.world.core.accounts(), account).balance));
  }
  return ending;
}

// Legs in pairs that balance, mostly.
std::vector<Leg> RandomLegs(const std::vector<AccountId>& accounts,
                            std::mt19937_64& random) {
  std::vector<Leg> legs;
  const std::uint64_t pairs = 1 + random() % 4;
  for (std::uint64_t i = 0; i < pairs; ++i) {
    const bool is_gems = random() % 4 == 0;
    const auto pick = [&] {
      return accounts[is_gems ? 5 + random() % 2 : random() % 5];
    };
    const auto amount = static_cast<std::int64_t>(1 + random() % 5);
    legs.push_back({pick(), Amount(-amount)});
    legs.push_back({pick(), Amount(amount)});
  }
  if (random() % 10 == 0) legs.pop_back();
  return legs;
}

using LegOrderTest = testing::TestWithParam<Way>;

TEST_P(LegOrderTest, MakesNoDifference) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  const std::vector<AccountId> accounts =
      TightWorld(GetParam().concurrency).accounts;
  std::vector<int> seen(kOutcomeCount);
  const std::uint64_t rounds = Scaled(400);
  for (std::uint64_t round = 0; round < rounds && !HasFailure(); ++round) {
    std::vector<Leg> legs = RandomLegs(accounts, random);
    const Ending ending = PostAnew(GetParam(), legs);
    ++seen[static_cast<std::size_t>(ending.outcome)];
    for (int permutation = 0; permutation < 3; ++permutation) {
      std::shuffle(legs.begin(), legs.end(), random);
      EXPECT_EQ(PostAnew(GetParam(), legs).outcome, ending.outcome);
      EXPECT_TRUE(PostAnew(GetParam(), legs) == ending);
    }
  }
  if (rounds < 400) return;
  for (const Outcome outcome :
       {Outcome::kOk, Outcome::kUnbalanced, Outcome::kAccountFrozen,
        Outcome::kAmountOverflow, Outcome::kInsufficientFunds,
        Outcome::kAboveCeiling}) {
    EXPECT_GT(seen[static_cast<std::size_t>(outcome)], 0)
        << OutcomeName(outcome) << " should have come about";
  }
}

INSTANTIATE_TEST_SUITE_P(All, LegOrderTest, test::EachWay(),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep
