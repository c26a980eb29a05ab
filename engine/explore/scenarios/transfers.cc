#include <memory>
#include <utility>

#include "engine/explore/scenarios.h"
#include "engine/explore/scenarios/ledger_scenario.h"
#include "engine/explore/scenarios/unsorted.h"

namespace lockstep::engine::explore {
namespace {

template <class Made>
MakeScenario Make(LedgerScenario::Setup setup) {
  return [setup = std::move(setup)] { return std::make_unique<Made>(setup); };
}

NamedScenario Transfers(std::string_view name, std::string_view summary,
                        const LedgerScenario::Setup& setup) {
  return {name, summary, Make<LedgerScenario>(setup),
          Make<UnsortedScenario>(setup)};
}

}  // namespace

std::vector<NamedScenario> TransferScenarios() {
  return {
      Transfers("two-transfers",
                "two threads, a transfer each, in opposite directions",
                {{10, 10}, {{{{1, -3}, {2, 3}}}, {{{2, -2}, {1, 2}}}}}),
      Transfers(
          "ring-of-three",
          "three threads, each pays its neighbour round a ring",
          {{10, 10, 10},
           {{{{1, -3}, {2, 3}}}, {{{2, -2}, {3, 2}}}, {{{3, -1}, {1, 1}}}}}),
      Transfers("three-legs",
                "two threads, three legs each, an account among them twice",
                {{10, 10, 10},
                 {{{{2, -3}, {1, 2}, {3, 1}}}, {{{3, -2}, {1, 3}, {3, -1}}}}}),
  };
}

}  // namespace lockstep::engine::explore
