#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/explore/history/dependency_graph.h"
#include "engine/explore/history/findings.h"

namespace lockstep::engine::explore {

/// The accounts of a history, in dense arrays.
class AccountPlaces {
 public:
  static constexpr std::uint32_t kNowhere = UINT32_MAX;

  /// An account at the two ends of a history. One that was made meanwhile began
  /// empty and without a version.
  struct Place {
    AccountState before;
    AccountState after;
    bool is_in_after = false;
  };

  void Start(const History& history);

  [[nodiscard]] std::uint32_t Find(AccountId account) const noexcept {
    return account.value() < place_of_.size() ? place_of_[account.value()]
                                              : kNowhere;
  }
  [[nodiscard]] std::span<const Place> places() const noexcept {
    return places_;
  }

 private:
  Place& PlaceOf(AccountId account);

  std::vector<Place> places_;
  std::vector<std::uint32_t> place_of_;  // by id
};

/// An access of one account, with what sorts it among the others: by the
/// version that it found, and at one version those who only read first.
struct Link {
  static Link Of(const Access& access, std::uint32_t operation,
                 std::uint32_t number) noexcept {
    return {access.found_version.value() << 1 | (access.wrote ? 1U : 0U),
            operation, number};
  }

  std::uint64_t order;
  std::uint32_t operation;
  std::uint32_t access;  // an index of History::accesses
};

/// Follows each account from its first state to its last: every operation must
/// have found what the one before it left. On the way it adds the dependencies
/// through accounts to the graph.
class AccountChains {
 public:
  void Check(const History& history, const AccountPlaces& places,
             DependencyGraph& graph, Findings& findings);

 private:
  void SortLinks(const History& history, const AccountPlaces& places);
  [[nodiscard]] bool Follow(const History& history,
                            const AccountPlaces::Place& place,
                            std::span<const Link> links,
                            DependencyGraph& graph) const;

  std::vector<Link> links_;         // each account's together, sorted
  std::vector<std::size_t> first_;  // by place, and one more
};

}  // namespace lockstep::engine::explore
