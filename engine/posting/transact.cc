// Poster::Transact: transactions that a function of the host's decides upon.

#include <cstddef>

#include "engine/posting/checks.h"
#include "engine/posting/function_plan.h"
#include "engine/posting/modes.h"
#include "engine/posting/post_once.h"
#include "engine/posting/poster.h"

namespace lockstep::engine {
namespace {

Verdict CheckDeclared(const AccountTable& accounts,
                      std::span<const AccountId> declared,
                      const TransferOptions& options) {
  if (!IsMode(options)) return {Outcome::kInvalidOption, {}};
  if (declared.empty()) return {Outcome::kNoAccounts, {}};
  if (declared.size() > kMaxLegs) {
    return {Outcome::kTooManyAccountsDeclared, {}};
  }
  if (options.description.size() > kMaxDescriptionBytes) {
    return {Outcome::kDescriptionTooLong, {}};
  }
  for (const AccountId account : declared) {
    if (accounts.Contains(account)) continue;
    Verdict verdict{Outcome::kUnknownAccount, {}};
    verdict.refusal.account = account;  // of no leg: there is none yet
    return verdict;
  }
  return {};
}

template <Concurrency kConcurrency>
void TransactOnce(const PostingGround& ground, SessionState& session,
                  std::span<const AccountId> declared,
                  TransactionFunction function, const TransferOptions& options,
                  LockWait& wait, IdClaim* claim, ReceiptWriter receipt) {
  const InsideOperation inside(session);
  const AccountsInOrder<kMaxLegs> order(ground.accounts, declared);
  FunctionPlan plan(ground.accounts, order, declared, function, options, claim);
  if (!ReserveRoom(session, plan, options, wait, receipt)) return;
  const auto choice = options.mode == Mode::kAuto
                          ? session.modes.Choose(function.kind())
                          : ModeChooser::Choice{.mode = options.mode};
  PostInMode<kConcurrency>(choice.mode, ground, session, order, plan, options,
                           wait, receipt);
  ModeChooser::Learn(choice);
}

}  // namespace

template <Concurrency kConcurrency>
void Poster<kConcurrency>::Transact(SessionState& session,
                                    std::span<const AccountId> declared,
                                    TransactionFunction function,
                                    const TransferOptions& options,
                                    Receipt& receipt) const {
  TransactUncounted(session, declared, function, options,
                    ReceiptWriter(receipt));
  if (!options.dry_run) session.counters.CountReceipt(receipt);
}

template <Concurrency kConcurrency>
inline void Poster<kConcurrency>::TransactUncounted(
    SessionState& session, std::span<const AccountId> declared,
    TransactionFunction function, const TransferOptions& options,
    ReceiptWriter receipt) const {
  if (session.inside) return receipt.Refuse(Outcome::kInsideTransaction, 0);
  const Verdict shape = CheckDeclared(ground_.accounts, declared, options);
  if (shape.outcome != Outcome::kOk) {
    return receipt.Refuse(shape.outcome, 0, shape.refusal);
  }
  LockWait wait(options.wait);
  const auto remembered = [&] {
    Remembered made(IdContent::OfTransaction(declared, options));
    made.Reserve(1, declared.size(), 0);
    return made;
  };
  const auto post = [&](IdClaim* claim) {
    TransactOnce<kConcurrency>(ground_, session, declared, function, options,
                               wait, claim, receipt);
  };
  PostOnce(ground_, session, options, wait, remembered, receipt, post);
}

template void Poster<Concurrency::kMultiThread>::Transact(
    SessionState&, std::span<const AccountId>, TransactionFunction,
    const TransferOptions&, Receipt&) const;
template void Poster<Concurrency::kSingleThread>::Transact(
    SessionState&, std::span<const AccountId>, TransactionFunction,
    const TransferOptions&, Receipt&) const;

}  // namespace lockstep::engine
