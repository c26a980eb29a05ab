// What changes routes, and what is left of them in journals, snapshots and
// clones.

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "tests/posting/ledger_state.h"
#include "tests/posting/route_world.h"
#include "tests/posting/ways.h"
#include "tests/support/small_ledger.h"

namespace lockstep {
namespace {

using test::kAny;
using test::kAnyCode;
using test::kFromMint;
using test::kMint;
using test::LedgerState;
using test::SmallLedger;
using test::StateOf;
using test::Text;
using test::Town;

// --- Changing routes ---------------------------------------------------------

TEST(Route, IsOffUnlessTheLedgerWasOpenedSo) {
  SmallLedger world;
  const LedgerState before = StateOf(world.ledger);
  EXPECT_EQ(world.ledger.AllowRoute({}), Outcome::kRoutesOff);
  EXPECT_EQ(world.ledger.ForbidRoute({}), Outcome::kRoutesOff);
  EXPECT_EQ(world.ledger.GetRoutes().error(), Outcome::kRoutesOff);
  EXPECT_EQ(StateOf(world.ledger), before);
  // Classes are kept all the same, and nothing is refused for them.
  const AccountId one = world.Account(10, {.account_class = 5});
  EXPECT_EQ(world.ledger.GetAccount(one)->account_class, 5);
  EXPECT_TRUE(world.ledger.Transfer(one, world.issuer, Amount(1)).ok());
}

TEST(Route, NothingIsAllowedAtFirstNorAfterTheLast) {
  Ledger ledger = Ledger::Open({.routes_only = true}).value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const AccountId issuer = ledger.GetAsset(gold)->issuer;
  const AccountId account = ledger.CreateAccount({.asset = gold}).value();
  const auto pay = [&] {
    return ledger.Transfer(issuer, account, Amount(1)).outcome();
  };
  EXPECT_EQ(pay(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  EXPECT_EQ(pay(), Outcome::kOk);
  EXPECT_EQ(ledger.ForbidRoute({}), Outcome::kOk);
  EXPECT_EQ(pay(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  EXPECT_EQ(pay(), Outcome::kOk);
}

TEST(Route, OnlyWhatWasAllowedIsForbidden) {
  Town town;
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const LedgerState before = StateOf(town.ledger);
  for (const Route& route :
       {Route{}, Route{2, 1, 7}, Route{1, 2, 8}, Route{kAny, 2, 7},
        Route{1, 2, kAnyCode}, Route{kAny, kAny, kAnyCode}}) {
    EXPECT_EQ(town.ledger.ForbidRoute(route), Outcome::kUnknownRoute)
        << Text(route);
  }
  // What is so already stays so.
  EXPECT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  EXPECT_EQ(StateOf(town.ledger), before);
  EXPECT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
  EXPECT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kUnknownRoute);
}

TEST(Route, AreListedInOrder) {
  Town town;
  const std::vector<Route> ordered = {
      {0, 0, 0},       {0, 0, kAnyCode}, {0, kAny, 0},          {1, 0, 0},
      {1, 2, 6},       {1, 2, 7},        {1, 2, kAnyCode},      {1, kAny, 7},
      {2, 1, 7},       kFromMint,        {kAny, 1, 7},          {kAny, kAny, 0},
      {kAny, kAny, 1}, {kAny, kAny, 2},  {kAny, kAny, kAnyCode}};
  for (std::size_t i = ordered.size(); i-- > 0;) {
    ASSERT_EQ(town.ledger.AllowRoute(ordered[i * 7 % ordered.size()]),
              Outcome::kOk);
  }
  EXPECT_EQ(town.ledger.GetRoutes().value(), ordered);
}

TEST(Route, NeedsALedgerThatIsOpen) {
  Town town;
  Ledger moved = std::move(town.ledger);
  EXPECT_EQ(town.ledger.AllowRoute({}), Outcome::kLedgerClosed);
  EXPECT_EQ(town.ledger.ForbidRoute({}), Outcome::kLedgerClosed);
  EXPECT_EQ(town.ledger.GetRoutes().error(), Outcome::kLedgerClosed);
}

TEST(Route, NotFromInsideAFunction) {
  Town town;
  const AccountId accounts[] = {town.Account(1)};
  std::vector<Outcome> outcomes;
  static_cast<void>(town.ledger.Transact(
      std::span<const AccountId>(accounts), [&](AccountStates) {
        outcomes = {town.ledger.AllowRoute({}),
                    town.ledger.ForbidRoute(kFromMint),
                    town.ledger.GetRoutes().error()};
        return Decision::Refuse(0);
      }));
  EXPECT_EQ(outcomes, std::vector(3, Outcome::kInsideTransaction));
}

// --- Journal, snapshots, clones ----------------------------------------------

TEST(Route, EachChangeIsARow) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2, 0);
  JournalCursor cursor = town.ledger.OpenJournal().value();
  ASSERT_TRUE(cursor.Read());
  ASSERT_EQ(town.ledger.Advance(Tick(3)), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  const Receipt paid =
      town.ledger.Transfer(player, shop, Amount(5), {.code = 7});
  ASSERT_TRUE(paid.ok());
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);

  const std::vector<Entry> rows = cursor.Read(1)->entries;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].kind, EntryKind::kRoute);
  EXPECT_EQ(rows[0].route, (Route{1, 2, 7}));
  EXPECT_TRUE(rows[0].is_allowed);
  EXPECT_EQ(rows[0].tick, Tick(3));
  EXPECT_EQ(rows[0].account, AccountId());
  EXPECT_EQ(rows[0].asset, AssetId());
  EXPECT_EQ(rows[0].amount, Amount());
  EXPECT_LT(rows[0].sequence, paid.sequence());
  const std::vector<Entry> rest = cursor.Read()->entries;
  ASSERT_EQ(rest.size(), 3U);
  EXPECT_EQ(rest[0].kind, EntryKind::kTransfer);
  EXPECT_EQ(rest[2].kind, EntryKind::kRoute);
  EXPECT_EQ(rest[2].route, (Route{1, 2, 7}));
  EXPECT_FALSE(rest[2].is_allowed);
  EXPECT_GT(rest[2].sequence, paid.sequence());

