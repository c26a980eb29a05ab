#include "engine/snapshot/read_together.h"

#include <cstddef>
#include <gsl/assert>
#include <mutex>

#include "engine/accounts/account_states.h"
#include "engine/locking/observed_accounts.h"
#include "engine/locking/sorted_legs.h"
#include "lock_watch.h"

namespace lockstep::engine {
namespace {

using Order = AccountsInOrder<kMaxLegs>;

template <class ViewOf>
void Fill(const AccountTable& accounts, const Order& order,
          std::span<const AccountId> ids, const ViewOf& view_of,
          std::span<AccountState> states) noexcept {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    states[i] = ToAccountState(accounts, ids[i], view_of(order.PlaceOf(i)));
  }
}

}  // namespace

void ReadTogether(const AccountTable& accounts, std::span<const AccountId> ids,
                  std::span<AccountState> states,
                  int looks_without_locks) noexcept {
  Expects(ids.size() <= kMaxLegs && ids.size() <= states.size());
  const Order order(accounts, ids);
  LockWait wait(Wait::Forever());
  ObservedAccounts<kMaxLegs> observed(accounts, order);
  for (int looks = 0; looks < looks_without_locks; ++looks) {
    const bool saw_all = observed.Look(wait);
    Ensures(saw_all);
    if (!observed.IsOneView()) continue;
    observed.TellWatch();
    return Fill(
        accounts, order, ids,
        [&](std::size_t place) -> const AccountView& {
          return observed.view(place);
        },
        states);
  }
  SortedLegs<Concurrency::kMultiThread, kMaxLegs> locks(order, wait);
  const std::scoped_lock locked(locks);
  locks.AssertHeld();
  Fill(
      accounts, order, ids,
      [&](std::size_t place) {
        return ViewLocked(accounts, order.id(place), order.account(place));
      },
      states);
}

}  // namespace lockstep::engine
