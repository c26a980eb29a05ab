#pragma once

#include "bench/programme.h"
#include "bench/ruling.h"

namespace lockstep::bench {

/// Registers a Google benchmark for each contestant and number of threads, in
/// the order of the programme: "family/contestant/variant". Both arguments must
/// outlive the run. Returns how many there are.
int RegisterRows(const Programme& programme, Ruling& ruling);

}  // namespace lockstep::bench
