#include "engine/audit/totals.h"

#include <algorithm>
#include <cstdint>

#include "engine/accounts/account_states.h"
#include "engine/base/int128.h"
#include "engine/money/wide.h"
#include "engine/snapshot/live_snapshots.h"

namespace lockstep::engine {
namespace {

// Calls `function(id, view)` for each account of an asset but its issuer.
template <class Function>
void ForEachHolder(const AccountTable& accounts, const SnapshotCut& cut,
                   AssetId asset, AccountId issuer, const Function& function) {
  for (std::uint64_t i = 1; i <= cut.population.accounts; ++i) {
    const AccountId id(i);
    if (id == issuer || accounts.Hot(id).asset() != asset) continue;
    function(id, ViewAtCut(accounts, id, cut.epoch));
  }
}

// The richer one first, and the lower id of two that are equally rich.
bool ComesBefore(const AccountState& one, const AccountState& other) {
  if (one.balance != other.balance) return one.balance > other.balance;
  return one.id < other.id;
}

}  // namespace

std::vector<AssetTotal> TotalsAtCut(const AccountTable& accounts,
                                    const SnapshotCut& cut,
                                    const Directory& directory) {
  struct Sums {
    Int256 held = 0;
    Int256 balances = 0;
  };
  // Assets never change: those that there are now begin with those of the cut.
  const std::vector<AccountId> issuers = directory.Issuers();
  std::vector<AssetTotal> totals(cut.population.assets);
  std::vector<Sums> sums(totals.size());
  for (std::uint64_t i = 1; i <= cut.population.accounts; ++i) {
    const AccountId id(i);
    const std::size_t asset = accounts.Hot(id).asset().value() - 1;
    const AccountView view = ViewAtCut(accounts, id, cut.epoch);
    sums[asset].held += Widen(view.held);
    sums[asset].balances += Widen(view.balance);
    if (id == issuers[asset]) {
      // Its floor is above the smallest number, which has no positive twin.
      totals[asset].supply = ToAmount(-view.balance);
    } else {
      ++totals[asset].accounts;
    }
  }
  for (std::size_t asset = 0; asset < totals.size(); ++asset) {
    totals[asset].asset = AssetId(static_cast<std::uint32_t>(asset + 1));
    totals[asset].held = ToAmount(Saturate(sums[asset].held));
    totals[asset].balances = ToAmount(Saturate(sums[asset].balances));
  }
  return totals;
}

std::vector<AccountState> TopAtCut(const AccountTable& accounts,
                                   const SnapshotCut& cut, AssetId asset,
                                   AccountId issuer, std::size_t count) {
  // A heap whose first element is the last of those that are in it.
  std::vector<AccountState> top;
  if (count == 0) return top;
  ForEachHolder(accounts, cut, asset, issuer,
                [&](AccountId id, const AccountView& view) {
                  const AccountState state = ToAccountState(accounts, id, view);
                  if (top.size() == count) {
                    if (!ComesBefore(state, top.front())) return;
                    std::pop_heap(top.begin(), top.end(), ComesBefore);
                    top.back() = state;
                  } else {
                    top.push_back(state);
                  }
                  std::push_heap(top.begin(), top.end(), ComesBefore);
                });
  std::sort_heap(top.begin(), top.end(), ComesBefore);
  return top;
}

std::vector<BalanceBucket> HistogramAtCut(const AccountTable& accounts,
                                          const SnapshotCut& cut, AssetId asset,
                                          AccountId issuer,
                                          std::span<const Amount> bounds) {
  std::vector<BalanceBucket> buckets(bounds.size() + 1);
  std::vector<Int256> sums(buckets.size());  // cannot overflow
  ForEachHolder(accounts, cut, asset, issuer,
                [&](AccountId, const AccountView& view) {
                  const auto bucket = static_cast<std::size_t>(
                      std::upper_bound(bounds.begin(), bounds.end(),
                                       ToAmount(view.balance)) -
                      bounds.begin());
                  ++buckets[bucket].accounts;
                  sums[bucket] += Widen(view.balance);
                });
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    buckets[i].balances = ToAmount(Saturate(sums[i]));
  }
  return buckets;
}

}  // namespace lockstep::engine
