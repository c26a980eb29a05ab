#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "engine/explore/history/history.h"

namespace lockstep::test {

/// A version or a sequence of slot 0, or of another.
constexpr Sequence V(std::uint64_t counter, std::uint32_t slot = 0) {
  return Sequence(counter, slot);
}
/// Before all.
constexpr Sequence kNone = Sequence();

/// How an operation is written down in a Scene.
struct Call {
  std::uint32_t thread = 0;
  std::uint64_t invoked = 0;
  std::uint64_t returned = 0;
  Sequence sequence = {};
  Outcome outcome = Outcome::kOk;
};

/// A history made by hand: few accounts of one asset, from 1 on.
class Scene {
 public:
  using Access = engine::explore::Access;

  explicit Scene(std::initializer_list<std::int64_t> balances) {
    for (const std::int64_t balance : balances) {
      history.before.push_back({AccountId(history.before.size() + 1),
                                AssetId(1), kNone, Amount(balance)});
    }
    history.names = {"operation"};
  }

  static Access Read(std::uint64_t account, Sequence version,
                     std::int64_t balance) {
    return {AccountId(account), version, Amount(balance), version,
            Amount(balance),    false};
  }
  /// Its left version is the operation's sequence, if none is given.
  static Access Write(std::uint64_t account, Sequence version,
                      std::int64_t found, std::int64_t left,
                      Sequence left_version = {}) {
    return {AccountId(account), version,      Amount(found),
            left_version,       Amount(left), true};
  }

  /// An operation whose legs are what its writes changed.
  void Add(const Call& call, std::vector<Access> accesses) {
    std::vector<Leg> legs;
    for (const Access& access : accesses) {
      if (access.left == access.found) continue;
      legs.push_back(
          {access.account, Subtract(access.left, access.found).value()});
    }
    Add(call, std::move(accesses), legs);
  }
  void Add(const Call& call, std::vector<Access> accesses,
           const std::vector<Leg>& legs) {
    engine::explore::Operation operation;
    operation.thread = call.thread;
    operation.invoked = call.invoked;
    operation.returned = call.returned;
    operation.sequence = call.sequence;
    operation.outcome = call.outcome;
    for (Access& access : accesses) {
      if (access.wrote && access.left_version.is_none()) {
        access.left_version = call.sequence;
      }
    }
    history.Add(operation, accesses, legs);
  }

  struct State {
    Sequence version;
    std::int64_t balance;
  };
  /// The accounts at the end, those that were made meanwhile after the others.
  void End(std::initializer_list<State> states) {
    for (const State& state : states) {
      history.after.push_back({AccountId(history.after.size() + 1), AssetId(1),
                               state.version, Amount(state.balance)});
    }
  }

  engine::explore::History history;
};

}  // namespace lockstep::test
