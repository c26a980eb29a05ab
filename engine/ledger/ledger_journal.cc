// What Ledger shows of the journal: history and cursors.

#include <memory>
#include <utility>

#include "engine/journal/journal_reader.h"
#include "engine/ledger/entry.h"
#include "engine/ledger/ledger_core.h"
#include "lockstep/journal.h"
#include "lockstep/ledger.h"

namespace lockstep::inline v0_1 {
namespace {

using engine::BackwardReader;
using engine::ForwardReader;
using engine::JournalView;
using engine::RecordView;

// Throws std::bad_alloc.
History ReadHistory(const engine::AccountTable& accounts,
                    engine::Journal& journal, AccountId account,
                    const HistoryOptions& options) {
  const JournalView view = journal.View(journal.TakeCut(), {});
  BackwardReader reader(view);
  History history;
  for (RecordView record; reader.Next(record);) {
    if (history.entries.size() >= options.limit) return history;
    const Sequence sequence = record.head().sequence;
    if (!options.before.is_none() && sequence >= options.before) continue;
    for (std::size_t leg = record.legs().size(); leg-- > 0;) {
      if (record.legs()[leg].account != account) continue;
      history.entries.push_back(engine::MakeEntry(record, leg, accounts));
    }
  }
  history.truncated = !view.horizon().is_none();
  return history;
}

}  // namespace

Result<History> Ledger::GetHistory(
    AccountId account, const HistoryOptions& options) const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (core_->journal() == nullptr) return Outcome::kJournalOff;
  if (!core_->accounts().Contains(account)) return Outcome::kUnknownAccount;
  return engine::OrOutOfMemory([&]() -> Result<History> {
    return ReadHistory(core_->accounts(), *core_->journal(), account, options);
  });
}

// Keeps the ledger's inside alive, for the accounts' assets.
struct JournalCursor::State {
  std::shared_ptr<engine::LedgerCore> core;
  engine::ReadPositions positions;

  // Throws std::bad_alloc; then nothing has changed.
  JournalBatch Read(std::size_t max_entries) {
    const std::shared_ptr<engine::Journal>& journal = core->journal();
    const JournalView view = journal->View(journal->TakeCut(), positions.bytes);
    ForwardReader reader(view, positions);
    JournalBatch batch;
    for (RecordView record; reader.Peek(record); reader.Pop()) {
      const std::size_t rows = record.rows();
      if (!batch.entries.empty() && batch.entries.size() + rows > max_entries) {
        break;
      }
      for (std::size_t row = 0; row < rows; ++row) {
        batch.entries.push_back(
            engine::MakeEntry(record, row, core->accounts()));
      }
    }
    batch.missed_transfers = reader.missed();
    positions = reader.TakePositions();
    return batch;
  }
};

JournalCursor::JournalCursor(std::unique_ptr<State> state) noexcept
    : state_(std::move(state)) {}
JournalCursor::JournalCursor(JournalCursor&&) noexcept = default;
JournalCursor& JournalCursor::operator=(JournalCursor&&) noexcept = default;
JournalCursor::~JournalCursor() = default;

Result<JournalBatch> JournalCursor::Read(std::size_t max_entries) noexcept {
  if (state_ == nullptr) return Outcome::kLedgerClosed;
  if (engine::IsInsideFunction()) return Outcome::kInsideTransaction;
  return engine::OrOutOfMemory(
      [&]() -> Result<JournalBatch> { return state_->Read(max_entries); });
}

Result<JournalCursor> Ledger::OpenJournal() const noexcept {
  if (const Outcome barred = engine::WhyBarred(core_); barred != Outcome::kOk) {
    return barred;
  }
  if (core_->journal() == nullptr) return Outcome::kJournalOff;
  return engine::OrOutOfMemory([&]() -> Result<JournalCursor> {
    auto state = std::make_unique<JournalCursor::State>();
    state->core = core_;
    return JournalCursor(std::move(state));
  });
}

}  // namespace lockstep::inline v0_1