  // No account's history has them, and audits are fine with them.
  for (const AccountId account : {player, shop}) {
    const History history = town.ledger.GetHistory(account).value();
    for (const Entry& row : history.entries) {
      EXPECT_EQ(row.kind, EntryKind::kTransfer);
    }
  }
  const AuditReport report = town.ledger.Audit().value();
  EXPECT_TRUE(report.ok);
}

// By sequence a change comes after all that was judged by what was before, and
// before all that is judged by it, whichever sessions posted them.
TEST(Route, ChangesAreInOrderWithAllSessions) {
  Town town;
  Session busy = town.ledger.OpenSession().value();
  Session quiet = town.ledger.OpenSession().value();
  const AccountId one = town.Account(1);
  const AccountId other = town.Account(1);
  const AccountId third = town.Account(1, 0);
  const AccountId fourth = town.Account(1, 0);
  ASSERT_EQ(town.ledger.AllowRoute({1, 1, 0}), Outcome::kOk);
  Sequence last;
  for (int i = 0; i < 50; ++i) {
    last = busy.Transfer(one, third, Amount(1)).sequence();
  }
  JournalCursor cursor = town.ledger.OpenJournal().value();
  ASSERT_TRUE(cursor.Read());
  ASSERT_EQ(town.ledger.AllowRoute({2, 2, 2}), Outcome::kOk);
  const Sequence change = cursor.Read()->entries.at(0).sequence;
  EXPECT_GT(change, last);
  // Has nothing in common with what the busy one did but the routes.
  const Receipt after = quiet.Transfer(other, fourth, Amount(1));
  ASSERT_TRUE(after.ok());
  EXPECT_GT(after.sequence(), change);
}

// Sessions that are opened after a change come after it, too.
TEST(Route, NewSessionsBeginAboveChanges) {
  Town town;
  // Nothing was posted to either.
  const AccountId one = town.Account(1, 0, {.floor = Amount(-9)});
  const AccountId other = town.Account(1, 0);
  ASSERT_EQ(town.ledger.AllowRoute({2, 2, 2}), Outcome::kOk);
  JournalCursor cursor = town.ledger.OpenJournal().value();
  ASSERT_TRUE(cursor.Read());
  ASSERT_EQ(town.ledger.AllowRoute({1, 1, 0}), Outcome::kOk);
  const Sequence change = cursor.Read()->entries.at(0).sequence;
  Session later = town.ledger.OpenSession().value();
  const Receipt paid = later.Transfer(one, other, Amount(1));
  ASSERT_TRUE(paid.ok());
  EXPECT_GT(paid.sequence(), change);
  ASSERT_EQ(town.ledger.ForbidRoute({1, 1, 0}), Outcome::kOk);
  EXPECT_GT(cursor.Read()->entries.back().sequence, paid.sequence());
}

TEST(Route, AJournalThatIsOffIsNotNeeded) {
  Ledger ledger =
      Ledger::Open({.journal_bytes = 0, .routes_only = true}).value();
  EXPECT_EQ(ledger.AllowRoute({}), Outcome::kOk);
  EXPECT_EQ(ledger.GetRoutes()->size(), 1U);
}

TEST(Route, NoSequenceIsLeft) {
  engine::LedgerCore core({.routes_only = true});
  engine::SessionState& session = *core.sessions()->Acquire().value();
  ASSERT_EQ(core.SetRoute(session, {}, true), Outcome::kOk);
  session.last_sequence = Sequence(Sequence::kMaxCounter, session.slot);
  EXPECT_EQ(core.SetRoute(session, {1, 1, 1}, true),
            Outcome::kSequenceExhausted);
  EXPECT_EQ(core.SetRoute(session, {}, false), Outcome::kSequenceExhausted);
  EXPECT_EQ(core.routes()->Now()->ToRoutes(), std::vector<Route>{Route{}});
}

TEST(Route, ASessionInsideIsRefused) {
  engine::LedgerCore core({.routes_only = true});
  engine::SessionState& session = *core.sessions()->Acquire().value();
  session.inside = true;
  EXPECT_EQ(core.SetRoute(session, {}, true), Outcome::kInsideTransaction);
  session.inside = false;
}

// A clone has the routes of its snapshot's cut, whatever came of them.
TEST(Route, ClonesHaveThoseOfTheCut) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  std::vector<Snapshot> snapshots;
  std::vector<std::vector<Route>> expected;
  std::vector<Bits128> digests;
  const auto take = [&] {
    expected.push_back(town.ledger.GetRoutes().value());
    digests.push_back(town.ledger.Digest().value());
    snapshots.push_back(town.ledger.TakeSnapshot().value());
  };
  take();
  take();
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 7}), Outcome::kOk);
  ASSERT_EQ(town.ledger.AllowRoute({1, 2, 8}), Outcome::kOk);
  take();
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 7}), Outcome::kOk);
  take();
  ASSERT_EQ(town.ledger.ForbidRoute({1, 2, 8}), Outcome::kOk);
  // Some of them end, and what only they wanted may go.
  for (const std::size_t gone : {std::size_t{3}, std::size_t{0}}) {
    snapshots.erase(snapshots.begin() + static_cast<std::ptrdiff_t>(gone));
    expected.erase(expected.begin() + static_cast<std::ptrdiff_t>(gone));
    digests.erase(digests.begin() + static_cast<std::ptrdiff_t>(gone));
    ASSERT_EQ(town.ledger.AllowRoute({9, 9, static_cast<std::uint32_t>(gone)}),
              Outcome::kOk);
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
      Ledger clone = snapshots[i].Clone().value();
      EXPECT_EQ(clone.GetRoutes().value(), expected[i]) << i;
      EXPECT_EQ(clone.Digest().value(), digests[i]) << i;
      EXPECT_EQ(snapshots[i].Digest().value(), digests[i]) << i;
      EXPECT_EQ(clone.GetAccount(player)->account_class, 1);
      EXPECT_EQ(clone.GetAccount(AccountId(1))->account_class, kMint);
      const bool is_allowed = expected[i].size() > 1;
      EXPECT_EQ(clone.Transfer(player, shop, Amount(1), {.code = 8}).outcome(),
                is_allowed ? Outcome::kOk : Outcome::kRouteNotAllowed);
      // And goes its own way.
      ASSERT_EQ(clone.AllowRoute({5, 5, 5}), Outcome::kOk);
      EXPECT_EQ(clone.ForbidRoute({9, 9, static_cast<std::uint32_t>(gone)}),
                Outcome::kUnknownRoute);
    }
  }
  snapshots.clear();
  ASSERT_EQ(town.ledger.AllowRoute({8, 8, 8}), Outcome::kOk);
  EXPECT_EQ(town.ledger.Clone()->GetRoutes().value(),
            town.ledger.GetRoutes().value());
}

