#pragma once

#include <cstdint>

#include "lockstep/c.h"
#include "lockstep/ledger.h"

namespace lockstep::engine {

[[nodiscard]] inline Amount FromC(lockstep_amount amount) noexcept {
  return Amount::FromHalves(amount.high, amount.low);
}
[[nodiscard]] inline lockstep_amount ToC(Amount amount) noexcept {
  return {amount.low(), amount.high()};
}

[[nodiscard]] inline Bits128 FromC(lockstep_bits128 bits) noexcept {
  return {bits.high, bits.low};
}
[[nodiscard]] inline lockstep_bits128 ToC(Bits128 bits) noexcept {
  return {bits.high, bits.low};
}

[[nodiscard]] inline lockstep_outcome ToC(Outcome outcome) noexcept {
  return static_cast<lockstep_outcome>(outcome);
}

[[nodiscard]] inline Wait WaitFromC(std::int64_t wait_ns) noexcept {
  return wait_ns < 0 ? Wait::Forever()
                     : Wait::AtMost(std::chrono::nanoseconds(wait_ns));
}

}  // namespace lockstep::engine
