#pragma once

#include "engine/explore/history/history.h"

namespace lockstep::engine::explore {

/// Operations that wrote and were not told their sequence (a change of status
/// gives an outcome alone) get the one that the accounts show: the lowest above
/// what they found that somebody found, or that is there at the end, and that
/// nobody else left. Where there is none they stay without, which the checker
/// will not let pass. Such an operation has one account.
///
/// Cost: linear, and n log n in the accesses of the accounts of such
/// operations.
void FillSequences(History& history);

}  // namespace lockstep::engine::explore
