#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "engine/explore/history/history_checker.h"
#include "tests/explore/history/scene.h"
#include "tests/support/settings.h"

namespace lockstep::test {
namespace {

using engine::explore::Access;
using engine::explore::AccountState;
using engine::explore::CheckHistory;
using engine::explore::History;
using engine::explore::Operation;
using engine::explore::Verdict;

using Random = std::mt19937_64;

std::uint64_t Below(Random& random, std::uint64_t limit) {
  return random() % limit;
}

// Makes the clocks 1, 2, 3 and so on, in the order that they have.
void RankClocks(History& history) {
  std::map<std::uint64_t, std::uint64_t> ranks;
  for (const Operation& operation : history.operations) {
    ranks[operation.invoked] = ranks[operation.returned] = 0;
  }
  std::uint64_t next = 0;
  for (auto& [clock, rank] : ranks) rank = ++next;
  for (Operation& operation : history.operations) {
    operation.invoked = ranks[operation.invoked];
    operation.returned = ranks[operation.returned];
  }
}

// --- A serial history, as a ledger might have had it -------------------------

// Operations happen one after the other; each was called some time before and
// returned some time after, so they overlap. Sequences are made as the engine
// makes them.
class SerialRun {
 public:
  SerialRun(std::uint64_t seed, std::size_t accounts, std::size_t threads)
      : random_(seed), last_(threads) {
    for (std::size_t i = 0; i < accounts; ++i) {
      const auto version =
          Below(random_, 2) == 0 ? kNone : V(1 + Below(random_, 50), 1000);
      now_.push_back({AccountId(i + 1),
                      AssetId(1 + static_cast<std::uint32_t>(i % 2)), version,
                      Amount(Below(random_, 1000))});
    }
    history_.before = now_;
    // One that is made meanwhile.
    now_.push_back({AccountId(accounts + 1), AssetId(1), kNone, Amount()});
  }

  History Run(std::size_t operations) {
    for (std::size_t i = 0; i < operations; ++i) Next();
    history_.after = now_;
    SetClocks();
    return history_;
  }

 private:
  void Next() {
    Operation operation;
    operation.thread = static_cast<std::uint32_t>(Below(random_, last_.size()));
    std::vector<Leg> legs;
    const std::uint64_t kind = Below(random_, 10);
    if (kind < 7) {
      legs = SomeLegs();
      if (kind == 6) operation.outcome = Outcome::kInsufficientFunds;
    }
    std::vector<std::size_t> touched;
    for (const Leg& leg : legs) touched.push_back(leg.account.value() - 1);
    while (touched.empty() || Below(random_, 4) == 0) {
      touched.push_back(Below(random_, now_.size()));
    }
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    // Kind 7 changes a status: it writes and moves nothing.
    if (operation.outcome == Outcome::kOk && kind <= 7) {
      operation.sequence = NextSequence(operation.thread, touched);
    }
    std::vector<Access> accesses;
    for (const std::size_t i : touched) {
      AccountState& state = now_[i];
      const Sequence version = state.version;
      const Amount found = state.balance;
      if (operation.posted()) {
        state.version = operation.sequence;
        for (const Leg& leg : legs) {
          if (leg.account != state.account) continue;
          state.balance = lockstep::Add(state.balance, leg.amount).value();
        }
      }
      accesses.push_back({state.account, version, found, state.version,
                          state.balance, operation.posted()});
    }
    history_.Add(operation, accesses, legs);
  }

  // Two to six, of one asset or of both, some on the same account.
  std::vector<Leg> SomeLegs() {
    std::vector<Leg> legs;
    for (std::uint64_t pair = 1 + Below(random_, 3); pair-- > 0;) {
      const auto amount = static_cast<std::int64_t>(1 + Below(random_, 50));
      const std::size_t from = Below(random_, now_.size());
      std::size_t to = Below(random_, now_.size());
      while (now_[to].asset != now_[from].asset) {
        to = Below(random_, now_.size());
      }
      legs.push_back({now_[from].account, Amount(-amount)});
      legs.push_back({now_[to].account, Amount(amount)});
    }
    return legs;
  }

