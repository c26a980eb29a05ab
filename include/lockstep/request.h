#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/ids.h"
#include "lockstep/outcome.h"
#include "lockstep/transfer.h"

namespace lockstep::inline v0_1 {

/// What a condition looks at.
enum class ConditionKind : std::uint8_t {
  kBalanceAtLeast = 0,  ///< the balance is `amount` or more
  kBalanceAtMost = 1,   ///< the balance is `amount` or less
  kBalanceEquals = 2,   ///< the balance is `amount`
  kVersionEquals = 3,   ///< nothing that names it was posted since `version`
  kStatusEquals = 4,    ///< its status is `status`
};

/// What must be true of an account for a transfer to be posted, whether or not
/// the transfer moves anything on it. It is judged by the state before the
/// transfer, under the same locks: if the transfer is posted, it was true at
/// that moment. `Require` makes them.
struct Condition {
  /// Whose state it is about.
  AccountId account;
  /// What it looks at.
  ConditionKind kind = ConditionKind::kBalanceAtLeast;
  /// For kStatusEquals.
  AccountStatus status = AccountStatus::kOpen;
  /// For the kinds that look at the balance, what is held included.
  Amount amount = {};
  /// For kVersionEquals; none: nothing that names it was ever posted. (An
  /// operation names, and so raises the version of, also those accounts that it
  /// only looks at.)
  Sequence version = {};
};

/// Makes conditions: `Require::BalanceAtLeast(alice, 100)`.
struct Require {
  /// The account's balance is `amount` or more.
  [[nodiscard]] static constexpr Condition BalanceAtLeast(
      AccountId account, Amount amount) noexcept {
    return {.account = account,
            .kind = ConditionKind::kBalanceAtLeast,
            .amount = amount};
  }
  /// The account's balance is `amount` or less.
  [[nodiscard]] static constexpr Condition BalanceAtMost(
      AccountId account, Amount amount) noexcept {
    return {.account = account,
            .kind = ConditionKind::kBalanceAtMost,
            .amount = amount};
  }
  /// The account's balance is `amount`.
  [[nodiscard]] static constexpr Condition BalanceEquals(
      AccountId account, Amount amount) noexcept {
    return {.account = account,
            .kind = ConditionKind::kBalanceEquals,
            .amount = amount};
  }
  /// The account is as the operation `version` left it.
  [[nodiscard]] static constexpr Condition VersionEquals(
      AccountId account, Sequence version) noexcept {
    return {.account = account,
            .kind = ConditionKind::kVersionEquals,
            .version = version};
  }
  /// The account has this status.
  [[nodiscard]] static constexpr Condition StatusEquals(
      AccountId account, AccountStatus status) noexcept {
    return {.account = account,
            .kind = ConditionKind::kStatusEquals,
            .status = status};
  }
};

/// A movement of as much as there is. How much that is, is found out under the
/// transfer's locks: as much as `from` has above its floor and what is held,
/// and `to` has room for below its ceiling, but not more than `at_most`.
///
/// A transfer's flows are worked out one after the other, each upon what its
/// legs and the flows before it leave. So several payers are drained in order:
///
///     {.from = a, .to = shop, .at_most = 100},
///     {.from = b, .to = shop, .shares_limit = true},
///     {.from = c, .to = shop, .shares_limit = true, .at_least = 100}
///
/// moves 100 from a, what is missing from b, then from c, and is refused if the
/// three of them do not have it.
struct Flow {
  /// Who pays.
  AccountId from;
  /// Who is paid; another account of the same asset.
  AccountId to;
  /// The most that is moved; above zero.
  Amount at_most = Amount::Max();
  /// True: `at_most` does not count; what is moved at the most is what the flow
  /// before left of its own.
  bool shares_limit = false;
  /// The transfer is refused (`kTooLittleAvailable`) if less than this was
  /// moved, by this flow and by those before it with which it shares its limit.
  Amount at_least = {};
};

/// A transfer with everything that one can ask for. It must name kMaxLegs
/// accounts at the most, counting each leg and condition as one and each flow
/// as two, and have a leg or a flow.
///
/// Refers to what it is made of, which must outlive the call that posts it.
struct TransferRequest {
  /// Movements whose amounts are known; each asset's sum to zero.
  std::span<const Leg> legs = {};
  /// Movements whose amounts are not.
  std::span<const Flow> flows = {};
  /// What must be true besides.
  std::span<const Condition> conditions = {};
  /// What it carries, and how it is to be posted.
  TransferOptions options = {};
};

/// The most that the transfers of one `PostAll` may name of accounts, counted
/// as in a TransferRequest.
inline constexpr std::size_t kMaxLinkedLegs = 256;

/// How `PostAll` posts its transfers. (The `wait`, `mode`, `retry`, `dry_run`
/// and `id` of their own options do not count.)
struct LinkOptions {
  /// How long to wait for accounts that are locked.
  Wait wait = Wait::Forever();
  /// How to keep others away.
  Mode mode = Mode::kLocked;
  /// What follows a conflict; of no account in locked mode.
  RetryPolicy retry = {};
  /// Only find out what would become of it.
  bool dry_run = false;
  /// As in TransferOptions, for all of them together: all their receipts are
  /// given again.
  Bits128 id = {};
  /// As in TransferOptions, for all of them.
  Durability durability = Durability::kLater;
};

/// How `PostEach` goes through its transfers.
struct EachOptions {
  /// True: those behind the first one that is refused are not attempted.
  bool stop_at_refusal = false;
  /// kSync: returns once all that were posted are durable, and waits for that
  /// once. So it does if one of them asks for it.
  Durability durability = Durability::kLater;
};

/// What became of several transfers.
struct BatchResult {
  /// What `first_refused` says when none was.
  static constexpr std::size_t kNone = SIZE_MAX;

  /// `kOk` if none was refused; otherwise that of the first one that was.
  Outcome outcome = Outcome::kOk;
  /// How many were posted; of replays none.
  std::size_t posted = 0;
  /// Which was the first one to be refused, from 0.
  std::size_t first_refused = kNone;
  /// True if they were posted before, with the same id (`PostAll`).
  bool is_replay = false;
  /// True if all that were posted are known to be durable, where that was asked
  /// for.
  bool is_durable = false;

  /// True if none was refused.
  [[nodiscard]] bool ok() const noexcept { return outcome == Outcome::kOk; }
};

}  // namespace lockstep::inline v0_1
