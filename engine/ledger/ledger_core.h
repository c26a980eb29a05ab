#pragma once

#include <algorithm>
#include <memory>
#include <span>

#include "engine/accounts/account_table.h"
#include "engine/accounts/directory.h"
#include "engine/base/tick_clock.h"
#include "engine/journal/journal.h"
#include "engine/ledger/expiry_thread.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/poster.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/session_pool.h"
#include "engine/recovery/durable_log.h"
#include "engine/snapshot/live_snapshots.h"
#include "engine/snapshot/snapshot_cut.h"
#include "lockstep/ledger.h"

namespace lockstep::engine {

/// What a Ledger is made of, wired together. Ledgers, sessions and cursors
/// share it.
class LedgerCore {
  // In front of those who use them, since their types are deduced.

  // Calls `call(poster)` with the one that this ledger has.
  template <class Call>
  [[gnu::always_inline]] auto WithPoster(const Call& call) const {
    return is_single_threaded_ ? call(single_poster_) : call(poster_);
  }
  // The same for what fills in a receipt, which is made where it is to lie.
  template <class Call>
  [[gnu::always_inline]] Receipt Posted(Durability durability,
                                        const Call& call) const {
    if (durability != Durability::kLater) [[unlikely]] {
      return PostedDurably(durability, call);
    }
    Receipt receipt = ReceiptWriter::Unfilled();
    WithPoster([&](const auto& poster) { call(poster, receipt); });
    return receipt;
  }
  template <class Call>
  [[gnu::noinline]] Receipt PostedDurably(Durability durability,
                                          const Call& call) const {
    Receipt receipt = ReceiptWriter::Unfilled();
    const Outcome barred = WhyNotDurable(durability);
    if (barred != Outcome::kOk) {
      ReceiptWriter(receipt).Refuse(barred, 0);
      return receipt;
    }
    WithPoster([&](const auto& poster) { call(poster, receipt); });
    AwaitDurable(receipt);
    return receipt;
  }
  // The same for several, whose receipts are there if they are asked for.
  template <class Call>
  BatchResult PostedTogether(Durability durability, std::span<Receipt> receipts,
                             std::size_t transfers, const Call& call) const {
    if (durability == Durability::kLater) return WithPoster(call);
    const Outcome barred = WhyNotDurable(durability);
    if (barred != Outcome::kOk) {
      BatchState state;
      LinkedReceipts(transfers, receipts, state).Refuse(barred, 0);
      return state.result;
    }
    BatchResult result = WithPoster(call);
    AwaitDurable(result, receipts);
    return result;
  }

 public:
  /// `log`, if it is to have one, tells it nothing yet: `RecoverFrom` comes
  /// next then, and last of all `Start`. Throws std::bad_alloc.
  explicit LedgerCore(const LedgerOptions& options,
                      std::unique_ptr<DurableLog> log = nullptr);
  /// Becomes what the log tells, and goes on writing it. See RecoverLog. Throws
  /// std::bad_alloc.
  [[nodiscard]] Outcome RecoverFrom(const LogOpening& opening, bool has_keeper,
                                    LogReport& report);
  /// Begins to work by itself, if it was asked to. Throws std::bad_alloc.
  void Start();
  ~LedgerCore();
  LedgerCore(const LedgerCore&) = delete;
  LedgerCore& operator=(const LedgerCore&) = delete;

  /// The inside of a ledger that is open, for what goes beside its functions:
  /// the explorer's transfers that do without its order.
  [[nodiscard]] static LedgerCore& Of(Ledger& ledger) noexcept {
    return *ledger.core_;
  }
  /// The ledger that hosts see of one that was opened from the inside.
  [[nodiscard]] static Ledger Around(
      std::shared_ptr<LedgerCore> core) noexcept {
    return Ledger(std::move(core));
  }

