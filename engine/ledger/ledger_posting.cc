// What posts, of Ledger and of Session.

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/ledger/entry.h"
#include "engine/ledger/ledger_core.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/thread_session.h"
#include "lockstep/ledger.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::LedgerCore;
using engine::OrOutOfMemory;
using engine::SessionState;

Receipt OneRefused(Outcome outcome) noexcept {
  Receipt receipt;
  engine::ReceiptWriter(receipt).Refuse(outcome, 0);
  return receipt;
}

// Does `post(core, session)`, unless that cannot begin: in the session given,
// ...
template <class Post>
[[gnu::always_inline]] inline Receipt PostIn(
    const std::shared_ptr<LedgerCore>& core, SessionState* session,
    const Post& post) {
  const Outcome barred = engine::WhyBarred(core);
  if (barred != Outcome::kOk) [[unlikely]]
    return OneRefused(barred);
  return post(*core, *session);
}

// ... or in the thread's own.
template <class Post>
[[gnu::always_inline]] inline Receipt PostInThread(
    const std::shared_ptr<LedgerCore>& core, const Post& post) {
  const Outcome barred = engine::WhyBarred(core);
  if (barred != Outcome::kOk) [[unlikely]]
    return OneRefused(barred);
  const Result<SessionState*> session = engine::ThreadSession(core->sessions());
  if (!session) return OneRefused(session.error());
  return post(*core, **session);
}

// The same for several, where there are receipts and outcomes for that.
BatchResult AllRefused(Outcome outcome, std::size_t transfers,
                       std::span<Receipt> receipts,
                       std::span<Outcome> outcomes = {}) noexcept {
  engine::BatchState state;
  engine::LinkedReceipts(transfers, receipts, state).Refuse(outcome, 0);
  std::ranges::fill(outcomes, outcome);
  return state.result;
}

// Does `post(core, session)` for several transfers, unless that cannot begin:
// by the thread's own session, or the one given.
template <class Post>
BatchResult PostSeveral(const std::shared_ptr<LedgerCore>& core,
                        SessionState* session, std::size_t transfers,
                        std::span<Receipt> receipts,
                        std::span<Outcome> outcomes, const Post& post) {
  const auto refused = [&](Outcome outcome) {
    return AllRefused(outcome, transfers, receipts, outcomes);
  };
  const Outcome barred = engine::WhyBarred(core);
  if (barred != Outcome::kOk) return refused(barred);
  if (session == nullptr) {
    const Result<SessionState*> own = engine::ThreadSession(core->sessions());
    if (!own) return refused(own.error());
    session = *own;
  }
  const auto is_asked_for = [&](std::size_t size) {
    return size == 0 || size == transfers;
  };
  if (!is_asked_for(receipts.size()) || !is_asked_for(outcomes.size())) {
    return refused(Outcome::kInvalidOption);
  }
  return post(*core, *session);
}

BatchResult PostAllIn(const std::shared_ptr<LedgerCore>& core,
                      SessionState* session,
                      std::span<const TransferRequest> requests,
                      std::span<Receipt> receipts, const LinkOptions& options) {
  return PostSeveral(core, session, requests.size(), receipts, {},
                     [&](LedgerCore& open, SessionState& own) {
                       return open.PostAll(own, requests, options, receipts);
                     });
}

// One reversal is a set of one, with its own options.
Receipt ReverseOne(LedgerCore& core, SessionState& session,
                   const Reversal& reversal) {
  const TransferOptions& options = reversal.options;
  Receipt receipt = engine::ReceiptWriter::Unfilled();
  core.Reverse(session, std::span<const Reversal>(&reversal, 1),
               {.wait = options.wait,
                .mode = options.mode,
                .retry = options.retry,
                .dry_run = options.dry_run,
                .id = options.id},
               std::span<Receipt>(&receipt, 1));
  return receipt;
}

BatchResult ReverseAllIn(const std::shared_ptr<LedgerCore>& core,
                         SessionState* session,
                         std::span<const Reversal> reversals,
                         std::span<Receipt> receipts,
                         const LinkOptions& options) {
  return PostSeveral(core, session, reversals.size(), receipts, {},
                     [&](LedgerCore& open, SessionState& own) {
                       return open.Reverse(own, reversals, options, receipts);
                     });
}

BatchResult PostEachIn(const std::shared_ptr<LedgerCore>& core,
                       SessionState* session,
                       std::span<const TransferRequest> requests,
                       std::span<Receipt> receipts, std::span<Outcome> outcomes,
                       const EachOptions& options) {
  return PostSeveral(core, session, requests.size(), receipts, outcomes,
                     [&](LedgerCore& open, SessionState& own) {
                       return open.PostEach(own, requests, options, receipts,
                                            outcomes);
                     });
}

}  // namespace

// --- Session ---------------------------------------------------------------

Session::Session(std::shared_ptr<LedgerCore> core, SessionState* state) noexcept
    : core_(std::move(core)), state_(state) {}

Session::Session(Session&& other) noexcept
    : core_(std::move(other.core_)),
      state_(std::exchange(other.state_, nullptr)) {}

Session& Session::operator=(Session&& other) noexcept {
  Session taken(std::move(other));
  std::swap(core_, taken.core_);
  std::swap(state_, taken.state_);
  return *this;
}

Session::~Session() {
  if (core_ != nullptr) core_->sessions()->Release(state_);
}