TEST(Route, AClonesOptionsDecideWhetherItHasAny) {
  Town town;
  const AccountId player = town.Account(1);
  const AccountId shop = town.Account(2);
  Ledger free = town.ledger.TakeSnapshot()->Clone({}).value();
  EXPECT_EQ(free.GetRoutes().error(), Outcome::kRoutesOff);
  EXPECT_TRUE(free.Transfer(player, shop, Amount(1)).ok());
  Ledger bound = free.TakeSnapshot()->Clone({.routes_only = true}).value();
  EXPECT_EQ(bound.GetRoutes()->size(), 0U);
  EXPECT_EQ(bound.Transfer(player, shop, Amount(1)).outcome(),
            Outcome::kRouteNotAllowed);
}

// Two ledgers of the same accounts and routes have one digest, whatever the
// order in which routes were allowed; another class or route makes another.
TEST(Route, CountsInTheDigest) {
  const auto digest = [](std::uint16_t account_class,
                         const std::vector<Route>& routes) {
    Ledger ledger = Ledger::Open({.routes_only = true}).value();
    const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
    static_cast<void>(
        ledger.CreateAccount({.asset = gold, .account_class = account_class}));
    for (const Route& route : routes) {
      EXPECT_EQ(ledger.AllowRoute(route), Outcome::kOk);
    }
    return ledger.Digest().value();
  };
  const Bits128 none = digest(0, {});
  EXPECT_NE(digest(1, {}), none);
  EXPECT_NE(digest(0, {{}}), none);
  EXPECT_NE(digest(0, {{1, 0, 0}}), digest(0, {{0, 1, 0}}));
  EXPECT_EQ(digest(0, {{1, 0, 0}, {2, 0, 0}}),
            digest(0, {{2, 0, 0}, {1, 0, 0}}));
  // Without either it is what it always was.
  SmallLedger world;
  Ledger same = Ledger::Open({.routes_only = true}).value();
  ASSERT_TRUE(same.CreateAsset({.code = "GOLD", .scale = 2}));
  EXPECT_EQ(same.Digest().value(), world.ledger.Digest().value());
}

