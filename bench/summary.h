#pragma once

#include <cstdint>
#include <ostream>

#include "bench/programme.h"
#include "bench/ruling.h"

namespace lockstep::bench {

/// Lets lockstep and the hand-written transfers take turns, prints how they
/// compare, and judges the bar. With `smoke` it only goes through the motions.
void PrintSummary(const Programme& programme, std::uint64_t seed, bool smoke,
                  Ruling& ruling, std::ostream& out);

}  // namespace lockstep::bench
