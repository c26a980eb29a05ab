#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "absl/container/inlined_vector.h"
#include "engine/accounts/account_states.h"
#include "engine/accounts/account_table.h"
#include "engine/journal/record.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/posting/change.h"
#include "engine/posting/checks.h"
#include "engine/posting/id_table.h"
#include "engine/posting/inside_function.h"
#include "engine/posting/refusal.h"
#include "engine/posting/route_check.h"
#include "lockstep/transact.h"

namespace lockstep::engine {

/// A plan (see legs_plan.h) that asks a function of the host's which legs to
/// post.
class FunctionPlan {
 public:
  using Order = AccountsInOrder<kMaxLegs>;

  /// The function must never see a view that is torn.
  static constexpr bool kNeedsOneView = true;
  static constexpr bool kCommitsItself = false;
  static constexpr bool kMayBeDry = true;
  static constexpr bool kMayHaveId = true;
  static constexpr bool kJudgesRoutes = true;
  [[nodiscard]] static constexpr bool may_judge_routes() noexcept {
    return true;
  }

  /// `order` is that of `declared`; `claim` is null if it has no id.
  FunctionPlan(const AccountTable& accounts, const Order& order,
               std::span<const AccountId> declared,
               TransactionFunction function, const TransferOptions& options,
               IdClaim* claim) noexcept
      : accounts_(accounts),
        order_(order),
        declared_(declared),
        function_(function),
        code_(options.code),
        is_dry_run_(options.dry_run),
        claim_(claim) {}
  FunctionPlan(const FunctionPlan&) = delete;
  FunctionPlan& operator=(const FunctionPlan&) = delete;

  /// Calls the function, and asks for routes only after that. What it throws
  /// passes through.
  template <class StateOf, class Routes>
  bool Think(const StateOf& state_of, AccountChange* results, Routes& routes) {
    Ask(state_of);
    verdict_ = CheckShape();
    if (verdict_.outcome != Outcome::kOk) return false;
    // Never more than fit in place, so it does not allocate.
    absl::InlinedVector<Change, kMaxLegs> changes(order_.size());
    for (std::size_t leg = 0; leg < legs().size(); ++leg) {
      changes[PlaceOf(leg)].AddLeg(ToInt128(legs()[leg].amount));
    }
    bool is_allowed = true;
    order_.ForEachPlace([&](std::size_t place) {
      // Without a leg: nothing moves, and so nothing forbids it but that it is
      // closed, which is the function's to judge.
      if (changes[place].moves == 0) {
        const Amount balance = ToAmount(state_of(place).balance());
        new (&results[place]) AccountChange{order_.id(place), balance, balance};
        return;
      }
      is_allowed &= CheckState(order_.id(place), state_of(place),
                               changes[place], results[place]);
    });
    route_fault_ = {};
    if (const RouteSet* const allowed = routes.Hold()) {
      route_fault_ = FindRouteFault(
          accounts_, *allowed, code_, legs(),
          [&](std::size_t leg) { return changes[PlaceOf(leg)].net; });
    }
    return is_allowed && !route_fault_.is_any();
  }
  template <class StateOf>
  [[nodiscard]] Verdict WhyNot(const StateOf& state_of) const {
    if (verdict_.outcome != Outcome::kOk) return verdict_;
    return FindRefusal(
        accounts_, legs(),
        [&](std::size_t leg) {
          return AccountView(state_of(PlaceOf(leg)).view());
        },
        route_fault_);
  }

