#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "lockstep/lockstep.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {

inline constexpr Mode kModes[] = {Mode::kLocked, Mode::kOptimistic,
                                  Mode::kAuto};

/// For INSTANTIATE_TEST_SUITE_P: a ledger for many threads and one for a single
/// one, which must not differ in what they do.
inline auto EachConcurrency() {
  return testing::Values(Concurrency::kMultiThread, Concurrency::kSingleThread);
}

/// The same, with each way of keeping others away.
inline auto EachMode() {
  return testing::Combine(EachConcurrency(), testing::ValuesIn(kModes));
}
using ConcurrencyAndMode = std::tuple<Concurrency, Mode>;

/// The name of a parameter of EachMode.
inline std::string NameOfMode(
    const testing::TestParamInfo<ConcurrencyAndMode>& info) {
  return testing::PrintToString(std::get<Concurrency>(info.param)) +
         testing::PrintToString(std::get<Mode>(info.param));
}

/// The accounts of the legs, each once, in no order that helps anybody.
inline std::vector<AccountId> AccountsOf(std::span<const Leg> legs) {
  std::vector<AccountId> accounts;
  for (std::size_t i = legs.size(); i-- > 0;) {
    const AccountId account = legs[i].account;
    if (std::find(accounts.begin(), accounts.end(), account) ==
        accounts.end()) {
      accounts.push_back(account);
    }
  }
  return accounts;
}

/// What a transaction function returns that has nothing to think about.
inline Decision Decide(std::span<const Leg> legs) {
  Decision decision;
  for (const Leg& leg : legs) decision.Add(leg.account, leg.amount);
  return decision;
}

/// How a transfer comes to be posted. What becomes of it must not depend on it.
struct Way {
  Concurrency concurrency = Concurrency::kMultiThread;
  Mode mode = Mode::kLocked;
  /// A transaction function returns the legs.
  bool by_function = false;

  /// Through a ledger, a session, or whatever has the same functions.
  template <class Door>
  Receipt Transfer(Door& door, AccountId from, AccountId to, Amount amount,
                   TransferOptions options = {}) const {
    options.mode = mode;
    if (!by_function) return door.Transfer(from, to, amount, options);
    const AccountId accounts[] = {from, to};
    return door.Transact(
        std::span<const AccountId>(accounts),
        [&](AccountStates) { return Decision().Move(from, to, amount); },
        options);
  }
  template <class Door>
  Receipt Post(Door& door, std::span<const Leg> legs,
               TransferOptions options = {}) const {
    options.mode = mode;
    if (!by_function) return door.Post(legs, options);
    return door.Transact(
        std::span<const AccountId>(AccountsOf(legs)),
        [&](AccountStates) { return Decide(legs); }, options);
  }
};

inline void PrintTo(const Way& way, std::ostream* out) {
  PrintTo(way.concurrency, out);
  PrintTo(way.mode, out);
  *out << (way.by_function ? "Function" : "Legs");
}

inline auto EachWay() {
  std::vector<Way> ways;
  for (const Concurrency concurrency :
       {Concurrency::kMultiThread, Concurrency::kSingleThread}) {
    for (const Mode mode : kModes) {
      ways.push_back({concurrency, mode, false});
      ways.push_back({concurrency, mode, true});
    }
  }
  return testing::ValuesIn(ways);
}

}  // namespace lockstep::test
