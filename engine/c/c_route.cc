#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"

// Routes of the C interface.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

static_assert(LOCKSTEP_ANY_CLASS == Route::kAnyClass);
static_assert(LOCKSTEP_ANY_CODE == Route::kAnyCode);

}  // namespace

extern "C" {

lockstep_outcome lockstep_route_allow(lockstep_ledger* ledger,
                                      lockstep_route route) noexcept {
  return With(ledger,
              [&](Ledger& its) { return its.AllowRoute(FromC(route)); });
}

lockstep_outcome lockstep_route_forbid(lockstep_ledger* ledger,
                                       lockstep_route route) noexcept {
  return With(ledger,
              [&](Ledger& its) { return its.ForbidRoute(FromC(route)); });
}

lockstep_outcome lockstep_route_list(lockstep_ledger* ledger,
                                     lockstep_route* routes,
                                     std::uint64_t capacity,
                                     std::uint64_t* count) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (count == nullptr || (routes == nullptr && capacity > 0)) {
      return Outcome::kNullPointer;
    }
    const Result<std::vector<Route>> got = its.GetRoutes();
    if (!got) return got.error();
    const std::size_t room = std::min<std::uint64_t>(capacity, got->size());
    for (std::size_t i = 0; i < room; ++i) routes[i] = ToC((*got)[i]);
    *count = got->size();
    return Outcome::kOk;
  });
}

}  // extern "C"
