#include "engine/locking/accounts_in_order.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <vector>

#include "tests/support/settings.h"
#include "tests/support/small_ledger.h"

namespace lockstep::engine {
namespace {

// Accounts without a ledger around them.
struct Table {
  explicit Table(int count) {
    for (int i = 0; i < count; ++i) {
      if (!accounts.ReserveOne()) std::abort();
      accounts.Add(AssetId(1), 0, AccountStatus::kOpen, ColdAccount());
    }
  }
  AccountTable accounts;
};

std::vector<Leg> LegsOf(const std::vector<std::uint64_t>& accounts) {
  std::vector<Leg> legs;
  for (const std::uint64_t account : accounts) {
    legs.push_back({AccountId(account), Amount(1)});
  }
  return legs;
}

template <std::size_t kCapacity>
std::vector<AccountId> IdsOf(const AccountsInOrder<kCapacity>& order) {
  std::vector<AccountId> ids;
  order.ForEachPlace([&](std::size_t place) {
    EXPECT_EQ(place, ids.size()) << "places are gone through in order";
    ids.push_back(order.id(place));
  });
  EXPECT_EQ(ids.size(), order.size());
  return ids;
}

// What makes it an order: rising ids, each once, and of every leg.
template <std::size_t kCapacity>
void ExpectInOrder(const Table& table, const AccountsInOrder<kCapacity>& order,
                   const std::vector<Leg>& legs) {
  std::set<AccountId> expected;
  for (const Leg& leg : legs) expected.insert(leg.account);
  EXPECT_EQ(IdsOf(order),
            std::vector<AccountId>(expected.begin(), expected.end()));
  order.ForEachPlace([&](std::size_t place) {
    EXPECT_EQ(&order.account(place), &table.accounts.Hot(order.id(place)));
  });
  for (std::size_t leg = 0; leg < legs.size(); ++leg) {
    EXPECT_EQ(order.id(order.PlaceOf(leg)), legs[leg].account);
  }
}

TEST(AccountsInOrderTest, SortsTheAccountsOfTheLegs) {
  const Table table(9);
  const std::vector<Leg> legs = LegsOf({7, 2, 9, 1});
  const AccountsInOrder<kMaxLegs> order(table.accounts, legs);
  ExpectInOrder(table, order, legs);
}

TEST(AccountsInOrderTest, HasEachAccountOnce) {
  const Table table(9);
  const std::vector<Leg> legs = LegsOf({7, 2, 7, 7, 2, 9});
  const AccountsInOrder<kMaxLegs> order(table.accounts, legs);
  EXPECT_EQ(order.size(), 3U);
  ExpectInOrder(table, order, legs);
}

TEST(AccountsInOrderTest, TakesAllLegsOfOneAccount) {
  const Table table(3);
  const std::vector<Leg> legs = LegsOf(std::vector<std::uint64_t>(kMaxLegs, 3));
  const AccountsInOrder<kMaxLegs> order(table.accounts, legs);
  EXPECT_EQ(order.size(), 1U);
  ExpectInOrder(table, order, legs);
}

TEST(AccountsInOrderTest, TakesAsManyAccountsAsATransferCanHave) {
  const Table table(kMaxLegs);
  std::vector<std::uint64_t> falling;
  for (std::uint64_t id = kMaxLegs; id > 0; --id) falling.push_back(id);
  const std::vector<Leg> legs = LegsOf(falling);
  const AccountsInOrder<kMaxLegs> order(table.accounts, legs);
  EXPECT_EQ(order.size(), kMaxLegs);
  ExpectInOrder(table, order, legs);
}

TEST(AccountsInOrderTest, SortsWhateverComes) {
  // More than 256, so that ids need more than their lowest byte.
  constexpr std::uint64_t kAccounts = 1000;
  const Table table(kAccounts);
  const std::uint64_t seed = test::Seed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  const std::uint64_t rounds = test::Scaled(2000);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    const std::uint64_t among = random() % 2 == 0 ? 5 : kAccounts;
    std::vector<std::uint64_t> accounts(2 + random() % (kMaxLegs - 1));
    for (std::uint64_t& account : accounts) account = 1 + random() % among;
    const std::vector<Leg> legs = LegsOf(accounts);
    const AccountsInOrder<kMaxLegs> order(table.accounts, legs);
    ExpectInOrder(table, order, legs);
    if (HasFailure()) return;
  }
}

TEST(AccountsInOrderTest, NumbersPartiesByPlace) {
  const Table table(9);
  const std::vector<Leg> legs = LegsOf({7, 2, 9, 2});
  const AccountsInOrder<kMaxLegs> order(table.accounts, legs);
  std::size_t next = 0;
  order.ForEachParty([&](std::size_t party, std::size_t place, AccountId id,
                         const Account& account) {
    EXPECT_EQ(party, next++);
    EXPECT_EQ(place, party);
    EXPECT_EQ(id, order.id(place));
    EXPECT_EQ(&account, &order.account(place));
  });
  EXPECT_EQ(next, 3U);
}

TEST(TwoAccountsInOrderTest, AgreeWithTheLongForm) {
  const Table table(9);
  for (std::uint64_t first = 1; first <= 9; ++first) {
    for (std::uint64_t second = 1; second <= 9; ++second) {
      if (first == second) continue;
      const AccountsInOrder<2> order(table.accounts, AccountId(first),
                                     AccountId(second));
      ExpectInOrder(table, order, LegsOf({first, second}));
    }
  }
}

TEST(TwoAccountsInOrderTest, NumberPartiesByLeg) {
  const Table table(9);
  using Pair = std::array<AccountId, 2>;
  for (const Pair& ids :
       {Pair{AccountId(3), AccountId(8)}, Pair{AccountId(8), AccountId(3)}}) {
    const AccountsInOrder<2> order(table.accounts, ids[0], ids[1]);
    std::size_t next = 0;
    order.ForEachParty([&](std::size_t party, std::size_t place, AccountId id,
                           const Account& account) {
      EXPECT_EQ(party, next++);
      EXPECT_EQ(place, order.PlaceOf(party));
      EXPECT_EQ(id, ids[party]);
      EXPECT_EQ(&account, &table.accounts.Hot(ids[party]));
    });
    EXPECT_EQ(next, 2U);
  }
}

TEST(OneAccountInOrderTest, IsThatAccount) {
  const Table table(9);
  const AccountsInOrder<1> order(table.accounts, AccountId(4));
  EXPECT_EQ(IdsOf(order), std::vector{AccountId(4)});
  EXPECT_EQ(&order.account(0), &table.accounts.Hot(AccountId(4)));
}

}  // namespace
}  // namespace lockstep::engine
