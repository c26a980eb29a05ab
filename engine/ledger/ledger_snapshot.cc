// What Ledger shows of several accounts at one moment: reads and snapshots.

#include <algorithm>
#include <functional>
#include <memory>
#include <utility>

#include "engine/accounts/account_states.h"
#include "engine/audit/audit.h"
#include "engine/audit/digest.h"
#include "engine/audit/totals.h"
#include "engine/ledger/clone.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/ledger_core.h"
#include "engine/snapshot/read_together.h"
#include "lockstep/ledger.h"
#include "lockstep/snapshot.h"

namespace lockstep::inline v0_1 {
namespace {

bool AreKnown(const engine::AccountTable& table,
              std::span<const AccountId> accounts) noexcept {
  return std::all_of(accounts.begin(), accounts.end(), [&](AccountId account) {
    return table.Contains(account);
  });
}

}  // namespace

using engine::OrOutOfMemory;
using engine::WhyBarred;

// --- Ledger ----------------------------------------------------------------

Result<std::vector<AccountState>> Ledger::Read(
    std::span<const AccountId> accounts) const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  // Before there is memory for them: accounts never go away.
  if (!AreKnown(core_->accounts(), accounts)) return Outcome::kUnknownAccount;
  return OrOutOfMemory([&]() -> Result<std::vector<AccountState>> {
    std::vector<AccountState> states(accounts.size());
    const Outcome read = Read(accounts, states);
    if (read != Outcome::kOk) return read;
    return states;
  });
}

Outcome Ledger::Read(std::span<const AccountId> accounts,
                     std::span<AccountState> states) const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (states.size() < accounts.size()) return Outcome::kInvalidOption;
  if (!AreKnown(core_->accounts(), accounts)) return Outcome::kUnknownAccount;
  if (accounts.size() <= kMaxLegs) {
    engine::ReadTogether(core_->accounts(), accounts, states);
    return Outcome::kOk;
  }
  const Result<Snapshot> snapshot = TakeSnapshot();
  if (!snapshot) return snapshot.error();
  for (std::size_t i = 0; i < accounts.size(); ++i) {
    states[i] = snapshot->Get(accounts[i]).value();
  }
  return Outcome::kOk;
}

Result<Snapshot> Ledger::TakeSnapshot() const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&]() -> Result<Snapshot> {
    auto place = std::make_unique<engine::SnapshotCut>();
    const Result<engine::SnapshotCut> cut = core_->TakeCut();
    if (!cut) return cut.error();
    *place = *cut;
    return Snapshot(core_, std::move(place));
  });
}

Result<Ledger> Ledger::Clone() const noexcept {
  const Result<Snapshot> snapshot = TakeSnapshot();
  return snapshot ? snapshot->Clone() : snapshot.error();
}

// --- Snapshot --------------------------------------------------------------

Snapshot::Snapshot(std::shared_ptr<engine::LedgerCore> core,
                   std::unique_ptr<engine::SnapshotCut> cut) noexcept
    : core_(std::move(core)), cut_(std::move(cut)) {}

Snapshot::Snapshot(Snapshot&&) noexcept = default;

Snapshot& Snapshot::operator=(Snapshot&& other) noexcept {
  Snapshot taken(std::move(other));
  std::swap(core_, taken.core_);
  std::swap(cut_, taken.cut_);
  return *this;
}

Snapshot::~Snapshot() {
  if (core_ == nullptr) return;
  if (engine::IsInsideFunction()) {
    core_->snapshots().PutOffEnd(std::move(cut_));
  } else {
    core_->snapshots().End(cut_->epoch);
  }
}

std::uint64_t Snapshot::account_count() const noexcept {
  return core_ == nullptr ? 0 : cut_->population.accounts;
}

std::uint32_t Snapshot::asset_count() const noexcept {
  return core_ == nullptr ? 0 : cut_->population.assets;
}

Tick Snapshot::tick() const noexcept {
  return core_ == nullptr ? Tick() : cut_->tick;
}

Result<AccountState> Snapshot::Get(AccountId account) const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (account.is_none() || account.value() > cut_->population.accounts) {
    return Outcome::kUnknownAccount;
  }
  return engine::ToAccountState(
      core_->accounts(), account,
      engine::ViewAtCut(core_->accounts(), account, cut_->epoch));
}

Result<Amount> Snapshot::Balance(AccountId account) const noexcept {
  const Result<AccountState> state = Get(account);
  if (!state) return state.error();
  return state->balance;
}

Outcome Snapshot::ForEach(AccountVisitor visit) const {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  for (std::uint64_t i = 1; i <= cut_->population.accounts; ++i) {
    if (!visit(Get(AccountId(i)).value())) break;
  }
  return Outcome::kOk;
}

Result<std::vector<AssetTotal>> Snapshot::Totals() const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&]() -> Result<std::vector<AssetTotal>> {
    return engine::TotalsAtCut(core_->accounts(), *cut_, core_->directory());
  });
}

Result<std::vector<AccountState>> Snapshot::Top(
    AssetId asset, std::size_t count) const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (!HasAsset(asset)) return Outcome::kUnknownAsset;
  return OrOutOfMemory([&]() -> Result<std::vector<AccountState>> {
    const AccountId issuer = core_->directory().GetAsset(asset)->issuer;
    return engine::TopAtCut(core_->accounts(), *cut_, asset, issuer, count);
  });
}

Result<std::vector<BalanceBucket>> Snapshot::Histogram(
    AssetId asset, std::span<const Amount> bounds) const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (!HasAsset(asset)) return Outcome::kUnknownAsset;
  const auto not_rising = std::adjacent_find(bounds.begin(), bounds.end(),
                                             std::greater_equal<Amount>());
  if (not_rising != bounds.end()) return Outcome::kInvalidOption;
  return OrOutOfMemory([&]() -> Result<std::vector<BalanceBucket>> {
    const AccountId issuer = core_->directory().GetAsset(asset)->issuer;
    return engine::HistogramAtCut(core_->accounts(), *cut_, asset, issuer,
                                  bounds);
  });
}

Result<AuditReport> Snapshot::Audit() const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&]() -> Result<AuditReport> {
    return engine::RunAudit(core_->accounts(), core_->holds(), *cut_,
                            core_->journal().get());
  });
}

Result<Bits128> Snapshot::Digest() const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  return OrOutOfMemory([&]() -> Result<Bits128> {
    return engine::ComputeDigest(core_->accounts(), *cut_, core_->directory(),
                                 core_->routes());
  });
}

Result<Ledger> Snapshot::Clone() const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  LedgerOptions options = core_->options();
  options.flush_every = {};  // it has no log
  return Clone(options);
}

Result<Ledger> Snapshot::Clone(const LedgerOptions& options) const noexcept {
  if (const Outcome barred = WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (!engine::AreValid(options) || !options.directory.empty()) {
    return Outcome::kInvalidOption;  // for trying things out, not to last
  }
  return OrOutOfMemory([&]() -> Result<Ledger> {
    Result<std::shared_ptr<engine::LedgerCore>> clone =
        engine::CloneAtCut(*core_, *cut_, options);
    if (!clone) return clone.error();
    return Ledger(*std::move(clone));
  });
}

}  // namespace lockstep::inline v0_1
