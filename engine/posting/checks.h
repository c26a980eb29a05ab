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

/// Whether the mode makes sense, and in another one than kLocked the retry
/// policy.
[[nodiscard]] bool IsMode(const TransferOptions& options) noexcept;

// Parts of the above, for legs that a transaction function decided upon.
[[nodiscard]] Verdict CheckNoZeroLeg(std::span<const Leg> legs);
[[nodiscard]] Verdict CheckBalance(const AccountTable& accounts,
                                   std::span<const Leg> legs);
/// Whether `part` lies between zero and `whole`.
[[nodiscard]] constexpr bool IsPartOf(Amount part, Amount whole) noexcept {
  return whole.is_negative() ? part <= Amount() && part >= whole
                             : part >= Amount() && part <= whole;
}
/// Whether `parts` are parts of legs, one for each, not all zero, that can be
/// posted by themselves: `invalid` (the first that is none), `kNothingToMove`,
/// `kUnbalanced`.
[[nodiscard]] Verdict CheckPartsOf(const AccountTable& accounts,
                                   std::span<const Leg> legs,
                                   std::span<const Amount> parts,
                                   Outcome invalid);
[[nodiscard]] Verdict RefuseLeg(Outcome outcome, std::size_t leg,
                                AccountId account);

/// An account's fields for the checks, read one by one under its lock ...
struct LockedState {
  const AccountTable& accounts;
  AccountId id;
  const Account& account;

  [[nodiscard]] Int128 balance() const noexcept {
    return account.balance.LoadLocked();
  }
  [[nodiscard]] Int128 held() const noexcept {
    return account.held.LoadLocked();
  }
  [[nodiscard]] Int128 floor() const noexcept {
    return account.floor.LoadLocked();
  }
  [[nodiscard]] Int128 ceiling() const noexcept {
    return CeilingLocked(accounts, id, account);
  }
  [[nodiscard]] AccountStatus status() const noexcept {
    return account.status();
  }
  [[nodiscard]] AccountView view() const noexcept {
    return ViewLocked(accounts, id, account);
  }
};
/// ... or as they were seen before.
struct SeenState {
  const AccountView& seen;

  [[nodiscard]] Int128 balance() const noexcept { return seen.balance; }
  [[nodiscard]] Int128 held() const noexcept { return seen.held; }
  [[nodiscard]] Int128 floor() const noexcept { return seen.floor; }
  [[nodiscard]] Int128 ceiling() const noexcept { return seen.ceiling; }
  [[nodiscard]] AccountStatus status() const noexcept { return seen.status; }
  [[nodiscard]] const AccountView& view() const noexcept { return seen; }
};

/// Whether the account takes the change, in the state given; and what becomes
/// of it. FindRefusal says why not.
template <class State>
[[nodiscard, gnu::always_inline]] inline bool CheckState(
    AccountId id, const State& state, const Change& change,
    AccountChange& result) noexcept {
  const Int128 before = state.balance();
  ExactSum sum = change.net;
  sum.Add(before);
  const Int128 after = sum.Saturated();
  new (&result) AccountChange{id, ToAmount(before), ToAmount(after)};
  constexpr auto kClosed = static_cast<std::uint8_t>(AccountStatus::kClosed);
  const auto status = static_cast<std::uint8_t>(state.status());
  if ((status & (change.moves | kClosed)) != 0 || !sum.Fits()) return false;
  // Only who pays can fall and only who is paid can rise; the moves, unlike the
  // sign of the sum, are known when the two-leg form is compiled.
  if ((change.moves & kDebits) != 0 && change.net.IsNegative()) {
    // An account never has less than both together, so they fit; but in a view
    // that is torn, and then thrown away, they may be of two moments.
    return after >= static_cast<Int128>(static_cast<UInt128>(state.floor()) +
                                        static_cast<UInt128>(state.held()));
  }
  if ((change.moves & kCredits) != 0) {
    return !change.net.IsPositive() || after <= state.ceiling();
  }
  return true;
}

}  // namespace lockstep::engine
