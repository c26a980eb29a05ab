// Inside a transaction function: no ledger can be asked anything, whoever asks;
// and what a function throws reaches its caller and leaves nothing behind.

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"
#include "tests/support/watchdog.h"

namespace lockstep {
namespace {

using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Watchdog;

// A ledger and all that can be asked of it.
struct Asked {
  explicit Asked(Concurrency concurrency)
      : small({.concurrency = concurrency}) {}

  SmallLedger small;
  AccountId alice = small.Account(1000);
  AccountId bob = small.Account(1000, {.owner = OwnerId(1), .key = "bob"});
  Session session = small.ledger.OpenSession().value();
  Snapshot snapshot = small.ledger.TakeSnapshot().value();
  JournalCursor cursor = small.ledger.OpenJournal().value();
  int made = 0;

  // Calls everything that has an outcome, in a way that is well outside.
  // Returns what each was answered with.
  std::vector<std::pair<std::string, Outcome>> AskEverything() {
    std::vector<std::pair<std::string, Outcome>> answers;
    const auto add = [&](const char* what, Outcome outcome) {
      answers.emplace_back(what, outcome);
    };
    Ledger& ledger = small.ledger;
    const Leg legs[] = {{alice, Amount(-1)}, {bob, Amount(1)}};
    const AccountId declared[] = {alice, bob};
    const auto move = [&](AccountStates) {
      return Decision().Move(alice, bob, Amount(1));
    };
    ++made;
    const std::string name = std::to_string(made);

    add("Open", Ledger::Open().error());
    add("CreateAsset", ledger.CreateAsset({.code = name}).error());
    add("CreateAccount",
        ledger.CreateAccount({.asset = small.gold, .key = name}).error());
    add("FindAsset", ledger.FindAsset("GOLD").error());
    add("FindAccount by key", ledger.FindAccount("bob").error());
    add("FindAccount by bits",
        ledger.FindAccount(Bits128{1, 1}).error() == Outcome::kUnknownAccount
            ? Outcome::kOk
            : ledger.FindAccount(Bits128{1, 1}).error());
    add("FindAccount by owner",
        ledger.FindAccount(OwnerId(1), {}, small.gold).error());
    add("GetAsset", ledger.GetAsset(small.gold).error());
    add("GetAccount", ledger.GetAccount(alice).error());
    add("Balance", ledger.Balance(alice).error());
    add("Supply", ledger.Supply(small.gold).error());
    add("SetStatus", ledger.SetStatus(alice, AccountStatus::kOpen));
    add("OpenSession", ledger.OpenSession().error());
    add("Read", ledger.Read({alice, bob}).error());
    AccountState states[2];
    add("Read into", ledger.Read(declared, states));
    add("TakeSnapshot", ledger.TakeSnapshot().error());
    add("Clone", ledger.Clone().error());
    add("Advance", ledger.Advance(Tick(7)));
    add("GetHistory", ledger.GetHistory(alice).error());
    add("OpenJournal", ledger.OpenJournal().error());
    add("Audit", ledger.Audit().error());
    add("Digest", ledger.Digest().error());
    for (const Mode mode : test::kModes) {
      const TransferOptions options = {.mode = mode};
      add("Transfer",
          ledger.Transfer(alice, bob, Amount(1), options).outcome());
      add("Post", ledger.Post(legs, options).outcome());
      add("Transact", ledger.Transact(declared, move, options).outcome());
      add("Session::Transfer",
          session.Transfer(alice, bob, Amount(1), options).outcome());
      add("Session::Post", session.Post(legs, options).outcome());
      add("Session::Transact",
          session.Transact(declared, move, options).outcome());
    }
    add("Snapshot::Get", snapshot.Get(alice).error());
    add("Snapshot::Balance", snapshot.Balance(alice).error());
    add("Snapshot::ForEach", snapshot.ForEach([](const AccountState&) {}));
    add("Snapshot::Totals", snapshot.Totals().error());
    add("Snapshot::Top", snapshot.Top(small.gold, 1).error());
    add("Snapshot::Histogram", snapshot.Histogram(small.gold, {}).error());
    add("Snapshot::Audit", snapshot.Audit().error());
    add("Snapshot::Digest", snapshot.Digest().error());
    add("Snapshot::Clone", snapshot.Clone().error());
    add("Snapshot::Clone with options", snapshot.Clone({}).error());
    add("JournalCursor::Read", cursor.Read().error());
    return answers;
  }

