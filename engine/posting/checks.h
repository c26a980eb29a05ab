#pragma once

#include <cstdint>
#include <new>
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

/// Whether a two-leg transfer has the right shape, but for the assets, which
/// must be the same. If not, `CheckTransferShape` says why not; it has the last
/// word, since accounts may be made in between.
[[nodiscard]] inline bool HasTransferShape(
    const AccountTable& accounts, AccountId from, AccountId to, Amount amount,
    const TransferOptions& options) noexcept {
  return options.description.size() <= kMaxDescriptionBytes &&
         amount > Amount() && from != to && accounts.Contains(from) &&
         accounts.Contains(to);
}

/// The checks of shape, before any lock is taken, in the documented order.
[[nodiscard]] Verdict CheckTransferShape(const AccountTable& accounts,
                                         AccountId from, AccountId to,
                                         Amount amount,
                                         const TransferOptions& options);
[[nodiscard]] Verdict CheckPostShape(const AccountTable& accounts,
                                     std::span<const Leg> legs,
                                     const TransferOptions& options);

/// Whether the account, whose lock is held, takes the change; and what becomes
/// of it. FindRefusalLocked says why not.
[[nodiscard]] inline bool CheckStateLocked(const AccountTable& accounts,
                                           AccountId id, const Account& account,
                                           const Change& change,
                                           AccountChange& result) noexcept {
  const Int128 before = account.balance.LoadLocked();
  ExactSum sum = change.net;
  sum.Add(before);
  const Int128 after = sum.Saturated();
  new (&result) AccountChange{id, ToAmount(before), ToAmount(after)};
  constexpr auto kClosed = static_cast<std::uint8_t>(AccountStatus::kClosed);
  const auto status = static_cast<std::uint8_t>(account.status());
  if ((status & (change.moves | kClosed)) != 0 || !sum.Fits()) return false;
  // Only who pays can fall and only who is paid can rise; the moves, unlike the
  // sign of the sum, are known when the two-leg form is compiled.
  if ((change.moves & kDebits) != 0 && change.net.IsNegative()) {
    // Floors are not above zero and nothing negative is held: no overflow.
    return after >= account.floor.LoadLocked() + account.held.LoadLocked();
  }
  if ((change.moves & kCredits) != 0 && account.has_ceiling()) {
    return !change.net.IsPositive() || after <= accounts.Cold(id).ceiling;
  }
  return true;
}

}  // namespace lockstep::engine
