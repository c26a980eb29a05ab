#pragma once

#include <cstdint>
#include <span>

#include "engine/accounts/account_table.h"
#include "engine/posting/change.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// An outcome, and what there is to say about it.
struct Verdict {
  Outcome outcome = Outcome::kOk;
  Refusal refusal;
};

/// The checks of shape, before any lock is taken, in the documented order.
[[nodiscard]] Verdict CheckTransferShape(const AccountTable& accounts,
                                         AccountId from, AccountId to,
                                         Amount amount,
                                         const TransferOptions& options);
[[nodiscard]] Verdict CheckPostShape(const AccountTable& accounts,
                                     std::span<const Leg> legs,
                                     const TransferOptions& options);

/// Whether an account, whose lock is held, takes a change. Fills in `before`
/// and `after`. `CheckStateInOrder` says why not.
[[nodiscard]] inline bool CheckState(const Account& account,
                                     const ColdAccount& cold,
                                     Change& change) noexcept {
  change.before = account.balance.LoadLocked();
  ExactSum sum = change.net;
  sum.Add(change.before);
  change.after = sum.Saturated();
  constexpr auto kClosed = static_cast<std::uint8_t>(AccountStatus::kClosed);
  const auto status = static_cast<std::uint8_t>(account.status());
  if ((status & (change.moves | kClosed)) != 0 || !sum.Fits()) return false;
  if (change.net.IsNegative()) {
    // Floors are not above zero and nothing negative is held: no overflow.
    return change.after >=
           account.floor.LoadLocked() + account.held.LoadLocked();
  }
  return !account.has_ceiling() || !change.net.IsPositive() ||
         change.after <= cold.ceiling;
}

}  // namespace lockstep::engine