// --- Conflicts ---------------------------------------------------------------

// What a function sees of accounts, it sees once more if routes changed while
// it thought, though no account did.
TEST(Route, AChangeWhileAFunctionThinksIsAConflict) {
  Town town;
  const AccountId accounts[] = {town.Account(1), town.Account(2)};
  int calls = 0;
  // The other thread's part; on this one everything would be refused.
  const auto change = [&](bool is_allowed) {
    std::thread([&] {
      EXPECT_EQ(is_allowed ? town.ledger.AllowRoute({1, 2, 0})
                           : town.ledger.ForbidRoute({1, 2, 0}),
                Outcome::kOk);
    }).join();
  };
  const auto transact = [&](Mode mode, bool is_allowed_then) {
    calls = 0;
    return town.ledger.Transact(std::span<const AccountId>(accounts),
                                [&](AccountStates) {
                                  if (calls++ == 0) change(is_allowed_then);
                                  return Decision().Move(
                                      accounts[0], accounts[1], Amount(1));
                                },
                                {.mode = mode});
  };
  Receipt receipt = transact(Mode::kOptimistic, true);
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(receipt.attempts(), 2U);
  EXPECT_EQ(calls, 2);
  receipt = transact(Mode::kOptimistic, false);
  EXPECT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(receipt.attempts(), 2U);
  // In locked mode routes are asked for after the function, so it sees them
  // once, and nobody who changes them waits for it.
  receipt = transact(Mode::kLocked, true);
  EXPECT_TRUE(receipt.ok());
  EXPECT_EQ(calls, 1);
  receipt = transact(Mode::kLocked, false);
  EXPECT_EQ(receipt.outcome(), Outcome::kRouteNotAllowed);
  EXPECT_EQ(calls, 1);
}

// A snapshot and a change of routes while a function holds locks: what is
// posted belongs to the change's epoch, not to the one that it began in.
TEST(Route, WhoGoesByAChangeBelongsToItsEpoch) {
  Town town;
  const AccountId accounts[] = {town.Account(1), town.Account(2)};
  std::optional<Snapshot> snapshot;
  const Receipt receipt = town.ledger.Transact(
      std::span<const AccountId>(accounts), [&](AccountStates) {
        std::thread([&] {
          snapshot.emplace(town.ledger.TakeSnapshot().value());
          EXPECT_EQ(town.ledger.AllowRoute({1, 2, 0}), Outcome::kOk);
        }).join();
        return Decision().Move(accounts[0], accounts[1], Amount(1));
      });
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(snapshot->Balance(accounts[0]).value(), Amount(100));
  EXPECT_EQ(snapshot->Balance(accounts[1]).value(), Amount(100));
  EXPECT_TRUE(snapshot->Audit()->ok);
  EXPECT_EQ(snapshot->Clone()->GetRoutes()->size(), 1U);
}

}  // namespace
}  // namespace lockstep
