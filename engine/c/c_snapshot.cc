#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/structs.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"
#include "lockstep/snapshot.h"

// Several accounts at one moment, through the C interface: reads and snapshots.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

constexpr auto kState = [](const AccountState& state) { return ToC(state); };

// No array is longer.
template <class Element>
constexpr std::uint64_t kMostElements = PTRDIFF_MAX / sizeof(Element);

lockstep_asset_total TotalToC(const AssetTotal& total) noexcept {
  lockstep_asset_total mine = LOCKSTEP_ASSET_TOTAL_INIT;
  mine.asset = total.asset.value();
  mine.accounts = total.accounts;
  mine.supply = ToC(total.supply);
  mine.held = ToC(total.held);
  mine.balances = ToC(total.balances);
  return mine;
}

// Throws std::bad_alloc, but not for kMaxLegs accounts or fewer.
Outcome Read(const Ledger& ledger, const lockstep_account_id* accounts,
             std::uint64_t count, lockstep_account_state* states) {
  if (count > kMostElements<lockstep_account_state>) {
    return Outcome::kOutOfMemory;
  }
  absl::InlinedVector<AccountId, kMaxLegs> ids;
  ids.reserve(count);
  for (std::size_t i = 0; i < count; ++i) ids.emplace_back(accounts[i]);
  absl::InlinedVector<AccountState, kMaxLegs> read(count);
  const Outcome outcome = ledger.Read(ids, std::span(read.data(), read.size()));
  if (outcome != Outcome::kOk) return outcome;
  std::transform(read.begin(), read.end(), states, kState);
  return Outcome::kOk;
}

// Throws std::bad_alloc.
Outcome Histogram(const Snapshot& snapshot, AssetId asset,
                  const lockstep_amount* bounds, std::uint64_t bound_count,
                  lockstep_balance_bucket* buckets) {
  std::vector<Amount> mine;
  mine.reserve(bound_count);
  for (std::uint64_t i = 0; i < bound_count; ++i) {
    mine.push_back(FromC(bounds[i]));
  }
  const Result<std::vector<BalanceBucket>> made =
      snapshot.Histogram(asset, mine);
  if (!made) return made.error();
  for (const BalanceBucket& bucket : *made) {
    *buckets++ = {bucket.accounts, ToC(bucket.balances)};
  }
  return Outcome::kOk;
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_read(lockstep_ledger* ledger,
                               const lockstep_account_id* accounts,
                               std::uint64_t count,
                               lockstep_account_state* states) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (count > 0 && (accounts == nullptr || states == nullptr)) {
      return Outcome::kNullPointer;
    }
    return Read(its, accounts, count, states);
  });
}

lockstep_outcome lockstep_snapshot_take(lockstep_ledger* ledger,
                                        lockstep_snapshot** snapshot) noexcept {
  return With(ledger, [&](const Ledger& its) {
    if (snapshot == nullptr) return Outcome::kNullPointer;
    Result<Snapshot> taken = its.TakeSnapshot();
    if (!taken) return taken.error();
    return GiveHandle(*std::move(taken), HandleTable::Sharing::kShared,
                      snapshot);
  });
}

lockstep_outcome lockstep_snapshot_close(lockstep_snapshot* snapshot) noexcept {
  return CloseHandle(snapshot);
}

lockstep_outcome lockstep_snapshot_account_count(
    lockstep_snapshot* snapshot, std::uint64_t* count) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (count == nullptr) return Outcome::kNullPointer;
    *count = its.account_count();
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_snapshot_asset_count(lockstep_snapshot* snapshot,
                                               std::uint32_t* count) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (count == nullptr) return Outcome::kNullPointer;
    *count = its.asset_count();
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_snapshot_tick(lockstep_snapshot* snapshot,
                                        std::uint64_t* tick) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (tick == nullptr) return Outcome::kNullPointer;
    *tick = its.tick().value();
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_snapshot_get(lockstep_snapshot* snapshot,
                                       lockstep_account_id account,
                                       lockstep_account_state* state) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (state == nullptr) return Outcome::kNullPointer;
    return Store(its.Get(AccountId(account)), state, kState);
  });
}

lockstep_outcome lockstep_snapshot_balance(lockstep_snapshot* snapshot,
                                           lockstep_account_id account,
                                           lockstep_amount* balance) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (balance == nullptr) return Outcome::kNullPointer;
    return Store(its.Balance(AccountId(account)), balance, kAmount);
  });
}

lockstep_outcome lockstep_snapshot_foreach(lockstep_snapshot* snapshot,
                                           lockstep_account_visitor visit,
                                           void* context) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (visit == nullptr) return Outcome::kNullPointer;
    // Not to throw: as a transaction function.
    return its.ForEach([&](const AccountState& account) noexcept -> bool {
      const lockstep_account_state mine = ToC(account);
      return visit(context, &mine) == 0;
    });
  });
}

lockstep_outcome lockstep_snapshot_totals(lockstep_snapshot* snapshot,
                                          lockstep_asset_total* totals,
                                          std::uint64_t capacity) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (totals == nullptr && capacity > 0) return Outcome::kNullPointer;
    if (capacity > 0) {
      const Outcome sized =
          CheckStructSize<lockstep_asset_total>(totals->struct_size);
      if (sized != Outcome::kOk) return sized;
    }
    if (capacity < its.asset_count()) return Outcome::kBufferTooSmall;
    const Result<std::vector<AssetTotal>> summed = its.Totals();
    if (!summed) return summed.error();
    WriteRows(*summed, summed->size(), totals, TotalToC);
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_snapshot_top(lockstep_snapshot* snapshot,
                                       lockstep_asset_id asset,
                                       lockstep_account_state* states,
                                       std::uint64_t capacity,
                                       std::uint64_t* count) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (count == nullptr || (states == nullptr && capacity > 0)) {
      return Outcome::kNullPointer;
    }
    const Result<std::vector<AccountState>> top =
        its.Top(AssetId(asset), capacity);
    if (!top) return top.error();
    std::transform(top->begin(), top->end(), states, kState);
    *count = top->size();
    return Outcome::kOk;
  });
}

lockstep_outcome lockstep_snapshot_histogram(
    lockstep_snapshot* snapshot, lockstep_asset_id asset,
    const lockstep_amount* bounds, std::uint64_t bound_count,
    lockstep_balance_bucket* buckets) noexcept {
  return With(snapshot, [&](const Snapshot& its) {
    if (buckets == nullptr || (bounds == nullptr && bound_count > 0)) {
      return Outcome::kNullPointer;
    }
    // So many cannot all be there, let alone rise.
    if (bound_count > kMostElements<lockstep_amount>) {
      return Outcome::kInvalidOption;
    }
    return Histogram(its, AssetId(asset), bounds, bound_count, buckets);
  });
}

}  // extern "C"
