// The exercise's solution: three threads in a circle, and the one turn that
// breaks it.

#include <algorithm>
#include <array>
#include <cstddef>
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

// Three transfers that each take their two locks as listed. Returns the circle
// that they ran into, if any; one of them then gives up.
Circle Play(const std::array<std::array<std::string, 2>, 3>& orders) {
  std::array<Lock, 3> locks = {
      {{.name = "alice"}, {.name = "bob"}, {.name = "carol"}}};
  std::array<Party, 3> parties = {{{.name = "alice->bob"},
                                   {.name = "bob->carol"},
                                   {.name = "carol->alice"}}};
  const auto find = [&](const std::string& name) -> Lock& {
    return *std::ranges::find(locks, name, &Lock::name);
  };
  WaitForGraph graph({&parties[0], &parties[1], &parties[2]});

  std::array<std::jthread, 3> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::jthread([&, i] {
      {
        const Held first(graph, parties[i], find(orders[i][0]));
        graph.AwaitEachHasTried();
        const Held second(graph, parties[i], find(orders[i][1]));
      }
      graph.Finish(parties[i]);
    });
  }
  Circle circle = graph.AwaitCircleOrEnd();
  if (!circle.empty()) graph.Abort(parties[2]);
  return circle;
}

}  // namespace

int main() {
  const Circle circle =
      Play({{{"alice", "bob"}, {"bob", "carol"}, {"carol", "alice"}}});
  std::cout << "each takes its payer first:\n" << Describe(circle) << "\n";

  const Circle broken =
      Play({{{"alice", "bob"}, {"bob", "carol"}, {"alice", "carol"}}});
  std::cout << "carol->alice takes alice first:\n"
            << (broken.empty() ? "  no circle\n" : Describe(broken));
  return circle.size() == 3 && broken.empty() ? 0 : 1;
}
