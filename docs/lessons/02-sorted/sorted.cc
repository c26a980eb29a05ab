// The two threads of lesson 01, with one order for all locks. Then the same
// order at work in lockstep: a million transfers, both ways.

#include <cstdint>
#include <iomanip>
#include <iostream>
#include <string>
#include <thread>

#include "01-two-locks/wait_for_graph.h"
#include "lockstep/lockstep.h"

namespace {

using lockstep::AccountId;
using lockstep::Amount;
using lockstep::AssetId;
using lockstep::Ledger;
using lockstep::Session;
using lockstep::lessons::Held;
using lockstep::lessons::Lock;
using lockstep::lessons::Party;
using lockstep::lessons::WaitForGraph;

struct Account {
  int number;
  Lock lock;
  int balance = 100;
};

enum class Order { kPayerFirst, kLowerNumberFirst };

bool Transfer(WaitForGraph& graph, Party& self, Order order, Account& from,
              Account& to, int amount) {
  const bool swap =
      order == Order::kLowerNumberFirst && to.number < from.number;
  const Held first(graph, self, swap ? to.lock : from.lock);
  graph.AwaitEachHasTried();  // the same meeting as in lesson 01
  const Held second(graph, self, swap ? from.lock : to.lock);
  if (!first || !second) return false;
  from.balance -= amount;
  to.balance += amount;
  return true;
}

struct Tally {
  int deadlocks = 0;
  int moved = 0;
};

// One round of lesson 01.
void PlayRound(Order order, Account& alice, Account& bob, Tally& tally) {
  Party there{.name = "alice->bob"};
  Party back{.name = "bob->alice"};
  WaitForGraph graph({&there, &back});
  bool there_moved = false;
  bool back_moved = false;
  {
    const std::jthread first([&] {
      there_moved = Transfer(graph, there, order, alice, bob, 10);
      graph.Finish(there);
    });
    const std::jthread second([&] {
      back_moved = Transfer(graph, back, order, bob, alice, 10);
      graph.Finish(back);
    });
    if (!graph.AwaitCircleOrEnd().empty()) {
      ++tally.deadlocks;
      graph.Abort(back);
    }
  }
  tally.moved += (there_moved ? 1 : 0) + (back_moved ? 1 : 0);
}

Tally PlayRounds(const std::string& title, Order order, int rounds) {
  Account alice{.number = 1, .lock = {.name = "alice"}};
  Account bob{.number = 2, .lock = {.name = "bob"}};
  Tally tally;
  for (int i = 0; i < rounds; ++i) PlayRound(order, alice, bob, tally);
  std::cout << "  " << title << std::setw(4) << tally.deadlocks
            << " deadlocks, " << tally.moved << " transfers\n";
  return tally;
}

// The real thing: no meeting, no graph, as fast as it goes.
bool PlayLockstep(int transfers_each_way) {
  Ledger ledger = Ledger::Open().value();
  const AssetId gold = ledger.CreateAsset({.code = "GOLD"}).value();
  const AccountId mint = ledger.GetAsset(gold)->issuer;
  const AccountId alice = ledger.CreateAccount({.asset = gold}).value();
  const AccountId bob = ledger.CreateAccount({.asset = gold}).value();
  const Amount start(4 * std::int64_t{transfers_each_way});
  ledger.Transfer(mint, alice, start);
  ledger.Transfer(mint, bob, start);

  std::int64_t posted[2] = {};
  const auto send = [&](AccountId from, AccountId to, Amount amount,
                        std::int64_t& mine) {
    Session session = ledger.OpenSession().value();
    std::int64_t count = 0;
    for (int i = 0; i < transfers_each_way; ++i) {
      if (session.Transfer(from, to, amount).ok()) ++count;
    }
    mine = count;
  };
  {
    const std::jthread there([&] { send(alice, bob, Amount(3), posted[0]); });
    const std::jthread back([&] { send(bob, alice, Amount(2), posted[1]); });
  }

  const Amount alice_has = ledger.Balance(alice).value();
  const Amount bob_has = ledger.Balance(bob).value();
  const bool audited = ledger.Audit()->ok;
  std::cout << "lockstep, " << transfers_each_way << " transfers each way:\n"
            << "  posted " << posted[0] + posted[1] << "\n"
            << "  alice had " << FormatDecimal(start, 0) << ", has "
            << FormatDecimal(alice_has, 0) << "\n"
            << "  bob had   " << FormatDecimal(start, 0) << ", has "
            << FormatDecimal(bob_has, 0) << "\n"
            << "  audit: " << (audited ? "the books hold" : "BROKEN") << "\n";
  return audited && posted[0] == transfers_each_way &&
         posted[1] == transfers_each_way &&
         alice_has == Amount(3 * std::int64_t{transfers_each_way}) &&
         bob_has == Amount(5 * std::int64_t{transfers_each_way});
}

}  // namespace

int main() {
  constexpr int kRounds = 1000;
  std::cout << kRounds << " rounds of two threads, a transfer each:\n";
  const Tally unsorted =
      PlayRounds("payer first:        ", Order::kPayerFirst, kRounds);
  const Tally sorted =
      PlayRounds("lower number first: ", Order::kLowerNumberFirst, kRounds);
  std::cout << "\n";
  const bool lockstep_went_well = PlayLockstep(500'000);
  return unsorted.deadlocks == kRounds && unsorted.moved == kRounds &&
                 sorted.deadlocks == 0 && sorted.moved == 2 * kRounds &&
                 lockstep_went_well
             ? 0
             : 1;
}
