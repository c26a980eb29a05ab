// Snapshots and refusals, which must not show or go by one thing without
// another that it depended on.

#include <cstdint>
#include <vector>

#include "engine/explore/scenarios/mixed_scenario.h"
#include "engine/explore/scenarios/topics.h"

namespace lockstep::engine::explore {
namespace {

// A snapshot may look at accounts in any order; here it goes down, against that
// of the locks.
class SnapshotReadDownwards final : public MixedScenario {
 public:
  explicit SnapshotReadDownwards(const Setup& setup)
      : MixedScenario(setup, {"takes a snapshot, reads 3 and then 2"}),
        sum_(setup.balances[0] + setup.balances[1]) {}

 private:
  void RunOther(int thread) override {
    Record([&] { recorder().Begin(takes_); });
    const Snapshot snapshot = ledger().TakeSnapshot().value();
    Amount sum;
    for (const int number : {2, 1}) {
      const Amount balance = snapshot.Balance(account(number)).value();
      Saw(thread, balance.low());
      sum = Add(sum, balance).value();
    }
    Record([&] { recorder().End(Outcome::kOk); });
    Require(sum == sum_, "a snapshot's balances do not add up");
  }

  const std::uint32_t takes_ = recorder().AddName("snapshot");
  const Amount sum_;
};

// A pays, and then makes an account; a snapshot that has the account has the
// payment.
class SnapshotAndCreation final : public MixedScenario {
 public:
  explicit SnapshotAndCreation(const Setup& setup)
      : MixedScenario(setup, {"2 -> 3: 3, then makes account 4",
                              "takes a snapshot, counts, and reads 3"}),
        before_(ledger().account_count()) {}

 private:
  void RunOther(int thread) override {
    if (thread == 0) return PayAndCreate();
    Record([&] { recorder().Begin(takes_); });
    const Snapshot snapshot = ledger().TakeSnapshot().value();
    const bool is_made = snapshot.account_count() > before_;
    const Amount paid = snapshot.Balance(account(2)).value();
    Record([&] { recorder().End(Outcome::kOk); });
    Saw(thread, snapshot.account_count());
    Saw(thread, paid.low());
    Require(!is_made || !paid.is_zero(),
            "a snapshot has an account, and not what was posted before it");
  }
  void PayAndCreate() {
    const std::vector<Leg> legs = {{account(1), Amount(-3)},
                                   {account(2), Amount(3)}};
    Record([&] { recorder().Begin(pays_, legs); });
    const Receipt receipt =
        session(0).Transfer(account(1), account(2), Amount(3));
    Record([&] { recorder().End(receipt); });
    Require(
        receipt.ok() && ledger().CreateAccount({.asset = asset()}).has_value(),
        "there is a refusal where nothing stands against it");
  }

  const std::uint32_t takes_ = recorder().AddName("snapshot");
  const std::uint32_t pays_ = recorder().AddName("2 -> 3: 3");
  const std::uint64_t before_;
};

}  // namespace

std::vector<NamedScenario> DependencyScenarios() {
  using Setup = LedgerScenario::Setup;
  const Setup writer = {.balances = {10, 10},
                        .work = {{{{1, -3}, {2, 3}}}, {}},
                        .options = {.journal_bytes = 0},
                        .real_time = false};
  Setup creation = writer;
  creation.balances = {10, 0};
  creation.work = {{}, {}};
  // Only one of the two can have it. Whoever is refused, in optimistic mode
  // without a lock, must have seen the account as it was.
  Setup overdraft = writer;
  overdraft.balances = {10, 0, 0};
  overdraft.work = {{{{1, -5}, {2, 5}}}, {{{1, -8}, {3, 8}}}};
  overdraft.real_time = true;
  overdraft.how = {{}, Optimistic(1)};
  return {
      {"snapshot-read-downwards",
       "a snapshot, read from the last account on, while a thread posts",
       MakeFrom<SnapshotReadDownwards>(writer), nullptr},
      {"snapshot-and-creation",
       "a snapshot while a thread pays and then makes an account",
       MakeFrom<SnapshotAndCreation>(creation), nullptr},
      {"optimistic-and-overdraft",
       "an optimistic transfer and a locked one, of which one can be paid",
       MakeFrom<LedgerScenario>(overdraft), nullptr},
  };
}

}  // namespace lockstep::engine::explore
