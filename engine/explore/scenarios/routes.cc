// Routes that change, while others go by them.

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// All accounts and transfers are of class and code 0, and so go along this.
constexpr Route kTheRoute;

// A ledger that moves along routes only. Whatever the threads do, at the end
// its journal must tell of it in an order in which everything went along a
// route that was allowed just then.
class RouteScenario : public MixedScenario {
 public:
  RouteScenario(const Setup& setup, std::vector<std::string_view> titles)
      : MixedScenario(setup, std::move(titles)) {
    // So that their versions are above those of the routes' pieces: who goes by
    // routes that are no longer so comes after the change.
    for (int i = 0; i < 3; ++i) {
      ledger().SetStatus(account(1), AccountStatus::kOpen);
      ledger().SetStatus(account(2), AccountStatus::kOpen);
    }
    StartHistory();
    rows_ = std::make_unique<JournalCursor>(ledger().OpenJournal().value());
    FollowRows();
  }

 protected:
  // For constructors: nothing is allowed at the beginning.
  void AllowNothing() {
    static_cast<void>(ledger().ForbidRoute(kTheRoute));
    FollowRows();
    StartHistory();
  }
  void Allow(int thread) { Saw(thread, ledger().AllowRoute(kTheRoute)); }
  void Forbid(int thread) { Saw(thread, ledger().ForbidRoute(kTheRoute)); }

  // Reads the rows that are new.
  void FollowRows() {
    while (wrong_.empty()) {
      const std::vector<Entry> rows = rows_->Read().value().entries;
      if (rows.empty()) return;
      for (const Entry& row : rows) Follow(row);
    }
  }

  std::string CheckMore() override {
    FollowRows();
    if (!wrong_.empty()) return wrong_;
    const std::vector<Route> now = ledger().GetRoutes().value();
    return std::set<Route>(now.begin(), now.end()) == allowed_
               ? ""
               : "the rows do not end at the routes that are allowed";
  }

 private:
  void Follow(const Entry& row) {
    if (row.kind == EntryKind::kStatus) return;  // has nothing to do with it
    if (row.sequence < last_) {
      // Those without an account in common may come in either order; a change
      // of routes has something in common with all.
      if (row.kind == EntryKind::kRoute || last_was_route_) {
        wrong_ = "a change of routes is not in its place among the rows";
      }
    }
    last_ = row.sequence;
    last_was_route_ = row.kind == EntryKind::kRoute;
    if (row.kind == EntryKind::kRoute) {
      const bool is_new = row.is_allowed ? allowed_.insert(row.route).second
                                         : allowed_.erase(row.route) == 1;
      if (!is_new) wrong_ = "a row tells of a change that was none";
    } else if (!row.amount.is_zero() && !allowed_.contains(kTheRoute)) {
      wrong_ = "by the rows, something moved along a route not allowed";
    }
  }

  std::unique_ptr<JournalCursor> rows_;
  std::set<Route> allowed_;
  Sequence last_;
  bool last_was_route_ = false;
  std::string wrong_;
};

// The last thread forbids the route along which the others pay, and then tries
// to pay itself.
class ForbidAndPay final : public RouteScenario {
 public:
  explicit ForbidAndPay(const Setup& setup)
      : RouteScenario(setup, {"forbids the route, and pays 3 -> 2"}) {}

 private:
  void RunOther(int thread) override {
    Forbid(thread);
    const std::vector<Leg> legs = {{account(2), Amount(-1)},
                                   {account(1), Amount(1)}};
    const Receipt receipt = Recorded(thread, name_, legs, [&] {
      return session(thread).Transfer(account(2), account(1), Amount(1),
                                      how(thread));
    });
    Require(receipt.outcome() == Outcome::kRouteNotAllowed,
            "who has forbidden a route may go along it");
  }
  std::string CheckMore() override {
    for (int thread = 0; thread + 1 < threads(); ++thread) {
      for (const Outcome outcome : outcomes(thread)) {
        if (outcome == Outcome::kOk || outcome == Outcome::kRouteNotAllowed) {
          continue;
        }
        return "who pays is told something else";
      }
    }
    return RouteScenario::CheckMore();
  }

  const std::uint32_t name_ = recorder().AddName("payment along no route");
};

