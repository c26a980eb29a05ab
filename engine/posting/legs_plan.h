#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/accounts/account_table.h"
#include "engine/journal/record.h"
#include "engine/locking/accounts_in_order.h"
#include "engine/posting/change.h"
#include "engine/posting/checks.h"
#include "engine/posting/refusal.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// The two legs of a transfer from one account to another, without the memory
/// that a list of them takes.
struct TwoLegs {
  AccountId from;
  AccountId to;
  Int128 amount;

  [[nodiscard]] static constexpr std::size_t size() noexcept { return 2; }
  [[nodiscard]] Leg operator[](std::size_t leg) const noexcept {
    return leg == 0 ? Leg{from, ToAmount(-amount)} : Leg{to, ToAmount(amount)};
  }
};

/// FindRefusal for either form of legs.
inline Verdict WhyNot(const AccountTable& accounts, std::span<const Leg> legs,
                      absl::FunctionRef<AccountView(std::size_t)> view_of,
                      const RouteFault& route_fault = {}) noexcept {
  return FindRefusal(accounts, legs, view_of, route_fault);
}
[[gnu::noinline]] inline Verdict WhyNot(
    const AccountTable& accounts, TwoLegs legs,
    absl::FunctionRef<AccountView(std::size_t)> view_of,
    const RouteFault& route_fault = {}) noexcept {
  return FindRefusal(accounts, std::array{legs[0], legs[1]}, view_of,
                     route_fault);
}

/// A plan is what an operation thinks, apart from how it keeps others away
/// meanwhile: from the states of its accounts it works out what becomes of
/// them. This one posts legs that are known, whose shape is right. `change_of`
/// gives the Change of a party. (In ledgers with routes: routed_legs_plan.h.)
template <std::size_t kCapacity, class Legs, class ChangeOf>
class LegsPlan {
 public:
  /// Thinking about a view that is torn, and then thrown away, does no harm.
  static constexpr bool kNeedsOneView = false;
  /// Whether it is a plan's own matter what is done to the accounts, or it is
  /// what was thought; whether it may be one that is only thought; and whether
  /// it may have an id.
  static constexpr bool kCommitsItself = false;
  static constexpr bool kMayBeDry = false;
  static constexpr bool kMayHaveId = false;
  /// Whether it asks which routes are allowed, under the locks or where nothing
  /// can change without it being found out (route_lock.h). One that does says
  /// by `may_judge_routes()` whether it may do so this time.
  static constexpr bool kJudgesRoutes = false;

  LegsPlan(const AccountTable& accounts,
           const AccountsInOrder<kCapacity>& order, const Legs& legs,
           const ChangeOf& change_of) noexcept
      : accounts_(accounts),
        order_(order),
        legs_(legs),
        change_of_(change_of) {}

  /// Whether it may be done; sets what the accounts have before and after, by
  /// place. `state_of(place)` is a LockedState or a SeenState.
  template <class StateOf, class Routes>
  [[gnu::always_inline]] bool Think(const StateOf& state_of,
                                    AccountChange* results,
                                    Routes& /*routes*/) const noexcept {
    bool is_allowed = true;
    // Inlined for each of two legs: what is known of it before, such as that it
    // pays, leaves out half of the checks.
    order_.ForEachParty([&](std::size_t party, std::size_t place, AccountId id,
                            const Account&) __attribute__((always_inline)) {
      is_allowed &=
          CheckState(id, state_of(place), change_of_(party), results[place]);
    });
    return is_allowed;
  }
  /// Why it may not be, of the same states.
  template <class StateOf>
  [[nodiscard, gnu::always_inline]] Verdict WhyNot(
      const StateOf& state_of) const noexcept {
    // A copy: whose address is passed on must be in memory, all along.
    const LegsPlan self = *this;
    return engine::WhyNot(accounts_, legs_, [self, state_of](std::size_t leg) {
      return AccountView(state_of(self.PlaceOf(leg)).view());
    });
  }

  /// What the record is made from; a copy, for the same reason.
  [[nodiscard]] LegsPlan ForRecord() const noexcept { return *this; }
  /// How many transfers are posted, the last one's sequence, and how much room
  /// their records take at the most.
  [[nodiscard]] static constexpr std::uint64_t transfers() noexcept {
    return 1;
  }
  [[nodiscard]] static Sequence LastOf(Sequence first) noexcept {
    return first;
  }
  [[nodiscard]] std::uint32_t RoomBytes(
      const TransferOptions& options) const noexcept {
    return RecordBytes(legs_.size(), options.description.size());
  }
  /// And so much more if there is a log.
  [[nodiscard]] static constexpr std::uint32_t ForLogBytes() noexcept {
    return 0;
  }
  /// What is posted, and where the results of a leg's account are.
  [[nodiscard]] const Legs& legs() const noexcept { return legs_; }
  [[nodiscard]] std::size_t PlaceOf(std::size_t leg) const noexcept {
    return order_.PlaceOf(leg);
  }
  /// Leaves the results of accounts with legs only; how many there are.
  [[nodiscard]] std::size_t PickResults(
      AccountChange* /*results*/) const noexcept {
    return order_.size();
  }

 protected:
  const AccountTable& accounts_;
  const AccountsInOrder<kCapacity>& order_;
  const Legs& legs_;
  const ChangeOf& change_of_;
};

}  // namespace lockstep::engine
