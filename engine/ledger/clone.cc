#include "engine/ledger/clone.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/int128.h"
#include "engine/snapshot/live_snapshots.h"

namespace lockstep::engine {
namespace {

Outcome CloneIssuer(LedgerCore& core, LedgerCore& clone, AssetId asset) {
  const AssetInfo info = core.directory().GetAsset(asset).value();
  const ColdAccount& issuer = core.accounts().Cold(info.issuer);
  return clone.directory()
      .CreateAsset({.code = info.code,
                    .scale = info.scale,
                    // What it really is, is restored afterwards.
                    .supply_cap = Amount::Max(),
                    .issuer_class = issuer.account_class})
      .error();
}

Outcome CloneAccount(LedgerCore& core, LedgerCore& clone, AccountId id) {
  const ColdAccount& cold = core.accounts().Cold(id);
  return clone.directory()
      .CreateAccount({.asset = core.accounts().Hot(id).asset(),
                      .owner = cold.owner,
                      .purpose = cold.purpose,
                      .key = cold.names.key(),
                      .key_bits = cold.names.key_bits(),
                      .label = cold.names.label(),
                      .user_data = cold.user_data,
                      .account_class = cold.account_class})
      .error();
}

}  // namespace

Result<std::shared_ptr<LedgerCore>> CloneAtCut(LedgerCore& core,
                                               const SnapshotCut& cut,
                                               const LedgerOptions& options) {
  LedgerOptions its_own = options;
  its_own.expire_every = {};  // it is for trying things out
  its_own.flush_every = {};
  auto clone = std::make_shared<LedgerCore>(its_own);
  const std::vector<AccountId> issuers = core.directory().Issuers();
  std::size_t next_asset = 0;
  Sequence last;
  for (std::uint64_t i = 1; i <= cut.population.accounts; ++i) {
    // Accounts and assets are made in the order in which they were made, so
    // they get the same ids.
    const AccountId id(i);
    const AccountView view = ViewAtCut(core.accounts(), id, cut.epoch);
    const bool is_issuer =
        next_asset < issuers.size() && issuers[next_asset] == id;
    const Outcome made =
        is_issuer
            ? CloneIssuer(core, *clone,
                          AssetId(static_cast<std::uint32_t>(++next_asset)))
            : CloneAccount(core, *clone, id);
    if (made != Outcome::kOk) return made;
    clone->accounts().Restore(id, view);
    last = std::max(last, view.version);
  }
  // Sequences stand for holds and transfers of the ledger that it is cloned
  // from, each of which is the version of an account or below: they are taken.
  clone->sessions()->StartAbove(last);
  clone->SetClonedUpTo(last);
  if (core.routes() != nullptr && clone->routes() != nullptr) {
    clone->routes()->Restore(core.routes()->At(cut.epoch));
  }
  for (const auto& [id, hold] : core.holds().OpenAt(cut.epoch)) {
    clone->holds().Restore(id, hold);
  }
  for (auto& [id, remembered] : core.ids().RememberedAt(cut.epoch)) {
    clone->ids().Restore(id, std::move(remembered));
  }
  for (auto& [transfer, reversed] : core.reversals().ReversedAt(cut.epoch)) {
    clone->reversals().Restore(transfer, std::move(reversed));
  }
  if (options.tick_source == TickSource::kHost) {
    static_cast<void>(clone->clock().Advance(cut.tick));  // from zero
  }
  return clone;
}

}  // namespace lockstep::engine
