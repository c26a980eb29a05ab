#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/accounts/account_table.h"
#include "engine/posting/checks.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/refusal.h"
#include "engine/posting/route_set.h"
#include "lockstep/request.h"

namespace lockstep::engine {

/// How many accounts a request names: each leg and condition is one, each flow
/// two.
[[nodiscard]] constexpr std::size_t CountNamed(
    const TransferRequest& request) noexcept {
  return request.legs.size() + 2 * request.flows.size() +
         request.conditions.size();
}

/// Calls `function(AccountId)` for each account that a request names: those of
/// its legs, of its flows (payer, payee), of its conditions.
template <class Function>
void ForEachNamed(const TransferRequest& request, Function&& function) {
  for (const Leg& leg : request.legs) function(leg.account);
  for (const Flow& flow : request.flows) {
    function(flow.from);
    function(flow.to);
  }
  for (const Condition& condition : request.conditions) {
    function(condition.account);
  }
}

/// The checks of a request's shape, before any lock, in the documented order.
[[nodiscard]] Verdict CheckRequestShape(const AccountTable& accounts,
                                        const TransferRequest& request);

/// Whether frozen accounts keep what would move them.
enum class Freezes : std::uint8_t {
  kObeyed,   ///< they do
  kIgnored,  ///< only closed ones do
};

/// Works out, from the states of its accounts, what one request moves.
///
/// Legs first: flows are worked out one after the other upon what the legs and
/// the flows before leave. What is then judged is what all of them together do
/// to each account, as with legs alone.
class RequestWork {
 public:
  /// `places` gives, for each account that the request names, where its state
  /// is in `states`. On `kOk` the states are as the request leaves them
  /// (balances; nothing else changes); otherwise they are as before. `routes`:
  /// null if everything is allowed.
  [[nodiscard]] Verdict Do(const AccountTable& accounts,
                           const TransferRequest& request,
                           std::span<const std::uint8_t> places,
                           std::span<AccountView> states,
                           const RouteSet* routes,
                           Freezes freezes = Freezes::kObeyed) noexcept;

  /// What is moved in the end: the request's legs, then two for each flow that
  /// moves something.
  [[nodiscard]] std::span<const Leg> legs() const noexcept {
    return {legs_.data(), leg_count_};
  }
  /// Where the state of a leg's account is.
  [[nodiscard]] std::size_t PlaceOf(std::size_t leg) const noexcept {
    return place_of_leg_[leg];
  }
  /// What each flow moves.
  [[nodiscard]] std::span<const Amount> flowed() const noexcept {
    return {flowed_.data(), flow_count_};
  }
  /// What becomes of the accounts with legs, by rising AccountId.
  [[nodiscard]] std::span<const AccountChange> changes() const noexcept {
    return {changes_.data(), change_count_};
  }
  /// What an account has after it; of one with a leg.
  [[nodiscard]] Amount BalanceAfter(std::size_t place) const noexcept;

 private:
  class Sides;

  void WorkOutFlows(const AccountTable& accounts,
                    const TransferRequest& request,
                    std::span<const AccountView> states, Sides& sides,
                    Verdict& shortfall) noexcept;
  void CollectLegs(const TransferRequest& request,
                   std::span<const std::uint8_t> places) noexcept;

  // All unset beyond what is in use.
  std::array<Leg, kMaxLegs> legs_;
  std::array<std::uint8_t, kMaxLegs> place_of_leg_;
  std::array<Amount, kMaxFlows> flowed_;
  std::size_t leg_count_ = 0;
  std::size_t flow_count_ = 0;
  // The places of accounts with legs, rising, and what becomes of them.
  std::array<std::uint8_t, kMaxLegs> changed_;
  std::array<AccountChange, kMaxLegs> changes_;
  std::size_t change_count_ = 0;
};

}  // namespace lockstep::engine
