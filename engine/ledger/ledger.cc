#include "lockstep/ledger.h"

#include <algorithm>
#include <new>
#include <utility>

#include "engine/ledger/entry.h"
#include "engine/ledger/explain.h"
#include "engine/ledger/ledger_core.h"
#include "engine/ledger/open.h"
#include "engine/posting/linked_receipts.h"
#include "engine/posting/receipt_writer.h"
#include "engine/posting/thread_session.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::LedgerCore;
using engine::OrOutOfMemory;
using engine::SessionState;

}  // namespace

// --- Ledger: opening and closing -------------------------------------------

Result<Ledger> Ledger::Open(const LedgerOptions& options,
                            LogReport* report) noexcept {
  LogReport unasked_for;
  LogReport& found = report == nullptr ? unasked_for : *report;
  found = LogReport();
  if (engine::IsInsideFunction()) return Outcome::kInsideTransaction;
  if (!engine::AreValid(options)) return Outcome::kInvalidOption;
  return OrOutOfMemory([&]() -> Result<Ledger> {
    Result<std::shared_ptr<LedgerCore>> core = engine::OpenCore(options, found);
    if (!core) return core.error();
    return Ledger(*std::move(core));
  });
}

Outcome Ledger::Flush() noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return core_->log() == nullptr ? Outcome::kLogOff : core_->log()->Flush();
}

Outcome Ledger::WaitDurable(Sequence sequence) noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (core_->log() == nullptr) return Outcome::kLogOff;
  return core_->log()->WaitDurable(sequence);
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