  // What has no outcome answers as a ledger that was moved from.
  void ExpectSilence() {
    const Ledger& ledger = small.ledger;
    EXPECT_EQ(ledger.account_count(), 0U);
    EXPECT_EQ(ledger.asset_count(), 0U);
    EXPECT_EQ(ledger.now(), Tick());
    EXPECT_EQ(ledger.GetStats().posted(), 0U);
    EXPECT_EQ(ledger.Explain(Receipt()),
              OutcomeMeaning(Outcome::kLedgerClosed));
    EXPECT_EQ(snapshot.account_count(), 3U) << "a snapshot stays what it is";
  }
  void ExpectAnswers(Outcome outcome) {
    for (const auto& [what, answer] : AskEverything()) {
      EXPECT_EQ(answer, outcome) << what;
    }
  }
};

// Where the function runs, and how.
struct Place {
  Concurrency concurrency;
  Mode mode;
  bool of_session;
};

void PrintTo(const Place& place, std::ostream* out) {
  PrintTo(place.concurrency, out);
  PrintTo(place.mode, out);
  *out << (place.of_session ? "Session" : "Ledger");
}

class InsideFunctionTest : public testing::TestWithParam<Place> {
 protected:
  static TransferOptions Options() { return {.mode = GetParam().mode}; }
  // At the same door again and again.
  Receipt Transact(std::span<const AccountId> declared,
                   TransactionFunction function,
                   const TransferOptions& options = Options()) {
    return GetParam().of_session
               ? asked_.session.Transact(declared, function, options)
               : ledger_.Transact(declared, function, options);
  }

