#include "lockstep/ledger.h"

#include <algorithm>
#include <new>
#include <utility>

#include "engine/ledger/entry.h"
#include "engine/ledger/explain.h"
#include "engine/ledger/ledger_core.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/thread_session.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::LedgerCore;
using engine::OrOutOfMemory;
using engine::SessionState;

Receipt Refused(Outcome outcome) noexcept {
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
    return Refused(barred);
  return post(*core, *session);
}

// ... or in the thread's own.
template <class Post>
[[gnu::always_inline]] inline Receipt PostInThread(
    const std::shared_ptr<LedgerCore>& core, const Post& post) {
  const Outcome barred = engine::WhyBarred(core);
  if (barred != Outcome::kOk) [[unlikely]]
    return Refused(barred);
  const Result<SessionState*> session = engine::ThreadSession(core->sessions());
  if (!session) return Refused(session.error());
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
                        SessionState* session,
                        std::span<const TransferRequest> requests,
                        std::span<Receipt> receipts,
                        std::span<Outcome> outcomes, const Post& post) {
  const auto refused = [&](Outcome outcome) {
    return AllRefused(outcome, requests.size(), receipts, outcomes);
  };
  const Outcome barred = engine::WhyBarred(core);
  if (barred != Outcome::kOk) return refused(barred);
  if (session == nullptr) {
    const Result<SessionState*> own = engine::ThreadSession(core->sessions());
    if (!own) return refused(own.error());
    session = *own;
  }
  const auto is_asked_for = [&](std::size_t size) {
    return size == 0 || size == requests.size();
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
  return PostSeveral(core, session, requests, receipts, {},
                     [&](LedgerCore& open, SessionState& own) {
                       return open.PostAll(own, requests, options, receipts);
                     });
}

BatchResult PostEachIn(const std::shared_ptr<LedgerCore>& core,
                       SessionState* session,
                       std::span<const TransferRequest> requests,
                       std::span<Receipt> receipts, std::span<Outcome> outcomes,
                       const EachOptions& options) {
  return PostSeveral(core, session, requests, receipts, outcomes,
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

Receipt Session::Transact(std::span<const AccountId> accounts,
                          TransactionFunction function,
                          const TransferOptions& options) {
  return PostIn(core_, state_, [&](LedgerCore& core, SessionState& own) {
    return core.Transact(own, accounts, function, options);
  });
}

// --- Ledger: opening and closing -------------------------------------------

Result<Ledger> Ledger::Open(const LedgerOptions& options) noexcept {
  if (engine::IsInsideFunction()) return Outcome::kInsideTransaction;
  if (!engine::AreValid(options)) return Outcome::kInvalidOption;
  return OrOutOfMemory([&]() -> Result<Ledger> {
    return Ledger(std::make_shared<LedgerCore>(options));
  });
}

Ledger::Ledger(std::shared_ptr<LedgerCore> core) noexcept
    : core_(std::move(core)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

// --- Assets and accounts ---------------------------------------------------

Result<AssetId> Ledger::CreateAsset(const AssetOptions& options) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&] { return core_->directory().CreateAsset(options); });
}

Result<AccountId> Ledger::CreateAccount(
    const AccountOptions& options) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory(
      [&] { return core_->directory().CreateAccount(options); });
}

Result<AssetId> Ledger::FindAsset(std::string_view code) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return core_->directory().FindAsset(code);
}

Result<AccountId> Ledger::FindAccount(std::string_view key) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return core_->directory().FindAccount(key);
}

Result<AccountId> Ledger::FindAccount(Bits128 key_bits) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return core_->directory().FindAccount(key_bits);
}

Result<AccountId> Ledger::FindAccount(OwnerId owner, PurposeId purpose,
                                      AssetId asset) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return core_->directory().FindAccount(owner, purpose, asset);
}

Result<AssetInfo> Ledger::GetAsset(AssetId asset) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&] { return core_->directory().GetAsset(asset); });
}

Result<AccountInfo> Ledger::GetAccount(AccountId account) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const engine::AccountTable& accounts = core_->accounts();
  if (!accounts.Contains(account)) return Outcome::kUnknownAccount;
  return OrOutOfMemory([&]() -> Result<AccountInfo> {
    const engine::Account& hot = accounts.Hot(account);
    const engine::ColdAccount& cold = accounts.Cold(account);
    const engine::AccountView view = engine::ViewAccount(accounts, account);
    AccountInfo info;
    info.id = account;
    info.asset = hot.asset();
    info.balance = engine::ToAmount(view.balance);
    info.held = engine::ToAmount(view.held);
    info.floor = engine::ToAmount(view.floor);
    info.ceiling = engine::ToAmount(view.ceiling);
    info.status = view.status;
    info.version = view.version;
    info.owner = cold.owner;
    info.purpose = cold.purpose;
    info.key = std::string(cold.names.key());
    info.key_bits = cold.names.key_bits();
    info.label = std::string(cold.names.label());
    info.user_data = cold.user_data;
    info.account_class = cold.account_class;
    return info;
  });
}

