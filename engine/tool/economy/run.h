#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/tool/base/progress.h"
#include "engine/tool/economy/chronicle.h"
#include "engine/tool/economy/director.h"
#include "engine/tool/economy/economy.h"
#include "engine/tool/economy/fraud_desk.h"
#include "engine/tool/economy/simulate_options.h"
#include "engine/tool/economy/tally.h"
#include "engine/tool/economy/worker.h"
#include "gsl/pointers"
#include "lockstep/result.h"

namespace lockstep::tool {

/// A worker that is refused so often in a row ends a run that is to post a
/// number of transfers: it would never post what is left. (Playing the game, it
/// takes a bug to get there, or a scenario that stops everybody.)
inline constexpr std::uint64_t kMaxRefusalsInARow = 1'000'000;

/// Why a run ended.
enum class RunEnd : std::uint8_t {
  kDone,         ///< the time is over or the number is reached
  kInterrupted,  ///< by Ctrl-C
  kStalled,      ///< kMaxRefusalsInARow
};

/// What came of a run.
struct RunResult {
  Tally tally;
  double seconds = 0;
  RunEnd end = RunEnd::kDone;
  /// Empty unless a report was asked for.
  Chronicle chronicle = {};
  /// The scenario's events that came.
  std::vector<EventMark> events = {};
  /// What its fraud desks found.
  std::vector<Fraud> frauds = {};
};

/// Lets `options.threads` workers play until the time is over or the number of
/// posted transfers is reached, to the transfer. One tick of the ledger's time
/// passes with each 1,024 requests of the first worker, who then also plays the
/// round of what is done in rounds. The scenario's
/// `moments` come meanwhile, those of the end when all have stopped; what they
/// post comes on top of that number. (Those of a run that was interrupted or
/// given up do not all come.)
///
/// Outcomes: those of `Ledger::OpenSession`. Throws std::system_error if a
/// thread cannot be started, and std::bad_alloc, also what a worker throws.
[[nodiscard]] Result<RunResult> RunEconomy(
    gsl::not_null<const Economy*> economy, const SimulateOptions& options,
    std::span<const Activity> activities, Progress& progress,
    std::span<const Moment> moments = {});

}  // namespace lockstep::tool
