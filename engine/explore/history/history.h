#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lockstep/account.h"
#include "lockstep/amount.h"
#include "lockstep/ids.h"
#include "lockstep/outcome.h"
#include "lockstep/transfer.h"

namespace lockstep::engine::explore {

/// What an operation did with one account: what it found, and what it left when
/// it let go of it. Taken under the account's lock, or, where an operation
/// reads without one, what it was told.
struct Access {
  AccountId account = {};
  Sequence found_version = {};
  Amount found = {};
  /// What was found, if it only read; the operation's sequence if it wrote.
  Sequence left_version = {};
  Amount left = {};
  bool wrote = false;
};

/// One call of a ledger's function, from outside.
struct Operation {
  /// Where one counter stood as it was called and as it returned; each reading
  /// raises it. An operation that returned at a lower clock than another was
  /// called at was over before the other began.
  std::uint64_t invoked = 0;
  std::uint64_t returned = 0;
  /// None if it posted nothing.
  Sequence sequence = {};
  Outcome outcome = Outcome::kOk;
  /// Who called it.
  std::uint32_t thread = 0;
  /// What people call it: an index of `History::names`.
  std::uint32_t name = 0;

  // Where in the history its accesses and legs lie; `History::Add` sets it.
  std::uint32_t first_access = 0;
  std::uint32_t access_count = 0;
  std::uint32_t first_leg = 0;
  std::uint32_t leg_count = 0;

  [[nodiscard]] bool posted() const noexcept { return !sequence.is_none(); }
};

/// An account while nobody is at work.
struct AccountState {
  AccountId account = {};
  AssetId asset = {};
  Sequence version = {};
  Amount balance = {};
};

/// What several threads did with one ledger: everything in it is a flat array,
/// so that millions of operations fit. Longer runs are cut into windows, at
/// moments when nobody is at work.
struct History {
  /// For people: what operations are called.
  std::vector<std::string> names;
  /// The accounts at the beginning and at the end, in any order. One that is
  /// only in `after` was made meanwhile, empty and without a version.
  std::vector<AccountState> before;
  std::vector<AccountState> after;
  /// By slot: the last sequence of the windows before, none beyond its end.
  std::vector<Sequence> last_sequences;
  /// In any order. No two clocks in it are equal.
  std::vector<Operation> operations;
  std::vector<Access> accesses;
  std::vector<Leg> legs;

  [[nodiscard]] std::span<const Access> AccessesOf(
      const Operation& operation) const noexcept {
    return std::span(accesses).subspan(operation.first_access,
                                       operation.access_count);
  }
  [[nodiscard]] std::span<const Leg> LegsOf(
      const Operation& operation) const noexcept {
    return std::span(legs).subspan(operation.first_leg, operation.leg_count);
  }

  /// Adds an operation with copies of what it did.
  void Add(Operation operation, std::span<const Access> its_accesses,
           std::span<const Leg> its_legs) {
    operation.first_access = static_cast<std::uint32_t>(accesses.size());
    operation.access_count = static_cast<std::uint32_t>(its_accesses.size());
    operation.first_leg = static_cast<std::uint32_t>(legs.size());
    operation.leg_count = static_cast<std::uint32_t>(its_legs.size());
    accesses.insert(accesses.end(), its_accesses.begin(), its_accesses.end());
    legs.insert(legs.end(), its_legs.begin(), its_legs.end());
    operations.push_back(operation);
  }

  /// Goes on to the next window, without operations yet: it begins where this
  /// one ended. Names and memory are kept.
  void StartNextWindow() {
    for (const Operation& operation : operations) {
      if (!operation.posted()) continue;
      const std::uint32_t slot = operation.sequence.slot();
      if (slot >= last_sequences.size()) last_sequences.resize(slot + 1);
      if (operation.sequence > last_sequences[slot]) {
        last_sequences[slot] = operation.sequence;
      }
    }
    before.swap(after);
    after.clear();
    operations.clear();
    accesses.clear();
    legs.clear();
  }
};

}  // namespace lockstep::engine::explore