  Sequence NextSequence(std::uint32_t thread,
                        const std::vector<std::size_t>& touched) {
    std::uint64_t highest = last_[thread].value();
    for (const std::size_t i : touched) {
      highest = std::max(highest, now_[i].version.value());
    }
    last_[thread] = V(Sequence(highest).counter() + 1, thread);
    return last_[thread];
  }

  // Operation i happens at (i + 1) * kApart. Between two of one thread lies a
  // moment at which it is in neither.
  void SetClocks() {
    constexpr std::uint64_t kApart = 1000;
    std::vector<std::uint64_t> free_since(last_.size());
    std::vector<Operation>& operations = history_.operations;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const std::uint64_t moment = (i + 1) * kApart;
      std::uint64_t& free = free_since[operations[i].thread];
      const std::uint64_t first =
          std::max(free, moment - std::min(moment, 5 * kApart));
      operations[i].invoked = first + Below(random_, moment - first);
      std::size_t next = i + 1;
      while (next < operations.size() &&
             operations[next].thread != operations[i].thread) {
        ++next;
      }
      const std::uint64_t room = std::min((next - i) * kApart, 5 * kApart);
      operations[i].returned = moment + Below(random_, room - 1);
      free = operations[i].returned + 1;
    }
    for (std::size_t i = 0; i < operations.size(); ++i) {
      // Nobody else has these low digits.
      operations[i].invoked = operations[i].invoked << 32 | 2 * i;
      operations[i].returned = operations[i].returned << 32 | (2 * i + 1);
    }
    RankClocks(history_);
  }

  Random random_;
  History history_;
  std::vector<AccountState> now_;
  std::vector<Sequence> last_;  // by thread, which is its slot
};

History SomeSerialHistory(std::uint64_t seed) {
  return SerialRun(seed, 2 + seed % 7, 1 + seed % 5).Run(1 + seed % 60);
}

TEST(RandomHistories, SerialOnesPass) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  engine::explore::HistoryChecker checker;
  for (std::uint64_t i = 0; i < Scaled(2000); ++i) {
    const History history = SomeSerialHistory(seed * 1'000'003 + i);
    const Verdict verdict = checker.Check(history);
    ASSERT_TRUE(verdict.ok()) << "history " << i << "\n" << verdict.Text();
  }
}

// --- One thing in it made wrong ----------------------------------------------

// Picks one of the operations that qualify; none: the history's size.
template <class Qualifies>
std::size_t Pick(const History& history, Random& random,
                 const Qualifies& qualifies) {
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    if (qualifies(history.operations[i])) some.push_back(i);
  }
  return some.empty() ? history.operations.size()
                      : some[Below(random, some.size())];
}

std::size_t PickPosted(const History& history, Random& random) {
  return Pick(history, random,
              [](const Operation& operation) { return operation.posted(); });
}

Access& SomeAccess(History& history, Random& random) {
  return history.accesses[Below(random, history.accesses.size())];
}

Amount OneMore(Amount amount) { return Add(amount, Amount(1)).value(); }

// Each makes something wrong, or says that this history has nothing for it.
using Corruption = bool (*)(History& history, Random& random);

bool DropAnOperation(History& history, Random& random) {
  const std::size_t i = PickPosted(history, random);
  if (i == history.operations.size()) return false;
  history.operations.erase(history.operations.begin() +
                           static_cast<std::ptrdiff_t>(i));
  return true;
}

bool DuplicateAnOperation(History& history, Random& random) {
  const std::size_t i = PickPosted(history, random);
  if (i == history.operations.size()) return false;
  Operation again = history.operations[i];
  again.invoked = again.returned = 0;
  for (const Operation& operation : history.operations) {
    again.invoked = std::max(again.invoked, operation.returned + 1);
  }
  again.returned = again.invoked + 1;
  history.operations.push_back(again);
  return true;
}

bool SwapSequences(History& history, Random& random) {
  const std::size_t i = PickPosted(history, random);
  const std::size_t j = PickPosted(history, random);
  if (i == j) return false;
  std::swap(history.operations[i].sequence, history.operations[j].sequence);
  return true;
}

