#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "lockstep/account_state.h"
#include "lockstep/amount.h"
#include "lockstep/export.h"
#include "lockstep/ids.h"
#include "lockstep/outcome.h"
#include "lockstep/transfer.h"

namespace lockstep::inline v0_1 {

/// What a transaction function decides: legs to post, or to refuse.
///
/// Holds up to kMaxLegs legs in itself and never allocates. What is wrong with
/// it is not said here but becomes the transaction's outcome.
class LOCKSTEP_EXPORT Decision {
 public:
  /// No legs yet. (One that stays like this is refused with `kNoLegs`.)
  Decision() noexcept {}
  /// Copies as many legs as there are.
  Decision(const Decision& other) noexcept { CopyFrom(other); }
  /// Copies as many legs as there are.
  Decision& operator=(const Decision& other) noexcept {
    if (this != &other) CopyFrom(other);
    return *this;
  }

  /// To post nothing: the outcome is `kRefusedByFunction`, and the receipt's
  /// refusal carries the reason, which is the host's own.
  [[nodiscard]] static Decision Refuse(std::uint32_t reason = 0) noexcept {
    Decision decision;
    decision.is_refusal_ = true;
    decision.reason_ = reason;
    return decision;
  }

  /// Adds two legs. An amount that is not positive becomes `kNegativeAmount` or
  /// `kZeroAmount`, the same account twice `kSameAccount`, and more than
  /// kMaxLegs legs `kTooManyLegs`; of several such faults the first counts.
  Decision& Move(AccountId from, AccountId to, Amount amount) noexcept;

  /// Adds a leg: a positive amount enters the account, a negative one leaves
  /// it. More than kMaxLegs become `kTooManyLegs`.
  Decision& Add(AccountId account, Amount amount) noexcept {
    if (count_ == kMaxLegs) return Blame(Outcome::kTooManyLegs);
    new (&legs_[count_++]) Leg{account, amount};
    return *this;
  }

  /// The legs so far.
  [[nodiscard]] std::span<const Leg> legs() const noexcept {
    return {legs_, count_};
  }
  /// Was it made by `Refuse`?
  [[nodiscard]] bool is_refusal() const noexcept { return is_refusal_; }
  /// What `Refuse` was told.
  [[nodiscard]] std::uint32_t reason() const noexcept { return reason_; }
  /// What is wrong with what was added, the first of it; `kOk`: nothing.
  [[nodiscard]] Outcome fault() const noexcept { return fault_; }

 private:
  Decision& Blame(Outcome fault) noexcept {
    if (fault_ == Outcome::kOk) fault_ = fault;
    return *this;
  }
  void CopyFrom(const Decision& other) noexcept {
    count_ = other.count_;
    reason_ = other.reason_;
    fault_ = other.fault_;
    is_refusal_ = other.is_refusal_;
    for (std::uint32_t i = 0; i < count_; ++i) {
      new (&legs_[i]) Leg(other.legs_[i]);
    }
  }

  std::uint32_t count_ = 0;
  std::uint32_t reason_ = 0;
  Outcome fault_ = Outcome::kOk;
  bool is_refusal_ = false;
  // Made only as far as they are used.
  union {
    Leg legs_[kMaxLegs];
  };
};

/// The accounts that a transaction declared, as its function sees them: in the
/// order in which they were declared, all as they were at one moment.
using AccountStates = std::span<const AccountState>;

class TransactionFunction;

/// What can be called with AccountStates and returns a Decision.
template <class Function>
concept DecidesUponAccounts =
    !std::is_same_v<std::remove_cvref_t<Function>, TransactionFunction> &&
    std::is_invocable_r_v<Decision, Function&, AccountStates>;

/// A reference to something that decides: a lambda, a plain function, any
/// object that can be called like one. Does not own it; good for as long as it
/// lives, which for one written into a call is until that returns.
class TransactionFunction {
 public:
  /// Refers to `function`.
  template <DecidesUponAccounts Function>
  TransactionFunction(Function&& function) noexcept  // NOLINT: as a lambda
      : function_(reinterpret_cast<const void*>(std::addressof(function))),
        call_([](const void* callee, AccountStates accounts) -> Decision {
          // Not a static_cast, since it may be a plain function.
          using Callee = std::remove_reference_t<Function>;
          return (*reinterpret_cast<Callee*>(const_cast<void*>(callee)))(
              accounts);
        }),
        kind_(reinterpret_cast<std::uintptr_t>(call_)) {}
  /// The same, of a kind that is told: for bindings, where one object calls
  /// many functions.
  template <DecidesUponAccounts Function>
  TransactionFunction(Function&& function, std::uintptr_t kind) noexcept
      : TransactionFunction(function) {
    kind_ = kind;
  }

  /// Calls it. What it throws passes through.
  Decision operator()(AccountStates accounts) const {
    return call_(function_, accounts);
  }

  /// The same for all functions of one type: what `Mode::kAuto` keeps its
  /// experience by.
  [[nodiscard]] std::uintptr_t kind() const noexcept { return kind_; }

 private:
  const void* function_;
  Decision (*call_)(const void*, AccountStates);
  std::uintptr_t kind_;
};

}  // namespace lockstep::inline v0_1
