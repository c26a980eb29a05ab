#include "engine/explore/scenarios/unsorted.h"

#include <algorithm>
#include <cstddef>
#include <new>

#include "engine/ledger/ledger_core.h"
#include "engine/locking/account_lock.h"
#include "engine/posting/receipt_writer.h"

namespace lockstep::engine::explore {
namespace {

constexpr Concurrency kMany = Concurrency::kMultiThread;

// What a transfer does to one account.
struct Part {
  AccountId id;
  Account* account = nullptr;
  Int128 net = 0;
  Int128 after = 0;
};

// Each account once, in the order of the legs.
std::vector<Part> PartsOf(const std::vector<Leg>& legs,
                          const AccountTable& accounts) {
  std::vector<Part> parts;
  for (const Leg& leg : legs) {
    auto part =
        std::find_if(parts.begin(), parts.end(),
                     [&leg](const Part& one) { return one.id == leg.account; });
    if (part == parts.end()) {
      part = parts.insert(part, {leg.account, &accounts.Hot(leg.account)});
    }
    part->net += ToInt128(leg.amount);
  }
  return parts;
}

Receipt ReceiptFor(std::vector<Part> parts, Sequence version) {
  Receipt receipt = ReceiptWriter::Unfilled();
  ReceiptWriter writer(receipt);
  if (version.is_none()) {
    writer.Refuse(Outcome::kInsufficientFunds, 1);
    return receipt;
  }
  std::sort(parts.begin(), parts.end(),
            [](const Part& a, const Part& b) { return a.id < b.id; });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    new (writer.changes() + i)
        AccountChange{parts[i].id, ToAmount(parts[i].after - parts[i].net),
                      ToAmount(parts[i].after)};
  }
  writer.SetPosted(version, 1, parts.size());
  return receipt;
}

}  // namespace

UnsortedScenario::UnsortedScenario(const Setup& setup)
    : LedgerScenario(setup), core_(LedgerCore::Of(ledger())) {
  for (int thread = 0; thread < threads(); ++thread) {
    states_.push_back(core_.sessions()->Acquire().value());
  }
}

UnsortedScenario::~UnsortedScenario() {
  for (SessionState* const state : states_) core_.sessions()->Release(state);
}

Receipt UnsortedScenario::PostOne(int thread, const std::vector<Leg>& legs) {
  SessionState& session = *states_[static_cast<std::size_t>(thread)];
  std::vector<Part> parts = PartsOf(legs, core_.accounts());

  // The locks, as the legs name their accounts. Who knows no better ...
  LockWait patience(Wait::Forever());
  for (const Part& part : parts) {
    while (!LockAccount<kMany>(*part.account, part.id, patience)) {
    }
  }
  // Under them: is there enough, and which version comes next?
  bool has_funds = true;
  Sequence last = session.last_sequence;
  for (Part& part : parts) {
    part.after = part.account->balance.LoadLocked() + part.net;
    has_funds &= part.after >= part.account->floor.LoadLocked();
    last = std::max(last, part.account->word.VersionLocked());
  }
  Sequence version;  // none: they keep theirs
  if (has_funds) {
    for (const Part& part : parts) {
      part.account->balance.StoreLocked(part.after);
    }
    version = Sequence(last.counter() + 1, session.slot);
    session.last_sequence = version;
  }
  for (const Part& part : parts) {
    UnlockAccount(*part.account, part.id, version);
  }
  return ReceiptFor(std::move(parts), version);
}

}  // namespace lockstep::engine::explore