  const Watchdog watchdog_;
  Asked asked_{GetParam().concurrency};
  Asked other_{GetParam().concurrency};
  Ledger& ledger_ = asked_.small.ledger;
  std::vector<AccountId> both_ = {asked_.alice, asked_.bob};
};

TEST_P(InsideFunctionTest, NothingIsAnswered) {
  asked_.ExpectAnswers(Outcome::kOk);
  other_.ExpectAnswers(Outcome::kOk);
  const Amount before = asked_.small.Balance(asked_.bob);
  const LedgerState others = StateOf(other_.small.ledger);
  const Receipt receipt = Transact(both_, [&](AccountStates) {
    asked_.ExpectAnswers(Outcome::kInsideTransaction);
    asked_.ExpectSilence();
    other_.ExpectAnswers(Outcome::kInsideTransaction);
    other_.ExpectSilence();
    return Decision().Move(asked_.alice, asked_.bob, Amount(1));
  });
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(asked_.small.Balance(asked_.bob), Add(before, Amount(1)).value());
  EXPECT_TRUE(StateOf(other_.small.ledger) == others);
  // It is over.
  asked_.ExpectAnswers(Outcome::kOk);
  other_.ExpectAnswers(Outcome::kOk);
  EXPECT_EQ(ledger_.account_count(), 3U + 2U * 2U)
      << "an account and an asset's issuer for each time outside";
  asked_.small.ExpectSound();
}

TEST_P(InsideFunctionTest, ALedgerThatWasMovedFromIsClosedFirst) {
  const Ledger kept = std::move(other_.small.ledger);
  Transact(both_, [&](AccountStates) {
    EXPECT_EQ(other_.small.ledger.Balance(other_.alice).error(),
              Outcome::kLedgerClosed);
    return Decision::Refuse();
  });
}

class BesideFunctionTest : public InsideFunctionTest {};

// Another thread is not inside of anything.
TEST_P(BesideFunctionTest, OtherThreadsGoOnMeanwhile) {
  const AccountId third = asked_.small.Account(5);
  Transact(both_, [&](AccountStates) {
    std::jthread([&] {
      EXPECT_TRUE(ledger_.Transfer(third, asked_.small.issuer, Amount(1)).ok());
      other_.ExpectAnswers(Outcome::kOk);
    }).join();
    return Decision::Refuse();
  });
  EXPECT_EQ(asked_.small.Balance(third), Amount(4));
}

// --- What it throws --------------------------------------------------------

struct NotStandard {
  int number;
};

TEST_P(InsideFunctionTest, WhatItThrowsReachesTheCaller) {
  const LedgerState before = StateOf(ledger_);
  const Stats counted = ledger_.GetStats();
  const auto throwing = [&](const auto& thrown) {
    return [&](AccountStates) -> Decision { throw thrown; };
  };
  try {
    Transact(both_, throwing(std::out_of_range("far")));
    ADD_FAILURE() << "it should have thrown";
  } catch (const std::out_of_range& caught) {
    EXPECT_STREQ(caught.what(), "far");
  }
  try {
    Transact(both_, throwing(NotStandard{42}));
    ADD_FAILURE() << "it should have thrown";
  } catch (const NotStandard& caught) {
    EXPECT_EQ(caught.number, 42);
  }
  EXPECT_THROW(Transact(both_, throwing(7)), int);
  EXPECT_THROW(Transact(both_, throwing(std::bad_alloc())), std::bad_alloc)
      << "which is the function's own";

  const Stats since = test::Since(counted, ledger_.GetStats());
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    EXPECT_EQ(since.outcomes[i], 0U) << "nothing is counted";
  }
  EXPECT_TRUE(StateOf(ledger_) == before);
  EXPECT_TRUE(Transact(both_,
                       [&](AccountStates) {
                         return Decision().Move(asked_.alice, asked_.bob,
                                                Amount(1));
                       })
                  .ok())
      << "at the same door";
  asked_.ExpectAnswers(Outcome::kOk);
  other_.ExpectAnswers(Outcome::kOk);
  asked_.small.ExpectSound();
}

// In optimistic mode it may run more than once.
class RepeatedFunctionTest : public InsideFunctionTest {};

TEST_P(RepeatedFunctionTest, ItMayThrowInItsSecondRun) {
  const AccountId watched = asked_.small.Account(5);
  both_.push_back(watched);
  const LedgerState before = StateOf(ledger_);
  int calls = 0;
  EXPECT_THROW(
      Transact(both_,
               [&](AccountStates) {
                 if (++calls == 2) throw NotStandard{2};
                 std::jthread([&] {
                   EXPECT_EQ(ledger_.SetStatus(watched, AccountStatus::kOpen),
                             Outcome::kOk);
                 }).join();
                 return Decision().Move(asked_.alice, asked_.bob, Amount(1));
               }),
      NotStandard);
  EXPECT_EQ(calls, 2);
  LedgerState after = StateOf(ledger_);
  EXPECT_EQ(after.digest, before.digest);
  ASSERT_EQ(after.rows.size(), before.rows.size() + 1);
  after.rows.pop_back();  // the status's
  EXPECT_EQ(after.rows, before.rows);
  asked_.ExpectAnswers(Outcome::kOk);
}

// The last attempt is made under locks, which must go too.
TEST_P(RepeatedFunctionTest, ItMayThrowAfterItFellBackToLocks) {
  TransferOptions options = Options();
  options.retry.attempts = 1;
  int calls = 0;
  EXPECT_THROW(
      Transact(
          both_,
          [&](AccountStates) {
            if (++calls == 2) throw NotStandard{2};
            std::jthread([&] {
              EXPECT_EQ(ledger_.SetStatus(asked_.alice, AccountStatus::kOpen),
                        Outcome::kOk);
            }).join();
            return Decision().Move(asked_.alice, asked_.bob, Amount(1));
          },
          options),
      NotStandard);
  EXPECT_EQ(calls, 2);
  asked_.ExpectAnswers(Outcome::kOk);
}

// All places of these kinds.
std::vector<Place> Places(std::initializer_list<Concurrency> concurrencies,
                          std::initializer_list<Mode> modes) {
  std::vector<Place> places;
  for (const Concurrency concurrency : concurrencies) {
    for (const Mode mode : modes) {
      places.push_back({concurrency, mode, false});
      places.push_back({concurrency, mode, true});
    }
  }
  return places;
}

constexpr Concurrency kMulti = Concurrency::kMultiThread;
constexpr Concurrency kSingle = Concurrency::kSingleThread;

INSTANTIATE_TEST_SUITE_P(
    All, InsideFunctionTest,
    testing::ValuesIn(Places({kMulti, kSingle},
                             {Mode::kLocked, Mode::kOptimistic, Mode::kAuto})),
    testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(
    All, BesideFunctionTest,
    testing::ValuesIn(Places({kMulti}, {Mode::kLocked, Mode::kOptimistic})),
    testing::PrintToStringParamName());
INSTANTIATE_TEST_SUITE_P(All, RepeatedFunctionTest,
                         testing::ValuesIn(Places({kMulti, kSingle},
                                                  {Mode::kOptimistic})),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace lockstep