// What two operations found and left in one account, sequences aside.
bool SwapAccesses(History& history, Random& random) {
  Access& one = SomeAccess(history, random);
  Access& other = SomeAccess(history, random);
  if (one.account != other.account ||
      one.found_version == other.found_version) {
    return false;
  }
  std::swap(one, other);
  return true;
}

bool AlterAFoundBalance(History& history, Random& random) {
  Access& access = SomeAccess(history, random);
  access.found = OneMore(access.found);
  return true;
}

bool AlterALeftBalance(History& history, Random& random) {
  Access& access = SomeAccess(history, random);
  access.left = OneMore(access.left);
  return true;
}

// A read that moves nothing else.
bool AlterARead(History& history, Random& random) {
  Access& access = SomeAccess(history, random);
  if (access.wrote) return false;
  access.found = access.left = OneMore(access.found);
  return true;
}

bool AlterAFoundVersion(History& history, Random& random) {
  Access& access = SomeAccess(history, random);
  // Of a session that there is none of.
  access.found_version = V(access.found_version.counter() + 1, 999);
  if (!access.wrote) access.left_version = access.found_version;
  return true;
}

bool AlterALeg(History& history, Random& random) {
  const std::size_t i = Pick(history, random, [](const Operation& operation) {
    return operation.posted() && operation.leg_count > 0;
  });
  if (i == history.operations.size()) return false;
  Leg& leg = history.legs[history.operations[i].first_leg +
                          Below(random, history.operations[i].leg_count)];
  leg.amount = OneMore(leg.amount);
  return true;
}

bool AlterTheEnd(History& history, Random& random) {
  AccountState& state = history.after[Below(random, history.after.size())];
  state.balance = OneMore(state.balance);
  return true;
}

bool AlterTheBeginning(History& history, Random& random) {
  AccountState& state = history.before[Below(random, history.before.size())];
  state.balance = OneMore(state.balance);
  return true;
}

// What read one of its accounts before that was written comes after all.
bool DelayARead(History& history, Random& random) {
  const std::size_t i = Pick(history, random, [&](const Operation& operation) {
    if (operation.posted()) return false;
    for (const Access& access : history.AccessesOf(operation)) {
      for (const AccountState& state : history.after) {
        if (state.account == access.account &&
            state.version != access.found_version) {
          return true;
        }
      }
    }
    return false;
  });
  if (i == history.operations.size()) return false;
  std::uint64_t last = 0;
  for (const Operation& operation : history.operations) {
    last = std::max(last, operation.returned);
  }
  history.operations[i].invoked = last + 1;
  history.operations[i].returned = last + 2;
  return true;
}

struct NamedCorruption {
  const char* name;
  Corruption corrupt;
};

constexpr std::array<NamedCorruption, 12> kCorruptions = {{
    {"drop an operation", DropAnOperation},
    {"duplicate an operation", DuplicateAnOperation},
    {"swap two sequences", SwapSequences},
    {"swap two accesses", SwapAccesses},
    {"alter a found balance", AlterAFoundBalance},
    {"alter a left balance", AlterALeftBalance},
    {"alter a read", AlterARead},
    {"alter a found version", AlterAFoundVersion},
    {"alter a leg", AlterALeg},
    {"alter the end", AlterTheEnd},
    {"alter the beginning", AlterTheBeginning},
    {"delay a read", DelayARead},
}};

TEST(RandomHistories, WhatIsMadeWrongIsFound) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  engine::explore::HistoryChecker checker;
  for (const NamedCorruption& corruption : kCorruptions) {
    std::uint64_t made = 0;
    const std::uint64_t rounds = Scaled(1000);
    for (std::uint64_t i = 0; i < rounds; ++i) {
      History history = SomeSerialHistory(seed * 1'000'003 + i);
      Random random(seed * 1'000'003 + i);
      if (!corruption.corrupt(history, random)) continue;
      ++made;
      const Verdict verdict = checker.Check(history);
      ASSERT_FALSE(verdict.ok()) << corruption.name << " in history " << i;
      ASSERT_FALSE(verdict.Text().empty());
    }
    EXPECT_GE(made, rounds / 50) << corruption.name;
  }
}