Receipt Session::Transfer(AccountId from, AccountId to, Amount amount,
                          const TransferOptions& options) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Transfer(own, from, to, amount, options);
  });
}

Receipt Session::Post(std::span<const Leg> legs,
                      const TransferOptions& options) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Post(own, legs, options);
  });
}

Receipt Session::Post(const TransferRequest& request) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Post(own, request);
  });
}

BatchResult Session::PostAll(std::span<const TransferRequest> requests,
                             std::span<Receipt> receipts,
                             const LinkOptions& options) noexcept {
  return PostAllIn(core_, state_, requests, receipts, options);
}

BatchResult Session::PostEach(std::span<const TransferRequest> requests,
                              std::span<Outcome> outcomes,
                              const EachOptions& options) noexcept {
  return PostEachIn(core_, state_, requests, {}, outcomes, options);
}

BatchResult Session::PostEach(std::span<const TransferRequest> requests,
                              std::span<Receipt> receipts,
                              const EachOptions& options) noexcept {
  return PostEachIn(core_, state_, requests, receipts, {}, options);
}

Receipt Session::Hold(std::span<const Leg> legs, Tick deadline,
                      const TransferOptions& options) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Hold(own, legs, deadline, options);
  });
}

Receipt Session::Capture(HoldId hold, std::span<const Amount> amounts,
                         const TransferOptions& options) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Resolve(own, EntryKind::kCapture, hold, amounts, options);
  });
}

Receipt Session::Release(HoldId hold, const TransferOptions& options) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Resolve(own, EntryKind::kRelease, hold, {}, options);
  });
}

Receipt Session::Reverse(const Reversal& reversal) noexcept {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return ReverseOne(core, own, reversal);
  });
}

BatchResult Session::ReverseAll(std::span<const Reversal> reversals,
                                std::span<Receipt> receipts,
                                const LinkOptions& options) noexcept {
  return ReverseAllIn(core_, state_, reversals, receipts, options);
}

Receipt Session::Transact(std::span<const AccountId> accounts,
                          TransactionFunction function,
                          const TransferOptions& options) {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Transact(own, accounts, function, options);
  });
}

// --- Transfers -------------------------------------------------------------

Receipt Ledger::Transfer(AccountId from, AccountId to, Amount amount,
                         const TransferOptions& options) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Transfer(own, from, to, amount, options);
  });
}

Receipt Ledger::Post(std::span<const Leg> legs,
                     const TransferOptions& options) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Post(own, legs, options);
  });
}

Receipt Ledger::Post(const TransferRequest& request) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Post(own, request);
  });
}

BatchResult Ledger::PostAll(std::span<const TransferRequest> requests,
                            std::span<Receipt> receipts,
                            const LinkOptions& options) noexcept {
  return PostAllIn(core_, nullptr, requests, receipts, options);
}

BatchResult Ledger::PostEach(std::span<const TransferRequest> requests,
                             std::span<Outcome> outcomes,
                             const EachOptions& options) noexcept {
  return PostEachIn(core_, nullptr, requests, {}, outcomes, options);
}

BatchResult Ledger::PostEach(std::span<const TransferRequest> requests,
                             std::span<Receipt> receipts,
                             const EachOptions& options) noexcept {
  return PostEachIn(core_, nullptr, requests, receipts, {}, options);
}

// --- Holds -----------------------------------------------------------------

Receipt Ledger::Hold(std::span<const Leg> legs, Tick deadline,
                     const TransferOptions& options) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Hold(own, legs, deadline, options);
  });
}

Receipt Ledger::Capture(HoldId hold, std::span<const Amount> amounts,
                        const TransferOptions& options) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Resolve(own, EntryKind::kCapture, hold, amounts, options);
  });
}

Receipt Ledger::Release(HoldId hold, const TransferOptions& options) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Resolve(own, EntryKind::kRelease, hold, {}, options);
  });
}

Outcome Ledger::ExpireHolds() noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  // Who never holds anything needs no session for it.
  if (core_->holds().NextDue(core_->clock().Now()).is_none()) {
    return Outcome::kOk;
  }
  const Result<SessionState*> session =
      engine::ThreadSession(core_->sessions());
  if (!session) return session.error();
  return core_->ExpireDue(**session);
}

Result<HoldInfo> Ledger::GetHold(HoldId hold) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&] { return core_->holds().Get(hold); });
}

// --- Reversals -------------------------------------------------------------

Receipt Ledger::Reverse(const Reversal& reversal) noexcept {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return ReverseOne(core, own, reversal);
  });
}

BatchResult Ledger::ReverseAll(std::span<const Reversal> reversals,
                               std::span<Receipt> receipts,
                               const LinkOptions& options) noexcept {
  return ReverseAllIn(core_, nullptr, reversals, receipts, options);
}

// --- Deciding --------------------------------------------------------------

Receipt Ledger::Transact(std::span<const AccountId> accounts,
                         TransactionFunction function,
                         const TransferOptions& options) {
  return PostInThread(core_, [&](LedgerCore& core, SessionState& own) {
    return core.Transact(own, accounts, function, options);
  });
}

Result<Session> Ledger::OpenSession() noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const Result<SessionState*> session = core_->sessions()->Acquire();
  if (!session) return session.error();
  return Session(core_, *session);
}

}  // namespace lockstep::inline v0_1
