#pragma once

#include "engine/accounts/account_table.h"
#include "engine/base/int128.h"
#include "lockstep/account_state.h"

namespace lockstep::engine {

/// What was seen of an account, as hosts see it.
[[nodiscard]] inline AccountState ToAccountState(
    const AccountTable& accounts, AccountId id,
    const AccountView& view) noexcept {
  return {.id = id,
          .asset = accounts.Hot(id).asset(),
          .status = view.status,
          .balance = ToAmount(view.balance),
          .held = ToAmount(view.held),
          .floor = ToAmount(view.floor),
          .ceiling = ToAmount(view.ceiling),
          .version = view.version};
}

}  // namespace lockstep::engine