Result<Amount> Ledger::Balance(AccountId account) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const engine::AccountTable& accounts = core_->accounts();
  if (!accounts.Contains(account)) return Outcome::kUnknownAccount;
  return engine::ToAmount(engine::ViewAccount(accounts, account).balance);
}

Result<Amount> Ledger::Supply(AssetId asset) const noexcept {
  const Result<AssetInfo> info = GetAsset(asset);
  if (!info) return info.error();
  const Result<Amount> balance = Balance(info->issuer);
  return balance ? Negate(*balance) : balance;
}

Concurrency Ledger::concurrency() const noexcept {
  return engine::IsOpen(core_) ? core_->options().concurrency
                               : Concurrency::kMultiThread;
}

std::uint64_t Ledger::account_count() const noexcept {
  return engine::IsOpen(core_) ? core_->accounts().count() : 0;
}

std::uint32_t Ledger::asset_count() const noexcept {
  return engine::IsOpen(core_) ? core_->directory().asset_count() : 0;
}

Outcome Ledger::SetStatus(AccountId account, AccountStatus status,
                          Wait wait) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const Result<SessionState*> session =
      engine::ThreadSession(core_->sessions());
  if (!session) return session.error();
  return core_->SetStatus(**session, account, status, wait);
}

Outcome Ledger::SetLimits(AccountId account, Amount floor, Amount ceiling,
                          Wait wait) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const Result<SessionState*> session =
      engine::ThreadSession(core_->sessions());
  if (!session) return session.error();
  // What an issuer owes is told as a supply, and the smallest number has no
  // positive twin.
  if (floor == Amount::Min() && core_->accounts().Contains(account) &&
      core_->directory().IssuerOf(core_->accounts().Hot(account).asset()) ==
          account) {
    return Outcome::kInvalidLimits;
  }
  return core_->SetLimits(**session, account, floor, ceiling, wait);
}

Outcome Ledger::SetSupplyCap(AssetId asset, Amount cap, Wait wait) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const AccountId issuer = core_->directory().IssuerOf(asset);
  if (issuer.is_none()) return Outcome::kUnknownAsset;
  if (cap.is_negative()) return Outcome::kInvalidLimits;
  return SetLimits(issuer, Negate(cap).value(), Amount::Max(), wait);
}

// --- Routes ----------------------------------------------------------------

namespace {

Outcome SetRoute(const std::shared_ptr<LedgerCore>& core, const Route& route,
                 bool is_allowed) noexcept {
  if (const Outcome barred = engine::WhyBarred(core); barred != Outcome::kOk) {
    return barred;
  }
  if (core->routes() == nullptr) return Outcome::kRoutesOff;
  const Result<SessionState*> session = engine::ThreadSession(core->sessions());
  if (!session) return session.error();
  return core->SetRoute(**session, route, is_allowed);
}

}  // namespace

Outcome Ledger::AllowRoute(const Route& route) noexcept {
  return SetRoute(core_, route, true);
}

Outcome Ledger::ForbidRoute(const Route& route) noexcept {
  return SetRoute(core_, route, false);
}

Result<std::vector<Route>> Ledger::GetRoutes() const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (core_->routes() == nullptr) return Outcome::kRoutesOff;
  return OrOutOfMemory([&]() -> Result<std::vector<Route>> {
    return core_->routes()->Now()->ToRoutes();
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

std::string Ledger::Explain(const Receipt& receipt) const noexcept {
  try {
    if (!engine::IsOpen(core_)) {
      return std::string(OutcomeMeaning(receipt.outcome()));
    }
    return engine::ExplainReceipt(receipt, core_->accounts(),
                                  core_->directory());
  } catch (const std::bad_alloc&) {
    return {};
  }
}

// --- Time ------------------------------------------------------------------

Outcome Ledger::Advance(Tick now) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  const Outcome advanced = core_->clock().Advance(now);
  return advanced == Outcome::kOk ? ExpireHolds() : advanced;
}

Tick Ledger::now() const noexcept {
  return engine::IsOpen(core_) ? core_->clock().Now() : Tick();
}

// --- Looking back ----------------------------------------------------------

Result<AuditReport> Ledger::Audit() const noexcept {
  const Result<Snapshot> snapshot = TakeSnapshot();
  return snapshot ? snapshot->Audit() : snapshot.error();
}

Result<Bits128> Ledger::Digest() const noexcept {
  const Result<Snapshot> snapshot = TakeSnapshot();
  return snapshot ? snapshot->Digest() : snapshot.error();
}

Stats Ledger::GetStats() const noexcept {
  return engine::IsOpen(core_) ? core_->sessions()->GetStats() : Stats();
}

}  // namespace lockstep::inline v0_1
