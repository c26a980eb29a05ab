#pragma once

#include <utility>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/figures.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/economy/scenario.h"
#include "engine/tool/economy/simulate_options.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

// The assets of the scenario that is played by default.
inline constexpr Asset kGold{0};
inline constexpr Asset kGem{1};
inline constexpr Asset kOre{2};
inline constexpr Asset kSword{5};
inline constexpr Asset kNote{6};
inline constexpr std::size_t kDefaultAssets = 7;

/// A whole run of that scenario with a thousand accounts, and what is reported
/// about it, once `spoil` has had its way with what the workers noted.
inline Figures PlayDefaultGame(SimulateOptions options,
                               void (*spoil)(RunResult&) = nullptr) {
  options.accounts = 1000;
  Ledger ledger =
      Ledger::Open({.journal_bytes = options.journal_mib << 20}).value();
  const Economy economy =
      Economy::Build(&ledger, PopulationFor(options.accounts)).value();
  Progress progress;
  RunResult run =
      RunEconomy(&economy, options, DefaultScenario().activities, progress)
          .value();
  if (spoil != nullptr) spoil(run);
  return CollectFigures(economy, options, DefaultScenario().activities,
                        std::move(run))
      .value();
}

}  // namespace lockstep::tool