  [[nodiscard]] Receipt Transfer(
      SessionState& session, AccountId from, AccountId to, Amount amount,
      const TransferOptions& options) const noexcept {
    return Posted(
        options.durability, [&](const auto& poster, Receipt& receipt) {
          poster.Transfer(session, from, to, amount, options, receipt);
        });
  }
  [[nodiscard]] Receipt Post(SessionState& session, std::span<const Leg> legs,
                             const TransferOptions& options) const noexcept {
    return Posted(options.durability,
                  [&](const auto& poster, Receipt& receipt) {
                    poster.Post(session, legs, options, receipt);
                  });
  }
  [[nodiscard]] Receipt Post(SessionState& session,
                             const TransferRequest& request) const noexcept {
    return Posted(request.options.durability,
                  [&](const auto& poster, Receipt& receipt) {
                    poster.Post(session, request, receipt);
                  });
  }
  [[nodiscard]] Receipt Hold(SessionState& session, std::span<const Leg> legs,
                             Tick deadline,
                             const TransferOptions& options) const noexcept {
    return Posted(options.durability,
                  [&](const auto& poster, Receipt& receipt) {
                    poster.Hold(session, legs, deadline, options, receipt);
                  });
  }
  [[nodiscard]] Receipt Resolve(SessionState& session, EntryKind kind,
                                HoldId hold, std::span<const Amount> amounts,
                                const TransferOptions& options) const noexcept {
    return Posted(
        options.durability, [&](const auto& poster, Receipt& receipt) {
          poster.Resolve(session, kind, hold, amounts, options, receipt);
        });
  }
  /// Lets the holds expire that are due, in order, until one cannot.
  Outcome ExpireDue(SessionState& session) const noexcept {
    Receipt receipt = ReceiptWriter::Unfilled();
    const auto expire_next = [&](const auto& poster) {
      return poster.ExpireNext(session, receipt);
    };
    while (WithPoster(expire_next)) {
      // Somebody else resolved it first: as good.
      if (receipt.ok() || IsResolved(receipt.outcome())) continue;
      return receipt.outcome();
    }
    return Outcome::kOk;
  }
  BatchResult PostAll(SessionState& session,
                      std::span<const TransferRequest> requests,
                      const LinkOptions& options,
                      std::span<Receipt> receipts) const noexcept {
    return PostedTogether(
        options.durability, receipts, requests.size(), [&](const auto& poster) {
          return poster.PostAll(session, requests, options, receipts);
        });
  }
  BatchResult PostEach(SessionState& session,
                       std::span<const TransferRequest> requests,
                       const EachOptions& options, std::span<Receipt> receipts,
                       std::span<Outcome> outcomes) const noexcept {
    Durability durability = options.durability;
    for (const TransferRequest& request : requests) {
      durability = std::max(durability, request.options.durability);
    }
    return PostedTogether(durability, receipts, requests.size(),
                          [&](const auto& poster) {
                            return poster.PostEach(session, requests, options,
                                                   receipts, outcomes);
                          });
  }
  /// Throws what the function throws.
  [[nodiscard]] Receipt Transact(SessionState& session,
                                 std::span<const AccountId> declared,
                                 TransactionFunction function,
                                 const TransferOptions& options) const {
    return Posted(
        options.durability, [&](const auto& poster, Receipt& receipt) {
          poster.Transact(session, declared, function, options, receipt);
        });
  }
  [[nodiscard]] Outcome SetStatus(SessionState& session, AccountId account,
                                  AccountStatus status,
                                  Wait wait) const noexcept {
    return WithPoster([&](const auto& poster) {
      return poster.SetStatus(session, account, status, wait);
    });
  }
  [[nodiscard]] Outcome SetLimits(SessionState& session, AccountId account,
                                  Amount floor, Amount ceiling,
                                  Wait wait) const noexcept {
    return WithPoster([&](const auto& poster) {
      return poster.SetLimits(session, account, floor, ceiling, wait);
    });
  }