// A lets a function decide upon 2 and 3; B forbids the route.
class ForbidAndDecide final : public RouteScenario {
 public:
  explicit ForbidAndDecide(const Setup& setup)
      : RouteScenario(setup, {"lets a function decide on 2 -> 3: 3",
                              "forbids the route"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Forbid(thread);
    const AccountId both[] = {account(1), account(2)};
    const std::vector<Leg> legs = {{account(1), Amount(-3)},
                                   {account(2), Amount(3)}};
    const Receipt receipt = Recorded(thread, name_, legs, [&] {
      return session(thread).Transact(
          std::span<const AccountId>(both),
          [&](AccountStates) {
            return Decision().Move(account(1), account(2), Amount(3));
          },
          how(thread));
    });
    Require(receipt.ok() || receipt.outcome() == Outcome::kRouteNotAllowed,
            "a transaction is refused for something else");
  }

  const std::uint32_t name_ = recorder().AddName("transaction");
};

// A holds and captures; B forbids the route.
class ForbidAndCapture final : public RouteScenario {
 public:
  explicit ForbidAndCapture(const Setup& setup)
      : RouteScenario(setup, {"captures the hold", "forbids the route"}),
        legs_{{account(1), Amount(-6)}, {account(2), Amount(6)}} {
    hold_ = ledger().Hold(legs_).sequence();
    FollowRows();
    StartHistory();
  }

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Forbid(thread);
    const Receipt receipt = Recorded(thread, name_, legs_, [&] {
      return session(thread).Capture(hold_, {}, how(thread));
    });
    const bool is_open = ledger().GetHold(hold_)->status == HoldStatus::kOpen;
    Require(
        receipt.ok() != is_open &&
            (receipt.ok() || receipt.outcome() == Outcome::kRouteNotAllowed),
        "a hold is not captured, for no reason that there is");
  }

  const std::vector<Leg> legs_;
  const std::uint32_t name_ = recorder().AddName("capture");
  HoldId hold_;
};

// A takes a payment back; B forbids the route.
class ForbidAndReverse final : public RouteScenario {
 public:
  explicit ForbidAndReverse(const Setup& setup)
      : RouteScenario(setup, {"takes a payment back", "forbids the route"}),
        legs_{{account(1), Amount(6)}, {account(2), Amount(-6)}} {
    paid_ = ledger().Transfer(account(1), account(2), Amount(6)).sequence();
    FollowRows();
    StartHistory();
  }

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Forbid(thread);
    const Receipt receipt = Recorded(thread, name_, legs_, [&] {
      return session(thread).Reverse(paid_, how(thread));
    });
    Require(receipt.ok() || receipt.outcome() == Outcome::kRouteNotAllowed,
            "a payment is not taken back, for no reason that there is");
  }

  const std::vector<Leg> legs_;
  const std::uint32_t name_ = recorder().AddName("reversal");
  Sequence paid_;
};

// A pays; B forbids the route; C reads the journal, twice.
class ForbidAndRead final : public RouteScenario {
 public:
  explicit ForbidAndRead(const Setup& setup)
      : RouteScenario(setup, {"forbids the route", "reads the journal"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Forbid(thread);
    FollowRows();
  }
};

// A pays if B has allowed that; C takes a snapshot. If the snapshot has the
// payment, it has the route.
class AllowAndSnapshot : public RouteScenario {
 public:
  explicit AllowAndSnapshot(const Setup& setup,
                            std::vector<std::string_view> titles =
                                {"allows the route", "takes a snapshot"})
      : RouteScenario(setup, std::move(titles)) {
    AllowNothing();
  }

 protected:
  void TakeSnapshot() { kept_.emplace(ledger().TakeSnapshot().value()); }

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Allow(thread);
    TakeSnapshot();
  }
  std::string CheckMore() override {
    const std::string wrong = RouteScenario::CheckMore();
    if (!wrong.empty()) return wrong;
    const bool has_payment = kept_->Balance(account(2)).value() != Amount(0);
    const bool has_route = !kept_->Clone()->GetRoutes()->empty();
    return has_payment && !has_route
               ? "a snapshot has a payment without the route that it went along"
               : "";
  }

  std::optional<Snapshot> kept_;
};

// The same of a function, which has its accounts locked before it asks for
// routes: A lets it decide; B takes a snapshot and then allows the route.
class AllowAndDecide final : public AllowAndSnapshot {
 public:
  explicit AllowAndDecide(const Setup& setup)
      : AllowAndSnapshot(setup, {"lets a function decide on 2 -> 3: 3",
                                 "takes a snapshot, and allows the route"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 1) {
      TakeSnapshot();
      return Allow(thread);
    }
    const AccountId both[] = {account(1), account(2)};
    const std::vector<Leg> legs = {{account(1), Amount(-3)},
                                   {account(2), Amount(3)}};
    Recorded(thread, name_, legs, [&] {
      return session(thread).Transact(
          std::span<const AccountId>(both),
          [&](AccountStates) {
            return Decision().Move(account(1), account(2), Amount(3));
          },
          how(thread));
    });
  }

  const std::uint32_t name_ = recorder().AddName("transaction");
};

// A opens a session and pays by it; B forbids the route.
class ForbidAndOpen final : public RouteScenario {
 public:
  explicit ForbidAndOpen(const Setup& setup)
      : RouteScenario(
            setup, {"opens a session, and pays 2 -> 3", "forbids the route"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 1) return Forbid(thread);
    Session own = ledger().OpenSession().value();
    const std::vector<Leg> legs = {{account(1), Amount(-3)},
                                   {account(2), Amount(3)}};
    Recorded(thread, name_, legs, [&] {
      return own.Transfer(account(1), account(2), Amount(3), how(thread));
    });
  }