  [[nodiscard]] const FunctionPlan& ForRecord() const noexcept { return *this; }
  [[nodiscard]] std::span<const Leg> legs() const noexcept {
    return decision_.legs();
  }
  [[nodiscard]] bool is_dry_run() const noexcept { return is_dry_run_; }
  [[nodiscard]] static constexpr std::uint64_t transfers() noexcept {
    return 1;
  }
  [[nodiscard]] static Sequence LastOf(Sequence first) noexcept {
    return first;
  }
  [[nodiscard]] static std::uint32_t RoomBytes(
      const TransferOptions& options) noexcept {
    return RecordBytes(kMaxLegs, options.description.size()) +
           IdBytes(options.id);
  }
  [[nodiscard]] static constexpr std::uint32_t ForLogBytes() noexcept {
    return engine::ForLogBytes(kMaxLegs, 0, 0);
  }
  /// Tells the log of the accounts without legs and of the id.
  void TellLog(RecordHead& head) const noexcept {
    absl::InlinedVector<AccountId, kMaxLegs> seen;  // fit in place
    ForEachPlaceThat(
        false, [&](std::size_t place) { seen.push_back(order_.id(place)); });
    WriteForLog(head, {.id = claim_ == nullptr ? nullptr : claim_->pinned(),
                       .seen = seen});
  }
  [[nodiscard]] std::size_t PlaceOf(std::size_t leg) const noexcept {
    return place_of_leg_[leg];
  }
  [[nodiscard]] std::size_t PickResults(AccountChange* results) const noexcept {
    std::size_t picked = 0;
    ForEachChanged(
        [&](std::size_t place) { results[picked++] = results[place]; });
    return picked;
  }
  /// That it was posted is what its id stands for, if it has one.
  void RememberLocked(Sequence sequence, std::uint32_t epoch,
                      const AccountChange* results) const noexcept {
    if (claim_ == nullptr) return;
    absl::InlinedVector<AccountChange, kMaxLegs> changes;
    ForEachChanged(
        [&](std::size_t place) { changes.push_back(results[place]); });
    claim_->remembered().Add(sequence, changes, {});
    claim_->RememberLocked(epoch);
  }

 private:
  // The places of accounts with legs.
  template <class Function>
  void ForEachChanged(const Function& function) const noexcept {
    ForEachPlaceThat(true, function);
  }
  // Those of accounts that have legs, or that have none.
  template <class Function>
  void ForEachPlaceThat(bool has_legs,
                        const Function& function) const noexcept {
    std::array<bool, kMaxLegs> has_leg{};
    for (std::size_t leg = 0; leg < legs().size(); ++leg) {
      has_leg[PlaceOf(leg)] = true;
    }
    order_.ForEachPlace([&](std::size_t place) {
      if (has_leg[place] == has_legs) function(place);
    });
  }

  template <class StateOf>
  void Ask(const StateOf& state_of) {
    union States {
      States() noexcept {}
      AccountState made[kMaxLegs];
    } states;
    for (std::size_t i = 0; i < declared_.size(); ++i) {
      new (&states.made[i]) AccountState(ToAccountState(
          accounts_, declared_[i], state_of(order_.PlaceOf(i)).view()));
    }
    const InsideFunction inside;
    // Made where it is to lie: it is large.
    new (&decision_)
        Decision(function_(AccountStates(states.made, declared_.size())));
  }

  // The checks of what the function decided, in the documented order; finds the
  // legs' places.
  [[nodiscard]] Verdict CheckShape() {
    if (decision_.is_refusal()) {
      Verdict verdict{Outcome::kRefusedByFunction, {}};
      verdict.refusal.reason = decision_.reason();
      return verdict;
    }
    if (decision_.fault() != Outcome::kOk) return {decision_.fault(), {}};
    if (legs().empty()) return {Outcome::kNoLegs, {}};
    const Verdict amounts = CheckNoZeroLeg(legs());
    if (amounts.outcome != Outcome::kOk) return amounts;
    for (std::size_t leg = 0; leg < legs().size(); ++leg) {
      const std::size_t place = order_.Find(legs()[leg].account);
      if (place == order_.size()) {
        return RefuseLeg(Outcome::kUndeclaredAccount, leg, legs()[leg].account);
      }
      place_of_leg_[leg] = static_cast<std::uint8_t>(place);
    }
    return CheckBalance(accounts_, legs());
  }

  const AccountTable& accounts_;
  const Order& order_;
  const std::span<const AccountId> declared_;
  const TransactionFunction function_;
  const std::uint32_t code_;
  const bool is_dry_run_;
  IdClaim* const claim_;
  Decision decision_;
  Verdict verdict_;
  RouteFault route_fault_;
  std::array<std::uint8_t, kMaxLegs> place_of_leg_;
};

}  // namespace lockstep::engine
