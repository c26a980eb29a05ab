// Two threads, two locks, taken in opposite order: a deadlock, every time.

#include <iostream>
#include <string>
#include <thread>

#include "01-two-locks/wait_for_graph.h"

namespace {

using lockstep::lessons::Circle;
using lockstep::lessons::Held;
using lockstep::lessons::Lock;
using lockstep::lessons::Party;
using lockstep::lessons::WaitForGraph;

struct Account {
  Lock lock;
  int balance = 100;
};

// False, and nothing has moved, if it was told to give up.
bool Transfer(WaitForGraph& graph, Party& self, Account& from, Account& to,
              int amount) {
  const Held payer(graph, self, from.lock);
  graph.AwaitEachHasTried();  // so that it happens every time
  const Held payee(graph, self, to.lock);
  if (!payer || !payee) return false;
  from.balance -= amount;
  to.balance += amount;
  return true;
}

}  // namespace

int main() {
  Account alice{.lock = {.name = "alice"}};
  Account bob{.lock = {.name = "bob"}};
  Party there{.name = "alice->bob"};
  Party back{.name = "bob->alice"};
  WaitForGraph graph({&there, &back});

  bool there_moved = false;
  bool back_moved = false;
  std::jthread first([&] {
    there_moved = Transfer(graph, there, alice, bob, 10);
    graph.Finish(there);
  });
  std::jthread second([&] {
    back_moved = Transfer(graph, back, bob, alice, 5);
    graph.Finish(back);
  });

  // Nobody but this third thread can help the two any more.
  const Circle circle = graph.AwaitCircleOrEnd();
  std::cout << "deadlock, " << circle.size() << " threads:\n"
            << Describe(circle) << "\n"
            << Draw(circle) << "\n";
  graph.Abort(back);
  first.join();
  second.join();

  std::cout << there.name << (there_moved ? " moved 10\n" : " gave up\n")
            << back.name << (back_moved ? " moved 5\n" : " gave up\n")
            << "alice has " << alice.balance << ", bob has " << bob.balance
            << "\n";
  return circle.size() == 2 && there_moved && !back_moved ? 0 : 1;
}