  const std::uint32_t name_ = recorder().AddName("payment");
};

// Two threads change routes, each to and fro.
class TwoChanges final : public RouteScenario {
 public:
  explicit TwoChanges(const Setup& setup)
      : RouteScenario(setup, {"forbids and allows the route",
                              "forbids and allows the route"}) {}

 private:
  void RunOther(int thread) override {
    Forbid(thread);
    Allow(thread);
  }
};

// The second to change it may have looked for snapshots before the one that the
// first one had to keep the routes for.
class TwoChangesAndSnapshot final : public RouteScenario {
 public:
  explicit TwoChangesAndSnapshot(const Setup& setup)
      : RouteScenario(setup, {"forbids the route", "allows the route",
                              "takes a snapshot"}) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return Forbid(thread);
    if (thread == 1) return Allow(thread);
    kept_.emplace(ledger().TakeSnapshot().value());
  }
  std::string CheckMore() override {
    const std::string wrong = RouteScenario::CheckMore();
    if (!wrong.empty()) return wrong;
    Ledger clone = kept_->Clone({.routes_only = true}).value();
    return clone.GetRoutes()->size() <= 1 ? "" : "a clone has more routes";
  }

  std::optional<Snapshot> kept_;
};

}  // namespace

std::vector<NamedScenario> RouteScenarios() {
  using Setup = LedgerScenario::Setup;
  const TransferOptions lock;
  const TransferOptions once = Optimistic(1);
  const LegsOf pay = {{1, -3}, {2, 3}};
  const LegsOf back = {{2, -2}, {1, 2}};
  const Setup one = {
      .balances = {10, 0},
      .work = {{pay}, {}},
      .options = {.journal_bytes = std::uint64_t{1} << 20, .routes_only = true},
      .real_time = false,
      .how = {lock, lock}};
  Setup optimistic = one;
  optimistic.how = {once, once};
  Setup relay = one;
  relay.balances = {10, 10};
  relay.work = {{pay}, {back}, {}};
  relay.how = {lock, lock, lock};
  Setup others = one;
  others.work = {{}, {}};
  Setup others_optimistic = others;
  others_optimistic.how = {once, once};
  Setup two_others = one;
  two_others.work = {{pay}, {}, {}};
  Setup three_others = relay;
  three_others.work = {{}, {}, {}};
  return {
      {"forbid-and-pay", "a route is forbidden while a thread pays along it",
       MakeFrom<ForbidAndPay>(one), nullptr},
      {"forbid-and-pay-optimistic", "the same, all payments optimistic",
       MakeFrom<ForbidAndPay>(optimistic), nullptr},
      {"forbid-and-relay",
       "a route is forbidden while two threads pay along it, to and fro",
       MakeFrom<ForbidAndPay>(relay), nullptr},
      {"forbid-and-decide",
       "a route is forbidden while a function decides to pay along it",
       MakeFrom<ForbidAndDecide>(others), nullptr},
      {"forbid-and-decide-optimistic", "the same, the function without locks",
       MakeFrom<ForbidAndDecide>(others_optimistic), nullptr},
      {"forbid-and-capture",
       "a route is forbidden while a hold along it is captured",
       MakeFrom<ForbidAndCapture>(others), nullptr},
      {"forbid-and-capture-optimistic", "the same, the capture optimistic",
       MakeFrom<ForbidAndCapture>(others_optimistic), nullptr},
      {"forbid-and-reverse",
       "a route is forbidden while a payment comes back along it",
       MakeFrom<ForbidAndReverse>(others), nullptr},
      {"forbid-and-reverse-optimistic", "the same, the reversal optimistic",
       MakeFrom<ForbidAndReverse>(others_optimistic), nullptr},
      {"forbid-and-read",
       "a route is forbidden, a thread pays, one reads the journal",
       MakeFrom<ForbidAndRead>(two_others), nullptr},
      {"allow-and-snapshot",
       "a route is allowed, a thread pays along it, a snapshot is taken",
       MakeFrom<AllowAndSnapshot>(two_others), nullptr},
      {"allow-and-decide",
       "a snapshot is taken and a route allowed while a function decides",
       MakeFrom<AllowAndDecide>(others), nullptr},
      {"forbid-and-open",
       "a route is forbidden while a session is opened that pays along it",
       MakeFrom<ForbidAndOpen>(others), nullptr},
      {"two-change-routes", "two threads change routes",
       MakeFrom<TwoChanges>(others), nullptr},
      {"two-change-routes-and-snapshot",
       "two threads change routes while a snapshot is taken",
       MakeFrom<TwoChangesAndSnapshot>(three_others), nullptr},
  };
}

}  // namespace lockstep::engine::explore
