#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "engine/explore/scenarios.h"

namespace lockstep::engine::explore {

// EngineScenarios(), by topic.

/// Accounts that are made while others look for them or use them.
[[nodiscard]] std::vector<NamedScenario> CreationScenarios();
/// Those who post without having looked under locks, beside each other and
/// beside those who lock.
[[nodiscard]] std::vector<NamedScenario> OptimisticScenarios();
/// Transactions that a function decides upon, in both modes.
[[nodiscard]] std::vector<NamedScenario> FunctionScenarios();
/// Requests: flows, conditions, linked transfers.
[[nodiscard]] std::vector<NamedScenario> RequestScenarios();
/// Holds, and those who race for them.
[[nodiscard]] std::vector<NamedScenario> HoldScenarios();
/// Operations with an id, and reversals: what is to be done once.
[[nodiscard]] std::vector<NamedScenario> OnceScenarios();
/// Routes that change, while others go by them.
[[nodiscard]] std::vector<NamedScenario> RouteScenarios();
/// Those who look at accounts without their locks.
[[nodiscard]] std::vector<NamedScenario> ReadingScenarios();
/// Audit, digest, statistics.
[[nodiscard]] std::vector<NamedScenario> BooksScenarios();
/// Cursors, history, chunks, cuts.
[[nodiscard]] std::vector<NamedScenario> JournalScenarios();
/// Sessions that come and go, and ledgers that go before them.
[[nodiscard]] std::vector<NamedScenario> SessionScenarios();
/// Snapshots, beside writers and beside each other.
[[nodiscard]] std::vector<NamedScenario> SnapshotScenarios();
/// What snapshots show and refusals go by, with all that it depended on.
[[nodiscard]] std::vector<NamedScenario> DependencyScenarios();
/// Statuses, patience, time.
[[nodiscard]] std::vector<NamedScenario> StatusScenarios();

/// Makes a scenario that is built from a setup, which it keeps for all runs.
template <class ItsScenario>
MakeScenario MakeFrom(typename ItsScenario::Setup setup) {
  return [setup = std::move(setup)] {
    return std::make_unique<ItsScenario>(setup);
  };
}

}  // namespace lockstep::engine::explore