  /// For a ledger with routes.
  [[nodiscard]] Outcome SetRoute(SessionState& session, const Route& route,
                                 bool is_allowed) const noexcept {
    return WithPoster([&](const auto& poster) {
      return poster.SetRoute(session, *sessions_, route, is_allowed);
    });
  }

  /// A cut through the ledger as it is now, to be ended. Throws std::bad_alloc.
  [[nodiscard]] Result<SnapshotCut> TakeCut();

  /// What the journal has of a transfer. Throws std::bad_alloc.
  [[nodiscard]] TransferFound FindTransfer(Sequence transfer) const;
  BatchResult Reverse(SessionState& session,
                      std::span<const Reversal> reversals,
                      const LinkOptions& options,
                      std::span<Receipt> receipts) const noexcept {
    const auto find = [this](Sequence transfer) {
      return FindTransfer(transfer);
    };
    return PostedTogether(options.durability, receipts, reversals.size(),
                          [&](const auto& poster) {
                            return poster.Reverse(session, reversals, options,
                                                  find, receipts);
                          });
  }

  /// Sequences up to this are those of the ledger that this one was cloned
  /// from. Before any other thread has it.
  void SetClonedUpTo(Sequence last) noexcept { cloned_up_to_ = last; }

  /// Null: it has none.
  [[nodiscard]] DurableLog* log() const noexcept { return log_.get(); }

  /// What it was opened with.
  [[nodiscard]] const LedgerOptions& options() const noexcept {
    return options_;
  }
  [[nodiscard]] AccountTable& accounts() noexcept { return accounts_; }
  [[nodiscard]] Directory& directory() noexcept { return directory_; }
  [[nodiscard]] LiveSnapshots& snapshots() noexcept { return snapshots_; }
  [[nodiscard]] TickClock& clock() noexcept { return clock_; }
  [[nodiscard]] HoldTable& holds() noexcept { return holds_; }
  [[nodiscard]] IdTable& ids() noexcept { return ids_; }
  [[nodiscard]] ReversalTable& reversals() noexcept { return reversals_; }
  /// Null unless nothing may move but along routes.
  [[nodiscard]] RouteTable* routes() noexcept { return routes_.get(); }
  /// Null when it is off.
  [[nodiscard]] const std::shared_ptr<Journal>& journal() const noexcept {
    return journal_;
  }
  [[nodiscard]] const std::shared_ptr<SessionPool>& sessions() const noexcept {
    return sessions_;
  }

 private:
  // kOk, kInvalidOption, kLogOff.
  [[nodiscard]] Outcome WhyNotDurable(Durability durability) const noexcept;
  // Waits for what was posted, and says so if it is durable.
  void AwaitDurable(Receipt& receipt) const noexcept;
  void AwaitDurable(BatchResult& result,
                    std::span<Receipt> receipts) const noexcept;
  [[nodiscard]] static constexpr bool IsResolved(Outcome outcome) noexcept {
    return outcome >= Outcome::kUnknownHold && outcome <= Outcome::kHoldExpired;
  }

  const LedgerOptions options_;
  const bool is_single_threaded_;
  TickClock clock_;
  AccountTable accounts_;
  Directory directory_;
  LiveSnapshots snapshots_;
  HoldTable holds_;
  IdTable ids_;
  ReversalTable reversals_;
  Sequence cloned_up_to_;
  const std::unique_ptr<RouteTable> routes_;
  std::unique_ptr<DurableLog> log_;
  // What is posted goes here, for the journal or for the log.
  const std::shared_ptr<Journal> streams_;
  const std::shared_ptr<Journal> journal_;  // the same, or null if it is off
  const std::shared_ptr<SessionPool> sessions_;
  const Poster<Concurrency::kMultiThread> poster_;
  const Poster<Concurrency::kSingleThread> single_poster_;
  // Last, so that it ends before what it works on.
  std::unique_ptr<ExpiryThread> expiry_;
};

}  // namespace lockstep::engine