// --- Against trying all orders -----------------------------------------------

// A few operations whose accesses mix at random: each account's chain holds,
// and whether the whole is serializable is left to chance. Nothing moves, so
// only circles can be wrong.
History SomeMixedHistory(Random& random) {
  const std::size_t count = 2 + Below(random, 4);
  const std::size_t accounts = 1 + Below(random, 3);
  History history;
  for (std::size_t i = 0; i < accounts; ++i) {
    history.before.push_back({AccountId(i + 1), AssetId(1), kNone, Amount()});
  }
  history.after = history.before;
  // Who takes its next step, over and over: called, some accesses, returned.
  struct Running {
    Operation operation;
    std::vector<Access> accesses;
    std::size_t steps = 0;
    bool writes = false;
  };
  std::vector<Running> running(count);
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < count; ++i) {
    running[i].operation.thread = static_cast<std::uint32_t>(i);
    running[i].steps = 2 + 1 + Below(random, 3);
    left.push_back(i);
  }
  std::uint64_t clock = 0;
  while (!left.empty()) {
    const std::size_t at = Below(random, left.size());
    const std::size_t i = left[at];
    Running& mine = running[i];
    Operation& operation = mine.operation;
    if (operation.invoked == 0) {
      operation.invoked = ++clock;
    } else if (mine.steps == 1) {
      operation.returned = ++clock;
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
      if (mine.writes) {
        operation.sequence = V(i + 1, static_cast<std::uint32_t>(i));
      }
      history.Add(operation, mine.accesses, {});
    } else {
      AccountState& state = history.after[Below(random, accounts)];
      const Sequence own = V(i + 1, static_cast<std::uint32_t>(i));
      const bool writes = own > state.version && Below(random, 2) == 0;
      mine.accesses.push_back({state.account, state.version, Amount(),
                               writes ? own : state.version, Amount(), writes});
      if (writes) state.version = own;
      mine.writes |= writes;
    }
    --mine.steps;
  }
  return history;
}

// Does every operation find what is there, in this order?
bool IsAsSerial(const History& history, const std::vector<std::size_t>& order) {
  std::vector<Sequence> versions(history.before.size());
  std::uint64_t latest_call = 0;
  for (const std::size_t i : order) {
    const Operation& operation = history.operations[i];
    // One before it was called after it had returned.
    if (latest_call > operation.returned) return false;
    latest_call = std::max(latest_call, operation.invoked);
    for (const Access& access : history.AccessesOf(operation)) {
      Sequence& version = versions[access.account.value() - 1];
      if (version != access.found_version) return false;
      if (access.wrote) version = access.left_version;
    }
  }
  return true;
}

bool IsStrictlySerializable(const History& history) {
  std::vector<std::size_t> order(history.operations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    if (IsAsSerial(history, order)) return true;
  } while (std::next_permutation(order.begin(), order.end()));
  return false;
}

TEST(RandomHistories, AgreesWithTryingAllOrders) {
  const std::uint64_t seed = Seed();
  SCOPED_TRACE(SeedTrace(seed));
  Random random(seed);
  engine::explore::HistoryChecker checker;
  std::uint64_t good = 0;
  const std::uint64_t rounds = Scaled(20'000);
  for (std::uint64_t i = 0; i < rounds; ++i) {
    const History history = SomeMixedHistory(random);
    bool is_above = true;
    for (const Operation& operation : history.operations) {
      for (const Access& access : history.AccessesOf(operation)) {
        is_above &=
            !operation.posted() || access.found_version < operation.sequence;
      }
    }
    const Verdict verdict = checker.Check(history);
    const bool is_good = IsStrictlySerializable(history);
    // A sequence that is not above what it found is wrong in any order.
    ASSERT_EQ(verdict.ok(), is_good && is_above) << "history " << i << "\n"
                                                 << verdict.Text();
    good += is_good ? 1 : 0;
  }
  EXPECT_GT(good, rounds / 10);
  EXPECT_LT(good, rounds * 9 / 10);
}

}  // namespace
}  // namespace lockstep::test
