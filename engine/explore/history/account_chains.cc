#include "engine/explore/history/account_chains.h"

#include <algorithm>

#include "engine/explore/history/broken_chains.h"

namespace lockstep::engine::explore {

AccountPlaces::Place& AccountPlaces::PlaceOf(AccountId account) {
  if (account.value() >= place_of_.size()) {
    place_of_.resize(account.value() + 1, kNowhere);
  }
  std::uint32_t& place = place_of_[account.value()];
  if (place == kNowhere) {
    place = static_cast<std::uint32_t>(places_.size());
    places_.emplace_back();
  }
  return places_[place];
}

void AccountPlaces::Start(const History& history) {
  places_.clear();
  place_of_.clear();
  for (const AccountState& state : history.before) {
    PlaceOf(state.account).before = state;
  }
  for (const AccountState& state : history.after) {
    Place& place = PlaceOf(state.account);
    if (place.before.account.is_none()) {
      place.before.account = state.account;
      place.before.asset = state.asset;
    }
    place.after = state;
    place.is_in_after = true;
  }
}

// All links by place, by counting; then each account's by version. Those come
// nearly sorted.
void AccountChains::SortLinks(const History& history,
                              const AccountPlaces& places) {
  first_.assign(places.places().size() + 1, 0);
  for (const Operation& operation : history.operations) {
    for (const Access& access : history.AccessesOf(operation)) {
      const std::uint32_t place = places.Find(access.account);
      if (place != AccountPlaces::kNowhere) ++first_[place];
    }
  }
  std::size_t sum = 0;
  for (std::size_t& first : first_) {
    sum += first;
    first = sum;  // the end, for now
  }
  links_.resize(sum);
  // Backwards, so that those of equal order keep the order of operations.
  for (auto i = static_cast<std::uint32_t>(history.operations.size());
       i-- > 0;) {
    const Operation& operation = history.operations[i];
    for (std::uint32_t j = operation.access_count; j-- > 0;) {
      const std::uint32_t number = operation.first_access + j;
      const Access& access = history.accesses[number];
      const std::uint32_t place = places.Find(access.account);
      if (place == AccountPlaces::kNowhere) continue;
      links_[--first_[place]] = Link::Of(access, i, number);
    }
  }
  for (std::size_t place = 0; place + 1 < first_.size(); ++place) {
    std::sort(links_.begin() + static_cast<std::ptrdiff_t>(first_[place]),
              links_.begin() + static_cast<std::ptrdiff_t>(first_[place + 1]),
              [](const Link& a, const Link& b) {
                if (a.order != b.order) return a.order < b.order;
                return a.access < b.access;
              });
  }
}

// The common case, in one pass: everybody found what the last one left.
bool AccountChains::Follow(const History& history,
                           const AccountPlaces::Place& place,
                           std::span<const Link> links,
                           DependencyGraph& graph) const {
  Sequence version = place.before.version;
  Amount balance = place.before.balance;
  std::uint32_t writer = kNobody;
  std::size_t first_reader = 0;
  for (std::size_t i = 0; i < links.size(); ++i) {
    const Access& access = history.accesses[links[i].access];
    const std::uint32_t operation = links[i].operation;
    if (access.found_version != version || access.found != balance) {
      return false;
    }
    if (!access.wrote) {
      if (access.left_version != version || access.left != balance) {
        return false;
      }
      if (writer != kNobody) {
        graph.Add(writer, operation, Dependency::kWriteRead);
      }
      continue;
    }
    if (!history.operations[operation].posted() ||
        access.left_version <= version) {
      return false;
    }
    if (writer != kNobody) {
      graph.Add(writer, operation, Dependency::kWriteWrite);
    }
    for (std::size_t reader = first_reader; reader < i; ++reader) {
      graph.Add(links[reader].operation, operation, Dependency::kReadWrite);
    }
    first_reader = i + 1;
    writer = operation;
    version = access.left_version;
    balance = access.left;
  }
  return version == place.after.version && balance == place.after.balance;
}

void AccountChains::Check(const History& history, const AccountPlaces& places,
                          DependencyGraph& graph, Findings& findings) {
  SortLinks(history, places);
  BrokenChains broken(history, graph, findings);
  for (std::size_t i = 0; i < places.places().size(); ++i) {
    const std::span<const Link> links =
        std::span(links_).subspan(first_[i], first_[i + 1] - first_[i]);
    const AccountPlaces::Place& place = places.places()[i];
    const std::size_t edges = graph.edge_count();
    if (Follow(history, place, links, graph)) continue;
    graph.ForgetBeyond(edges);
    broken.Diagnose(place, links);
  }
  broken.Tell();
}

}  // namespace lockstep::engine::explore
