#pragma once

#include <cstdint>
#include <ostream>

#include "bench/programme.h"
#include "bench/ruling.h"

namespace lockstep::bench {

/// Lets the modes take turns over the rows of the family "modes", prints how
/// they compare, and judges how well kAuto chooses. With `smoke` it only goes
/// through the motions.
void PrintModes(const Programme& programme, std::uint64_t seed, bool smoke,
                Ruling& ruling, std::ostream& out);

}  // namespace lockstep::bench
