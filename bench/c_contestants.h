#pragma once

#include <memory>

#include "bench/contestant.h"
#include "bench/moves.h"

namespace lockstep::bench {

/// lockstep's two-leg transfer through the C interface, with a session handle
/// for each worker or with one ledger handle for all.
std::unique_ptr<Contestant> MakeCTransfers(std::shared_ptr<const Moves> moves,
                                           bool session);

}  // namespace lockstep::bench
