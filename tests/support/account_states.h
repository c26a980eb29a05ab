#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/small_ledger.h"

namespace lockstep::test {

/// Whether two are the same in every part.
inline bool IsSame(const AccountState& one, const AccountState& other) {
  return one.id == other.id && one.asset == other.asset &&
         one.status == other.status && one.balance == other.balance &&
         one.held == other.held && one.floor == other.floor &&
         one.ceiling == other.ceiling && one.version == other.version;
}

/// An account as it is, while nobody changes it.
inline AccountState PresentState(const Ledger& ledger, AccountId account) {
  const AccountInfo info = ledger.GetAccount(account).value();
  return {.id = info.id,
          .asset = info.asset,
          .status = info.status,
          .balance = info.balance,
          .held = info.held,
          .floor = info.floor,
          .ceiling = info.ceiling,
          .version = info.version};
}

/// All accounts as they are, by rising id.
inline std::vector<AccountState> PresentStates(const Ledger& ledger) {
  std::vector<AccountState> states;
  for (std::uint64_t id = 1; id <= ledger.account_count(); ++id) {
    states.push_back(PresentState(ledger, AccountId(id)));
  }
  return states;
}

/// All accounts of a snapshot, as it tells them one after the other.
inline std::vector<AccountState> StatesIn(const Snapshot& snapshot) {
  std::vector<AccountState> states;
  EXPECT_EQ(snapshot.ForEach(
                [&](const AccountState& state) { states.push_back(state); }),
            Outcome::kOk);
  return states;
}

inline void ExpectSame(const std::vector<AccountState>& found,
                       const std::vector<AccountState>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_TRUE(IsSame(found[i], expected[i]))
        << "account " << expected[i].id.value() << ": "
        << testing::PrintToString(found[i].balance) << " at "
        << found[i].version.value() << " instead of "
        << testing::PrintToString(expected[i].balance) << " at "
        << expected[i].version.value();
  }
}

/// Whether a snapshot says the same of an account wherever it is asked.
inline void ExpectAgrees(const Snapshot& snapshot,
                         const std::vector<AccountState>& expected) {
  EXPECT_EQ(snapshot.account_count(), expected.size());
  ExpectSame(StatesIn(snapshot), expected);
  for (const AccountState& state : expected) {
    EXPECT_TRUE(IsSame(snapshot.Get(state.id).value(), state));
    EXPECT_EQ(snapshot.Balance(state.id).value(), state.balance);
  }
}

}  // namespace lockstep::test
