#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "lockstep/c.h"
#include "lockstep/ledger.h"

namespace lockstep::engine {

[[nodiscard]] inline Amount FromC(lockstep_amount amount) noexcept {
  return Amount::FromHalves(amount.high, amount.low);
}
[[nodiscard]] inline lockstep_amount ToC(Amount amount) noexcept {
  return {amount.high(), amount.low()};
}

[[nodiscard]] inline Bits128 FromC(lockstep_bits128 bits) noexcept {
  return {bits.high, bits.low};
}
/// The same, as what can be handed on.
inline constexpr auto kAmount = [](Amount amount) { return ToC(amount); };

[[nodiscard]] inline lockstep_bits128 ToC(Bits128 bits) noexcept {
  return {bits.high, bits.low};
}

[[nodiscard]] inline lockstep_outcome ToC(Outcome outcome) noexcept {
  return static_cast<lockstep_outcome>(outcome);
}

[[nodiscard]] inline lockstep_account_state ToC(
    const AccountState& state) noexcept {
  return {state.id.value(),
          state.asset.value(),
          static_cast<std::uint32_t>(state.status),
          ToC(state.balance),
          ToC(state.held),
          ToC(state.floor),
          ToC(state.ceiling),
          state.version.value()};
}

/// A number that is none of its enumeration stays one, for others to refuse.
template <class Enum>
[[nodiscard]] Enum EnumFromC(std::uint32_t number) noexcept {
  return static_cast<Enum>(std::min<std::uint32_t>(number, UINT8_MAX));
}

/// `kInvalidOption` if there is no such way to wait.
[[nodiscard]] inline Result<Wait> WaitFromC(std::uint32_t wait,
                                            std::int64_t wait_ns) noexcept {
  switch (wait) {
    case LOCKSTEP_WAIT_FOREVER:
      return Wait::Forever();
    case LOCKSTEP_WAIT_NEVER:
      return Wait::Never();
    case LOCKSTEP_WAIT_AT_MOST:
      return Wait::AtMost(std::chrono::nanoseconds(wait_ns));
    default:
      return Outcome::kInvalidOption;
  }
}

}  // namespace lockstep::engine
