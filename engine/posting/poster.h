#pragma once

#include <span>

#include "engine/posting/commit.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/reversal_work.h"
#include "engine/posting/session_pool.h"
#include "engine/posting/session_state.h"
#include "lockstep/concurrency.h"
#include "lockstep/journal.h"
#include "lockstep/request.h"
#include "lockstep/reversal.h"
#include "lockstep/transact.h"
#include "lockstep/transfer.h"

namespace lockstep::engine {

/// Posts: the one place where balances change. A transfer flows through it as
/// docs/architecture.md draws it: shape, room, locks in order, checks of state,
/// then what must succeed, and the locks go.
///
/// The single-threaded one differs only in how an account's lock is taken.
template <Concurrency kConcurrency>
class Poster {
 public:
  explicit Poster(const PostingGround& ground) noexcept : ground_(ground) {}

  // The outcomes are those of the functions of the same name in Ledger.
  // Receipts are written where the caller wants them.
  void Transfer(SessionState& session, AccountId from, AccountId to,
                Amount amount, const TransferOptions& options,
                Receipt& receipt) const noexcept;
  void Post(SessionState& session, std::span<const Leg> legs,
            const TransferOptions& options, Receipt& receipt) const noexcept;
  void Transact(SessionState& session, std::span<const AccountId> declared,
                TransactionFunction function, const TransferOptions& options,
                Receipt& receipt) const;
  void Post(SessionState& session, const TransferRequest& request,
            Receipt& receipt) const noexcept;
  void Hold(SessionState& session, std::span<const Leg> legs, Tick deadline,
            const TransferOptions& options, Receipt& receipt) const noexcept;
  /// kCapture (the amounts of all legs, or none: all of it), kRelease or
  /// kExpiry.
  void Resolve(SessionState& session, EntryKind kind, Sequence hold,
               std::span<const Amount> amounts, const TransferOptions& options,
               Receipt& receipt) const noexcept;
  /// Lets the hold that is due first expire; the receipt says what became of
  /// that. False: none is due.
  [[nodiscard]] bool ExpireNext(SessionState& session,
                                Receipt& receipt) const noexcept;
  /// There are as many receipts as requests, or none.
  BatchResult PostAll(SessionState& session,
                      std::span<const TransferRequest> requests,
                      const LinkOptions& options,
                      std::span<Receipt> receipts) const noexcept;
  /// Says what became of each where there are receipts or outcomes for that, as
  /// many as requests.
  BatchResult PostEach(SessionState& session,
                       std::span<const TransferRequest> requests,
                       const EachOptions& options, std::span<Receipt> receipts,
                       std::span<Outcome> outcomes) const noexcept;
  /// `find(sequence)` gives the TransferFound that the journal has of it; it
  /// may throw std::bad_alloc. There are as many receipts as reversals, or
  /// none.
  BatchResult Reverse(SessionState& session,
                      std::span<const Reversal> reversals,
                      const LinkOptions& options, FindTransfer find,
                      std::span<Receipt> receipts) const noexcept;
  [[nodiscard]] Outcome SetStatus(SessionState& session, AccountId account,
                                  AccountStatus status,
                                  Wait wait) const noexcept;
  [[nodiscard]] Outcome SetLimits(SessionState& session, AccountId account,
                                  Amount floor, Amount ceiling,
                                  Wait wait) const noexcept;
  /// Allows a route or forbids it, for a ledger with routes, whose sessions
  /// `sessions` are.
  [[nodiscard]] Outcome SetRoute(SessionState& session, SessionPool& sessions,
                                 const Route& route,
                                 bool is_allowed) const noexcept;

 private:
  template <Mode kMode, bool kRouted>
  [[gnu::always_inline]] inline void TransferUncounted(
      SessionState& session, AccountId from, AccountId to, Amount amount,
      const TransferOptions& options, ReceiptWriter receipt) const noexcept;
  [[gnu::noinline]] void TransferOptimisticUncounted(
      SessionState& session, AccountId from, AccountId to, Amount amount,
      const TransferOptions& options, ReceiptWriter receipt) const noexcept;
  template <Mode kMode, bool kRouted>
  [[gnu::always_inline]] inline void PostUncounted(
      SessionState& session, std::span<const Leg> legs,
      const TransferOptions& options, ReceiptWriter receipt) const noexcept;
  [[gnu::noinline]] void PostOptimisticUncounted(
      SessionState& session, std::span<const Leg> legs,
      const TransferOptions& options, ReceiptWriter receipt) const noexcept;
  [[gnu::always_inline]] inline void TransactUncounted(
      SessionState& session, std::span<const AccountId> declared,
      TransactionFunction function, const TransferOptions& options,
      ReceiptWriter receipt) const;

  // As Post does, also for what only has legs.
  void PostRequest(SessionState& session, const TransferRequest& request,
                   Receipt& receipt) const noexcept;
  // A transfer that is only to be thought, or that has an id.
  [[gnu::noinline]] void TransferAsRequest(SessionState& session,
                                           AccountId from, AccountId to,
                                           Amount amount,
                                           const TransferOptions& options,
                                           Receipt& receipt) const noexcept;
  // What is only to be thought, or has an id, or is judged by routes.
  [[gnu::noinline]] void TransferApart(SessionState& session, AccountId from,
                                       AccountId to, Amount amount,
                                       const TransferOptions& options,
                                       Receipt& receipt) const noexcept;
  [[gnu::noinline]] void PostApart(SessionState& session,
                                   std::span<const Leg> legs,
                                   const TransferOptions& options,
                                   Receipt& receipt) const noexcept;
  // Has `change(state)` make of an account's state, under its lock, what it is
  // to be, and posts that. `change` gives kOk, or why not.
  template <class MakeChange>
  [[nodiscard]] Outcome ChangeAccount(SessionState& session, AccountId account,
                                      EntryKind kind, Wait patience,
                                      const MakeChange& change) const noexcept;

  const PostingGround ground_;
};

extern template class Poster<Concurrency::kMultiThread>;
extern template class Poster<Concurrency::kSingleThread>;

}  // namespace lockstep::engine
