#include <cstdint>

#include "engine/c/calls.h"
#include "engine/c/convert.h"
#include "engine/c/open_decision.h"
#include "engine/c/post_call.h"
#include "lockstep/c.h"
#include "lockstep/ledger.h"
#include "lockstep/transact.h"

// Transactions of the C interface, and what their functions decide.

namespace {

using namespace lockstep;
using namespace lockstep::engine;

// Asks a function of C's. It is not to throw; if it does all the same, the
// process ends here and not somewhere else.
Decision Ask(lockstep_transaction function, void* context,
             AccountStates accounts) noexcept {
  union States {
    States() noexcept {}
    lockstep_account_state made[kMaxLegs];
  } states;
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    new (&states.made[i]) lockstep_account_state(ToC(accounts[i]));
  }
  Decision decision;
  const OpenDecision open(decision);
  function(context, states.made, accounts.size(), open.handle());
  return decision;
}

template <class Handle>
lockstep_outcome TransactFromC(Handle* handle,
                               const lockstep_account_id* accounts,
                               std::uint64_t count,
                               lockstep_transaction function, void* context,
                               const lockstep_transfer_options* options,
                               lockstep_receipt* receipt) noexcept {
  const bool is_null =
      function == nullptr || (accounts == nullptr && count > 0);
  const auto ask = [&](AccountStates states) {
    return Ask(function, context, states);
  };
  return PostFromC(
      handle, is_null ? Outcome::kNullPointer : Outcome::kOk, options, receipt,
      [&](auto& its, const TransferOptions& with) {
        const ItemsFromC<AccountId> declared(
            accounts, count,
            [](lockstep_account_id account) { return AccountId(account); });
        // What kAuto learns about one of the host's functions says nothing
        // about another one.
        const TransactionFunction decide(
            ask, reinterpret_cast<std::uintptr_t>(function));
        return its.Transact(declared.span(), decide, with);
      });
}

}  // namespace

extern "C" {

lockstep_outcome lockstep_decision_add(lockstep_decision* decision,
                                       lockstep_account_id account,
                                       lockstep_amount amount) noexcept {
  Decision* const mine = OpenDecision::Find(decision);
  if (mine == nullptr) return LOCKSTEP_INVALID_HANDLE;
  return ToC(mine->Add(AccountId(account), FromC(amount)).fault());
}

lockstep_outcome lockstep_decision_move(lockstep_decision* decision,
                                        lockstep_account_id from,
                                        lockstep_account_id to,
                                        lockstep_amount amount) noexcept {
  Decision* const mine = OpenDecision::Find(decision);
  if (mine == nullptr) return LOCKSTEP_INVALID_HANDLE;
  return ToC(mine->Move(AccountId(from), AccountId(to), FromC(amount)).fault());
}

lockstep_outcome lockstep_decision_refuse(lockstep_decision* decision,
                                          std::uint32_t reason) noexcept {
  Decision* const mine = OpenDecision::Find(decision);
  if (mine == nullptr) return LOCKSTEP_INVALID_HANDLE;
  *mine = Decision::Refuse(reason);
  return LOCKSTEP_OK;
}

lockstep_outcome lockstep_transact(lockstep_ledger* ledger,
                                   const lockstep_account_id* accounts,
                                   std::uint64_t count,
                                   lockstep_transaction function, void* context,
                                   const lockstep_transfer_options* options,
                                   lockstep_receipt* receipt) noexcept {
  return TransactFromC(ledger, accounts, count, function, context, options,
                       receipt);
}

lockstep_outcome lockstep_session_transact(
    lockstep_session* session, const lockstep_account_id* accounts,
    std::uint64_t count, lockstep_transaction function, void* context,
    const lockstep_transfer_options* options,
    lockstep_receipt* receipt) noexcept {
  return TransactFromC(session, accounts, count, function, context, options,
                       receipt);
}

}  // extern "C"
