// The exercise's solution: a lock that turns out to be needed while others are
// held already.

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <thread>

#include "03-n-legs/accounts.h"

namespace {

using lockstep::lessons::Account;
using lockstep::lessons::Accounts;
using lockstep::lessons::Circle;
using lockstep::lessons::Held;
using lockstep::lessons::HeldAll;
using lockstep::lessons::InLockOrder;
using lockstep::lessons::Party;
using lockstep::lessons::WaitForGraph;

struct Bank {
  Account house{.number = 1, .name = "house", .balance = 100};
  Account alice{.number = 2, .name = "alice", .balance = 100};
  Account bob{.number = 3, .name = "bob", .balance = 100};
};

// Who falls below this pays a fee of 2 to the house.
constexpr int kLow = 50;

void Move(Account& from, Account& to, int amount) {
  from.balance -= amount;
  to.balance += amount;
}

// Takes the house's lock when it is needed: a step down.
bool PayWithLateLock(WaitForGraph& graph, Party& self, Bank& bank) {
  const HeldAll pair(graph, self, InLockOrder({&bank.alice, &bank.bob}));
  if (!pair) return false;
  if (bank.alice.balance - 60 < kLow) {
    const Held house(graph, self, bank.house.lock);
    if (!house) return false;
    Move(bank.alice, bank.house, 2);
  }
  Move(bank.alice, bank.bob, 60);
  return true;
}

// Lets go of everything and begins again with one account more. That ends: the
// list only grows.
bool PayFromTheTop(WaitForGraph& graph, Party& self, Bank& bank) {
  Accounts wanted = {&bank.alice, &bank.bob};
  for (;;) {
    const HeldAll held(graph, self, InLockOrder(wanted));
    if (!held) return false;
    // Looked at anew each time: it may have changed while nothing was locked.
    const bool fee_is_due = bank.alice.balance - 60 < kLow;
    const bool has_house = std::ranges::count(wanted, &bank.house) != 0;
    if (fee_is_due && !has_house) {
      wanted.push_back(&bank.house);
      continue;
    }
    if (fee_is_due) Move(bank.alice, bank.house, 2);
    Move(bank.alice, bank.bob, 60);
    return true;
  }
}

using Payment = std::function<bool(WaitForGraph&, Party&, Bank&)>;

// A payment of 60 from alice to bob while the house gives alice a bonus of 1.
Circle Play(const std::string& title, const Payment& pay, Bank& bank) {
  Party payment{.name = "payment"};
  Party bonus{.name = "bonus"};
  WaitForGraph graph({&payment, &bonus});
  Circle circle;
  {
    const std::jthread first([&] {
      pay(graph, payment, bank);
      graph.Finish(payment);
    });
    const std::jthread second([&] {
      {
        const HeldAll held(graph, bonus,
                           InLockOrder({&bank.house, &bank.alice}));
        if (held) Move(bank.house, bank.alice, 1);
      }
      graph.Finish(bonus);
    });
    circle = graph.AwaitCircleOrEnd();
    if (!circle.empty()) graph.Abort(payment);
  }
  std::cout << title << "\n"
            << (circle.empty() ? "  no circle\n" : Describe(circle))
            << "  alice " << bank.alice.balance << ", bob " << bank.bob.balance
            << ", house " << bank.house.balance << "\n";
  return circle;
}

}  // namespace

int main() {
  Bank late_bank;
  const Circle late =
      Play("the house's lock last:", PayWithLateLock, late_bank);
  Bank bank;
  const Circle anew = Play("all locks anew:", PayFromTheTop, bank);
  return late.size() == 2 && anew.empty() && bank.alice.balance == 39 &&
                 bank.bob.balance == 160 && bank.house.balance == 101
             ? 0
             : 1;
}
