#include "lockstep/ledger.h"

#include <new>
#include <utility>

#include "engine/audit/audit.h"
#include "engine/audit/digest.h"
#include "engine/ledger/explain.h"
#include "engine/ledger/ledger_core.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/thread_session.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::LedgerCore;
using engine::SessionState;

// What the standard library throws ends here.
template <class Function>
auto OrOutOfMemory(Function&& function) noexcept -> decltype(function()) {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return Outcome::kOutOfMemory;
  }
}

Receipt Refused(Outcome outcome) noexcept {
  Receipt receipt;
  engine::ReceiptWriter(receipt).Refuse(outcome, 0);
  return receipt;
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
  if (core_ == nullptr) return Receipt();  // which says that it is closed
  return core_->Transfer(*state_, from, to, amount, options);
}

Receipt Session::Post(std::span<const Leg> legs,
                      const TransferOptions& options) noexcept {
  if (core_ == nullptr) return Receipt();
  return core_->Post(*state_, legs, options);
}

// --- Ledger: opening and closing -------------------------------------------

Result<Ledger> Ledger::Open(const LedgerOptions& options) noexcept {
  if (options.concurrency > Concurrency::kSingleThread ||
      options.tick_source > TickSource::kSystemClock) {
    return Outcome::kInvalidOption;
  }
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
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return OrOutOfMemory([&] { return core_->directory().CreateAsset(options); });
}

Result<AccountId> Ledger::CreateAccount(
    const AccountOptions& options) noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return OrOutOfMemory(
      [&] { return core_->directory().CreateAccount(options); });
}

Result<AssetId> Ledger::FindAsset(std::string_view code) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return core_->directory().FindAsset(code);
}

Result<AccountId> Ledger::FindAccount(std::string_view key) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return core_->directory().FindAccount(key);
}

Result<AccountId> Ledger::FindAccount(Bits128 key_bits) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return core_->directory().FindAccount(key_bits);
}

Result<AccountId> Ledger::FindAccount(OwnerId owner, PurposeId purpose,
                                      AssetId asset) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return core_->directory().FindAccount(owner, purpose, asset);
}

Result<AssetInfo> Ledger::GetAsset(AssetId asset) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return OrOutOfMemory([&] { return core_->directory().GetAsset(asset); });
}

Result<AccountInfo> Ledger::GetAccount(AccountId account) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  const engine::AccountTable& accounts = core_->accounts();
  if (!accounts.Contains(account)) return Outcome::kUnknownAccount;
  return OrOutOfMemory([&]() -> Result<AccountInfo> {
    const engine::Account& hot = accounts.Hot(account);
    const engine::ColdAccount& cold = accounts.Cold(account);
    const engine::AccountView view = engine::ViewAccount(hot);
    AccountInfo info;
    info.id = account;
    info.asset = hot.asset();
    info.balance = engine::ToAmount(view.balance);
    info.held = engine::ToAmount(view.held);
    info.floor = engine::ToAmount(view.floor);
    info.ceiling = engine::ToAmount(cold.ceiling);
    info.status = view.status;
    info.version = view.version;
    info.owner = cold.owner;
    info.purpose = cold.purpose;
    info.key = std::string(cold.names.key());
    info.key_bits = cold.names.key_bits();
    info.label = std::string(cold.names.label());
    info.user_data = cold.user_data;
    return info;
  });
}

Result<Amount> Ledger::Balance(AccountId account) const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  const engine::AccountTable& accounts = core_->accounts();
  if (!accounts.Contains(account)) return Outcome::kUnknownAccount;
  return engine::ToAmount(engine::ViewAccount(accounts.Hot(account)).balance);
}

Result<Amount> Ledger::Supply(AssetId asset) const noexcept {
  const Result<AssetInfo> info = GetAsset(asset);
  if (!info) return info.error();
  const Result<Amount> balance = Balance(info->issuer);
  return balance ? Negate(*balance) : balance;
}

std::uint64_t Ledger::account_count() const noexcept {
  return core_ == nullptr ? 0 : core_->accounts().count();
}

std::uint32_t Ledger::asset_count() const noexcept {
  return core_ == nullptr ? 0 : core_->directory().asset_count();
}

Outcome Ledger::SetStatus(AccountId account, AccountStatus status,
                          Wait wait) noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  const Result<SessionState*> session =
      engine::ThreadSession(core_->sessions());
  if (!session) return session.error();
  return core_->SetStatus(**session, account, status, wait);
}

// --- Transfers -------------------------------------------------------------

Receipt Ledger::Transfer(AccountId from, AccountId to, Amount amount,
                         const TransferOptions& options) noexcept {
  if (core_ == nullptr) return Refused(Outcome::kLedgerClosed);
  const Result<SessionState*> session =
      engine::ThreadSession(core_->sessions());
  if (!session) return Refused(session.error());
  return core_->Transfer(**session, from, to, amount, options);
}

Receipt Ledger::Post(std::span<const Leg> legs,
                     const TransferOptions& options) noexcept {
  if (core_ == nullptr) return Refused(Outcome::kLedgerClosed);
  const Result<SessionState*> session =
      engine::ThreadSession(core_->sessions());
  if (!session) return Refused(session.error());
  return core_->Post(**session, legs, options);
}

Result<Session> Ledger::OpenSession() noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  const Result<SessionState*> session = core_->sessions()->Acquire();
  if (!session) return session.error();
  return Session(core_, *session);
}

std::string Ledger::Explain(const Receipt& receipt) const noexcept {
  try {
    if (core_ == nullptr) return std::string(OutcomeMeaning(receipt.outcome()));
    return engine::ExplainReceipt(receipt, core_->accounts(),
                                  core_->directory());
  } catch (const std::bad_alloc&) {
    return {};
  }
}

// --- Time ------------------------------------------------------------------

Outcome Ledger::Advance(Tick now) noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return core_->clock().Advance(now);
}

Tick Ledger::now() const noexcept {
  return core_ == nullptr ? Tick() : core_->clock().Now();
}

// --- Looking back ----------------------------------------------------------

Result<AuditReport> Ledger::Audit() const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return OrOutOfMemory([&]() -> Result<AuditReport> {
    return engine::RunAudit(core_->accounts(), core_->journal().get());
  });
}

Result<Bits128> Ledger::Digest() const noexcept {
  if (core_ == nullptr) return Outcome::kLedgerClosed;
  return OrOutOfMemory([&]() -> Result<Bits128> {
    return engine::ComputeDigest(core_->accounts(), core_->directory());
  });
}

Stats Ledger::GetStats() const noexcept {
  return core_ == nullptr ? Stats() : core_->sessions()->GetStats();
}

}  // namespace lockstep::inline v0_1
