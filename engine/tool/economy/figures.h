#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/tool/base/inequality.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/run.h"
#include "engine/tool/economy/simulate_options.h"
#include "engine/tool/economy/worker.h"
#include "lockstep/lockstep.h"

namespace lockstep::tool {

/// Where an asset's supply came from and went to.
struct AssetFigures {
  std::string code;
  int scale = 0;
  Amount supply;
  Amount endowed;
  Amount minted;
  Amount burned;
  /// What is reserved by holds.
  Amount held = {};
  /// What is owed to the banks, if debts are kept in it.
  std::optional<Amount> owed = {};
  /// What one minor unit of it cost at the start and costs at the end, in minor
  /// units of the money, apart from the swing of the day.
  Minor list_price = 1;
  Minor market_price = 1;
};

/// An account with many rows in what the journal still holds.
struct HotAccount {
  AccountId account;
  std::string name = {};
  std::uint64_t rows = 0;
};

/// All that is reported about a run.
struct Figures {
  explicit Figures(RunResult its_run) : run(std::move(its_run)) {}

  SimulateOptions options;
  std::string scenario;
  std::string scenario_description;
  std::span<const Activity> activities;
  Population population;
  std::uint64_t accounts = 0;

  RunResult run;
  /// How many of the scenario's moments did not come.
  std::size_t events_left = 0;
  Stats stats;
  Tick ticks;

  std::vector<AssetFigures> assets;
  Inequality inequality;
  /// LorenzCurve of the players' wealths, if the run was observed.
  std::vector<double> lorenz;

  /// The rows that the journal still holds, and the busiest accounts in them.
  std::uint64_t retained_rows = 0;
  std::vector<HotAccount> hottest;

  AuditReport audit;
  double audit_seconds = 0;
  /// Each asset's supply is what was endowed and minted less what was burned,
  /// as the workers counted it.
  bool flows_match = false;
  /// What is held of each asset is what the workers placed and did not see
  /// resolved.
  bool holds_match = false;
  Bits128 digest;
  std::uint64_t peak_memory_bytes = 0;

  [[nodiscard]] double transfers_per_second() const noexcept {
    return run.seconds > 0
               ? static_cast<double>(run.tally.posted()) / run.seconds
               : 0;
  }
  /// How many attempts met a conflict, for each transfer that was posted.
  [[nodiscard]] double retries_per_transfer() const noexcept {
    return run.tally.posted() == 0
               ? 0
               : static_cast<double>(stats.retries) /
                     static_cast<double>(run.tally.posted());
  }
  [[nodiscard]] std::uint64_t requests() const noexcept {
    return run.tally.posted() + run.tally.refused();
  }
  [[nodiscard]] bool has_moving_prices() const noexcept;
  [[nodiscard]] bool books_hold() const noexcept {
    return audit.ok && flows_match && holds_match;
  }
};

/// Audits the ledger and looks at what the run left. Nothing may post
/// meanwhile. Outcomes: those of `Ledger::TakeSnapshot`, `Audit`, `Digest` and
/// `OpenJournal`.
[[nodiscard]] Result<Figures> CollectFigures(
    const Economy& economy, const SimulateOptions& options,
    std::span<const Activity> activities, RunResult run);

/// The digest as 32 hexadecimal digits.
[[nodiscard]] std::string DigestText(Bits128 digest);

}  // namespace lockstep::tool
