#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/posting/legs_plan.h"
#include "engine/posting/route_check.h"

namespace lockstep::engine {

/// LegsPlan for ledgers in which nothing moves but along routes. A plan of its
/// own, so that the other one has nothing to do with them.
template <std::size_t kCapacity, class Legs, class ChangeOf>
class RoutedLegsPlan : public LegsPlan<kCapacity, Legs, ChangeOf> {
 public:
  static constexpr bool kJudgesRoutes = true;
  [[nodiscard]] static constexpr bool may_judge_routes() noexcept {
    return true;
  }

  using LegsPlan<kCapacity, Legs, ChangeOf>::LegsPlan;

  /// The code that the legs are posted with.
  void SetCode(std::uint32_t code) noexcept { code_ = code; }

  template <class StateOf, class Routes>
  bool Think(const StateOf& state_of, AccountChange* results,
             Routes& routes) noexcept {
    const bool is_allowed =
        LegsPlan<kCapacity, Legs, ChangeOf>::Think(state_of, results, routes);
    const RouteSet* const allowed = routes.Hold();
    route_fault_ = allowed == nullptr ? RouteFault() : Judge(*allowed);
    return is_allowed && !route_fault_.is_any();
  }
  template <class StateOf>
  [[nodiscard]] Verdict WhyNot(const StateOf& state_of) const noexcept {
    return engine::WhyNot(
        this->accounts_, this->legs_,
        [&](std::size_t leg) {
          return AccountView(state_of(this->PlaceOf(leg)).view());
        },
        route_fault_);
  }

 private:
  [[nodiscard]] RouteFault Judge(const RouteSet& routes) const noexcept {
    if constexpr (kCapacity == 2) {
      return FindRouteFault(this->accounts_, routes, code_, this->legs_.from,
                            this->legs_.to);
    } else {
      // Here the number of a party is its place.
      return FindRouteFault(this->accounts_, routes, code_, this->legs_,
                            [&](std::size_t leg) {
                              return this->change_of_(this->PlaceOf(leg)).net;
                            });
    }
  }

  std::uint32_t code_ = 0;
  RouteFault route_fault_;
};

}  // namespace lockstep::engine
