// Transfers of many legs: the account that comes twice, and the second path
// that sorts by something else.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "03-n-legs/accounts.h"
#include "lockstep/lockstep.h"

namespace {

using lockstep::AccountId;
using lockstep::Amount;
using lockstep::AssetId;
using lockstep::Ledger;
using lockstep::lessons::Account;
using lockstep::lessons::Accounts;
using lockstep::lessons::AccountsOf;
using lockstep::lessons::Circle;
using lockstep::lessons::HeldAll;
using lockstep::lessons::InLockOrder;
using lockstep::lessons::Leg;
using lockstep::lessons::Party;
using lockstep::lessons::WaitForGraph;

// An order of locks: which accounts to lock, one after the other, for the
// accounts of a transfer.
using LockOrder = std::function<Accounts(Accounts)>;

struct Job {
  std::string name;
  std::vector<Leg> legs;
  LockOrder order;
};

// Runs the jobs, each in a thread of its own, says how that went, and returns
// the circle that they ran into, if any. Then the last job gives up.
Circle Run(const std::string& title, std::vector<Job> jobs) {
  std::vector<Party> parties(jobs.size());
  std::vector<Party*> pointers;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    parties[i].name = jobs[i].name;
    pointers.push_back(&parties[i]);
  }
  WaitForGraph graph(pointers);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    threads.emplace_back([&graph, &self = parties[i], &job = jobs[i]] {
      {
        const HeldAll held(graph, self, job.order(AccountsOf(job.legs)));
        if (held) {
          for (const Leg& leg : job.legs) leg.account->balance += leg.amount;
        }
      }
      graph.Finish(self);
    });
  }
  Circle circle = graph.AwaitCircleOrEnd();
  if (!circle.empty()) graph.Abort(parties.back());
  std::cout << title << "\n"
            << (circle.empty() ? "  no circle\n" : Describe(circle));
  return circle;
}

// Each of these three is a fair idea. Two of them must never meet.
Accounts ByNumberWithRepeats(Accounts accounts) {
  std::ranges::sort(accounts, {}, &Account::number);
  return accounts;
}

Accounts ByName(Accounts accounts) {
  std::ranges::sort(accounts, {}, &Account::name);
  accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
  return accounts;
}

bool PlayWithTheGraph() {
  Account zoe{.number = 1, .name = "zoe", .balance = 100};
  Account adam{.number = 2, .name = "adam", .balance = 100};
  Account shop{.number = 3, .name = "shop"};
  const std::vector<Leg> cashback = {{&zoe, -10}, {&shop, +9}, {&zoe, +1}};
  const std::vector<Leg> rent = {{&zoe, -30}, {&adam, +30}};
  const std::vector<Leg> batch = {{&zoe, -5}, {&adam, -5}, {&shop, +10}};

  const Circle repeated = Run("an account twice, sorted:",
                              {{"cashback", cashback, ByNumberWithRepeats}});
  const Circle dropped = Run("an account twice, sorted, repeats dropped:",
                             {{"cashback", cashback, InLockOrder}});
  std::cout << "\n";

  const Circle two_keys = Run("two paths, each sorted by a key of its own:",
                              {{"single (by number)", rent, InLockOrder},
                               {"batch (by name)", batch, ByName}});
  const Circle one_key =
      Run("two paths through one function:",
          {{"single", rent, InLockOrder}, {"batch", batch, InLockOrder}});

  std::cout << "\nzoe " << zoe.balance << ", adam " << adam.balance << ", shop "
            << shop.balance << "\n";
  return repeated.size() == 1 && dropped.empty() && two_keys.size() == 2 &&
         one_key.empty() && zoe.balance == 26 && adam.balance == 155 &&
         shop.balance == 19;
}

// The same transfers in lockstep, from two threads at once, the legs listed in
// any order.
bool PlayWithLockstep(int rounds) {
  Ledger ledger = Ledger::Open().value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const AccountId mint = ledger.GetAsset(gold)->issuer;
  const AccountId zoe = ledger.CreateAccount({.asset = gold}).value();
  const AccountId adam = ledger.CreateAccount({.asset = gold}).value();
  const AccountId shop = ledger.CreateAccount({.asset = gold}).value();
  ledger.Transfer(mint, zoe, Amount(100 * rounds));
  ledger.Transfer(mint, adam, Amount(100 * rounds));

  const lockstep::Receipt cashback =
      ledger.Post({{zoe, Amount(-10)}, {shop, Amount(9)}, {zoe, Amount(1)}});
  std::cout << "lockstep, three legs: " << ledger.Explain(cashback) << "\n";

  int posted[2] = {};
  {
    const std::jthread single([&] {
      for (int i = 0; i < rounds; ++i) {
        if (ledger.Post({{zoe, Amount(-30)}, {adam, Amount(30)}}).ok()) {
          ++posted[0];
        }
      }
    });
    const std::jthread batch([&] {
      for (int i = 0; i < rounds; ++i) {
        if (ledger
                .Post(
                    {{shop, Amount(10)}, {adam, Amount(-5)}, {zoe, Amount(-5)}})
                .ok()) {
          ++posted[1];
        }
      }
    });
  }
  const bool audited = ledger.Audit()->ok;
  std::cout << "lockstep, two threads: " << posted[0] + posted[1]
            << " posted; audit: " << (audited ? "the books hold" : "BROKEN")
            << "\n";
  return cashback.ok() && cashback.changes().size() == 2 && audited &&
         posted[0] == rounds && posted[1] == rounds &&
         ledger.Balance(zoe).value() == Amount(65 * rounds - 9);
}

}  // namespace

int main() {
  const bool graph_went_well = PlayWithTheGraph();
  std::cout << "\n";
  const bool lockstep_went_well = PlayWithLockstep(200'000);
  return graph_went_well && lockstep_went_well ? 0 : 1;
}
