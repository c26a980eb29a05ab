#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/journal/journal_reader.h"
#include "engine/ledger/ledger_core.h"
#include "tests/support/at_a_cut.h"
#include "tests/support/small_ledger.h"

namespace lockstep::test {

/// All that anybody can see of a ledger, but for its statistics: for tests that
/// nothing has changed.
struct LedgerState {
  struct OfAccount {
    Amount balance;
    Sequence version;
    AccountStatus status = AccountStatus::kOpen;
    Amount floor;
    Amount ceiling;

    friend bool operator==(const OfAccount&, const OfAccount&) = default;
  };

  std::vector<OfAccount> accounts;
  std::uint32_t assets = 0;
  /// None if everything is allowed.
  std::vector<Route> routes;
  /// The journal's rows, each as text; none when it is off.
  std::vector<std::string> rows;
  Bits128 digest;

  friend bool operator==(const LedgerState&, const LedgerState&) = default;
};

inline std::string Shown(const Entry& row) {
  std::string text;
  for (const std::uint64_t part :
       {row.sequence.value(), row.tick.value(), std::uint64_t{row.leg},
        row.account.value(), std::uint64_t{row.asset.value()},
        row.counterpart.value(), std::uint64_t{row.code}, row.user_data.high,
        row.user_data.low}) {
    text += std::to_string(part) + " ";
  }
  return text + FormatDecimal(row.amount, 0) + " " +
         FormatDecimal(row.balance_after, 0) + " " + row.description;
}

inline LedgerState StateOf(const Ledger& ledger) {
  LedgerState state;
  for (std::uint64_t id = 1; id <= ledger.account_count(); ++id) {
    const AccountInfo info = ledger.GetAccount(AccountId(id)).value();
    state.accounts.push_back(
        {info.balance, info.version, info.status, info.floor, info.ceiling});
  }
  state.assets = ledger.asset_count();
  if (Result<std::vector<Route>> routes = ledger.GetRoutes()) {
    state.routes = *std::move(routes);
  }
  state.digest = ledger.Digest().value();
  if (Result<JournalCursor> cursor = ledger.OpenJournal()) {
    const JournalBatch all = cursor->Read(SIZE_MAX).value();
    for (const Entry& row : all.entries) state.rows.push_back(Shown(row));
  }
  return state;
}

/// The same, of a ledger's inside.
inline LedgerState StateOf(engine::LedgerCore& core) {
  LedgerState state;
  const engine::AccountTable& accounts = core.accounts();
  for (std::uint64_t id = 1; id <= accounts.count(); ++id) {
    const engine::AccountView view = ViewAccount(accounts, AccountId(id));
    state.accounts.push_back({engine::ToAmount(view.balance), view.version,
                              view.status, engine::ToAmount(view.floor),
                              engine::ToAmount(view.ceiling)});
  }
  state.assets = core.directory().asset_count();
  if (core.routes() != nullptr) state.routes = core.routes()->Now()->ToRoutes();
  state.digest = test::Digest(core);
  if (core.journal() == nullptr) return state;
  const engine::JournalView view =
      core.journal()->View(core.journal()->TakeCut(), {});
  engine::ForwardReader reader(view, {});
  for (engine::RecordView record; reader.Peek(record); reader.Pop()) {
    for (std::size_t row = 0; row < record.rows(); ++row) {
      state.rows.push_back(Shown(MakeEntry(record, row, accounts)));
    }
  }
  return state;
}

/// How often each outcome was given between two looks, for comparing with what
/// was asked for.
inline Stats Since(const Stats& before, Stats after) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    after.outcomes[i] -= before.outcomes[i];
  }
  after.retries -= before.retries;
  after.waits -= before.waits;
  return after;
}

/// Fails unless the statistics count exactly this.
inline void ExpectCounted(const Stats& stats, Outcome outcome,
                          std::uint64_t times = 1) {
  for (std::size_t i = 0; i < kOutcomeCount; ++i) {
    const auto each = static_cast<Outcome>(i);
    EXPECT_EQ(stats.of(each), each == outcome ? times : 0) << OutcomeName(each);
  }
}

/// Fails unless the receipt is of a refusal for this reason. Those under the
/// locks have been tried once, the others not at all.
inline void ExpectRefused(const Receipt& receipt, Outcome outcome,
                          std::uint32_t leg, AccountId account) {
  EXPECT_FALSE(receipt.ok());
  EXPECT_EQ(receipt.outcome(), outcome);
  EXPECT_EQ(receipt.attempts(), outcome >= Outcome::kBusy ? 1U : 0U);
  EXPECT_TRUE(receipt.sequence().is_none());
  EXPECT_TRUE(receipt.changes().empty());
  EXPECT_EQ(receipt.Find(account), nullptr);
  EXPECT_EQ(receipt.refusal().leg, leg);
  EXPECT_EQ(receipt.refusal().account, account);
}

}  // namespace lockstep::test
